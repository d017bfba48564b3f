"""A later form that changes table 2, which is printed in blocks: an added row, a row and a column left out (the example of the guide); and what such a file may not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.bind import bind
from auditor.errors import RulebookError
from auditor.rulebook import load_rulebook
from tests.forms.test_axes import filled_in

GUIDE = (Path(__file__).parents[2] / "docs" / "developers.md").read_text(encoding="utf-8")
FORM = re.sub(r" *#.*", "", next(block for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL) if "[[leave_out]]" in block))
"""The example of the guide for developers."""


def test_the_changed_table_is_told_by_its_labels_where_no_year_is_printed(tmp_path: Path) -> None:
    (tmp_path / "form_2031.toml").write_text(FORM, encoding="utf-8")
    book = load_rulebook((tmp_path / "form_2031.toml",))
    form = book.newest
    document, printed = filled_in(form)
    report = bind(document, book)
    assert {str(fact.key): fact.raw for fact in report.facts} == printed
    assert printed["t2.inspection.decisions"]
    assert not [key for key in printed if "admin_fee" in key]
    assert report.layouts["t2"] == "layout_2031"


def test_a_report_of_the_earlier_form_is_told_from_it(tmp_path: Path) -> None:
    (tmp_path / "form_2031.toml").write_text(FORM, encoding="utf-8")
    book = load_rulebook((tmp_path / "form_2031.toml",))
    earlier = next(form for form in book.formats if form.id == "era_2021")
    document, printed = filled_in(earlier)
    report = bind(document, book)
    assert {str(fact.key): fact.raw for fact in report.facts} == printed
    assert report.layouts["t2"] == "layout_2021"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('rows = ["admin_fee"]', 'row = "admin_fee"', "[[leave_out]] row: it takes table and lists of keys: rows, columns"),
        ('rows = ["admin_fee"]', 'rows = ["admin_fees"]', "[[leave_out]] table t2, rows: no such keys: ['admin_fees']"),
        ('rows = ["admin_fee"]', 'rows = "admin_fee"', "[[leave_out]] table t2, rows: a list of keys is expected: 'admin_fee'"),
        ('table = "t2"\nrows', 'table = "t9"\nrows', "[[leave_out]] table: 't9' is none of the tables of the form (t2, t3, t4)"),
        ('after = "coercion"\n', "", "[[add_row]] inspection: after is missing: the key of the row that it stands behind"),
        ('layout = "layout_2031"\n', "", "layout is missing: a name of its own for the tables of this form"),
    ],
)
def test_a_change_that_names_nothing_is_refused(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    assert right in FORM
    (tmp_path / "form_2031.toml").write_text(FORM.replace(right, wrong), encoding="utf-8")
    with pytest.raises(RulebookError) as error:
        load_rulebook((tmp_path / "form_2031.toml",))
    assert str(error.value).endswith(told)
