"""The JSON documents are what their schemas say; text of a report cannot harm a terminal or a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from auditor.model.finding import Audit, Candidate, Culprit, FactUsed, Finding, Undecided
from auditor.model.report import Report
from auditor.model.result import Counted, Result, severity_of
from auditor.model.rule import Verdict
from auditor.model.source import Location, Problem, Source
from auditor.render.console import Options, print_result
from auditor.render.csv import COLUMNS, safe_cell, stream_csv
from auditor.render.json_v1 import check_json, stream_jsonl
from auditor.render.places import place_text, problem_text
from auditor.render.printable import cell_width, printable, wrap
from auditor.rulebook import load_rulebook
from tests.cli.running import SAMPLES, auditor

WORDS = load_rulebook().words
SCHEMAS = Path(__file__).resolve().parents[2] / "auditor/render/schemas"


def finding(**given: Any) -> Finding:
    return Finding(**({"id": "f1", "rule": "T3-01", "severity": "warning", "title": "标题", "message": "内容"} | given))


def result(*findings: Finding, **given: Any) -> Result:
    source = Source(path="in/a.docx", sha256="0" * 64, kind="docx")
    report = Report(source=source, status="read", document="annual_report", agency="甲市乙局", year=2023)
    audit = Audit(
        source=source, status="read", report=report, verdicts={"T3-01": "fail", "T3-02": "pass", "D-01": "needs_other_input"},
        findings=findings, unknown=(Undecided(rule="D-01", needs="2022年度报告", verdict="needs_other_input"),), **given,
    )  # fmt: skip
    checks: dict[Verdict, int] = {"pass": 1, "fail": 1, "unknown": 0, "not_applicable": 0, "needs_other_input": 1}
    return Result(audits=(Counted(audit=audit, verdict="findings", checks=checks),), version="1", rules_sha256="r")


def screen(shown: Result, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    print_result(shown, load_rulebook(), console, Options())
    return console.file.getvalue()  # type: ignore[attr-defined]


FULL = finding(
    expected="12", actual="11", calculation="12 + 0 ≠ 10 + 1", location=Location(page=4, table=2, row=4, column=10, box=(1.0, 2.0, 3.0, 4.0)),
    related=(Location(line=7),), facts=(FactUsed(key="t3.granted.total", raw="１１"),), basis=("依据甲",), question="请核实",
    culprit=Culprit(certain=True, candidates=(Candidate(key="t3.granted.total", printed="11", likely="12", kind="digit"),)),
    children=(finding(id="f2", severity="error", message="另一式"),), passages=(("本年", "文字"),),
)  # fmt: skip


@pytest.mark.parametrize("name", ["check", "extract"])
def test_commands_give_what_the_schemas_say(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = auditor(name, SAMPLES, "--format", "json").json()
    jsonschema.validate(document, schema)


def test_full_finding_and_corpus_finding_fit_the_schema() -> None:
    from msgspec.structs import replace

    schema = json.loads((SCHEMAS / "check-1.json").read_text(encoding="utf-8"))
    shown = replace(result(FULL), corpus_findings=(finding(agencies=("甲", "乙"), sources=("a", "b")),))
    document = json.loads(check_json(shown, WORDS, "zh"))
    jsonschema.validate(document, schema)
    assert document["corpus"]["findings"][0]["agencies"] == ["甲", "乙"]


def test_parent_takes_the_worst_severity_and_is_counted_once() -> None:
    assert severity_of(FULL) == "error"
    document = json.loads(check_json(result(FULL), WORDS, "zh"))
    assert document["summary"]["findings"] == {"error": 1, "warning": 0, "notice": 0}
    assert document["audits"][0]["findings"][0]["severity"] == "error"


def test_json_lines_keep_the_order_of_the_document() -> None:
    shown = result(FULL, problems=(Problem(code="READ-SUFFIX", details={"suffix": ".doc", "kind": "docx"}),))
    lines = [json.loads(line) for line in b"".join(stream_jsonl(shown, WORDS, "zh")).splitlines()]
    assert [line["type"] for line in lines] == ["audit", "finding", "problem", "summary"]


def test_csv_names_the_parent_and_disarms_formulas() -> None:
    text = b"".join(stream_csv(result(finding(title="=cmd|' /C calc'!A0", children=(finding(id="f2"),))), WORDS, "zh")).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["title"].startswith("'=")
    assert rows[1]["parent"] == "f1"


@pytest.mark.parametrize(("text", "safe"), [("-3", "-3"), ("+1.5", "+1.5"), ("-3+A1", "'-3+A1"), ("@x", "'@x"), ("文字", "文字")])
def test_safe_cell(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


@pytest.mark.parametrize("width", [80, 120])
def test_screen_says_verdict_first_and_keeps_its_width(width: int) -> None:
    shown = screen(result(finding(message="很长的说明" * 30), FULL), width)
    lines = shown.splitlines()
    assert lines[0].startswith("✗ 发现问题（已检查 2/2 项）")
    assert max(cell_width(line) for line in lines) <= width
    assert shown.index("T3-01") < shown.index("需另附材料")
    for word in ("第4页", "应为：12", "12 + 0 ≠ 10 + 1", "依据甲", "同一原因还导致", "2022年度报告"):
        assert word in shown


def test_report_text_can_neither_colour_nor_clear_the_terminal() -> None:
    shown = screen(result(finding(title="\x1b[2J[red]x[/red]", message="a\u202eb\x07")))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "[red]x[/red]" in shown
    assert printable("\x1b") == "\\x1b"


def test_wrapping_breaks_between_chinese_characters_but_not_before_marks_or_in_numbers() -> None:
    lines = wrap("数字一二三四，五六12345七八", 12)
    assert all(cell_width(line) <= 12 for line in lines)
    assert not any(line.startswith("，") for line in lines)
    assert any("12345" in line for line in lines)
    assert "".join(lines) == "数字一二三四，五六12345七八"


def test_places_and_problems_in_both_languages() -> None:
    place = Location(page=4, table=3, row=4, column=10)
    assert place_text(place, WORDS, "zh") == "第4页 表格3 第4行第10列"
    assert place_text(place, WORDS, "en") == "page 4, table 3, row 4, column 10"
    assert place_text(Location(), WORDS, "zh")
    assert "password" in problem_text(Problem(code="READ-ENCRYPTED"), WORDS, "en")
    assert problem_text(Problem(code="X-Y", details={"a": "b"}), WORDS, "zh") == "X-Y (a=b)"


def test_every_problem_code_of_the_program_has_a_text() -> None:
    import re

    root = Path(__file__).resolve().parents[2] / "auditor"
    found = {
        code
        for path in root.rglob("*.py")
        for code in re.findall(r'"((?:READ|BIND|CHECK|RUN|SEASON)-[A-Z-]+)"', path.read_text(encoding="utf-8"))
    }
    found -= {code for code in found if code.endswith("-")}
    missing = sorted(code for code in found if f"problem.{code}" not in WORDS)
    assert not missing
