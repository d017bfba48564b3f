"""One sample report → everything read from it as a readable text: who and when, sections with their prose, each table as a grid.

``python -m tests.goldens.extracted`` writes the files of this folder again (``make goldens``); look at the difference before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import auditor
from auditor.model.axes import cell_key, column_tree, row_tree, walk
from auditor.model.formats import TableFormat
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.render.places import place_text

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent
SAMPLES = ("06_column_balance_2024.docx", "07_offsetting_columns_2023.html", "22_clean_vertical_labels_2021.pdf")
"""One of each of the kinds that agencies publish most; their agencies are invented."""
ABSENT, BLANK = "×", "（空白）"


def golden_of(sample: str) -> Path:
    """The file that holds what is read from a sample."""
    return FOLDER / f"{sample}.txt"


def extracted(sample: str) -> str:
    """The text for one file of ``sample_reports``."""
    bound = auditor.bind(ROOT / "sample_reports" / sample)
    return "\n".join([f"sample_reports/{sample}", "", *_report(bound.report, bound.rulebook)]) + "\n"


def _report(report: Report, rulebook: Rulebook) -> Iterator[str]:
    words = rulebook.words
    form = rulebook.format_for(report.era) if report.era else None
    yield f"标题      {report.title.text if report.title else '—'}"
    yield f"机关      {report.agency or '—'}"
    yield f"年度      {report.year or '—'}"
    yield f"格式      {form.title if form else '—'}"
    for period in report.periods:
        yield f"统计期限  {period.start} 至 {period.end}（{period.text}）"
    for index, section in enumerate((None, *report.sections)):
        key = section.key if section is not None else "s0_preamble"
        heading = "引言" if section is None else f"第{section.ordinal or '？'}部分 {section.title}"
        texts = [passage for passage in report.passages if passage.section == key]
        if index and section is not None:
            heading += f"  〔{place_text(section.location, words, 'zh')}〕"
        yield from ("", heading, *(f"    {passage.text}" for passage in texts))
    for found in report.tables:
        table = rulebook.table(found.id, found.layout)
        if table is not None:
            yield from ("", f"{table.short}  〔{place_text(found.location, words, 'zh')}〕", *_grid(report, table))
            if found.note:
                yield f"    表角注：{found.note}"
    yield from ("", f"格式以外的行  {len(report.unplaced)}", *(f"    {entry.text}：{'、'.join(entry.values)}" for entry in report.unplaced))
    yield from (f"未能读取  {len(report.problems)}", *(f"    {problem.code}" for problem in report.problems))


def _grid(report: Report, table: TableFormat) -> Iterator[str]:
    """A line a row. Columns are named above by letters, so that a line stays short; rows without columns in common get a head of their own."""
    columns = {column.key: column.label for column in table.columns}
    above = {leaf: node.label for node, _, _ in walk(column_tree(table)) if node.children for leaf in node.leaves}
    letters = {key: chr(ord("A") + place) for place, key in enumerate(columns)}
    for key, label in columns.items():
        yield f"    {letters[key]} = {above[key] + ' / ' if key in above else ''}{label}"
    for node, depth, _ in walk(row_tree(table)):
        label = "    " * (depth + 1) + (node.label or table.short)
        if node.children:
            yield label
            continue
        row = next(entry for entry in table.rows if entry.key == node.key)
        values = []
        for column in row.columns or tuple(columns):
            fact = report.fact(cell_key(table, node.key, column))
            text = ABSENT if fact is None else (fact.raw.strip() or BLANK) if fact.state != "unreadable" else f"未读（{fact.raw}）"
            values.append(f"{letters[column]} {text}")
        if row.optional and all(value.endswith(ABSENT) for value in values):
            continue
        yield f"{label}：{'  '.join(values)}"


def main() -> None:
    """Write the goldens again and name those that changed."""
    for sample in SAMPLES:
        path, text = golden_of(sample), extracted(sample)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
