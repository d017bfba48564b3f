"""Files of at most a megabyte that ask for much more work than they are worth, by name: each bounded in time and memory, or refused.

They are made here, not kept: ``python -m tests.fuzz.costly [PART OF A NAME …]`` prints processor time, memory and status of each, and ends
with 1 when one takes more than 5 seconds or 512 MB or does not end in a status.
"""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

MEGABYTE: Final = 1_000_000
MOST_SECONDS: Final = 5.0
MOST_MEGABYTES: Final = 512
_TYPES: Final = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_RELS: Final = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_DOC: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def packed(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(*sheets: str, name: str = "xl/worksheets/sheet{}.xml", strings: str = "", styles: str = "") -> bytes:
    """A workbook with these sheets (XML after the opening tag of worksheet)."""
    places = [name.format(number) for number in range(1, len(sheets) + 1)]
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(f'<Override PartName="/{place}" ContentType="{main}.worksheet+xml"/>' for place in places)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>{overrides}'
        ),
        "_rels/.rels": _RELS.format(f'<Relationship Id="r" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_DOC}"><sheets>'
        + "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _RELS.format(
            "".join(f'<Relationship Id="r{n}" Type="{_DOC}/worksheet" Target="/{place}"/>' for n, place in enumerate(places, start=1))
        ),
    }
    for place, sheet in zip(places, sheets, strict=True):
        members[place] = f'<worksheet xmlns="{_SHEET}" xmlns:r="{_DOC}">{sheet}</worksheet>'
    return packed(members)


def word(body: str, styles: str = "") -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/>'
        ),
        "_rels/.rels": _RELS.format(f'<Relationship Id="r" Type="{_DOC}/officeDocument" Target="word/document.xml"/>'),
        "word/_rels/document.xml.rels": _RELS.format(f'<Relationship Id="s" Type="{_DOC}/styles" Target="styles.xml"/>'),
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }
    return packed(members)


def paper(*objects: bytes) -> bytes:
    """A PDF of one page of A4, which is the third object; ``objects`` follow: the content of the page, then what it uses."""
    resources = b"/XObject<</F 5 0 R>>/Font<</T<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>/Annots 5 0 R>>" % resources
    all_of_them = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *objects)
    out = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(all_of_them, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + end


def drawn(content: bytes, head: bytes = b"", *, times: int = 1) -> bytes:
    """A stream, packed so many times."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return b"<<%s/Filter[%s]/Length %d>>stream\n%s\nendstream" % (head, b"/FlateDecode" * times, len(content), content)


def form(inner: int, times: int) -> bytes:
    """A form that draws the object ``inner`` so many times."""
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>" % inner
    return drawn(b"/F Do " * times + b"0 0 1 1 re f", head)


def _data(cells: str) -> str:
    return f"<sheetData>{cells}</sheetData>"


_ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
_P = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"


def _chain(count: int) -> str:
    based = (f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>' for n in range(count))
    return "".join(based)


def _rows(rows: int, columns: int, value: str = "1") -> str:
    row = "".join(f"<c><v>{value}</v></c>" for _ in range(columns))
    return "".join(f"<row>{row}</row>" for _ in range(rows))


def _report(extra: str) -> bytes:
    return f"某县住房保障局2024年政府信息公开工作年度报告\n\n一、总体情况\n\n{extra}\n\n二、主动公开政府信息情况\n\n".encode()


def _varied(pattern: str, count: int) -> str:
    """The pattern many times with other words in it, which a zip cannot make small."""
    random = Random(count)
    return "".join(pattern.replace("*", f"{random.getrandbits(48):x}") for _ in range(count))


def _lines(text: str, times: int = 6, long: int = 55_000) -> bytes:
    """A report with some lines as long as a reader takes."""
    return _report("\n".join([(text * long)[:long] + "。"] * times))


def _spread(rules: str, body: str) -> bytes:
    return f"<html><head><style>{rules}</style></head><body>{body}</body></html>".encode()


COSTLY: Final[dict[str, Callable[[], bytes]]] = {
    "cols.xlsx": lambda: workbook(f'<cols><col min="1" max="2147483647" hidden="1"/></cols>{_data(_ONE)}'),
    "merge.xlsx": lambda: workbook(_data(_ONE) + '<mergeCells><mergeCell ref = "A1:XFD1048576"/></mergeCells>'),
    "merge_entity.xlsx": lambda: workbook(_data(_ONE) + '<mergeCells><mergeCell ref="&#65;1:XFD1048576"/></mergeCells>'),
    "merge_many.xlsx": lambda: workbook(
        _data(_ONE) + "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:IV{n}"/>' for n in range(1, 9000)) + "</mergeCells>"
    ),
    "upper.xlsx": lambda: workbook(
        _data(_ONE) + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', name="xl/worksheets/sheet{}.XML"
    ),
    "link.xlsx": lambda: workbook(_data(_ONE) + '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'),
    "far.xlsx": lambda: workbook(_data(_ONE + '<row r="19999"><c r="SF19999"><v>1</v></c></row>')),
    "farthest.xlsx": lambda: workbook(_data(_ONE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "ranges.xlsx": lambda: workbook(
        _data(_ONE) + '<dataValidations><dataValidation sqref="' + " ".join(f"A{n}" for n in range(1, 60_000)) + '"/></dataValidations>'
    ),
    "sheets.xlsx": lambda: workbook(*[_data(_ONE)] * 4000),
    "cells.xlsx": lambda: workbook(_data(_rows(1900, 100))),
    "many_cells.xlsx": lambda: workbook(*[_data(_rows(1000, 100))] * 12),
    "rows.xlsx": lambda: workbook(_data('<row hidden="1"/>' * 900_000)),
    "paragraphs.docx": lambda: word(_P * 1_000_000),
    "paragraphs_some.docx": lambda: word(_P * 45_000),
    "runs.docx": lambda: word("<w:p>" + "<w:r><w:t>x</w:t></w:r>" * 400_000 + "</w:p>"),
    "styles.docx": lambda: word("".join(f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr></w:p>' for n in range(20_000)), _chain(20_000)),
    "span.docx": lambda: word(
        "<w:tbl>" + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="50000000"/></w:tcPr><w:p/></w:tc></w:tr>' * 3 + "</w:tbl>"
    ),
    "cells.docx": lambda: word("<w:tbl>" + ("<w:tr>" + f"<w:tc>{_P}</w:tc>" * 60 + "</w:tr>") * 3300 + "</w:tbl>"),
    "nested.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 80 + _P + "</w:tc></w:tr></w:tbl>" * 80),
    "groups.rtf": lambda: b"{\\rtf1 " + b"{}" * 490_000 + b"}",
    "words.rtf": lambda: b"{\\rtf1 " + b"\\b0" * 330_000 + b"}",
    "paragraphs.rtf": lambda: b"{\\rtf1 " + b"x\\par " * 160_000 + b"}",
    "cells.rtf": lambda: b"{\\rtf1 " + b"\\trowd\\cellx9\\intbl x\\cell\\row " * 31_000 + b"}",
    "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 400_000,
    "headers.mht": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n" + b"X-A: b\n" * 140_000 + b"\n<html></html>",
    "folded.mht": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\nX-A:" + b" b\n" * 300_000 + b"\n--a\n\n--a--",
    "parameters.mht": lambda: (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a" + b"; a*0=b" * 130_000 + b"\n\n--a\n\n--a--"
    ),
    "parts.mht": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n" + b"--a\n\nx\n" * 120_000 + b"--a--",
    "nested.mht": lambda: b"MIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 18_000,
    "cells.html": lambda: b"<html><body><table>" + (b"<tr>" + b"<td>1" * 100) * 1900,
    "cells_some.html": lambda: b"<html><body><table>" + (b"<tr>" + b"<td>1" * 100) * 980,
    "tags_some.html": lambda: b"<html><body>" + b"<p>x" * 99_000,
    "inline_some.html": lambda: b"<html><body>" + b"<b>x</b>" * 99_000,
    "groups_some.rtf": lambda: b"{\\rtf1 " + b"{\\b x}{}" * 40_000 + b"}",
    "spans.html": lambda: b"<html><body><table>" + b"<tr><td rowspan=1000 colspan=1000>1" * 25_000,
    "tags.html": lambda: b"<html><body>" + b"<p>x" * 240_000,
    "inline.html": lambda: b"<html><body>" + b"<b>x</b>" * 120_000,
    "deep.html": lambda: b"<html><body>" + b"<div>" * 149_000,
    "comments.html": lambda: b"<!-- x -->" * 100_000 + b"<q>",
    "attributes.html": lambda: b"<html><body><p " + b"".join(b"a%d=1 " % n for n in range(90_000)) + b">x",
    "line.txt": lambda: ("一" * 330_000).encode(),
    "line_digits.txt": lambda: _report("1" * 900_000),
    "money.txt": lambda: _report("万元" * 150_000),
    "sentences.txt": lambda: _report("共收到申请12件，" * 20_000),
    "sentences_long.txt": lambda: _report("共收到申请12件，其中自然人3件、企业4件；办结12件。" * 5_000),
    "brackets.txt": lambda: _report("（" * 300_000),
    "quotes.txt": lambda: _report("《" * 300_000),
    "spaces.txt": lambda: _report(" " * 900_000 + "x"),
    "newlines.txt": lambda: _report("\n" * 900_000),
    "lines.txt": lambda: _report("x\n" * 400_000),
    "headings.txt": lambda: _report("一、总体情况\n" * 50_000),
    "bars.txt": lambda: _report("|1|2|3\n" * 100_000),
    "tabs.txt": lambda: _report("\t".join(["1"] * 400_000)),
    "wide_rows.txt": lambda: _report(("1 " * 50 + "\n") * 9_000),
    "box.txt": lambda: _report(("│" + "1│" * 30 + "\n") * 5_000),
    "varied_paragraphs.docx": lambda: word(_varied("<w:p><w:r><w:t>*</w:t></w:r></w:p>", 95_000)),
    "varied_runs.docx": lambda: word("<w:p>" + _varied("<w:r><w:t>*</w:t></w:r>", 90_000) + "</w:p>"),
    "varied_cells.docx": lambda: word(
        "<w:tbl>" + _varied("<w:tr><w:tc><w:p><w:r><w:t>*</w:t></w:r></w:p></w:tc></w:tr>", 60_000) + "</w:tbl>"
    ),
    "varied_styles.docx": lambda: word(_P, _varied('<w:style w:type="paragraph" w:styleId="*"/>', 80_000)),
    "varied_lists.docx": lambda: word(
        _varied('<w:p><w:pPr><w:numPr><w:ilvl w:val="8"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>*</w:t></w:r></w:p>', 19_000)
    ),
    "varied_cells.xlsx": lambda: workbook(_data(_varied('<row><c t="inlineStr"><is><t>*</t></is></c></row>', 19_000))),
    "strings.xlsx": lambda: workbook(*[_data(_varied('<row><c t="inlineStr"><is><t>*</t></is></c></row>', 900))] * 60),
    "selectors.html": lambda: _spread(_varied(".a*{display:none}", 30_000), "<p class=a1>x</p>" * 4_000),
    "selectors_deep.html": lambda: _spread(
        _varied("div div div div div .a* > p + p ~ p{display:none}", 9_000), "<div>" * 80 + "<p>x</p>" * 9_000
    ),
    "selectors_not.html": lambda: _spread(
        ":not(" * 60 + "p" + ")" * 60 + "{display:none}" + "p:nth-child(2n+1):has(b) b{color:white}" * 4_000, "<p><b>x</b></p>" * 9_000
    ),
    "selectors_list.html": lambda: _spread("p," * 200_000 + "p{display:none}", "<p>x</p>" * 9_000),
    "selectors_attribute.html": lambda: _spread(
        '[class*="a"][id^="b"][style$="c"]{display:none}' * 5_000, '<p class="aaa" id="bbb" style="ccc">x</p>' * 9_000
    ),
    "inline_style.html": lambda: _spread("", '<p style="' + "color:red;" * 20 + '">x</p>' * 4_000),
    "lists.html": lambda: b"<html><body>" + b"<ul><li>x" * 9_000,
    "prose_requests.txt": lambda: _lines("共收到申请12件，"),
    "prose_list.txt": lambda: _lines("其中自然人3件、企业4件；办结12件，"),
    "prose_money.txt": lambda: _lines("万元"),
    "prose_numbers.txt": lambda: _lines("12"),
    "prose_counts.txt": lambda: _lines("12件"),
    "prose_brackets.txt": lambda: _lines("（12件"),
    "prose_open.txt": lambda: _lines("（"),
    "prose_quotes.txt": lambda: _lines("《条例》"),
    "prose_names.txt": lambda: _lines("申请人王建国"),
    "prose_homes.txt": lambda: _lines("住址：青山镇"),
    "prose_agencies.txt": lambda: _lines("某县住房保障局"),
    "prose_years.txt": lambda: _lines("2024年，"),
    "prose_percent.txt": lambda: _lines("占12.5%，"),
    "prose_laws.txt": lambda: _lines("根据《中华人民共和国政府信息公开条例》第十四条，"),
    "prose_dates.txt": lambda: _lines("2024年1月1日至12月31日，"),
    "prose_digits.txt": lambda: _lines("一百二十"),
    "prose_dots.txt": lambda: _lines("1.2."),
    "prose_one_char.txt": lambda: _lines("的"),
    "sections.txt": lambda: _report("".join(f"（{n}）主动公开情况。共公开{n}条。\n" for n in range(9_000))),
    "short_lines.txt": lambda: _report("共收到申请12件。\n" * 18_000),
    "forms.pdf": lambda: paper(form(5, 1), *(form(number + 1, 10) for number in range(5, 14)), drawn(b"0 0 1 1 re f", b"/Subtype/Form")),
    "form_in_itself.pdf": lambda: paper(form(5, 1000), form(5, 1000)),
    "paths.pdf": lambda: paper(drawn(b"0 0 m 9 9 l S\n" * 12_000_000)),
    "paths_some.pdf": lambda: paper(drawn(b"0 0 m 9 9 l S\n" * 190_000)),
    "path_long.pdf": lambda: paper(drawn(b"0 0 m " + b"9 9 l " * 1_300_000 + b"S")),
    "twice_packed.pdf": lambda: paper(drawn(b"0 0 m 9 9 l S\n" * 12_000_000, times=2)),
    "states.pdf": lambda: paper(drawn(b"q " * 20_000_000)),
    "states_some.pdf": lambda: paper(drawn(b"q " * 99_000)),
    "shown.pdf": lambda: paper(drawn(b"BT /T 9 Tf " + b"(1) Tj " * 1_100_000 + b"ET")),
    "annotations.pdf": lambda: paper(
        drawn(b"0 0 m"), b"[" + b"6 0 R " * 60_000 + b"]", b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(1)/DA(/F 9 Tf)>>"
    ),
    "annotations_some.pdf": lambda: paper(
        drawn(b"0 0 m"), b"[" + b"6 0 R " * 3_900 + b"]", b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(1)/DA(/F 9 Tf)>>"
    ),
    "csv.csv": lambda: _report(("1," * 50 + "\n") * 9_000),
}


def main(wanted: list[str]) -> int:
    """Measures each file in a process of its own; 1 when one is too dear."""
    import os
    import resource

    from auditor.model.settings import Settings
    from auditor.pipeline import check_report, extract_bytes
    from auditor.rulebook import load_rulebook

    rulebook = load_rulebook()
    dear = []
    for name, make in COSTLY.items():
        if wanted and not any(part in name for part in wanted):
            continue
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
            resource.setrlimit(resource.RLIMIT_AS, (3 * 1024**3, 3 * 1024**3))
            data = make()
            before = resource.getrusage(resource.RUSAGE_SELF)
            report = extract_bytes(data, name, rulebook, "text-layer")
            middle = resource.getrusage(resource.RUSAGE_SELF)
            audit = check_report(report, rulebook, Settings())
            after = resource.getrusage(resource.RUSAGE_SELF)
            read = middle.ru_utime + middle.ru_stime - before.ru_utime - before.ru_stime
            check = after.ru_utime + after.ru_stime - middle.ru_utime - middle.ru_stime
            told = [(problem.code, problem.details.get("limit", "")) for problem in audit.problems][:3]
            print(
                f"{name:24} {len(data) // 1000:5} kB {read:6.2f} s {check:6.2f} s {after.ru_maxrss // 1024:5} MB {audit.status} {told}",
                flush=True,
            )
            os._exit(read + check > MOST_SECONDS or after.ru_maxrss > MOST_MEGABYTES * 1024)
        _, status = os.waitpid(child, 0)
        if status:
            dear.append(name)
            print(f"{name:24} too dear, or ended without a status ({status})", flush=True)
    print("too dear: " + ", ".join(dear) if dear else "all within the bounds")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
