"""A folder of generated reports for benchmarks: half PDF, three tenths DOCX, the rest pages and text. Same number, same files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.lab.compose import ReportPlan, balanced_plan, to_docx, to_html, to_pdf, to_text

KINDS: tuple[tuple[str, Callable[[ReportPlan], bytes]], ...] = (
    *[("pdf", to_pdf)] * 5,
    *[("docx", to_docx)] * 3,
    ("html", to_html),
    ("txt", to_text),
)


PLACES = "安宁和顺永昌清源长泰新丰林泉石桥平原河谷东岭西湾南塘北川"


def plan_of(number: int) -> ReportPlan:
    """Report ``number``: every agency reports for four years in turn, and no two agencies share a name."""
    owner, turn = divmod(number, 4)
    first = balanced_plan(owner, year=2022)
    place = "".join(PLACES[owner // len(PLACES) ** power % len(PLACES)] for power in range(3))
    agency = f"{place}市{first.agency}"
    plan = balanced_plan(number, year=2022 + turn)
    return replace(
        plan, agency=agency, title=None, preamble=tuple(text.replace(plan.agency, agency) for text in plan.preamble), scope=first.scope
    )


def write_report(number: int, folder: Path) -> None:
    suffix, compose = KINDS[number % 10]
    path = folder / f"{number // 500:03}" / f"report_{number:06}.{suffix}"
    if path.exists():
        return
    plan = plan_of(number)
    if number % 11 == 0 and "t4.review_total" in plan.facts:
        plan = plan.with_facts(t4__review_total=str(int(plan.facts["t4.review_total"]) + 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(compose(plan))
    unfinished.rename(path)


def write_season(count: int, folder: Path, jobs: int = 2) -> None:
    """``count`` reports below ``folder``; those already there are kept."""
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(write_report, range(count), [folder] * count, chunksize=50))


if __name__ == "__main__":
    write_season(int(sys.argv[1]), Path(sys.argv[2]))
