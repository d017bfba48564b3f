"""Which rules apply to a report: all, unless the card says why not.

A card limits itself by report years (``valid_from``, ``valid_to``), by what the form of the report's year must have (``needs``), or,
in packs that want nothing else, by the ids of forms (``eras``).
"""

from __future__ import annotations

from auditor.model.formats import Format
from auditor.model.report import Report
from auditor.model.rule import Rule
from auditor.model.rulebook import Rulebook

_LAST = 9999


def applies(rule: Rule, report: Report, rulebook: Rulebook) -> bool:
    """Whether the rule governs this report. A report without a year is held to the years of the form that its tables follow."""
    return applies_to(rule, rulebook.format_for(report.era), report.year, report.era)


def applies_to(rule: Rule, form: Format | None, year: int | None, era: str | None = None) -> bool:
    """The same for a form and a report year, either of which may be unknown."""
    era = era if era is not None else (form.id if form is not None else None)
    if rule.eras and era is not None and era not in rule.eras:
        return False
    first, last = rule.valid_from or 0, rule.valid_to or _LAST
    if year is not None:
        if not first <= year <= last:
            return False
    elif form is not None and (last < form.first_year or first > (form.last_year or _LAST)):
        return False
    if form is None:
        return year is None or not rule.needs
    return all(_has(form, need) for need in rule.needs)


def _has(form: Format, need: str) -> bool:
    """Whether the form has one of the tables, rows or cells named, alternatives parted by ``|``: ``t3``, ``t2.license``, ``t3|st``."""
    return any(form.has(name.strip()) for name in need.split("|"))
