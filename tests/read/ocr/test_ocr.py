"""Pages that are pictures: read where the extra is installed, refused with advice where it is not, never taken for certain."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document, Table
from auditor.pipeline import check_report, extract_bytes
from auditor.read import TEXT_LAYER, read_bytes
from auditor.read.ocr import is_available
from tests.lab.compose.wrap import to_scan

needs_extra = pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"

ROWS = (("10", "7", "0", "3"), ("9", "6", "1", "2"), ("1204", "88", "19", "69"), ("", "0", "5", "-"), ("251000", "8", "4", "11"))


def font() -> str:
    """A font that is carried in the file: one that is only named would not be drawn as printed."""
    if "Vera" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    return "Vera"


def printed(rows: tuple[tuple[str, ...], ...] = ROWS) -> bytes:
    """A page with a line of text above a ruled table."""
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont(font(), 11)
    canvas.drawString(80, 760, "Annual report of an invented office in 2024")
    left, top, width, height = 80, 700, 100, 24
    canvas.grid([left + width * n for n in range(len(rows[0]) + 1)], [top - height * n for n in range(len(rows) + 1)])
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            canvas.drawCentredString(left + width * (column + 0.5), top - height * (row + 0.7), text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def photograph(pdf: bytes) -> bytes:
    """The first page as a PNG file."""
    out = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=2.2, grayscale=True).to_pil().save(out, "PNG")
    return out.getvalue()


def cells(document: Document) -> list[list[str]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


@needs_extra
@pytest.mark.parametrize(("dpi", "skew", "noise"), [(150, 0.0, 0.0), (200, -0.8, 14.0)])
def test_a_scanned_table_is_read_cell_by_cell(dpi: int, skew: float, noise: float) -> None:
    document = read_bytes(to_scan(printed(), dpi=dpi, skew=skew, noise=noise), "scan.pdf")
    expected = [["—" if text == "-" else text for text in row] for row in ROWS]
    assert cells(document) == expected
    assert document.engine == "ocr"
    assert [problem.code for problem in document.problems] == ["READ-OCR"]
    assert any("2024" in getattr(block, "text", "") for block in document.blocks)


@needs_extra
def test_no_recognised_cell_is_certain_and_each_has_its_place() -> None:
    document = read_bytes(to_scan(printed(), dpi=150), "scan.pdf")
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert max(cell.confidence for cell in table.cells) < 0.9
    first = table.cells[0]
    assert first.location.page == 1
    assert first.location.box is not None
    assert first.location.box == pytest.approx((80, 142, 180, 166), abs=2.0)


@needs_extra
def test_the_same_scan_gives_the_same_document() -> None:
    data = to_scan(printed(ROWS[:2]), dpi=150, noise=10.0)
    assert read_bytes(data, "scan.pdf") == read_bytes(data, "scan.pdf")


@needs_extra
def test_a_picture_file_is_read_as_a_page() -> None:
    document = read_bytes(photograph(printed(ROWS[:3])), "photo.png")
    assert cells(document) == [list(row) for row in ROWS[:3]]
    assert document.source.kind == "image"


def test_recognition_can_be_switched_off() -> None:
    document = read_bytes(to_scan(printed(ROWS[:1]), dpi=100), "scan.pdf", TEXT_LAYER)
    assert not document.blocks
    assert [(problem.code, problem.fatal) for problem in document.problems] == [("READ-SCANNED", True)]


def test_a_text_layer_is_never_recognised() -> None:
    document = read_bytes(printed(), "report.pdf")
    assert document.engine == "pdfium"
    assert cells(document) == [list(row) for row in ROWS]


def test_without_the_extra_scans_and_pictures_are_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.read.ocr.is_available", lambda: False)
    document = read_bytes(to_scan(printed(ROWS[:1]), dpi=100), "scan.pdf")
    assert [(problem.code, problem.fatal) for problem in document.problems] == [("READ-SCANNED", True)]
    with pytest.raises(ReadError) as caught:
        read_bytes(photograph(printed(ROWS[:1])), "photo.png")
    assert caught.value.code == "READ-PICTURE"


@needs_extra
def test_pictures_beyond_limits_or_broken_are_refused() -> None:
    from tests.fuzz.hostile import FILES

    with pytest.raises(LimitError):
        read_bytes(FILES["png_huge"](), "x.png")
    with pytest.raises(ReadError) as caught:
        read_bytes(b"\xff\xd8\xff\xe0 no picture", "x.jpg")
    assert caught.value.code == "READ-DAMAGED"


@needs_extra
@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real reports are not beside the checkout")
def test_findings_on_a_scan_ask_to_look_at_the_original() -> None:
    from auditor.model.settings import Settings
    from auditor.rulebook import load_rulebook

    rulebook = load_rulebook()
    data = (CORPUS / "lucheng_xjm_2020" / "scan.pdf").read_bytes()
    report = extract_bytes(data, "scan.pdf", rulebook)
    assert report.facts
    assert max(fact.confidence for fact in report.facts) < 0.9
    findings = check_report(report, rulebook, Settings()).findings
    missing = [finding for finding in findings if finding.rule == "A-03" and finding.severity == "error"]
    assert missing
    assert all("请核对原文" in finding.message and finding.confidence == "low" for finding in missing)
    assert not [finding for finding in findings if finding.facts and finding.severity == "error"]


def word_with_picture(width: float = 430.0) -> bytes:
    """A Word file: a line, a picture of a table, a line; and a table of its own."""
    import docx
    from docx.shared import Pt

    page = pypdfium2.PdfDocument(printed(ROWS[:3]))[0].render(scale=2.5, grayscale=True).to_pil()
    picture = io.BytesIO()
    page.crop((150, 250, 1250, 600)).save(picture, "PNG")
    document = docx.Document()
    document.add_paragraph("before the picture")
    document.add_picture(picture, width=Pt(width))
    document.add_paragraph("after the picture")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "own", "5"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@needs_extra
def test_a_table_as_a_picture_in_a_word_file_stands_in_its_place() -> None:
    document = read_bytes(word_with_picture(), "report.docx")
    kinds = [block.text if not isinstance(block, Table) else block.rows for block in document.blocks]
    assert kinds == ["before the picture", 3, "after the picture", 1]
    first, second = [block for block in document.blocks if isinstance(block, Table)]
    assert [cell.text for cell in first.cells] == [text for row in ROWS[:3] for text in row]
    assert max(cell.confidence for cell in first.cells) < 0.9
    assert {cell.confidence for cell in second.cells} == {1.0}
    assert (first.location.table, second.location.table) == (1, 2)
    assert document.images == 0
    assert [problem.code for problem in document.problems] == ["READ-OCR-PICTURE"]


@needs_extra
def test_small_pictures_and_switched_off_recognition_leave_the_document_as_it_is() -> None:
    assert read_bytes(word_with_picture(width=60), "report.docx").engine == "docx"
    document = read_bytes(word_with_picture(), "report.docx", TEXT_LAYER)
    assert (document.engine, document.images) == ("docx", 1)


@needs_extra
def test_cells_beyond_the_work_for_a_page_are_unread_and_not_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.read.ocr.page.read_page.__kwdefaults__", {"most": 1_500})
    document = read_bytes(to_scan(printed(), dpi=150), "scan.pdf")
    assert "READ-PART" in [problem.code for problem in document.problems]
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    last = [cell for cell in table.cells if cell.row == 4]
    assert {(cell.text, cell.confidence) for cell in last} == {("", 0.0)}
    assert [cell.text for cell in table.cells if cell.row == 0] == list(ROWS[0])


@needs_extra
def test_the_edges_of_a_turned_grainy_page_are_no_text() -> None:
    document = read_bytes(to_scan(printed(), dpi=150, skew=-1.8, noise=25.0), "scan.pdf")
    free = [block.text for block in document.blocks if not isinstance(block, Table)]
    assert len(free) == 1
    assert "2024" in free[0]
