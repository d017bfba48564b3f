"""The sections of a report: headings told from table captions and sub-headings, prose put under them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from auditor.model.document import Heading, Paragraph
from auditor.model.formats import Format, SectionFormat
from auditor.model.report import Passage, Section
from auditor.model.source import Location
from auditor.text.chars import fold, is_blank, label_key
from auditor.text.numerals import ordinal
from auditor.text.patterns import regex_pattern
from auditor.text.tokens import ARABIC, BRACKETED, CHAPTER

if TYPE_CHECKING:
    import regex

_DASH = regex_pattern(r"(?<=^\s*)[—–―─━ー-](?=\s*、)")  # a dash printed for the ordinal 一
_END = regex_pattern(r"[。；;！!？?，,]")
_PAGE_TAIL = regex_pattern(r"[.…·\s]{2,}\d{1,3}\s*$|\s+\d{1,3}\s*$")
_INLINE_ORDINAL = regex_pattern(r"(?:^|(?<=[\s。;:!?\d）)]))[一二三四五六]\s*、")
_ANY_ORDINAL = regex_pattern(r"([一二三四五六七八])\s*、")
_LONGEST_TITLE = 45
_SHORTEST_RUN_ON = 24
_FEWEST_SECTIONS = 3
_GRAM = 4  # so many characters are a title, or tell one
_LETTERS = "\u2e80"  # above: what is no Latin letter; how a word is pronounced may stand before a title


class Title(NamedTuple):
    """A heading recognised: the section, how, the title as printed, and what follows it on the line.

    ``arabic``: its ordinal is a figure (1、), as main headings and headings of the third level have it.
    """

    key: str | None
    match: str
    title: str
    ordinal: int | None
    rest: str
    rest_start: int
    arabic: bool = False


_Titled = tuple[str, Location, Title | None]


class Prose(Struct, frozen=True):
    """Sections in document order and the passages under them; ``starts``: index of each section's first passage."""

    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    starts: tuple[int, ...] = ()


class _Form(NamedTuple):
    """One way to print the title of a section, by its :func:`label_key`. ``how``: ``exact`` or ``variant``."""

    text: str
    section: str
    how: str


class _Known(NamedTuple):
    """The titles of a form's sections; ``first`` and ``last``: by what they begin and end with."""

    forms: tuple[_Form, ...]
    exact: dict[str, _Form]
    first: dict[str, list[_Form]]
    last: dict[str, list[_Form]]
    longest: int
    """Characters of the longest title."""
    replaced: frozenset[str]
    own: dict[str, str]
    """Runs of characters that stand in the titles of one section only."""


@lru_cache(maxsize=16)
def _known(sections: tuple[SectionFormat, ...]) -> _Known:
    forms: list[_Form] = []
    owners: dict[str, set[str]] = {}
    for section in sections:
        found = {
            label_key(title): ("exact" if number == 0 else "variant") for number, title in enumerate((section.title, *section.variants))
        }
        forms += [_Form(text, section.key, how) for text, how in found.items()]
    exact: dict[str, _Form] = {}
    first: dict[str, list[_Form]] = {}
    last: dict[str, list[_Form]] = {}
    for form in forms:
        exact.setdefault(form.text, form)
        first.setdefault(form.text[:1], []).append(form)
        last.setdefault(form.text[-1:], []).append(form)
        for at in range(len(form.text) - _GRAM + 1):
            owners.setdefault(form.text[at : at + _GRAM], set()).add(form.section)
    return _Known(
        tuple(forms),
        exact,
        first,
        last,
        max(map(len, exact), default=0),
        frozenset(label_key(title) for section in sections for title in section.not_variants),
        {gram: next(iter(keys)) for gram, keys in owners.items() if len(keys) == 1},
    )


def read_title(text: str, sections: tuple[SectionFormat, ...], *, marked: bool = False) -> Title | None:
    """The section heading a paragraph is or begins with, or ``None``.

    ``marked``: the file itself marks the paragraph as a heading. A title without ordinal counts only when it is the whole line.
    """
    folded = fold(text)
    first = _DASH.sub("一", folded.split("\n", 1)[0] if len(folded) > 120 else folded)
    numbered = CHAPTER.match(first)
    start = numbered.end() if numbered else 0
    number = _number(numbered) if numbered else None
    arabic = numbered is not None and numbered["num"] is not None
    body = first[start:]
    known = _known(sections)
    begin, _ = _spelled(body, 1)
    if numbered is None and begin > _LETTERS and begin not in known.first:
        return None
    line_key = label_key(_PAGE_TAIL.sub("", body))
    form = known.exact.get(line_key)
    if form is not None:
        return Title(form.section, form.how, text[start:].strip(), number, "", len(text), arabic)
    if numbered is None:
        return None
    run_in = _run_in(body, known)
    if run_in is not None:
        key, how, length = run_in
        rest = text[start + length :]
        lead = len(rest) - len(rest.lstrip(" \n\t:：。.、，,;；"))
        return Title(key, how, text[start : start + length].strip(), number, rest[lead:], start + length + lead, arabic)
    if len(line_key) <= _LONGEST_TITLE and not _END.search(body.rstrip(" :：、。.")):
        if line_key in known.replaced:
            return Title(None, "replaced", body.strip(), number, "", len(text), arabic)
        longer = _ends_with(line_key, known)
        if longer is not None:
            return Title(longer, "variant", text[start:].strip(), number, "", len(text), arabic)
        similar = _similar(line_key, known)
        if similar is not None:
            return Title(similar, "similar", text[start:].strip(), number, "", len(text), arabic)
        if marked or numbered["num"] is None:
            return Title(None, "none", text[start:].strip(), number, "", len(text), arabic)
    return None


def _number(match: regex.Match[str]) -> int | None:
    if match["num"]:
        return int(match["num"])
    return ordinal(match["part"] or match["cn"] or "")


def _spelled(body: str, most: int) -> tuple[str, list[int]]:
    """The first characters of a text that count in a label, ``most`` at most, and where each of them ends."""
    keys: list[str] = []
    ends: list[int] = []
    for index, char in enumerate(body, start=1):
        if len(keys) == most:
            break
        if key := label_key(char):
            keys.append(key)
            ends.append(index)
    return "".join(keys), ends


def _run_in(body: str, known: _Known) -> tuple[str, str, int] | None:
    """A title followed by its text on the same line: section, how, length of the title in ``body``."""
    best: tuple[str, str, int] | None = None
    keys, ends = _spelled(body, known.longest)
    for form in known.first.get(keys[:1], ()):
        length = ends[len(form.text) - 1] if len(form.text) >= _GRAM and keys.startswith(form.text) else 0
        if length and length < len(body) and body[length] in " \n\t:：。.、，,;；(（" and (best is None or length > best[2]):
            best = (form.section, form.how, length)
    return best


def _prefix_length(body: str, form: str) -> int:
    """How many characters of ``body`` spell ``form`` (spaces and punctuation between them ignored); 0 when it does not."""
    keys, ends = _spelled(body, len(form))
    return ends[-1] if form and keys == form else 0


def _ends_with(key: str, known: _Known) -> str | None:
    """A title with words of the agency's own before it (2023年度我局主动公开政府信息情况): the section whose longest form ends it.

    Words before it that belong to another section (存在的问题和其他事项) make it a heading of neither.
    """
    ends = [(len(form.text), form.section) for form in known.last.get(key[-1:], ()) if len(form.text) >= _GRAM and key.endswith(form.text)]
    longest = max(ends, default=(0, ""))[0]
    found = {name for length, name in ends if length == longest}
    if len(found) != 1:
        return None
    name = found.pop()
    before = key[: len(key) - longest]
    return None if any(known.own.get(before[at : at + _GRAM], name) != name for at in range(len(before) - _GRAM + 1)) else name


def _similar(key: str, known: _Known) -> str | None:
    """A title with a slip of the pen: at most two characters away, and away from one section only."""
    if len(key) < 6:
        return None
    near = {
        form.section
        for form in known.forms
        if len(form.text) >= 6 and abs(len(form.text) - len(key)) <= 2 and Levenshtein.distance(key, form.text, score_cutoff=2) <= 2
    }
    return near.pop() if len(near) == 1 else None


def split_run_on(text: str, sections: tuple[SectionFormat, ...], *, glued: bool = False, single: bool = False) -> list[tuple[int, str]]:
    """Pieces of a paragraph that holds several section headings (a report exported as one line), with their offsets.

    ``glued``: even the breaks between headings and text may be lost; an official title behind its ordinal is a piece of its own.
    ``single``: one heading alone may stand behind the end of a sentence.
    """
    if len(text) < _SHORTEST_RUN_ON:
        return [(0, text)]
    folded = fold(text)
    heads = [match.start() for match in _INLINE_ORDINAL.finditer(folded) if _run_in(folded[match.end() :][:80] + " ", _known(sections))]
    cuts = heads if len(heads) > 1 and (len(text) >= 80 or heads[0] == 0) else []
    if glued and not cuts:
        cuts = _glued_titles(folded, sections)
    if single and not cuts:
        cuts = _behind_a_sentence(folded, sections)
    if not cuts:
        return [(0, text)]
    cuts = sorted({0, *cuts})
    return [(begin, text[begin:end]) for begin, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


_BEHIND = regex_pattern(r"(?<=[。;!?]\s*)([一二三四五六])\s*、")


def _behind_a_sentence(folded: str, sections: tuple[SectionFormat, ...]) -> list[int]:
    """Begin of official titles under their own ordinal that follow a sentence on its line, with a space, a stop or nothing behind."""
    official = {section.ordinal: label_key(section.title) for section in sections}
    found = []
    for match in _BEHIND.finditer(folded):
        place = ordinal(match[1])
        body = folded[match.end() :]
        length = _prefix_length(body[:80], official.get(place or 0, "")) if place in official else 0
        if length and (len(body) == length or body[length] in " \n\t。:"):
            found.append(match.start())
    return found


def _glued_titles(folded: str, sections: tuple[SectionFormat, ...]) -> list[int]:
    """Begin and end of each official title that stands behind its own ordinal, in the order of the ordinals."""
    found: dict[int, tuple[int, int]] = {}
    official = {section.ordinal: label_key(section.title) for section in sections}
    for match in _ANY_ORDINAL.finditer(folded):
        place = ordinal(match[1])
        length = _prefix_length(folded[match.end() :][:80], official.get(place or 0, "")) if place in official else 0
        if place is not None and length and place > max(found, default=0):
            found[place] = (match.start(), match.end() + length)
    return [cut for ends in found.values() for cut in ends]


def read_prose(
    blocks: Sequence[Heading | Paragraph], form: Format | None, fallback: Format, before_tables: frozenset[int] = frozenset()
) -> Prose:
    """Sections and passages of the paragraphs outside the tables of the form, in document order.

    ``before_tables``: indexes (0-based) of the blocks that a table of the form follows. ``form`` is the era's format
    (its sections are looked for); without one, ``fallback``'s are. A heading found twice counts where its text is: a
    table of contents or a repeated caption is no second section.
    """
    kinds = (form or fallback).sections
    known: dict[tuple[str, bool], Title | None] = {}
    lower = _is_one_level_down(blocks, kinds, known)
    if lower:
        known.clear()
    lines, tabled = _titled(blocks, kinds, before_tables, known, lower)
    if len(_keys(lines)) < _FEWEST_SECTIONS:
        glued, below = _titled(blocks, kinds, before_tables, known, lower, glued=True)
        if len(_keys(glued)) > len(_keys(lines)):
            lines, tabled = glued, below
    if len(_keys(lines)) < len(kinds):
        alone, below = _titled(blocks, kinds, before_tables, known, lower, single=True)
        if len(_keys(alone)) > len(_keys(lines)):
            lines, tabled = alone, below
    chosen = _choose(lines, tabled, {kind.key: kind.ordinal for kind in kinds})
    return _collect(lines, chosen)


def _keys(lines: Sequence[_Titled]) -> set[str]:
    return {title.key for _, _, title in lines if title is not None and title.key is not None}


def _titled(
    blocks: Sequence[Heading | Paragraph],
    kinds: tuple[SectionFormat, ...],
    before_tables: frozenset[int],
    known: dict[tuple[str, bool], Title | None],
    lower: bool,
    *,
    glued: bool = False,
    single: bool = False,
) -> tuple[list[_Titled], set[int]]:
    """Paragraphs cut at the headings inside them, with what each is as a title; also which of them a table follows.

    ``known`` keeps what pieces are as titles from one way of cutting to the next; ``lower``: :func:`_is_one_level_down`.
    """
    lines: list[_Titled] = []
    tabled: set[int] = set()
    for number, block in enumerate(blocks):
        marked = isinstance(block, Heading)
        for begin, piece in split_run_on(block.text, kinds, glued=glued, single=single):
            if is_blank(piece):
                continue
            if (piece, marked) not in known:
                known[piece, marked] = read_title(_BRACKETS.sub(_bare, piece) if lower else piece, kinds, marked=marked)
            title = known[piece, marked]
            place = block.location if begin == 0 else _spanned(block.location, begin, begin + len(piece))
            lines.append((piece, place, title))
        if number in before_tables and lines:
            tabled.add(len(lines) - 1)
    return lines, tabled


_BRACKETS = regex_pattern(r"^(\s*)[\(（](\s*[一二三四五六七八九十]\s*)[\)）][、.．]?")
_LEVEL = 4


def _bare(match: regex.Match[str]) -> str:
    """（一）总体情况 as 一、总体情况, of the same length."""
    return f"{match[1]} {match[2]}、" + " " * (len(match[0]) - len(match[1]) - len(match[2]) - 2)


def _is_one_level_down(
    blocks: Sequence[Heading | Paragraph], kinds: tuple[SectionFormat, ...], known: dict[tuple[str, bool], Title | None]
) -> bool:
    """Whether the sections are numbered （一）（二）（三） because one heading stands over all of them; ``known`` keeps what was read."""
    short = [block.text for block in blocks if len(block.text) <= 400]
    bracketed = [text for text in short if _BRACKETS.match(text)]
    if len(bracketed) < _LEVEL:
        return False
    top: set[str] = set()
    for text in short:
        title = known[text, False] = read_title(text, kinds)
        if title is not None and title.key is not None and title.ordinal is not None:
            top.add(title.key)
        if len(top) > 1:
            return False
    bare = (read_title(_BRACKETS.sub(_bare, text), kinds) for text in bracketed)
    return len({title.key for title in bare if title is not None and title.key is not None}) >= _LEVEL


def _choose(lines: Sequence[_Titled], tabled: set[int], places: dict[str, int]) -> dict[int, Title]:
    """Which lines are the sections' headings: numbered before unnumbered, the one with text under it before a table of contents."""
    by_key: dict[str, list[int]] = {}
    for index, (_, _, title) in enumerate(lines):
        if title is not None and title.key is not None:
            by_key.setdefault(title.key, []).append(index)
    chosen: dict[int, Title] = {}
    by_key = _of_one_level(by_key, lines, places)
    headings = {index for indexes in by_key.values() for index in indexes}
    for indexes in by_key.values():
        numbered = [i for i in indexes if (t := lines[i][2]) is not None and t.ordinal is not None] or indexes
        with_text = [i for i in numbered if i in tabled or _has_text(i, lines, headings)]
        best = (with_text or numbered)[0]
        title = lines[best][2]
        assert title is not None
        chosen[best] = title
    first = min(chosen, default=None)
    if first is not None:
        for index, (_, _, title) in enumerate(lines):
            if title is not None and title.key is None and index > first and _is_top_level(title, index, chosen):
                chosen[index] = title
        opening = _opening(lines, first)
        if opening is not None:
            chosen |= opening
    return chosen


# So many sections under Chinese ordinals make figures a lower level.
_CHINESE = 3


def _of_one_level(by_key: dict[str, list[int]], lines: Sequence[_Titled], places: dict[str, int]) -> dict[str, list[int]]:
    """Where the sections count 一、二、三, a line with a figure (1.主动公开政府信息的情况) is a heading inside one of them.

    A figure that is the section's own place in the form stays a slip of the pen when no other heading of the section is there.
    """

    def titles(indexes: Sequence[int]) -> list[tuple[int, Title]]:
        return [(index, title) for index in indexes if (title := lines[index][2]) is not None]

    chinese = {key for key, indexes in by_key.items() if any(t.ordinal is not None and not t.arabic for _, t in titles(indexes))}
    if len(chinese) < _CHINESE:
        return by_key
    kept = {
        key: [index for index, t in titles(indexes) if not t.arabic or (key not in chinese and t.ordinal == places.get(key))]
        for key, indexes in by_key.items()
    }
    return {key: indexes for key, indexes in kept.items() if indexes}


def _opening(lines: Sequence[_Titled], first: int) -> dict[int, Title] | None:
    """A heading 一 that is none of the form's, straight before the section numbered 二 (一、概述 in older reports)."""
    following = lines[first][2]
    if following is None or following.ordinal != 2:
        return None
    for index in range(first - 1, -1, -1):
        title = lines[index][2]
        if title is not None and title.key is None and title.ordinal == 1 and title.arabic == following.arabic:
            return {index: title}
    return None


def _has_text(index: int, lines: Sequence[_Titled], headings: set[int]) -> bool:
    title = lines[index][2]
    if title is not None and title.rest:
        return True
    following = index + 1
    return (
        following < len(lines)
        and following not in headings
        and len(lines[following][0]) > 0
        and not _PAGE_TAIL.search(lines[index][0].rstrip())
    )


def _is_top_level(title: Title, index: int, chosen: dict[int, Title]) -> bool:
    """A heading that is none of the form's counts as a section only when its number continues the row of sections."""
    if title.ordinal is None:
        return False
    before = [t.ordinal for i, t in sorted(chosen.items()) if i < index and t.ordinal is not None]
    after = [t.ordinal for i, t in sorted(chosen.items()) if i > index and t.ordinal is not None]
    if not before:
        return False
    if title.ordinal != before[-1] + 1:
        return False
    return not after or after[0] >= title.ordinal


def _collect(lines: Sequence[_Titled], chosen: dict[int, Title]) -> Prose:
    sections: list[Section] = []
    passages: list[Passage] = []
    starts: list[int] = []
    current: str | None = "s0_preamble"
    seen: set[str] = set()
    for index, (text, place, title) in enumerate(lines):
        picked = chosen.get(index)
        if picked is not None:
            current = picked.key
            if picked.key is None or picked.key not in seen:
                if picked.key is not None:
                    seen.add(picked.key)
                starts.append(len(passages))
                sections.append(
                    Section(
                        key=picked.key,
                        title=picked.title,
                        printed=text[: picked.rest_start].strip() if picked.rest else text.strip(),
                        ordinal=picked.ordinal,
                        match=picked.match,  # type: ignore[arg-type]
                        location=place,
                    )
                )
            if picked.rest:
                where = _spanned(place, picked.rest_start, len(text))
                passages.append(Passage(index=len(passages), section=current, text=picked.rest, location=where))
            continue
        if title is not None and title.key is not None and not title.rest:
            passages.append(Passage(index=len(passages), section=current, text=text, heading=2, location=place))  # a caption
            continue
        passages.append(Passage(index=len(passages), section=current, text=text, heading=_depth(text), location=place))
    return Prose(tuple(sections), _stopped_headings(passages), tuple(starts))


def _stopped_headings(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages with （四）… headings that end in a full stop, where the numbers before and after stand in headings."""
    numbers: dict[tuple[str | None, int], None] = {}
    for passage in passages:
        number = _second_number(passage.text) if passage.heading else None
        if number is not None:
            numbers[(passage.section, number)] = None
    found = []
    for passage in passages:
        number = _second_number(passage.text) if not passage.heading else None
        body = fold(passage.text).strip()
        if (
            number is not None
            and len(body) <= _LONGEST_TITLE
            and body.endswith("。")
            and not _END.search(body[:-1])
            and ((passage.section, number - 1) in numbers or (passage.section, number + 1) in numbers)
        ):
            passage = msgspec.structs.replace(passage, heading=2)
        found.append(passage)
    return tuple(found)


def _second_number(text: str) -> int | None:
    match = BRACKETED.match(fold(text))
    return ordinal(match[0].strip(" \t()（）")) if match else None


def _depth(text: str) -> int:
    """2 for （一）…, 3 for 1.…, when the whole paragraph is a short heading; 0 for body text."""
    folded = fold(text).strip()
    if len(folded) > _LONGEST_TITLE or _END.search(folded):
        return 0
    if BRACKETED.match(folded) or CHAPTER.match(folded):
        return 2
    return 3 if ARABIC.match(folded) else 0


def _spanned(place: Location, start: int, end: int) -> Location:
    return Location(
        page=place.page, table=place.table, row=place.row, column=place.column, paragraph=place.paragraph, line=place.line,
        span=(start, end), box=place.box, file=place.file, sheet=place.sheet, anchor=place.anchor,
    )  # fmt: skip
