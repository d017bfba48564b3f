"""Reports inside archives: the members of a zip file, inner zip files included."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from auditor.errors import LimitError, ReadError
from auditor.model.source import Problem
from auditor.read import limits
from auditor.read.sniff import sniff

_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
# What systems add to an archive and nobody published.
_CLUTTER: Final = ("__MACOSX/", "/__MACOSX/")
_CLUTTER_NAMES: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zipfile.LargeZipFile)


@dataclass(slots=True)
class _Budget:
    """What is left of the limits on one archive with all archives in it."""

    members: int = limits.ZIP_MEMBERS
    size: int = limits.ZIP_TOTAL_BYTES


@dataclass(slots=True)
class ArchiveMembers:
    """Iterating gives (inner name, bytes) in the archive's order; ``problems`` fill up meanwhile.

    Names have ``/``, no way out of the archive, and ``!/`` after the name of an inner archive. A member that cannot be had (encrypted,
    broken, beyond a limit) is a problem with ``member`` in its details, and the others follow.
    """

    data: bytes
    problems: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return _walk(self.data, "", 1, _Budget(), self.problems)


def members(data: bytes) -> ArchiveMembers:
    """The members of the zip file ``data``.

    Raises on iteration :class:`ReadError` ``READ-DAMAGED`` for what is no zip and :class:`LimitError` ``READ-LIMIT`` when the whole
    archive goes beyond a limit of ``read/limits.py``.
    """
    return ArchiveMembers(data)


def _walk(data: bytes, prefix: str, depth: int, budget: _Budget, problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    if depth > limits.ZIP_DEPTH:
        raise LimitError("READ-LIMIT", limit="archive depth", allowed=str(limits.ZIP_DEPTH))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise ReadError("READ-DAMAGED", what="zip", reason=str(error)) from error
    with archive:
        seen: dict[str, int] = {}
        for info in archive.infolist():
            name = _unique(inner_name(info), seen)
            if (
                (info.is_dir() and not info.file_size)
                or name.startswith(_CLUTTER)
                or PurePosixPath(name).name in _CLUTTER_NAMES
                or "/__MACOSX/" in name
            ):
                continue
            budget.members -= 1
            if budget.members < 0:
                raise LimitError("READ-LIMIT", limit="members", allowed=str(limits.ZIP_MEMBERS))
            shown = prefix + name
            content = _content(archive, info, shown, budget, problems)
            if content is None:
                continue
            if content.startswith(_ZIP) and sniff(content).kind == "zip":
                try:
                    yield from _walk(content, shown + "!/", depth + 1, budget, problems)
                except ReadError as error:
                    problems.append(Problem(code=error.code, details={**error.details, "member": shown}))
                continue
            yield shown, content


def inner_name(info: zipfile.ZipInfo) -> str:
    """The member's name as its maker saw it, as a relative path with ``/``.

    Names without the UTF-8 flag are taken as UTF-8 where they are valid UTF-8, else as GB 18030: Chinese archivers write them so, and
    ``zipfile`` shows them in code page 437.
    """
    name = info.orig_filename if isinstance(info.orig_filename, str) else info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = "".join(char if char >= " " else "_" for char in name.split("\0", 1)[0].replace("\\", "/"))
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    if parts and len(parts[0]) == 2 and parts[0][1] == ":":
        parts = parts[1:]
    return "/".join(parts) or "_"


def _unique(name: str, seen: dict[str, int]) -> str:
    """Members of the same name stay apart."""
    seen[name] = seen.get(name, 0) + 1
    if seen[name] == 1:
        return name
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}~{seen[name]}{path.suffix}"))


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, budget: _Budget, problems: list[Problem]) -> bytes | None:
    if info.flag_bits & _ENCRYPTED:
        problems.append(Problem(code="READ-ENCRYPTED", details={"what": "zip", "member": shown}))
        return None
    expands = info.file_size > limits.ZIP_RATIO_FROM and info.file_size > limits.ZIP_RATIO * max(1, info.compress_size)
    if expands or info.file_size > limits.FILE_BYTES:
        limit, allowed = ("expansion", limits.ZIP_RATIO) if expands else ("member size", limits.FILE_BYTES)
        problems.append(Problem(code="READ-LIMIT", details={"limit": limit, "allowed": str(allowed), "member": shown}))
        return None
    most = min(limits.FILE_BYTES, budget.size)
    try:
        with archive.open(info) as stream:
            content = stream.read(most + 1)
    except _BROKEN as error:
        problems.append(Problem(code="READ-DAMAGED", details={"what": "zip", "member": shown, "reason": str(error)}))
        return None
    if len(content) > most:
        raise LimitError("READ-LIMIT", limit="expanded size", allowed=str(limits.ZIP_TOTAL_BYTES), member=shown)
    budget.size -= len(content)
    return content
