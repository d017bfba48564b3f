"""All labels of all forms in one look-up: label as printed → what it may be.

Labels are compared by :func:`auditor.text.chars.label_key`, so spaces, punctuation and character forms never matter.
Each label is also known without its number (3.其他 → 其他) and without its bracket.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from auditor.bind.axes import Axes
from auditor.model.formats import Column, Group, Row, TableFormat
from auditor.model.rulebook import Rulebook
from auditor.text.chars import REMEMBERED, fold, label_key
from auditor.text.kept import forgettable
from auditor.text.patterns import regex_pattern
from auditor.text.tokens import ENUMERATED, LEADING_NUMBER


class LabelEntry(NamedTuple):
    """One thing a label may be. ``kind``: ``row``, ``column``, ``group``; ``layouts`` in which it occurs; ``bare`` without its number."""

    table: str
    kind: str
    key: str
    parent: str | None
    layouts: frozenset[str]
    official: bool


class RowMatch(NamedTuple):
    """A row recognised by its label; ``confidence`` below 1 when the label is damaged or altered."""

    key: str
    confidence: float
    exact: bool


_BRACKETED = regex_pattern(r"[\(（][^\)）]{4,}[\)）]$")
_DEFINITION = regex_pattern(r"(?s)^\s*(\p{Han}{2,12})\s*[:：].*$")
_LONGEST_LABEL = 30
_PREFIX = regex_pattern(r"^其中[:：]?")


def label_forms(label: str) -> tuple[str, ...]:
    """The keys under which a label is known: whole, without its number, without its bracket.

    >>> label_forms("3.其他")
    ('3其他', '其他')
    """
    forms = [label]
    folded = fold(label)
    if ENUMERATED.match(folded):
        forms.append(ENUMERATED.sub("", folded))
    forms += [_BRACKETED.sub("", form) for form in list(forms)]
    forms += [_PREFIX.sub("", form) for form in list(forms)]
    return tuple(dict.fromkeys(key for key in map(label_key, forms) if key))


def _without_definition(text: str) -> str:
    """A label without the sentence that some forms print behind it (规章：指……的规范性文件。)."""
    return _DEFINITION.sub(r"\1", fold(text)) if len(text) > _LONGEST_LABEL else text


def _without_note(text: str) -> str:
    """A label without the instruction that some forms print behind it in brackets (规章（设区的市提供）)."""
    return str(_BRACKETED.sub("", fold(text).strip()))


class Lexicon:
    """Look-ups over every table of every form. Build once per rule book with :func:`lexicon_of`."""

    def __init__(self, rulebook: Rulebook) -> None:
        found: dict[tuple[str, str], dict[tuple[str, str, str | None], tuple[set[str], bool]]] = {}
        for entry in rulebook.formats:
            for table in entry.tables:
                for kind, items in (("row", table.rows), ("column", table.columns), ("group", table.groups)):
                    self._collect(found, table.id, table.layout, kind, items)
        self.entries: dict[str, tuple[LabelEntry, ...]] = {}
        gathered: dict[str, list[LabelEntry]] = {}
        for (form, table_id), things in found.items():
            for (kind, key, parent), (layouts, official) in things.items():
                gathered.setdefault(form, []).append(LabelEntry(table_id, kind, key, parent, frozenset(layouts), official))
        self.entries = {form: tuple(entries) for form, entries in gathered.items()}
        built: dict[str, dict[str, TableFormat]] = {}
        for entry in (*rulebook.formats[::-1], *rulebook.formats):  # tables in the order of the newest form, layouts from the oldest
            for table in entry.tables:
                built.setdefault(table.id, {}).pop(table.layout, None)
                built[table.id][table.layout] = table
        self.axes = {table_id: Axes(known) for table_id, known in built.items()}
        """How each table is built, by its id."""
        self.tables = tuple(sorted({entry.table for entries in self.entries.values() for entry in entries}))
        self._long: dict[str, dict[str, str]] = {}
        for form, entries in self.entries.items():
            for known in entries:
                if known.kind == "row" and len(form) >= 5:
                    self._long.setdefault(known.table, {})[form] = known.key
        self._groups = {
            table: tuple(
                sorted(
                    (f for f, es in self.entries.items() if any(e.table == table and e.kind == "group" for e in es)), key=len, reverse=True
                )
            )
            for table in self.tables
        }
        # The same labels come back in every report: answers are remembered, bounded, and depend on nothing else.
        self.look_up = lru_cache(maxsize=REMEMBERED)(self._look_up)
        self.column = lru_cache(maxsize=4096)(self._column)
        self.row = lru_cache(maxsize=8192)(self._row)
        self.group = lru_cache(maxsize=8192)(self._group)
        forgettable(self.look_up, self.column, self.row, self.group)

    @staticmethod
    def _collect(
        found: dict[tuple[str, str], dict[tuple[str, str, str | None], tuple[set[str], bool]]],
        table: str,
        layout: str,
        kind: str,
        items: Iterable[Row | Column | Group],
    ) -> None:
        for item in items:
            parent = item.group if isinstance(item, Row) else item.parent
            for number, label in enumerate((item.label, *item.variants)):
                for form in label_forms(label):
                    layouts, official = found.setdefault((form, table), {}).setdefault((kind, item.key, parent), (set(), False))
                    layouts.add(layout)
                    found[(form, table)][(kind, item.key, parent)] = (layouts, official or number == 0)

    def _look_up(self, text: str) -> tuple[LabelEntry, ...]:
        """Everything a text may be as a label, whole or without its number."""
        text = _without_definition(text)
        key = label_key(text)
        if not key or len(key) > 60:
            short = label_key(_without_note(text))
            return self.entries.get(short, ()) if short and short != key else ()
        found = self.entries.get(key)
        if found:
            return found
        folded = fold(text).strip()
        bare = LEADING_NUMBER.sub("", folded)
        if bare != folded and (found := self.entries.get(label_key(bare))):
            return found
        plain = _without_note(folded)
        return self.entries.get(label_key(plain), ()) if plain != folded else ()

    def is_label(self, text: str) -> bool:
        """Whether a text is a label of the form, of whatever table."""
        return bool(self.look_up(text))

    def _column(self, table: str, text: str) -> str | None:
        """The column key of a header text (all header cells above a column joined), inner group labels set aside."""
        key = label_key(text)
        while key:
            entries = [e for e in self.entries.get(key, ()) if e.table == table and e.kind == "column"]
            if entries:
                return entries[0].key if len({e.key for e in entries}) == 1 else None
            for group in self._groups[table]:
                if key.startswith(group) and len(key) > len(group):
                    key = key[len(group) :]
                    break
            else:
                break
        if key in self._groups[table]:  # a group label with nothing under it names no column
            return None
        return self._column_by_ending(table, key) or self._column_by_likeness(table, key)

    def _column_by_likeness(self, table: str, key: str) -> str | None:
        """A damaged header label (本年(2023)制发件数, 现行有效件): the one column it is clearly nearest to."""
        if len(key) < 4:
            return None
        plain = regex_pattern(r"\d+").sub("", key)
        forms = {form: e.key for form, es in self.entries.items() for e in es if e.table == table and e.kind == "column" and len(form) >= 4}
        if plain in forms:
            return forms[plain]
        ranked = process.extract(plain, forms.keys(), scorer=fuzz.ratio, score_cutoff=80, limit=6)
        if not ranked:
            return None
        best = forms[ranked[0][0]]
        rivals = [score for form, score, _ in ranked[1:] if forms[form] != best]
        return best if not rivals or ranked[0][1] - rivals[0] >= 8 else None

    def _column_by_ending(self, table: str, key: str) -> str | None:
        best: tuple[int, str] | None = None
        for form, entries in self.entries.items():
            if len(form) >= 4 and key.endswith(form):
                for entry in entries:
                    if entry.table == table and entry.kind == "column" and (best is None or len(form) > best[0]):
                        best = (len(form), entry.key)
        return best[1] if best else None

    def _row(self, table: str, text: str, group: str | None = None) -> RowMatch | None:
        """The row a label names, inside its group where the label alone is ambiguous; ``None`` when it names none."""
        text = _without_definition(text)
        key = label_key(text)
        if not key:
            return None
        found = self._exact_row(table, key, group)
        if found:
            return RowMatch(found, 1.0, True)
        inner = self._without_groups(table, key)
        if inner != key:
            found = self._exact_row(table, inner, group)
            if found:
                return RowMatch(found, 1.0, True)
        bare = label_key(LEADING_NUMBER.sub("", fold(text).strip()))
        if bare != key:
            found = self._exact_row(table, bare, group)
            if found:
                return RowMatch(found, 1.0, False)
        return self._damaged_row(table, inner) or self._noted_row(table, text, group)

    def _noted_row(self, table: str, text: str, group: str | None) -> RowMatch | None:
        """A row whose label an instruction in brackets follows."""
        found = self._exact_row(table, label_key(_without_note(text)), group)
        return RowMatch(found, 1.0, False) if found else None

    def _exact_row(self, table: str, key: str, group: str | None) -> str | None:
        rows = [e for e in self.entries.get(key, ()) if e.table == table and e.kind == "row"]
        keys = {e.key for e in rows}
        if len(keys) == 1:
            return rows[0].key
        inside = {e.key for e in rows if e.parent == group}
        return inside.pop() if len(inside) == 1 else None

    def _without_groups(self, table: str, key: str) -> str:
        """三本年度办理结果一予以公开 → 一予以公开: leading group labels of a collapsed label area are dropped."""
        changed = True
        while changed:
            changed = False
            for group in self._groups.get(table, ()):
                if key.startswith(group) and len(key) > len(group) + 1:
                    key, changed = key[len(group) :], True
                    break
        return key

    def _damaged_row(self, table: str, key: str) -> RowMatch | None:
        """A label cut short, followed by a remark, or with characters lost in conversion."""
        if len(key) < 5 or len(key) > 80:
            return None
        forms = self._long.get(table, {})
        starts = {row for form, row in forms.items() if form.startswith(key) or (key.startswith(form) and len(form) >= 6)}
        match: RowMatch | None = None
        if len(starts) == 1:
            match = RowMatch(starts.pop(), 1.0, False)
        else:
            ranked = process.extract(key, forms.keys(), scorer=fuzz.ratio, score_cutoff=78, limit=8)
            if ranked:
                best = forms[ranked[0][0]]
                rivals = [score for form, score, _ in ranked[1:] if forms[form] != best]
                if not rivals or ranked[0][1] - rivals[0] >= 8:
                    match = RowMatch(best, 0.95, False)
        return match

    def _group(self, table: str, text: str) -> str | None:
        """The group key of a label (（三）不予公开, 第二十条第（一）项), or ``None``."""
        for entry in self.look_up(text):
            if entry.table == table and entry.kind == "group":
                return entry.key
        return None


class _Named:
    """A rule book compared by its hash, so that look-ups are built once per content."""

    __slots__ = ("rulebook",)

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Named) and other.rulebook.sha256 == self.rulebook.sha256

    def __hash__(self) -> int:
        return hash(self.rulebook.sha256)


@lru_cache(maxsize=8)
def _build(named: _Named) -> Lexicon:
    return Lexicon(named.rulebook)


def lexicon_of(rulebook: Rulebook) -> Lexicon:
    """The look-ups of a rule book, built once per content hash."""
    return _build(_Named(rulebook))
