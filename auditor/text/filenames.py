"""Names from outside (an agency, an uploaded file) as file names that every file system takes and that look like what they are."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

# What some file system refuses, and marks that would show the name as another one.
_UNSAFE: Final = re.compile('[\\\\/:*?"<>|\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?")
"""Names of devices on Windows, with any ending."""
_LONGEST: Final = 60
_LONGEST_ENDING: Final = 10


def safe_name(name: str) -> str:
    """A name for a folder, at most 60 characters: unsafe characters as ``_``, no dot or space at either end, no name of a device."""
    name = _UNSAFE.sub("_", name).strip(" ._")[:_LONGEST].rstrip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def safe_file_name(name: str) -> str:
    """A name for a file that somebody else named, its last part only, with its ending."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    ending = PurePosixPath(_UNSAFE.sub("_", plain).rstrip(" .")).suffix
    if len(ending) > _LONGEST_ENDING:
        ending = ""
    return safe_name(_UNSAFE.sub("_", plain).rstrip(" .").removesuffix(ending)) + ending


def same_place(name: str) -> str:
    """A key that is equal for names that are one file to a system that ignores case or composes characters."""
    return unicodedata.normalize("NFKC", name).casefold().rstrip(" .")
