"""Numbers over the years: the same agencies in every year, and no line across a change of the form."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.model.brief import BriefSentence, Item, Series
from auditor.season.brief.cite import Citing
from auditor.season.brief.stock import Held, Stock
from auditor.season.brief.words import Indicator, brief_words


def trend(cite: Citing, stock: Stock, year: int, group: Sequence[Held], remarks: list[str]) -> list[Item]:
    """A sentence and a chart for each number of which some agency has two comparable years. Breaks are told in ``remarks``."""
    words = brief_words()
    years = sorted(known for known in stock.by_year if known <= year)[-words.guards["most_years"] :]
    if len(years) < 2:
        return []
    keys = {held.key for held in group}
    items: list[Item] = []
    told_panel = False
    breaks: dict[tuple[str, str], list[str]] = {}
    for indicator in (entry for entry in words.indicators.values() if entry.trend):
        found = _one(cite, stock, indicator, years, keys, breaks)
        items += found
        if found and not told_panel:
            remarks.append(cite.say("remark.panel"))
            told_panel = True
    for (kind, told), labels in breaks.items():
        remarks.append(cite.say(f"remark.{kind}", label=cite.say("join").join(labels), years=told))
    return items


def _one(
    cite: Citing, stock: Stock, indicator: Indicator, years: Sequence[int], keys: set[str], breaks: dict[tuple[str, str], list[str]]
) -> list[Item]:
    """``breaks``: by kind and years, the labels of numbers that the forms of those years break; added to."""
    segments = _segments(stock, indicator, years, keys)
    main = next((segment for segment in reversed(segments) if segment[0] == "now"), None)
    if main is None or len(main[1]) < 2:
        return []
    panel = _panel(stock, indicator, main, keys)
    if not panel:
        return []
    label = indicator.label(cite.lang)
    of = {year: _cells(cite, stock, indicator, "now", panel, year) for year in main[1]}
    items: list[Item] = [_sentence(cite, indicator, label, main[1], of, len(panel), [stock.by_year[main[1][-1]][key] for key in panel])]
    series = [Series(name=label, points=tuple(cite.sum(of[year]) if year in of else None for year in years))]
    for kind, others in segments:
        if (kind, others) == main or not others:
            continue
        told = cite.say("join").join(map(str, others))
        held = _panel(stock, indicator, (kind, others), keys) if kind != "none" else []
        breaks.setdefault(("break" if held else "lacking", told), []).append(label)
        if not held:
            continue
        points = {year: cite.sum(_cells(cite, stock, indicator, kind, held, year)) for year in others}
        name = cite.say("chart.segment" if len(others) > 1 else "chart.segment_one", first=others[0], last=others[-1])
        series.append(Series(name=name, points=tuple(points.get(year) for year in years)))
    shown = [place for place in range(len(years)) if any(one.points[place] is not None for one in series)]
    series = [Series(name=one.name, points=tuple(one.points[place] for place in shown)) for one in series]
    years = [years[place] for place in shown]
    items.append(
        cite.chart(
            cite.say("chart.trend", label=label, unit=indicator.unit(cite.lang)),
            "line",
            list(map(str, years)),
            series,
            indicator.unit(cite.lang),
        )
    )
    return items


def _sentence(
    cite: Citing, indicator: Indicator, label: str, years: Sequence[int], of: dict[int, list[int]], size: int, panel: Sequence[Held]
) -> BriefSentence:
    first, last, before = years[0], years[-1], years[-2]
    parts = [
        cite.sentence(
            "trend_first",
            label=label,
            panel=cite.count([cite.report(held) for held in panel]),
            first=first,
            last=last,
            from_=cite.sum(of[first]),
            to=cite.sum(of[last]),
            unit=indicator.unit(cite.lang),
        )
    ]
    change = cite.difference(of[last], of[before])
    key = "trend_up" if change.value > 0 else "trend_down" if change.value < 0 else "trend_same"
    if change.value == 0:
        parts.append(cite.sentence(key, last=last))
    else:
        parts.append(cite.sentence(key, last=last, change=change, unit=indicator.unit(cite.lang)))
        if cite.total(of[before]) >= brief_words().guards["smallest_base"]:
            parts.append(cite.sentence("trend_rate", rate=cite.growth(of[last], of[before])))
    parts.append(BriefSentence(text=cite.say("stop")))
    return cite.joined(parts)


def _segments(stock: Stock, indicator: Indicator, years: Sequence[int], keys: set[str]) -> list[tuple[str, list[int]]]:
    """Runs of years with one kind of cell: ``now`` (the cells of the indicator), ``earlier``, ``none``."""
    found: list[tuple[str, list[int]]] = []
    for year in years:
        held = [one for key, one in stock.by_year[year].items() if key in keys]
        if any(indicator.keys(stock.rulebook, one.report) for one in held):
            kind = "now"
        elif indicator.earlier and any(one.report.fact(indicator.earlier) is not None for one in held):
            kind = "earlier"
        else:
            kind = "none"
        if found and found[-1][0] == kind:
            found[-1][1].append(year)
        else:
            found.append((kind, [year]))
    return found


def _panel(stock: Stock, indicator: Indicator, segment: tuple[str, list[int]], keys: set[str]) -> list[str]:
    """Agencies with a certain number in every year of the segment."""
    kind, years = segment

    def has(key: str, year: int) -> bool:
        held = stock.by_year[year].get(key)
        if held is None:
            return False
        if kind == "now":
            return bool(stock.certain(held, indicator))
        return kind == "earlier" and held.report.fact(indicator.earlier) is not None and stock.value(held, indicator.earlier) is not None

    return sorted(key for key in keys if all(has(key, year) for year in years))


def _cells(cite: Citing, stock: Stock, indicator: Indicator, kind: str, panel: Sequence[str], year: int) -> list[int]:
    found = []
    for key in panel:
        held = stock.by_year[year][key]
        found += [cite.cell(held, cell) for cell in ((stock.certain(held, indicator) or ()) if kind == "now" else (indicator.earlier,))]
    return found
