"""The report years from 2008 to 2030 in which each rule applies.

``python -m tools.rules_by_year > tests/check/rules_by_year.txt`` after a change that is meant to change it; a test compares.
"""

from __future__ import annotations

import sys

from auditor.model.applicability import applies_to
from auditor.model.formats import Format
from auditor.model.rulebook import Rulebook
from auditor.rulebook import load_rulebook

FIRST, LAST = 2008, 2030


def listing(rulebook: Rulebook) -> str:
    """``T3-01 2019–2030``: one line a rule with the report years it applies to; guards and retired rules are left out."""
    lines = []
    for rule in rulebook.rules:
        if rule.status in ("guard", "retired"):
            continue
        years = [year for year in range(FIRST, LAST + 1) if applies_to(rule, form_of(year, rulebook), year)]
        lines.append(" ".join([rule.id, *_spans(years)]) + "\n")
    return "".join(lines)


def form_of(year: int, rulebook: Rulebook) -> Format | None:
    """The form that governs a report year."""
    return next((form for form in rulebook.formats if form.first_year <= year <= (form.last_year or year)), None)


def _spans(years: list[int]) -> list[str]:
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return [f"{first}–{last}" if first != last else str(first) for first, last in zip(starts, ends, strict=True)]


if __name__ == "__main__":
    sys.stdout.write(listing(load_rulebook()))
