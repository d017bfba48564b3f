"""A plan's tables as grids of cells with spans, drawn from the formats of the project."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from auditor.model.axes import cell_key, column_tree, walk
from auditor.model.formats import Column, Group, Row, TableFormat
from tests.lab.compose.plan import ReportPlan, table_format


@dataclass(frozen=True)
class GridCell:
    """A cell at (row, column) from 0. ``key`` is set for a printed value of the form; ``vertical`` asks for stacked characters."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    key: str | None = None
    vertical: bool = False


@dataclass(frozen=True)
class Grid:
    """A table to draw. ``caption`` is printed before it; ``label_columns`` lead each row, ``header_rows`` repeat on a new page."""

    table: str
    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    label_columns: int = 1
    header_rows: int = 1
    caption: str | None = None

    def row(self, index: int) -> tuple[GridCell, ...]:
        """The cells that begin in a row, left to right."""
        return tuple(cell for cell in self.cells if cell.row == index)

    def matrix(self) -> list[list[GridCell | None]]:
        """The covering cell of every position."""
        out: list[list[GridCell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    out[row][column] = cell
        return out


@dataclass
class _Draft:
    """A table while it is drawn. Row numbers only grow."""

    cells: list[GridCell] = field(default_factory=list)
    rows: int = 0

    def put(
        self,
        text: str,
        column: int,
        *,
        rowspan: int = 1,
        colspan: int = 1,
        key: str | None = None,
        row: int | None = None,
        vertical: bool = False,
    ) -> None:
        at = self.rows if row is None else row
        self.cells.append(GridCell(text, at, column, rowspan, colspan, key, vertical))

    def done(self, table: str, columns: int, *, label_columns: int = 1, header_rows: int = 1, caption: str | None = None) -> Grid:
        cells = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column)))
        return Grid(table, self.rows, columns, cells, label_columns, header_rows, caption)


def grids(plan: ReportPlan, table: str) -> tuple[Grid, ...]:
    """Table ``t2``, ``t3``, ``t4`` or ``st`` of a plan, as one or several grids; none where the plan has no layout for it."""
    layout = plan.layouts.get(table)
    if layout is None:
        return ()
    form = table_format(layout, table)
    if table == "t2":
        return tuple(_unmerged(grid, plan.grid.merges) for grid in _table2(plan, form))
    if table == "t3":
        return (_unmerged(_table3(plan, form), plan.grid.merges),)
    if table == "t4":
        return _table4(plan, form)
    return (_statistics(plan, form),)


def _unmerged(grid: Grid, way: str) -> Grid:
    """The grid with its tall row labels cut into one cell a row, as tables made in a spreadsheet often are."""
    if way == "merged":
        return grid
    cells = []
    for cell in grid.cells:
        if cell.rowspan == 1 or cell.row < grid.header_rows:
            cells.append(cell)
            continue
        for offset in range(cell.rowspan):
            text = cell.text if way == "repeat" or not offset else ""
            cells.append(replace(cell, row=cell.row + offset, rowspan=1, text=text, vertical=False))
    return replace(grid, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _label(plan: ReportPlan, table: str, kind: str, key: str, official: str) -> str:
    return plan.labels.get(f"{table}/{kind}/{key}", official)


def _rows(plan: ReportPlan, form: TableFormat) -> list[Row]:
    rows = [row for row in form.rows if f"{form.id}.{row.key}" not in plan.omit and (not row.optional or _has_row(plan, form, row))]
    order = plan.order.get(f"{form.id}/rows", ())
    return sorted(rows, key=lambda row: order.index(row.key)) if set(order) == {row.key for row in rows} else rows


def _has_row(plan: ReportPlan, form: TableFormat, row: Row) -> bool:
    stem = f"{form.id}.{row.key}"
    return any(key == stem or key.startswith(stem + ".") for key in plan.facts)


def _columns(plan: ReportPlan, form: TableFormat) -> list[Column]:
    columns = [column for column in form.columns if f"{form.id}/{column.key}" not in plan.omit]
    if form.id == "t3" and any(key.endswith(".org_subtotal") for key in plan.facts):
        # the form has no such column, some reports do: behind the kinds of organisations
        columns.insert(len(columns) - 1, Column(key="org_subtotal", label="小计", en="subtotal", parent="legal_person"))
    order = plan.order.get(f"{form.id}/columns", ())
    return sorted(columns, key=lambda column: order.index(column.key)) if set(order) == {column.key for column in columns} else columns


def _extras(plan: ReportPlan, table: str, after: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(label, values) for name, row, label, values in plan.extra_rows if (name, row) == (table, after)]


def _spans(base: int, count: int) -> list[int]:
    """``base`` grid columns shared by ``count`` cells; the last takes what is left."""
    each = base // count
    return [each] * (count - 1) + [base - each * (count - 1)]


def _table2(plan: ReportPlan, form: TableFormat) -> tuple[Grid, ...]:
    options = plan.grid
    side = 1 if options.side_blocks else 0
    width = side + 1 + options.base
    columns = {column.key: column for column in form.columns}
    header = next(group for group in form.groups if group.key == "label_header")
    out: list[Grid] = []
    draft = _Draft()
    for group in form.groups:
        rows = [row for row in _rows(plan, form) if row.group == group.key]
        if not rows:
            continue
        start = draft.rows
        title = _label(plan, "t2", "group", group.key, group.label)
        if not side:
            draft.put(title, 0, colspan=width)
            draft.rows += 1
        keys = [key for key in rows[0].columns if f"t2/{key}" not in plan.omit]
        spans = _spans(options.base, len(keys))
        draft.put(_label(plan, "t2", "group", "label_header", header.label), side)
        at = side + 1
        for key, span in zip(keys, spans, strict=True):
            text = _label(plan, "t2", "column", key, columns[key].label)
            draft.put(_two_lines(text) if options.two_line_headers else text, at, colspan=span)
            at += span
        draft.rows += 1
        for row in rows:
            draft.put(_label(plan, "t2", "row", row.key, row.label), side)
            at = side + 1
            for key, span in zip(keys, spans, strict=True):
                cell = f"t2.{row.key}.{key}"
                draft.put(plan.facts.get(cell, ""), at, colspan=span, key=cell)
                at += span
            draft.rows += 1
            for label, values in _extras(plan, "t2", row.key):
                draft.put(label, side)
                at = side + 1
                for value, span in zip(values, spans, strict=True):
                    draft.put(value, at, colspan=span)
                    at += span
                draft.rows += 1
        if side:
            draft.put(title, 0, rowspan=draft.rows - start, row=start)
        if options.split_t2:
            out.append(draft.done("t2", width, header_rows=0))
            draft = _Draft()
    if draft.rows:
        out.append(draft.done("t2", width, header_rows=0))
    return tuple(out)


def _two_lines(text: str) -> str:
    half = (len(text) + 1) // 2
    return text[:half] + "\n" + text[half:]


def _table3(plan: ReportPlan, form: TableFormat) -> Grid:
    lead = plan.grid.label_columns
    columns = _columns(plan, form)
    width = lead + len(columns)
    draft = _Draft()
    note = form.note or ""
    headers = _header(plan, form, columns, draft, lead, note if plan.grid.corner_note == "cell" else "")
    groups = {group.key: group for group in form.groups}
    open_groups: dict[str, tuple[int, int]] = {}
    seen: set[str] = set()
    for row in _rows(plan, form):
        chain = _chain(row.group, groups)
        if lead == 1:
            for key in chain:
                if plan.grid.group_rows and key not in seen:
                    draft.put(_label(plan, "t3", "group", key, groups[key].label), 0)
                    for offset in range(len(columns)):
                        draft.put("", lead + offset)
                    draft.rows += 1
                seen.add(key)
            label_at = 0
        else:
            printed = chain if lead == 3 else chain[1:]
            for depth, key in enumerate(printed):
                first, _ = open_groups.get(key, (draft.rows, depth))
                open_groups[key] = (first, depth)
            label_at = len(printed)
        draft.put(_label(plan, "t3", "row", row.key, row.label), label_at, colspan=lead - label_at)
        for offset, column in enumerate(columns):
            cell = f"t3.{row.key}.{column.key}"
            draft.put(plan.facts.get(cell, ""), lead + offset, key=cell)
        draft.rows += 1
        for label, values in _extras(plan, "t3", row.key):
            draft.put(label, label_at, colspan=lead - label_at)
            for offset, value in enumerate(values):
                draft.put(value, lead + offset)
            draft.rows += 1
        for key, (first, depth) in open_groups.items():
            if key in chain:
                _close(plan, form, draft, key, first, depth)
    return draft.done(
        "t3", width, label_columns=lead, header_rows=headers, caption=form.note if plan.grid.corner_note == "before" else None
    )


def _close(plan: ReportPlan, form: TableFormat, draft: _Draft, key: str, first: int, depth: int) -> None:
    """Draw a group's label over the rows it covers so far, replacing the shorter one."""
    label = _label(plan, "t3", "group", key, next(group.label for group in form.groups if group.key == key))
    draft.cells[:] = [
        cell for cell in draft.cells if not (cell.row == first and cell.column == depth and cell.key is None and cell.text == label)
    ]
    draft.put(label, depth, row=first, rowspan=draft.rows - first, vertical=plan.grid.vertical_outcome and depth == 0)


def _chain(group: str | None, groups: dict[str, Group]) -> list[str]:
    """Group keys from the outermost to ``group``."""
    out: list[str] = []
    while group is not None:
        out.insert(0, group)
        group = groups[group].parent
    return out


def _header(plan: ReportPlan, form: TableFormat, columns: list[Column], draft: _Draft, lead: int, corner: str = "") -> int:
    """The tree of columns as header lines over the table, and how many there are."""
    tree = column_tree(form, columns)
    height = max(node.depth for node in tree)
    if lead:
        draft.put(corner, 0, rowspan=height, colspan=lead)
    for node, depth, first in walk(tree):
        text = _label(plan, form.id, "group" if node.children else "column", node.key, node.label)
        if not node.children and lead and depth == height - 1 and plan.grid.two_line_headers and len(text) > 2:
            text = _two_lines(text)
        draft.put(text, lead + first, row=depth, rowspan=1 if node.children else height - depth, colspan=len(node.leaves))
    draft.rows = height
    return height


def _table4(plan: ReportPlan, form: TableFormat) -> tuple[Grid, ...]:
    if plan.grid.split_t4:
        return tuple(_part4(plan, form, [column for column in form.columns if column.key in node.leaves]) for node in column_tree(form))
    return (_part4(plan, form, list(form.columns)),)


def _part4(plan: ReportPlan, form: TableFormat, columns: list[Column]) -> Grid:
    draft = _Draft()
    height = _header(plan, form, columns, draft, 0)
    for at, column in enumerate(columns):
        key = cell_key(form, "", column.key)
        draft.put(plan.facts.get(key, ""), at, key=key)
    draft.rows += 1
    return draft.done("t4", len(columns), label_columns=0, header_rows=height)


def _statistics(plan: ReportPlan, form: TableFormat) -> Grid:
    draft = _Draft()
    heads = {group.key: group.label for group in form.groups}
    for at, text in enumerate((heads["indicator"], heads["unit"], form.columns[0].label)):
        draft.put(text, at)
    draft.rows = 1
    for row in _rows(plan, form):
        draft.put(_label(plan, "st", "row", row.key, row.label), 0)
        draft.put(row.unit or "", 1)
        draft.put(plan.facts[f"st.{row.key}"], 2, key=f"st.{row.key}")
        draft.rows += 1
        for label, values in _extras(plan, "st", row.key):
            for at, text in enumerate((label, "—", *values)):
                draft.put(text, at)
            draft.rows += 1
    return draft.done("st", 3)
