"""Each figure read from a PDF is held against the ink of the rendered page: what is read must be seen, and a blank must be empty.

``python -m tests.lab.inked --pages 200 [--seed 5] [FILE …]`` renders the pages of composed reports, then those of the files given.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pypdfium2
from PIL import Image

from auditor.model.report import Fact, Report
from tests.lab import tested
from tests.lab.variants import make_case

_SCALE = 2.0
_SEEN = 40
"""Difference of brightness (of 255) between ink and paper."""
_INSET = 2.5
"""Points inside a cell's edges that its rules may take."""
SURE = 0.6


@dataclass
class Held:
    """Pages looked at, figures held, and what does not agree, as (file, key, text)."""

    pages: int = 0
    figures: int = 0
    blanks: int = 0
    unseen: list[tuple[str, str, str]] = field(default_factory=list)
    filled: list[tuple[str, str, str]] = field(default_factory=list)


def hold(path: Path, report: Report, held: Held) -> None:
    """Hold all facts of a report with a place on a page against that page."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    document.init_forms()
    pages: dict[int, Image.Image] = {}
    held.pages += len(document)
    try:
        for fact in report.facts:
            place = fact.location
            if place is None or place.page is None or place.box is None or fact.state == "unreadable" or fact.confidence < SURE:
                continue
            if place.page not in pages:
                pages[place.page] = document[place.page - 1].render(scale=_SCALE, may_draw_forms=True, grayscale=True).to_pil()
            _hold(path.name, fact, place.box, pages[place.page], held)
    finally:
        document.close()


def _hold(name: str, fact: Fact, box: tuple[float, float, float, float], page: Image.Image, held: Held) -> None:
    left, top, right, bottom = (value * _SCALE for value in box)
    inset = _INSET * _SCALE
    area = (round(left + inset), round(top + inset), round(right - inset), round(bottom - inset))
    if area[2] <= area[0] or area[3] <= area[1]:
        return
    darkest, lightest = cast(tuple[float, float], page.crop(area).getextrema())  # of a grey picture
    inked = lightest - darkest >= _SEEN
    if fact.raw.strip():
        held.figures += 1
        if not inked:
            held.unseen.append((name, str(fact.key), fact.raw))
    else:
        held.blanks += 1
        if inked:
            held.filled.append((name, str(fact.key), fact.raw))


def composed(seed: int, folder: Path) -> Iterator[Path]:
    """Composed PDF files without end; watermarks, which are ink and no text, are left out."""
    number = 0
    while True:
        case = make_case(number, seed, "pdf", defects=False)
        number += 1
        if case.render is None or "flaw_watermark" in case.features or case.kept < 1 or case.others:
            continue
        path = folder / f"{case.name}.pdf"
        path.write_bytes(case.render(case.plan))
        yield path


def held_pages(paths: Iterable[Path], pages: int) -> Held:
    """Files until so many pages were looked at."""
    held = Held()
    for path in paths:
        if held.pages >= pages:
            break
        hold(path, tested.bind(tested.read(path)), held)
    return held


def main() -> int:
    """Run by command; 1 when a figure was read where nothing is seen, or a blank where something is."""
    parser = argparse.ArgumentParser(description="Hold figures read from PDF files against the ink of their pages.")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("files", nargs="*", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = held_pages(composed(chosen.seed, Path(folder)), chosen.pages)
    given = held_pages(chosen.files, 10**6)
    for name, held in (("composed", made), ("given", given)):
        print(f"{name}: {held.pages} pages, {held.figures} figures, {held.blanks} blanks", end="; ")
        print(f"{len(held.unseen)} read where nothing is seen, {len(held.filled)} blank where something is")
        for entry in (*held.unseen[:20], *held.filled[:20]):
            print("  ", *entry)
    return 1 if made.unseen or made.filled or given.unseen or given.filled else 0


if __name__ == "__main__":
    raise SystemExit(main())
