"""The kind of a file is told by what is in it, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from auditor import read
from auditor.errors import ReadError
from auditor.read import identify, read_bytes, read_file
from auditor.read.sniff import contradicts, sniff


def packed(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


MHT = b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n", "pdf"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("[Content_Types].xml", "word\\document.xml"), "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (packed("甲.docx", "乙.txt"), "zip"),
        (b"{\\rtf1\\ansi x}", "rtf"),
        (MHT, "mht"),
        (b"<!DOCTYPE html><html></html>", "html"),
        ("\n<table><tr><td>许可</td></tr></table>".encode(), "html"),
        ('<div class="a"><p>青禾县</p></div>'.encode("gb18030"), "html"),
        ("青禾县档案局2024年度报告\n一、总体情况".encode(), "text"),
        ("青禾县档案局2024年度报告\n一、总体情况".encode("gb18030"), "text"),
        ("青禾县档案局2024年度报告\n一、总体情况".encode("utf-16"), "text"),
        ("收到<b>12</b>件".encode(), "text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image"),
        (b"\xff\xd8\xff\xe0\0", "image"),
    ],
)
def test_kind_by_content(data: bytes, kind: str) -> None:
    found = sniff(data)
    assert (found.kind, found.refusal) == (kind, None)


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (b"", "READ-EMPTY", None),
        (b" \r\n\t\n", "READ-EMPTY", None),
        (b"Rar!\x1a\x07\x00", "READ-UNSUPPORTED", "rar"),
        (b"\xdb\xa5-\0\0", "READ-UNSUPPORTED", "word2"),
        (packed("ppt/presentation.xml"), "READ-UNSUPPORTED", "pptx"),
        (packed("mimetype", content=b"application/vnd.oasis.opendocument.text"), "READ-UNSUPPORTED", "opendocument"),
        (bytes(range(1, 32)) * 40, "READ-UNSUPPORTED", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "READ-DAMAGED", None),
    ],
)
def test_what_is_refused_says_what_it_is(data: bytes, code: str, found: str | None) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(data, "a.docx")
    assert caught.value.code == code
    assert caught.value.details.get("found") == found


def test_other_suffix_is_a_problem_and_no_error() -> None:
    document = read_bytes("一、总体情况".encode(), "报告.docx")
    assert [(p.code, p.fatal, p.details["kind"]) for p in document.problems] == [("READ-SUFFIX", False, "text")]
    assert read_bytes("一、总体情况".encode(), "报告.txt").problems == ()


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("a.wps", "doc", False),
        ("a.et", "xls", False),
        ("a.xlsx", "xls", True),
        ("a.doc", "wps", False),
        ("a.doc", "html", True),
        ("a.dat", "pdf", False),
        ("a", "pdf", False),
    ],
)
def test_suffixes(name: str, kind: str, expected: bool) -> None:
    assert contradicts(name, kind) is expected  # type: ignore[arg-type]


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ReadError) as caught:
            read_file(path)
        assert caught.value.code == "READ-MISSING"


def test_source_names_path_hash_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("甲".encode())
    source = read_file(path, shown="报告/a.txt").source
    assert (source.path, source.kind) == ("报告/a.txt", "text")
    assert source == identify("甲".encode(), "报告/a.txt")
    assert len(source.sha256) == 64


def test_a_reader_that_breaks_is_our_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes, source: object) -> None:
        raise ZeroDivisionError("no")

    monkeypatch.setattr("auditor.read.text.read_text", broken)
    with pytest.raises(ReadError) as caught:
        read_bytes("甲".encode(), "a.txt")
    assert caught.value.code == "READ-CRASHED"
    assert caught.value.details["error"] == "ZeroDivisionError"


def test_file_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "FILE_BYTES", 3)
    path = tmp_path / "a.txt"
    path.write_bytes(b"abcd")
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert caught.value.code == "READ-TOO-LARGE"
