"""What was not read is not missing: files read in part accuse nobody of missing parts and are never 「not an annual report」."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache

import openpyxl
import pytest
from docx import Document as DocxDocument

from auditor.model.finding import Audit, Finding
from auditor.model.result import may_be_report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.rulebook import load_rulebook
from tests.lab.compose.text import TextStyle, to_text
from tests.lab.compose.xlsx import to_xlsx
from tests.read.made import plan, report_docx, report_page, report_text

ABSENCE = {"A-01", "A-03", "A-06", "A-07", "A-08", "A-09", "A-10", "A-11", "A-12", "A-13", "A-14", "A-15", "A-16", "A-17", "A-18", "A-19"}


@cache
def book() -> Rulebook:
    return load_rulebook()


def audited(data: bytes, name: str) -> Audit:
    return check_report(extract_bytes(data, name, book()), book(), Settings())


def flat(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from flat(finding.children)


def accused(audit: Audit) -> set[str]:
    """Rules that say that something is missing."""
    return {finding.rule for finding in flat(audit.findings) if finding.rule in ABSENCE}


def declared(audit: Audit) -> None:
    """Asserts that the audit is open: read in part, nothing said to be missing, no other document."""
    assert audit.report is not None
    assert audit.status in ("partly_read", "unreadable")
    assert may_be_report(audit.report)
    assert accused(audit) == set()


TEXTS = {
    "ends in the middle of a sentence": report_text("s4").removesuffix("\n")
    + "\n五、存在的主要问题及改进情况\n本年度存在的问题是培训不足，",
    "ends in a table": report_text("s3"),
    "ends within a word": report_text("s3") + "我局本年度新收政府信息公开申请七件，其中自然人提出的有五件，法人提出的有两",
}

BARS = to_text(plan(), TextStyle(flavour="bar_lines")).decode()
TEXTS["ends within a cell of a table in bars"] = BARS[: BARS.index("上年结转政府信息公开")] + "上年结转政府信"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_that_breaks_off_misses_nothing(text: str) -> None:
    declared(audited(text.encode(), "a/report.txt"))


def test_text_whose_last_character_is_damaged_misses_nothing() -> None:
    declared(audited((report_text("s4") + "五、存在的主要问题").encode()[:-1] + b"\xe9", "a/report.txt"))


def test_text_that_ends_well_and_lacks_a_section_is_told_so() -> None:
    audit = audited(report_text("s5").encode(), "a/report.txt")
    assert audit.status == "read"
    assert "A-03" in accused(audit)


def test_whole_text_is_read() -> None:
    audit = audited(report_text().encode(), "a/report.txt")
    assert (audit.status, accused(audit)) == ("read", set())


PAGES = {
    "picture for the last tables": report_page("s3", after='<p><img src="t3.png" width="600" height="400"></p>'),
    "table as an attachment": report_page(leave_out="t4", after='<p><a href="/up/t4.xlsx">附件：表四.xlsx</a></p>'),
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES.keys())
def test_page_with_the_rest_elsewhere_misses_nothing(text: str) -> None:
    declared(audited(text.encode(), "a/page.html"))


def enclosed() -> bytes:
    """A message with the report as an attachment."""
    body = (
        "--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n各位好：现报送我局政府信息公开工作年度报告，详见附件，请查收。\r\n"
        '--B\r\nContent-Type: application/pdf; name="r.pdf"\r\nContent-Disposition: attachment; filename="r.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--B--\r\n"
    )
    return f'From: a@x\r\nSubject: r\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n{body}'.encode()


CUT_AT = report_page().index("（七）总计")
SHELLS = {
    "frameset": b'<html><frameset cols="20%,80%"><frame src="nav.htm"><frame src="report_2024.htm"></frameset></html>',
    "only a frame": b"<html><head><title>x</title></head><body><iframe src='show.aspx?id=3' width=900 height=800></iframe></body></html>",
    "message": enclosed(),
    "put on by a script": b"<html><head><title>x</title></head><body><div id=app></div><script src=app.js></script></body></html>",
    "cut in a table": report_page()[:CUT_AT].encode(),
    "cut in a tag": report_page()[: report_page().index("<td", CUT_AT) + 2].encode(),
    "page one of two": report_page("s3", after='<script>createPageHTML(2, 0, "index", "html");</script>').encode(),
    "page with a link on": report_page("s3", after='<p><a href="t1_1.html">下一页</a></p>').encode(),
    "hidden card": report_page().replace("<p><strong>四、", '<div class="tab" style="display:none"><p><strong>四、').encode(),
    "object": report_page(leave_out="t4", after='<object data="t4.swf" width="600" height="300">').encode(),
    "embed": report_page("s3", after='<embed src="rest.pdf" width="600" height="800">').encode(),
    "frame in the article": report_page("s3", after='<iframe src="rest.html" width="900" height="900"></iframe>').encode(),
    "no closing tags": report_page("s3").split('</div>\n<div class="share">')[0].encode(),
    "frame of a file": report_page("s2", after='<iframe src="/up/table.xlsx"></iframe>').encode(),
}


@pytest.mark.parametrize("data", SHELLS.values(), ids=SHELLS.keys())
def test_page_in_part_misses_nothing(data: bytes) -> None:
    declared(audited(data, "a/page.html"))


def word(body: str, *, header: str = "") -> bytes:
    """The report's Word file with ``body`` put before its end, and a header part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report_docx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                text = content.decode()
                start, end = text.index("四、政府信息公开行政复议"), text.rindex("<w:sectPr")
                content = f"{text[: text.rindex('<w:p', 0, start)]}{body}{text[end:]}".encode()
            elif name == "word/_rels/document.xml.rels" and header:
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
                content = content.replace(
                    b"</Relationships>", f'<Relationship Id="h1" Type="{kind}" Target="header1.xml"/></Relationships>'.encode()
                )
            new.writestr(name, content)
        if header:
            new.writestr("word/header1.xml", header)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ROW = "<w:tr>" + "<w:tc><w:p/></w:tc>" * 5 + "</w:tr>"
PICTURE = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:400pt;height:300pt">'
    "<v:imagedata/></v:shape></w:pict></w:r></w:p>"
)
WORDS = {
    "altChunk": word('<w:altChunk r:id="a" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'),
    "picture": word(PICTURE),
    "table in a header": word("<w:p/>", header=f"<w:hdr {W}><w:tbl>{ROW * 4}</w:tbl></w:hdr>"),
    "object": word(
        '<w:p><w:r><w:object><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:400pt;height:300pt"><v:imagedata/></v:shape></w:object></w:r></w:p>'
    ),
}


@pytest.mark.parametrize("data", WORDS.values(), ids=WORDS.keys())
def test_word_file_in_part_misses_nothing(data: bytes) -> None:
    declared(audited(data, "a/report.docx"))


def test_scan_pasted_into_word_is_no_other_document() -> None:
    book_ = DocxDocument()
    book_.add_paragraph("扫描件")
    out = io.BytesIO()
    book_.save(out)
    data = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"<w:sectPr", PICTURE.encode() + b"<w:sectPr") if name == "word/document.xml" else content)
    declared(audited(data.getvalue(), "a/report.docx"))


def test_hidden_sheet_with_the_last_table_misses_nothing() -> None:
    made = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan())))
    sheet = made.worksheets[0]
    rows = [row[0].row for row in sheet.iter_rows() if str(row[0].value or "").startswith("四、政府信息公开行政复议")]
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=rows[0])]
    for area in list(sheet.merged_cells.ranges):
        if area.max_row >= rows[0]:
            sheet.unmerge_cells(str(area))
    sheet.delete_rows(rows[0], sheet.max_row)
    other = made.create_sheet("表四")
    other.sheet_state = "hidden"
    for line in values:
        other.append(line)
    out = io.BytesIO()
    made.save(out)
    declared(audited(out.getvalue(), "a/report.xlsx"))


def test_rich_text_cut_off_misses_nothing() -> None:
    whole = "{\\rtf1\\ansi\\ansicpg936 " + "\\par ".join(
        "".join(f"\\u{ord(char) - 65536 if ord(char) > 32767 else ord(char)}?" for char in line) for line in report_text("s2").splitlines()
    )
    declared(audited((whole + "{\\b").encode(), "a/report.rtf"))


def test_a_picture_in_a_whole_report_raises_no_doubt() -> None:
    audit = audited(report_page(after='<p><img src="team.jpg" width="600" height="400"></p>').encode(), "a/page.html")
    assert (audit.status, accused(audit)) == ("read", set())
