"""Other official sources beside a report: 行政执法统计年报, 法治政府建设情况报告, a list of normative documents (SRC-29 and practice).

They are counted by other rules than the annual report, so a difference is a question with its possible reasons, never a finding. A
number is taken only where every word between its subject and its digits is known; two different numbers for one quantity count as none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from auditor.model.companion import Companion, Question, SourceKind, Stated
from auditor.model.document import Cell, Document, Table
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location
from auditor.render.places import place_text
from auditor.rulefiles import load_toml, rules_folder
from auditor.season.setting import Bench
from auditor.text.chars import fold, squeeze
from auditor.text.citations import cite
from auditor.text.labels import label_of
from auditor.text.words import say

_HEAD = 600
_YEAR = re.compile(r"(20[12]\d)\s*年")
_DATE = re.compile(r"(20\d\d|19\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_CLAUSE = re.compile(r"[^。；;\n]+")
_WHOLE = re.compile(r"\d{1,9}")


@lru_cache(maxsize=1)
def companion_words() -> dict[str, Any]:
    """``rules/companion.toml``."""
    return load_toml(rules_folder() / "companion.toml")


def companion_of(document: Document) -> Companion:
    """What a document says. Pure."""
    words = companion_words()
    path = document.source.path
    texts = [block.text for block in document.blocks if not isinstance(block, Table)]
    head = squeeze(" ".join([path.rpartition("/")[2], document.title or "", *texts])[: _HEAD * 2])[:_HEAD]
    kind = next((entry["id"] for entry in words["kind"] if any(all(word in head for word in group) for group in entry["words"])), None)
    lists = [table for table in document.blocks if isinstance(table, Table) and _list_columns(table) is not None]
    if lists and kind in (None, "documents"):
        by_year = _documents(lists)
        return Companion(path=path, kind="documents", head=head, by_year=by_year, why="" if by_year else "numbers")
    if kind is None or kind == "documents":
        return Companion(path=path, head=head, why="numbers" if kind else "kind")
    years = Counter(_YEAR.findall(head))
    year = int(years.most_common(1)[0][0]) if years else None
    stated = tuple(_agreed([*_said(document), *(_tabled(document) if kind == "enforcement" else ())]))
    return Companion(path=path, kind=kind, head=head, year=year, stated=stated, why="" if stated else "numbers")


def questions_of(
    reports: Sequence[Report], companions: Sequence[Companion], rulebook: Rulebook, bench: Bench, lang: str
) -> tuple[tuple[Question, ...], tuple[tuple[str, str], ...]]:
    """Each number of a companion beside that of its agency's report; and the companions that were of no use, with the reason's key."""
    known = {squeeze(report.agency): report.agency for report in reports if report.agency}
    by_key: dict[tuple[str, int], Report] = {(squeeze(r.agency), r.year): r for r in reports if r.agency and r.year is not None}
    found: list[Question] = []
    unused: list[tuple[str, str]] = []
    for companion in companions:
        if companion.why:
            unused.append((companion.path, companion.why))
            continue
        agency = max((name for name in known if name in companion.head), key=len, default=None)
        if agency is None and len(known) == 1:
            agency = next(iter(known))  # one agency's own folder: what lies there is its own
        if agency is None:
            unused.append((companion.path, "agency"))
            continue
        made: list[Question] = []
        years = [year for name, year in by_key if name == agency]
        for year in sorted(years):
            if companion.year is not None and companion.year != year:
                continue
            stated = companion.by_year.get(year, ()) if companion.kind == "documents" else companion.stated
            if companion.year is None and companion.kind != "documents" and len(years) > 1:
                continue
            made += _compared(by_key[agency, year], companion, stated, rulebook, bench, lang)
        if not made:
            unused.append((companion.path, "year"))
        found += made
    return tuple(found), tuple(unused)


def _compared(
    report: Report, companion: Companion, stated: Iterable[Stated], rulebook: Rulebook, bench: Bench, lang: str
) -> Iterator[Question]:
    words = rulebook.words
    cells = bench.cells(report)
    keys = {entry["id"]: entry["key"] for entry in companion_words()["quantity"]} | {"effective": "t2.normative_doc.effective"}
    kind: SourceKind = companion.kind or "enforcement"
    names = {entry["id"]: entry.get(lang, entry["en"]) for entry in companion_words()["kind"]}
    for one in stated:
        key = keys[one.quantity]
        ours = cells.printed(key)
        if ours is None or cells.doubtful(key):
            continue
        agrees = ours == one.value or (one.at_least and one.value < ours)
        values = {
            "label": label_of(rulebook, report.layouts, key, lang),
            "ours": _number(ours),
            "theirs": _number(one.value),
            "kind": names[kind],
            "file": companion.path,
            "place": place_text(one.location, words, lang) if one.location is not None else "",
        }
        name = "agrees" if agrees else "more" if one.at_least else "question"
        yield Question(
            agency=report.agency or "",
            year=report.year or 0,
            path=report.source.path,
            key=key,
            ours=values["ours"],
            theirs=values["theirs"],
            kind=kind,
            source=companion.path,
            place=values["place"],
            text=say(words, lang, f"companion.{name}", **(values | {"place": f"{values['file']} {values['place']}".strip()})),
            cautions=say(words, lang, f"companion.caution.{kind}"),
            basis=cite(rulebook, "SRC-29", lang) if kind == "enforcement" else "",
            agrees=agrees,
        )


# sentences --------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    reading = companion_words()["reading"]
    between = "|".join(re.escape(word) for word in sorted(reading["between"], key=len, reverse=True))
    units = "|".join(re.escape(word) for word in reading["units"])
    made = []
    for entry in companion_words()["quantity"]:
        of = "|".join(re.escape(word) for word in sorted(entry["of"], key=len, reverse=True))
        made.append((entry["id"], re.compile(rf"(?:{of})(?:{between}){{0,6}}(\d{{1,9}})(?:{units})")))
    return tuple(made)


def _said(document: Document) -> Iterator[Stated]:
    parts = companion_words()["reading"]["parts"]
    for block in document.blocks:
        if isinstance(block, Table):
            continue
        for clause in _CLAUSE.findall(fold(block.text)):
            text = squeeze(clause)
            for quantity, pattern in _patterns():
                for match in pattern.finditer(text):
                    near = re.split(r"[,，、]", text[: match.end()])[-1] + re.split(r"[,，]", text[match.end() :])[0]
                    if not any(word in near for word in parts):
                        yield Stated(quantity=quantity, value=Decimal(match[1]), text=text[:200], location=block.location)


# tables -----------------------------------------------------------------------------------------------------------------------


def _tabled(document: Document) -> Iterator[Stated]:
    """The total of a table about one power: the one column of totals, in the row of totals or the only row."""
    caption = ""
    for block in document.blocks:
        if not isinstance(block, Table):
            if block.text.strip():
                caption = squeeze(block.text)
            continue
        rows = _rows(block)
        for quantity in ("license", "penalty", "coercion"):
            of = next(entry["of"] for entry in companion_words()["quantity"] if entry["id"] == quantity)
            others = [w for entry in companion_words()["quantity"] if entry["id"] != quantity for w in entry["of"]]
            top = squeeze(caption + "".join(cell.text for cell in rows.get(0, {}).values()))
            if any(word in top for word in of) and not any(word in top for word in others):
                found = _total(rows)
                if found is not None:
                    yield Stated(quantity=quantity, value=found[0], text=caption[:200], location=found[1])
        yield from _two_columns(rows)


def _two_columns(rows: Mapping[int, Mapping[int, Cell]]) -> Iterator[Stated]:
    """A row that names the power and holds one number."""
    for row in rows.values():
        cells = sorted(row.items())
        if not cells:
            continue
        label = squeeze(cells[0][1].text)
        numbers = [cell for _, cell in cells[1:] if _WHOLE.fullmatch(squeeze(fold(cell.text)))]
        if len(numbers) != 1 or len(label) > 20:
            continue
        for quantity, pattern in _patterns():
            if quantity in ("license", "penalty", "coercion") and pattern.search(f"{label}{squeeze(fold(numbers[0].text))}件"):
                yield Stated(quantity=quantity, value=Decimal(squeeze(fold(numbers[0].text))), text=label, location=numbers[0].location)


def _total(rows: Mapping[int, Mapping[int, Cell]]) -> tuple[Decimal, Location] | None:
    reading = companion_words()["reading"]
    columns = {
        column
        for row in rows.values()
        for column, cell in row.items()
        if any(word in squeeze(cell.text) for word in reading["total_columns"])
        and not any(word in squeeze(fold(cell.text)) for word in reading["not_columns"])
        and column > 0
    }
    if len(columns) != 1:
        return None
    column = next(iter(columns))
    values = [
        (squeeze(row[min(row)].text) in reading["total_rows"], Decimal(squeeze(fold(row[column].text))), row[column].location)
        for _, row in sorted(rows.items())
        if column in row and _WHOLE.fullmatch(squeeze(fold(row[column].text)))
    ]
    totals = [value for value in values if value[0]]
    chosen = totals if totals else values if len(values) == 1 else []
    return (chosen[0][1], chosen[0][2]) if len(chosen) == 1 else None


def _rows(table: Table) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = defaultdict(dict)
    for cell in table.cells:
        rows[cell.row][cell.column] = cell
    return dict(rows)


# lists ------------------------------------------------------------------------------------------------------------------------


def _list_columns(table: Table) -> tuple[int, dict[str, int]] | None:
    """The row of headings and the columns by meaning, where a table is a list of documents: a title and a date."""
    words = companion_words()["list"]
    for number, row in sorted(_rows(table).items())[:5]:
        found: dict[str, int] = {}
        for column, cell in row.items():
            text = squeeze(cell.text)
            for name in ("title", "date", "state", "ended"):
                if text in words[name]:
                    found.setdefault(name, column)
        if "title" in found and "date" in found:
            return number, found
    return None


def _documents(tables: Sequence[Table]) -> dict[int, tuple[Stated, ...]]:
    """Documents issued, repealed and in force by year, of the years in which something was issued or repealed."""
    words = companion_words()["list"]
    entries: list[tuple[int, int | None, bool | None]] = []
    stateful = True
    for table in tables:
        found = _list_columns(table)
        assert found is not None
        head, columns = found
        stateful = stateful and ("state" in columns or "ended" in columns)
        for number, row in sorted(_rows(table).items()):
            if number <= head or not row.get(columns["title"]) or not row[columns["title"]].text.strip():
                continue
            issued = _year_in(row, columns.get("date"))
            if issued is None:
                return {}  # one line that cannot be dated makes every count uncertain
            state = squeeze(row[columns["state"]].text) if "state" in columns and columns["state"] in row else ""
            ended = _year_in(row, columns.get("ended"))
            gone = state in words["repealed"] or ended is not None
            entries.append((issued, ended, gone if state or ended is not None or "ended" in columns else None))
    years = {issued for issued, _, _ in entries} | {ended for _, ended, _ in entries if ended is not None}
    made: dict[int, tuple[Stated, ...]] = {}
    for year in sorted(years):
        stated = [Stated(quantity="issued", value=Decimal(sum(1 for issued, _, _ in entries if issued == year)), at_least=not stateful)]
        if stateful and all(not gone or ended is not None for _, ended, gone in entries):
            stated.append(Stated(quantity="repealed", value=Decimal(sum(1 for _, ended, _ in entries if ended == year))))
            held = sum(1 for issued, ended, _ in entries if issued <= year and (ended is None or ended > year))
            stated.append(Stated(quantity="effective", value=Decimal(held)))
        made[year] = tuple(stated)
    return made


def _year_in(row: Mapping[int, Cell], column: int | None) -> int | None:
    if column is None or column not in row:
        return None
    text = fold(row[column].text).strip()
    match = _DATE.search(text) or re.match(r"(20\d\d|19\d\d)(?:\d{4})?$", text)
    return int(match[1]) if match else None


def _agreed(stated: Iterable[Stated]) -> Iterator[Stated]:
    """One number for each quantity; of a quantity with two different ones none."""
    by_quantity: dict[str, list[Stated]] = defaultdict(list)
    for one in stated:
        by_quantity[one.quantity].append(one)
    for found in by_quantity.values():
        if len({one.value for one in found}) == 1:
            yield found[0]


def _number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
