"""Files of which only a first part is left: what is lost is declared, nobody is accused of it, and the cell at the cut is not believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab.compose import HtmlStyle, TextStyle, balanced_plan, to_html, to_text
from tests.lab.measure import Sheet
from tests.lab.run import measured
from tests.lab.variants import Case, make_case

PLAN = balanced_plan(4, "layout_2021", "medium")


def cut_at(tmp_path: Path, kind: str, data: bytes, end: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """Outcomes and false findings of the first ``end`` bytes."""
    case: Case = replace(make_case(0, 1, kind, defects=False), plan=PLAN, features=frozenset(), others=(), kept=end / len(data))
    path = tmp_path / f"cut.{'txt' if kind == 'text' else kind}"
    path.write_bytes(data[:end])
    result = measured(case, path, Sheet())
    assert result.reading is not None, result.fault
    return dict(result.reading.cells), result.false


@pytest.mark.parametrize("body", ["paragraphs", "spans"])
@pytest.mark.parametrize("more", [len("<td>"), len("</td><td>"), len("</td><"), 0])
def test_a_page_that_ends_in_a_cell(tmp_path: Path, body: str, more: int) -> None:
    data = to_html(PLAN, HtmlStyle(body=body))  # type: ignore[arg-type]
    row = data.index("属于国家秘密".encode())
    end = data.index(b"</td>", data.index(b"</td>", row) + 5) + more
    cells, false = cut_at(tmp_path, "html", data, end)
    assert not {"wrong", "silent", "invented"} & set(cells)
    assert not false


@pytest.mark.parametrize("flavour", ["tab_cells", "cell_lines", "tabs", "pipes", "bar_lines", "bar_below", "bar_frame"])
@pytest.mark.parametrize("last", ["（六）其他处理", "关系为：第一项", "结果维持", "（二）上一年", "属于国家", "四、政府信息公开行"])
def test_a_text_that_ends_anywhere(tmp_path: Path, flavour: str, last: str) -> None:
    text = to_text(PLAN, TextStyle(flavour=flavour, encoding="utf-8"))  # type: ignore[arg-type]
    found = text.find(last.encode())
    if found < 0:
        found = text.index("收到和处理".encode())
    cells, false = cut_at(tmp_path, "text", text, found + len(last.encode()))
    assert not {"wrong", "silent", "invented"} & set(cells)
    assert not false


def test_the_last_bytes_of_a_character_are_missing(tmp_path: Path) -> None:
    text = to_text(PLAN, TextStyle(flavour="cell_lines", encoding="utf-8"))
    cells, false = cut_at(tmp_path, "text", text, text.index("政府信息管理".encode()) + 4)
    assert set(cells) == {"declared"}
    assert not false
