"""The engine: crashes cost one rule, doubt lowers severity, ids survive new values, text is masked."""

from __future__ import annotations

import msgspec
import pytest

from auditor.check.coverage import counts, decided, verdict_of
from auditor.check.declared import KINDS
from auditor.check.engine import check
from auditor.model.settings import Settings
from tests.check.tables import BOOK, balanced, report_of


def test_a_crash_is_a_problem_of_that_rule_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(context: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(KINDS, "non_negative_integer", broken)
    audit = check(report_of(balanced(1)), BOOK, Settings(select=("T3-04", "T3-01")))
    assert audit.verdicts == {"T3-01": "pass", "T3-04": "unknown"}
    assert [(problem.code, problem.details["rule"]) for problem in audit.problems] == [("CHECK-CRASHED", "T3-04")]
    assert audit.findings == ()


def test_doubtful_cells_cap_the_severity() -> None:
    report = report_of(balanced(1) | {"t4.review_total": "99"})
    facts = tuple(msgspec.structs.replace(fact, confidence=0.5) if fact.key == "t4.review_total" else fact for fact in report.facts)
    (finding,) = check(msgspec.structs.replace(report, facts=facts), BOOK, Settings(select=("T4-01",))).findings
    assert (finding.severity, finding.confidence) == ("warning", "low")
    assert "请核对原文" in finding.message


def test_ids_do_not_depend_on_values_path_or_language() -> None:
    def ids(value: str, path: str, lang: str) -> list[str]:
        report = report_of(balanced(1) | {"t4.review_total": value}, path=path)
        return [finding.id for finding in check(report, BOOK, Settings(select=("T4-01",), lang=lang)).findings]

    assert ids("98", "a.docx", "zh") == ids("99", "b.pdf", "en")


def test_tables_in_another_file_are_unknown_never_missing() -> None:
    audit = check(report_of({}, elsewhere=["tables"]), BOOK, Settings(select=("A-09", "A-10", "A-11", "T3-01")))
    assert set(audit.verdicts.values()) == {"unknown"}
    assert audit.findings == ()
    assert verdict_of(audit) == "incomplete"


def test_a_blank_form_is_not_judged() -> None:
    audit = check(report_of({}, document="blank_form"), BOOK)
    assert audit.verdicts == {}
    assert audit.findings == ()


def test_select_ignore_and_severity() -> None:
    report = report_of(balanced(1) | {"t4.review_total": "99"})
    audit = check(report, BOOK, Settings(select=("T4",), ignore=("T4-07",), severity={"T4-01": "notice"}))
    assert set(audit.verdicts) == {"T4-01", "T4-02", "T4-03", "T4-04", "T4-05", "T4-06"}
    assert [finding.severity for finding in audit.findings] == ["notice"]


def test_counts_keep_what_needs_other_inputs_apart() -> None:
    audit = check(report_of(balanced(1)), BOOK, Settings(select=("T4",)))
    assert counts(audit)["needs_other_input"] == 1
    assert decided(audit) == (5, 5)


def test_same_report_same_audit() -> None:
    report = report_of(balanced(1) | {"t3.granted.total": "9"})
    assert msgspec.json.encode(check(report, BOOK)) == msgspec.json.encode(check(report, BOOK))
