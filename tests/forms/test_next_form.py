"""A form of a later year is one data file: earlier reports are judged as before, reports of its years in full, nobody is accused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from auditor.bind import bind
from auditor.check.coverage import decided, severity_of, verdict_of
from auditor.check.engine import check
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes, extract_file
from auditor.rulebook import load_rulebook
from auditor.rulebook.built_in import read_built_in
from auditor.rulefiles import rules_folder
from auditor.season import audit_season
from tests.cli.running import SAMPLES, auditor
from tests.lab.compose import GridOptions, HtmlStyle, ReportPlan, balanced_plan, to_docx, to_html, to_text
from tests.lab.compose import plan as plans
from tests.lab.compose.docx import DocxStyle
from tests.lab.compose.memory import to_document
from tests.lab.compose.text import TextStyle
from tests.lab.variants import make_case

FORM = Path(__file__).with_name("form_2027.toml")
TODAY = load_rulebook()
NEXT = load_rulebook((FORM,))
ADDED_ROW, ADDED_COLUMN = "t3.denied_platform", "explained"
DOCUMENTS = int(os.environ.get("AUDITOR_FORM_DOCUMENTS", "100"))
"""Laboratory documents of earlier years; ``make prove-forms`` takes 300."""
SIZES = ("zero", "small", "medium", "large")


@pytest.fixture(autouse=True)
def _laboratory_knows_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "formats", lambda: NEXT.formats)


def next_plan(seed: int, size: str, year: int = 2027) -> ReportPlan:
    """A balanced report under the new form: some of one refusal's requests were refused for the new reason instead."""
    old = balanced_plan(seed, "layout_2021", size, year=year)
    facts = dict(old.facts)
    for column in ("natural_person", "commercial", "research", "social", "legal_service", "other_org", "total"):
        facts[f"{ADDED_ROW}.{column}"], facts[f"t3.denied_internal.{column}"] = facts[f"t3.denied_internal.{column}"], "0"
    facts |= {f"t2.regulation.{ADDED_COLUMN}": "0", f"t2.normative_doc.{ADDED_COLUMN}": str(seed % 5)}
    return replace(old, layouts=dict.fromkeys(("t2", "t3", "t4"), "layout_2027"), facts=facts, grid=GridOptions(base=4))


def audited(plan: ReportPlan, book: Rulebook = NEXT) -> Audit:
    return check(bind(to_document(plan), book), book)


def asked(audit: Audit) -> list[str]:
    """The findings that ask for something."""
    return [f"{finding.rule}: {finding.message}" for finding in audit.findings if severity_of(finding) != "notice"]


def earlier_reports() -> Iterator[tuple[str, Report, Report]]:
    """Samples, laboratory documents and, where they are, real reports: bound with today's rule book and with the next."""
    real = Path(__file__).resolve().parents[3] / "shared" / "corpus"
    files = [path for path in SAMPLES.iterdir() if path.suffix in (".docx", ".html", ".txt", ".md", ".xlsx") and path.stem != "README"]
    files += [path for path in sorted(real.rglob("*")) if path.suffix in (".txt", ".html", ".docx")] if real.is_dir() else []
    for path in files:
        yield path.name, extract_file(path, TODAY, shown=path.name), extract_file(path, NEXT, shown=path.name)
    for number in range(DOCUMENTS):
        document = to_document(make_case(number, 11, "memory").plan)
        yield f"lab {number}", bind(document, TODAY), bind(document, NEXT)


def test_every_verdict_of_earlier_years_is_unchanged() -> None:
    for name, before, after in earlier_reports():
        one, other = check_report(before, TODAY, Settings()), check_report(after, NEXT, Settings())
        assert one.verdicts == other.verdicts, name
        assert [finding.id for finding in one.findings] == [finding.id for finding in other.findings], name
        assert before.facts == after.facts, name


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(10))
def test_a_correct_report_of_the_new_form_is_clean_with_as_many_decided_checks(seed: int, size: str) -> None:
    before = audited(replace(balanced_plan(seed, "layout_2021", size, year=2024)), TODAY)
    report = bind(to_document(next_plan(seed, size)), NEXT)
    audit = check(report, NEXT)
    assert {fact.key: fact.raw for fact in report.facts} == next_plan(seed, size).truth()
    assert not report.unplaced
    assert report.layouts == {"t2": "layout_2027", "t3": "layout_2027"}
    assert not asked(audit)
    assert verdict_of(audit) == verdict_of(before) == "clean"
    later = {rule.id for rule in NEXT.rules if (rule.valid_from or 0) > 2024}  # rules that begin after the year compared with
    assert {rule: audit.verdicts[rule] for rule in audit.verdicts if rule not in later} == {
        rule: before.verdicts[rule] for rule in before.verdicts if rule not in later
    }
    assert decided(audit) >= decided(before)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_from_files(seed: int) -> None:
    plan = next_plan(seed, "medium")
    made = {
        "a.docx": to_docx(plan, DocxStyle()),
        "a.html": to_html(plan, HtmlStyle()),
        "a.txt": to_text(plan, TextStyle()),
    }
    for name, data in made.items():
        report = extract_bytes(data, name, NEXT)
        assert {fact.key: fact.raw for fact in report.facts} == plan.truth(), name
        assert verdict_of(check(report, NEXT)) == "clean", name


def test_each_single_wrong_cell_of_the_table_of_requests_is_found() -> None:
    plan = next_plan(3, "medium")
    keys = [key for key in plan.truth() if key.startswith(("t3.", "t4."))]
    assert f"{ADDED_ROW}.total" in keys
    for key in keys:
        wrong = replace(plan, facts={**plan.facts, key: str(int(plan.facts[key]) + 3)})
        assert asked(audited(wrong)), key


def test_a_wrong_cell_of_the_new_row_is_named_by_its_label() -> None:
    plan = next_plan(3, "medium")
    wrong = replace(plan, facts={**plan.facts, f"{ADDED_ROW}.natural_person": str(int(plan.facts[f"{ADDED_ROW}.natural_person"]) + 3)})
    assert any("9.属于平台数据专项规定" in told for told in map(_whole_text, audited(wrong).findings))


def _whole_text(finding: object) -> str:
    """All a finding says, labels of its cells included."""
    from auditor.text.labels import label_of

    data = msgspec.to_builtins(finding)
    keys = [fact["key"] for fact in data["facts"]]
    for candidate in (data["culprit"] or {}).get("candidates", ()):
        keys += [candidate.get("key") or ""]
    layouts = {"t2": "layout_2027", "t3": "layout_2027"}
    return json.dumps(data, ensure_ascii=False) + " ".join(label_of(NEXT, layouts, key, "zh") for key in keys)


def test_wrong_cells_of_the_new_column_are_found() -> None:
    plan = next_plan(2, "medium")
    for value in ("-1", "1.5"):
        wrong = replace(plan, facts={**plan.facts, f"t2.normative_doc.{ADDED_COLUMN}": value})
        assert any(told.startswith("T2-01") and "本年解读件数" in told for told in asked(audited(wrong)))


def test_the_new_row_and_column_left_out_are_missed() -> None:
    plan = next_plan(2, "medium")
    without_row = audited(replace(plan, omit=frozenset({ADDED_ROW})))
    assert without_row.verdicts["A-10"] == "fail"
    without_column = audited(replace(plan, omit=frozenset({f"t2/{ADDED_COLUMN}"})))
    assert without_column.verdicts["A-09"] == "fail"


def test_a_report_of_2027_in_the_old_form_is_told_and_one_of_2019_too() -> None:
    old = replace(balanced_plan(5, "layout_2019", "medium", year=2020), year=2027)
    assert audited(old).verdicts["A-02"] == "fail"
    early = replace(next_plan(5, "medium"), year=2024)
    assert audited(early).verdicts["A-02"] == "fail"


def test_two_years_over_the_change_of_form_and_under_the_new_one() -> None:
    first, second, third = balanced_plan(7, "layout_2021", "medium", year=2026), next_plan(7, "medium"), next_plan(7, "medium", 2028)
    audits = [audited(plan) for plan in (first, second, third)]
    result = audit_season(audits, NEXT)
    verdicts = [audit.verdicts for audit in result.audits]
    for rule in ("D-01", "D-03", "D-07"):
        assert verdicts[1][rule] in ("pass", "fail"), rule
        assert verdicts[2][rule] in ("pass", "fail"), rule
    assert verdicts[1]["D-09"] == verdicts[2]["D-09"] == "fail"  # the same tables three years running


def test_a_year_that_was_not_reviewed_is_never_clean() -> None:
    plan = balanced_plan(1, "layout_2021", "medium", year=2024)
    later = replace(balanced_plan(1, "layout_2021", "medium", year=2031))
    assert verdict_of(audited(plan, TODAY)) == "clean"
    audit = audited(later, TODAY)
    assert verdict_of(audit) == "incomplete"
    assert [problem.code for problem in audit.problems] == ["FORM-UNREVIEWED"]
    assert decided(audit) >= decided(audited(plan, TODAY))


def test_the_reason_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(to_text(balanced_plan(1, "layout_2021", "medium", year=2031), TextStyle()))
    ran = auditor("check", path)
    assert ran.code == 0  # all was read, nothing was found; an undecided check alone sets no code either
    assert "未能完成检查" in ran.out
    assert "规则库尚未核对该年度的格式要求" in ran.out


def test_beside_a_pack_by_command(tmp_path: Path) -> None:
    shutil.copy(FORM, tmp_path)
    (tmp_path / "auditor.toml").write_text('rule_packs = ["form_2027.toml"]\n', encoding="utf-8")
    (tmp_path / "report.docx").write_bytes(to_docx(next_plan(2, "medium"), DocxStyle()))
    ran = auditor("check", "report.docx", "-f", "json", cwd=tmp_path)
    assert ran.code == 0, ran.out
    assert ran.json()["audits"][0]["verdict"] == "clean"
    assert "属于平台数据专项规定" in auditor("formats", cwd=tmp_path).out


def test_in_the_folder_of_forms(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)
    shutil.copy(FORM, folder / "formats")
    book = read_built_in(folder)
    assert book.newest.id == "era_2027"
    assert verdict_of(audited(next_plan(1, "small"), book)) == "clean"


def test_a_whole_form_file_does_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)
    text = (folder / "formats" / "2021.toml").read_text(encoding="utf-8")
    text = text.replace("era_2021", "era_2027").replace("layout_2021", "layout_2027").replace("first_year = 2021", "first_year = 2027")
    text = text.replace("reviewed_through = 2026", "reviewed_through = 2027")
    (folder / "formats" / "2027.toml").write_text(text, encoding="utf-8")
    book = read_built_in(folder)
    plan = replace(balanced_plan(1, "layout_2021", "small", year=2027))
    audit = audited(plan, book)
    assert verdict_of(audit) == "clean"
    assert verdict_of(audited(balanced_plan(1, "layout_2021", "small", year=2024), book)) == "clean"
