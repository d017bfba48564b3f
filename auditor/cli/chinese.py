"""The command line library speaks Chinese: its own messages are translated by ``rules/click.toml``; the rest stays English."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from auditor.text.patterns import rule_table

_MODULES = ("core", "exceptions", "formatting", "parser", "types", "decorators", "termui")


def speak_chinese() -> None:
    """Replace the library's look-up of translations. It asks one function for each text, in each of its modules."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        if hasattr(module, "_"):
            module._ = _translated  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = _counted  # type: ignore[attr-defined]


def _translated(text: str) -> str:
    return _texts().get(text, text)


def _counted(one: str, many: str, count: int) -> str:
    return _translated(one if count == 1 else many)


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, str]:
    return dict(rule_table("click.toml")["click"])
