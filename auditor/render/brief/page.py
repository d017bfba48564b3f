"""The brief as a page: text with footnote marks, drawings of the charts, and the evidence of every number to open. No script."""

from __future__ import annotations

from html import escape
from typing import Final

from auditor.model.brief import Brief, BriefSentence, BriefTable, Chart, Figure, Item
from auditor.model.rulebook import Rulebook
from auditor.render.brief.chart import COLOURS
from auditor.render.brief.notes import figure_lines, noted
from auditor.render.printable import printable
from auditor.text.words import numbered, say

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
:root{--ink:#1f2933;--soft:#5b6773;--line:#d9dee4;--accent:#2f6da8;--paper:#fff}
*{box-sizing:border-box}
body{margin:0;background:#f4f6f8;color:var(--ink);font:17px/1.85 "Songti SC","SimSun","Noto Serif CJK SC",serif}
main{max-width:860px;margin:0 auto;background:var(--paper);padding:3.2rem 3.6rem 4rem;box-shadow:0 1px 4px rgba(0,0,0,.08)}
h1{font:700 1.75rem/1.4 "SimHei","Noto Sans CJK SC",sans-serif;text-align:center;margin:0 0 .6rem}
h2{font:700 1.15rem/1.5 "SimHei","Noto Sans CJK SC",sans-serif;margin:2.2rem 0 .6rem;break-after:avoid}
p{margin:.35rem 0;text-indent:2em;text-align:justify}
.by,.hint{text-indent:0;text-align:center;color:var(--soft)}.hint{font-size:.85rem}
b.n{font-weight:700;color:#12467a}
sup a{color:var(--accent);text-decoration:none;font:.72em sans-serif;padding:0 .1em}
figure{margin:1.2rem 0;break-inside:avoid}figcaption{font:700 .95rem sans-serif;text-align:center;margin-bottom:.4rem}
svg{width:100%;height:auto;display:block}svg text{font:12px "Noto Sans CJK SC","SimSun",sans-serif;fill:var(--ink)}
table{border-collapse:collapse;width:100%;font:.9rem/1.5 "Noto Sans CJK SC",sans-serif}caption{font-weight:700;padding:.4rem}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:right}th{background:#eef2f6;text-align:center}
td:first-child{text-align:left}
.wrap{overflow-x:auto;margin:1rem 0}
section.notes{font:.85rem/1.6 "Noto Sans CJK SC",sans-serif;color:var(--soft)}
section.notes details{border-top:1px solid var(--line);padding:.3rem 0}summary{cursor:pointer;color:var(--ink)}
section.notes dl{margin:.3rem 0 .6rem 1.2rem}dt{font-weight:700;color:var(--ink)}dd{margin:0 0 .3rem 1.2rem;overflow-wrap:anywhere}
.remarks p{text-indent:0;font-size:.95rem}
@media (max-width:700px){main{padding:1.5rem 1.1rem}body{font-size:16px}svg text{font-size:19px}
table{font-size:.78rem}th,td{padding:.3rem .35rem}th,td:first-child{white-space:nowrap}}
@media print{body{background:#fff;font-size:12pt}main{box-shadow:none;max-width:none;padding:0}}
"""
_W, _H, _LEFT, _BOTTOM, _TOP = 760, 300, 56, 46, 22


def brief_html(brief: Brief, rulebook: Rulebook, lang: str = "zh") -> str:
    """One file without script; nothing is fetched from anywhere. The same brief gives the same text."""
    words = rulebook.words
    body = [f"<h1>{_text(brief.title)}</h1>"]
    if brief.office or brief.date:
        body.append(f'<p class="by">{_text("　".join(text for text in (brief.office, brief.date) if text))}</p>')
    body.append(f'<p class="hint">{_text(say(words, lang, "brief.print_hint"))}</p>')
    for number, part in enumerate(brief.parts, start=1):
        body.append(f"<h2>{_text(numbered(words, lang, 'ordinal', number=number))}{_text(part.title)}</h2>")
        body += [_item(item) for item in part.items]
    remarks = "".join(f"<p>{_text(text)}</p>" for text in brief.remarks)
    body.append(f'<section class="remarks"><h2>{_text(say(words, lang, "brief.remarks"))}</h2>{remarks}</section>')
    notes = "".join(_note(item, brief, rulebook, lang) for item in noted(brief))
    body.append(f'<section class="notes"><h2>{_text(say(words, lang, "brief.notes"))}</h2>{notes}</section>')
    spoken = say(words, lang, "language.html")
    return (
        f'<!doctype html>\n<html lang="{spoken}"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{_text(brief.title)}</title><style>{_STYLE}</style></head>\n<body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )


def _item(item: Item) -> str:
    if isinstance(item, BriefSentence):
        return f"<p>{_sentence(item)}{_mark(item)}</p>"
    return _table(item) if isinstance(item, BriefTable) else _figure(item)


def _sentence(item: BriefSentence) -> str:
    """The text with its numbers marked: each is found after the one before it."""
    out, place = "", 0
    for figure in item.figures:
        found = item.text.find(figure.text, place)
        if found < 0:
            continue
        out += _text(item.text[place:found]) + f'<b class="n">{_text(figure.text)}</b>'
        place = found + len(figure.text)
    return out + _text(item.text[place:])


def _mark(item: Item) -> str:
    return f'<sup><a id="r{item.note}" href="#n{item.note}">[{item.note}]</a></sup>' if item.note else ""


def _table(item: BriefTable) -> str:
    heads = "".join(f"<th>{_text(head)}</th>" for head in item.heads)
    rows = "".join("<tr>" + "".join(f"<td>{_text(_shown(cell))}</td>" for cell in row) + "</tr>" for row in item.rows)
    caption = f"<caption>{_text(item.title)}{_mark(item)}</caption>"
    return f'<div class="wrap"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _shown(cell: str | Figure) -> str:
    return cell if isinstance(cell, str) else cell.text


def _note(item: Item, brief: Brief, rulebook: Rulebook, lang: str) -> str:
    words = rulebook.words
    lines = "".join(
        f"<dt>{_text(figure.text)}（{_text(how)}）</dt><dd>{_text(listed)}</dd>"
        for figure, how, listed in figure_lines(item, brief, rulebook, lang)
    )
    told = item.text if isinstance(item, BriefSentence) else item.title
    label = _text(say(words, lang, "brief.note", number=item.note))
    head = f'<a href="#r{item.note}">[{item.note}]</a> {_text(told)}'
    return f'<details id="n{item.note}"><summary title="{label}">{head}</summary><dl>{lines}</dl></details>'


def _figure(chart: Chart) -> str:
    """The chart as a drawing."""
    top = float(max((point.value for series in chart.series for point in series.points if point is not None), default=1))
    if chart.kind == "stacked":
        columns = zip(*(series.points for series in chart.series), strict=True)
        top = max((sum(float(point.value) for point in column if point is not None) for column in columns), default=1.0)
    top = _round_up(top)
    parts = [_grid_lines(top)]
    parts.append(_bars(chart, top) if chart.kind != "line" else _lines(chart, top))
    parts.append(_labels(chart))
    legend = _legend(chart) if len(chart.series) > 1 else ""
    height = _H + (22 if legend else 0)
    unit = f'<text x="8" y="14">{_text(chart.unit)}</text>' if chart.unit else ""
    drawing = f'<svg viewBox="0 0 {_W} {height}" role="img" aria-label="{_text(chart.title)}">{unit}{"".join(parts)}{legend}</svg>'
    return f"<figure><figcaption>{_text(chart.title)}{_mark(chart)}</figcaption>{drawing}</figure>"


def _round_up(value: float) -> float:
    step = 1.0
    while step * 10 <= value:
        step *= 10
    for factor in (1, 2, 2.5, 4, 5, 8, 10):
        if step * factor >= value:
            return step * factor
    return value or 1.0


def _y(value: float, top: float) -> float:
    return _H - _BOTTOM - (value / top) * (_H - _BOTTOM - _TOP)


def _grid_lines(top: float) -> str:
    out = ""
    for part in range(5):
        value = top * part / 4
        y = _y(value, top)
        told = f"{value:g}" if value < 100_000 else f"{value:,.0f}"
        out += f'<line x1="{_LEFT}" x2="{_W - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9dee4"/>'
        out += f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{told}</text>'
    return out


def _slot(chart: Chart) -> float:
    return (_W - 8 - _LEFT) / max(1, len(chart.categories))


def _bars(chart: Chart, top: float) -> str:
    out, slot = "", _slot(chart)
    stacked = chart.kind == "stacked"
    width = min(64.0, slot * 0.6) / (1 if stacked else len(chart.series))
    base = [0.0] * len(chart.categories)
    for number, series in enumerate(chart.series):
        for place, point in enumerate(series.points):
            if point is None:
                continue
            value = float(point.value)
            x = _LEFT + slot * (place + 0.5) - width * (0.5 if stacked else len(chart.series) / 2 - number)
            high, low = _y(base[place] + value, top), _y(base[place], top)
            colour = COLOURS[number % len(COLOURS)]
            out += f'<rect x="{x:.1f}" y="{high:.1f}" width="{width:.1f}" height="{low - high:.1f}" fill="#{colour}"/>'
            if not stacked:
                out += f'<text x="{x + width / 2:.1f}" y="{high - 5:.1f}" text-anchor="middle">{_text(point.text)}</text>'
            elif low - high > 14:
                middle = (high + low) / 2 + 4
                out += f'<text x="{x + width / 2:.1f}" y="{middle:.1f}" text-anchor="middle" style="fill:#fff">{_text(point.text)}</text>'
            if stacked:
                base[place] += value
    return out


def _lines(chart: Chart, top: float) -> str:
    out, slot = "", _slot(chart)
    for number, series in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        run: list[str] = []
        marks = ""
        for place, point in enumerate((*series.points, None)):
            if point is None:
                if len(run) > 1:
                    out += f'<polyline points="{" ".join(run)}" fill="none" stroke="#{colour}" stroke-width="2.5"/>'
                run = []
                continue
            x, y = _LEFT + slot * (place + 0.5), _y(float(point.value), top)
            run.append(f"{x:.1f},{y:.1f}")
            marks += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#{colour}"/>'
            marks += f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{_text(point.text)}</text>'
        out += marks
    return out


def _labels(chart: Chart) -> str:
    """Names below the axis, in two lines where one is too long for its place."""
    out, slot = "", _slot(chart)
    most = max(3, int(slot / 13))
    for place, name in enumerate(chart.categories):
        shown = name if len(name) <= 2 * most else name[: 2 * most - 1] + "…"
        lines = [shown[:most], shown[most:]] if len(shown) > most else [shown]
        x = _LEFT + slot * (place + 0.5)
        for line, text in enumerate(lines):
            out += f'<text x="{x:.1f}" y="{_H - _BOTTOM + 18 + 15 * line}" text-anchor="middle">{_text(text)}</text>'
    return out


def _legend(chart: Chart) -> str:
    out, x = "", float(_LEFT)
    for number, series in enumerate(chart.series):
        out += f'<rect x="{x:.1f}" y="{_H + 2}" width="12" height="12" fill="#{COLOURS[number % len(COLOURS)]}"/>'
        out += f'<text x="{x + 18:.1f}" y="{_H + 13}">{_text(series.name)}</text>'
        x += 40 + 13 * len(series.name)
    return out


def _text(text: str) -> str:
    return escape(printable(text))
