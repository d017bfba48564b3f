"""Whose report for which year: title, agency, year, period, scope; and whether the document is a report at all."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auditor.model.binding import BindingWords
from auditor.model.document import Document, Heading, Paragraph
from auditor.model.report import AgencyKind, Evidence, Passage, Period, Scope
from auditor.model.source import Location
from auditor.text.chars import fold, squeeze
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import regex_pattern

if TYPE_CHECKING:
    import regex

_TITLE_LINES = 40
_EDGES = "-_—|·:：、《》\"'"
_LONGEST_TITLE = 120
_LAST_LINES = 8
_LONGEST_SENTENCE = 1500  # of a paragraph that may name its author
_SIGNED_DATE = regex_pattern(r"(?:(?:19|20)\d\d|二[〇零○]\p{Han}{2})年\p{Han}{1,3}月\p{Han}{1,3}日|(?:19|20)\d\d年\d{1,2}月\d{1,2}日")


class ReportIdentity(NamedTuple):
    """What the document says about itself. ``years`` by where they stand: title, period, page, file.

    ``titles``: all lines that read as a title, as printed; ``after``: the line below the title that was chosen.
    """

    title: Evidence | None
    agency: str | None
    agency_kind: AgencyKind
    year: int | None
    years: dict[str, int]
    periods: tuple[Period, ...]
    title_found: bool
    titles: tuple[str, ...] = ()
    after: str = ""


class _Title(NamedTuple):
    text: str
    agency: str
    year: int | None
    location: Location | None
    line: int


def compiled(pattern: str) -> regex.Pattern[str]:
    """A pattern of the rule files, compiled once."""
    return regex_pattern(pattern)


def read_identity(
    document: Document, prose: Sequence[Heading | Paragraph], passages: Sequence[Passage], words: BindingWords
) -> ReportIdentity:
    """Title, agency and year from the title in the document, else the page's title, the preamble, the file's name."""
    titles = _titles(prose, words) or _catalogued(document, words)
    title = _best(titles, words)
    page = _parse_title(document.title, words) if document.title else None
    name = _parse_title(_stem(document.source.path), words)
    periods = read_periods(passages, words)
    years: dict[str, int] = {}
    if title is not None and title.year:
        years["title"] = title.year
    end = next((p.end for p in periods if p.end), None) or next((p.start for p in periods if p.start), None)
    if end:
        years["period"] = int(end[:4])
    elif periods and (found := regex_pattern(r"(?:19|20)\d\d").search(fold(periods[0].text))):
        years["period"] = int(found.group())
    if page is not None and page[1]:
        years["page"] = page[1]
    if name is not None and name[1]:
        years["file"] = name[1]
    agency = _agency(title, titles, prose, words)
    agency = (
        agency or _preamble_agency(passages, words) or (page[0] if page and page[0] else None) or (name[0] if name and name[0] else None)
    )
    agency = agency or _publisher(document, words) or _signed(prose, words) or _contact(passages, words)
    year = _year(years, passages)
    evidence = Evidence(text=title.text, location=title.location) if title is not None else None
    below = next((line.text for line in prose[title.line + title.text.count("\n") + 1 :]), "") if title is not None else ""
    return ReportIdentity(
        title=evidence,
        agency=agency or None,
        agency_kind=agency_kind(agency, words),
        year=year,
        years=years,
        periods=periods,
        title_found=title is not None,
        titles=tuple(entry.text for entry in titles),
        after=below,
    )


def _stem(path: str) -> str:
    return path.replace("!/", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _titles(prose: Sequence[Heading | Paragraph], words: BindingWords) -> list[_Title]:
    """The titles of an annual report near the beginning."""
    return titles_in(prose[:_TITLE_LINES], words)


def titles_in(prose: Sequence[Heading | Paragraph], words: BindingWords) -> list[_Title]:
    """Lines that read as a title of an annual report; a title over two or three lines is joined. ``line`` counts from 0.

    Of the ways to join lines that end in the same line, the shortest that names an agency counts.
    """
    by_end: dict[int, list[_Title]] = {}
    lines = [(block.text, block.location) for block in prose]
    tight = [squeeze(text) if len(text) <= _LONGEST_TITLE else "" for text, _ in lines]
    for start, (_, location) in enumerate(lines):
        if not _has_mark("".join(tight[start : start + 3]), words):
            continue
        for count in (1, 2, 3):
            pieces = [piece for piece, _ in lines[start : start + count]]
            joined = "".join(pieces)
            if len(pieces) < count or len(joined) > _LONGEST_TITLE or (count > 1 and regex_pattern("[。；]").search(joined)):
                break
            parsed = _parse_title(joined, words) if _has_mark(squeeze(joined), words) else None
            if parsed is not None:
                title = _Title(_without_labels("\n".join(pieces), words), parsed[0], parsed[1], location, start)
                by_end.setdefault(start + count - 1, []).append(title)
                break
    found: list[_Title] = []
    for end in sorted(by_end):
        shortest = sorted(by_end[end], key=lambda title: -title.line)
        named = [title for title in shortest if title.agency]
        known = [title for title in named if agency_kind(title.agency, words) != "unknown"]
        dated = [title for title in shortest if title.year]
        found.append((known or named or dated or shortest)[0])
    return found


def _has_mark(tight: str, words: BindingWords) -> bool:
    return any(map(tight.__contains__, words.title_marks)) and any(map(tight.__contains__, words.title_names))


def _catalogued(document: Document, words: BindingWords) -> list[_Title]:
    """Titles in the cells of a catalogue entry at the head of a page (名称 | …年度报告), for pages that print none besides."""
    cells = [cell for block in document.blocks[:_TITLE_LINES] if not isinstance(block, Heading | Paragraph) for cell in block.cells]
    found = [
        (cell, parsed) for cell in cells if _has_mark(squeeze(cell.text), words) and (parsed := _parse_title(cell.text, words)) is not None
    ]
    return [_Title(cell.text.strip(), agency, year, cell.location, 0) for cell, (agency, year) in found if agency and year]


def _best(titles: Sequence[_Title], words: BindingWords) -> _Title | None:
    """The first title with a year and the name of a body, else with a year and a name, else with a year, else any."""

    def rank(title: _Title) -> tuple[bool, bool, bool]:
        known = bool(title.agency) and agency_kind(title.agency, words) != "unknown"
        return (title.year is None, not known, not title.agency)

    return min(titles, key=rank, default=None)


def _without_labels(text: str, words: BindingWords) -> str:
    """A title without the labels of a catalogue entry on the same line (名 称：TITLE  发布日期：…); unchanged where there are none."""
    if not words.catalogue_labels or (":" not in (plain := fold(text)) and " " not in plain.strip()):
        return text
    first, after = ("|".join(_spread(label) for label in labels.split("|")) for labels in words.catalogue_labels)
    begin = compiled(rf"^\s*(?:{first})\s+|(?:^|\s)(?:{first})\s*[:：]\s*").search(plain)
    start = begin.end() if begin else 0
    end = compiled(rf"\s*(?:{after})\s*[:：]").search(plain, start + 1)
    return text[start : end.start() if end else len(text)]


@lru_cache(maxsize=128)
def _spread(label: str) -> str:
    """A label whose letters may be set apart (名 称)."""
    return r"\s*".join(label)


def tight_title(text: str, words: BindingWords) -> str:
    """A line as a title is read: without white space, bullets, book marks and the labels of a catalogue entry."""
    tight = squeeze(_without_labels(text, words))
    for junk in words.title_junk:
        tight = compiled(junk).sub("", tight)
    return tight


def title_tail(text: str, words: BindingWords) -> str | None:
    """What follows the report's name in a title; ``None`` when the text is no title of an annual report."""
    tight = tight_title(text, words)
    ends = [match.end() for pattern in words.titles if (match := compiled(pattern).search(tight)) is not None]
    return tight[max(ends) :] if ends else None


@lru_cache(maxsize=16)  # the same few lines are asked for one file after another: do several reports stand in it, whose is it
def _parse_title(text: str, words: BindingWords) -> tuple[str, int | None] | None:
    """Agency and year of a title, or ``None`` when the text is no title of an annual report."""
    tight = tight_title(text, words)
    if not tight or len(tight) > _LONGEST_TITLE:
        return None
    for pattern in words.titles:
        match = compiled(pattern).search(tight)
        if match is None:
            continue
        agency = _clean_agency(match["agency"], words)
        if agency and not compiled(words.agency_pattern).match(agency):
            continue
        return agency, _read_year(match["year"])
    return None


def _read_year(text: str) -> int | None:
    if not text:
        return None
    value = int(text) if text.isdecimal() else read_chinese_integer(text.replace("○", "〇"))
    return value if value is not None and 1990 <= value <= 2100 else None


def _clean_agency(text: str, words: BindingWords) -> str:
    text = text.strip(_EDGES)
    for prefix in words.agency_prefixes:
        text = text.removeprefix(prefix)
    for suffix in words.agency_suffixes:
        text = text.removesuffix(suffix)
    return text.strip(_EDGES)


def _agency(title: _Title | None, titles: Sequence[_Title], prose: Sequence[Heading | Paragraph], words: BindingWords) -> str | None:
    if title is None:
        return None
    if title.agency and agency_kind(title.agency, words) != "unknown":
        return title.agency
    alone = _names_alone(prose[: title.line + 1], words)
    if len(alone) == 1:
        return alone.pop()
    if title.agency:
        return title.agency
    named = next((other.agency for other in titles if other.agency), None)
    if named:
        return named
    above = range(title.line - 1, max(title.line - 4, -1), -1)
    below = range(title.line + 1, min(title.line + 4, len(prose)))
    for index in (*above, *below):  # a name on the line above or, in brackets perhaps, below
        text = squeeze(prose[index].text).strip("()")
        if compiled(words.agency_pattern).match(text) and agency_kind(text, words) != "unknown":
            return text
    return None


def _names_alone(prose: Sequence[Heading | Paragraph], words: BindingWords) -> set[str]:
    """Names of bodies that stand alone on a line above the title (the head of a page)."""
    found: set[str] = set()
    for block in prose:
        text = squeeze(block.text)
        if compiled(words.agency_pattern).match(text) and agency_kind(text, words) != "unknown":
            found.add(text)
    return found


def _preamble_agency(passages: Sequence[Passage], words: BindingWords) -> str | None:
    """The body a sentence of the beginning names as the publisher (现公布X局…, 由X局编制, 结合X局工作实际)."""
    for passage in passages[:12]:
        found = _named_in(squeeze(passage.text[:_LONGEST_SENTENCE]), words.preamble_agency, words)
        if found is not None:
            return found
    return None


def _contact(passages: Sequence[Passage], words: BindingWords) -> str | None:
    """The body a reader may write to, asked of the beginning only."""
    early = (squeeze(passage.text[:_LONGEST_SENTENCE]) for passage in passages[:12] if passage.section in ("s0_preamble", None))
    return next((found for text in early if (found := _named_in(text, words.contact_agency, words))), None)


def _named_in(text: str, patterns: Sequence[str], words: BindingWords) -> str | None:
    for pattern in patterns:
        for match in compiled(pattern).finditer(text):
            name = _clean_agency(str(match["agency"]), words)
            if _is_agency(name, words):
                return name
    return None


def _is_agency(name: str, words: BindingWords) -> bool:
    """Whether a text can be the name of a body: its ending says of which kind, or it is the name of an area."""
    area = bool(words.agency_areas) and compiled(words.agency_areas).search(name) is not None
    if not compiled(words.agency_pattern).match(name) or not (area or agency_kind(name, words) != "unknown"):
        return False
    return not words.agency_not or compiled(words.agency_not).search(name) is None


def _signed(prose: Sequence[Heading | Paragraph], words: BindingWords) -> str | None:
    """The name that stands alone above the date at the end of the document."""
    ends = [squeeze(block.text) for block in prose[-_LAST_LINES:]]
    for name, day in itertools.pairwise(ends):
        if _SIGNED_DATE.fullmatch(day) and _is_agency(name, words):
            return name
    return None


def _publisher(document: Document, words: BindingWords) -> str | None:
    """The publisher of the page's catalogue entry (发布机构：…): in a line, or in the cell beside or below the label."""
    if not words.publisher_labels:
        return None
    label = "|".join(words.publisher_labels)
    inline = compiled(rf"(?:{label})\s*:\s*(\p{{Han}}+)")
    for block in document.blocks[:_TITLE_LINES]:
        texts: list[str]
        if isinstance(block, Heading | Paragraph):
            texts = inline.findall(fold(block.text))
        else:
            cells = {(cell.row, cell.column): squeeze(cell.text) for cell in block.cells}
            marked = [place for place, text in cells.items() if compiled(label).fullmatch(text.strip(":"))]
            texts = [cells.get(place, "") for row, column in marked for place in ((row, column + 1), (row + 1, column))]
        for text in texts:
            if compiled(words.agency_pattern).match(text) and agency_kind(text, words) != "unknown":
                return text
    return None


def _year(years: dict[str, int], passages: Sequence[Passage]) -> int | None:
    """The title's year, unless period and page agree on another; without both, the year the text speaks of most."""
    if "title" in years:
        others = [years[key] for key in ("period", "page") if key in years]
        if len(others) == 2 and others[0] == others[1] != years["title"]:
            return others[0]
        return years["title"]
    for key in ("period", "page", "file"):
        if key in years:
            return years[key]
    counted = Counter(int(y) for passage in passages[:40] for y in regex_pattern(r"(?<!\d)(20\d\d)(?=年)").findall(squeeze(passage.text)))
    if not counted:
        return None
    top = counted.most_common(2)
    return top[0][0] if len(top) == 1 or top[0][1] > top[1][1] else None


def agency_kind(agency: str | None, words: BindingWords) -> AgencyKind:
    """The kind of body an agency's name tells, ``unknown`` where it tells nothing."""
    if not agency:
        return "unknown"
    name = squeeze(agency)
    for entry in words.kinds:
        if name.endswith(entry.endings) or any(map(name.__contains__, entry.contains)):
            return entry.kind
    return "unknown"


def read_periods(passages: Sequence[Passage], words: BindingWords) -> tuple[Period, ...]:
    """Period sentences in the preamble and section 一, in reading order. An impossible date is kept, marked not valid."""
    found: list[Period] = []
    for passage in passages:
        if passage.section not in ("s0_preamble", "s1_overview", None) and not (passage.section or "").startswith("f"):
            continue
        tight = squeeze(passage.text)
        for pattern in words.periods:
            for match in compiled(pattern).finditer(tight):
                period = _period(match, passage.location)
                if period is not None and (_is_year(period) or _beside(words.period_cues, tight, match)):
                    found.append(period)
            if found and found[-1].location == passage.location:
                break
    return tuple(found)


def _is_year(period: Period) -> bool:
    return (
        bool(period.start and period.end)
        and period.start == f"{(period.end or '')[:4]}-01-01"
        and period.end == f"{(period.end or '')[:4]}-12-31"
    )


def _beside(cues: str, text: str, match: regex.Match[str]) -> bool:
    """Whether the sentence of the dates speaks of a reporting period: dates of a campaign do not."""
    if not cues:
        return True
    begin = max(text.rfind(mark, 0, match.start("y1")) for mark in "。;!?") + 1
    ends = [place for mark in "。;!?" if (place := text.find(mark, match.end())) >= 0]
    return compiled(cues).search(text, begin, min(ends, default=len(text))) is not None


def _period(match: regex.Match[str], location: Location) -> Period | None:
    groups = match.groupdict()
    first, last = int(groups["y1"]), int(groups["y2"] or groups["y1"])
    start = _date(first, int(groups["m1"]), int(groups["d1"]))
    end = _date(last, int(groups["m2"]), int(groups["d2"]))
    if start and end:
        days = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
        if 0 <= days < 150:
            return None  # an event of some weeks or a quarter, no reporting period
    begin = match.start("y1")
    text = match.string[begin - (begin > match.start() and match.string[begin - 1] in "自从") : match.end()]
    return Period(text=text, start=start, end=end, valid=bool(start and end), location=location)


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def read_scope(identity: ReportIdentity, passages: Sequence[Passage], words: BindingWords) -> tuple[Scope, Evidence | None]:
    """What the tables cover, by the wording of preamble and section 一 (formats.md §2)."""
    early = [p for p in passages if p.section in ("s0_preamble", "s1_overview", "s3_requests", None) or (p.section or "").startswith("f")]
    texts = [(squeeze(passage.text), passage.location) for passage in early]
    for entry in words.scopes:
        if entry.agency_kinds and identity.agency_kind not in entry.agency_kinds:
            continue
        for pattern in entry.patterns:
            search = compiled(pattern)
            for text, place in texts:
                match = search.search(text)
                if match is not None:
                    return entry.scope, Evidence(text=match.group(), location=place)
    if identity.agency_kind in ("department", "township", "authorised"):
        return "entity", None
    return "unknown", None
