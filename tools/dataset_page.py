"""Writes the tables of ``docs/dataset.md`` from the program: ``python -m tools.dataset_page [--check]``."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.render.dataset.tables import TABLES
from auditor.rulebook import load_rulebook
from auditor.text.words import say

PAGE = Path(__file__).resolve().parents[1] / "docs" / "dataset.md"
_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"
_HEADS = {
    "facts": "每个印出的单元格一行（one row for each printed cell）",
    "findings": "每个问题一行，引起的问题另列（one row for each finding, what it explains included）",
    "reports": "每份报告一行（one row for each report or file）",
    "statements": "正文中每个带计数单位的数字一行（one row for each counted number of the prose）",
    "sections": "每份报告的每个部分一行，含正文（one row for each section of a report, with its prose）",
    "agencies": "每个机关一行，含名册各栏（one row for each agency, with the columns of the roster）",
    "wide": "每份报告一行、每个单元格一列，供电子表格使用（one row a report, one column a cell; further columns are cell keys）",
    "dictionary": "数据字典（the data dictionary: this page as a table）",
}


def tables() -> str:
    """The part between the marks."""
    words = load_rulebook().words
    out = []
    for name, columns in TABLES.items():
        out += [f"### `{name}`", "", f"{_HEADS[name]}。", "", "| 列 column | 类型 type | 含义 | meaning |", "| --- | --- | --- | --- |"]
        for column in columns:
            key = f"dataset.{column.name}"
            zh, en = (say(words, lang, key) if key in words else column.name for lang in ("zh", "en"))
            out.append(f"| `{column.name}` | {column.kind} | {zh} | {en} |")
        out.append("")
    return "\n".join(out)


def page() -> str:
    """The whole page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{tables()}\n{_END}{after}"


def main() -> int:
    made = page()
    if "--check" in sys.argv[1:]:
        return int(made != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
