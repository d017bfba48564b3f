"""What a check kind is, and the table of all kinds: a kind is declared beside its function and refuses cards that do not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from auditor.check.context import Outcome
from auditor.check.registry import REGISTRY, Sees
from auditor.model.formats import Format
from auditor.model.rule import Rule


class NoParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No parameters."""


class Kind(Struct, frozen=True):
    """A check kind. ``messages``: placeholders by message; ``optional``: messages that a card may leave out.

    ``faults`` tells what the types of ``params`` cannot: (key, code of ``pack.*`` messages, what was found).
    """

    function: Callable[..., Outcome]
    params: type[Struct]
    messages: Mapping[str, frozenset[str]]
    optional: frozenset[str] = frozenset()
    sees: Sees = Sees.ONE_REPORT
    faults: Callable[[Any, tuple[Format, ...]], Iterator[tuple[str, str, str]]] = lambda params, formats: iter(())
    wording: Callable[[Any], Mapping[str, frozenset[str]]] = lambda params: {}
    """Messages whose names or placeholders follow from the parameters; they come on top of ``messages``."""


KINDS: Final[dict[str, Kind]] = {}
"""All kinds by the name that cards use."""


def names(*words: str) -> frozenset[str]:
    """The placeholders of a message."""
    return frozenset(words)


def function_of(rule: Rule) -> Callable[..., Outcome]:
    """What runs behind a card. Raises KeyError where there is no such kind or function."""
    found: Callable[..., Outcome] = REGISTRY[rule.id].function if rule.check == "coded" else KINDS[rule.check].function
    return found


def declare(name: str, kind: Kind) -> None:
    """Add a kind. Raises ValueError for a name that is taken."""
    known = KINDS.get(name)
    if known is not None and known.function.__qualname__ != kind.function.__qualname__:
        raise ValueError(f"two check kinds are called {name}")
    KINDS[name] = kind


def pattern_faults(key: str, patterns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Expressions that cannot be compiled, or that match nothing at all."""
    for pattern in patterns:
        try:
            if re.compile(pattern).search("") is not None:
                yield key, "pattern", f"{pattern}: matches nothing at all"
        except re.error as error:
            yield key, "pattern", f"{pattern}: {error}"


def is_cell(name: str, formats: tuple[Format, ...]) -> bool:
    """Whether some form has this cell: ``t3.granted.total``, ``t4.review_total``, ``st.req_received``."""
    parts = name.split(".")
    depth = 2 if parts[0] in ("t4", "st") else 3
    return len(parts) == depth and any(form.has(name) for form in formats)
