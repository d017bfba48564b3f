"""Each figure that is read has ink at its place on the rendered page: corpus, samples and laboratory."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from auditor.pipeline import extract_bytes
from auditor.rulebook import load_rulebook
from tests.lab.compose import PdfStyle, balanced_plan, to_pdf

ROOT = Path(__file__).parents[3]
SCALE = 2.0
INK = 60  # difference of brightness between ink and paper


def rendered(page: pypdfium2.PdfPage) -> tuple[int, int, bytes, int]:
    bitmap = page.render(scale=SCALE, grayscale=True)
    return bitmap.width, bitmap.height, bytes(bitmap.buffer), bitmap.stride


def without_ink(data: bytes) -> tuple[int, list[str]]:
    """How many figures were read with confidence, and those at whose place nothing is displayed."""
    report = extract_bytes(data, "a.pdf", load_rulebook(), "text-layer")
    document = pypdfium2.PdfDocument(data)
    pages = {}
    count, bare = 0, []
    for fact in report.facts:
        place = fact.location
        if place.box is None or place.page is None or fact.confidence < 0.6 or not any(char.isdigit() for char in fact.raw):
            continue
        count += 1
        if place.page not in pages:
            pages[place.page] = rendered(document[place.page - 1])
        width, height, grey, stride = pages[place.page]
        left, top, right, bottom = (round(value * SCALE) for value in place.box)
        inset = 5  # dots beside a rule
        rows = [
            grey[y * stride + max(0, left + inset) : y * stride + min(width, right - inset)]
            for y in range(top + inset, min(height, bottom - inset))
        ]
        dots = b"".join(rows)
        if not dots or max(dots) - min(dots) < INK:
            bare.append(f"{fact.key} {fact.raw!r} on page {place.page}")
    return count, bare


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "sample_reports").glob("*.pdf")))
def test_figures_of_samples_have_ink(name: str) -> None:
    count, bare = without_ink((ROOT / "sample_reports" / name).read_bytes())
    assert count > 50
    assert bare == []


@pytest.mark.parametrize("seed", range(6))
def test_figures_of_the_laboratory_have_ink(seed: int) -> None:
    styles = (
        PdfStyle(),
        PdfStyle(borders="rects", align="right"),
        PdfStyle(borders="boxes", size=7.5, row_height=14),
        PdfStyle(landscape=True),
    )
    count, bare = without_ink(to_pdf(balanced_plan(seed, "layout_2021", "medium"), styles[seed % len(styles)]))
    assert count > 100
    assert bare == []


SHARED = ROOT.parent / "shared" / "corpus"


def test_figures_of_the_corpus_have_ink() -> None:
    paths = sorted(SHARED.glob("*/*.pdf"))
    if not paths:
        pytest.skip("the corpus is not here")
    assert {path.name: bare for path in paths if (bare := without_ink(path.read_bytes())[1])} == {}
