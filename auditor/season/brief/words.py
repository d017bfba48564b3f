"""What ``rules/brief.toml`` says: the numbers of the report, and the guards below which nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from auditor.model.formats import TableFormat
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.rulefiles import load_toml, rules_folder
from auditor.text.words import pick


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number of a report: cells added up, or a sum that the forms define. ``earlier``: the cell of the table of 2014–2018."""

    id: str
    cells: tuple[str, ...]
    sum: str
    earlier: str
    zh: str
    en: str
    units: Mapping[str, str]
    trend: bool
    outcome: bool

    def label(self, lang: str) -> str:
        """Its name for people."""
        return pick(lang, self.zh, self.en)

    def unit(self, lang: str) -> str:
        """What it is counted in."""
        return self.units[lang]

    def keys(self, rulebook: Rulebook, report: Report) -> tuple[str, ...]:
        """The cells in the tables of a report; empty where its form does not have all of them."""
        if self.sum:
            table = _form_table(rulebook, report, "t3")
            return tuple(f"t3.{row}.total" for row in table.sums.get(self.sum, ())) if table is not None else ()
        for key in self.cells:
            table_id, _, rest = key.partition(".")
            table = _form_table(rulebook, report, table_id)
            if table is None:
                return ()
            row, _, column = rest.partition(".")
            if column:
                found = next((entry for entry in table.rows if entry.key == row), None)
                has = found is not None and (column in found.columns if found.columns else any(c.key == column for c in table.columns))
            else:
                has = any(entry.key == row for entry in table.columns)
            if not has:
                return ()
        return self.cells


def _form_table(rulebook: Rulebook, report: Report, table: str) -> TableFormat | None:
    """The form of a table that the report has; a table of one layout only is not named among the layouts."""
    if report.table(table) is None:
        return None
    named = rulebook.table(table, report.layouts.get(table))
    return named or next((one for form in rulebook.formats for one in form.tables if one.id == table), None)


@dataclass(frozen=True, slots=True)
class BriefWords:
    """The file as read."""

    indicators: Mapping[str, Indicator]
    guards: Mapping[str, int]
    region_columns: tuple[str, ...]


@lru_cache(maxsize=1)
def brief_words() -> BriefWords:
    """``rules/brief.toml``. Raises RulebookError when it cannot be read."""
    data: dict[str, Any] = load_toml(rules_folder() / "brief.toml")
    indicators = {
        entry["id"]: Indicator(
            id=entry["id"],
            cells=tuple(entry.get("cells", ())),
            sum=entry.get("sum", ""),
            earlier=entry.get("earlier", ""),
            zh=entry["zh"],
            en=entry["en"],
            units=entry["unit"],
            trend=entry.get("trend", False),
            outcome=entry.get("outcome", False),
        )
        for entry in data["indicator"]
    }
    return BriefWords(indicators, data["guards"], tuple(data["region"]["columns"]))
