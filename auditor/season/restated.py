"""C-10 and D-10: what this year's text says of last year: growth, and figures that it quotes."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.check.context import NOT_APPLICABLE, Hit, Outcome, fail, unknown
from auditor.check.narrative.growth import check_growth, quoted_last_year
from auditor.check.narrative.readings import matches, readings_of
from auditor.check.registry import Sees, rule
from auditor.season.setting import Pair


@rule("C-10", sees=Sees.YEAR_PAIR)
def c_10(pair: Pair) -> Outcome:
    """Growth told in the text against the tables of both years."""
    return check_growth(pair.now, pair.before, pair.before_cells)


@rule("D-10", sees=Sees.YEAR_PAIR)
def d_10(pair: Pair) -> Outcome:
    """Compared with every admissible reading of last year's tables; reported only when none fits."""
    before = replace(pair.now, report=pair.before, cells=pair.before_cells, format=pair.now.rulebook.format_for(pair.before.era))
    hits, compared, open_ = [], 0, 0
    for entry in quoted_last_year(pair.now.report, pair.now.rulebook):
        quantity = pair.now.rulebook.narrative.quantity(entry.quantity)
        if quantity is None or not quantity.readings or entry.part_of is not None or entry.body not in ("", "own") or entry.applicants:
            continue
        readings = [reading for reading in readings_of(before, quantity) if reading.value is not None]
        if not readings:
            open_ += 1
            continue
        compared += 1
        if any(matches(entry, reading.value) for reading in readings if reading.value is not None):
            continue
        passage = next((p for p in pair.now.report.passages if p.index == entry.passage), None)
        lang = pair.now.lang
        hits.append(
            Hit(
                message="restated",
                values={
                    "name": quantity.name.said(lang),
                    "printed": entry.printed,
                    "actual": str(readings[0].value),
                    "previous": str(pair.before.year),
                },
                actual=entry.printed,
                calculation=f"{entry.printed} ≠ {readings[0].value}",
                location=passage.location if passage else None,
                quantity=f"restated.{quantity.key}",
                confidence="medium" if quantity.certain else "low",
            )
        )
    if hits:
        return fail(*hits)
    return fail() if compared else unknown(pair.now.say("season.tables")) if open_ else NOT_APPLICABLE
