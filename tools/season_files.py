"""A folder of generated reports for benchmarks: half PDF, three tenths DOCX, the rest pages and text. Same number, same files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.lab.compose import ReportPlan, balanced_plan, to_docx, to_html, to_pdf, to_text

KINDS: tuple[tuple[str, Callable[[ReportPlan], bytes]], ...] = (
    *[("pdf", to_pdf)] * 5,
    *[("docx", to_docx)] * 3,
    ("html", to_html),
    ("txt", to_text),
)


def write_report(number: int, folder: Path) -> None:
    suffix, compose = KINDS[number % 10]
    path = folder / f"{number // 500:03}" / f"report_{number:06}.{suffix}"
    if path.exists():
        return
    plan = balanced_plan(number, "layout_2019" if number % 7 == 3 else "layout_2021")
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
