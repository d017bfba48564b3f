"""Documents written by hand for the binder's tests: the form's tables as a reader would give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from auditor.model.document import Block, Cell, Document, Heading, Paragraph, Table
from auditor.model.formats import TableFormat
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location, Source
from auditor.rulebook.binding import load_binding
from auditor.rulebook.formats import load_formats

Spec = str | tuple[str, int, int]
"""A cell: its text, or (text, colspan, rowspan)."""


@cache
def rulebook() -> Rulebook:
    return Rulebook(formats=load_formats(), rules=(), sources={}, words={}, sha256="binder tests", binding=load_binding())


def form(table: str, layout: str) -> TableFormat:
    found = rulebook().table(table, layout)
    assert found is not None
    return found


def grid(rows: Sequence[Sequence[Spec]]) -> Table:
    """An exact table: cells flow into the first free positions of their row, as in HTML."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        column = 0
        for spec in row:
            text, colspan, rowspan = (spec, 1, 1) if isinstance(spec, str) else spec
            while (number, column) in taken:
                column += 1
            taken |= {(number + r, column + c) for r in range(rowspan) for c in range(colspan)}
            place = Location(table=1, row=number + 1, column=column + 1)
            cells.append(Cell(text=text, row=number, column=column, rowspan=rowspan, colspan=colspan, location=place))
    width = max(c for _, c in taken) + 1
    return Table(rows=len(rows), columns=width, cells=tuple(cells), grid="exact", location=Location(table=1))


def ragged(rows: Sequence[Sequence[str]]) -> Table:
    """A table of which only the order of cells in a row is known."""
    cells = tuple(
        Cell(text=text, row=r, column=c, location=Location(table=1, row=r + 1, column=c + 1))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    return Table(rows=len(rows), columns=max(map(len, rows)), cells=cells, grid="ragged", location=Location(table=1))


def document(*blocks: Block | str, title: str | None = None, path: str = "in/report.docx", images: int = 0) -> Document:
    made = tuple(Paragraph(text=b, location=Location(paragraph=n + 1)) if isinstance(b, str) else b for n, b in enumerate(blocks))
    return Document(source=Source(path=path, sha256="0" * 64, kind="docx"), engine="hand", blocks=made, title=title, images=images)


def heading(text: str, level: int = 1) -> Heading:
    return Heading(text=text, level=level, location=Location())


Value = Callable[[str, str], str]


def numbered(row: str, column: str) -> str:
    """A different number for every cell, so that a cell in the wrong place is seen."""
    return str(sum(ord(char) * (place + 7) for place, char in enumerate(row + "|" + column)) % 9973 + 1)


def requests(
    layout: str = "layout_2021", value: Value = numbered, labels: Mapping[str, str] | None = None, columns: Sequence[str] | None = None
) -> Table:
    """Table 3 as the official form prints it: three label columns, header on three levels, merged groups."""
    table = form("t3", layout)
    names = dict(labels or {})
    keys = list(columns or [c.key for c in table.columns])
    label = {c.key: c.label for c in table.columns} | {g.key: g.label for g in table.groups} | {r.key: r.label for r in table.rows} | names
    inner = [key for key in keys if key not in ("natural_person", "total")]
    middle: list[Spec] = []
    for key in keys:
        if key == inner[0]:
            middle.append((label["legal_person"], len(inner), 1))
        elif key not in inner:
            middle.append((label[key], 1, 2))
    rows: list[list[Spec]] = [[(table.note or "", 3, 3), (label["applicants"], len(keys), 1)], middle, [label[key] for key in inner]]
    outcome = [row for row in table.rows if row.key not in ("new_received", "carried_over", "carried_forward")]
    for row in table.rows:
        cells: list[Spec] = []
        if row in outcome and row is outcome[0]:
            cells.append((label["outcome"], 1, len(outcome)))
        members = [other for other in table.rows if other.group == row.group and row.group not in (None, "outcome")]
        if members:
            if row is members[0]:
                cells.append((label[row.group or ""], 1, len(members)))
            cells.append(label[row.key])
        else:
            cells.append((label[row.key], 2 if row in outcome else 3, 1))
        rows.append(cells + [value(row.key, key) for key in keys])
    return grid(rows)


def proactive(layout: str = "layout_2021", value: Value = numbered, labels: Mapping[str, str] | None = None) -> Table:
    """Table 2: a block title, a header and data rows for each block."""
    table = form("t2", layout)
    label = {c.key: c.label for c in table.columns} | {r.key: r.label for r in table.rows} | dict(labels or {})
    width = 4
    rows: list[list[Spec]] = []
    block = None
    for row in table.rows:
        if row.optional:
            continue
        span = (width - 1) // len(row.columns) if len(row.columns) != 2 else 1
        if row.group != block:
            block = row.group
            title = next(g.label for g in table.groups if g.key == block)
            rows.append([(title, width, 1)])
            rows.append(["信息内容", *[(label[c], span, 1) for c in row.columns]])
        rows.append([label[row.key], *[(value(row.key, c), span, 1) for c in row.columns]])
    return grid(rows)


def remedies(value: Value = numbered) -> Table:
    """Table 4 under its three-level header."""
    table = form("t4", "layout_2021")
    review = [c for c in table.columns if c.parent == "review"]
    suits = [c for c in table.columns if c.parent != "review"]
    return grid(
        [
            [("行政复议", 5, 1), ("行政诉讼", 10, 1)],
            [*[(c.label, 1, 2) for c in review], ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)],
            [c.label for c in suits],
            [value("data", c.key) for c in table.columns],
        ]
    )


PROSE = {
    1: "本局认真落实政府信息公开各项要求，围绕群众关心的事项做好公开，全年未发生因公开引起的争议。" * 3,
    5: "存在的问题：部分栏目更新不够及时。改进：明确专人每周检查，按月通报更新情况，年底前完成全部整改。" * 2,
    6: "本年度没有收取信息处理费，没有其他需要报告的事项。",
}


def whole(
    t2: Block | None = None,
    t3: Block | None = None,
    t4: Block | None = None,
    *,
    year: int = 2023,
    agency: str = "云台市临河区水务局",
    **more: object,
) -> Document:
    """A complete report around the three tables; leave one out with an empty paragraph."""
    blocks: list[Block | str] = [
        f"{agency}{year}年政府信息公开工作年度报告",
        f"本报告根据《中华人民共和国政府信息公开条例》编制，统计期限自{year}年1月1日至{year}年12月31日。",
        "一、总体情况", PROSE[1],
        "二、主动公开政府信息情况", t2 if t2 is not None else proactive(),
        "三、收到和处理政府信息公开申请情况", t3 if t3 is not None else requests(),
        "四、政府信息公开行政复议、行政诉讼情况", t4 if t4 is not None else remedies(),
        "五、存在的主要问题及改进情况", PROSE[5],
        "六、其他需要报告的事项", PROSE[6],
    ]  # fmt: skip
    return document(*blocks, **more)  # type: ignore[arg-type]
