"""``python -m tests.conformance.weakened KIT [--kind txt]``: our own program on an unpacked kit, deliberately weakened in several ways.

What a program loses is compared with what it should lose, and a table for docs/conformance.md is printed: a kit that is worth anything
tells every weakness, and by exactly the cases that depend on it. The files are read once and audited by each program in turn.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec

from auditor.check import engine
from auditor.check.blanks import totals_of
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.season import audit_season
from auditor.season.roster import roster_of
from tests.conformance.run import SPOKEN, answers
from tests.lab import tested

State = Mapping[str, tuple[str, str]]
"""For each document ``right``, ``wrong`` or ``silent``, and what was said of it."""


@dataclass(frozen=True)
class Asked:
    """One document or folder of the kit as it was read. ``previous`` and ``roster`` are there in folders alone."""

    name: str
    rule: str
    verdict: str
    reports: Sequence[Report]
    previous: Sequence[Report] = ()
    roster: bytes = b""
    folder: bool = False


@dataclass(frozen=True)
class Loss:
    """How a weakened program did: what it lost of what our own has right, what it should have lost, and what it may lose."""

    program: str
    right: int
    lost: frozenset[str]
    due: frozenset[str]
    may: frozenset[str] = frozenset()

    @property
    def otherwise(self) -> frozenset[str]:
        """Cases lost that do not depend on the weakness, and cases kept that do."""
        return (self.lost - self.due - self.may) | (self.due - self.lost)


def kit_of(folder: Path, kind: str) -> tuple[list[Asked], dict[str, Any]]:
    """The documents and folders of one kind in an unpacked kit, read, and the expectations on them."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    asked = []
    for name, case in expected["cases"].items():
        if case.get("folder"):
            place = folder / "folders" / f"{name}.{kind}"
            roster = place / "roster.csv"
            one = Asked(
                f"{name}.{kind}",
                case["rule"],
                case["verdict"],
                _read(place / "reports"),
                _read(place / "previous"),
                roster.read_bytes() if roster.is_file() else b"",
                folder=True,
            )
        else:
            file = folder / "documents" / f"{name}.{kind}"
            one = Asked(file.name, case["rule"], case["verdict"], (_report(file),))
        asked.append(one)
    return asked, {**expected, "kinds": [kind]}


def _read(folder: Path) -> list[Report]:
    return [_report(file) for file in sorted(folder.iterdir())] if folder.is_dir() else []


def _report(file: Path) -> Report:
    return extract_bytes(file.read_bytes(), f"{file.parent.name}/{file.name}", tested.rulebook())


@contextmanager
def _findings_only() -> Iterator[None]:
    """Without the blind map and the list of statements, which no finding depends on."""
    with patch.object(engine, "reach_of", lambda *_: None), patch.object(engine, "_statements", lambda *_: ()):
        yield


def audited(one: Asked, settings: Settings, change: Callable[[Report], Report] | None = None) -> dict[str, Any]:
    """The check JSON of a document or folder, as far as the runner looks at it; ``change`` is applied to each report first."""
    book = tested.rulebook()
    changed = [change(report) if change is not None else report for report in one.reports]
    with _findings_only():
        audits = [check_report(report, book, settings) for report in changed]
        roster = roster_of(list(csv.reader(io.StringIO(one.roster.decode("utf-8-sig"))))) if one.roster else None
        season = audit_season(audits, book, settings, roster=roster, previous=one.previous)
    return {"audits": [_told(audit) for audit in season.audits], "corpus": {"findings": [_finding(found) for found in season.findings]}}


def _told(audit: Audit) -> dict[str, Any]:
    return {
        "source": {"path": audit.source.path},
        "status": audit.status,
        "findings": [_finding(finding) for finding in audit.findings],
        "unknown": [{"rule": note.rule, "verdict": note.verdict} for note in audit.unknown],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "facts": [str(fact.key) for fact in finding.facts],
        "children": [_finding(child) for child in finding.children],
    }


Printed = Mapping[str, Mapping[str, Any]]
"""The output for each document and folder by its name."""


def printed(kit: Iterable[Asked], settings: Settings | None = None, change: Callable[[Report], Report] | None = None) -> Printed:
    """What a program prints for each document and folder."""
    return {one.name: audited(one, settings or Settings(), change) for one in kit}


def scored(outputs: Printed, kit: Iterable[Asked], expected: Mapping[str, Any]) -> State:
    """The score of a program."""
    folders = {one.name: outputs[one.name] for one in kit if one.folder}
    audits = [audit for one in kit if not one.folder for audit in outputs[one.name]["audits"]]
    return answers({"audits": audits}, expected, folders)


def with_right_totals(report: Report, book: Rulebook) -> Report:
    """A program that mends before it audits: printed totals of rows and blocks replaced by the sum of their parts."""
    values = {str(fact.key): fact.value for fact in report.facts}
    sums: dict[str, Decimal] = {}
    for total, parts in totals_of(report, book):
        known = [value for part in parts if (value := values.get(part)) is not None]
        if values.get(total) is not None and len(known) == len([part for part in parts if part in values]) and known:
            sums[total] = sum(known, Decimal(0))
    facts = tuple(
        msgspec.structs.replace(fact, value=sums[fact.key], raw=str(sums[fact.key])) if fact.key in sums else fact for fact in report.facts
    )
    return msgspec.structs.replace(report, facts=facts)


def without(names: Iterable[str]) -> Settings:
    """The settings of a program that lacks these rules or groups."""
    return Settings(ignore=tuple(names))


EQUATIONS = ("T3", "T4", "ST")
"""Groups of rules that hold totals against their parts: a misprint that was mended is nothing to find for them."""


def resting_on_totals(outputs: Printed, kit: Iterable[Asked], own: State) -> tuple[frozenset[str], frozenset[str]]:
    """Cases that mending totals must lose, and those that it may lose.

    It must lose failing cases of the equations in which every finding of the rule looks at a cell that mending changes. It may lose others with
    such a cell: what is compared with a mended total (prose, the year before, the parent) may agree with it by chance or not.
    """
    must, may = set(), set()
    for one in kit:
        mended = _mended(one)
        if not mended:
            continue
        cells = [set(finding["facts"]) for finding in _flat(outputs[one.name]) if finding["rule"] == one.rule]
        fails = own.get(one.name) == ("right", "fail")
        if fails and one.rule.partition("-")[0] in EQUATIONS and cells and all(keys & mended for keys in cells):
            must.add(one.name)
        elif one.rule.partition("-")[0] not in EQUATIONS:
            may.add(one.name)
    return frozenset(must), frozenset(may)


def _mended(one: Asked) -> set[str]:
    """The cells of a document or folder that mending changes."""
    book = tested.rulebook()
    return {
        str(fact.key)
        for report in one.reports
        for fact, other in zip(report.facts, with_right_totals(report, book).facts, strict=True)
        if fact.raw != other.raw
    }


def _flat(output: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting = [finding for audit in output["audits"] for finding in audit["findings"]]
    waiting += output.get("corpus", {}).get("findings", [])
    while waiting:
        finding = waiting.pop()
        waiting += finding["children"]
        yield finding


def mute_of(outputs: Printed, *, unknown: bool = False, below_error: bool = False, all_: bool = False) -> Printed:
    """The same outputs without what was undecided, without findings below error, or without any word."""

    def kept(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        out = []
        for finding in findings:
            below = kept(finding["children"])
            if not all_ and not (below_error and finding["severity"] != "error"):
                out.append({**finding, "children": below})
            else:
                out += below
        return out

    return {
        name: {
            "audits": [
                {**audit, "findings": kept(audit["findings"]), "unknown": [] if unknown or all_ else audit["unknown"]}
                for audit in output["audits"]
            ],
            **({"corpus": {"findings": kept(output["corpus"]["findings"])}} if "corpus" in output else {}),
        }
        for name, output in outputs.items()
    }


def _crying(outputs: Printed, rules: Sequence[str]) -> Printed:
    """A program that finds every rule broken in every report."""
    wolf = [{"rule": rule, "severity": "error", "facts": [], "children": []} for rule in rules]
    return {
        name: {"audits": [{**audit, "findings": wolf, "unknown": []} for audit in output["audits"]]} for name, output in outputs.items()
    }


def losses(kit: Sequence[Asked], expected: Mapping[str, Any], families: Sequence[str] = (), singles: Sequence[str] = ()) -> Iterator[Loss]:
    """Our own program first, then weakened: without each of ``families`` and ``singles`` of rules, and as its output would be otherwise."""
    outputs = printed(kit)
    own = scored(outputs, kit, expected)
    right = {name for name, (state, _) in own.items() if state == "right"}
    about = {one.name: one for one in kit}

    def loss(program: str, state: State, due: Iterable[str], may: Iterable[str] = ()) -> Loss:
        now = {name for name, (answer, _) in state.items() if answer == "right"}
        must = _with_silent(frozenset(due) & right, right, about)
        return Loss(program, len(now), frozenset(right - now), must, _with_silent(frozenset(may) & right, right, about) - must)

    yield Loss("our own", len(right), frozenset(), frozenset())
    for name in (*families, *singles):
        state = scored(printed(kit, without([name])), kit, expected)
        yield loss(f"without {name}", state, (one.name for one in kit if name in (one.rule, one.rule.partition("-")[0])))
    book = tested.rulebook()
    mended = scored(printed(kit, change=lambda report: with_right_totals(report, book)), kit, expected)
    yield loss("totals mended before it audits", mended, *resting_on_totals(outputs, kit, own))
    undecided = scored(mute_of(outputs, unknown=True), kit, expected)
    yield loss("says nothing of what is undecided", undecided, (one.name for one in kit if one.verdict in ("unknown", "needs_other_input")))
    errors = scored(mute_of(outputs, below_error=True), kit, expected)
    milder = {
        one.name
        for one in kit
        if one.verdict == "fail" and not any(f["severity"] == "error" for f in _flat(outputs[one.name]) if f["rule"] == one.rule)
    }
    yield loss("prints errors alone", errors, milder)
    yield loss("finds every rule broken", scored(_crying(outputs, sorted({one.rule for one in kit})), kit, expected), _not_failing(kit))
    yield loss("says nothing at all", scored(mute_of(outputs, all_=True), kit, expected), right)


def _not_failing(kit: Iterable[Asked]) -> Iterator[str]:
    return (one.name for one in kit if one.verdict != "fail")


def _with_silent(due: frozenset[str], right: set[str], about: Mapping[str, Asked]) -> frozenset[str]:
    """The cases, and the silent ones of every rule that misses a case it must find: silence is no pass there."""
    missing = {about[name].rule for name in due if about[name].verdict == "fail"}
    return due | {name for name in right if about[name].rule in missing and about[name].verdict not in SPOKEN}


def table(found: Sequence[Loss], kind: str) -> str:
    """The section of docs/conformance.md."""
    lines = [
        "",
        "## Weakened programs",
        "",
        f"Our own program on the {kind} part of the kit, deliberately weakened. *due*: what it should lose by that weakness, derived from the",
        "cases and not from its score: cases of the rules that it lacks, equations over totals that it has mended, and the silent cases of rules",
        "that miss a case. *by the way*: cases with a mended total in which something else is compared with it (prose, another year, a parent).",
        "*otherwise*: lost though neither, or due and not lost; each would be named below.",
        "",
        "| program | right | lost | due | by the way | otherwise |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {one.program} | {one.right} | {len(one.lost)} | {len(one.due)} | {len(one.lost & one.may)} | {len(one.otherwise)} |"
            for one in found
        ),
    ]
    named = [f"- {one.program}: {name}" for one in found for name in sorted(one.otherwise)]
    return "\n".join([*lines, *(["", *named] if named else []), ""])


def families_of(kit: Iterable[Asked]) -> list[str]:
    """The groups of rules that the kit has cases of."""
    return sorted({one.rule.partition("-")[0] for one in kit})


def first_of_each(kit: Iterable[Asked]) -> list[str]:
    """One rule of each group: the first with a failing case."""
    found: dict[str, str] = {}
    for one in kit:
        if one.verdict == "fail":
            found.setdefault(one.rule.partition("-")[0], one.rule)
    return sorted(found.values())


def main(arguments: list[str]) -> int:
    """Print the table. Returns 1 where a weakened program loses other cases than it should."""
    parser = argparse.ArgumentParser(description="Weakened programs on an unpacked conformance kit.")
    parser.add_argument("kit", type=Path)
    parser.add_argument("--kind", default="txt")
    given = parser.parse_args(arguments)
    kit, expected = kit_of(given.kit, given.kind)
    found = list(losses(kit, expected, families_of(kit), first_of_each(kit)))
    sys.stdout.write(table(found, given.kind))
    return 1 if any(one.otherwise for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
