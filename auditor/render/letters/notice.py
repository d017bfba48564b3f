"""整改通知书: one letter to one agency with its findings, what is asked, by when, and a column for its reply."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from auditor.model.finding import Audit, Finding
from auditor.model.result import count_by_severity
from auditor.model.rulebook import Rulebook
from auditor.model.settings import InForce
from auditor.render.demands import Demand, children_text, culprit_text, demands, shown
from auditor.render.letters.layout import Line
from auditor.render.letters.template import fill, open_template
from auditor.render.places import place_text
from auditor.render.word import fixed_bytes
from auditor.text.in_force import weakened_note
from auditor.text.labels import label_of
from auditor.text.words import numbered, say

_COLUMNS = ("number", "place", "message", "printed", "expected", "basis", "action", "id", "reply")
_WIDTHS = (1.1, 3.2, 6.4, 1.7, 1.7, 3.4, 3.6, 1.7, 3.3)
_MOST_UNSEEN = 40
"""Numbers listed for the agency's own check; the rest are counted."""
_DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})")
_BARE_DAY = re.compile(_DAY.pattern + r"\D?")


def notice(
    audit: Audit,
    rulebook: Rulebook,
    *,
    deadline: str = "",
    office: str = "",
    date: str = "",
    number: str = "",
    contact: str = "",
    time: int = 1,
    lang: str = "zh",
    template: Path | None = None,
    told: InForce | None = None,
) -> bytes | None:
    """The letter, or ``None`` for an audit without findings that ask for action (notices alone ask for none).

    ``office``, ``number`` (of the document) and ``contact`` are printed as given, ``deadline`` as it stands in a sentence (a bare date
    or period gets its 前 or 内), ``date`` (ISO or as printed) below the office; ``time``: which notice on this report it is; ``told``:
    the settings, named at the end where they made the audit milder.
    Without a template the findings are an annex. The template's placeholders:
    ``{{agency}} {{year}} {{title}} {{count}} {{errors}} {{warnings}} {{basis}} {{deadline}} {{office}} {{date}} {{number}} {{contact}}
    {{time}} {{file}}``, ``{{unseen}}`` (the numbers that no check can see; ``{{unseen_note}}``: how many) and, alone in their paragraphs,
    the tables ``{{findings}}`` and ``{{unseen_cells}}``. Raises UsageError for an unusable template.
    """
    listed = list(asked_for(audit.findings))
    if not listed or audit.report is None:
        return None
    words = rulebook.words
    counts = count_by_severity(listed)
    title = say(words, lang, "letter.notice.title")
    if time > 1:
        title += say(words, lang, "letter.notice.again", time=numbered(words, lang, "number", number=time))
    basis = f"letter.notice.basis_{audit.report.era}"
    values = {
        "agency": audit.report.agency or audit.source.path,
        "year": str(audit.report.year or "—"),
        "title": audit.report.title.text.replace("\n", "") if audit.report.title else "",
        "count": str(len(listed)),
        "errors": str(counts["error"]),
        "warnings": str(counts["warning"]),
        "basis": say(words, lang, basis if basis in words else "letter.notice.basis"),
        "deadline": _until(deadline, rulebook, lang),
        "office": office,
        "date": written_date(date, rulebook, lang),
        "number": number,
        "contact": contact,
        "time": numbered(words, lang, "number", number=time),
        "file": audit.source.path,
        "unseen": _unseen(audit, rulebook, lang),
        "unseen_note": _unseen_note(audit, rulebook, lang),
    }
    heads = [say(words, lang, f"letter.column.{name}") for name in _COLUMNS]
    rows = [_row(place, finding, audit, rulebook, lang) for place, finding in enumerate(listed, start=1)]
    document = open_template(template, list(_lines(title, values, time, rulebook, lang)))
    fill(document, values, {"findings": (heads, rows, _WIDTHS), "unseen_cells": _unseen_cells(audit, rulebook, lang)})
    if note := weakened_note(told, words, lang):
        document.add_paragraph(note)
    return fixed_bytes(document, author=office, title="".join((values["agency"], *title.split("\n"))), date=day_of(date))


def _until(deadline: str, rulebook: Rulebook, lang: str) -> str:
    """The deadline as it stands in a sentence: a bare date gets 前, a bare period 内; what an office worded itself stays."""
    words, text = rulebook.words, deadline.strip()
    if not text:
        return say(words, lang, "letter.no_deadline")
    for period in say(words, lang, "letter.periods").split("|"):
        if text.endswith(period) and text.removesuffix(period).rstrip()[-1:].isnumeric():
            return say(words, lang, "letter.within", deadline=text)
    bare = _BARE_DAY.fullmatch(text) and day_of(text)
    return say(words, lang, "letter.before", deadline=written_date(text, rulebook, lang)) if bare else text


def _lines(title: str, values: Mapping[str, str], time: int, rulebook: Rulebook, lang: str) -> Iterator[Line]:
    """The letter of one who brings no template."""

    def told(name: str) -> str:
        return say(rulebook.words, lang, f"letter.notice.{name}").replace("[[", "{{").replace("]]", "}}")

    if values["number"]:
        yield "number", "{{number}}"
    yield "title", title
    yield "address", told("address")
    yield "body", told("opening" if time == 1 else "opening_again")
    for name in ("first", "second", "third", "closing"):
        yield "body", told(name)
    if values["contact"]:
        yield "contact", told("contact")
    yield "attachment", told("attachment")
    if values["office"]:
        yield "sign", "{{office}}"
    yield "date", "{{date}}"
    yield "annex", told("annex")
    yield "annex_title", told("annex_title")
    yield "table", "{{findings}}"
    yield "note", told("annex_note")
    if values["unseen"]:
        yield "note", "{{unseen_note}}"
        yield "table", "{{unseen_cells}}"


def written_date(date: str, rulebook: Rulebook, lang: str) -> str:
    """A date as letters print it (2026年4月10日); blanks to fill in where none is given, as given where it is none we read."""
    day = day_of(date)
    if day is None:
        return date or say(rulebook.words, lang, "letter.no_date")
    return say(rulebook.words, lang, "letter.date", year=day.year, month=day.month, day=day.day)


def day_of(date: str) -> datetime.date | None:
    """The day a text names (2026-04-10, 2026年4月10日), or ``None``."""
    match = _DAY.match(date.strip())
    try:
        return None if match is None else datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def asked_for(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings a notice lists, in its order: not waived, and an error or a warning somewhere in them."""
    for finding in findings:
        worst = {finding.severity, *(child.severity for child in finding.children)}
        if finding.waived is None and worst & {"error", "warning"}:
            yield finding


def _unseen(audit: Audit, rulebook: Rulebook, lang: str) -> str:
    """What the agency should check itself: the numbers of its tables in which no check could find an error."""
    report, reach = audit.report, audit.reach
    if report is None or reach is None or not reach.blind:
        return ""
    words = rulebook.words
    listed = [say(words, lang, "letter.notice.unseen_cell", cell=cell, printed=printed) for cell, printed in _blind(audit, rulebook, lang)]
    more = say(words, lang, "letter.notice.unseen_more", count=len(reach.blind)) if len(reach.blind) > _MOST_UNSEEN else ""
    told = _unseen_note(audit, rulebook, lang) + say(words, lang, "console.colon")
    return told + say(words, lang, "letter.notice.unseen_joined").join(listed) + more


def _unseen_note(audit: Audit, rulebook: Rulebook, lang: str) -> str:
    """How many numbers a check would find or locate if wrong, and how many none can see; empty where there are none of these."""
    reach = audit.reach
    if reach is None or not reach.blind:
        return ""
    counts = {"cells": reach.cells, "found": reach.found, "located": reach.located, "blind": len(reach.blind)}
    return say(rulebook.words, lang, "letter.notice.unseen", **counts)


def _blind(audit: Audit, rulebook: Rulebook, lang: str) -> list[tuple[str, str]]:
    """Names and prints of the numbers that no check can see, as many as are listed."""
    if audit.report is None or audit.reach is None:
        return []
    printed = {str(fact.key): fact.raw.strip() for fact in audit.report.facts}
    keys = audit.reach.blind[:_MOST_UNSEEN]
    return [(label_of(rulebook, audit.report.layouts, key, lang), printed.get(key, "")) for key in keys]


def _unseen_cells(audit: Audit, rulebook: Rulebook, lang: str) -> tuple[list[str], list[list[str]], tuple[float, ...]]:
    """The same as a table of two halves side by side, with room for the number of the register."""
    words = rulebook.words
    heads = [say(words, lang, f"letter.notice.unseen_{name}") for name in ("name", "print", "register")]
    cells = [[name, printed, ""] for name, printed in _blind(audit, rulebook, lang)]
    half = (len(cells) + 1) // 2
    left, right = cells[:half], cells[half:] + [["", "", ""]] * (2 * half - len(cells))
    rows = [[*one, *other] for one, other in zip(left, right, strict=True)]
    blind = 0 if audit.reach is None else len(audit.reach.blind)
    if blind > _MOST_UNSEEN:
        rows.append([say(words, lang, "letter.notice.unseen_more", count=blind), *[""] * 5])
    return heads * 2, rows, (6.4, 1.8, 2.2) * 2


def _place(cell: Demand, rulebook: Rulebook, lang: str) -> str:
    if cell.location is None:
        return say(rulebook.words, lang, "letter.whole")
    place = place_text(cell.location, rulebook.words, lang)
    return f"{place}\n{cell.label}" if cell.label else place


def _row(number: int, finding: Finding, audit: Audit, rulebook: Rulebook, lang: str) -> list[str]:
    words = rulebook.words
    rule = rulebook.rule(finding.rule)
    action = rule.action if rule is not None else None
    layouts = audit.report.layouts if audit.report is not None else {}
    told = [finding.title, finding.message]
    if finding.calculation is not None and finding.calculation not in finding.message:
        told.append(finding.calculation)
    told += [text for text in (culprit_text(finding, layouts, rulebook, lang), children_text(finding, words, lang)) if text]
    asked = say(words, lang, "letter.action") if action is None else action.said(lang)
    if finding.question:
        asked += "\n" + finding.question
    cells = demands(finding, audit.report, rulebook, lang)
    places = [_place(cell, rulebook, lang) for cell in cells]
    return [
        str(number),
        "\n".join(dict.fromkeys(places)),
        "\n".join(told),
        "\n".join(shown(cell.printed, words, lang) for cell in cells),
        "\n".join(cell.likely or "" for cell in cells).strip(),
        "\n".join(finding.basis),
        asked,
        finding.id if finding.number is None else f"{finding.number}\n{finding.id}",
        "",
    ]
