"""Files that cannot be read, or not wholly; what an editor left behind."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib

import pytest

from auditor.errors import LimitError, ReadError, UsageError
from auditor.read.pdf import limits
from tests.read.pdf.made import SOURCE, Sheet, prose, read, tables


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", b"%PDF-1.4\n" + bytes(range(256)) * 20])
def test_broken_files_are_damaged(data: bytes, engine: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, engine)
    assert caught.value.code == "READ-DAMAGED"


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_password_is_reported(engine: str) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(50, 50, "text")
    canvas.save()
    with pytest.raises(ReadError) as caught:
        read(buffer.getvalue(), engine)
    assert caught.value.code == "READ-ENCRYPTED"


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_limits_are_named(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = Sheet()
    for _ in range(3):
        sheet.text(60, 60, "三页的文件")
        sheet.page()
    data = sheet.data()
    monkeypatch.setattr(limits, "MAX_PAGES", 2)
    with pytest.raises(LimitError) as caught:
        read(data, engine)
    assert (caught.value.code, caught.value.details["limit"]) == ("READ-LIMIT-PAGES", "2")
    monkeypatch.setattr(limits, "MAX_PAGES", 3)
    monkeypatch.setattr(limits, "MAX_CHARS_PER_PAGE", 3)
    with pytest.raises(LimitError) as caught:
        read(data, engine)
    assert caught.value.code == "READ-LIMIT-CHARS"


def picture_page(sheet: Sheet) -> None:
    from reportlab.lib.utils import ImageReader

    raw = b"".join(b"\x00" + bytes([200]) * 30 for _ in range(40))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", (30).to_bytes(4, "big") + (40).to_bytes(4, "big") + b"\x08\x00\x00\x00\x00")
    png += chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    sheet.canvas.drawImage(ImageReader(io.BytesIO(png)), 0, 0, sheet.width, sheet.height)


def test_scan_without_text_is_fatal_and_one_scanned_page_is_not() -> None:
    pytest.importorskip("PIL", reason="reportlab needs it for pictures")
    sheet = Sheet()
    picture_page(sheet)
    document = read(sheet.data())
    assert [(problem.code, problem.details["page"], problem.fatal) for problem in document.problems] == [("READ-SCANNED", "1", True)]
    assert (document.pages, document.images) == (1, 1)
    sheet = Sheet()
    sheet.text(60, 100, "第一页是文字，第二页才是图片，这里有足够多的字说明不是扫描件。")
    sheet.page()
    picture_page(sheet)
    (problem,) = read(sheet.data()).problems
    assert (problem.code, problem.details["page"], problem.fatal) == ("READ-SCANNED", "2", False)


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_links_and_author_are_residues(engine: str) -> None:
    sheet = Sheet(author="李某")
    sheet.text(60, 100, "附件")
    sheet.canvas.linkURL("https://example.org/a", (60, 735, 120, 750))
    residues = {(residue.kind, residue.text) for residue in read(sheet.data(), engine).residues}
    assert residues == {("link", "https://example.org/a"), ("author", "李某")}


def test_unknown_engine_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        read(b"", "other")


def test_engines_agree() -> None:
    sheet = Sheet()
    sheet.text(80, 60, "一、总体情况")
    sheet.table([60, 160, 260], [100, 124, 148], [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "22")])
    data = sheet.data()
    one, other = read(data), read(data, "pdfplumber")
    assert prose(one) == prose(other)
    assert [[cell.text for cell in table.cells] for table in tables(one)] == [
        [cell.text for cell in table.cells] for table in tables(other)
    ]
    assert (one.engine, other.engine, one.source) == ("pdfium", "pdfplumber", SOURCE)


def test_same_bytes_give_the_same_document() -> None:
    sheet = Sheet()
    sheet.table([60, 160, 260], [100, 124], [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1")])
    data = sheet.data()
    assert read(data) == read(data)


def test_no_engine_is_loaded_before_it_is_needed() -> None:
    code = "import sys, auditor.read.pdf; sys.exit(any(name.startswith(('pypdfium2', 'pdfplumber')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
