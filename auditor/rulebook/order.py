"""The order in which rules are checked and printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.model.rule import Rule

_GROUPS: Final = ("A", "T2", "T3", "T4", "ST", "C", "D", "E", "F", "G", "H")


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Groups in the order of the rule book, groups of local packs after them."""
    return tuple(sorted(rules, key=lambda rule: (_GROUPS.index(rule.group) if rule.group in _GROUPS else len(_GROUPS), rule.id)))
