"""Wording of one report: F-01 … F-07, F-10, F-13 … F-15. All words are parameters of the cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from auditor.check.coded.prose import Sentence, any_of, needing, sentences
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail
from auditor.model.rule import Severity
from auditor.text.chars import label_key, squeeze
from auditor.text.numerals import read_chinese_integer

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_DATE = re.compile(r"(?<!\d)(?:((?:19|20)\d\d)年)?(?<![\d.])(\d{1,2})月(\d{1,2})日")
_LEAP_YEAR = 2000  # a date without a year is impossible only when it is in every year
_WHOLE_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")
_SECOND = re.compile(r"\(([一二三四五六七八九十]{1,3})\)")


def _hit(sentence: Sentence, printed: str, message: str = "found", **values: str) -> Hit:
    shown = sentence.text if len(sentence.text) <= 80 else sentence.text[:80] + "…"
    return Hit(
        message=message,
        values={"printed": printed, "sentence": shown, **values},
        actual=printed,
        location=sentence.passage.location,
        quantity=f"{sentence.passage.section or 'preamble'}:{printed}",
        confidence="medium",
    )


def f_01(context: Context) -> Outcome:
    """Statements in the present tense that carry another year."""
    year = context.report.year
    if year is None:
        return NOT_APPLICABLE
    present, other = any_of(tuple(context.params["present"])), any_of(tuple(context.params["legitimate"]))
    hits = []
    for sentence in sentences(context.report, tuple(context.params["sections"])):
        years = {int(found) for found in _YEAR.findall(sentence.bare)}
        if not years - {year} or year in years or other.search(sentence.bare):
            continue  # a sentence that also names the report year compares
        for clause in sentence.clauses():
            match = _YEAR.match(clause)
            if match and int(match[1]) != year and present.match(clause[match.end() :]):
                hits.append(_hit(sentence, match[0], year=str(year)))
                break
    return fail(*hits)


def f_02(context: Context) -> Outcome:
    """Order 492 as the law in force."""
    return _cited(context)


def f_03(context: Context) -> Outcome:
    """A format notice that does not govern the year."""
    year = context.report.year
    if year is None:
        return NOT_APPLICABLE
    hits = []
    for entry in context.params["notices"]:
        if not int(entry.get("from", 0)) <= year <= int(entry.get("to", 9999)):
            continue
        named, beside = any_of(tuple(entry["patterns"])), any_of(tuple(entry["beside"]))
        for sentence in sentences(context.report):
            match = named.search(sentence.text)
            if match and not beside.search(sentence.text):
                hits.append(_hit(sentence, match[0], year=str(year), right=str(entry["right"])))
                break
    return fail(*hits)


def f_04(context: Context) -> Outcome:
    """Near misses of the Regulation's name."""
    right = str(context.params["name"])
    hits, seen = [], set()
    for sentence in sentences(context.report):
        for name in re.findall(r"《([^《》]{6,30})》", sentence.text):
            if name not in seen and 0 < Levenshtein.distance(name, right, score_cutoff=3) <= 3:
                seen.add(name)
                hits.append(_hit(sentence, f"《{name}》", right=f"《{right}》"))
    return fail(*hits)


def f_05(context: Context) -> Outcome:
    """Content that only the superseded Regulation knew."""
    hits = []
    for entry in context.params["contents"]:
        named, unless = any_of((entry["pattern"],)), any_of(tuple(entry["unless"]))
        for sentence in sentences(context.report):
            match = named.search(sentence.text)
            if match and not unless.search(sentence.text):
                hits.append(_hit(sentence, match[0]))
                break
    return fail(*hits)


def f_06(context: Context) -> Outcome:
    """Placeholders of a template in title, tables or text."""
    named = any_of(tuple(context.params["patterns"]))
    hits = []
    title = context.report.title
    if title is not None and (match := named.search(squeeze(title.text))):
        hits.append(
            Hit(message="title", values={"printed": match[0]}, severity="error", actual=match[0], location=title.location, quantity="title")
        )
    cell = any_of(tuple(context.params["cells"]))
    wrong = tuple(fact.key for fact in context.report.facts if fact.state == "text" and cell.search(squeeze(fact.raw)))
    if wrong:
        hits.append(
            Hit(
                message="table",
                values={"cells": "、".join(map(context.label, wrong[:5])), "count": str(len(wrong))},
                severity="error",
                facts=context.cells.used(*wrong[:5], question=wrong[:5]),
                quantity="table",
            )
        )
    seen = set()
    for sentence in sentences(context.report):
        match = named.search(sentence.bare)
        if match and match[0] not in seen:
            seen.add(match[0])
            hits.append(_hit(sentence, match[0]))
    return fail(*hits)


def f_07(context: Context) -> Outcome:
    """Numbers of headings: top level over the report, second level within each section."""
    hits = []
    known = [section.ordinal for section in context.report.sections if section.ordinal is not None]
    if len(known) >= 3 and known != list(range(1, len(known) + 1)):
        lost = [n for n in range(1, max(known) + 1) if n not in known]
        certain = not lost and len(set(known)) < len(known)
        severity: Severity = "warning" if certain else "notice"
        hits.append(
            Hit(
                message="top",
                values={"printed": "、".join(map(str, known))},
                severity=severity,
                confidence="medium" if certain else "low",
                location=context.report.sections[0].location,
                quantity="top",
            )
        )
    last: dict[str | None, int] = {}
    for passage in context.report.passages:
        match = _SECOND.match(squeeze(passage.text))
        number = read_chinese_integer(match[1]) if match else None
        if number is None or not passage.heading:
            continue
        before = last.get(passage.section, 0)
        if before and number not in (1, before + 1):
            hits.append(
                Hit(
                    message="second",
                    values={"printed": str(number), "before": str(before)},
                    location=passage.location,
                    quantity=f"second:{passage.section}",
                    confidence="low",
                )
            )
        last[passage.section] = number
    return fail(*hits)


def f_10(context: Context) -> Outcome:
    """The body that the report names as its own author is another one."""
    own = squeeze(context.report.agency or "")
    if not own:
        return NOT_APPLICABLE
    slots = any_of(tuple(context.params["slots"]))
    endings = tuple(context.params["endings"])
    superior = tuple(context.params["superior"])
    for sentence in sentences(context.report):
        match = slots.search(sentence.bare)
        who = next((found for found in match.groups() if found), "") if match else ""
        if not who or not who.endswith(endings) or who.endswith(superior) or who in own or own in who or own.endswith(who[-4:]):
            continue
        if not own.endswith(endings) or fuzz.partial_ratio(who, own) >= 75:
            continue
        return fail(_hit(sentence, who, own=context.report.agency or ""))
    return PASS


def f_13(context: Context) -> Outcome:
    """Row and column labels one or two characters off the form's."""
    hits = []
    for table in context.report.tables:
        form = context.rulebook.table(table.id, table.layout)
        if form is None:
            continue
        entries = {f"row:{row.key}": row for row in form.rows} | {f"column:{column.key}": column for column in form.columns}
        altered = []
        for key, printed in sorted(table.labels.items()):
            entry = entries.get(key)
            if entry is None or not entry.label:
                continue
            keys = {label_key(text) for text in (entry.label, *entry.variants)}
            mine = label_key(printed)
            if mine and mine not in keys and len(mine) >= 4 and min(Levenshtein.distance(mine, k) for k in keys) <= 2:
                altered.append(f"“{printed.strip()}”（{entry.label}）")
        if altered:
            hits.append(
                Hit(
                    message="altered",
                    values={"table": context.say(f"table.{table.id}"), "labels": "、".join(altered[:5]), "count": str(len(altered))},
                    location=table.location,
                    quantity=table.id,
                    confidence="low",
                )
            )
    return fail(*hits)


def f_14(context: Context) -> Outcome:
    """Dates that do not exist, titles and periods of different years, publication within the report year."""
    report = context.report
    hits = []
    for sentence in sentences(report):
        for match in _DATE.finditer(sentence.text):
            if not _exists(match):
                period = any(match[0] in squeeze(entry.text) for entry in report.periods)
                hits.append(
                    Hit(
                        message="invalid",
                        values={"printed": match[0]},
                        actual=match[0],
                        location=sentence.passage.location,
                        quantity="invalid",
                        explained_by="A-13" if period else None,
                    )
                )
    titled, period_year = report.years_seen.get("title"), report.years_seen.get("period")
    if titled is not None and period_year is not None and titled != period_year:
        hits.append(
            Hit(
                message="years",
                values={"title": str(titled), "period": str(period_year)},
                actual=str(titled),
                calculation=f"{titled} ≠ {period_year}",
                location=report.title.location if report.title else None,
                quantity="years",
                explained_by="A-13",
            )
        )
    if report.year is not None and report.published is not None and report.published <= f"{report.year}-12-31":
        hits.append(
            Hit(
                message="early",
                values={"printed": report.published, "year": str(report.year)},
                severity="warning",
                actual=report.published,
                quantity="published",
            )
        )
    for passage in report.passages[-3:]:
        match_ = _WHOLE_DATE.fullmatch(squeeze(passage.text))
        if match_ is None or report.year is None or not _exists(match_):
            continue
        signed = f"{match_[1]}-{int(match_[2]):02d}-{int(match_[3]):02d}"
        if signed <= f"{report.year}-12-31":
            last_day = signed == f"{report.year}-12-31"
            hits.append(
                Hit(
                    message="early",
                    values={"printed": match_[0], "year": str(report.year)},
                    severity="notice" if last_day else "warning",
                    actual=match_[0],
                    location=passage.location,
                    quantity="signed",
                )
            )
    return fail(*hits)


def _exists(match: re.Match[str]) -> bool:
    try:
        date(int(match[1] or _LEAP_YEAR), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def f_15(context: Context) -> Outcome:
    """Long paragraphs that occur twice."""
    least, shortest = float(context.params["least"]) * 100, int(context.params["shortest"])
    texts = [(squeeze(p.text), p) for p in context.report.passages if not p.heading]
    long = [(text, passage) for text, passage in texts if len(text) >= shortest]
    hits = []
    for place, (text, passage) in enumerate(long):
        for earlier, first in long[:place]:
            if text == earlier or (
                abs(len(text) - len(earlier)) <= 0.1 * len(text)
                and fuzz.ratio(text, earlier) >= least
                and _digits(text) == _digits(earlier)
            ):
                hits.append(
                    Hit(
                        message="repeated",
                        values={"printed": text[:30] + "…"},
                        location=passage.location,
                        related=(first.location,),
                        quantity=f"{passage.section}",
                    )
                )
                break
    return fail(*hits)


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _cited(context: Context) -> Outcome:
    named, unless = any_of(tuple(context.params["patterns"])), any_of(tuple(context.params["unless"]))
    for sentence in sentences(context.report):
        match = named.search(sentence.text)
        if match and not unless.search(sentence.text):
            return fail(_hit(sentence, match[0]))
    return PASS


RULES: dict[str, Callable[[Context], Outcome]] = {
    **{
        name: needing("passages", rule)
        for name, rule in (
            ("F-01", f_01), ("F-02", f_02), ("F-03", f_03), ("F-04", f_04), ("F-05", f_05), ("F-06", f_06),
            ("F-10", f_10), ("F-14", f_14), ("F-15", f_15),
        )
    },
    "F-07": needing("sections", f_07),
    "F-13": needing("tables", f_13),
}  # fmt: skip
