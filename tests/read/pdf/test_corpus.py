"""The published reports beside the checkout: every row of figures as verified by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from auditor.model.document import Table
from tests.read.pdf.made import prose, read, tables

CORPUS = Path(__file__).resolve().parents[3] / "../shared/corpus"
FILES = sorted(CORPUS.glob("*/*.pdf"))
NAMES = [f"{path.parent.name}/{path.name}" for path in FILES]
NUMBER = re.compile(r"[\d.]+")

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not FILES, reason="the corpus is not beside the checkout")]


def figures(table: Table, blanks: int) -> list[list[str]]:
    """Rows of figures; a row of ``blanks`` empty cells at the end is printed blank."""
    found = []
    for row in range(table.rows):
        cells = [cell for cell in table.cells if cell.row == row]
        values = [cell.text.replace("\n", "") for cell in cells if NUMBER.fullmatch(cell.text.replace("\n", ""))]
        empty = [cell for cell in cells if not cell.text]
        if values or len(empty) == blanks:
            found.append(values)
    return found


def expected(path: Path, table: str) -> list[list[str]]:
    facts = json.loads((CORPUS / "truth" / f"{path.parent.name}.json").read_text(encoding="utf-8"))["facts"]
    rows: dict[str, list[str]] = {}
    for key, value in facts.items():
        if key.startswith(f"{table}."):
            row = rows.setdefault(key.split(".")[1] if table == "t3" else table, [])
            if value is not None:
                row.append(value)
    return list(rows.values())


@pytest.mark.parametrize("path", FILES or [Path()], ids=NAMES or ["none"])
@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_every_figure_of_the_published_reports(path: Path, engine: str) -> None:
    document = read(path.read_bytes(), engine)
    if path.name.startswith("scan"):
        assert {problem.code for problem in document.problems} == {"READ-SCANNED"}
        assert all(problem.fatal for problem in document.problems)
        return
    large = [table for table in tables(document) if table.rows > 2]
    assert [table.columns for table in large] == [4, 10, 15]
    assert figures(large[1], 7) == expected(path, "t3")
    assert figures(large[2], 15) == expected(path, "t4")
    assert [value for row in figures(large[0], 99) for value in row] == [value for row in expected(path, "t2") for value in row]
    assert all(table.grid == "exact" for table in large)
    assert sum(1 for text in prose(document) if re.fullmatch(r"[一二三四五六⼀⼆].{3,40}(?:情况|事项|措施)", text)) >= 4
