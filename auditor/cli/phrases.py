"""Texts of the command line itself, known before any command runs: ``rules/messages/help.toml``."""

from __future__ import annotations

import os
import sys
from typing import Any, Final

from auditor.errors import UsageError
from auditor.text.patterns import rule_table

TRANSLATED: Final = frozenset({"zh"})
"""Languages into which refusals and the messages of the command line library are translated; they are written in English."""


def phrase(key: str, **values: object) -> str:
    """The text with this dotted key, in Chinese, or in English with ``--lang en`` or ``AUDITOR_LANG=en``."""
    section, _, name = key.partition(".")
    text: str = _texts()[section][name][asked_language()]
    return text.format(**values) if values else text


def refusal(error: UsageError) -> str:
    """What a command refuses, in the language asked for; a text without translation as it is."""
    texts = rule_table("refusals.toml")["refusals"] if asked_language() in TRANSLATED else {}
    found: str | None = texts.get(error.template)
    return str(error) if found is None else found.format(**error.values) if error.values else found


def asked_language() -> str:
    """``en`` or ``zh``, from the arguments before they are parsed, else from the environment."""
    arguments = sys.argv[1:]
    for index, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and arguments[index + 1 : index + 2] == ["en"]):
            return "en"
    return "en" if os.environ.get("AUDITOR_LANG", "").lower().startswith("en") else "zh"


def _texts() -> dict[str, Any]:
    return rule_table("messages", "help.toml")
