"""The season as a workbook (问题台账.xlsx): overview, findings ledger, agencies, rules, numbers of the prose, facts, year comparison.

Printed text is always written as text, so a cell that begins with ``=`` stays what the agency printed. Counts in the overview and the
agencies' sheet are live formulas over the ledger, so that they follow when the office edits it.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from auditor.model.companion import Question
from auditor.model.finding import Audit, Finding, Reach, is_counted
from auditor.model.result import SEVERITIES, Result, count_by_severity, severity_of
from auditor.model.rulebook import Rulebook
from auditor.render.demands import culprit_text, shown
from auditor.render.places import person_text, place_text
from auditor.render.printable import cell_width, xml_text
from auditor.render.season_sheet import FindingLine, SeasonSheet
from auditor.text.labels import label_of
from auditor.text.words import say

_EPOCH = datetime.datetime(2020, 1, 1)
_Row = tuple[Audit | None, Finding, int]

_LINE = 14.5  # points
_TALLEST = 400
_OVERVIEW_WIDTH = 100
"""Characters of the overview's five columns together."""
_MOST_FACTS = 120_000  # some 600 reports: more would make a workbook that few PCs open
_LONGEST = 32000  # a worksheet cell holds 32 767 characters


class _Column(NamedTuple):
    key: str
    width: int


_LEDGER = (
    _Column("number", 6), _Column("parent", 8), _Column("report", 6), _Column("agency", 26),
    _Column("year", 7), _Column("rule", 8), _Column("severity", 8), _Column("title", 26),
    _Column("place", 24), _Column("message", 52), _Column("printed", 12), _Column("expected", 12), _Column("culprit", 28),
    _Column("basis", 36), _Column("confirmation", 9), _Column("status", 12), _Column("waived", 14), _Column("deadline", 12),
    _Column("reply", 30), _Column("progress", 12), _Column("closed", 10), _Column("file", 30), _Column("short", 11), _Column("id", 20),
)  # fmt: skip
TYPED = ("confirmation", "status", "waived", "deadline", "reply")
"""Columns of the ledger that people fill in and that are read back."""
CONFIRMATIONS = ("confirmed", "rejected", "to_verify")


def workbook(result: Result, rulebook: Rulebook, lang: str = "zh", season: SeasonSheet | None = None) -> bytes:
    """The workbook as bytes. The same result gives the same bytes. ``season``: the life of the findings, where a season is at hand."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _EPOCH, "title": say(rulebook.words, lang, "workbook.title")})
    book.set_calc_mode("auto")
    pen = _Pen(book, rulebook, lang)
    audits = [counted.audit for counted in result.audits]
    rows = list(_findings(audits, result.corpus_findings))
    _overview(pen, audits, rows, result.notes)
    _ledger(pen, audits, rows, season or SeasonSheet())
    _agencies(pen, audits)
    if season is not None:
        _progress(pen, season)
    _companion(pen, result.questions)
    _rules(pen)
    _prose(pen, audits)
    _facts(pen, audits)
    _years(pen, audits)
    for name, lines in season.sheets if season is not None else ():
        _own_sheet(pen, name, lines)
    book.close()
    return out.getvalue()


class _Pen:
    """Formats and words of one workbook."""

    def __init__(self, book: Any, rulebook: Rulebook, lang: str) -> None:
        self.book, self.rulebook, self.lang = book, rulebook, lang
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.text = book.add_format(base | {"text_wrap": True, "border": 1, "border_color": "#D9D9D9"})
        self.number = book.add_format(base | {"border": 1, "border_color": "#D9D9D9"})
        self.head = book.add_format(base | {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "border": 1})
        self.title = book.add_format(base | {"bold": True, "font_size": 14})
        self.severity = {
            "error": book.add_format(base | {"bg_color": "#F8CBAD", "border": 1, "border_color": "#D9D9D9"}),
            "warning": book.add_format(base | {"bg_color": "#FFE699", "border": 1, "border_color": "#D9D9D9"}),
            "notice": book.add_format(base | {"bg_color": "#DDEBF7", "border": 1, "border_color": "#D9D9D9"}),
        }

        self._widths: dict[str, list[int]] = {}
        self._heights: dict[tuple[str, int], int] = {}

    def say(self, key: str) -> str:
        return say(self.rulebook.words, self.lang, key)

    def sheet(self, key: str, columns: Sequence[tuple[str, int]]) -> Any:
        """A new sheet with a frozen, filtered header row."""
        sheet = self.book.add_worksheet(self.say(f"workbook.sheet.{key}"))
        for number, (name, width) in enumerate(columns):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, self.say(f"workbook.column.{name}"), self.head)
        sheet.freeze_panes(1, min(2, len(columns)))
        sheet.set_landscape()
        sheet.set_paper(8)  # A3: a ledger is wide
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        self._widths[sheet.get_name()] = [width for _, width in columns]
        return sheet

    def put(self, sheet: Any, row: int, column: int, value: object, form: Any = None) -> None:
        """Numbers as numbers, everything else as text, never as a formula."""
        if value is None:
            sheet.write_blank(row, column, None, form or self.text)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            sheet.write_number(row, column, value, form or self.number)
        else:
            text = xml_text(str(value))[:_LONGEST]
            sheet.write_string(row, column, text, form or self.text)
            self._raise(sheet, row, column, text)

    def _raise(self, sheet: Any, row: int, column: int, text: str) -> None:
        """Give the row the height its longest cell needs: not every program does so itself."""
        widths = self._widths.get(sheet.get_name())
        if widths is None or column >= len(widths) or len(text) < widths[column] // 2:
            return
        lines = _lines(text, max(widths[column] - 1, 1))
        place = (sheet.get_name(), row)
        if lines > self._heights.get(place, 1):
            self._heights[place] = lines
            sheet.set_row(row, min(_LINE * lines + 2, _TALLEST))


@lru_cache(maxsize=4096)
def _lines(text: str, width: int) -> int:
    """Lines of a text in a column of so many characters; labels recur in every report."""
    return sum(1 + (cell_width(line) - 1) // width for line in text.split("\n"))


def _findings(audits: Sequence[Audit], corpus: Sequence[Finding]) -> Iterator[_Row]:
    """Each finding with its report and the number of the row of the finding that explains it (0 for a top finding)."""
    number = 0
    tops: list[tuple[Audit | None, Finding]] = [(audit, finding) for audit in audits for finding in audit.findings]
    for source, finding in [*tops, *((None, finding) for finding in corpus)]:
        number += 1
        top = number
        yield source, finding, 0
        for child in finding.children:
            number += 1
            yield source, child, top


def _letter(key: str) -> str:
    """The ledger's column with this key as a letter."""
    return chr(ord("A") + next(number for number, column in enumerate(_LEDGER) if column.key == key))


def _count(pen: _Pen, *conditions: tuple[str, str]) -> str:
    """A formula that counts top findings of the ledger which are not waived: as every other output counts them."""
    ledger = pen.say("workbook.sheet.ledger")
    ranges = [(f"'{ledger}'!${_letter(key)}:${_letter(key)}", value) for key, value in conditions]
    ranges += [(f"'{ledger}'!${_letter(key)}:${_letter(key)}", '""') for key in ("parent", "waived", "closed")]
    rejected = pen.say("workbook.confirmation.rejected")
    ranges.append((f"'{ledger}'!${_letter('confirmation')}:${_letter('confirmation')}", f'"<>{rejected}"'))
    return f"=COUNTIFS({','.join(f'{cells},{value}' for cells, value in ranges)})"


def _overview(pen: _Pen, audits: Sequence[Audit], rows: Sequence[_Row], notes: Sequence[str] = ()) -> None:
    sheet = pen.book.add_worksheet(pen.say("workbook.sheet.overview"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 4, 12)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, pen.say("workbook.title"), pen.title)
    lines: list[tuple[str, object]] = [
        ("files", len(audits)),
        ("read", sum(audit.status == "read" for audit in audits)),
        ("partly_read", sum(audit.status == "partly_read" for audit in audits)),
        ("unreadable", sum(audit.status == "unreadable" for audit in audits)),
    ]
    for number, (key, value) in enumerate(lines, start=2):
        pen.put(sheet, number, 0, pen.say(f"workbook.overview.{key}"))
        pen.put(sheet, number, 1, value)
    for offset, severity in enumerate(SEVERITIES):
        row = 7 + offset
        pen.put(sheet, row, 0, pen.say(f"severity.{severity}"), pen.severity[severity])
        count = sum(severity_of(finding) == severity for _, finding, parent in rows if not parent and finding.waived is None)
        sheet.write_formula(row, 1, _count(pen, ("severity", f"A{row + 1}")), pen.number, count)
    by_rule: dict[str, int] = {}
    for _, finding, parent in rows:
        if parent or finding.waived is not None:
            continue
        by_rule[finding.rule] = by_rule.get(finding.rule, 0) + 1
    for number, name in enumerate(("rule", "title", "count")):
        sheet.write_string(11, number, pen.say(f"workbook.column.{name}"), pen.head)
    for row, (rule_id, count) in enumerate(sorted(by_rule.items(), key=lambda item: (-item[1], item[0])), start=12):
        rule = pen.rulebook.rule(rule_id)
        pen.put(sheet, row, 0, rule_id)
        pen.put(sheet, row, 1, (rule.problem_title.said(pen.lang)) if rule else "")
        sheet.write_formula(row, 2, _count(pen, ("rule", f"A{row + 1}")), pen.number, count)
    for row, note in enumerate(notes, start=13 + len(by_rule)):
        text = xml_text(note)
        sheet.merge_range(row, 0, row, 4, text, pen.text)
        sheet.set_row(row, min(_LINE * _lines(text, _OVERVIEW_WIDTH) + 2, _TALLEST))


def _ledger(pen: _Pen, audits: Sequence[Audit], rows: Sequence[_Row], season: SeasonSheet) -> None:
    reports = {id(audit): number for number, audit in enumerate(audits, start=1)}
    columns = [(column.key, column.width) for column in _LEDGER]
    sheet = pen.sheet("ledger", columns)
    own = len(_LEDGER)
    for place, heading in enumerate(season.columns, start=own):
        sheet.set_column(place, place, 16)
        sheet.write_string(0, place, xml_text(heading), pen.head)
    number = 0
    for audit, finding, parent in rows:
        number += 1
        report = audit.report if audit is not None else None
        agency = (report.agency if report else None) or "、".join(finding.agencies)
        path = audit.source.path if audit is not None else "\n".join(finding.sources)
        line = season.lines.get((audit.source.path if audit is not None else "", finding.id), FindingLine())
        worst = finding.severity if parent else severity_of(finding)
        values = _values(pen, finding, line, report.layouts if report else {}, worst) | {
            "number": number,
            "parent": parent or "",
            "report": reports[id(audit)] if audit is not None else "",
            "agency": agency,
            "year": report.year if report else None,
            "file": path,
        }
        if not season.lines and finding.explained:
            values["reply"] = f"{pen.say('receipt.explained')}: {finding.explained}"
        _row(pen, sheet, number, values, worst, season, line)
    for gone in season.closed:
        number += 1
        line = season.lines.get((gone.path, gone.finding.id), FindingLine())
        values = _values(pen, gone.finding, line, {}, gone.severity) | {
            "number": number, "parent": "", "report": "", "agency": gone.agency, "year": gone.year, "file": gone.path,
        }  # fmt: skip
        _row(pen, sheet, number, values, gone.severity, season, line)
    heads = [pen.say(f"workbook.column.{column.key}") for column in _LEDGER] + list(season.columns)
    for added in season.rows:
        number += 1
        for place, heading in enumerate(heads):
            pen.put(sheet, number, place, added.get(heading, ""))
    sheet.autofilter(0, 0, max(number, 1), own + len(season.columns) - 1)
    states = [pen.say(f"workbook.{key}") for key in ("open", "corrected", "explained", "refused", "waived", "nothing")]
    _choices(sheet, "status", states, number)
    _choices(sheet, "confirmation", [pen.say(f"workbook.confirmation.{key}") for key in CONFIRMATIONS], number)


def _values(pen: _Pen, finding: Finding, line: FindingLine, layouts: Mapping[str, str], worst: str) -> dict[str, object]:
    rejected = line.confirmation == pen.say("workbook.confirmation.rejected")
    waived = finding.waived is not None and not rejected
    return {
        "rule": finding.rule,
        "severity": pen.say(f"severity.{worst}"),
        "title": finding.title,
        "place": place_text(finding.location, pen.rulebook.words, pen.lang),
        "message": finding.message,
        "printed": shown(finding.actual, pen.rulebook.words, pen.lang),
        "expected": finding.expected or "",
        "culprit": culprit_text(finding, layouts, pen.rulebook, pen.lang),
        "basis": "\n".join(finding.basis),
        "confirmation": line.confirmation,
        "status": line.status or pen.say("workbook.waived" if waived else "workbook.nothing" if worst == "notice" else "workbook.open"),
        "waived": line.waived or (finding.waived if waived else "") or "",
        "deadline": line.deadline,
        "reply": line.reply,
        "progress": line.state,
        "closed": line.closed,
        "short": line.number,
        "id": finding.id,
    }


def _row(pen: _Pen, sheet: Any, number: int, values: dict[str, object], worst: str, season: SeasonSheet, line: FindingLine) -> None:
    for place, column in enumerate(_LEDGER):
        pen.put(sheet, number, place, values.get(column.key, ""), pen.severity[worst] if column.key == "severity" else None)
    extra = dict(line.extra)
    for place, heading in enumerate(season.columns, start=len(_LEDGER)):
        pen.put(sheet, number, place, extra.get(heading, ""))


def _choices(sheet: Any, key: str, values: Sequence[str], rows: int) -> None:
    place = next(number for number, column in enumerate(_LEDGER) if column.key == key)
    sheet.data_validation(1, place, max(rows, 1), place, {"validate": "list", "source": list(values), "error_type": "warning"})


def _progress(pen: _Pen, season: SeasonSheet) -> None:
    """整改情况: what was asked and what is fixed, by agency and round, and the sum of all."""
    columns = [("agency", 30), ("year", 8), ("asked", 9), ("fixed", 9), ("still_open", 9), ("regressed", 9), ("waived_count", 9),
               ("rejected", 9), ("rate", 9)]  # fmt: skip
    sheet = pen.sheet("progress", columns)
    for place, (round_, name) in enumerate(((r, n) for r in season.rounds for n in ("found", "fixed", "rate")), start=len(columns)):
        sheet.set_column(place, place, 11)
        heading = say(pen.rulebook.words, pen.lang, f"workbook.round.{name}", round=round_)
        sheet.write_string(0, place, heading, pen.head)
    for row, entry in enumerate(season.progress, start=1):
        rate = "" if entry.rate is None else f"{entry.rate}%"
        values = [entry.agency, entry.year, entry.asked, entry.fixed, entry.open, entry.regressed, entry.waived, entry.rejected, rate]
        for found, fixed, so_far in entry.rounds:
            values += [found, fixed, "" if so_far is None else f"{so_far}%"]
        for place, value in enumerate(values):
            pen.put(sheet, row, place, value)
    sheet.autofilter(0, 0, max(len(season.progress), 1), len(columns) + 3 * len(season.rounds) - 1)


def _own_sheet(pen: _Pen, name: str, lines: Sequence[Sequence[str]]) -> None:
    """A sheet that people added, with its texts."""
    taken = {sheet.get_name().lower() for sheet in pen.book.worksheets()}
    if name.lower() in taken:
        return
    sheet = pen.book.add_worksheet(name)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            if text:
                pen.put(sheet, row, column, text)


def _agencies(pen: _Pen, audits: Sequence[Audit]) -> None:
    columns = [("report", 6), ("agency", 30), ("year", 8), ("state", 14), ("error", 9), ("warning", 9), ("notice", 9), ("file", 54),
               ("numbers", 9), ("found", 9), ("located", 9), ("blind", 9)]  # fmt: skip
    sheet = pen.sheet("agencies", columns)
    for row, audit in enumerate(audits, start=1):
        report = audit.report
        pen.put(sheet, row, 0, row)
        pen.put(sheet, row, 1, (report.agency if report else None) or audit.source.path)
        pen.put(sheet, row, 2, report.year if report else None)
        pen.put(sheet, row, 3, pen.say(f"status.{audit.status}"))
        counts = count_by_severity(audit.findings)
        for offset, severity in enumerate(SEVERITIES):
            # By number, not by path: a path may hold the wildcards and operators of a criterion.
            formula = _count(pen, ("report", f"A{row + 1}"), ("severity", f'"{pen.say(f"severity.{severity}")}"'))
            sheet.write_formula(row, 4 + offset, formula, pen.number, counts[severity])
        pen.put(sheet, row, 7, audit.source.path)
        reach = audit.reach
        if reach is not None and reach.cells:
            for place, count in enumerate((reach.cells, reach.found, reach.located, len(reach.blind)), start=8):
                pen.put(sheet, row, place, count)
    sheet.autofilter(0, 0, max(len(audits), 1), len(columns) - 1)


def _rules(pen: _Pen) -> None:
    columns = [("rule", 9), ("title", 34), ("severity", 9), ("formula", 46), ("basis", 46), ("why", 60)]
    sheet = pen.sheet("rules", columns)
    for row, rule in enumerate(pen.rulebook.rules, start=1):
        cited = [pen.rulebook.sources[key.partition(":")[0]].cite for key in rule.basis if key.partition(":")[0] in pen.rulebook.sources]
        title, why = rule.title.said(pen.lang), rule.why.said(pen.lang)
        basis = "\n".join(cite.said(pen.lang) for cite in cited)
        for place, value in enumerate((rule.id, title, pen.say(f"severity.{rule.severity}"), rule.formula, basis, why)):
            pen.put(sheet, row, place, value, pen.severity[rule.severity] if place == 2 else None)


def _facts(pen: _Pen, audits: Sequence[Audit]) -> None:
    columns = [
        ("agency", 28),
        ("year", 8),
        ("key", 34),
        ("label", 48),
        ("raw", 12),
        ("value", 12),
        ("cell_state", 10),
        ("unit", 8),
        ("confidence", 9),
        ("place", 24),
        ("seen", 14),
        ("person", 30),
    ]
    sheet = pen.sheet("facts", columns)
    row = 0
    if sum(len(audit.report.facts) for audit in audits if audit.report is not None) > _MOST_FACTS:
        pen.put(sheet, 1, 0, pen.say("workbook.too_many_facts"))
        return
    for audit in audits:
        if audit.report is None:
            continue
        reach = audit.reach or Reach()
        seen = dict.fromkeys(reach.unlocated, pen.say("workbook.seen.found")) | dict.fromkeys(reach.blind, pen.say("workbook.seen.blind"))
        counted = audit.reach is not None
        for fact in audit.report.facts:
            row += 1
            label = label_of(pen.rulebook, audit.report.layouts, fact.key, pen.lang)
            place = place_text(fact.location, pen.rulebook.words, pen.lang)
            state = pen.say(f"state.{fact.state}")
            values = (
                audit.report.agency,
                audit.report.year,
                fact.key,
                label,
                fact.raw,
                fact.value,
                state,
                fact.unit,
                Decimal(str(fact.confidence)),
                place,
                seen.get(fact.key, pen.say("workbook.seen.located")) if counted and is_counted(fact) else "",
                person_text(fact.person, pen.rulebook.words, pen.lang) or None,
            )
            for number, value in enumerate(values):
                pen.put(sheet, row, number, value)
    sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)


def _companion(pen: _Pen, questions: Sequence[Question]) -> None:
    """What other official sources say beside the reports, those that agree too; no sheet where no other source was given."""
    if not questions:
        return
    columns = [("agency", 28), ("year", 8), ("outcome", 12), ("beside", 56), ("cautions", 56), ("basis", 36), ("source", 36)]
    sheet = pen.sheet("companion", columns)
    ordered = sorted(questions, key=lambda one: one.agrees)  # what is asked first
    for row, one in enumerate(ordered, start=1):
        outcome = pen.say("workbook.companion.agrees" if one.agrees else "workbook.companion.asked")
        cautions = "" if one.agrees else one.cautions
        form = None if one.agrees else pen.severity["notice"]
        for column, value in enumerate((one.agency, one.year, outcome, one.text, cautions, one.basis, f"{one.source} {one.place}".strip())):
            pen.put(sheet, row, column, value, form if column == 2 else None)


def _prose(pen: _Pen, audits: Sequence[Audit]) -> None:
    """Every number of the prose with what became of it."""
    columns = [
        ("agency", 28),
        ("year", 8),
        ("clause", 60),
        ("printed", 12),
        ("value", 12),
        ("prose_state", 16),
        ("agrees", 10),
        ("compared", 48),
        ("unknown", 20),
        ("place", 24),
    ]
    sheet = pen.sheet("prose", columns)
    row = 0
    if sum(len(audit.statements) for audit in audits) > _MOST_FACTS:
        pen.put(sheet, 1, 0, pen.say("workbook.too_many_facts"))
        return
    for audit in audits:
        report = audit.report
        if report is None:
            continue
        for entry in audit.statements:
            row += 1
            worst = "error" if entry.agrees is False else "warning" if entry.state == "not_understood" else None
            values = (
                report.agency,
                report.year,
                entry.text,
                entry.printed,
                entry.value,
                pen.say(f"prose_state.{entry.state}"),
                None if entry.agrees is None else pen.say("workbook.agrees" if entry.agrees else "workbook.differs"),
                "\n".join(label_of(pen.rulebook, report.layouts, key, pen.lang) for key in entry.compared),
                "、".join(entry.unknown),
                place_text(entry.location, pen.rulebook.words, pen.lang) if entry.location is not None else "",
            )
            for number, value in enumerate(values):
                pen.put(sheet, row, number, value, pen.severity[worst] if worst is not None and number == 5 else None)
    sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)


def _years(pen: _Pen, audits: Sequence[Audit]) -> None:
    """Agencies with reports for several years: the main figures side by side."""
    keys = {
        "received": "t3.new_received.total",
        "carried_over": "t3.carried_over.total",
        "result_total": "t3.result_total.total",
        "carried_forward": "t3.carried_forward.total",
        "review_total": "t4.review_total",
        "effective": "t2.normative_doc.effective",
    }
    sheet = pen.sheet("years", [("agency", 30), ("year", 8), *[(f"figure.{name}", 16) for name in keys]])
    reports = sorted(
        ((a.report.agency or "", a.report.year or 0, a.report) for a in audits if a.report is not None), key=lambda item: item[:2]
    )
    for row, (agency, year, report) in enumerate(reports, start=1):
        pen.put(sheet, row, 0, agency)
        pen.put(sheet, row, 1, year or None)
        for place, key in enumerate(keys.values(), start=2):
            fact = report.fact(key)
            pen.put(sheet, row, place, None if fact is None else fact.value if fact.value is not None else fact.raw)
