"""The committed samples are those that the plans describe, and say what their expectations say."""

from __future__ import annotations

import json

import pytest

from tests.lab import tested
from tests.lab.make_samples import EXPECTED, FOLDER, expected, files
from tests.lab.measure import compare
from tests.lab.samples import Sample, samples

ENTRIES = samples()


def test_folder_holds_every_sample_and_nothing_else() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {entry.file for entry in ENTRIES} | {"README.md"}


def test_text_samples_and_expectations_are_up_to_date() -> None:
    for path, content in files().items():
        # archives and PDFs depend on the release of the library that wrote them
        if path.suffix in (".txt", ".md", ".html", ".json"):
            assert path.read_bytes() == content, f"{path.name}: run python -m tests.lab.make_samples"
    assert json.loads(EXPECTED.read_text(encoding="utf-8")) == json.loads(json.dumps(expected(ENTRIES)))


def _values(entry: Sample) -> dict[str, int]:
    return {key: int(float(text)) for key, text in entry.plan.truth().items() if text.replace(".", "").isdigit()}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if "t3" in entry.plan.layouts and entry.report], ids=lambda entry: entry.file)
def test_table_3_is_balanced_exactly_where_no_defect_says_otherwise(entry: Sample) -> None:
    value = _values(entry)
    columns = ["natural_person", "commercial", "research", "social", "legal_service", "other_org", "total"]

    def read(row: str, column: str) -> int:
        return value.get(f"t3.{row}.{column}", 0)

    wrong = [
        c for c in columns if read("new_received", c) + read("carried_over", c) != read("result_total", c) + read("carried_forward", c)
    ]
    assert bool(wrong) == ("T3-01" in entry.must)
    if "T3-05" not in entry.warnings:
        rows = {key.split(".")[1] for key in entry.plan.truth() if key.startswith("t3.")}
        unequal = [row for row in rows if sum(read(row, column) for column in columns[:-1]) != read(row, "total")]
        assert bool(unequal) == ("T3-03" in entry.must)
    assert min(value.values()) >= 0
    assert not [text for key, text in entry.plan.truth().items() if key.startswith("t3.") and text.startswith("-")]


_KINDS = {".txt": "text", ".md": "text", ".docx": "docx", ".html": "html", ".pdf": "pdf", ".xlsx": "xlsx"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_sample_is_read_cell_by_cell(entry: Sample) -> None:
    if not tested.has_reader(_KINDS[FOLDER.joinpath(entry.file).suffix]):
        pytest.skip("there is no reader of this kind yet")
    report = tested.bind(tested.read(FOLDER / entry.file))
    reading = compare(entry.plan.truth(), report)
    assert set(reading.cells) <= {"exact"}, reading.details[:5]
    if not entry.report:
        assert report.document == "blank_form"
        return
    assert report.document == "annual_report"
    if entry.halves is None or entry.file.endswith(".html"):
        assert (report.agency, report.year) == (entry.plan.agency, entry.plan.year)
    if entry.halves is not None and entry.file.endswith(".html"):
        assert report.elsewhere


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.halves is None], ids=lambda entry: entry.file)
def test_sample_is_accused_of_what_is_wrong_and_of_nothing_else(entry: Sample) -> None:
    if not tested.has_rules(*entry.must, *entry.warnings):
        pytest.skip("a card is not there yet")
    if not tested.has_reader(_KINDS[FOLDER.joinpath(entry.file).suffix]):
        pytest.skip("there is no reader of this kind yet")
    found = tested.fired(tested.bind(tested.read(FOLDER / entry.file)))
    errors = {rule for rule, severity in found.items() if severity == "error"}
    assert set(entry.must) <= errors <= set(entry.must) | set(entry.may)
    assert set(entry.warnings) <= set(found)
