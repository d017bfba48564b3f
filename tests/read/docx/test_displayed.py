"""What Word prints is what is read: struck-out, raised, white and drawn figures in cells."""

from __future__ import annotations

from functools import cache

import pytest

from auditor.bind import bind
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.source import Source
from auditor.read.docx import read_docx
from auditor.rulebook import load_rulebook
from tests.read.made import TOTAL, total, with_docx_cell


@cache
def book() -> Rulebook:
    return load_rulebook()


def bound(data: bytes) -> Report:
    return bind(read_docx(data, Source(path="a.docx", sha256="0", kind="docx")), book())


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


NUMBER = run(total())
STYLES = (
    '<w:style w:type="character" w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Base"><w:name w:val="Base"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="Base"/></w:style>'
)
SEEN = {
    "struck out": run("9", "<w:strike/>") + NUMBER,
    "doubly struck out": run("9", "<w:dstrike/>") + NUMBER,
    "struck out by style": run("9", '<w:rStyle w:val="Old"/>') + NUMBER,
    "not struck after all": run(total(), '<w:rStyle w:val="Old"/><w:strike w:val="0"/>'),
    "note mark": NUMBER + run("1", '<w:vertAlign w:val="superscript"/>'),
    "note mark in pieces": NUMBER + "".join(run(part, '<w:vertAlign w:val="superscript"/>') for part in "[1]"),
    "note mark by inherited style": NUMBER + run("②", '<w:rStyle w:val="Note"/>'),
    "lifted": NUMBER + run("1", '<w:position w:val="10"/><w:sz w:val="12"/>'),
    "all raised": run(total(), '<w:vertAlign w:val="superscript"/>'),
    "white": run("9", '<w:color w:val="FFFFFF"/>') + NUMBER,
    "white on dark": run(total(), '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864"/>'),
    "equation of one row": (
        f'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>{total()}</m:t></m:r></m:oMath>'
    ),
}


@pytest.mark.parametrize("runs", SEEN.values(), ids=SEEN.keys())
def test_cell_is_what_is_printed(runs: str) -> None:
    report = bound(with_docx_cell(runs, STYLES))
    fact = report.fact(TOTAL)
    assert fact is not None
    assert (fact.raw, fact.state) == (total(), "number")
    assert report.status == "read"
    assert len(report.facts) == 200


M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
INK = {
    "only struck out": run("69", "<w:strike/>"),
    "picture": '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:20pt;height:10pt"><v:imagedata/></v:shape></w:pict></w:r>',
    "object": "<w:r><w:object/></w:r>",
    "fraction": f"<m:oMath {M}><m:f><m:num><m:r><m:t>6</m:t></m:r></m:num><m:den><m:r><m:t>9</m:t></m:r></m:den></m:f></m:oMath>",
}


@pytest.mark.parametrize("runs", INK.values(), ids=INK.keys())
def test_ink_without_text_is_unread_not_blank(runs: str) -> None:
    report = bound(with_docx_cell(runs))
    fact = report.fact(TOTAL)
    assert fact is not None
    assert fact.state == "unreadable"
    assert report.status == "partly_read"


def test_nothing_in_a_cell_is_blank() -> None:
    fact = bound(with_docx_cell(run(""))).fact(TOTAL)
    assert fact is not None
    assert fact.state == "blank"
