"""Conversions by installed programs, and documents inside others."""

from __future__ import annotations

import email
import io
import zipfile
from pathlib import Path

import olefile
import pypdfium2
import pytest

from tests.lab.compose import balanced_plan, to_docx, to_html, to_pdf
from tests.lab.compose.office import chromium, libreoffice, to_doc, to_pdf_via_chromium, to_pdf_via_libreoffice
from tests.lab.compose.wrap import to_mht, to_scan, to_zip

PLAN = balanced_plan(4, "layout_2021", "large")


def _text(path: Path) -> str:
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(path))


@pytest.mark.office
@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_converts_many_files_at_once(tmp_path: Path) -> None:
    plans = {"a": PLAN, "b": balanced_plan(5, "layout_2019")}
    printed = to_pdf_via_libreoffice(plans, tmp_path)
    assert set(printed) == {"a", "b"}
    assert PLAN.facts["t3.new_received.total"] in _text(printed["a"])
    word = to_doc(plans, tmp_path)
    assert olefile.OleFileIO(word["b"]).exists("WordDocument")


@pytest.mark.browser
@pytest.mark.skipif(chromium() is None, reason="Chromium is not installed")
def test_chromium_prints_the_page(tmp_path: Path) -> None:
    printed = to_pdf_via_chromium({"a": PLAN}, tmp_path)
    assert PLAN.facts["t3.new_received.total"] in _text(printed["a"])


def test_saved_page_holds_the_page_unchanged() -> None:
    page = to_html(PLAN)
    message = email.message_from_bytes(to_mht(page, "utf-8"))
    part = next(entry for entry in message.walk() if entry.get_content_type() == "text/html")
    assert bytes(part.get_payload(decode=True)).replace(b"\r\n", b"\n").strip() == page.strip()


def test_archive_names_can_be_gbk_without_a_mark() -> None:
    data = to_zip({"年度报告.docx": to_docx(PLAN)}, gbk_names=True)
    (info,) = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert info.filename.encode("cp437").decode("gbk") == "年度报告.docx"


def test_scan_has_pictures_and_no_text() -> None:
    source = to_pdf(balanced_plan(1, "layout_2021", "zero"))
    scan = pypdfium2.PdfDocument(to_scan(source, dpi=60, skew=0.5))
    assert len(scan) == len(pypdfium2.PdfDocument(source))
    assert all(not page.get_textpage().get_text_bounded().strip() for page in scan)
    assert all(any(True for _ in page.get_objects()) for page in scan)
