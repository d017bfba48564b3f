"""The pages of a PDF as an OFD file (GB/T 33190): the same characters and rules, written as OFD producers do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from xml.sax.saxutils import escape

from auditor.read.pdf.marks import Char, Page
from auditor.read.pdf.pdfium import read_marks
from tests.lab.compose.archive import STAMP
from tests.lab.compose.flaws import OLD, Flaw

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72


@dataclass(frozen=True)
class OfdStyle:
    """``objects``: a text object a line of text, or one a character. ``scaled``: sizes of 1 under a matrix, as some printers write.
    ``rules``: stroked or filled paths. ``steps``: a step for each character, or ``g`` groups of equal ones. ``template``: the rules
    stand in a template page. ``flaw``: what was done to some of the figures by hand.
    """

    objects: Literal["lines", "characters"] = "lines"
    scaled: bool = False
    rules: Literal["stroked", "filled"] = "stroked"
    steps: Literal["each", "groups"] = "each"
    template: bool = False
    flaw: Flaw = "none"


def to_ofd(pdf: bytes, style: OfdStyle = OfdStyle()) -> bytes:
    """The package. The PDF must have a text layer."""
    pages = read_marks(pdf).pages
    members = {
        "OFD.xml": f'<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'
    }
    templates, listed = "", ""
    for number, page in enumerate(pages):
        rules, words = "".join(_rules(page, style)), "".join(_words(page, style))
        use = ""
        if style.template:
            members[f"Doc_0/Tpls/Tpl_{number}/Content.xml"] = _page(page, rules, "")
            templates += f'<ofd:TemplatePage ID="{900 + number}" BaseLoc="Tpls/Tpl_{number}/Content.xml"/>'
            use, rules = f'<ofd:Template TemplateID="{900 + number}" ZOrder="Background"/>', ""
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(page, rules + words, use)
        listed += f'<ofd:Page ID="{number + 1}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    members["Doc_0/Document.xml"] = (
        f"<ofd:Document {_NS}><ofd:CommonData>{area}{templates}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return out.getvalue()


def _page(page: Page, content: str, use: str) -> str:
    area = f"<ofd:Area><ofd:PhysicalBox>0 0 {page.width * _MM:.3f} {page.height * _MM:.3f}</ofd:PhysicalBox></ofd:Area>"
    return f'<ofd:Page {_NS}>{area}{use}<ofd:Content><ofd:Layer ID="2" Type="Body">{content}</ofd:Layer></ofd:Content></ofd:Page>'


def _rules(page: Page, style: OfdStyle) -> Iterator[str]:
    boxes = [(x0, y, x1, y) for y, x0, x1 in page.horizontals] + [(x, y0, x, y1) for x, y0, y1 in page.verticals]
    for x0, y0, x1, y1 in boxes:
        left, top, wide, high = x0 * _MM, y0 * _MM, (x1 - x0) * _MM, (y1 - y0) * _MM
        if style.rules == "stroked":
            data = f"M 0 0 L {wide:.4f} {high:.4f}"
            yield _path(left, top, max(wide, 0.1), max(high, 0.1), 'Stroke="true" LineWidth="0.18"', data)
        else:
            wide, high = max(wide, 0.18), max(high, 0.18)
            data = f"M 0 0 L {wide:.4f} 0 L {wide:.4f} {high:.4f} L 0 {high:.4f} C"
            yield _path(left - 0.09, top - 0.09, wide, high, 'Stroke="false" Fill="true"', data)


def _path(left: float, top: float, wide: float, high: float, how: str, data: str) -> str:
    box = f"{left:.4f} {top:.4f} {wide:.4f} {high:.4f}"
    return f'<ofd:PathObject ID="7" Boundary="{box}" {how}><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def _words(page: Page, style: OfdStyle) -> Iterator[str]:
    for number, run in enumerate(_runs(page.chars)):
        if style.flaw != "none" and number % 5 == 0 and _has_room(run, page):
            yield from _flawed(run, style)
            continue
        for part in [run] if style.objects == "lines" else [[char] for char in run]:
            yield _text(part, style)


def _has_room(run: Sequence[Char], page: Page) -> bool:
    """Whether a run is a figure in a cell with room on both sides."""
    if len(run) > 4 or not all(char[4] in "0123456789" for char in run):
        return False
    size, top, bottom = run[0][3] - run[0][1], run[0][1], run[0][3]
    left, right = run[0][0] - 1.6 * size, run[-1][2] + 1.2 * size
    middle = (top + bottom) / 2
    walls = [x for x, start, end in page.verticals if start <= middle <= end]
    return any(wall < left for wall in walls) and any(wall > right for wall in walls) and not any(left <= x <= right for x in walls)


def _flawed(run: list[Char], style: OfdStyle) -> Iterator[str]:
    """The figure and what was done beside it, in the order in which it is painted."""
    left, top, _, bottom = run[0][:4]
    size = bottom - top
    if style.flaw == "note":
        yield _text(run, style)
        end = run[-1][2]
        yield _text([(end, top - 0.1 * size, end + 0.3 * size, top + 0.45 * size, "1", 0)], style)
        return
    start = left - 1.1 * size
    old: list[Char] = [(start, top, start + 0.55 * size, bottom, OLD, 0)]
    yield _text(old, style)
    if style.flaw == "strike":
        middle = (top + bottom) / 2
        data = f"M 0 0.09 L {0.75 * size * _MM:.4f} 0.09"
        yield _path((start - 0.1 * size) * _MM, middle * _MM - 0.09, 0.75 * size * _MM, 0.18, 'Stroke="true" LineWidth="0.18"', data)
    else:
        wide, high = 0.8 * size * _MM, 1.1 * size * _MM
        data = f"M 0 0 L {wide:.4f} 0 L {wide:.4f} {high:.4f} L 0 {high:.4f} C"
        shape = f'<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData><ofd:FillColor Value="255 255 255"/>'
        box = f"{(start - 0.1 * size) * _MM:.4f} {(top - 0.05 * size) * _MM:.4f} {wide:.4f} {high:.4f}"
        yield f'<ofd:PathObject ID="8" Boundary="{box}" Stroke="false" Fill="true">{shape}</ofd:PathObject>'
    yield _text(run, style)


def _runs(chars: Sequence[Char]) -> Iterator[list[Char]]:
    run: list[Char] = []
    for char in chars:
        if run and (abs(char[1] - run[-1][1]) > 0.2 or not -0.5 <= char[0] - run[-1][2] < 2.0):
            yield run
            run = []
        run.append(char)
    if run:
        yield run


def _text(chars: Sequence[Char], style: OfdStyle) -> str:
    left, top, right, bottom = chars[0][0] * _MM, chars[0][1] * _MM, chars[-1][2] * _MM, chars[0][3] * _MM
    size = bottom - top
    unit = size if style.scaled else 1.0
    steps = [(after[0] - before[0]) * _MM / unit for before, after in pairwise(chars)]
    ctm = f' CTM="{size:.5f} 0 0 {size:.5f} 0 0"' if style.scaled else ""
    delta = f' DeltaX="{_steps(steps, style)}"' if steps else ""
    words = escape("".join(char[4] for char in chars))
    return (
        f'<ofd:TextObject ID="5" Boundary="{left:.4f} {top:.4f} {right - left:.4f} {size:.4f}" Font="3" Size="{size / unit:.5f}"{ctm}>'
        f'<ofd:TextCode X="0" Y="{0.86 * size / unit:.5f}"{delta}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def _steps(steps: Sequence[float], style: OfdStyle) -> str:
    texts = [f"{step:.4f}" for step in steps]
    if style.steps == "each":
        return " ".join(texts)
    out: list[str] = []
    start = 0
    for index in range(1, len(texts) + 1):
        if index == len(texts) or texts[index] != texts[start]:
            count = index - start
            out.append(f"g {count} {texts[start]}" if count > 1 else texts[start])
            start = index
    return " ".join(out)
