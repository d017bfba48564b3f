"""Whether findings say what is true of the document: the print at the place, the value that should stand there, the culprit that leads.

``python -m tests.check.proof [--documents N] [--kinds memory,docx,html,text,xlsx]`` goes through N documents of the laboratory, each with
several defects, the sample reports and the examples of all cards, and prints how many findings were looked at and each exception.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random

import msgspec

from auditor.bind import bind
from auditor.check.engine import check
from auditor.check.identities import identities_of
from auditor.model.document import Document, Table
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.result import SEVERITIES, severity_of
from auditor.model.source import Location
from auditor.read import read_file
from auditor.render.demands import demands
from auditor.rulebook.examples import build_report
from auditor.text.chars import squeeze
from auditor.text.privacy import mask
from tests.check.tables import BOOK
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import ReportPlan
from tests.lab.mutate import DEFECTS, plant
from tests.lab.variants import make_case
from tests.support.season_examples import LEVELS, season_of

ROOT = Path(__file__).resolve().parents[2]
_TABLES = ("t2", "t3", "t4", "st")


@dataclass(slots=True)
class Looked:
    """Findings looked at (children too), those with a print, with an expected value, with a certain culprit, by rule; exceptions."""

    findings: int = 0
    printed: int = 0
    expected: int = 0
    certain: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    exceptions: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.findings} findings of {len(self.rules)} rules: {self.printed} with a print, {self.expected} with an expected value, "
            f"{self.certain} with a certain culprit; {len(self.exceptions)} exceptions"
        )

    def add(self, name: str, audit: Audit, document: Document | None = None) -> None:
        """Look at all findings of one audit."""
        report = audit.report
        assert report is not None
        printed = _places(report, document)
        for top in audit.findings:
            for finding in (top, *top.children):
                self.findings += 1
                self.rules[finding.rule] += 1
                self.printed += finding.actual is not None
                self.expected += finding.expected is not None
                self.exceptions += [f"{name} {finding.rule}: {fault}" for fault in _faults(finding, report, printed)]
            if top.culprit is not None and top.culprit.certain:
                self.certain += 1
                self.exceptions += [f"{name} {top.rule}: {fault}" for fault in _led_wrongly(top, audit)]


def _places(report: Report, document: Document | None) -> Mapping[str, list[str]]:
    """What the document (else the report) prints at each place, found without the code under test."""
    found: dict[str, list[str]] = {}

    def put(text: str, place: Location | None) -> None:
        if place is not None:
            found.setdefault(repr(msgspec.structs.replace(place, span=None, file=None)), []).append(text)

    if document is not None:
        for block in document.blocks:
            if isinstance(block, Table):
                for cell in block.cells:
                    put(cell.text, cell.location)
            else:
                put(block.text, block.location)
        put(document.title or "", report.title.location if report.title else None)
        for residue in document.residues:
            put(residue.text, residue.location)
    if document is None or document.engine != "composer":
        # Cells and paragraphs cut out of a block of running text have places of their own.
        for fact in report.facts:
            put(fact.raw, fact.location)
        for entry in report.passages:
            put(entry.text, entry.location)
        for period in report.periods:
            put(period.text, period.location)
        for section in report.sections:
            put(section.printed, section.location)
        for row in report.unplaced:
            put(" ".join((row.text, *row.values)), row.location)
        for trace in report.residues:
            put(trace.text, trace.location)
        if report.title is not None:
            put(report.title.text, report.title.location)
    return found


def _faults(finding: Finding, report: Report, printed: Mapping[str, list[str]]) -> Iterator[str]:
    if finding.actual is None:
        if finding.expected is not None:
            yield f"expected {finding.expected!r} without a print"
        return
    if finding.location is None:
        yield f"print {finding.actual!r} without a place"
        return
    texts = printed.get(repr(msgspec.structs.replace(finding.location, span=None, file=None)), [])
    if not any(_stands_in(finding.actual, text) for text in texts):
        yield f"print {finding.actual!r} is not at {finding.location}: {texts[:3]}"
    cell = next((fact for fact in finding.facts if fact.location == finding.location), None)
    if cell is not None and finding.location.span is None and squeeze(mask(cell.raw)) != squeeze(finding.actual):
        yield f"print {finding.actual!r} is not that of the cell {cell.key} ({cell.raw!r})"
    if finding.expected is not None and finding.facts and finding.facts[0].key.partition(".")[0] in _TABLES:
        yield from _unequal(finding, report)


def _stands_in(actual: str, text: str) -> bool:
    plain = squeeze(text)
    looked = squeeze(actual)
    if "*" in looked:
        width = len(looked)
        return any(
            all(mark in ("*", char) for mark, char in zip(looked, plain[start : start + width], strict=True))
            for start in range(len(plain) - width + 1)
        )
    return (looked == plain) if not looked else looked in plain


def _values(report: Report) -> dict[str, Decimal]:
    return {str(fact.key): fact.value if fact.value is not None else Decimal(0) for fact in report.facts}


def _unequal(finding: Finding, report: Report) -> Iterator[str]:
    """Equations of the finding's own rule that fail still once the print at its place reads as expected."""
    lead = next((fact for fact in report.facts if fact.location == finding.location), None)
    own = {used.key for used in finding.facts}
    if lead is None or finding.actual != mask(lead.raw.strip()):
        return
    try:
        change = {str(lead.key): Decimal(finding.expected or "")}
    except InvalidOperation:
        yield f"expected {finding.expected!r} is no number for the cell {lead.key}"
        return
    if finding.culprit is not None and finding.culprit.certain:
        change |= {key: Decimal(likely) for key, _, likely in finding.culprit.candidates[0].others}
    values = _values(report) | change
    for identity in identities_of(report, BOOK):
        if identity.rule == finding.rule and set(identity.keys) <= own:
            left, right = (sum((values.get(key, Decimal(0)) for key in side), Decimal(0)) for side in (identity.left, identity.right))
            if left != right and not _has_rows_outside(report):
                yield f"expected {finding.expected} leaves {left} ≠ {right} in {identity.id}"


def _has_rows_outside(report: Report) -> bool:
    return any(entry.table is not None and entry.duplicate_of is None for entry in report.unplaced)


def _led_wrongly(top: Finding, audit: Audit) -> Iterator[str]:
    """Contradictions between a certain culprit and the finding that carries it, and the rows of the notice that ask for anything else."""
    assert top.culprit is not None
    assert audit.report is not None
    best = top.culprit.candidates[0]
    fact = audit.report.fact(best.key)
    if fact is None:
        yield f"culprit {best.key} is no cell of the report"
        return
    if (top.location, top.actual, top.expected) != (fact.location, mask(fact.raw.strip()), best.likely):
        yield f"culprit {best.key} {best.printed} → {best.likely}, but the finding says {top.actual} → {top.expected} at {top.location}"
    for child in top.children:
        if child.expected is not None:
            yield f"child {child.rule} asks for {child.expected} besides"
    cells = {best.key: best.likely} | {key: likely for key, _, likely in best.others}
    for number, finding in enumerate(audit.findings):
        for demand in demands(finding, audit.report, BOOK, "zh"):
            if finding is top and demand.key in cells and demand.likely != cells[demand.key]:
                yield f"notice row {number}: {demand.key} should be {demand.likely}, culprit says {cells[demand.key]}"
            if finding is not top and demand.key in cells and demand.likely is not None and demand.likely != cells[demand.key]:
                yield f"notice row {number} ({finding.rule}) contradicts the culprit of {top.rule}: {demand.key} → {demand.likely}"
    if severity_of(top) in SEVERITIES[:2]:
        asked = [demand for demand in demands(top, audit.report, BOOK, "zh") if demand.likely is not None]
        if {demand.key for demand in asked} != set(cells):
            yield f"the notice asks for {[demand.key for demand in asked]}, the culprit for {sorted(cells)}"


# --- where the findings come from ---------------------------------------------------------------------------------------------------------


def examples() -> Iterator[tuple[str, Audit]]:
    """The audits of the examples of all cards."""
    for rule in BOOK.rules:
        for number, example in enumerate(rule.examples):
            name = f"{rule.id}#{number}"
            if rule.level in LEVELS or example.previous is not None or example.others:
                for place, audit in enumerate(season_of(rule, example, BOOK).audits):
                    if audit.report is not None:
                        yield f"{name}/{place}", audit
            else:
                yield name, check(build_report(example, BOOK), BOOK)


def samples() -> Iterator[tuple[str, Audit, Document]]:
    """The sample reports."""
    for path in sorted((ROOT / "sample_reports").glob("[0-9]*")):
        document = read_file(path)
        yield path.name, check(bind(document, BOOK), BOOK), document


def spoiled(plan: ReportPlan, seed: int, most: int = 5) -> ReportPlan:
    """The plan with several defects of the catalogue and a few slips of the hand in its tables."""
    random = Random(f"proof/{seed}")
    for defect in random.sample(DEFECTS, most):
        try:
            planted = plant(plan, defect, seed)
        except (KeyError, ValueError):  # the cell it would change reads no number any more
            continue
        plan = planted.plan if planted is not None else plan
    keys = [key for key, text in plan.facts.items() if text.isdigit()]
    changes = dict(plan.facts)
    for key in random.sample(keys, min(len(keys), random.choice((0, 1, 1, 2, 3)))):
        changes[key] = str(int(changes[key]) + random.choice((1, 2, 9, 10)))
    return replace(plan, facts=changes)


def made(documents: int, seed: int, kinds: Iterable[str]) -> Iterator[tuple[str, Audit, Document]]:
    """Documents of the laboratory with several defects each, read as files of these kinds (``memory``: as a perfect reader would)."""
    names = tuple(kinds)
    suffix = {"text": "txt"}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(documents):
            kind = names[number % len(names)]
            case = make_case(number, seed, kind, defects=False)
            plan = spoiled(case.plan, number)
            if case.render is None:
                document = to_document(plan)
            else:
                path = Path(folder) / f"{case.name}.{suffix.get(kind, kind)}"
                path.write_bytes(case.render(plan))
                document = read_file(path)
            yield case.name, check(bind(document, BOOK), BOOK), document


def main(arguments: list[str]) -> int:
    """Look at everything; 1 where there is an exception."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", default="memory,docx,html,text,xlsx")
    options = parser.parse_args(arguments)
    looked = Looked()
    for name, audit in examples():
        looked.add(name, audit)
    for name, audit, document in samples():
        looked.add(name, audit, document)
    for name, audit, document in made(options.documents, options.seed, options.kinds.split(",")):
        looked.add(name, audit, document)
    print(looked)
    print("\n".join(looked.exceptions))
    return 1 if looked.exceptions else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
