"""What the forms hold, the code does not: no layout, no form, no year of a form in Python."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "auditor"
FORM = re.compile(r"layout_(?:20\d\d|stat)|era_(?:20\d\d|stat|free)")
YEARS = {"season/roster_rules.py": "the deadline of departments, which the Regulation moved in 2019, is no rule's validity"}
"""File → why a year may be compared there."""


def strings(path: Path) -> list[tuple[int, str]]:
    """The string literals of a file that are no docstrings, with their lines."""
    tokens = list(tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline))
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.STRING and not token.string.startswith('"""')]


def test_no_form_or_layout_is_named_in_code() -> None:
    named = {
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in PACKAGE.rglob("*.py")
        for line, text in strings(path)
        if FORM.search(text)
    }
    assert not named


def test_no_rule_decides_its_report_years_in_code() -> None:
    """Validity stands on the card: no comparison of a report's year with a year of a form."""
    compared = re.compile(r"\b(?:year|_year_of\(pair\))\s*(?:[<>!=]=?)\s*20(?:08|1\d|2\d)\b")
    found = {
        f"{path.relative_to(PACKAGE)}:{number}"
        for folder in ("bind", "check", "season")
        for path in (PACKAGE / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if compared.search(line) and path.relative_to(PACKAGE).as_posix() not in YEARS
    }
    assert not found
