"""The manual sample: blind numbers first, the same seed draws the same cells, nothing a spreadsheet would run."""

from __future__ import annotations

from tests.cli.running import ROOT, auditor

SAMPLES = (ROOT / "sample_reports" / "06_column_balance_2024.docx", ROOT / "sample_reports" / "08_row_total_2022.pdf")


def drawn(*more: str) -> list[dict[str, str]]:
    ran = auditor("sample", *SAMPLES, "--format", "json", "--quiet", *more)
    assert ran.code == 0, ran.err
    cells: list[dict[str, str]] = ran.json()["cells"]
    return cells


def test_blind_numbers_come_first_and_the_seed_decides() -> None:
    cells = drawn("--per-agency", "5")
    assert len(cells) == 10
    assert {cell["why"] for cell in cells} == {"没有检查能发现它有误"}
    assert all(cell["cell"].startswith("表二") for cell in cells)
    assert drawn("--per-agency", "5") == cells
    assert {cell["cell"] for cell in drawn("--per-agency", "3", "--seed", "9")} != {cell["cell"] for cell in drawn("--per-agency", "3")}


def test_more_than_the_blind_ones_are_filled_up_with_those_not_located() -> None:
    cells = drawn("--per-agency", "14")
    whys = [cell["why"] for cell in cells if cell["agency"] == "南屿州自然资源局"]
    assert whys == sorted(whys, key=lambda why: why != "没有检查能发现它有误")
    assert "有误能发现，不能定位" in whys


def test_the_list_for_a_spreadsheet() -> None:
    ran = auditor("sample", SAMPLES[0], "--format", "csv", "--quiet")
    assert ran.out.lstrip("\ufeff").startswith("机关,年度,栏目")
