"""The blind map held against brute force: every promise of ``reach`` is tried by changing one printed number and auditing again.

``python -m tests.check.reach_by_force --reports 200 --cells 200 --seed 7`` tries all cells; the suite tries a few.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import msgspec

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.rulebook import load_rulebook
from tests.lab.compose.memory import to_document
from tests.lab.variants import make_case


@dataclass
class Tried:
    """What a trial by force came to. ``broken``: report number, promise, key, printed value, value tried."""

    changes: int = 0
    cells: int = 0
    found: int = 0
    located: int = 0
    blind_changes: int = 0
    blind_caught: int = 0
    broken: list[tuple[int, str, str, str, str]] = field(default_factory=list)


def every(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from every(finding.children)


def with_number(report: Report, key: str, value: Decimal) -> Report:
    """The report with another number printed in one cell."""
    state = "zero" if value == 0 else "number"
    facts = tuple(
        msgspec.structs.replace(fact, raw=str(value), value=value, state=state) if fact.key == key else fact for fact in report.facts
    )
    return msgspec.structs.replace(report, facts=facts)


def others(value: Decimal, random: Random) -> list[Decimal]:
    """One more, one less, one digit changed; counts stay counts."""
    digits = list(str(int(value)))
    place = random.randrange(len(digits))
    digits[place] = random.choice("0123456789")
    found = {value + 1, Decimal("".join(digits))} | ({value - 1} if value >= 1 else set())
    return sorted(found - {value})


def loud(audit: Audit) -> set[tuple[str, str, str]]:
    return {(f.rule, f.id, f.message) for f in every(audit.findings) if f.severity != "notice"}


def try_report(number: int, report: Report, rulebook: Rulebook, cells: int, tried: Tried) -> None:
    """Change up to ``cells`` numbers of one report, each in up to three ways, and note every promise that is broken."""
    base = check(report, rulebook)
    if base.reach is None:
        return
    tried.cells += base.reach.cells
    tried.found += base.reach.found
    tried.located += base.reach.located
    before, blind, unlocated = loud(base), set(base.reach.blind), set(base.reach.unlocated)
    random = Random(number)
    numbers = {fact.key: fact.value for fact in report.facts if fact.value is not None and fact.state != "unreadable"}
    for key in random.sample(sorted(numbers), min(cells, len(numbers))):
        for value in others(numbers[key], random):
            audit = check(with_number(report, key, value), rulebook)
            tried.changes += 1
            caught = bool(loud(audit) - before)
            named = any(
                finding.culprit is not None and finding.culprit.certain and finding.culprit.candidates[0].key == key
                for finding in every(audit.findings)
            )
            if key in blind:
                tried.blind_changes += 1
                tried.blind_caught += caught
            elif not caught:
                tried.broken.append((number, "found", key, str(numbers[key]), str(value)))
            elif key not in unlocated and not named:
                tried.broken.append((number, "located", key, str(numbers[key]), str(value)))


def by_force(reports: Sequence[int], seed: int, cells: int) -> Tried:
    """Laboratory reports, every second with a planted defect, tried one by one."""
    rulebook, tried = load_rulebook(), Tried()
    for number in reports:
        case = make_case(number, seed, "memory", defects=number % 2 == 0)
        try_report(number, bind(to_document(case.plan), rulebook), rulebook, cells, tried)
    return tried


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    tried = by_force(range(given.first, given.first + given.reports), given.seed, given.cells)
    print(f"{tried.changes} changes over {given.reports} reports, {tried.cells} numbers: {tried.found} promised to be found, {tried.located} located")
    print(f"broken promises: {len(tried.broken)}; changes of blind numbers: {tried.blind_changes}, caught all the same: {tried.blind_caught}")
    for entry in tried.broken[:50]:
        print(*entry)
    raise SystemExit(bool(tried.broken))


if __name__ == "__main__":
    main()
