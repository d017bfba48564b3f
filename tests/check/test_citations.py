"""A finding cites what governs its report: not the form of another era, local notices only when nothing else is left."""

from __future__ import annotations

import pytest

from auditor.rulebook import load_rulebook
from auditor.text.citations import in_force, source_id

BOOK = load_rulebook()


@pytest.mark.parametrize(("era", "kept"), [("era_2021", "SRC-03F"), ("era_2019", "SRC-04F")])
def test_only_the_form_of_the_reports_era(era: str, kept: str) -> None:
    assert in_force(BOOK, ("SRC-01:50", "SRC-03F", "SRC-04F"), era) == ("SRC-01:50", kept)


def test_everything_when_the_era_is_unknown_or_nothing_is_left() -> None:
    assert in_force(BOOK, ("SRC-03F", "SRC-04F"), None) == ("SRC-03F", "SRC-04F")
    assert in_force(BOOK, ("SRC-03F",), "era_2019") == ("SRC-03F",)


def test_local_notices_give_way_to_national_ones() -> None:
    assert in_force(BOOK, ("SRC-01:6", "SRC-13"), "era_2021") == ("SRC-01:6",)
    assert in_force(BOOK, ("SRC-13",), "era_2021") == ("SRC-13",)


def test_no_2021_form_is_cited_on_a_report_for_2020() -> None:
    for rule in BOOK.rules:
        cited = {source_id(basis) for basis in in_force(BOOK, rule.basis, "era_2019")}
        assert not {"SRC-03", "SRC-03F"} & cited or not {"SRC-04", "SRC-04F", "SRC-01"} & {source_id(b) for b in rule.basis}, rule.id
