"""Completeness (rule book A): body, layout, sections, aspects, contents, period, title. Tables: :mod:`auditor.check.coded.a_tables`."""

from __future__ import annotations

from auditor.check.coded.check import Check
from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import question
from auditor.model.formats import SectionFormat
from auditor.model.report import Passage, Section
from auditor.model.rule import Severity
from auditor.model.source import Location
from auditor.text.chars import fold, label_key, squeeze
from auditor.text.patterns import regex_pattern
from auditor.text.words import pick

_BARE = 12
_LEAD = 18
_SHORT_LEAD = 12
_SENTENCE_END = regex_pattern(r"[。;!?\n]\s*")
_NUMBERED = regex_pattern(
    r"(?:(?<=^|[。;:!?,\s])(?:[一二三四五六七八九十]是|第[一二三四五六七八九]|首先|其次|再次|最后|\([一二三四五六七八九十\d]\)|\d{1,2}[.、)](?!\d)|[①-⑨]))"
)


def _half(context: Context) -> Outcome | None:
    """Unknown when the prose stands in another file."""
    return unknown(context.say("needs.sections")) if "sections" in context.report.elsewhere else None


def _prose(context: Context, *sections: str | None) -> list[Passage]:
    return [entry for entry in context.report.passages if not sections or entry.section in sections]


def _all_text(context: Context, *sections: str | None) -> str:
    return "".join(squeeze(entry.text) for entry in _prose(context, *sections))


def _body(context: Context, section: Section) -> Location:
    """Where the text of a section begins; its heading where it has none."""
    return next((entry.location for entry in _prose(context, section.key)), section.location)


def _title(section: SectionFormat, lang: str) -> str:
    return pick(lang, section.title, section.en)


def _is_free(context: Context) -> bool:
    """Whether the report's year had no form with tables 2 to 4: headings and titles were free."""
    return context.format is not None and not context.format.has_tables


def _found(context: Context) -> set[str]:
    return {section.key for section in context.report.sections if section.key is not None}


def a_01(context: Context) -> Outcome:
    """Enough readable text, under at least one heading; tables of the form are text too."""
    half = _half(context)
    if half is not None:
        return half
    report = context.report
    length = len(_all_text(context)) + sum(len(squeeze(section.printed)) for section in report.sections)
    headings = len(report.sections) + sum(1 for entry in report.passages if entry.heading)
    least = int(context.params["least"])
    if report.tables or (length >= least and (headings or _is_free(context))):
        return fail()
    return fail(
        Hit(message="short", values={"length": str(length), "headings": str(headings)}, calculation=f"{length} < {least}", absent=True)
    )


def a_03(context: Context) -> Outcome:
    """Every section of the form is there; a lost heading above its table is a notice."""
    half = _half(context)
    if half is not None:
        return half
    if context.format is None:
        return unknown(context.say("needs.year"))
    tables = {table.section: table.id for table in context.format.tables}
    hits = []
    for section in context.format.sections:
        if section.key in _found(context):
            continue
        table = context.report.table(tables.get(section.key, ""))
        values = {"section": _title(section, context.lang)}
        if table is not None:
            place = table.location
            hits.append(
                Hit(
                    message="heading",
                    values=values,
                    severity="notice",
                    confidence="medium",
                    location=place,
                    quantity=section.key,
                    absent=True,
                )
            )
        else:
            milder: Severity | None = "warning" if section.key in ("s1_overview", "s6_other") else None
            hits.append(Hit(message="missing", values=values, severity=milder, quantity=section.key, absent=True))
    return fail(*hits)


def a_04(context: Context) -> Outcome:
    """Titles as in the form; a title that changes the subject is worse than a variant."""
    if not context.report.sections:
        return _half(context) or NOT_APPLICABLE
    if context.format is None:
        return unknown(context.say("needs.year"))
    by_key = {section.key: section for section in context.format.sections}
    by_ordinal = {section.ordinal: section for section in context.format.sections}
    accepted = {label_key(str(title)) for title in context.params["accepted"]}
    hits = []
    for section in context.report.sections:
        replaced = section.match == "replaced"
        official = by_key.get(section.key or "") or (by_ordinal.get(section.ordinal or 0) if replaced else None)
        if official is None or section.match == "exact" or label_key(section.title) in accepted | {label_key(official.title)}:
            continue
        hits.append(
            Hit(
                message="replaced" if replaced else "variant",
                values={"title": section.title, "official": official.title},
                severity="warning" if replaced else None,
                expected=official.title,
                actual=section.title,
                location=section.location,
                quantity=official.key,
            )
        )
    return fail(*hits)


def a_05(context: Context) -> Outcome:
    """Sections in the order of the form; of a section printed twice the first print counts."""
    if not context.report.sections:
        return _half(context) or NOT_APPLICABLE
    if context.format is None:
        return unknown(context.say("needs.year"))
    order = {section.key: section.ordinal for section in context.format.sections}
    keys = list(dict.fromkeys(section.key for section in context.report.sections if section.key in order))
    numbers = [order[key] for key in keys if key is not None]
    if numbers == sorted(numbers):
        return fail()
    titles = {section.key: section.title for section in context.format.sections}
    shown = "、".join(titles[key] for key in keys if key is not None)
    right = "、".join(titles[key] for key in sorted(filter(None, keys), key=order.__getitem__))
    place = context.report.sections[0].location
    return fail(Hit(message="order", values={"found": shown}, calculation=f"{shown} ≠ {right}", location=place, quantity="order"))


def a_06(context: Context) -> Outcome:
    """The five aspects of section 1: by heading or at the head of a paragraph, else only mentioned."""
    half = _half(context)
    if half is not None:
        return half
    section = next((entry for entry in context.format.sections if entry.key == "s1_overview"), None) if context.format else None
    if section is None or "s1_overview" not in _found(context):
        return NOT_APPLICABLE
    texts = [entry.text for entry in _prose(context, "s1_overview")]
    passages = [label_key(text) for text in texts]
    leads = [lead for text in texts for lead in _leads(text)]
    heads: dict[str, str] = context.params["heads"]
    missing: list[str] = []
    mentioned: list[str] = []
    said: dict[str, str] = context.params["mentions"]
    for aspect in section.aspects:
        names = [label_key(name) for name in (aspect.label, *aspect.variants)]
        if any(name in lead for name in names for lead in leads):
            continue
        if aspect.key in heads and any(regex_pattern(heads[aspect.key]).search(lead) for lead in leads):
            continue
        shown = context.pick(aspect.label, aspect.en)
        named = any(name in text for name in names for text in passages)
        named = named or (aspect.key in said and any(regex_pattern(said[aspect.key]).search(text) for text in passages))
        (mentioned if named else missing).append(shown)
    trial = context.format is not None and (context.format.last_year or 9999) <= int(context.params["milder_to"])
    place = next((entry.location for entry in context.report.sections if entry.key == "s1_overview"), None)
    hits = []
    if missing:
        milder: Severity | None = "notice" if trial else None
        hits.append(
            Hit(message="missing", values={"aspects": "、".join(missing)}, severity=milder, location=place, quantity="missing", absent=True)
        )
    if mentioned:
        hits.append(
            Hit(
                message="words",
                values={"aspects": "、".join(mentioned)},
                severity="notice",
                location=place,
                quantity="mentioned",
                absent=True,
            )
        )
    return fail(*hits)


def _leads(text: str) -> list[str]:
    """How a paragraph and its numbered sentences (一是…, 2.…, （三）…) begin, and each further sentence, more briefly."""
    folded = fold(text)
    marked = {match.start() for match in _NUMBERED.finditer(folded)} | {0}
    sentences = {match.end() for match in _SENTENCE_END.finditer(folded)}
    return [label_key(folded[at : at + 3 * _LEAD])[: _LEAD if at in marked else _SHORT_LEAD] for at in sorted(marked | sentences)]


def a_07(context: Context) -> Outcome:
    """Governments name assessment, public evaluation and accountability results."""
    if context.report.agency_kind not in ("government", "township", "unknown"):
        return NOT_APPLICABLE
    half = _half(context)
    if half is not None:
        return half
    agency = context.report.agency or ""
    if context.report.agency_kind != "government" and not agency.endswith("政府"):
        return NOT_APPLICABLE if agency else unknown(context.say("needs.agency"))
    text = fold(_all_text(context))
    topics: dict[str, str] = context.params["topics"]
    missing = [name for name, pattern in topics.items() if not regex_pattern(pattern).search(text)]
    if not missing:
        return fail()
    if len(missing) == len(topics):
        return fail(Hit(message="none", values={}, quantity="topics", absent=True))
    return fail(Hit(message="some", values={"topics": "、".join(missing)}, severity="warning", quantity="topics", absent=True))


def a_08(context: Context) -> Outcome:
    """Section 5 names a problem and a measure, and is more than a word."""
    half = _half(context)
    if half is not None:
        return half
    section = next((entry for entry in context.report.sections if entry.key == "s5_problems"), None)
    if section is None:
        return NOT_APPLICABLE
    text = _all_text(context, "s5_problems")
    values = {"text": text[:_LEAD], "length": str(len(text))}
    if len(text) <= _BARE:
        return fail(Hit(message="empty", values=values, actual=text, location=_body(context, section), quantity="empty", absent=True))
    folded = fold(text)
    missing = [name for name in ("problems", "measures") if not regex_pattern(str(context.params[name])).search(folded)]
    if missing:
        return fail(
            *(
                Hit(message=name, values=values, severity="warning", location=section.location, quantity=name, absent=True)
                for name in missing
            )
        )
    if len(text) < int(context.params["least"]):
        hit = Hit(message="short", values=values, severity="warning", location=section.location, quantity="short", absent=True)
        return fail(hit)
    return fail()


def a_13(context: Context) -> Outcome:
    """The period is the calendar year; a late start may be a new agency."""
    year = context.report.year
    if not context.report.periods:
        half = _half(context)
        if half is not None:
            return half
        text = fold(_all_text(context, "s0_preamble", "s1_overview", None))
        ended = regex_pattern(str(context.params["ended"])).search(text)
        if ended is not None and year:  # only the last day is named: the year up to it is meant
            if (int(ended["year"]), int(ended["month"]), int(ended["day"])) == (year, 12, 31):
                return fail()
            place = next(
                (entry.location for entry in _prose(context, "s0_preamble", "s1_overview", None) if ended[0][:8] in squeeze(entry.text)),
                None,
            )
            values = _period(year, ended["date"])
            return fail(Hit(message="ended", values=values, severity="warning", actual=ended["date"], location=place, quantity="period"))
        stated = regex_pattern(str(context.params["stated"])).search(text)
        yearless = regex_pattern(str(context.params["yearless"])).search(text) if stated is None else None
        if yearless is not None:  # dates of the report's own year
            whole = regex_pattern(str(context.params["whole"])).fullmatch(yearless["dates"])
            return fail() if whole else unknown(context.say("needs.period", text=yearless[0]))
        if stated is None:
            return fail(Hit(message="none", values=_period(year, ""), severity="notice", quantity="period", absent=True))
        if stated["year"] == str(year) and regex_pattern(str(context.params["whole_year"])).fullmatch(stated["rest"]):
            return fail()
        return unknown(context.say("needs.period", text=stated[0]))
    if not year:
        return unknown(context.say("needs.year"))
    first, last = f"{year}-01-01", f"{year}-12-31"
    entered = str(context.params["in_force_from"])  # in the year the Regulation entered into force a report may begin that day
    starts = {first, entered} if entered.startswith(f"{year}-") else {first}
    if any(period.valid and period.start in starts and period.end == last for period in context.report.periods):
        return fail()
    read = [period for period in context.report.periods if not period.valid or (period.start is not None and period.end is not None)]
    if not read:
        return unknown(context.say("needs.sections"))
    period = read[0]
    late = period.valid and period.end == last and period.start is not None and period.start > first
    hit = Hit(
        message="start" if late else "wrong",
        values=_period(year, period.text),
        severity="warning" if late else None,
        expected=f"{first} – {last}",
        actual=period.text,
        location=period.location,
        question=question(context) if late else None,
        quantity="period",
    )
    return fail(hit)


def _period(year: int | None, text: str) -> dict[str, str]:
    return {"year": str(year or ""), "text": text}


def a_14(context: Context) -> Outcome:
    """Title with agency, year and the report's name."""
    report = context.report
    if report.title is None or not report.title.text.strip():
        half = _half(context)
        return (
            half
            if half is not None
            else fail(Hit(message="none", values=_title_values(""), severity="notice", quantity="none", absent=True))
        )
    title = squeeze(report.title.text)
    found = report.years_seen.get("title")
    period = report.years_seen.get("period")
    place = report.title.location
    values = _title_values(title) | {"found": str(found or ""), "period": str(period or "")}
    hits = []
    if found is None and not regex_pattern(r"20\d\d|二[〇○零]").search(fold(title)):
        hits.append(Hit(message="year", values=values, actual=title, location=place, quantity="year"))
    elif found is not None and period is not None and found != period:
        hits.append(
            Hit(
                message="conflict",
                values=values,
                actual=str(found),
                calculation=f"{found} ≠ {period}",
                location=place,
                quantity="year",
                explained_by="A-13",
            )
        )
    if report.agency is None and regex_pattern(r"^(?:20\d\d年(?:度)?)?政府信息公开").match(fold(title)):
        hits.append(Hit(message="agency", values=values, actual=title, location=place, quantity="agency"))
    old = _is_free(context)
    name = r"信息公开.{0,4}(?:报告|年报)" if old else r"政府信息公开工作年度报告"
    if not regex_pattern(name).search(fold(title)):
        hits.append(Hit(message="wording", values=values, severity="notice", actual=title, location=place, quantity="wording"))
    return fail(*hits)


def _title_values(title: str) -> dict[str, str]:
    return {"title": title, "found": "", "period": ""}


def a_15(context: Context) -> Outcome:
    """The Regulation is named in the introduction or section 1 (in older eras anywhere)."""
    half = _half(context)
    if half is not None:
        return half
    if not context.report.passages:
        return unknown(context.say("needs.body"))
    new = context.format is not None and context.format.has_tables
    text = _all_text(context, "s0_preamble", "s1_overview") if new else _all_text(context)
    return (
        fail()
        if regex_pattern(str(context.params["pattern"])).search(text)
        else fail(Hit(message="missing", values={}, quantity="law", absent=True))
    )


def a_16(context: Context) -> Outcome:
    """Section 6 says whether a fee was charged; elsewhere in the report will do."""
    half = _half(context)
    if half is not None:
        return half
    section = next((entry for entry in context.report.sections if entry.key == "s6_other"), None)
    if section is None:
        return NOT_APPLICABLE
    text = _all_text(context, "s6_other")
    if regex_pattern(str(context.params["fee"])).search(_all_text(context)) or regex_pattern(str(context.params["no_charge"])).search(text):
        return fail()
    values = {"text": text}
    bare = regex_pattern(str(context.params["nothing"])).match(text)  # whatever follows is a signature, an annex, a remark
    if len(text) <= _BARE or bare is not None:
        values = {"text": bare[0] if bare is not None else text}
        hit = Hit(
            message="none",
            values=values,
            severity="notice",
            actual=values["text"],
            location=_body(context, section),
            quantity="fee",
            absent=True,
        )
        return fail(hit)
    return fail(Hit(message="missing", values=values, location=section.location, quantity="fee", absent=True))


def a_17(context: Context) -> Outcome:
    """The six contents of Order 492, by section or by words."""
    half = _half(context)
    if half is not None:
        return half
    text = _all_text(context)
    items: dict[str, str] = context.params["items"]
    keys = [key for key, pattern in items.items() if key not in _found(context) and not regex_pattern(pattern).search(text)]
    if not keys:
        return fail()
    titles = {section.key: _title(section, context.lang) for section in (context.format.sections if context.format else ())}
    shown = "、".join(titles.get(key, key) for key in keys)
    only_other: Severity | None = "notice" if keys == ["f6_other"] else None  # other matters presuppose that there are any
    return fail(Hit(message="missing", values={"items": shown}, severity=only_other, quantity="+".join(keys), absent=True))


RULES: dict[str, Check] = {
    "A-01": a_01,
    "A-03": a_03,
    "A-04": a_04,
    "A-05": a_05,
    "A-06": a_06,
    "A-07": a_07,
    "A-08": a_08,
    "A-13": a_13,
    "A-14": a_14,
    "A-15": a_15,
    "A-16": a_16,
    "A-17": a_17,
}
