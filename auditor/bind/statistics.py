"""The statistical table of 2014–2018 (政府信息公开情况统计表): rows by label → facts ``st.<key>``."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import Line, printed_cells
from auditor.bind.readings import is_number, looks_like_value
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.model.formats import TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import is_blank, squeeze


def bind_statistics(lines: Sequence[Line], table: TableFormat, lexicon: Lexicon, words: BindingWords) -> TableResult:
    """Bind by label only. With several columns of figures the one headed 统计数 counts; without a head, a lone figure.

    A label without a cell after it is a title on a grid, and a cell that was lost in text: that one is declared unread.
    """
    result = TableResult()
    group: str | None = None
    column: int | None = None
    lost: dict[str, tuple[Line, Cell]] = {}
    for line in lines:
        cells = list(printed_cells(line))
        labels = [cell for cell in cells if not looks_like_value(cell.text, words)]
        head = next((cell for cell in labels if lexicon.column("st", cell.text) == "value"), None)
        if head is not None and not any(is_number(cell.text, words) for cell in cells):
            column = head.column if line.exact else None
            continue
        named = None
        for cell in labels:
            here = lexicon.group("st", cell.text)
            group = here if here in ("review", "litigation") else group
            match = lexicon.row("st", cell.text, group)
            if match is not None:
                named = (match, cell)
                break
        figures = [cell for cell in line.cells if cell.row == line.number and is_number(cell.text, words)]
        if named is None:
            if figures and labels:
                values = tuple(squeeze(cell.text) for cell in figures)
                result.unplaced.append(Unplaced(text=labels[0].text, values=values, table="st", location=line.location))
            continue
        match, label = named
        if match.key in result.rows:
            continue
        value = _value(line, label, column, figures)
        if value is None:
            if not line.exact:  # else a title across the table
                lost.setdefault(match.key, (line, label))
            continue
        result.rows.append(match.key)
        result.labels[f"row:{match.key}"] = label.text
        sure = 1.0 if len(figures) <= 1 or column is not None else 0.7
        result.add(make_fact(f"st.{match.key}", value, words, min(match.confidence, sure)))
    for key, (line, label) in lost.items():
        if key not in result.rows:  # printed, but its figure was not found: unread, never missing without a word
            result.add(unread_fact(f"st.{key}", line.text, line.location))
            result.problems.append(
                Problem(code="BIND-ROW", details={"row": squeeze(label.text)[:40], "text": line.text[:80]}, location=line.location)
            )
    if result.rows:
        result.columns = ["value"]
        result.found = TableFound(
            id="st",
            layout=table.layout,
            rows=tuple(result.rows),
            columns=("value",),
            labels=result.labels,
            confidence=min(fact.confidence for fact in result.facts.values()),
            location=lines[0].table.location,
        )
    return result


def _value(line: Line, label: Cell, column: int | None, figures: Sequence[Cell]) -> Cell | None:
    if column is not None:
        under = next((c for c in line.cells if c.column <= column < c.column + c.colspan and c.column > label.column), None)
        if under is not None:
            return under
    if figures:
        return figures[0]
    after = [cell for cell in line.cells if cell.column > label.column and is_blank(cell.text)]
    return after[-1] if after else None
