"""A finding cites what governed its report when it was due: nothing from the future, local notices only when nothing else is left."""

from __future__ import annotations

import pytest

from auditor.model.applicability import applies_to
from auditor.model.rule import Rule
from auditor.rulebook import load_rulebook
from auditor.text.citations import in_force, source_id

BOOK = load_rulebook()
YEARS = range(2008, 2031)


@pytest.mark.parametrize(("year", "kept"), [(2020, "SRC-04F"), (2021, "SRC-03F"), (2030, "SRC-03F")])
def test_only_the_form_of_the_reports_year(year: int, kept: str) -> None:
    assert in_force(BOOK, ("SRC-01:50", "SRC-03F", "SRC-04F"), year) == ("SRC-01:50", kept)


def test_everything_when_the_year_is_unknown() -> None:
    assert in_force(BOOK, ("SRC-03F", "SRC-04F"), None) == ("SRC-03F", "SRC-04F")


def test_practice_where_nothing_else_was_there_yet() -> None:
    assert in_force(BOOK, ("SRC-03F",), 2019) == ("P-PRACTICE",)


def test_the_regulation_of_2007_ends_before_the_reports_for_2019() -> None:
    assert in_force(BOOK, ("SRC-01:49", "SRC-02"), 2018) == ("SRC-02",)
    assert in_force(BOOK, ("SRC-01:49", "SRC-02"), 2019) == ("SRC-01:49",)


def test_local_notices_give_way_to_national_ones() -> None:
    assert in_force(BOOK, ("SRC-01:6", "SRC-13"), 2022) == ("SRC-01:6",)
    assert in_force(BOOK, ("SRC-13",), 2022) == ("SRC-13",)


def test_every_source_says_when_it_was_issued_came_into_force_and_ended() -> None:
    for source in BOOK.sources.values():
        dates = (source.issued, source.in_force, source.until)
        assert all(len(date) in (0, 4, 10) for date in dates), source.id
        assert (source.tag == "P") == (not source.issued), source.id
        assert not source.until or source.issued < source.until, source.id


@pytest.mark.parametrize("rule", [rule for rule in BOOK.rules if rule.messages], ids=lambda rule: rule.id)
def test_no_card_cites_a_source_issued_after_the_report_was_due(rule: Rule) -> None:
    for year in YEARS:
        form = next((form for form in BOOK.formats if form.first_year <= year <= (form.last_year or year)), None)
        if form is None or not applies_to(rule, form, year):
            continue
        cited = in_force(BOOK, rule.basis, year)
        assert cited
        for basis in cited:
            source = BOOK.sources[source_id(basis)]
            assert source.issued[:4] <= str(year + 1), (year, basis)
            assert len(source.issued) != len("2021-09-26") or source.issued <= f"{year + 1}-03-31", (year, basis)
            assert not source.until or source.until[:4] > str(year), (year, basis)


def test_a_report_for_2020_is_not_held_to_the_notice_of_2021() -> None:
    card = BOOK.rule("A-06")
    assert card is not None
    assert in_force(BOOK, card.basis, 2020) == ("P-PRACTICE",)
    assert source_id(in_force(BOOK, card.basis, 2021)[0]) == "SRC-03"
