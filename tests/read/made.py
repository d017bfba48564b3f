"""Whole reports of invented agencies for the readers' tests, to be cut, struck, hidden and split by the tests themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.html import HtmlStyle, to_html
from tests.lab.compose.plan import ReportPlan
from tests.lab.compose.text import TextStyle, to_text

TOTAL = "t3.new_received.total"
"""The cell that the tests write on."""


@cache
def plan(seed: int = 3, year: int = 2024) -> ReportPlan:
    """A balanced report whose :data:`TOTAL` has two digits, so that a lost or added one shows."""
    return balanced_plan(seed, size="medium", year=year)


def total(seed: int = 3) -> str:
    """What the cell :data:`TOTAL` shows."""
    return plan(seed).facts[TOTAL]


def report_text(until: str | None = None, leave_out: str | None = None, seed: int = 3) -> str:
    """The report as text up to the section ``until`` (included), without the table ``leave_out``."""
    made = plan(seed)
    sections = []
    for section in made.sections:
        tables = tuple(table for table in section.tables if table != leave_out)
        sections.append(replace(section, tables=tables))
        if until is not None and section.key.startswith(until):
            break
    return to_text(replace(made, sections=tuple(sections)), TextStyle(flavour="tabs")).decode()


def report_page(until: str | None = None, leave_out: str | None = None, *, seed: int = 3, year: int = 2024, after: str = "") -> str:
    """The same as a page of a site; ``after`` stands at the end of the article."""
    made = plan(seed, year)
    sections = []
    for section in made.sections:
        sections.append(replace(section, tables=tuple(table for table in section.tables if table != leave_out)))
        if until is not None and section.key.startswith(until):
            break
    text = to_html(replace(made, sections=tuple(sections)), HtmlStyle()).decode()
    return text.replace('\n</div>\n<div class="share">', f'{after}\n</div>\n<div class="share">')


def with_cell(page: str, markup: str, seed: int = 3) -> str:
    """The page with ``markup`` in the cell :data:`TOTAL`, the last of its row."""
    start = page.index("一、本年新收政府信息公开申请数量")
    end = page.index("</tr>", start)
    cell = page.rindex("<td>", start, end)
    return f"{page[:cell]}<td>{markup}</td>{page[end:]}"


def report_docx() -> bytes:
    """The report as a Word file."""
    from tests.lab.compose.docx import to_docx

    return to_docx(plan())


def with_docx_cell(runs: str, styles: str = "") -> bytes:
    """The Word file with these runs (WordprocessingML) in the cell :data:`TOTAL`, and ``styles`` among its styles."""
    import io
    import re
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report_docx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name).decode() if name.endswith(".xml") else old.read(name)
            if name == "word/document.xml":
                assert isinstance(data, str)
                start = data.index("一、本年新收政府信息公开申请数量")
                end = data.index("</w:tr>", start)
                cell = data.rindex("<w:tc>", start, end)
                kept = re.match(r"<w:tc>(<w:tcPr>.*?</w:tcPr>|<w:tcPr/>)?", data[cell:end])
                assert kept is not None
                data = f"{data[:cell]}{kept[0]}<w:p>{runs}</w:p></w:tc>{data[end:]}"
            elif name == "word/styles.xml":
                assert isinstance(data, str)
                data = data.replace("</w:styles>", f"{styles}</w:styles>")
            new.writestr(name, data)
    return out.getvalue()
