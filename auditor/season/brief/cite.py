"""Numbers made together with their evidence, so that none is printed without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TypeVar

from auditor.model.brief import Brief, BriefEvidence, BriefPart, BriefSentence, BriefTable, Chart, Figure, Series, figures_of
from auditor.model.finding import Finding
from auditor.render.places import place_text
from auditor.season.brief.stock import Held, Stock
from auditor.season.brief.words import Indicator
from auditor.text.labels import label_of
from auditor.text.words import say

Shown = TypeVar("Shown", BriefSentence, BriefTable, Chart)

_TENTH = Decimal("0.1")


def number(value: Decimal) -> str:
    """A number as printed: no exponent, no empty decimals."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Citing:
    """Evidence gathered once and named by its place; notes numbered as the items are made."""

    def __init__(self, stock: Stock, lang: str) -> None:
        self.stock, self.lang = stock, lang
        self.evidence: list[BriefEvidence] = []
        self._places: dict[object, int] = {}
        self._notes = 0

    def say(self, key: str, **values: object) -> str:
        """A text of ``rules/messages/brief.toml``."""
        return say(self.stock.rulebook.words, self.lang, f"brief.{key}", **values)

    # evidence -------------------------------------------------------------------------------------------------------------

    def cell(self, held: Held, key: str) -> int:
        """A cell with a certain value."""
        fact = held.report.fact(key)
        assert fact is not None
        words = self.stock.rulebook.words
        return self._put(
            ("cell", held.key, held.year, key),
            lambda: BriefEvidence(
                kind="cell",
                agency=held.name,
                year=held.year,
                label=label_of(self.stock.rulebook, held.report.layouts, key, self.lang),
                key=key,
                printed=fact.raw,
                value=self.stock.value(held, key),
                path=held.report.source.path,
                place=place_text(fact.location, words, self.lang),
            ),
        )

    def cells(self, held: Iterable[Held], indicator: Indicator) -> tuple[int, ...]:
        """The cells of a number in all reports where it is certain."""
        return tuple(self.cell(one, key) for one in held for key in self.stock.certain(one, indicator) or ())

    def report(self, held: Held) -> int:
        """A report as such."""
        return self._put(
            ("report", held.key, held.year),
            lambda: BriefEvidence(
                kind="report",
                agency=held.name,
                year=held.year,
                label=self.say("column.reports"),
                key=held.report.status,
                path=held.report.source.path,
            ),
        )

    def file(self, path: str) -> int:
        """A file that could not be read."""
        return self._put(
            ("file", path), lambda: BriefEvidence(kind="report", agency="", label=self.say("unread_file"), key="unreadable", path=path)
        )

    def listed(self, name: str, year: int) -> int:
        """A line of the roster."""
        return self._put(("roster", name), lambda: BriefEvidence(kind="roster", agency=name, year=year, key="roster"))

    def finding(self, held: Held, finding: Finding) -> int:
        """A finding on a report."""
        words = self.stock.rulebook.words
        return self._put(
            ("finding", held.key, held.year, finding.id),
            lambda: BriefEvidence(
                kind="finding",
                agency=held.name,
                year=held.year,
                label=finding.title,
                key=finding.rule,
                path=held.report.source.path,
                place=place_text(finding.location, words, self.lang) if finding.location is not None else "",
            ),
        )

    def other(self, key: object, evidence: BriefEvidence) -> int:
        """Any other evidence, once for each key."""
        return self._put(key, lambda: evidence)

    def _put(self, key: object, make: object) -> int:
        if key not in self._places:
            self._places[key] = len(self.evidence)
            self.evidence.append(make())  # type: ignore[operator]
        return self._places[key]

    # numbers --------------------------------------------------------------------------------------------------------------

    def total(self, of: Sequence[int]) -> Decimal:
        """The values of evidence added up."""
        return sum((self.evidence[place].value or Decimal(0) for place in of), Decimal(0))

    def sum(self, of: Sequence[int]) -> Figure:
        """All of them added up."""
        value = self.total(of)
        return Figure(text=number(value), value=value, how="sum", of=tuple(of))

    def count(self, of: Sequence[int]) -> Figure:
        """How many they are."""
        return Figure(text=str(len(of)), value=Decimal(len(of)), how="count", of=tuple(of))

    def share(self, of: Sequence[int], base: Sequence[int]) -> Figure:
        """Sum in percent of a sum that is not zero."""
        value = _rounded(100 * self.total(of) / self.total(base))
        return Figure(text=f"{number(value)}%", value=value, how="share", of=tuple(of), base=tuple(base))

    def share_count(self, of: Sequence[int], base: Sequence[int]) -> Figure:
        """Number in percent of a number that is not zero."""
        value = _rounded(Decimal(100 * len(of)) / len(base))
        return Figure(text=f"{number(value)}%", value=value, how="share_count", of=tuple(of), base=tuple(base))

    def difference(self, of: Sequence[int], base: Sequence[int]) -> Figure:
        """How much more or less, printed without its sign: the sentence says which way."""
        value = self.total(of) - self.total(base)
        return Figure(text=number(abs(value)), value=value, how="difference", of=tuple(of), base=tuple(base))

    def growth(self, of: Sequence[int], base: Sequence[int]) -> Figure:
        """The same in percent of the earlier sum, which is not zero."""
        value = _rounded(100 * (self.total(of) - self.total(base)) / self.total(base))
        return Figure(text=f"{number(abs(value))}%", value=value, how="growth", of=tuple(of), base=tuple(base))

    def median(self, of: Sequence[int]) -> Figure:
        """The middle of single cells; the mean of the two in the middle of an even number."""
        value = Decimal(median(self.evidence[place].value or Decimal(0) for place in of))
        return Figure(text=number(value), value=value, how="median", of=tuple(of))

    def mean(self, of: Sequence[int], base: Sequence[int]) -> Figure:
        """How many for each."""
        value = _rounded(Decimal(len(of)) / len(base))
        return Figure(text=number(value), value=value, how="mean", of=tuple(of), base=tuple(base))

    # items ----------------------------------------------------------------------------------------------------------------

    def sentence(self, key: str, named: Sequence[str] = (), /, **values: Figure | str | int) -> BriefSentence:
        """A sentence of ``brief.say``. Values that are no figures are names."""
        shown = {name: value.text if isinstance(value, Figure) else str(value) for name, value in values.items()}
        figures = tuple(value for value in values.values() if isinstance(value, Figure))
        names = (*named, *(text for name, text in shown.items() if not isinstance(values[name], Figure)))
        return self.noted(BriefSentence(text=self.say(f"say.{key}", **shown), figures=figures, named=names))

    def joined(self, sentences: Sequence[BriefSentence]) -> BriefSentence:
        """Several clauses as one sentence with one note, that of the first."""
        first = sentences[0]
        self._notes = first.note or self._notes
        return BriefSentence(
            text="".join(one.text for one in sentences),
            figures=tuple(figure for one in sentences for figure in one.figures),
            named=tuple(name for one in sentences for name in one.named),
            note=first.note,
        )

    def grid(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str | Figure]]) -> BriefTable:
        """A table."""
        return self.noted(BriefTable(title=title, heads=tuple(heads), rows=tuple(tuple(row) for row in rows)))

    def chart(self, title: str, kind: str, categories: Sequence[str], series: Sequence[Series], unit: str = "") -> Chart:
        """A chart."""
        made = Chart(title=title, kind=kind, categories=tuple(categories), series=tuple(series), unit=unit)  # type: ignore[arg-type]
        return self.noted(made)

    def noted(self, item: Shown) -> Shown:
        """The item with the next number, if it has figures."""
        from msgspec.structs import replace

        if not figures_of(item):
            return item
        self._notes += 1
        return replace(item, note=self._notes)

    def names(self, names: Sequence[str], most: int) -> str:
        """Names in one text, the first of many."""
        text = self.say("join").join(names[:most])
        return self.say("more", names=text) if len(names) > most else text

    def brief(self, title: str, year: int, office: str, date: str, parts: Sequence[BriefPart], remarks: Sequence[str]) -> Brief:
        """Everything together."""
        return Brief(
            title=title,
            year=year,
            office=office,
            date=date,
            parts=tuple(part for part in parts if part.items),
            remarks=tuple(remarks),
            evidence=tuple(self.evidence),
        )


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, rounding=ROUND_HALF_UP)
