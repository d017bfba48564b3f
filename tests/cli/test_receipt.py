"""Receipts of an agency's own check: written, filled in, verified by the office's run; hostile ones are refused in plain words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from auditor.batch.receipts import make_receipt, read_explanations, read_receipt, receipt_bytes, verify
from auditor.errors import UsageError
from auditor.model.receipt import Receipt
from auditor.model.result import Result
from auditor.render.json_v1 import check_json
from auditor.render.page import page
from tests.cli.running import ROOT, auditor, sample
from tests.support.season import rulebook, season

SCHEMA = json.loads((ROOT / "auditor/render/schemas/check-1.json").read_text(encoding="utf-8"))


def one(number: int = 0) -> Result:
    """A run over one file, its first report wrong."""
    whole = season(12)
    return replace(whole, audits=(whole.audits[number],))


def receipt_of(result: Result, explanation: str = "") -> Receipt:
    first = result.audits[0].audit.findings[0].id
    return make_receipt(result, rulebook(), "zh", {first: explanation} if explanation else {})


def written(folder: Path, name: str, receipt: Receipt | bytes) -> Path:
    path = folder / name
    path.write_bytes(receipt if isinstance(receipt, bytes) else receipt_bytes(receipt))
    return path


def test_the_published_file_is_the_checked_file_and_the_explanation_stands_at_its_finding(tmp_path: Path) -> None:
    result = one()
    written(tmp_path, "a.json", receipt_of(result, "已核实，录入错误，联系电话13800138000"))
    seen = verify(result, tmp_path, rulebook(), "zh")
    assert [entry.standing for entry in seen.receipts] == ["same"]
    finding = seen.audits[0].audit.findings[0]
    assert finding.explained == "已核实，录入错误，联系电话138******00"  # private data is masked as everywhere
    document = json.loads(check_json(seen, rulebook().words, "zh"))
    Draft202012Validator(SCHEMA).validate(document)
    assert document["receipts"][0]["standing"] == "same"
    assert document["audits"][0]["findings"][0]["explanation"] == finding.explained
    assert any("公布的就是自查的文件且结果一致 1 份" in note for note in seen.notes)


def test_a_changed_receipt_another_file_other_rules_and_no_report_are_told_apart(tmp_path: Path) -> None:
    result = one()
    receipt = receipt_of(result, "说明")
    silent = replace(receipt, reports=(replace(receipt.reports[0], findings=()),))
    written(tmp_path, "1.json", silent)
    written(tmp_path, "2.json", replace(receipt, file=replace(receipt.file, sha256="f" * 64)))
    written(tmp_path, "3.json", replace(receipt, engine=replace(receipt.engine, rules_sha256="0" * 64)))
    written(tmp_path, "4.json", replace(receipt_of(one(2)), file=replace(receipt.file, sha256="e" * 64)))
    seen = verify(result, tmp_path, rulebook(), "zh")
    assert [entry.standing for entry in seen.receipts] == ["differs", "other_file", "other_rules", "no_report"]
    assert seen.receipts[0].rules  # which rules differ
    assert seen.audits[0].verdict == result.audits[0].verdict  # nothing of a receipt is believed
    alone = verify(result, tmp_path / "2.json", rulebook(), "zh")
    assert alone.audits[0].audit.findings[0].explained == "说明（自查的是另一份文件）"


def test_whatever_was_changed_in_a_receipt_shows(tmp_path: Path) -> None:
    """Verdict, id, rule, severity, wording, place, waiver: none can be changed and still read as the same outcome."""
    result = one()
    receipt = receipt_of(result, "说明")
    report = receipt.reports[0]
    first = report.findings[0]

    def standing(**change: Any) -> Any:
        changed = replace(report, findings=(replace(first, **change), *report.findings[1:]))
        written(tmp_path, "r.json", replace(receipt, reports=(changed,)))
        return verify(result, tmp_path / "r.json", rulebook(), "zh").receipts[0]

    for change in (
        {"id": "0" * 16},
        {"rule": "T3-02"},
        {"severity": "notice"},
        {"message": "相差 1"},
        {"location": "别处"},
        {"waived": True},
    ):
        told = standing(**change)
        assert (told.standing, told.rules != ()) == ("differs", True), change
    assert standing().standing == "same"
    lost = standing(id="0" * 16)
    assert lost.lost == 1
    assert "没有对应的问题" in lost.why
    assert "说明" in lost.why
    written(tmp_path, "r.json", replace(receipt, reports=(replace(report, verdict="clean"),)))
    told = verify(result, tmp_path / "r.json", rulebook(), "zh").receipts[0]
    assert told.standing == "differs"
    assert "结论与它自己所列的问题不符" in told.why
    # The agency's own check in another language says the same in other words.
    written(tmp_path, "r.json", make_receipt(result, rulebook(), "en", {}))
    assert verify(result, tmp_path / "r.json", rulebook(), "zh").receipts[0].standing == "same"


HOSTILE: dict[str, bytes] = {
    "deep.json": b"[" * 200_000,
    "other.json": b'{"schema": "auditor.check/1", "audits": []}',
    "text.json": "不是回执".encode(),
    "binary.json": bytes(range(256)) * 40,
    "empty.json": b"",
    "types.json": b'{"schema": "auditor.receipt/1", "engine": 1, "file": [], "reports": {}}',
    "surrogate.json": b'{"schema": "\\ud800", "engine": {"version": "", "rules_sha256": ""}, "file": {"name": "", "sha256": ""}, "reports": []}',
    "large.json": b" " * 4_000_001,
}


def test_what_is_no_receipt_is_refused_in_words_and_costs_nothing_else(tmp_path: Path) -> None:
    for name, content in HOSTILE.items():
        written(tmp_path, name, content)
    result = one()
    receipt = receipt_of(result)
    long = replace(receipt.reports[0].findings[0], explanation="长" * 2_001)
    written(tmp_path, "long.json", replace(receipt, reports=(replace(receipt.reports[0], findings=(long,)),)))
    many = tuple(replace(long, explanation="") for _ in range(5_001))
    written(tmp_path, "many.json", replace(receipt, reports=(replace(receipt.reports[0], findings=many),)))
    written(tmp_path, "good.json", receipt)
    seen = verify(result, tmp_path, rulebook(), "zh")
    standings = {entry.file: entry.standing for entry in seen.receipts}
    assert standings.pop("good.json") == "same"
    assert set(standings.values()) == {"unusable"}
    assert len(standings) == len(HOSTILE) + 2
    assert all(entry.why for entry in seen.receipts)
    assert not any("{" in entry.why for entry in seen.receipts)


def test_text_of_a_receipt_is_text_in_every_output(tmp_path: Path) -> None:
    result = one()
    written(tmp_path, "a.json", receipt_of(result, '</script><script>alert(1)</script>=HYPERLINK("x")\u202e'))
    seen = verify(result, tmp_path, rulebook(), "zh")
    assert "<script>alert(1)" not in page(seen, rulebook())
    from auditor.render.workbook import workbook

    assert workbook(seen, rulebook()).startswith(b"PK")
    strange = replace(receipt_of(result), file=replace(receipt_of(result).file, sha256="a" * 64, name="../../x"))
    strange = replace(strange, reports=(replace(strange.reports[0], agency="<b>甲</b>"),))
    written(tmp_path, "b.json", strange)
    told = verify(result, tmp_path, rulebook(), "zh")
    assert "<b>甲" not in page(told, rulebook())


def test_a_receipt_is_about_one_file() -> None:
    with pytest.raises(UsageError, match="one file"):
        make_receipt(season(3), rulebook(), "zh")


def test_explanations_come_from_a_filled_receipt_or_a_table(tmp_path: Path) -> None:
    result = one()
    finding = result.audits[0].audit.findings[0]
    table = tmp_path / "说明.csv"
    table.write_bytes(f"编号,说明\n{finding.id},录入错误\nT3-99,\n".encode("gb18030"))
    given = read_explanations(table)
    assert given[finding.id] == "录入错误"
    receipt = make_receipt(result, rulebook(), "zh", given)
    path = written(tmp_path, "r.json", receipt)
    assert read_explanations(path) == {finding.id: "录入错误"}
    assert read_receipt(path.read_bytes(), "r.json") == receipt
    by_rule = make_receipt(result, rulebook(), "zh", {finding.rule: "同上"})
    assert by_rule.reports[0].findings[0].explanation == "同上"


def test_from_the_agency_to_the_season_of_the_office(tmp_path: Path) -> None:
    published = tmp_path / "报告"
    published.mkdir()
    file = published / "06.docx"
    shutil.copy(sample("06"), file)
    receipt = tmp_path / "回执" / "06.json"
    receipt.parent.mkdir()
    ran = auditor("check", file, "--receipt", receipt, "-q", cwd=tmp_path)
    assert ran.code == 1
    document: dict[str, Any] = json.loads(receipt.read_text(encoding="utf-8"))
    document["reports"][0]["findings"][0]["explanation"] = "统计口径不同"
    receipt.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    auditor("check", file, "--receipt", receipt, "-q", cwd=tmp_path)
    assert "统计口径不同" in receipt.read_text(encoding="utf-8")  # checking again keeps what a person wrote
    first = auditor("check", published, "--receipts", receipt.parent, "--season", "季", "-q", "-j", "1", cwd=tmp_path)
    assert first.code == 1
    assert "统计口径不同" in (tmp_path / "季" / "results.json").read_text(encoding="utf-8")
    auditor("check", published, "--season", "季", "-q", "-j", "1", cwd=tmp_path)  # a later round without the receipts
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "季" / "问题台账.xlsx")
    texts = [str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row]
    assert "统计口径不同" in texts


def test_the_same_check_gives_the_same_receipt() -> None:
    assert receipt_bytes(receipt_of(one())) == receipt_bytes(receipt_of(one()))
