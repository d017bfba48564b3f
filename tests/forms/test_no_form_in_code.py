"""What the forms hold, the code does not: no layout, no form, no year of a form in Python."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

from auditor.model.formats import Column, Group, Row
from auditor.rulebook import load_rulebook

PACKAGE = Path(__file__).resolve().parents[2] / "auditor"
FORM = re.compile(r"layout_(?:20\d\d|stat)|era_(?:20\d\d|stat|free)")
RULES = ("check/coded/", "check/narrative/", "check/witnesses.py", "season/")
"""What states a rule names the cells that the rule is about; a word of the prose (license, review) may be called as a row is."""
NAMED = {
    "render/workbook.py": "the sheet of years shows six chosen figures",
    "model/compiled.py": "names of indicators that are compiled, with the cells they come from",
}
"""File → why rows or columns of the form are named there."""


def strings(path: Path) -> list[tuple[int, str]]:
    """The string literals of a file that are no docstrings, with their lines."""
    tokens = list(tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline))
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.STRING and not token.string.startswith('"""')]


def test_no_form_or_layout_is_named_in_code() -> None:
    named = {f"{path.relative_to(PACKAGE)}:{line}" for path in PACKAGE.rglob("*.py") for line, text in strings(path) if FORM.search(text)}
    assert not named


def test_no_rule_decides_its_report_years_in_code() -> None:
    """Validity stands on the card: no comparison of a report's year with a year of a form."""
    compared = re.compile(r"\b(?:year|_year_of\(pair\))\s*(?:[<>!=]=?)\s*20(?:08|1\d|2\d)\b")
    found = {
        f"{path.relative_to(PACKAGE)}:{number}"
        for folder in ("bind", "check", "season")
        for path in (PACKAGE / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if compared.search(line)
    }
    assert not found


def test_no_row_column_or_group_of_the_form_is_named_in_code() -> None:
    """The shape of a table is drawn from its axes. Keys of one word (other, total) are words of every program and are not asked here."""
    tables = [table for form in load_rulebook().formats for table in form.tables]
    keys = {item.key for table in tables for items in (table.rows, table.columns, table.groups) for item in items}
    own = {key for key in keys if "_" in key} | {"commercial", "applicants"}
    found = {
        f"{name}:{line} {key}"
        for path in PACKAGE.rglob("*.py")
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(RULES) and name not in NAMED
        for line, text in strings(path)
        for key in own.intersection(re.findall(r"[a-z0-9_]+", text))
    }
    assert found <= {entry for entry in found if entry.startswith("rulebook/narrative.py") and entry.endswith("applicants")}


def test_no_label_of_the_form_is_printed_in_code() -> None:
    """Chinese labels stand in ``rules/formats`` alone."""
    tables = [table for form in load_rulebook().formats for table in form.tables]
    named: list[Row | Column | Group] = [item for table in tables for items in (table.rows, table.columns, table.groups) for item in items]
    labels = {label for item in named for label in (item.label, *item.variants)}
    long = [label for label in labels if len(label) >= 4]
    found = {
        f"{path.relative_to(PACKAGE)}:{line} {label}"
        for path in PACKAGE.rglob("*.py")
        for line, text in strings(path)
        for label in long
        if label in text
    }
    assert not found
