"""Word documents of an invented agency, written as DOCX for LibreOffice to save as .doc."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def merged_docx() -> bytes:
    """Merged cells both ways, an inner table, a heading, a numbered list, hidden, deleted and inserted words, a link field."""
    document = docx.Document()
    document.core_properties.author = "禾某"
    document.add_heading("一、总体情况", level=1)
    document.add_paragraph("收到申请１２件。")
    for words in ("首先公开", "其次答复"):
        document.add_paragraph(words, style="List Number")
    paragraph = document.add_paragraph("看得见")
    paragraph.add_run("看不见").font.hidden = True
    _changed(paragraph, "w:del", "旧数")
    _changed(paragraph, "w:ins", "新数")
    table = document.add_table(rows=3, cols=3)
    table.style = "Table Grid"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "合并行"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "合并列"
    for column, words in ((1, "左"), (2, "右")):
        table.cell(1, column).text = words
    table.cell(2, 0).text = "上\n下"
    table.cell(2, 2).text = "-5"
    document.add_paragraph("隔")
    outer = document.add_table(rows=2, cols=2)
    outer.style = "Table Grid"
    for place, words in enumerate(("甲", "乙", "丙", "丁")):
        outer.cell(place // 2, place % 2).text = words
    inner = outer.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    document.add_paragraph("尾")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _changed(paragraph: Any, tag: str, words: str) -> None:
    change = OxmlElement(tag)
    for name, value in (("w:id", "1"), ("w:author", "禾某"), ("w:date", "2025-01-02T00:00:00Z")):
        change.set(qn(name), value)
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText" if tag == "w:del" else "w:t")
    text.text = words
    run.append(text)
    change.append(run)
    paragraph._p.append(change)
