"""The numbers a person should compare with the register by hand: those no check can see, drawn in the same way each time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from auditor.model.finding import Audit
from auditor.model.report import Fact


class Drawn(Struct, frozen=True, kw_only=True):
    """A cell to look at. ``blind``: no check would find it wrong; else it would be found, but not told apart from others."""

    fact: Fact
    blind: bool


def draw(audit: Audit, count: int, seed: int) -> tuple[Drawn, ...]:
    """Up to ``count`` printed numbers of one report, most informative first: blind before merely unlocated, numbers before zeros.

    Among equals the order is that of a hash of seed, report and cell, so that the same seed draws the same cells and another seed others.
    """
    report, reach = audit.report, audit.reach
    if report is None or reach is None:
        return ()
    facts = {str(fact.key): fact for fact in report.facts}
    who = report.agency or audit.source.sha256

    def order(key: str) -> tuple[bool, bytes]:
        return facts[key].value == 0, hashlib.sha256(f"{seed}\x1f{who}\x1f{report.year}\x1f{key}".encode()).digest()

    chosen: Sequence[str] = [*sorted(reach.blind, key=order), *sorted(reach.unlocated, key=order)]
    blind = set(reach.blind)
    return tuple(Drawn(fact=facts[key], blind=key in blind) for key in chosen[:count] if key in facts)
