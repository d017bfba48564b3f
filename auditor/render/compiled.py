"""A government's sums as the official form: Word with what is missing listed, a workbook whose numbers are formulas over their parts."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from auditor.model.compiled import Compiled, Sum
from auditor.model.formats import Format
from auditor.model.rulebook import Rulebook
from auditor.render.form.docx import form_document
from auditor.render.form.xlsx import Formula, add_form_sheets
from auditor.render.printable import visible
from auditor.render.word import fixed_bytes, use_grid
from auditor.text.labels import label_of
from auditor.text.words import say

_MOST_LISTED = 400
_MOST_FILES = 20


def compiled_docx(compiled: Compiled, rulebook: Rulebook) -> bytes:
    """The form with the sums; a bound reads ≥ n. Below it the coverage, sentences with the numbers, and every cell that is not exact."""
    compiled = visible(compiled)
    form = _form(compiled, rulebook)
    document = form_document(rulebook, form, compiled.year, agency=compiled.government, filled=_texts(compiled))
    words = rulebook.words
    document.add_page_break()
    document.add_heading(say(words, "zh", "compile.annex"), level=1)
    document.add_paragraph(coverage_text(compiled, rulebook))
    document.add_heading(say(words, "zh", "compile.sentences"), level=2)
    for sentence in sentences(compiled, rulebook):
        document.add_paragraph(sentence)
    for note in _remarks(compiled, form, rulebook):
        document.add_paragraph(note)
    document.add_heading(say(words, "zh", "compile.gaps"), level=2)
    gaps = compiled.own_gaps
    if not gaps:
        document.add_paragraph(say(words, "zh", "compile.only_missing" if compiled.missing else "compile.no_gaps"))
        return fixed_bytes(document)
    table = document.add_table(rows=1, cols=3)
    use_grid(table)
    for cell, name in zip(table.rows[0].cells, ("cell", "known", "why"), strict=True):
        cell.text = say(words, "zh", f"compile.column.{name}")
    for entry in gaps[:_MOST_LISTED]:
        texts = (_label(entry.key, form, rulebook), _shown(entry), _why(entry, compiled, rulebook))
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    return fixed_bytes(document)


def compiled_xlsx(compiled: Compiled, rulebook: Rulebook) -> bytes:
    """The form as a workbook, each number a sum over the sheet of parts (a row for each member, a column for each cell)."""
    import xlsxwriter
    from xlsxwriter.utility import xl_col_to_name

    compiled = visible(compiled)
    form = _form(compiled, rulebook)
    words = rulebook.words
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.datetime(2020, 1, 1)})
    parts_name = say(words, "zh", "compile.sheet.parts")
    first, last = 3, 2 + len(compiled.members)
    formulas = {}
    for place, entry in enumerate(compiled.sums):
        column = xl_col_to_name(place + 2)
        parts = f"'{parts_name}'!${column}${first}:${column}${last}"
        # Once the office has typed what is missing, the number is no bound any more; a part that is a bound itself stays one.
        bound = "TRUE" if any(part.least for part in entry.parts) else f"COUNT({parts})<{len(entry.parts)}" if entry.bound else ""
        doubtful = any(part.doubtful for part in entry.parts)
        formulas[entry.key] = Formula(text=f"=SUM({parts})", result=float(entry.known), bound=bound, doubtful=doubtful)
    note = coverage_text(compiled, rulebook) + (say(words, "zh", "compile.sheet_note", sheet=parts_name) if compiled.gaps else "")
    add_form_sheets(book, rulebook, form, compiled.year, agency=compiled.government, values={}, formulas=formulas, note=note)
    _parts(book, compiled, form, rulebook, parts_name)
    _gaps(book, compiled, form, rulebook)
    book.close()
    return out.getvalue()


def _parts(book: Any, compiled: Compiled, form: Format, rulebook: Rulebook, name: str) -> None:
    words = rulebook.words
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF2F6", "border": 1})
    doubt = book.add_format({"bg_color": "#FBDC9C", "border": 1})
    unknown = book.add_format({"bg_color": "#F3B5B0", "border": 1})
    plain = book.add_format({"border": 1})
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, say(words, "zh", "compile.parts_hint"))
    sheet.write_string(1, 0, say(words, "zh", "compile.column.member"), head)
    sheet.write_string(1, 1, say(words, "zh", "compile.column.report"), head)
    for row, (member, path) in enumerate(compiled.members, start=2):
        sheet.write_string(row, 0, member, plain)
        sheet.write_string(
            row,
            1,
            path or say(words, "zh", f"compile.{'added_up' if member in compiled.below else 'no_report'}"),
            plain if path else unknown,
        )
    for column, entry in enumerate(compiled.sums, start=2):
        sheet.write_string(1, column, _label(entry.key, form, rulebook), head)
        for row, part in enumerate(entry.parts, start=2):
            if part.value is None:
                sheet.write_string(row, column, "" if not part.raw else part.raw, unknown)
            else:
                sheet.write_number(row, column, float(part.value), unknown if part.least else doubt if part.doubtful else plain)
    sheet.freeze_panes(2, 2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 1 + len(compiled.sums), 13)
    sheet.set_row(1, 76)


def _gaps(book: Any, compiled: Compiled, form: Format, rulebook: Rulebook) -> None:
    words = rulebook.words
    sheet = book.add_worksheet(say(words, "zh", "compile.sheet.gaps"))
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet.write_string(0, 0, coverage_text(compiled, rulebook))
    for column, name in enumerate(("cell", "known", "why")):
        sheet.write_string(2, column, say(words, "zh", f"compile.column.{name}"), head)
    row = 3
    for entry in compiled.own_gaps:
        for column, text in enumerate((_label(entry.key, form, rulebook), _shown(entry), _why(entry, compiled, rulebook))):
            sheet.write_string(row, column, text, wrap)
        row += 1
    for difference in compiled.differences:
        key = "compile.joint_difference" if difference.joint else "compile.difference"
        told = say(words, "zh", key, draft=_number(difference.draft), known=_number(difference.known))
        for column, text in enumerate((_label(difference.key, form, rulebook), _number(difference.known), told)):
            sheet.write_string(row, column, text, wrap)
        row += 1
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 80)


def _remarks(compiled: Compiled, form: Format, rulebook: Rulebook) -> list[str]:
    """What a person has to look at: governments added up themselves, documents that may be counted twice, where the draft differs."""
    words = rulebook.words
    join = say(words, "zh", "compile.join")
    told = []
    if compiled.below:
        told.append(say(words, "zh", "compile.below", names=join.join(compiled.below)))
    if compiled.joint:
        told.append(say(words, "zh", "compile.joint"))
        for entry in compiled.joint:
            parts = join.join(f"{part.member} {_number(part.value)}" for part in entry.parts if part.value)
            told.append(say(words, "zh", "compile.joint_parts", label=_label(entry.key, form, rulebook), sum=_shown(entry), parts=parts))
    for difference in compiled.differences:
        values = {"draft": _number(difference.draft), "known": _number(difference.known)}
        key = "compile.joint_difference" if difference.joint else "compile.difference"
        told.append(f"{_label(difference.key, form, rulebook)}：" + say(words, "zh", key, **values))
    return told


def overview_xlsx(done: Sequence[Compiled], rulebook: Rulebook) -> bytes:
    """All governments of a run on one sheet: a row each, a column for each cell of the form; what is a bound is marked and told."""
    import xlsxwriter

    words = rulebook.words
    done = [visible(compiled) for compiled in done]
    form = _form(done[0], rulebook)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.datetime(2020, 1, 1)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF2F6", "border": 1})
    plain, bound = book.add_format({"border": 1}), book.add_format({"border": 1, "bg_color": "#F3B5B0", "num_format": '"≥ "0.######'})
    doubt = book.add_format({"border": 1, "bg_color": "#FBDC9C"})
    sheet = book.add_worksheet(say(words, "zh", "compile.sheet.overview"))
    sheet.write_string(0, 0, say(words, "zh", "compile.overview_hint"))
    for column, name in enumerate(("government", "members", "reports")):
        sheet.write_string(1, column, say(words, "zh", f"compile.column.{name}"), head)
    for column, entry in enumerate(done[0].sums, start=3):
        sheet.write_string(1, column, _label(entry.key, form, rulebook), head)
    for row, compiled in enumerate(done, start=2):
        sheet.write_string(row, 0, compiled.government, plain)
        sheet.write_number(row, 1, len(compiled.members), plain)
        sheet.write_number(row, 2, len(compiled.members) - len(compiled.missing), plain)
        for column, entry in enumerate(compiled.sums, start=3):
            sheet.write_number(row, column, float(entry.known), bound if entry.bound else plain if entry.exact else doubt)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, 0, 26)
    sheet.set_column(3, 2 + len(done[0].sums), 12)
    sheet.set_row(1, 76)
    book.close()
    return out.getvalue()


def sentences(compiled: Compiled, rulebook: Rulebook) -> list[str]:
    """The standard sentences of the first section with the sums in them; a bound is said to be one."""
    sums = {entry.key: entry for entry in compiled.sums}
    found = []
    for name in ("requests", "outcomes", "remedies", "documents", "decisions"):
        template = say(rulebook.words, "zh", f"compile.sentence.{name}")
        values = {key.replace(".", "_"): _said(entry, rulebook) for key, entry in sums.items()}
        found.append(_filled(template, values))
    return found


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"[{name}]", value)
    return template


def _said(entry: Sum, rulebook: Rulebook) -> str:
    return say(rulebook.words, "zh", "compile.at_least", number=_number(entry.known)) if not entry.exact else _number(entry.known)


def coverage_text(compiled: Compiled, rulebook: Rulebook, lang: str = "zh") -> str:
    """How many members and cells are there, who has no report, and which files may be theirs."""
    words = rulebook.words
    join = say(words, lang, "compile.join")
    there = len(compiled.members) - len(compiled.missing)
    cells, exact = len(compiled.sums), len(compiled.sums) - len(compiled.gaps)
    text = say(words, lang, "compile.coverage", members=len(compiled.members), there=there, cells=cells, exact=exact)
    if compiled.missing:
        text += say(words, lang, "compile.missing", names=join.join(compiled.missing))
    if compiled.several:
        text += say(words, lang, "compile.several", names=join.join(compiled.several))
    if compiled.loose:
        shown = compiled.loose[:_MOST_FILES]
        text += say(words, lang, "compile.loose", count=len(compiled.loose), files=join.join(shown))
        if len(compiled.loose) > len(shown):
            text += say(words, lang, "compile.loose_more")
        text += say(words, lang, "language.stop")
    return text


def _why(entry: Sum, compiled: Compiled, rulebook: Rulebook) -> str:
    words = rulebook.words
    missing = set(compiled.missing)
    join = say(words, "zh", "compile.join")
    absent = [part.member for part in entry.parts if part.member in missing]
    unread = [part.member for part in entry.parts if part.value is None and part.member not in missing]
    doubtful = [part.member for part in entry.parts if part.doubtful]
    least = [part.member for part in entry.parts if part.least]
    told = [
        say(words, "zh", f"compile.why.{name}", names=join.join(names))
        for name, names in (("absent", absent), ("unread", unread), ("doubtful", doubtful), ("least", least))
        if names
    ]
    return say(words, "zh", "compile.why.join").join(told)


def _texts(compiled: Compiled) -> dict[str, str]:
    return {entry.key: _shown(entry) for entry in compiled.sums}


def _shown(entry: Sum) -> str:
    return f"≥ {_number(entry.known)}" if entry.bound else _number(entry.known)


def _number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _label(key: str, form: Format, rulebook: Rulebook) -> str:
    return label_of(rulebook, {str(table.id): table.layout for table in form.tables}, key, "zh")


def _form(compiled: Compiled, rulebook: Rulebook) -> Format:
    return next(form for form in rulebook.formats if form.id == compiled.form)
