"""Balanced tables 3 and 4 as printed text by key, from a seed."""

from __future__ import annotations

import random

from auditor.model.report import Report
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report

BOOK = load_rulebook()
APPLICANTS = ("natural_person", "commercial", "research", "social", "legal_service", "other_org")


def balanced(seed: int, era_year: int = 2023) -> dict[str, str]:
    """All cells of tables 3 and 4, balanced, with numbers from 0 to 40."""
    chance = random.Random(seed)
    form = BOOK.table("t3", "layout_2021" if era_year >= 2021 else "layout_2019")
    assert form is not None
    outcomes = [row.key for row in form.rows if row.key not in ("new_received", "carried_over", "result_total", "carried_forward")]
    cells: dict[str, int] = {}
    for column in APPLICANTS:
        for row in outcomes:
            cells[f"t3.{row}.{column}"] = chance.choice((0, 0, chance.randint(1, 40)))
        closed = sum(cells[f"t3.{row}.{column}"] for row in outcomes)
        forward, over = chance.randint(0, 9), chance.randint(0, 9)
        over = min(over, closed + forward)
        cells |= {f"t3.result_total.{column}": closed, f"t3.carried_forward.{column}": forward, f"t3.carried_over.{column}": over}
        cells[f"t3.new_received.{column}"] = closed + forward - over
    for row in [row.key for row in form.rows]:
        cells[f"t3.{row}.total"] = sum(cells[f"t3.{row}.{column}"] for column in APPLICANTS)
    for block in ("review", "direct", "after_review"):
        parts = {f"t4.{block}_{name}": chance.randint(0, 20) for name in ("upheld", "corrected", "other", "pending")}
        cells |= parts | {f"t4.{block}_total": sum(parts.values())}
    return {key: str(value) for key, value in cells.items()}


def report_of(cells: dict[str, str], year: int = 2023, **fields: object) -> Report:
    return build_report({"facts": cells, "report": {"year": year, **fields}}, BOOK)
