"""What a person sees on a page is what is read: struck-out, raised, hidden, entered and drawn figures, and trees as browsers build them."""

from __future__ import annotations

from functools import cache

import pytest

from auditor.bind import bind
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.source import Source
from auditor.read.html import read_html
from auditor.read.mht import read_mht
from auditor.rulebook import load_rulebook
from tests.read.made import TOTAL, report_page, total, with_cell


@cache
def book() -> Rulebook:
    return load_rulebook()


def bound(page: str) -> Report:
    return bind(read_html(page.encode(), Source(path="a/page.html", sha256="0", kind="html")), book())


def styled(page: str, sheet: str) -> str:
    return page.replace("</head>", f"<style>{sheet}</style></head>")


SEEN = {
    "struck out": "<s>9</s>{}",
    "deleted": "<p><del>8</del>{}</p>",
    "struck out by style": '<span style="text-decoration: line-through">9</span>{}',
    "note mark": "{}<sup>1</sup>",
    "note in brackets": "{}<sup>[2]</sup>",
    "note mark by style": '{}<span style="vertical-align:super;font-size:9px">①</span>',
    "white on white": '<span style="color:#ffffff">9</span>{}',
    "transparent": '<span style="opacity:0">9</span>{}',
    "far outside": '<span style="position:absolute;left:-9999px">9</span>{}',
    "without size": '<font style="font-size:0">9</font>{}',
    "input": '<input type="text" value="{}" readonly>',
    "text area": "<textarea rows=1>{}</textarea>",
    "choice": "<select><option>1</option><option selected>{}</option></select>",
    "hidden input": '{}<input type="hidden" value="9">',
}


@pytest.mark.parametrize("markup", SEEN.values(), ids=SEEN.keys())
def test_cell_is_what_is_seen(markup: str) -> None:
    report = bound(with_cell(report_page(), markup.format(total())))
    fact = report.fact(TOTAL)
    assert fact is not None
    assert fact.raw == total()
    assert report.status == "read"
    assert len(report.facts) == 200


SHEETS = {
    "hidden by class": (".old{display:none}", '<i class="old">9</i>{}'),
    "hidden by a class of two": ("td i.old, .x{ visibility : hidden }", '<i class="old">9</i>{}'),
    "struck by class": (".old{text-decoration:line-through}", '<i class="old">9</i>{}'),
    "raised by class": (".note{vertical-align:super;font-size:8pt}", '{}<i class="note">3</i>'),
    "shown after all": (".old{display:none} td .old{display:inline}", '<i class="old">{}</i>'),
    "shown by importance": (".old{display:inline!important} #z .old{display:none}", '<i class="old">{}</i>'),
    "only in print": ("@media print{.old{display:none}}", '<i class="old">{}</i>'),
    "only on telephones": ("@media (max-width:600px){.old{display:none}}", '<i class="old">{}</i>'),
    "white by class": (".old{color:#FFF}", '<i class="old">9</i>{}'),
    "white on a dark ground": (".head{color:white;background:#224466}", '<i class="head">{}</i>'),
}


@pytest.mark.parametrize(("sheet", "markup"), SHEETS.values(), ids=SHEETS.keys())
def test_the_pages_own_sheet_counts(sheet: str, markup: str) -> None:
    fact = bound(styled(with_cell(report_page(), markup.format(total())), sheet)).fact(TOTAL)
    assert fact is not None
    assert fact.raw == total()


INK = ['<img src="n.png" width="20" height="12">', "<s>69</s>", "<svg><path d=''/></svg>", "<math><mn>69</mn></math>", "<canvas></canvas>"]


@pytest.mark.parametrize("markup", INK)
def test_cell_with_ink_and_no_text_is_unread_not_blank(markup: str) -> None:
    report = bound(with_cell(report_page(), markup))
    fact = report.fact(TOTAL)
    assert fact is not None
    assert fact.state == "unreadable"
    assert report.status == "partly_read"
    assert "READ-INK" in [problem.code for problem in report.problems]


def test_empty_cell_with_a_spacer_is_blank() -> None:
    fact = bound(with_cell(report_page(), '<img src="spacer.gif" width="1" height="1">')).fact(TOTAL)
    assert fact is not None
    assert fact.state == "blank"


def test_powers_of_units_are_no_note_marks() -> None:
    page = report_page().replace("<p>", "<p>办公面积120m<sup>2</sup>。", 1)
    assert any("120m2" in passage.text for passage in bound(page).passages)


TREES = {
    "table not closed": lambda page: page.replace("</table>", "", 1),
    "cells not closed": lambda page: page.replace("</td>", "").replace("</tr>", ""),
    "embed without end": lambda page: page.replace("<p><strong>三、", '<embed src="a.swf"><p><strong>三、'),
    "svg not closed": lambda page: page.replace("<p><strong>三、", "<svg><circle><p><strong>三、"),
    "row outside": lambda page: page.replace("</tbody></table>", "</tbody></table></td></tr>", 1),
}


@pytest.mark.parametrize("name", TREES)
def test_tree_is_the_one_browsers_build(name: str) -> None:
    report = bound(TREES[name](report_page()))
    assert len(report.facts) == 200
    assert [section.key for section in report.sections if section.key] == [
        "s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems", "s6_other",
    ]  # fmt: skip


def test_article_that_a_script_shows_is_read() -> None:
    page = report_page().replace('id="zoom"', 'id="zoom" style="visibility: hidden; opacity: 0;"')
    assert len(bound(page).facts) == 200


MANY = {
    "rules": "".join(f".r{number}{{color:red}}" for number in range(600)),
    "characters": ".r{color:red}" + "/* */" * 25_000,
    "steps": ":has(:has(:has(td))){color:red}" * 100,
}


@pytest.mark.parametrize("before", MANY.values(), ids=MANY.keys())
def test_rules_too_many_to_look_at_may_hide_a_digit(before: str) -> None:
    """The digit that such a rule hides is not read as shown: the cell is declared. A cell of one part is read as ever."""
    page = styled(report_page(), before + ".old{display:none}")
    hidden = bound(with_cell(page, f'<span class="old">9</span><span>{total()}</span>'))
    plain = bound(with_cell(page, f"<span>{total()}</span>"))
    doubted, read = hidden.fact(TOTAL), plain.fact(TOTAL)
    assert doubted is not None
    assert doubted.state == "unreadable"
    assert read is not None
    assert read.raw == total()


def test_copy_for_telephones_is_not_read_twice() -> None:
    page = report_page()
    start, end = page.index('<div class="article"'), page.index('<div class="share">')
    article = page[start:end]
    twice = f'{page[:start]}<div class="pc">{article}</div><div class="m">{article}</div>{page[end:]}'
    report = bound(styled(twice, ".m{display:none}@media(max-width:700px){.pc{display:none}.m{display:block}}"))
    assert len(report.facts) == 200
    assert len([section for section in report.sections if section.key == "s5_problems"]) == 1


def test_frame_with_its_page_inside_is_read() -> None:
    inner = report_page().replace("&", "&amp;").replace('"', "&quot;")
    assert len(bound(f'<html><body><iframe srcdoc="{inner}"></iframe></body></html>').facts) == 200


def test_saved_page_with_the_article_in_a_frame_is_read() -> None:
    shell = "<html><body><iframe src='cid:f1@x'></iframe></body></html>"
    parts = [("<m@x>", shell), ("<f1@x>", report_page())]
    body = "".join(
        f"--B\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: {key}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        for key, text in parts
    )
    data = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n{body}--B--\r\n'.encode()
    document = read_mht(data, Source(path="a.mht", sha256="0", kind="mht"))
    assert len(bind(document, book()).facts) == 200
