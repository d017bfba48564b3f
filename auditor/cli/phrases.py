"""Texts of the command line itself, known before any command runs: ``rules/messages/help.toml``."""

from __future__ import annotations

import os
import sys
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor.errors import UsageError


def phrase(key: str, **values: object) -> str:
    """The text with this dotted key, in Chinese, or in English with ``--lang en`` or ``AUDITOR_LANG=en``."""
    section, _, name = key.partition(".")
    text: str = _texts()[section][name][asked_language()]
    return text.format(**values) if values else text


def refusal(error: UsageError) -> str:
    """What a command refuses, in the language asked for; a text without translation as it is."""
    if asked_language() != "zh":
        return str(error)
    texts = tomllib.loads(rule_file("refusals.toml").read_text(encoding="utf-8"))["refusals"]
    found: str | None = texts.get(error.template)
    return str(error) if found is None else found.format(**error.values) if error.values else found


def asked_language() -> str:
    """``en`` or ``zh``, from the arguments before they are parsed, else from the environment."""
    arguments = sys.argv[1:]
    for index, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and arguments[index + 1 : index + 2] == ["en"]):
            return "en"
    return "en" if os.environ.get("AUDITOR_LANG", "").lower().startswith("en") else "zh"


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads(rule_file("messages", "help.toml").read_text(encoding="utf-8"))


def rule_file(*parts: str) -> Path:
    """A file below ``rules``. Not through auditor.rulebook: help must not wait for the rule book's imports."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_rules", package.parent / "rules"):
        path = folder.joinpath(*parts)
        if path.is_file():
            return path
    raise SystemExit(f"auditor: rules/{'/'.join(parts)} is missing; install the package again")
