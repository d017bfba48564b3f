"""Texts of the command line itself, known before any command runs: ``rules/messages/help.toml``."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from auditor.errors import SYSTEM_REASONS, UsageError
from auditor.model.language import LANGUAGES
from auditor.text.patterns import rule_table

TRANSLATED: Final = frozenset({"zh"})
"""Languages into which refusals and the messages of the command line library are translated; they are written in English."""

_DATABASE: Final = {
    "database or disk is full": "full",
    "attempt to write a readonly database": "read_only",
    "database is locked": "busy",
    "disk i/o error": "faulty",
    "unable to open database file": "denied",
    "no such file": "missing",
    "no such folder": "no_folder",
    "file is not a database": "no_database",
    "database disk image is malformed": "damaged",
}


def phrase(key: str, **values: object) -> str:
    """The text with this dotted key, in Chinese, or in English with ``--lang en`` or ``AUDITOR_LANG=en``."""
    section, _, name = key.partition(".")
    text: str = _texts()[section][name][asked_language()]
    return text.format(**_said(values)) if values else text


def refusal(error: UsageError) -> str:
    """What a command refuses, in the language asked for; a text without translation as it is."""
    texts = rule_table("refusals.toml")["refusals"] if asked_language() in TRANSLATED else {}
    found: str | None = texts.get(error.template)
    return str(error) if found is None else found.format(**_said(error.values)) if error.values else found


def _said(values: Mapping[str, object]) -> Mapping[str, object]:
    """The values of a message, with the reason that the system or the database gives in our words."""
    reason = values.get("reason")
    name = _reasons().get(str(reason).strip().lower()) if reason is not None else None
    return values if name is None else {**values, "reason": phrase(f"reason.{name}")}


@lru_cache(maxsize=1)
def _reasons() -> dict[str, str]:
    """What the system says (in English; Windows says it in the language of the PC) → the name of the phrase that says the same."""
    codes = ((os.strerror(getattr(errno, code)).lower(), name) for code, name in SYSTEM_REASONS.items() if hasattr(errno, code))
    return {**dict(codes), **_DATABASE}


def asked_language() -> str:
    """A language, from the arguments before they are parsed, else from the environment."""
    arguments = sys.argv[1:]
    for index, argument in enumerate(arguments):
        for lang in LANGUAGES:
            if argument == f"--lang={lang}" or (argument == "--lang" and arguments[index + 1 : index + 2] == [lang]):
                return lang
    wished = os.environ.get("AUDITOR_LANG", "").lower()
    return next((lang for lang in LANGUAGES if wished.startswith(lang)), LANGUAGES[0])


def _texts() -> dict[str, Any]:
    return rule_table("messages", "help.toml")
