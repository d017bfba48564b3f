"""Files made to harm: bombs, endless nesting, entities, paths that escape. Each is small and made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from random import Random

_CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def word(body: str, prolog: str = "") -> bytes:
    """A Word file with this body."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document {_W}><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": _CONTENT_TYPES, "word/document.xml": document.encode()})


def pdf(content: bytes, pages: int = 1, box: str = "0 0 595 842", kids: str | None = None) -> bytes:
    """A PDF of equal pages with this content stream."""
    packed_content = zlib.compress(content)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids or '3 0 R ' * pages}]>>".encode(),
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".encode(),
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed_content) + packed_content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{("&a" + str(n - 1 or "") + ";") * 10}">' for n in range(1, 9))
    + "]>"
)
_CELL = "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"
_ROW = f"<w:tr>{_CELL * 8}</w:tr>"

FILES: Mapping[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "zeros": lambda: b"\0" * 100_000,
    "zip_bomb": lambda: packed({"a.txt": b"0" * 60_000_000}),
    "word_bomb": lambda: packed({"[Content_Types].xml": _CONTENT_TYPES, "word/document.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}),
    "nested_zip": lambda: _nested(30),
    "path_escape": lambda: packed({"../../etc/x.txt": b"1", "/outside/y.txt": b"2", "C:\\x\\z.txt": b"3", "a/../../b.txt": b"4"}),
    "entities": lambda: word("&a8;", _ENTITIES),
    "external_entity": lambda: word("&x;", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "deep_word": lambda: word("<w:sdt><w:sdtContent>" * 20_000),
    "deep_tables": lambda: word("<w:tbl><w:tr><w:tc>" * 400 + "</w:tc></w:tr></w:tbl>" * 400),
    "wide_span": lambda: word(f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc></w:tr>{_ROW}</w:tbl>'),
    "many_cells": lambda: word(f"<w:tbl>{_ROW * 40_000}</w:tbl>"),
    "html_spans": lambda: ("<html><body><table>" + '<tr><td colspan=99999999 rowspan=99999999>1</td></tr>' * 500 + "</table></body></html>").encode(),
    "html_deep": lambda: b"<html><body>" + b"<div>" * 200_000,
    "html_tables": lambda: b"<html><body>" + b"<table><tr><td>" * 5_000,
    "html_entity": lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&x;</p></body></html>',
    "mht_parts": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + b"--x\nContent-Type: text/html\n\n<p>1\n" * 20_000,
    "mht_deep": lambda: b"".join(b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
    "rtf_deep": lambda: b"{\\rtf1" + b"{" * 500_000,
    "rtf_numbers": lambda: b"{\\rtf1\\trowd\\cellx99999999999999999999\\cellx-99999999999999 1\\cell\\row\\bin2147483647 }",
    "pdf_lines": lambda: pdf(b"".join(b"%d 0 m %d 800 l S 0 %d m 500 %d l S\n" % (n % 590, n % 590, n % 840, n % 840) for n in range(60_000))),
    "pdf_grid": lambda: pdf(b"".join(b"%d 0 m %d 800 l S 0 %d m 590 %d l S\n" % (n, n, n, n) for n in range(1, 590))),
    "pdf_text": lambda: pdf(b"BT /F 1 Tf 0 0 Td " + b"(0123456789) Tj " * 30_000 + b"ET"),
    "pdf_pages": lambda: pdf(b"", pages=100_000),
    "pdf_loop": lambda: pdf(b"", kids="2 0 R"),
    "pdf_huge_page": lambda: pdf(b"BT /F 12 Tf (1) Tj ET", box="0 0 1e9 1e9"),
    "pdf_nan_page": lambda: pdf(b"BT /F 12 Tf (1) Tj ET", box="nan inf -1e38 1e38"),
    "pdf_bomb": lambda: pdf(b" " * 200_000_000),
    "png_huge": lambda: _png(2_000_000_000, 2_000_000_000),
    "png_large": lambda: _png(7_000, 8_000),
    "text_pipes": lambda: ("|" * 400_000 + "\n").encode() * 3,
    "text_rules": lambda: ("+----" * 2_000 + "\n" + "| 1 " * 2_000 + "\n").encode() * 60,
    "text_long_line": lambda: "二、主动公开政府信息情况第二十条第（一）项".encode() * 60_000,
    "text_numbers": lambda: "收到和处理政府信息公开申请情况\n".encode() + b"1\t" * 500_000,
    "text_brackets": lambda: "政府信息公开工作年度报告\n".encode() + "（".encode() * 200_000,
    "text_digits": lambda: "2024年政府信息公开工作年度报告\n收到申请".encode() + b"9" * 1_000_000 + "件。".encode(),
    "text_chinese_digits": lambda: "2024年政府信息公开工作年度报告\n收到申请".encode() + "一百二十万亿".encode() * 60_000 + "件。".encode(),
    "xlsx_far_cell": lambda: packed({
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/worksheets/s.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>',
    }),
}  # fmt: skip


def _nested(depth: int) -> bytes:
    inner = b"1"
    for _ in range(depth):
        inner = packed({"a.zip": inner, "b.zip": inner})
        if len(inner) > 2_000_000:
            break
    return inner


def sized(name: str, random: Random) -> bytes:
    """The file of this name, sometimes cut."""
    data = FILES[name]()
    return data if random.random() < 0.5 or not data else data[: random.randrange(len(data))]
