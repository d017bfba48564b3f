"""Sentences of our own, each put into one whole, balanced report: what agrees with its tables is let alone, what does not is found.

``python -m tests.check.narrative.patterns [--show] [development|kept_back]`` prints the figures. A sentence of ``patterns_*.jsonl`` is
``silent`` (no finding of group C at error or warning) or to be found (``wrong`` stands in the message, where it is named).
The kept-back ones were written after the reader was built and are a third of all; what new sentences gave at first sight, before anything
was mended after them, stands in first_sight.toml and docs/rules-record.md.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor.model.finding import Audit
from tests.check.whole import audited, printed, table3, table4
from tests.lab.compose import ReportPlan

HERE = Path(__file__).parent
SETS = ("development", "kept_back")
FIRST_SIGHT = HERE / "first_sight.toml"
"""What new batches of sentences gave when they were tried for the first time."""
_CELLS = {
    **table3(
        granted={"natural_person": 100, "commercial": 20},
        partial={"natural_person": 26, "legal_service": 5},
        denied_process={"natural_person": 10},
        denied_third_party={"natural_person": 4},
        unable_not_held={"natural_person": 38, "commercial": 2},
        unable_need_creation={"natural_person": 6},
        rejected_petition={"natural_person": 8},
        rejected_duplicate={"natural_person": 5},
        other_no_correction={"natural_person": 7},
        other_other={"natural_person": 2, "commercial": 3},
        over={"natural_person": 9},
        forward={"natural_person": 11, "commercial": 2},
    ),
    **table4(review=(21, 3, 5, 4), direct=(8, 1, 2, 3), after_review=(6, 0, 1, 2)),
    "t2.normative_doc.issued": 5,
    "t2.normative_doc.repealed": 3,
    "t2.normative_doc.effective": 44,
    "t2.license.decisions": 860,
    "t2.penalty.decisions": 57,
    "t2.coercion.decisions": 6,
    "t2.admin_fee.fee_amount": "38.6",
}


@dataclass
class Tried:
    """The figures of one set."""

    consistent: int = 0
    accused: list[str] = field(default_factory=list)
    at_error: int = 0
    wrong: int = 0
    missed: list[str] = field(default_factory=list)
    numbers: int = 0
    not_understood: int = 0


def cases(name: str) -> list[dict[str, Any]]:
    """The sentences of a set."""
    return [json.loads(line) for line in (HERE / f"patterns_{name}.jsonl").read_text(encoding="utf8").splitlines()]


def report_of(text: str, year: int = 2023) -> ReportPlan:
    """The plan of that report."""
    return printed(_CELLS, text=text, year=year)


@lru_cache(maxsize=1024)
def audit_of(text: str, year: int = 2023) -> Audit:
    """The report of that year with this sentence under 依申请公开."""
    return audited(report_of(text, year))


def loud(audit: Audit) -> list[tuple[str, str, str]]:
    """Findings of group C at error or warning, those explained by others included."""
    found = [*audit.findings, *(child for finding in audit.findings for child in finding.children)]
    return [(f.rule, f.severity, f.message) for f in found if f.rule.startswith("C-") and f.severity in ("error", "warning")]


def tried(name: str, every: int = 1) -> Tried:
    """The sentences of a set, or every so many, tried."""
    result = Tried()
    for case in cases(name)[::every]:
        audit = audit_of(case["text"], case.get("year", 2023))
        found = loud(audit)
        mine = [entry for entry in audit.statements if entry.text and entry.text in case["text"]]
        result.numbers += len(mine)
        result.not_understood += sum(entry.state == "not_understood" for entry in mine)
        if case["expect"] == "silent":
            result.consistent += 1
            if found:
                result.accused.append(f"{case['id']} {case['text']} {found}")
                result.at_error += any(severity == "error" for _, severity, _ in found)
        else:
            result.wrong += 1
            if not any(case.get("wrong", "") in message for _, _, message in found):
                result.missed.append(f"{case['id']} {case['text']} {found}")
    return result


if __name__ == "__main__":
    for chosen in [name for name in SETS if name in sys.argv] or SETS:
        done = tried(chosen)
        if "--show" in sys.argv:
            print(*done.accused, *("missed " + entry for entry in done.missed), sep="\n")
        print(
            f"{chosen}: consistent {done.consistent}, accused {len(done.accused)} ({done.at_error} at error); wrong {done.wrong}, "
            f"found {done.wrong - len(done.missed)}; numbers {done.numbers}, not understood {done.not_understood}"
        )
