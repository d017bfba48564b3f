"""The sheet of a laboratory run as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from tests.lab.measure import BANDS, OUTCOMES, Sheet

NOTES, NOTES_END = "<!-- notes -->", "<!-- end of notes -->"
"""Between these lines of a sheet stands what a person wrote on it, which a new sheet of the same file keeps."""


def notes_of(text: str) -> str:
    """What a person wrote on a sheet; nothing where nobody did."""
    _, mark, rest = text.partition(NOTES)
    return rest.partition(NOTES_END)[0].strip("\n") if mark else ""


def as_markdown(sheet: Sheet, command: str, how: str = "", *, unmeasured: str = "", notes: str = "") -> str:
    """Tables by kind, layout feature and rule; ``how`` says more of the run, ``unmeasured`` what of it was not made (then it says that it
    is partial), ``notes`` is printed as it is. The same sheet gives the same text.
    """
    lines = [
        "# How exactly documents are read",
        "",
        "Composed reports of invented agencies, whose every printed cell is known, are read and audited. Made by",
        f"`{command}`" + (f" ({how})." if how else "."),
        "",
        "*exact*: as printed; *declared*: not read, and said so; *silent*: missing without a word; *wrong*: another text with full confidence;",
        "*invented*: a cell that was not printed. Confidence is full from 0.6 on. *cut off*: files of all kinds of which only a first part is left.",
        "",
        *([f"**This sheet is partial.** Not measured: {unmeasured}.", ""] if unmeasured else []),
        *([NOTES, notes, NOTES_END, ""] if notes else []),
        "## By kind of file",
        "",
        _head("kind", "documents", "all exact"),
    ]
    for kind, counts in sorted(sheet.kinds.items()):
        lines.append(_line(kind, [sheet.documents[kind], sheet.whole[kind]], counts))
    total = sum(sheet.kinds.values(), start=Counter())
    lines.append(_line("all", [sum(sheet.documents.values()), sum(sheet.whole.values())], total))
    if sheet.unmade:
        unmade = ", ".join(f"{kind} {count}" for kind, count in sorted(sheet.unmade.items()))
        lines += ["", f"Conversions that failed (no file was made, nothing could be read): {unmade}."]
    lines += ["", "## By layout feature", "", _head("feature")]
    lines += [_line(feature, [], counts) for feature, counts in sorted(sheet.features.items())]
    if sheet.scans:
        lines += ["", "## Scans by resolution", "", _head("scan", "documents", "all exact")]
        lines += [_line(name, [counts["documents"], int(counts["whole"])], counts) for name, counts in sorted(sheet.scans.items())]
        lines += ["", f"Error findings on scans without the advice to look at the original: {sum(sheet.unhedged.values())}."]
    if sheet.calibration:
        lines += [
            "",
            "## Confidence against truth",
            "",
            "Cells that were read, by the confidence they were read with. A cell not as printed or not printed at all is wrong.",
            "",
        ]
        lines += ["| confidence | cells | wrong | of 100,000 |", "| --- | ---: | ---: | ---: |", *_calibration(sheet.calibration)]
    lines += ["", "## Agency, year and sections", "", "| documents | agency | year | all sections |", "| ---: | ---: | ---: | ---: |"]
    lines.append("| " + " | ".join(str(sheet.identity[key]) for key in ("documents", "agency", "year", "sections")) + " |")
    if sheet.rules:
        lines += ["", "## Planted defects", "", "| rule | planted | found | missed | false |", "| --- | ---: | ---: | ---: | ---: |"]
        for rule, counts in sorted(sheet.rules.items()):
            lines.append(f"| {rule} | " + " | ".join(str(counts[key]) for key in ("planted", "found", "missed", "false")) + " |")
    if sheet.crashed:
        lines += [
            "",
            "Rules whose check crashed (documents): " + ", ".join(f"{rule} ({count})" for rule, count in sorted(sheet.crashed.items())),
        ]
    if sheet.failures:
        lines += ["", "## Documents that could not be read", ""]
        lines += [f"- {name}: {fault}" for name, fault in sheet.failures]
    return "\n".join([*lines, ""])


def _calibration(counts: Mapping[str, int]) -> list[str]:
    lines = []
    for name, low in (("0.9 and more", 0.9), *((f"{band:.1f} to {above:.1f}", band) for above, band in pairwise(BANDS[1:]))):
        bands = [band for band in BANDS if band >= low] if low == BANDS[1] else [low]
        right, wrong = (sum(counts.get(f"{band:.2f} {word}", 0) for band in bands) for word in ("right", "wrong"))
        if right + wrong:
            lines.append(f"| {name} | {right + wrong} | {wrong} | {100_000 * wrong / (right + wrong):.1f} |")
    return lines


def _head(*names: str) -> str:
    columns = [*names, "cells", *OUTCOMES, "exact %"]
    return "| " + " | ".join(columns) + " |\n| --- |" + " ---: |" * (len(columns) - 1)


def _line(name: str, numbers: list[int], counts: Mapping[str, int]) -> str:
    cells = sum(counts.get(outcome, 0) for outcome in OUTCOMES if outcome != "invented")
    share = f"{100 * counts.get('exact', 0) / cells:.3f}" if cells else "—"
    values = [*numbers, cells, *(counts.get(outcome, 0) for outcome in OUTCOMES), share]
    return f"| {name} | " + " | ".join(str(value) for value in values) + " |"
