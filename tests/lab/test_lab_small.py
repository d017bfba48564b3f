"""A bounded laboratory: the binder on perfect grids, the readers on files, the rules on planted defects."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from tests.lab import tested
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.measure import Reading, Sheet, compare
from tests.lab.mutate import DEFECTS, Defect, plant
from tests.lab.run import main, run
from tests.lab.sheet import NOTES, NOTES_END, as_markdown
from tests.lab.variants import make_case

KINDS = ("text", "docx", "html", "pdf", "xlsx", "ofd")


def test_comparison_tells_exact_wrong_missing_and_invented_cells_apart() -> None:
    plan = balanced_plan(3, "layout_2021", "medium")
    report = tested.bind(to_document(plan))
    truth = plan.truth()
    assert set(compare(truth, report).cells) == {"exact"}
    first, second = report.facts[0], report.facts[1]
    changed = msgspec.structs.replace(
        report, facts=(type(first)(key=first.key, raw="9" + first.raw, state="number", location=first.location), second)
    )
    outcome = compare({str(first.key): first.raw, "t2.license.decisions": "5"}, changed).cells
    assert outcome == {"wrong": 1, "silent": 1, "invented": 1}


def test_binder_reads_every_cell_of_perfect_grids() -> None:
    sheet, results = run(40, 11, ["memory"], rules=False)
    assert not [result.fault for result in results if result.fault]
    assert set(sheet.kinds["memory"]) == {"exact"}


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_is_read_wrongly(kind: str) -> None:
    if not tested.has_reader(kind):
        pytest.skip(f"there is no reader of {kind} yet")
    _, results = run(6, 11, [kind], rules=False)
    assert not [result.fault for result in results if result.fault]
    wrong = [
        (result.case.name, result.reading.details)
        for result in results
        if result.reading and {"wrong", "invented"} & set(result.reading.cells)
    ]
    assert not wrong


def test_clean_reports_are_not_accused() -> None:
    if not tested.has_engine():
        pytest.skip("the rule engine is not built yet")
    for seed in range(12):
        for layout in ("layout_2019", "layout_2021", "layout_stat", "free"):
            found = tested.fired(tested.bind(to_document(balanced_plan(seed, layout, ("zero", "small", "large")[seed % 3]))))
            assert not [rule for rule, severity in found.items() if severity == "error"], (seed, layout)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_planted_defect_is_found_and_nothing_else_is_called_an_error(defect: Defect) -> None:
    if not tested.has_rules(defect.must):
        pytest.skip(f"there is no card {defect.must} yet")
    planted = 0
    for seed in range(8):
        for layout, size in (("layout_2021", "medium"), ("layout_2019", "medium"), ("layout_2021", "huge"), ("layout_stat", "medium")):
            made = plant(balanced_plan(seed, layout, size), defect, seed)
            if made is None or planted >= 4:
                continue
            planted += 1
            found = tested.fired(tested.bind(to_document(made.plan)))
            order = ("notice", "warning", "error")
            assert defect.must in found, (seed, layout)
            assert order.index(found[defect.must]) >= order.index(defect.severity), (seed, layout)
            assert not [rule for rule, severity in found.items() if severity == "error" and rule != defect.must and rule not in defect.may]
    assert planted


def test_a_partial_sheet_says_so_and_keeps_what_a_person_wrote_on_it(tmp_path: Path) -> None:
    out, pieces = tmp_path / "sheet.md", []
    for kind in ("text", "html"):
        piece = tmp_path / f"{kind}.json"
        main(["--documents", "4", "--kinds", "text,html", "--only", kind, "--save", str(piece)])
        pieces.append(str(piece))
    main(["--merge", pieces[0], "--out", str(out)])
    partial = out.read_text(encoding="utf-8")
    assert "**This sheet is partial.** Not measured: html 2 of 2." in partial
    out.write_text(partial.replace("## By kind", f"{NOTES}\nSeen by a person.\n{NOTES_END}\n\n## By kind", 1), encoding="utf-8")
    main(["--merge", *pieces, "--out", str(out)])
    whole = out.read_text(encoding="utf-8")
    assert "partial" not in whole
    assert "Seen by a person." in whole
    assert "| all | 4 |" in whole


def test_scans_are_told_by_resolution_and_by_what_the_paper_went_through() -> None:
    sheet = Sheet()
    cases = [make_case(number, 3, "scan") for number in range(40)]
    for case in cases:
        sheet.add_reading(case, Reading(Counter(exact=3)))
    flat = sum("scan_flat" in case.features and "scan_150_dpi" in case.features for case in cases)
    worn = sum("scan_flat" not in case.features and "scan_150_dpi" in case.features for case in cases)
    text = as_markdown(sheet, "command")
    assert flat
    assert worn
    assert f"| 150 dpi | {flat} | {flat} | {3 * flat} |" in text
    assert f"| 150 dpi, seal, pen or camera | {worn} | {worn} | {3 * worn} |" in text
    assert "without the advice to look at the original: 0." in text
