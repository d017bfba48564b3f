"""The blind map held against brute force: every promise of ``reach`` is tried by changing one printed number and auditing again.

``python -m tests.check.reach_by_force --reports 200 --seed 7`` tries all cells of laboratory reports, ``--files PATH…`` those of files; the suite
tries a few. With ``--quick`` the rules that look at no number of the report are left out of the audits of the changed reports (a
rule that was watched and never asked for a number cannot answer differently); every fiftieth change is audited in full all the same
and compared.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import msgspec

from auditor.bind import bind
from auditor.check import engine
from auditor.check.blanks import analyse
from auditor.check.context import Cells
from auditor.check.engine import check
from auditor.check.registry import ALONE
from auditor.model.applicability import applies
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.lab.compose.memory import to_document
from tests.lab.variants import make_case

_IN_FULL = 50
"""Every so manieth change is audited with all rules where the others are not."""


@dataclass
class Tried:
    """What a trial by force came to. ``broken``: report, promise, key, printed value, value tried.

    ``confirmed`` changes were audited twice, with all rules and with those that look at numbers; ``otherwise`` are those that came out differently.
    """

    changes: int = 0
    cells: int = 0
    found: int = 0
    located: int = 0
    blind_changes: int = 0
    blind_caught: int = 0
    confirmed: int = 0
    broken: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    otherwise: list[tuple[str, str, str]] = field(default_factory=list)


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


def others(value: Decimal, random: Random, more: int = 0) -> list[Decimal]:
    """One more, one less, one digit changed; with ``more`` so many further counts of any size. Counts stay counts."""
    digits = list(str(int(value)))
    place = random.randrange(len(digits))
    digits[place] = random.choice("0123456789")
    found = {value + 1, Decimal("".join(digits))} | ({value - 1} if value >= 1 else set())
    found |= {Decimal(random.randrange(10 ** random.randint(1, len(digits) + 1))) for _ in range(more)}
    return sorted(found - {value})


def loud(audit: Audit) -> set[tuple[str, str, str]]:
    return {(f.rule, f.id, f.message) for f in every(audit.findings) if f.severity != "notice"}


class _Watched:
    """Stands for a record and notes whether anything that holds numbers was asked of it."""

    def __init__(self, of: Any, seen: list[str], numbers: frozenset[str] | None) -> None:
        self._of, self._seen, self._numbers = of, seen, numbers

    def __getattr__(self, name: str) -> Any:
        if self._numbers is None or name in self._numbers:
            self._seen.append(name)
        return getattr(self._of, name)

    def __contains__(self, key: object) -> bool:
        self._seen.append("in")
        return key in self._of


_NUMBERS = frozenset({"facts", "fact", "value", "values"})


def blind_to_numbers(report: Report, rulebook: Rulebook) -> tuple[str, ...]:
    """The rules that decided on this report without looking at any cell of it: watched while they did."""
    analysis = analyse(report, rulebook)
    cells = Cells(report.facts, analysis.accepted)
    found = []
    for rule in rulebook.rules:
        if rule.status in ("guard", "retired") or rule.id == "A-01" or not applies(rule, report, rulebook):
            continue
        seen: list[str] = []
        context = engine.context_for(report, rule, rulebook, Settings(), cells, analysis)
        watched = msgspec.structs.replace(
            context,
            report=_Watched(report, seen, _NUMBERS),
            cells=_Watched(cells, seen, None),
            analysis=_Watched(analysis, seen, None),
        )
        try:
            if rule.level == "report":
                engine.run_rule(watched)
            elif rule.id in ALONE:
                ALONE[rule.id](watched)
        except Exception:
            continue
        if not seen:
            found.append(rule.id)
    return tuple(found)


@contextmanager
def findings_only(report: Report, rulebook: Rulebook) -> Iterator[None]:
    """Audits without the blind map and the list of statements, which no finding depends on; the prose is read once."""
    analysis = analyse(report, rulebook)
    context = engine.context_for(report, rulebook.rules[0], rulebook, Settings(), Cells(report.facts, analysis.accepted), analysis)
    seen: list[str] = []
    watched = msgspec.structs.replace(context, report=_Watched(report, seen, _NUMBERS), cells=_Watched(context.cells, seen, None))
    heard = engine.told(watched)  # type: ignore[attr-defined]
    told: Callable[[Any], Any] = engine.told if seen else lambda _: heard  # type: ignore[attr-defined]
    with (
        patch.object(engine, "reach_of", lambda *_: None),
        patch.object(engine, "_statements", lambda *_: ()),
        patch.object(engine, "told", told),
    ):
        yield


def try_report(name: str, report: Report, rulebook: Rulebook, cells: int, tried: Tried, *, quick: bool = False, more: int = 0) -> None:
    """Change up to ``cells`` numbers of one report, each in three ways and ``more``, and note every promise that is broken."""
    base = check(report, rulebook)
    if base.reach is None:
        return
    tried.cells += base.reach.cells
    tried.found += base.reach.found
    tried.located += base.reach.located
    blind, unlocated = set(base.reach.blind), set(base.reach.unlocated)
    random = Random(name)
    numbers = {fact.key: fact.value for fact in report.facts if fact.value is not None and fact.state != "unreadable"}
    chosen = random.sample(sorted(numbers), min(cells, len(numbers)))
    changes = [(key, value) for key in chosen for value in others(numbers[key], random, more)]
    if quick:
        out = set(blind_to_numbers(report, rulebook))
        book = msgspec.structs.replace(rulebook, rules=tuple(rule for rule in rulebook.rules if rule.id not in out))
        with findings_only(report, rulebook):
            answers = _answers(report, book, changes)
        again = [number for number in range(len(changes)) if number % _IN_FULL == 0]
        tried.confirmed += len(again)
        for number, answer in zip(again, _answers(report, rulebook, [changes[number] for number in again]), strict=True):
            if answer != answers[number]:
                tried.otherwise.append((name, changes[number][0], str(changes[number][1])))
    else:
        answers = _answers(report, rulebook, changes)
    tried.changes += len(changes)
    for (key, value), (caught, named) in zip(changes, answers, strict=True):
        if key in blind:
            tried.blind_changes += 1
            tried.blind_caught += caught
        elif not caught:
            tried.broken.append((name, "found", key, str(numbers[key]), str(value)))
        elif key not in unlocated and not named:
            tried.broken.append((name, "located", key, str(numbers[key]), str(value)))


def _answers(report: Report, rulebook: Rulebook, changes: Sequence[tuple[str, Decimal]]) -> list[tuple[bool, bool]]:
    """For each change: whether an error or warning is new, and whether the changed cell is named first and for certain."""
    before = loud(check(report, rulebook))
    found = []
    for key, value in changes:
        findings = list(every(check(with_number(report, key, value), rulebook).findings))
        new = {(f.rule, f.id, f.message) for f in findings if f.severity != "notice"} - before
        named = any(f.culprit is not None and f.culprit.certain and f.culprit.candidates[0].key == key for f in findings)
        found.append((bool(new), named))
    return found


def laboratory(numbers: Iterable[int], seed: int, rulebook: Rulebook) -> Iterator[tuple[str, Report]]:
    """Laboratory reports, every second with a planted defect."""
    for number in numbers:
        case = make_case(number, seed, "memory", defects=number % 2 == 0)
        yield str(number), bind(to_document(case.plan), rulebook)


def by_force(reports: Sequence[int], seed: int, cells: int, *, quick: bool = False) -> Tried:
    """Laboratory reports tried one by one."""
    rulebook, tried = load_rulebook(), Tried()
    for name, report in laboratory(reports, seed, rulebook):
        try_report(name, report, rulebook, cells, tried, quick=quick)
    return tried


def from_files(paths: Sequence[Path], rulebook: Rulebook) -> Iterator[tuple[str, Report]]:
    """Reports read from files."""
    from auditor.read import read_file

    for path in paths:
        yield path.name, bind(read_file(path), rulebook)


def told_of(tried: Tried) -> str:
    """The figures of a trial, in two lines."""
    return (
        f"{tried.changes} changes, {tried.cells} numbers: {tried.found} promised to be found, {tried.located} located\n"
        f"broken promises: {len(tried.broken)}; changes of blind numbers: {tried.blind_changes}, caught all the same: {tried.blind_caught}; "
        f"audited in full as well: {tried.confirmed}, otherwise: {len(tried.otherwise)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--more", type=int, default=0, help="further values a number")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--files", type=Path, nargs="*", default=())
    parser.add_argument("--seconds", type=float, default=1e9, help="processor time after which no further report is begun")
    parser.add_argument("--out", type=Path, help="a line of JSON for each report as it is done")
    given = parser.parse_args()
    rulebook, whole = load_rulebook(), Tried()
    reports = (
        from_files(given.files, rulebook)
        if given.files
        else laboratory(range(given.first, given.first + given.reports), given.seed, rulebook)
    )
    for name, report in reports:
        if time.process_time() > given.seconds:
            break
        one = Tried()
        try_report(name, report, rulebook, given.cells, one, quick=given.quick, more=given.more)
        for entry in ("changes", "cells", "found", "located", "blind_changes", "blind_caught", "confirmed"):
            setattr(whole, entry, getattr(whole, entry) + getattr(one, entry))
        whole.broken += one.broken
        whole.otherwise += one.otherwise
        if given.out:
            with given.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"report": name, "seed": given.seed, **vars(one)}, ensure_ascii=False) + "\n")
        if given.files:
            print(name, told_of(one), sep="\n")
    print(told_of(whole))
    for broken in whole.broken[:50]:
        print(*broken)
    for otherwise in whole.otherwise[:50]:
        print("otherwise:", *otherwise)
    raise SystemExit(bool(whole.broken or whole.otherwise))


if __name__ == "__main__":
    main()
