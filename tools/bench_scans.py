"""CPU seconds a page of scans at 200 dots an inch, with figures read piece by piece and without that, in one run.

``python -m tools.bench_scans [--documents N]``: laboratory scans, each page read both ways in turn; a full table page is counted apart.
Needs the extra ``ocr``.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import pypdfium2

from auditor.read.ocr import page as pages
from auditor.read.ocr.picture import DPI
from auditor.read.ocr.recogniser import Recogniser, is_available, load
from tests.lab.variants import make_case

_FULL = 150
"""Lines of a page that is a full table."""


def scans(count: int) -> list[bytes]:
    """Laboratory scans at 200 dots an inch that lie the right way up."""
    found: list[bytes] = []
    number = 0
    while len(found) < count:
        case = make_case(number, 3, "scan")
        number += 1
        if "scan_200_dpi" in case.features and not any(name.startswith("scan_turned") for name in case.features):
            found.append(case.render(case.plan))
    return found


class Blind:
    """Reads no figure, so that the recogniser reads each twice itself."""

    def read(self, image: Any) -> None:
        """Nothing."""


def timed(image: Any, recogniser: Recogniser) -> tuple[float, pages.PageRead]:
    """CPU seconds of one reading, and the reading."""
    start = time.process_time()
    read = pages.read_page(image, 1, recogniser)
    return time.process_time() - start, read


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=4)
    wanted = parser.parse_args()
    if not is_available():
        print("scans: the extra ocr is not installed")
        return
    recogniser = load()
    assert isinstance(recogniser, Recogniser)
    spent: Counter[tuple[str, str]] = Counter()
    count: Counter[str] = Counter()
    for data in scans(wanted.documents):
        document = pypdfium2.PdfDocument(data)
        for sheet in document:
            image = sheet.render(scale=DPI / 72).to_numpy()[:, :, :3].copy()
            with_them, read = timed(image, recogniser)
            figures, recogniser.figures = recogniser.figures, Blind()  # type: ignore[assignment]
            without, other = timed(image, recogniser)
            recogniser.figures = figures
            kind = "full table page" if len(read.lines) >= _FULL else "other page"
            count[kind] += 1
            spent[kind, "with"] += with_them
            spent[kind, "without"] += without
            count["lines that differ"] += sum(a.text != b.text for a, b in zip(read.lines, other.lines, strict=True))
            count["lines"] += len(read.lines)
    for kind in ("full table page", "other page"):
        if pages_of := count[kind]:
            print(
                f"{kind:16} {pages_of:3} pages  {spent[kind, 'with'] / pages_of:5.2f} CPU s a page, "
                f"{spent[kind, 'without'] / pages_of:5.2f} without reading by pieces"
            )
    print(f"lines that differ: {count['lines that differ']} of {count['lines']}")


if __name__ == "__main__":
    main()
