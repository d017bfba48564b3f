"""A roster of agencies (XLSX or CSV) → :class:`Roster`. Columns and dates are those of the interface contract."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from auditor.errors import UsageError
from auditor.model.report import AgencyKind
from auditor.text.chars import clean, fold, squeeze
from auditor.text.patterns import re_pattern, rule_table

_DATE = re_pattern(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?(?:[ T]\d.*)?$")
_COMPACT = re_pattern(r"(\d{4})(\d\d)(\d\d)$")
_MONTH_DAY = re_pattern(r"(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?$")
_EXCEL_EPOCH = date(1899, 12, 30)


class Agency(Struct, frozen=True, kw_only=True):
    """One line of the roster. Dates are ISO strings; ``deadline`` may lack the year (``01-20``); ``line`` counts from 1."""

    name: str
    id: str = ""
    former_names: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    kind: AgencyKind = "unknown"
    parent: str = ""
    site: str = ""
    deadline: str | None = None
    published: str | None = None
    waived: str = ""
    line: int = 0
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What identifies the agency: its id, else its name."""
        return self.id or self.name

    def obliged(self, year: int) -> bool:
        """Whether the agency existed on 31 December of the report year and when the report was due, and is not waived."""
        if self.waived:
            return False
        born, gone = self.valid_from or "0000", self.valid_to or "9999"
        return born <= f"{year}-12-31" and gone >= f"{year + 1}-01-31"

    def exists_in(self, year: int) -> bool:
        """Whether the agency existed at any time of the year."""
        return (self.valid_from or "0000") <= f"{year}-12-31" and (self.valid_to or "9999") >= f"{year}-01-01"


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The agencies in the order of the file, and the headings of columns that are not known (kept in ``Agency.extra``)."""

    agencies: tuple[Agency, ...]
    unknown_columns: tuple[str, ...] = ()

    def find(self, name_or_id: str) -> Agency | None:
        """The agency with this id, name or former name, or ``None``."""
        wanted = squeeze(name_or_id)
        return next((index[wanted] for index in self._named if wanted in index), None) if wanted else None

    def children_of(self, agency: Agency) -> tuple[Agency, ...]:
        """The agencies whose parent is this one."""
        return self._children.get(agency.line, ())

    @cached_property
    def _named(self) -> tuple[dict[str, Agency], ...]:
        """Agencies by id, by name, by former name; of several the first."""
        indexes: tuple[dict[str, Agency], ...] = ({}, {}, {})
        for agency in self.agencies:
            for index, texts in zip(indexes, ((agency.id,), (agency.name,), agency.former_names), strict=True):
                for text in texts:
                    if text:
                        index.setdefault(squeeze(text), agency)
        return indexes

    @cached_property
    def _children(self) -> dict[int, tuple[Agency, ...]]:
        found: dict[int, list[Agency]] = {}
        for entry in self.agencies:
            parent = self.find(entry.parent)
            if parent is not None and parent.line != entry.line:
                found.setdefault(parent.line, []).append(entry)
        return {line: tuple(children) for line, children in found.items()}


@lru_cache(maxsize=1)
def roster_words() -> dict[str, Any]:
    """``rules/roster.toml``"""
    return rule_table("roster.toml")


def read_roster(path: Path) -> Roster:
    """The roster of a file. Raises UsageError naming file, line and column of what cannot be used."""
    if not path.is_file():
        raise UsageError("{file}: no such roster file", file=path.name)
    return roster_of(roster_rows(path), path.name)


def roster_rows(path: Path) -> Sequence[Sequence[object]]:
    """The rows of a roster's file (first sheet of a workbook, or CSV). Raises UsageError."""
    return _xlsx_rows(path) if path.read_bytes()[:2] == b"PK" else _csv_rows(path)


def roster_of(rows: Iterable[Sequence[object]], name: str = "roster") -> Roster:
    """Rows of cells, the first with any text being the headings → roster. Raises UsageError."""
    header: dict[int, str] = {}
    unknown: dict[int, str] = {}
    agencies: list[Agency] = []
    for line, row in enumerate(rows, start=1):
        cells = {index: value for index, value in enumerate(row) if value is not None and str(value).strip()}
        if not cells:
            continue
        if not header:
            header, unknown = _headings(cells)
            if "name" not in header.values() and len(cells) == 1:
                header, unknown = {}, {}  # a caption above the headings
                continue
            if "name" not in header.values():
                raise UsageError(
                    "{file}, line {line}: no column 机关名称 (name); found: {found}",
                    file=name,
                    line=line,
                    found="、".join(map(str, cells.values())),
                )
            continue
        agencies.append(_agency(cells, header, unknown, {"file": name, "line": line}))
    if not header:
        raise UsageError("{file}: no headings; expected a column 机关名称 (name)", file=name)
    if not agencies:
        raise UsageError("{file}: no agency below the headings", file=name)
    ids: dict[str, int] = {}
    for agency in agencies:
        if agency.id and agency.id in ids:
            raise UsageError(
                "{file}, line {line}: agency id {id} is already on line {other}",
                file=name,
                line=agency.line,
                id=agency.id,
                other=ids[agency.id],
            )
        if agency.id:
            ids[agency.id] = agency.line
    return Roster(agencies=tuple(agencies), unknown_columns=tuple(unknown.values()))


def _headings(cells: dict[int, object]) -> tuple[dict[int, str], dict[int, str]]:
    names = {squeeze(word).lower(): field for field, words in roster_words()["columns"].items() for word in words}
    known: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for index, value in cells.items():
        field = names.get(re.sub(r"\(.*?\)$", "", squeeze(str(value)).lower()))
        if field is None or field in known.values():
            unknown[index] = clean(str(value))
        else:
            known[index] = field
    return known, unknown


def _agency(cells: dict[int, object], header: dict[int, str], unknown: dict[int, str], where: dict[str, Any]) -> Agency:
    words = roster_words()
    given = {field: cells[index] for index, field in header.items() if index in cells}
    text = {field: clean(_plain(value)) for field, value in given.items()}
    if not text.get("name"):
        raise UsageError("{file}, line {line}: no agency name (机关名称)", **where)
    separators = "|".join(map(re.escape, words["names"]["separators"]))
    former = tuple(part.strip() for part in re.split(separators, text.get("former_names", "")) if part.strip())
    waived = text.get("waived", "")
    return Agency(
        name=text["name"],
        id=text.get("id", ""),
        former_names=former,
        valid_from=_date(given.get("valid_from"), where, "起始日"),
        valid_to=_date(given.get("valid_to"), where, "终止日"),
        kind=_kind(text.get("kind", ""), where),
        parent=text.get("parent", ""),
        site=text.get("site", ""),
        deadline=_date(given.get("deadline"), where, "截止日期", without_year=True),
        published=_date(given.get("published"), where, "发布日期"),
        waived="" if waived.lower() in words["names"]["waived_no"] else waived,
        line=where["line"],
        extra=tuple((title, clean(_plain(cells[index]))) for index, title in unknown.items() if index in cells),
    )


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _kind(text: str, where: dict[str, Any]) -> AgencyKind:
    if not text:
        return "unknown"
    wanted = squeeze(text).lower()
    for kind, words in roster_words()["kinds"].items():
        if wanted in {squeeze(word).lower() for word in words}:
            found: AgencyKind = kind
            return found
    allowed = "、".join(words[0] for words in roster_words()["kinds"].values())
    raise UsageError("{file}, line {line}: 类型 (kind) {text} is not known; expected one of {allowed}", **where, text=text, allowed=allowed)


def _date(value: object, where: dict[str, Any], column: str, *, without_year: bool = False) -> str | None:
    if value is None or not str(value).strip():
        return None
    try:
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, date):
            return value.isoformat()
        text = fold(str(value)).strip()
        if match := _DATE.match(text) or _COMPACT.match(text):
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if without_year and (match := _MONTH_DAY.match(text)):
            return date(2000, int(match[1]), int(match[2])).isoformat()[5:]
        if re.fullmatch(r"\d{5}(?:\.0+)?", text):  # the number of a day, as spreadsheets store it
            return (_EXCEL_EPOCH + timedelta(days=int(float(text)))).isoformat()
    except ValueError as error:
        raise UsageError("{file}, line {line}: {column}: {value} is no date", **where, column=column, value=value) from error
    raise UsageError(
        "{file}, line {line}: {column}: {value} is no date; write 2025-01-31 or 2025年1月31日", **where, column=column, value=value
    )


def _xlsx_rows(path: Path) -> list[tuple[object, ...]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        finally:
            book.close()
    except Exception as error:  # the library raises nearly anything on broken files
        raise UsageError("{file}: cannot be read as an XLSX workbook: {reason}", file=path.name, reason=type(error).__name__) from error


def _csv_rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UsageError("{file}: neither UTF-8 nor GB18030; save the roster as CSV in one of them, or as XLSX", file=path.name)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ";" if ";" in first and "," not in first else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError("{file}: no valid CSV: {reason}", file=path.name, reason=error) from error
