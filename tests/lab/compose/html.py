"""A plan as a web page, as content systems emit it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from tests.lab.compose.flaws import OLD, Flaw, flawed
from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid
from tests.lab.compose.plan import ReportPlan


@dataclass(frozen=True)
class HtmlStyle:
    """``body``: paragraphs as ``p``, as nested ``div``, as Word exports them (``spans``), or with headings as ``h2`` (``semantic``);
    ``layout_table``: the article stands in a table; ``furniture``: navigation, side bar and footer of a site;
    ``header_cells``: ``th`` in header rows, which stand in a ``thead`` (a browser prints it on each page); ``nbsp``: padding in cells; ``unclosed``: end tags of cells and rows left out;
    ``charset``: encoding of the file, declared in it; ``flaw``: what was done to some of the figures by hand, or by a style sheet in the
    page.
    """

    body: Literal["paragraphs", "divs", "spans", "semantic"] = "paragraphs"
    layout_table: bool = False
    furniture: bool = True
    header_cells: bool = False
    nbsp: Literal["none", "before", "around", "blank"] = "none"
    unclosed: bool = False
    charset: str = "utf-8"
    flaw: Flaw = "none"
    paragraphs_in_cells: bool = False


def to_html(plan: ReportPlan, style: HtmlStyle = HtmlStyle(), *more: ReportPlan) -> bytes:
    """The encoded page; ``more`` reports follow in its article."""
    parts = []
    for block in (block for entry in (plan, *more) for block in blocks(entry)):
        if isinstance(block, Title):
            parts.append(
                f'<h1 class="title">{escape(block.text)}</h1>' if style.body == "semantic" else _line(block.text, style, centre=True)
            )
        elif isinstance(block, Head):
            text = block.number + block.text
            parts.append(
                f"<h{block.level + 1}>{escape(text)}</h{block.level + 1}>" if style.body == "semantic" else _line(text, style, bold=True)
            )
        elif isinstance(block, Body) and block.link:
            parts.append(f'<p><a href="{escape(block.link, quote=True)}">{escape(block.text)}</a></p>')
        elif isinstance(block, Body):
            parts.append(_line(block.text, style))
        else:
            parts.append(_table(block, style))
    article = "\n".join(parts)
    if style.layout_table:
        article = (
            f'<table width="960" cellspacing="0"><tr><td class="left" width="10">&nbsp;</td><td class="main">{article}</td></tr></table>'
        )
    page = f'<div class="article" id="zoom">\n{article}\n</div>'
    if style.furniture:
        page = _furnished(page, plan.year)
    title = escape(plan.page_title or plan.heading or plan.agency)
    sheet = f"<style>{_SHEETS[style.flaw]}</style>" if style.flaw in _SHEETS else ""
    head = f'<meta charset="{style.charset}"><title>{title}_{escape(plan.agency)}</title>{sheet}'
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>\n{page}\n</body></html>\n".encode(style.charset)


def _line(text: str, style: HtmlStyle, *, centre: bool = False, bold: bool = False) -> str:
    inner = escape(text)
    align = ' style="text-align:center"' if centre else ""
    if style.body == "divs":
        return f"<div><div{align}>{inner}</div></div>"
    if style.body == "spans":
        middle = (len(text) + 1) // 2
        halves = "".join(
            f'<span style="font-family:仿宋_GB2312;font-size:16pt">{escape(half)}</span>' for half in (text[:middle], text[middle:]) if half
        )
        return f'<p class="MsoNormal"{align}>{f"<b>{halves}</b>" if bold else halves}<o:p></o:p></p>'
    return f"<p{align}>{f'<strong>{inner}</strong>' if bold else '&emsp;&emsp;' + inner if not centre else inner}</p>"


def _table(grid: Grid, style: HtmlStyle) -> str:
    rows = []
    for index in range(grid.rows):
        cells = []
        for cell in grid.row(index):
            tag = "th" if style.header_cells and index < grid.header_rows else "td"
            spans = (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "") + (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "")
            end = "" if style.unclosed else f"</{tag}>"
            cells.append(
                f"<{tag}{spans}>{_figure(cell.text, style) if style.flaw != 'none' and flawed(cell.text, cell.key) else _cell(cell.text, style, cell.vertical)}{end}"
            )
        rows.append("<tr>" + "".join(cells) + ("" if style.unclosed else "</tr>"))
    head = grid.header_rows if style.header_cells else 0
    top = "<thead>\n" + "\n".join(rows[:head]) + "\n</thead>" if head else ""
    return f'<table border="1" cellspacing="0">{top}<tbody>\n' + "\n".join(rows[head:]) + "\n</tbody></table>"


_SHEETS = {
    "strike": ".old{text-decoration:line-through}",
    "hidden": "table .old{display:none}",
    "whiteout": ".old{color:#ffffff}",
}
"""Style sheets in the page, by flaw."""


def _figure(text: str, style: HtmlStyle) -> str:
    """A figure and what was done beside it."""
    if style.flaw == "field":
        return f'<input type="text" value="{text}" size="4">'
    if style.flaw == "note":
        return f"{text}<sup>1</sup>"
    if style.flaw == "tracked":
        return f"<del>{OLD}</del><ins>{text}</ins>"
    return f'<span class="old">{OLD}</span>{text}'


def _cell(text: str, style: HtmlStyle, vertical: bool) -> str:
    inner = "<br>".join(escape(line) for line in (list(text) if vertical else text.split("\n")))
    if not inner:
        inner = "&nbsp;" if style.nbsp == "blank" else ""
    elif style.nbsp == "before":
        inner = "&nbsp;" + inner
    elif style.nbsp == "around":
        inner = f"&nbsp;{inner}&nbsp;&nbsp;"
    if style.body == "spans":
        return f'<p class="MsoNormal"><span lang="EN-US">{inner}</span></p>'
    return f"<p>{inner}</p>" if style.paragraphs_in_cells else inner


def _furnished(page: str, year: int) -> str:
    menu = "".join(
        f'<li><a href="/{name}/">{text}</a></li>'
        for name, text in (("index", "首页"), ("zwgk", "政务公开"), ("bsfw", "办事服务"), ("hdjl", "互动交流"))
    )
    return (
        f'<div class="header"><ul class="nav">{menu}</ul><form><input type="text" value=""><button>搜索</button></form></div>\n'
        '<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 年度报告</div>\n'
        f'<div class="info"><span>发布时间：{year + 1}-01-20 10:15</span> <span>浏览次数：128</span> <span>字体：[大 中 小]</span></div>\n'
        f'{page}\n<div class="share">打印 | 关闭 | 扫一扫在手机打开当前页</div>\n'
        '<script>var counter = "12,34";</script>\n'
        '<div class="footer"><p>网站标识码：0000000000　联系我们　网站地图</p></div>'
    )
