"""A sheet saved as CSV in its full width: its lines of prose end in delimiters and are prose all the same."""

from __future__ import annotations

from auditor.bind import bind
from auditor.model.source import Source
from auditor.read.text import read_text
from auditor.rulebook import load_rulebook
from tests.read.made import report_text


def padded(text: str, width: int = 12) -> str:
    return "\n".join(line.replace("\t", ",") + "," * (width - line.count("\t")) for line in text.splitlines())


def test_headings_of_a_padded_sheet_are_found() -> None:
    report = bind(read_text(padded(report_text()).encode("gb18030"), Source(path="a.csv", sha256="0", kind="text")), load_rulebook())
    assert [section.key for section in report.sections if section.key] == [
        "s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems", "s6_other",
    ]  # fmt: skip
    assert len(report.facts) == 200


def test_a_row_of_empty_cells_stays_a_row() -> None:
    lines = [line.split("\t")[0] if line.startswith("二、上年结转") else line for line in report_text().splitlines()]
    report = bind(read_text(padded("\n".join(lines)).encode(), Source(path="a.csv", sha256="0", kind="text")), load_rulebook())
    fact = report.fact("t3.carried_over.total")
    assert fact is not None
    assert fact.state == "blank"
