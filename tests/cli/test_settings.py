"""Configuration files, waivers and the catalogue."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from auditor.cli.options import FILE_FORMATS
from tests.cli.running import auditor, sample

ARITHMETIC = 'select = ["T3-01", "T3-03", "T4-01"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.docx").write_bytes(sample("06").read_bytes())
    return tmp_path


def test_nearest_configuration_upwards_is_used(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + '[severity]\n"T3-01" = "notice"\n', encoding="utf-8")
    inner = folder / "inner"
    inner.mkdir()
    assert auditor("check", folder / "a.docx", cwd=inner).code == 0
    shown = auditor("check", "--show-settings", cwd=inner).json()
    assert shown["severity"] == {"T3-01": "notice"}
    assert Path(shown["config"]) == (folder / "auditor.toml").resolve()


def test_command_line_goes_before_the_file(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + '[severity]\n"T3-01" = "notice"\n', encoding="utf-8")
    assert auditor("check", "a.docx", "--severity", "T3-01=error", cwd=folder).code == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("slect = []", "slect"),
        ("[severity]\n'T3-01' = 'bad'", "severity"),
        ("[severity]\n'T9-01' = 'notice'", "T9-01"),
        ("[thresholds.'T3-01']\nno_such = 1", "no_such"),
        ("[agency_kind.village]\nignore = []", "village"),
        ("[thresholds.T3-11]\nmost = 'half'", "thresholds.T3-11.most"),
        ("[thresholds.T3-11]\nleast = -1", "thresholds.T3-11.least"),
        ("rule_packs = ['none.toml']", "none.toml"),
        ("lang = zh", "line 1"),
    ],
)
def test_faults_name_file_and_key(folder: Path, text: str, named: str) -> None:
    (folder / "auditor.toml").write_text(text, encoding="utf-8")
    ran = auditor("check", "a.docx", cwd=folder)
    assert ran.code == 2
    assert "auditor.toml" in ran.err
    assert named in ran.err


def test_waived_finding_stays_marked_and_does_not_fail(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + 'waivers = "w.toml"\n', encoding="utf-8")
    (folder / "w.toml").write_text(
        '[[waiver]]\nrule = "T3-01"\nagency = "松岚县教育局"\nreason = "已更正"\nwho = "李明远"\nuntil = 2027-01-31\n', encoding="utf-8"
    )
    ran = auditor("check", "a.docx", "--today", "2027-01-31", "-f", "json", cwd=folder)
    assert ran.code == 0
    document = ran.json()
    assert all("已更正" in finding["waived"] for finding in document["audits"][0]["findings"])
    assert document["audits"][0]["verdict"] == "clean"
    late = auditor("check", "a.docx", "--today", "2027-02-01", cwd=folder)
    assert late.code == 1
    assert "豁免已过期" in late.out


def test_unused_waiver_is_reported(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + 'waivers = "w.toml"\n', encoding="utf-8")
    (folder / "w.toml").write_text('[[waiver]]\nrule = "T4"\nagency = "他局"\nreason = "x"\nwho = "y"\n', encoding="utf-8")
    assert "豁免未用到：T4，他局" in auditor("check", "a.docx", cwd=folder).out


def test_waiver_without_a_reason_is_refused(folder: Path) -> None:
    (folder / "auditor.toml").write_text('waivers = "w.toml"\n', encoding="utf-8")
    (folder / "w.toml").write_text('[[waiver]]\nrule = "T4"\nagency = "他局"\nwho = "y"\n', encoding="utf-8")
    ran = auditor("check", "a.docx", cwd=folder)
    assert ran.code == 2
    assert "reason" in ran.err


def test_choices_for_one_kind_of_agency(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + '[agency_kind.department]\nignore = ["T3-01"]\n', encoding="utf-8")
    assert auditor("check", "a.docx", cwd=folder).code == 0


def test_explain_prints_the_whole_card() -> None:
    ran = auditor("explain", "T3-01")
    assert ran.code == 0
    for word in ("算式", "依据", "为什么检查", "注意", "示例", "报告文字"):
        assert word in ran.out
    assert "Formula" in auditor("explain", "t3-01", "--lang", "en").out
    assert auditor("explain", "T3-99").code == 2


def test_rules_as_text_json_and_markdown() -> None:
    listed = auditor("rules").out.splitlines()
    cards = auditor("rules", "--format", "json").json()["rules"]
    assert [line.split()[0] for line in listed] == [card["id"] for card in cards]
    page = auditor("rules", "--format", "md").out
    assert all(f"### {card['id']} " in page for card in cards)


def test_formats_give_every_key() -> None:
    text = auditor("formats").out
    for word in ("era_2019", "era_2021", "s1_overview", "t3.new_received", "t4.review_upheld"):
        assert word in text
    assert auditor("formats", "--format", "json").json()["formats"]


def test_csv_letters_and_season_say_what_made_the_verdict_milder(tmp_path: Path) -> None:
    """Also those that hold no other remark: CSV, the letters, the results of a season."""
    (tmp_path / "own.toml").write_text('ignore = ["F"]\n[severity]\n"T4-01" = "notice"\n', encoding="utf-8")
    names = FILE_FORMATS
    outputs = [f"-o{name}={tmp_path / f'out.{name}'}" for name in names]
    ran = auditor("check", sample("06"), *outputs, "--season", tmp_path / "season", "--config", tmp_path / "own.toml", "-q", "-j", "1")
    assert ran.code == 1, ran.err
    written = [tmp_path / f"out.{name}" for name in names]
    written += [path for path in (tmp_path / "season").rglob("*.docx") if "标注" not in path.name]
    written += [tmp_path / "season" / "results.json", *(tmp_path / "season").glob("*.xlsx"), *(tmp_path / "season").glob("*.html")]
    assert len(written) >= 14
    assert [path.name for path in written if "own.toml" not in text_of(path)] == []
    assert json.loads((tmp_path / "season" / "results.json").read_bytes())["settings"]["weakened"] is True
    first = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert first.startswith(",,,,,,,"), "a line without a rule, so that it is no finding"


def test_no_output_says_so_of_all_rules_as_they_stand(tmp_path: Path) -> None:
    outputs = [f"-o{name}={tmp_path / f'out.{name}'}" for name in ("csv", "docx")]
    assert auditor("check", sample("06"), *outputs, "-q", "-j", "1").code == 1
    assert [path.name for path in tmp_path.iterdir() if "原样结果" in text_of(path)] == []


def text_of(path: Path) -> str:
    """All text of a file, of the parts of a package too."""
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as package:
        return "\n".join(re.sub("<[^>]*>", "", package.read(name).decode("utf-8", "replace")) for name in package.namelist())


def test_a_configuration_inside_the_audited_folder_counts_only_when_named(folder: Path) -> None:
    (folder / "auditor.toml").write_text('select = ["F-18"]\n', encoding="utf-8")
    (folder / "waivers.toml").write_text("", encoding="utf-8")
    found = auditor("check", ".", "-f", "json", "-j", "1", cwd=folder)
    told = found.json()["settings"]
    assert found.code == 1
    assert (told["config"], told["ignored_config"], told["weakened"]) == (None, "auditor.toml", False)
    assert told["rules_on"] == told["rules"]
    notes = "\n".join(found.json()["summary"]["notes"])
    assert "auditor.toml" in notes
    assert "waivers.toml" in notes
    assert len(found.json()["audits"]) == 1  # settings are no document that is no report
    named = auditor("check", ".", "-f", "json", "-j", "1", "--config", "auditor.toml", cwd=folder)
    assert named.code == 0
    told = named.json()["settings"]
    assert (told["config"], told["rules_on"], told["weakened"]) == ("auditor.toml", 1, True)


def test_every_output_says_what_made_the_verdict_milder(folder: Path) -> None:
    (folder / "auditor.toml").write_text(ARITHMETIC + '[severity]\n"T3-01" = "notice"\n', encoding="utf-8")
    names = {name: folder / f"out.{name}" for name in ("console", "json", "jsonl", "html", "sarif", "junit")}
    auditor("check", "a.docx", *(f"-o{name}={path}" for name, path in names.items()), "-q", "-j", "1", cwd=folder)
    for name, path in names.items():
        text = path.read_text(encoding="utf-8")
        assert "规则 3/" in text, name
        assert "级别调低 1" in text, name


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "a." * 5000 + "a = 1", "x = " + "{a=" * 5000, "#" * 3_000_000])
def test_huge_and_deep_settings_are_refused_in_words(folder: Path, text: str) -> None:
    (folder / "auditor.toml").write_text(text, encoding="utf-8")
    ran = auditor("check", "a.docx", cwd=folder)
    assert ran.code == 2
    assert "auditor.toml" in ran.err
    assert "Traceback" not in ran.err
