"""The record of the rules: what a version said is held against what is true, and the page is the one that the data gives."""

from __future__ import annotations

from pathlib import Path

from tests.lab.rules_record import Truth, counted, laboratory, page, record


def test_what_is_said_of_the_base_does_not_count_again() -> None:
    truths = {
        "base": Truth(source="laboratory"),
        "planted": Truth(source="laboratory", right=("T3-01",), base="base"),
        "sentence": Truth(source="own", right=("*",), only=("C-",)),
        "quiet": Truth(source="own", only=("C-",)),
    }
    fired = {"base": ["F-06"], "planted": ["F-06", "T3-01", "T3-02"], "sentence": ["C-01", "F-06"], "quiet": ["C-01"]}
    told = counted(truths, fired)
    assert told["laboratory"].rules == {"F-06": (1, 0), "T3-01": (1, 1), "T3-02": (1, 0)}
    assert told["own"].rules == {"C-01": (2, 1)}


def test_a_file_that_a_version_does_not_read_is_counted_as_unread() -> None:
    told = counted({"a": Truth(source="laboratory"), "b": Truth(source="laboratory")}, {"a": ["-"]})
    assert told["laboratory"].unread == 2
    assert told["laboratory"].rules == {}


def test_every_planted_report_of_the_laboratory_has_its_base() -> None:
    files = laboratory()
    base, _, plain = next(files)
    _, data, planted = next(files)
    assert plain.base == ""
    assert planted.base == base
    assert planted.right
    assert "年度报告" in data.decode()


def test_the_page_is_written_from_the_data() -> None:
    assert (Path(__file__).parents[2] / "docs" / "rules-record.md").read_text(encoding="utf-8") == page(record())
