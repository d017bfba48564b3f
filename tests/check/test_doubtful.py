"""What rests on a table that was not read for certain is never called an error, and says to look at the original."""

from __future__ import annotations

import msgspec
import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.document import Block, Document, Table
from auditor.model.finding import Finding
from auditor.model.settings import Settings
from auditor.model.source import Problem
from auditor.rulebook import load_rulebook
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document


def without_values(document: Document, confidence: float) -> Document:
    """The document whose table 3 has lost the figures of one row, its cells read with this confidence."""
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Table) and any("结转下年度" in cell.text for cell in block.cells):
            row = next(cell.row for cell in block.cells if "结转下年度" in cell.text)
            kept = [cell for cell in block.cells if cell.row != row]
            cells = tuple(msgspec.structs.replace(cell, confidence=confidence) for cell in kept)
            blocks.append(msgspec.structs.replace(block, cells=cells))
        else:
            blocks.append(block)
    return msgspec.structs.replace(document, blocks=tuple(blocks))


def findings(confidence: float) -> list[Finding]:
    rulebook = load_rulebook()
    document = without_values(to_document(balanced_plan(4, "layout_2021", "medium")), confidence)
    return [finding for finding in check(bind(document, rulebook), rulebook, Settings()).findings if finding.rule == "A-10"]


@pytest.mark.parametrize(("confidence", "severity"), [(1.0, "error"), (0.75, "warning")])
def test_a_row_missing_from_a_doubtful_table_is_a_warning(confidence: float, severity: str) -> None:
    (finding,) = findings(confidence)
    assert finding.severity == severity
    assert ("请核对原文" in finding.message) == (severity == "warning")


@pytest.mark.parametrize("code", ["READ-OCR", "READ-OCR-PICTURE", None])
def test_what_is_missing_beside_recognised_pictures_is_said_with_advice(code: str | None) -> None:
    rulebook = load_rulebook()
    report = bind(to_document(balanced_plan(4, "layout_2021", "medium")), rulebook)
    problems = (Problem(code=code, details={"pages": "1", "count": "1"}),) if code else ()
    sections = tuple(section for section in report.sections if section.key != "s5_problems")
    report = msgspec.structs.replace(report, sections=sections, problems=problems)
    found = [finding for finding in check(report, rulebook, Settings()).findings if not finding.facts and finding.severity == "error"]
    assert found
    assert {("请核对原文" in finding.message, finding.confidence == "low") for finding in found} == {(bool(code), bool(code))}
