"""Marks stand on the very cell a finding names, and taking them away gives the original again."""

from __future__ import annotations

import ctypes
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from lxml import etree

from auditor.bind import bind
from auditor.check.engine import check
from auditor.deliver.copies import marked_copy, notes_of
from auditor.errors import ReadError
from auditor.model.document import Table
from auditor.model.finding import Audit
from auditor.model.settings import Settings
from auditor.model.source import Location
from auditor.read import read_bytes
from auditor.read.html.page import parse_page
from auditor.render.marked import Note
from auditor.render.marked.docx import mark_docx
from auditor.render.marked.html import MARK, MUTED, mark_html
from auditor.render.marked.pdf import mark_pdf
from tests.hostile.active import WAYS, addressed, page
from tests.hostile.look import active_parts
from tests.lab.compose import DocxStyle, GridOptions, HtmlStyle, PdfStyle, to_docx, to_html, to_pdf
from tests.read.docx.made import p as paragraph
from tests.read.docx.made import package, tbl, tc
from tests.support.season import rulebook, wrong_plan

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def audit_of(data: bytes, name: str) -> Audit:
    return check(bind(read_bytes(data, name), rulebook()), rulebook(), Settings())


def printed(audit: Audit) -> dict[int, str]:
    """Number of a note → text of the cell it must stand on, for the notes on cells of the form."""
    assert audit.report is not None
    cells = {fact.location: fact.raw for fact in audit.report.facts}
    return {place: cells[note.location] for place, note in enumerate(notes_of(audit)) if note.location in cells}


def squeezed(text: str) -> str:
    return "".join(text.split())


# Word


def part(data: bytes, name: str = "word/document.xml") -> Any:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


def commented(root: Any) -> dict[int, str]:
    """Comment id → the text between its marks."""
    found: dict[int, str] = {}
    within: set[int] = set()
    for node in root.iter():
        if node.tag == f"{W}commentRangeStart":
            within.add(int(node.get(f"{W}id")))
            found[int(node.get(f"{W}id"))] = ""
        elif node.tag == f"{W}commentRangeEnd":
            within.discard(int(node.get(f"{W}id")))
        elif node.tag == f"{W}t":
            for number in within:
                found[number] += node.text or ""
    return found


def stripped(root: Any) -> bytes:
    for node in list(root.iter(f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference")):
        gone = node.getparent() if node.tag == f"{W}commentReference" else node
        gone.getparent().remove(gone)
    return bytes(etree.tostring(root, method="c14n"))


def assert_only_comments_added(before: bytes, after: bytes) -> None:
    old, new = (zipfile.ZipFile(io.BytesIO(data)) for data in (before, after))
    touched = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert set(new.namelist()) - set(old.namelist()) <= {"word/comments.xml", "word/_rels/document.xml.rels"}
    for name in old.namelist():
        if name not in touched:
            assert old.read(name) == new.read(name)
    assert stripped(part(after)) == stripped(part(before))


@pytest.mark.parametrize(
    ("style", "grid"),
    [
        (DocxStyle(), GridOptions()),
        (DocxStyle(nested=True), GridOptions()),
        (DocxStyle(runs=1), GridOptions(label_columns=2)),
        (DocxStyle(split_rows=9), GridOptions(merges="blank")),
        (DocxStyle(text_box=True, headings="bold"), GridOptions(split_t2=True, split_t4=True)),
    ],
)
def test_word_comment_spans_the_cell(style: DocxStyle, grid: GridOptions) -> None:
    from dataclasses import replace

    data = to_docx(replace(wrong_plan(0), grid=grid), style)
    audit = audit_of(data, "a.docx")
    copy = marked_copy(data, "docx", notes_of(audit))
    assert copy is not None
    assert copy[2] == ()
    texts, expected = commented(part(copy[0])), printed(audit)
    assert len(expected) >= 4
    assert {number: squeezed(texts[number]) for number in expected} == {number: squeezed(text) for number, text in expected.items()}
    assert_only_comments_added(data, copy[0])


def test_word_comment_on_an_empty_cell_stands_in_it() -> None:
    data = to_docx(wrong_plan(0).with_facts(t4__review_upheld=""), DocxStyle())
    document = read_bytes(data, "a.docx")
    empty = next(cell for table in document.blocks if isinstance(table, Table) for cell in table.cells if cell.text == "" and cell.row > 2)
    copy, left = mark_docx(data, [Note(number=1, location=empty.location, text="空")])
    assert left == ()
    mark = next(part(copy).iter(f"{W}commentRangeStart"))
    assert squeezed("".join(mark.getparent().getparent().itertext())) == ""
    assert mark.getparent().getparent().tag == f"{W}tc"


def with_types(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
    return out.getvalue()


def test_word_cell_of_several_paragraphs_and_an_inner_table_is_spanned_whole() -> None:
    data = with_types(package(tbl(tc("外") + tc(paragraph("一") + tbl(tc("内")) + paragraph("二")))))
    copy, left = mark_docx(data, [Note(number=1, location=Location(anchor="tbl1/tr1/tc2"), text="x")])
    assert left == ()
    assert commented(part(copy)) == {0: "一内二"}
    inner, left = mark_docx(data, [Note(number=1, location=Location(anchor="tbl2/tr1/tc1"), text="x")])
    assert commented(part(inner)) == {0: "内"}


def test_word_allows_no_comment_in_a_text_box_so_it_stands_on_its_paragraph() -> None:
    box = f"<w:p><w:r><w:t>外</w:t><w:pict><v:textbox><w:txbxContent>{tbl(tc('7'))}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    copy, left = mark_docx(with_types(package(box)), [Note(number=1, location=Location(anchor="tbl1/tr1/tc1"), text="x")])
    assert left == ()
    root = part(copy)
    assert not [box_ for box_ in root.iter(f"{W}txbxContent") if next(box_.iter(f"{W}commentRangeStart"), None) is not None]
    assert "7" in commented(root)[0]


def test_word_comments_of_others_stay() -> None:
    other = '<w:comment w:id="7" w:author="甲"><w:p><w:r><w:t>旧</w:t></w:r></w:p></w:comment>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    body = '<w:p><w:commentRangeStart w:id="7"/><w:r><w:t>文</w:t></w:r><w:commentRangeEnd w:id="7"/></w:p>'
    data = with_types(package(body, comments=other, rels=f'<Relationship Id="rId1" Type="{kind}" Target="comments.xml"/>'))
    copy, _ = mark_docx(data, [Note(number=3, location=Location(anchor="p1"), text="新\x00\ud800")])
    comments = part(copy, "word/comments.xml")
    assert [(c.get(f"{W}id"), c.get(f"{W}author"), "".join(c.itertext())) for c in comments] == [
        ("7", "甲", "旧"),
        ("8", "Auditor", "[3] 新\\x00\\ud800"),
    ]
    assert len(part(copy, "word/_rels/document.xml.rels")) == 1
    assert commented(part(copy)) == {7: "文", 8: "文"}


def test_strict_word_file_is_marked_with_its_own_names() -> None:
    data = package(paragraph("文"))
    strict = io.BytesIO()
    with zipfile.ZipFile(strict, "w") as archive:
        body = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        plain = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr("word/document.xml", body.replace(plain, "http://purl.oclc.org/ooxml/wordprocessingml/main"))
        archive.writestr("[Content_Types].xml", TYPES)
    copy, left = mark_docx(strict.getvalue(), [Note(number=1, location=Location(anchor="p1"), text="x")])
    assert left == ()
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(copy)).read("word/comments.xml")


def test_anchor_that_leads_nowhere_is_handed_back_and_nothing_changes() -> None:
    data = to_docx(wrong_plan(0), DocxStyle())
    lost = tuple(Note(number=1, location=Location(anchor=anchor), text="x") for anchor in (None, "p0", "p99999", "tbl1/tr99/tc1", "x"))
    assert mark_docx(data, lost) == (data, lost)


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(ReadError):
        mark_docx(b"PK\x03\x04 no archive", [])
    assert marked_copy(b"", "docx", [Note(number=1, location=Location(anchor="p1"), text="x")]) is None


# PDF


def highlights(data: bytes) -> Iterator[tuple[str, str]]:
    """(words of the note, text under the highlight) of every annotation."""
    document = pdfium.PdfDocument(data)
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
            annotation = raw.FPDFPage_GetAnnot(page.raw, index)
            box = raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, box)
            size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
            buffer = (raw.FPDF_WCHAR * (size // 2))()
            raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
            words = bytes(buffer).decode("utf-16-le").rstrip("\0")
            yield words, text.get_text_bounded(box.left, box.bottom, box.right, box.top)
            raw.FPDFPage_CloseAnnot(annotation)
    document.close()


def pictures(data: bytes) -> list[bytes]:
    """Every page as pixels, without annotations."""
    document = pdfium.PdfDocument(data)
    shown = [bytes(document[number].render(scale=0.6, draw_annots=False).buffer) for number in range(len(document))]
    document.close()
    return shown


def turned(data: bytes, rotation: int, crop: tuple[float, float, float, float] | None) -> bytes:
    document = pdfium.PdfDocument(data)
    for number in range(len(document)):
        page = document[number]
        page.set_rotation(rotation)
        if crop is not None:
            left, bottom, right, top = page.get_mediabox()
            page.set_cropbox(left + crop[0], bottom + crop[1], right - crop[2], top - crop[3])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (23.0, 31.0, 11.0, 17.0)])
def test_pdf_highlight_lies_on_the_cell(rotation: int, crop: tuple[float, float, float, float] | None) -> None:
    data = turned(to_pdf(wrong_plan(0), PdfStyle()), rotation, crop)
    audit = audit_of(data, "a.pdf")
    notes = notes_of(audit)
    copy = marked_copy(data, "pdf", notes)
    assert copy is not None
    assert copy[2] == tuple(note for note in notes if note.location.box is None)
    expected = printed(audit)
    assert len(expected) >= 4
    found = list(highlights(copy[0]))
    for place, text in expected.items():
        note = notes[place]
        assert (squeezed(f"[{note.number}]{note.text}"), squeezed(text)) in [(squeezed(words), squeezed(under)) for words, under in found]
    assert pictures(copy[0]) == pictures(data)


def test_pdf_highlights_are_drawn() -> None:
    data = to_pdf(wrong_plan(0), PdfStyle())
    copy = marked_copy(data, "pdf", notes_of(audit_of(data, "a.pdf")))
    assert copy is not None
    document = pdfium.PdfDocument(copy[0])
    drawn = [bytes(document[number].render(scale=0.6).buffer) for number in range(len(document))]
    assert drawn != pictures(data)


def test_broken_pdf_is_refused() -> None:
    with pytest.raises(ReadError):
        mark_pdf(b"%PDF-1.4 nothing", [])


# HTML


def anchors(root: Any) -> dict[str, str]:
    return {number: squeezed("".join(node.itertext())) for node in root.iter() if node.get(MARK) for number in node.get(MARK).split()}


@pytest.mark.parametrize(
    "style",
    [
        HtmlStyle(),
        HtmlStyle(layout_table=True, body="spans"),
        HtmlStyle(charset="gb18030", unclosed=True),
        HtmlStyle(paragraphs_in_cells=True),
    ],
)
def test_page_mark_frames_the_cell_and_nothing_else_changes(style: HtmlStyle) -> None:
    made = to_html(wrong_plan(0), style)
    data = made if isinstance(made, bytes) else made.encode(style.charset)
    audit = audit_of(data, "a.html")
    notes = notes_of(audit)
    single = [note for note in notes if note.location in {fact.location for fact in audit.report.facts}]  # type: ignore[union-attr]
    assert len(single) >= 4
    cells = {fact.location: fact.raw for fact in audit.report.facts}  # type: ignore[union-attr]
    for number, note in enumerate(single, start=1):
        copy, left = mark_html(parse_page(data)[0], [Note(number=number, location=note.location, text=note.text)])
        assert left == ()
        assert anchors(parse_page(copy)[0]) == {str(number): squeezed(cells[note.location])}
    marked = marked_copy(data, "html", notes)
    assert marked is not None
    before, after = parse_page(data)[0], parse_page(marked[0])[0]
    # What would run or fetch goes (a test of its own); all that is seen stays.
    active = ("script", "link", "iframe", "base")

    def seen(root: Any) -> list[tuple[Any, str, str]]:
        return [(node.tag, (node.text or "").strip(), (node.tail or "").strip()) for node in root.iter() if is_theirs(node)]

    def is_theirs(node: Any) -> bool:
        return node.tag not in active and node.get("http-equiv") != "Content-Security-Policy"

    assert "".join(map(str, seen(before))) == "".join(map(str, seen(after)))
    changed = {"style", "title", MARK, MUTED, "charset", "content", "src", f"{MUTED}-src", "onclick"}
    assert [{k: v for k, v in node.attrib.items() if k not in changed} for node in before.iter() if node.tag not in active] == [
        {k: v for k, v in node.attrib.items() if k not in changed} for node in after.iter() if is_theirs(node)
    ]


def test_words_of_a_page_note_cannot_become_markup() -> None:
    root = parse_page("<p>文</p>".encode())[0]
    anchor = next(root.getroottree().getpath(node) for node in root.iter("p"))
    copy, _ = mark_html(root, [Note(number=1, location=Location(anchor=anchor), text='"><script>alert(1)</script>')])
    assert b"<script" not in copy
    assert next(parse_page(copy)[0].iter("p")).get("title") == '[1] "><script>alert(1)</script>'


def test_notes_are_numbered_as_in_the_notice() -> None:
    from auditor.render.letters.notice import asked_for

    data = to_docx(wrong_plan(0), DocxStyle())
    audit = audit_of(data, "a.docx")
    for number, finding in enumerate(asked_for(audit.findings), start=1):
        assert any(note.number == number and note.title.startswith(finding.rule) for note in notes_of(audit))


def test_all_cells_of_a_sum_are_marked_and_those_that_only_take_part_are_dashed() -> None:
    data = to_html(wrong_plan(0), HtmlStyle())
    data = data if isinstance(data, bytes) else data.encode()
    audit = audit_of(data, "a.html")
    notes = notes_of(audit)
    top = next(finding for finding in audit.findings if finding.culprit is not None)
    cells = {used.location for used in top.facts}
    assert cells <= {note.location for note in notes}
    made = marked_copy(data, "html", notes, "审核标注")
    assert made is not None
    page = made[0].decode()
    assert "dashed" in page
    assert "solid" in page
    head = page.index("审核标注")
    assert head < page.index("年度报告", head + 1)
    assert all(f"{finding.rule} {finding.title}" in page for finding in audit.findings if finding.location is not None)


def test_a_comment_says_rule_value_and_candidates() -> None:
    data = to_docx(wrong_plan(0), DocxStyle())
    audit = audit_of(data, "a.docx")
    told = {note.title: note.text for note in notes_of(audit) if not note.part}
    for finding in audit.findings:
        if finding.culprit is not None:
            text = told[f"{finding.rule} {finding.title}"]
            assert finding.message in text
            assert finding.culprit.candidates[0].likely in text


def test_pdf_marks_have_an_appearance_of_their_own() -> None:
    data = to_pdf(wrong_plan(0), PdfStyle())
    made = marked_copy(data, "pdf", notes_of(audit_of(data, "a.pdf")))
    assert made is not None
    document = pdfium.PdfDocument(made[0])
    drawn = [_appearance(page, number) for page in document for number in range(raw.FPDFPage_GetAnnotCount(page.raw))]
    assert drawn
    assert all(" re S" in entry for entry in drawn)
    assert any("[3 2] 0 d" in entry for entry in drawn)
    assert any("[3 2] 0 d" not in entry for entry in drawn)


def _appearance(page: pdfium.PdfPage, number: int) -> str:
    annotation = raw.FPDFPage_GetAnnot(page.raw, number)
    size = raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, buffer, size)
    raw.FPDFPage_CloseAnnot(annotation)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def test_a_marked_page_runs_and_fetches_nothing() -> None:
    page = """<html><head><title>报告</title><script>steal()</script><link rel="stylesheet" href="http://x.invalid/a.css">
    <meta http-equiv="refresh" content="0;url=http://x.invalid/"><base href="http://x.invalid/"><style>@import "http://x.invalid/b.css";</style></head>
    <body onload="steal()"><p>报告正文</p><img src="http://x.invalid/p.png" onerror="steal()"><iframe src="//x.invalid/f"></iframe>尾
    <a href="javascript:steal()">甲</a><a href="http://x.invalid/">乙</a><div style="background:url(http://x.invalid/c.png)">丙</div>
    <a href="java&#9;script:steal()">丁</a><a href=" &#1;javascript:steal()">戊</a><p style="background:u\\72l(http://x.invalid/d.png)">己</p>
    <p style="background:image-set('http://x.invalid/e.png' 1x)">庚</p><form action="http://x.invalid/"><input formaction="javascript:steal()"></form><svg><image href="http://x.invalid/s.png"/></svg></body></html>"""
    copy, _ = mark_html(parse_page(page.encode())[0], [], "审核标注", "去掉 [count] 处")
    text = copy.decode()
    assert "steal" not in text
    assert "Content-Security-Policy" in text
    assert int(re.search(r"去掉 (\d+) 处", text)[1]) >= 15, "what was taken out is said on the page"  # type: ignore[index]
    assert "报告正文" in text
    assert "尾" in text
    kept = re.findall(r'([\w-]+)="[^"]*x\.invalid', text)
    assert set(kept) <= {"href", "data-auditor-removed-src", "data-auditor-removed-action"}, kept
    assert text.count('href="http://x.invalid/') == 1  # the link a reader may follow


@pytest.mark.parametrize("after", ["", "<svg></svg>"], ids=["one parser", "the other"])
def test_no_way_of_a_page_to_run_or_fetch_or_lead_away_is_left(after: str) -> None:
    """Each of some hundred ways, and what a browser would build of the copy. In Chromium, with a listener: `make hostile`."""
    left, dangerous = [], 0
    for head, body in WAYS:
        data = addressed(page(head, body + after), 9).encode()
        dangerous += bool(active_parts(addressed(f"<head>{head}</head>{body}", 9).encode()))
        copy, _ = mark_html(parse_page(data)[0], [], "审核标注", "去掉 [count] 处")
        left += [(head + body, found) for found in active_parts(copy)]
        assert "报告" in copy.decode()
    assert left == []
    assert dangerous > 85, "they are seen where nothing was taken out"
