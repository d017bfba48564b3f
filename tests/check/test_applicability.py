"""A rule applies unless its card says why not; which rules apply to which report year is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.model.applicability import applies_to
from auditor.rulebook import load_rulebook
from tools.rules_by_year import listing

BOOK = load_rulebook()
GOLDEN = Path(__file__).with_name("rules_by_year.txt")


def test_no_rule_falls_asleep_unnoticed() -> None:
    assert listing(BOOK) == GOLDEN.read_text(encoding="utf-8"), "where the change is meant, run: make docs"


def test_no_built_in_card_names_the_forms_it_applies_to() -> None:
    assert not [rule.id for rule in BOOK.rules if rule.eras]


@pytest.mark.parametrize(
    ("rule", "applying", "asleep"),
    [
        ("T3-01", (2019, 2020, 2024, 2031), (2008, 2013, 2018)),
        ("T2-02", (2021, 2031), (2018, 2019, 2020)),
        ("D-05", (2020,), (2018, 2019, 2021)),
        ("ST-01", (2014, 2018), (2013, 2019)),
        ("A-17", (2008, 2018), (2019,)),
    ],
)
def test_years_and_needs(rule: str, applying: tuple[int, ...], asleep: tuple[int, ...]) -> None:
    card = BOOK.rule(rule)
    assert card is not None
    for year in (*applying, *asleep):
        form = next(form for form in BOOK.formats if form.first_year <= year <= (form.last_year or year))
        assert applies_to(card, form, year) == (year in applying), year


def test_a_report_without_year_is_held_to_the_years_of_its_form() -> None:
    card = BOOK.rule("A-16")
    assert card is not None
    assert applies_to(card, BOOK.format_for("era_2021"), None)
    assert not applies_to(card, BOOK.format_for("era_2019"), None)
    assert applies_to(card, None, None)
