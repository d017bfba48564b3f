"""``auditor check``: exit codes, formats and options of the contract."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import SAMPLES, auditor, sample

ARITHMETIC = "T3-01,T3-03,T4-01"


def test_clean_report_is_0_and_says_how_much_was_checked() -> None:
    ran = auditor("check", sample("01"), "--select", ARITHMETIC)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("✓ 未发现问题（已检查 3/3 项）")


def test_faulty_report_is_1_with_place_printed_expected_and_calculation() -> None:
    ran = auditor("check", sample("06"), "--select", ARITHMETIC)
    assert ran.code == 1
    first = ran.out.splitlines()[0]
    assert first.startswith("✗ 发现问题")
    for word in ("T3-01", "位置：", "原文：", "计算：", "依据：", "≠", "不能确定是哪一处有误"):
        assert word in ran.out
    assert "应为：" not in ran.out  # either side of the balance may be wrong: no value is demanded


def test_a_total_against_its_parts_says_what_it_should_be() -> None:
    ran = auditor("check", sample("09"), "--select", "T4-01")
    assert ran.code == 1
    assert "应为：" in ran.out


def test_english_from_the_same_catalogue() -> None:
    ran = auditor("check", sample("06"), "--select", ARITHMETIC, "--lang", "en")
    assert ran.out.splitlines()[0].startswith("✗ Problems found")
    assert "Calculation: " in ran.out


@pytest.mark.parametrize(("fail_on", "code"), [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on(fail_on: str, code: int) -> None:
    assert auditor("check", sample("06"), "--select", ARITHMETIC, "--fail-on", fail_on).code == code


def test_severity_changes_what_fails() -> None:
    lowered = ("--select", ARITHMETIC, "--severity", "T3-01=warning")
    assert auditor("check", sample("06"), *lowered).code == 0
    assert auditor("check", sample("06"), *lowered, "--fail-on", "warning").code == 1


def test_select_and_ignore() -> None:
    assert auditor("check", sample("06"), "--select", "T4-01").code == 0
    assert auditor("check", sample("06"), "--select", ARITHMETIC, "--ignore", "T3-01").code == 0


def test_json_follows_the_contract() -> None:
    document = auditor("check", sample("06"), "--select", ARITHMETIC, "--format", "json").json()
    assert document["schema"] == "auditor.check/1"
    audit = document["audits"][0]
    assert (audit["status"], audit["verdict"], audit["year"], audit["source"]["kind"]) == ("read", "findings", 2024, "docx")
    assert set(audit["checks"]) == {"pass", "fail", "unknown", "not_applicable", "needs_other_input"}
    finding = audit["findings"][0]
    assert finding["rule"] == "T3-01"
    assert finding["location"]["text"]
    assert finding["basis"]
    assert document["summary"]["findings"]["error"] == len(audit["findings"])


def test_same_input_same_bytes_whatever_the_jobs() -> None:
    once = auditor("check", SAMPLES, "--format", "json", "--jobs", "1")
    again = auditor("check", SAMPLES, "--format", "json", "--jobs", "3")
    assert once.raw == again.raw
    paths = [audit["source"]["path"] for audit in once.json()["audits"]]
    assert paths == sorted(paths)


def test_json_lines_and_csv() -> None:
    lines = [json.loads(line) for line in auditor("check", sample("06"), "--select", ARITHMETIC, "--format", "jsonl").out.splitlines()]
    assert [line["type"] for line in lines][:2] == ["audit", "finding"]
    assert lines[-1]["type"] == "summary"
    raw = auditor("check", sample("06"), "--select", ARITHMETIC, "--format", "csv").raw
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert list(rows[0])[:4] == ["agency", "year", "path", "rule"]
    rows = [row for row in rows if row["rule"]]  # the first line may tell of settings
    assert rows[0]["rule"] == "T3-01"


def test_output_files_beside_clean_standard_output(tmp_path: Path) -> None:
    ran = auditor(
        "check",
        sample("06"),
        "--select",
        ARITHMETIC,
        "-f",
        "json",
        "-o",
        f"csv={tmp_path / 'a.csv'}",
        "-o",
        f"console={tmp_path / 'a.txt'}",
    )
    assert ran.json()["schema"] == "auditor.check/1"
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "发现问题" in (tmp_path / "a.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--select", "X9-99"],
        ["--severity", "T3-01=fatal"],
        ["--output", "nothing"],
        ["--config", "no-such.toml"],
        ["--fail-on", "sometimes"],
    ],
)
def test_bad_arguments_are_2_with_a_message(arguments: list[str]) -> None:
    paths = [str(sample("01"))] if arguments else []
    ran = auditor("check", *paths, *arguments)
    assert ran.code == 2
    assert ran.err.strip()
    assert not ran.out


def test_nothing_to_check_is_3(tmp_path: Path) -> None:
    assert auditor("check", tmp_path).code == 3
    (tmp_path / "notice.txt").write_text("关于报送材料的通知。" * 30, encoding="utf-8")
    ran = auditor("check", tmp_path)
    assert ran.code == 3
    assert "notice.txt" in ran.out
    assert auditor("check", tmp_path / "nothing.docx").code == 3


def test_unreadable_is_4_and_the_others_are_audited(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nbroken")
    (tmp_path / "b.docx").write_bytes(sample("06").read_bytes())
    (tmp_path / "c.docx").write_bytes(b"")
    ran = auditor("check", tmp_path, "--select", ARITHMETIC, "--format", "json")
    assert ran.code == 4
    audits = ran.json()["audits"]
    assert [audit["status"] for audit in audits] == ["unreadable", "read", "unreadable"]
    assert audits[1]["findings"]
    assert [audit["problems"][0]["code"] for audit in audits if audit["problems"]] == ["READ-DAMAGED", "READ-EMPTY"]
    assert all(audit["problems"][0]["message"] for audit in audits if audit["problems"])


def test_a_notice_in_the_folder_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(sample("01").read_bytes())
    (tmp_path / "notice.txt").write_text("关于报送材料的通知。" * 30, encoding="utf-8")
    assert auditor("check", tmp_path, "--select", ARITHMETIC).code == 0


def test_members_of_an_archive_are_audited(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(sample("06"), "二/b.docx")
        archive.write(sample("01"), "一/a.docx")
    document = auditor("check", tmp_path, "--select", ARITHMETIC, "-f", "json").json()
    paths = [audit["source"]["path"] for audit in document["audits"]]
    assert [path.partition("!/")[2] for path in paths] == ["一/a.docx", "二/b.docx"]
    assert document["summary"]["findings"]["error"] > 0


def test_halves_of_one_report_are_joined() -> None:
    document = auditor("extract", sample("17"), sample("18"), "-f", "json").json()
    assert len(document["reports"]) == 1
    report = document["reports"][0]
    assert len(report["parts"]) == 2
    assert report["facts"][0]["location"]["file"].endswith(".xlsx")


def test_folder_has_a_line_for_each_report_and_tables_by_rule_and_agency() -> None:
    ran = auditor("check", SAMPLES, "--select", ARITHMETIC)
    assert ran.code == 1
    for word in ("按规则汇总", "按机关汇总", "松岚县教育局", "19_blank_form.docx", "空白表样"):
        assert word in ran.out


def test_quiet_leaves_the_details_out() -> None:
    ran = auditor("check", sample("06"), "--select", ARITHMETIC, "--quiet")
    assert "发现问题" in ran.out
    assert "计算：" not in ran.out


def test_passed_checks_on_request() -> None:
    assert "通过（3 项）" in auditor("check", sample("01"), "--select", ARITHMETIC, "--show-passed").out


def test_a_baseline_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    saved, log = tmp_path / "before.json", tmp_path / "log.sarif"
    auditor("check", sample("06"), "-q", f"-ojson={saved}")
    assert auditor("check", sample("06"), "-q", "--baseline", saved, f"-osarif={log}").code == 1
    document = json.loads(saved.read_bytes())
    anew = tmp_path / "indented.json"
    anew.write_text(json.dumps(document, ensure_ascii=False, indent=4), encoding="utf-8")
    assert auditor("check", sample("06"), "-q", "--baseline", anew, f"-osarif={log}").code == 1, "the same, indented anew"
    document["audits"][0]["findings"][0]["id"] = "0" * 16
    saved.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    for arguments in (("check", sample("06"), "-q", "--baseline", saved, f"-osarif={log}"), ("diff", saved, sample("06"))):
        refused = auditor(*arguments)
        assert refused.code == 2
        assert "校验值不符" in refused.err
    del document["checksum"]
    saved.write_text(json.dumps(document), encoding="utf-8")
    assert auditor("check", sample("06"), "-q", "--baseline", saved, f"-osarif={log}").code == 1, "saved by an earlier version"
