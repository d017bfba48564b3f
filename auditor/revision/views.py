"""A comparison as a page to read and print, and as a workbook; cells by their labels, never by their keys."""

from __future__ import annotations

import datetime
import html
import io
from collections.abc import Iterator
from typing import Final

from auditor.model.rulebook import Rulebook
from auditor.render.printable import printable, xml_text
from auditor.revision.compare import KINDS, Difference, Kind, VersionComparison
from auditor.revision.show import summary
from auditor.revision.state import Printed
from auditor.text.labels import label_of
from auditor.text.words import say

_COLOURS: Final[dict[Kind, str]] = {
    "regressed": "#b3261e", "new": "#b3261e", "remaining": "#8a5a00", "unclear": "#6b3fa0", "fixed": "#1d6b3a",
}  # fmt: skip
_STYLE: Final = (
    "body{font:15px/1.6 'Microsoft YaHei','PingFang SC',sans-serif;max-width:1000px;margin:24px auto;padding:0 16px;color:#1b1b1b}"
    "h1{font-size:22px}h2{font-size:17px;margin:28px 0 6px;border-bottom:1px solid #ccc}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #d0d0d0;padding:5px 8px;text-align:left;vertical-align:top}th{background:#f2f2f2}"
    "td.kind{white-space:nowrap;font-weight:600}p.muted{color:#666}tr.unasked td{background:#fff6dd}"
    "@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}"
)


class _Words:
    def __init__(self, rulebook: Rulebook, lang: str) -> None:
        self.rulebook, self.lang = rulebook, lang

    def __call__(self, key: str, **values: object) -> str:
        return say(self.rulebook.words, self.lang, f"diff.{key}", **values)

    def kind(self, kind: Kind) -> str:
        return self(kind).strip("【】[]")

    def label(self, key: str, report: Difference) -> str:
        return label_of(self.rulebook, dict(report.layouts), key, self.lang)


def diff_html(comparison: VersionComparison, rulebook: Rulebook, lang: str) -> str:
    """One page without scripts: for each report what became of its findings, and its changed cells with both prints."""
    words = _Words(rulebook, lang)
    parts = [f"<h1>{_safe(words('title'))}</h1>", f"<p>{_safe(words('sides', old=comparison.old, new=comparison.new))}</p>"]
    parts.append(f"<p><strong>{_safe(words('summary', **summary(comparison)))}</strong></p>")
    if not comparison.same_rules:
        parts.append(f'<p class="muted">{_safe(words("other_rules"))}</p>')
    for report in comparison.reports:
        parts += _report(report, words)
    rows = [(kind, found) for wanted in KINDS for kind, found in comparison.across if kind == wanted and found.top]
    if rows:
        parts.append(f"<h2>{_safe(words('across'))}</h2>")
        parts.append(_table((words("kind"), words("finding")), [_finding(words, kind, found.title, found.message) for kind, found in rows]))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    spoken = say(rulebook.words, lang, "language.html")
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="viewport" content="width=device-width">'
        f"<title>{_safe(words('title'))}</title><style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _report(report: Difference, words: _Words) -> Iterator[str]:
    yield f"<h2>{_safe(_name(report))}</h2>"
    if report.old is None or report.new is None:
        identity = report.new or report.old
        assert identity is not None
        yield f'<p class="muted">{_safe(words("only_new" if report.old is None else "only_old", path=identity.path))}</p>'
    rows = [
        _finding(words, kind, found.title, found.message)
        for wanted in KINDS
        for kind, found in report.found
        if kind == wanted and found.top
    ]
    if rows:
        yield _table((words("kind"), words("finding")), rows)
    if report.changes:
        yield _table(
            (words("cell"), words("old"), words("new_print"), words("remark")),
            [
                f'<tr class="{"" if change.asked else "unasked"}"><td>{_safe(words.label(change.key, report))}</td>'
                f"<td>{_safe(_print(change.old))}</td><td>{_safe(_print(change.new))}</td>"
                f"<td>{'' if change.asked else _safe(words('not_asked'))}</td></tr>"
                for change in report.changes
            ],
        )
    if not report.cells_compared:
        yield f'<p class="muted">{_safe(words("no_cells"))}</p>'


def _finding(words: _Words, kind: Kind, title: str, message: str) -> str:
    colour = _COLOURS[kind]
    return f'<tr><td class="kind" style="color:{colour}">{_safe(words.kind(kind))}</td><td>{_safe(title)}<br>{_safe(message)}</td></tr>'


def _table(heads: tuple[str, ...], rows: list[str]) -> str:
    return f"<table><thead><tr>{''.join(f'<th>{_safe(head)}</th>' for head in heads)}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def diff_xlsx(comparison: VersionComparison, rulebook: Rulebook, lang: str) -> bytes:
    """Two sheets: what became of the findings, and the changed cells. The same comparison gives the same bytes."""
    import xlsxwriter

    words = _Words(rulebook, lang)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.datetime(2020, 1, 1), "title": words("title")})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "border_color": "#D9D9D9", "text_wrap": True, "valign": "top"})
    findings = [
        (_name(report), words.kind(kind), found.rule, found.title, found.message)
        for report in comparison.reports
        for wanted in KINDS
        for kind, found in report.found
        if kind == wanted and found.top
    ]
    findings += [
        (words("across"), words.kind(kind), found.rule, found.title, found.message) for kind, found in comparison.across if found.top
    ]
    changes = [
        (_name(report), words.label(change.key, report), _print(change.old), _print(change.new), "" if change.asked else words("not_asked"))
        for report in comparison.reports
        for change in report.changes
    ]
    for name, heads, widths, rows in (
        ("findings", ("report", "kind", "rule", "problem", "finding"), (34, 10, 8, 26, 70), findings),
        ("changes", ("report", "cell", "old", "new_print", "remark"), (34, 52, 14, 14, 24), changes),
    ):
        sheet = book.add_worksheet(words(f"sheet_{name}"))
        for column, (key, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, words(key), head)
        for line, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(line, column, xml_text(text), cell)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _name(report: Difference) -> str:
    identity = report.new or report.old
    assert identity is not None
    return f"{identity.agency or identity.path} {identity.year or ''}".strip()


def _print(cell: Printed | None) -> str:
    return "—" if cell is None else cell.raw


def _safe(text: str) -> str:
    return html.escape(printable(text))
