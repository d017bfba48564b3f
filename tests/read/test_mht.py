"""Pages saved as one file."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

import pytest

from auditor.errors import ReadError
from auditor.model.document import Table
from auditor.read import read_bytes

PAGE = "<html><body><p>青禾县档案馆2024年度情况的说明。</p><table><tr><td>名目</td><td>数</td></tr><tr><td>许可</td><td>12</td></tr></table></body></html>"


def saved(page: bytes, charset: str, coding: str) -> bytes:
    encoders: dict[str, Callable[[bytes], bytes]] = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}
    body = encoders[coding](page)
    return (
        b"From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="----B"\r\n\r\n'
        b"------B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
        b"------B\r\nContent-Type: text/html; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: "
        + coding.encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n------B--\r\n"
    )


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@pytest.mark.parametrize("coding", ["base64", "quoted-printable", "8bit"])
def test_main_page(charset: str, coding: str) -> None:
    document = read_bytes(saved(PAGE.encode(charset), charset, coding), "页.mht")
    assert (document.source.kind, document.problems) == ("mht", ())
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert [cell.text for cell in table.cells] == ["名目", "数", "许可", "12"]
    assert any("青禾县档案馆" in block.text for block in document.blocks if not isinstance(block, Table))


def test_no_page_inside() -> None:
    data = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--\r\n"
    with pytest.raises(ReadError) as caught:
        read_bytes(data, "页.mht")
    assert caught.value.code == "READ-DAMAGED"
