"""The same report as text, DOCX, HTML and PDF: the same facts, the same verdicts, the same finding ids."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import msgspec
import pytest
from lxml import etree

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit
from auditor.model.report import Fact, Report
from auditor.model.settings import Settings
from auditor.read import read_bytes
from auditor.rulebook import load_rulebook
from tests.lab.compose import ReportPlan, balanced_plan, to_docx, to_html, to_pdf, to_text

KINDS: dict[str, tuple[Callable[[ReportPlan], bytes], str]] = {
    "text": (to_text, "report.txt"),
    "docx": (to_docx, "report.docx"),
    "html": (to_html, "report.html"),
    "pdf": (to_pdf, "report.pdf"),
}
TABLES = Settings(ignore=tuple(sorted({rule.group for rule in load_rulebook().rules} - {"T2", "T3", "T4"})))
"""The rules on tables alone."""
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def report_of(plan: ReportPlan, kind: str) -> Report:
    make, name = KINDS[kind]
    return bind(read_bytes(make(plan), name), load_rulebook())


def audit_of(plan: ReportPlan, kind: str) -> Audit:
    return check(report_of(plan, kind), load_rulebook())


@cache
def balanced(layout: str) -> ReportPlan:
    return balanced_plan(11, layout, "small")


def changed(plan: ReportPlan, key: str) -> ReportPlan:
    return plan.with_facts(**{key: str(int(plan.truth()[key]) + 1)})


def errors(audit: Audit) -> dict[str, set[str]]:
    """Rule ids of the arithmetic errors with their finding ids."""
    found: dict[str, set[str]] = {}
    for finding in audit.findings:
        for one in (finding, *finding.children):
            if one.severity == "error":
                found.setdefault(one.rule, set()).add(one.id)
    return found


@pytest.mark.parametrize("layout", ["layout_2019", "layout_2021"])
def test_same_facts_and_findings_in_every_kind(layout: str) -> None:
    plan = balanced(layout)
    reports = {kind: report_of(plan, kind) for kind in KINDS}
    facts = {kind: {f.key: (f.value, f.state, f.unit) for f in report.facts} for kind, report in reports.items()}
    assert facts["text"] == facts["docx"] == facts["html"] == facts["pdf"]
    assert {key: str(value) for key, (value, _, _) in facts["docx"].items()} == {k: str(Decimal(v)) for k, v in plan.truth().items()}
    audits = {kind: check(report, load_rulebook()) for kind, report in reports.items()}
    ids = {kind: sorted(f.id for top in audit.findings for f in (top, *top.children)) for kind, audit in audits.items()}
    assert ids["text"] == ids["docx"] == ids["html"] == ids["pdf"]
    assert not any(errors(audit) for audit in audits.values())


@pytest.mark.parametrize(
    "key",
    [
        "t3.new_received.natural_person",
        "t3.denied_law.commercial",
        "t3.granted.total",
        "t3.result_total.other_org",
        "t3.carried_forward.total",
        "t4.review_other",
        "t4.after_review_total",
    ],
)
def test_one_changed_number_gives_the_same_findings_in_every_kind(key: str) -> None:
    plan = changed(balanced("layout_2021"), key)
    found = {kind: errors(audit_of(plan, kind)) for kind in KINDS}
    assert found["docx"]
    assert found["text"] == found["docx"] == found["html"] == found["pdf"]
    assert not errors(audit_of(balanced("layout_2021"), "docx"))


@cache
def on_the_facts(key: str) -> dict[str, set[str]]:
    """What the rules on tables say of one more in a cell, without any file of it; the same for every kind, whose facts are equal."""
    plan = balanced("layout_2021")
    clean, printed = report_of(plan, "text"), changed(plan, key).truth()[key]
    facts = tuple(
        msgspec.structs.replace(fact, raw=printed, value=Decimal(printed), state="number") if fact.key == key else fact
        for fact in clean.facts
    )
    return errors(check(msgspec.structs.replace(clean, facts=facts), load_rulebook(), TABLES))


class TypedOver:
    """A Word file in which single figures are typed over: composing it anew takes most of the time of a test."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
        self._body = etree.fromstring(self._parts[_BODY])

    def file(self, fact: Fact, printed: str) -> bytes:
        """The file with another figure in the cell of a fact."""
        assert fact.location.anchor is not None
        table, row, cell = (int(part.lstrip("tblrc")) - 1 for part in fact.location.anchor.split("/"))
        place = list(self._body.iter(_W + "tbl"))[table].findall(_W + "tr")[row].findall(_W + "tc")[cell]
        (figure,) = place.iter(_W + "t")
        assert figure.text == fact.raw
        figure.text = printed
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in self._parts.items():
                archive.writestr(name, etree.tostring(self._body) if name == _BODY else content)
        figure.text = fact.raw
        return out.getvalue()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_single_number_of_tables_3_and_4_in_every_kind(kind: str) -> None:
    """One more in any cell: exactly the identities of that cell fail, as on the facts alone; put back, all is silent."""
    plan = balanced("layout_2021")
    rulebook = load_rulebook()
    make, name = KINDS[kind]
    data = make(plan)
    clean = bind(read_bytes(data, name), rulebook)
    assert not errors(check(clean, rulebook))
    cells = [key for key in plan.truth() if key.startswith(("t3.", "t4."))]
    assert len(cells) == 190
    facts = {str(fact.key): fact for fact in clean.facts}
    word = TypedOver(data) if kind == "docx" else None
    for key in cells:
        made = changed(plan, key)
        report = bind(read_bytes(word.file(facts[key], made.truth()[key]) if word else make(made), name), rulebook)
        assert [str(fact.value) for fact in report.facts if fact.key == key] == [made.truth()[key]]
        found = errors(check(report, rulebook, TABLES))
        assert found
        assert found == on_the_facts(key), key


def test_stored_report_is_checked_without_its_file() -> None:
    report = report_of(changed(balanced("layout_2021"), "t3.granted.total"), "pdf")
    stored = msgspec.json.encode(report)
    again = check(msgspec.json.decode(stored, type=Report), load_rulebook())
    assert msgspec.json.encode(again) == msgspec.json.encode(check(report, load_rulebook()))
