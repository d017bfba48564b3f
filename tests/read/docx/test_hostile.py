"""Files that are broken or meant to do harm: one clear error, at once."""

from __future__ import annotations

import io
import zipfile

import pytest

from auditor.errors import LimitError, ReadError
from auditor.read import limits
from auditor.read.docx import read_docx
from tests.read.docx.made import NAMES, SOURCE, p, package, read, tbl, tc


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"not a zip", package(p("x"))[:-40], archive(a=b"x"), archive(**{"word__document.xml": b"<w:document"})],
    ids=["empty", "head", "text", "cut", "no document", "broken xml"],
)
def test_damaged(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_docx(data, SOURCE)
    assert caught.value.code == "READ-DAMAGED"


@pytest.mark.parametrize("doctype", ['<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', '<!DOCTYPE d SYSTEM "file:///etc/hostname">'])
def test_document_types_are_refused(doctype: str) -> None:
    body = f"{doctype}<w:document {NAMES}><w:body>{p('甲')}</w:body></w:document>"
    with pytest.raises(ReadError) as caught:
        read_docx(archive(**{"word__document.xml": body.encode()}), SOURCE)
    assert caught.value.code == "READ-UNSAFE"


def test_zip_bomb() -> None:
    bomb = archive(**{"word__document.xml": b"<a>" + b" " * (limits.ZIP_RATIO_FROM * 4) + b"</a>"})
    with pytest.raises(LimitError):
        read_docx(bomb, SOURCE)


def test_part_beyond_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.read.zipped import Members

    with pytest.raises(LimitError):
        Members(archive(a=b"x" * 2000)).read("a", most=1000)


def test_path_out_of_the_archive() -> None:
    with pytest.raises(ReadError) as caught:
        read_docx(archive(**{"..__..__evil": b"x", "word__document.xml": b"<a/>"}), SOURCE)
    assert caught.value.code == "READ-UNSAFE"


def test_deep_nesting_ends_in_a_limit() -> None:
    body = p("芯")
    for _ in range(40):
        body = tbl(tc(body) + tc("边"))
    with pytest.raises(LimitError):
        read(body)


def test_nesting_without_end() -> None:
    with pytest.raises(LimitError):
        read("<w:sdt><w:sdtContent>" * 400 + p("芯") + "</w:sdtContent></w:sdt>" * 400)


def test_silly_spans_and_numbers_do_no_harm() -> None:
    body = tbl(
        tc("甲", '<w:gridSpan w:val="99999999"/>') + tc("1", '<w:gridSpan w:val="x"/>'), tc("乙", '<w:gridSpan w:val="-3"/>') + tc("2")
    )
    assert [cell.text for cell in read(body).blocks[0].cells] == ["甲", "1", "乙", "2"]  # type: ignore[union-attr]
