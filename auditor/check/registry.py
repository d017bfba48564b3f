"""The one table of rules written in Python: ``@rule("D-03", sees=Sees.YEAR_PAIR)`` puts a function behind its card.

``sees`` says what the function is called with; a card of another level than its function is refused (:mod:`auditor.rulebook.proof`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, TypeVar

from msgspec import Struct

Function = TypeVar("Function", bound=Callable[..., Any])


class Sees(Enum):
    """What a rule looks at. The value is the ``level`` of its card."""

    ONE_REPORT = "report"
    """One report: :class:`auditor.check.context.Context`."""
    YEAR_PAIR = "previous"
    """A report and that of the year before: :class:`auditor.season.setting.Pair`."""
    FAMILY = "children"
    """A government and the bodies below it: :class:`auditor.season.rollup.Family`."""
    CORPUS = "corpus"
    """All reports of the run, for copied text."""
    ROSTER = "roster"
    """The agencies that must report."""
    VERSIONS = "versions"
    """Several versions of one report; cards say ``level = "roster"``."""

    @property
    def level(self) -> str:
        """The ``level`` of a card whose function sees this."""
        return "roster" if self is Sees.VERSIONS else self.value


class Registered(Struct, frozen=True):
    """A function with the rules it stands behind."""

    function: Callable[..., Any]
    sees: Sees


REGISTRY: Final[dict[str, Registered]] = {}


def rule(*ids: str, sees: Sees = Sees.ONE_REPORT) -> Callable[[Function], Function]:
    """Put the decorated function behind these cards. Raises ValueError when a card already has one."""

    def register(function: Function) -> Function:
        for rule_id in ids:
            known = REGISTRY.get(rule_id)
            if known is not None and known.function.__qualname__ != function.__qualname__:
                raise ValueError(f"{rule_id} has two functions: {known.function.__qualname__} and {function.__qualname__}")
            REGISTRY[rule_id] = Registered(function, sees)
        return function

    return register


ALONE: Final[dict[str, Callable[..., Any]]] = {}
"""What one report decides of a rule over several: called with the report's context; only a failure counts."""


def functions(sees: Sees) -> dict[str, Callable[..., Any]]:
    """The functions registered so far that look at this, by rule id."""
    return {rule_id: entry.function for rule_id, entry in REGISTRY.items() if entry.sees is sees}
