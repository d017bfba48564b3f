"""Wording of one report: F-01 … F-07, F-10, F-13 … F-15. All words are parameters of the cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from auditor.check.coded.prose import hit_at, needing, sentences
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail
from auditor.check.kind import Kind, declare, names, pattern_faults
from auditor.check.kinds_words import other_year
from auditor.model.formats import Format
from auditor.model.report import Passage
from auditor.model.rule import Severity
from auditor.text.chars import label_key, squeeze
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import any_of, re_pattern

_YEAR = re_pattern(r"(?<!\d)((?:19|20)\d\d)年")
_DATE = re_pattern(r"(?<!\d)(?:((?:19|20)\d\d)年)?(?<![\d.])(\d{1,2})月(\d{1,2})日")
_LEAP_YEAR = 2000  # a date without a year is impossible only when it is in every year
_WHOLE_DATE = re_pattern(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")
_SECOND = re_pattern(r"\(([一二三四五六七八九十]{1,3})\)")


def other_years(context: Context) -> Outcome:
    """No statement of ``sections`` in the present tense (``present``) carries another year, unless ``legitimate``.

    Message ``found``.
    """
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
                hits.append(hit_at(sentence, match[0], year=str(year)))
                break
    return fail(*hits)


def f_04(context: Context) -> Outcome:
    """Near misses of the Regulation's name; title and number of the format notices as they belong together."""
    hits = _misnamed(context)
    numbers = context.params["numbers"]
    for sentence in sentences(context.report):
        for match in _FILE_NUMBER.finditer(sentence.text):
            printed = match["prefix"][-len(str(context.params["prefix"])) :]
            number = f"[{match['year']}]{match['number']}"
            right = str(context.params["prefix"])
            if number in numbers and not match["prefix"].endswith(right) and (wrong := _wrong_prefix(match["prefix"], right)) is not None:
                hits.append(hit_at(sentence, f"{wrong}{number}号", right=f"{right}{number}号"))
            elif number in numbers and printed == right and (titled := _mistitled(sentence.text[: match.start()], number, numbers)):
                told = f"{right}{number}号"
                hits.append(hit_at(sentence, f"{titled}（{told}）", "mismatch", number=told, right=str(numbers[number][0])))
    year = context.report.year
    if year is not None and year >= int(context.params["full_from"]):
        for sentence in sentences(context.report):
            name = any_of(tuple(context.params["short"])).search(sentence.text)
            if name and not any_of(tuple(context.params["named"])).search(sentence.text):
                hits.append(hit_at(sentence, name[0], right=str(context.params["full"])))
                break
    return fail(*hits)


_FILE_NUMBER = re_pattern(r"(?P<prefix>国[\u4e00-\u9fff]{1,7})[\[(](?P<year>20\d\d)[\])](?P<number>\d{1,3})号")


_SHORT_NAME = re_pattern(r"简称[:为]?[\"《]{1,2}([^《》\"]{2,30})[》\"]")
_TITLE = re_pattern(r"《([^《》]{6,30})》")
_TITLED = re_pattern(r"[《<〈]([^《》]{4,60}?)[》>〉\"]{1,3}\(?$")
_BARE_TITLE = re_pattern(r"([\u4e00-\u9fff<>〈〉]{6,60})\($")


def _misnamed(context: Context) -> list[Hit]:
    rights = [str(name) for name in context.params["names"]]
    defined = {name for entry in sentences(context.report) for name in _SHORT_NAME.findall(entry.text)}
    hits, seen = [], set()
    for sentence in sentences(context.report):
        for name in _TITLE.findall(sentence.text):
            if name in seen or name in defined or name in rights or str(context.params["kind"]) not in name[-3:]:
                continue
            near = min(((Levenshtein.distance(name, right), right) for right in rights), default=(9, ""))
            if near[0] <= (3 if len(near[1]) > 10 else 2):
                seen.add(name)
                hits.append(hit_at(sentence, f"《{name}》", right=f"《{near[1]}》"))
    return hits


def _wrong_prefix(run: str, right: str) -> str | None:
    """The part of a run of characters that is the right prefix with a slip or two, ``None`` where it is another one."""
    tails = [run[at:] for at in range(len(run)) if run[at] == right[0]]
    return next((tail for tail in tails if 0 < Levenshtein.distance(tail, right) <= 2 and len(tail) >= len(right) - 2), None)


def _mistitled(before: str, number: str, numbers: dict[str, list[str]]) -> str | None:
    """The title printed straight before a number, where it is that of the other notice."""
    close = _TITLED.search(before) or _BARE_TITLE.search(before)
    if close is None:
        return None
    for other, titles in numbers.items():
        if (
            other != number
            and any(close[1].endswith(title) for title in titles[1:])
            and not any(close[1].endswith(t) for t in numbers[number][1:])
        ):
            return f"《{close[1]}》"
    return None


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
        for match in named.finditer(sentence.bare):
            if match[0] not in seen:
                seen.add(match[0])
                hits.append(hit_at(sentence, match[0]))
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
    printed = _second_numbers(context.report.passages)
    for passage in context.report.passages:
        match = _SECOND.match(squeeze(passage.text))
        number = read_chinese_integer(match[1]) if match else None
        if number is None or not passage.heading:
            continue
        before = last.get(passage.section, 0)
        gap = set(range(before + 1, number)) - printed.get(passage.section, set())
        if before and number not in (1, before + 1) and (number <= before or gap):
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


def _second_numbers(passages: Sequence[Passage]) -> dict[str | None, set[int]]:
    """All numbers （n） printed in each section: a heading may stand in the line of its text, where it is none of its own."""
    found: dict[str | None, set[int]] = {}
    for passage in passages:
        numbers = (read_chinese_integer(match[1]) for match in _SECOND.finditer(squeeze(passage.text)))
        found.setdefault(passage.section, set()).update(number for number in numbers if number is not None)
    return found


def other_author(context: Context) -> Outcome:
    """The body that the report names as its own author (groups of ``slots``) is the publisher. Message ``found``.

    ``endings``: what names of bodies end with; ``superior``: endings of those above, which may be named.
    """
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
        return fail(hit_at(sentence, who, own=context.report.agency or ""))
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
    hits += _named_otherwise(context)
    if report.year is not None and report.published is None:
        hits += _dated_in_a_line(context)
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


def _named_otherwise(context: Context) -> list[Hit]:
    """The report named by another year in its preamble: a child of F-18, which looks for it."""
    report = context.report
    card = context.rulebook.rule("F-18")
    found = other_year(report, card.params) if card is not None and report.year is not None else None
    if found is None:
        return []
    values = {"title": str(report.year), "period": found[1]}
    place = found[0].passage.location
    return [Hit(message="named", values=values, severity="warning", location=place, quantity="named", explained_by="F-18")]


def _dated_in_a_line(context: Context) -> list[Hit]:
    """A date of publication printed in a line above or below the report."""
    report = context.report
    labelled = any_of(tuple(context.params["published"]))
    for passage in (*report.passages[:12], *report.passages[-4:]):
        match = labelled.search(squeeze(passage.text))
        if match is None:
            continue
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if report.year is not None and day <= date(report.year, 12, 31):
            values = {"printed": day.isoformat(), "year": str(report.year)}
            return [
                Hit(message="early", values=values, severity="warning", actual=match[0], location=passage.location, quantity="published")
            ]
        return []
    return []


def _exists(match: re.Match[str]) -> bool:
    try:
        date(int(match[1] or _LEAP_YEAR), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def repeated_paragraph(context: Context) -> Outcome:
    """No paragraph of ``shortest`` characters or more occurs twice, alike by ``least`` (0 to 1) with the same numbers.

    Message ``repeated``.
    """
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


RULES: dict[str, Callable[[Context], Outcome]] = {
    **{
        name: needing("passages", rule)
        for name, rule in (
            ("F-04", f_04), ("F-06", f_06), ("F-14", f_14),
        )
    },
    "F-07": needing("sections", f_07),
    "F-13": needing("tables", f_13),
}  # fmt: skip


class OtherYearsParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`other_years`."""

    sections: tuple[str, ...]
    present: tuple[str, ...]
    legitimate: tuple[str, ...]


class AuthorParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`other_author`."""

    slots: tuple[str, ...]
    endings: tuple[str, ...]
    superior: tuple[str, ...]


class RepeatedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`repeated_paragraph`."""

    least: float
    shortest: int


def _years_faults(params: OtherYearsParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("legitimate", params.legitimate)


def _author_faults(params: AuthorParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("slots", params.slots)


declare(
    "other_years",
    Kind(
        needing("passages", other_years),
        OtherYearsParams,
        {"found": names("printed", "sentence", "year")},
        faults=_years_faults,
    ),
)


declare(
    "other_author",
    Kind(
        needing("passages", other_author),
        AuthorParams,
        {"found": names("printed", "sentence", "own")},
        faults=_author_faults,
    ),
)


declare(
    "repeated_paragraph",
    Kind(
        needing("passages", repeated_paragraph),
        RepeatedParams,
        {"repeated": names("printed")},
    ),
)
