"""The record of the rules: how often each fired at error or warning, and how often rightly, where the truth is known.

``python -m tests.lab.rules_record [--field FOLDER] > docs/rules-record.md``. Three sources: the laboratory (balanced reports, where
whatever fires is untrue, and planted defects, which say what must and may fire), the field cases (where a folder is given), and our own
sentences. A rule that is right less than 99 times in 100 at *error* has to be lowered until it is mended.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from tests.check.narrative.patterns import FIRST_SIGHT, SETS, audit_of, cases, tried
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import ReportPlan
from tests.lab.mutate import DEFECTS, plant
from tests.lab.tested import rulebook

_PLANS = 8
_FOLLOWS = {"C-18": {"C-01", "C-02", "C-03", "C-04", "T3-01"}}
"""What is true wherever one of these is: numbers of which one was changed, in the prose or in both, do not balance either."""
_COUNTY = "宁顺昌源泰丰泉桥原谷岭湾塘川沙洛溪梧"


@dataclass
class Record:
    """Firings by rule: all, and those that are true."""

    fired: Counter[str] = field(default_factory=Counter)
    rightly: Counter[str] = field(default_factory=Counter)

    def note(self, rules: set[str], right: set[str]) -> None:
        """Count each rule that fired once for a report."""
        self.fired.update(rules)
        self.rightly.update(rules & right)


def loud(audit: Audit) -> set[str]:
    """The rules that reported an error or a warning."""

    def flat(findings: tuple[Finding, ...]) -> Iterator[Finding]:
        for finding in findings:
            yield finding
            yield from flat(finding.children)

    return {finding.rule for finding in flat(audit.findings) if finding.severity in ("error", "warning")}


def laboratory() -> tuple[Record, int]:
    """Balanced reports and planted defects of several sizes and forms."""
    record, count = Record(), 0
    for seed in range(_PLANS):
        for layout, year in (("layout_2021", 2023), ("layout_2019", 2020)):
            plan = balanced_plan(seed, layout, ("small", "large")[seed % 2], year=year)
            before = _audit(plan)
            record.note(loud(before), set())
            count += 1
            for defect in DEFECTS:
                planted = plant(plan, defect, seed)
                if planted is None:
                    continue
                record.note(
                    loud(_audit(planted.plan)) - loud(before),
                    {defect.must} | defect.may | {rule for rule, causes in _FOLLOWS.items() if defect.must in causes},
                )
                count += 1
    return record, count


def _audit(plan: ReportPlan) -> Audit:
    return check(bind(to_document(plan), rulebook()), rulebook(), Settings())


def field_cases(folder: Path) -> tuple[Record, int]:
    """The sentences and reports of the field folder."""
    record, count = Record(), 0
    bases = {name: (folder / f"base_{name}.txt").read_text(encoding="utf8") for name in ("plain", "with_s4")}
    for line in (folder / "sentences.jsonl").read_text(encoding="utf8").splitlines():
        case: dict[str, Any] = json.loads(line)
        text = bases[case["base"]]
        for key in ("agency", "p", "r", "s4"):
            text = text.replace(f"«{key}»", case.get(key, f"«{key}»"))
        audit = check_report(extract_bytes(text.encode(), "case.txt", rulebook()), rulebook(), Settings(select=("C",)))
        record.note(loud(audit), loud(audit) if case["expect"] == "find" else set())
        count += 1
    for case in json.loads((folder / "reports.json").read_text(encoding="utf8"))["cases"]:
        audit = check_report(extract_bytes((folder / case["file"]).read_bytes(), case["file"], rulebook()), rulebook(), Settings())
        must = {rule for want in case.get("must", ()) for rule in want[0].split("|")}
        record.note(loud(audit) & (must | set(case.get("silent", ()))), must)
        count += 1
    return record, count


def own(name: str) -> tuple[Record, int]:
    """A set of our own sentences."""
    record, count = Record(), 0
    for case in cases(name):
        found = {rule for rule in loud(audit_of(case["text"], case.get("year", 2023))) if rule.startswith("C-")}
        record.note(found, found if case["expect"] == "find" else set())
        count += 1
    return record, count


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--field", type=Path)
    folder = parser.parse_args().field
    columns: list[tuple[str, Record, int]] = [("laboratory", *laboratory())]
    if folder is not None:
        columns.append(("field cases", *field_cases(folder)))
    columns += [(f"own sentences, {name.replace('_', ' ')}", *own(name)) for name in SETS]
    print("# The record of the rules\n")
    print(f"Written by `python -m tests.lab.rules_record` with version {__version__}; do not edit by hand.\n")
    print(
        "How many reports or sentences a rule spoke of at error or warning, and of how many rightly (rightly/fired). A dash: it never spoke.\n"
    )
    print("| rule |", " | ".join(f"{name} ({count})" for name, _, count in columns), "|")
    print("| --- |", " | ".join("---" for _ in columns), "|")
    for rule in rulebook().rules:
        if any(record.fired[rule.id] for _, record, _ in columns):
            cells = (f"{r.rightly[rule.id]}/{r.fired[rule.id]}" if r.fired[rule.id] else "–" for _, r, _ in columns)
            print(f"| {rule.id} |", " | ".join(cells), "|")
    for name in SETS:
        done = tried(name)
        print(
            f"\nOwn sentences, {name.replace('_', ' ')}: {done.consistent} agree with their tables, {len(done.accused)} of them accused "
            f"({done.at_error} at error); {done.wrong} do not, {done.wrong - len(done.missed)} of them found; "
            f"{done.not_understood} of {done.numbers} numbers not understood."
        )
    print("\n## New sentences at first sight\n")
    print("Batches of sentences in wording not tried before, tried once before anything was mended after them.\n")
    print(
        "| batch | agree with their tables | of them accused (at error) | do not agree | of them found |\n| --- | --- | --- | --- | --- |"
    )
    for batch in tomllib.loads(FIRST_SIGHT.read_text(encoding="utf8"))["batch"]:
        print(
            f"| {batch['name']} | {batch['consistent']} | {batch['accused']} ({batch['at_error']}) | {batch['wrong']} | {batch['found']} |"
        )
    print("\n## Errata\n")
    for entry in tomllib.loads((Path(__file__).with_name("errata.toml")).read_text(encoding="utf8"))["errata"]:
        print(f"- {entry['version']}, {', '.join(entry['rules'])}: {entry['text']}")


if __name__ == "__main__":
    main()
