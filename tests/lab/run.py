"""The laboratory: many composed documents through the project, and a sheet of how exactly it reads and audits.

``python -m tests.lab.run --documents 2000 --seed 7 [--kinds text,docx,…] [--out docs/exactness.md]``; ``memory`` is the kind
without a file, which tells the binder's faults from the readers'.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab import tested
from tests.lab.compose.memory import to_document
from tests.lab.compose.office import chromium, convert, libreoffice, print_pages
from tests.lab.measure import Reading, Sheet, compare
from tests.lab.sheet import as_markdown
from tests.lab.variants import FILE_KINDS, OFFICE_KINDS, SUFFIX, WRAPPED_KINDS, Case, make_case

_LIGHT = ",".join((*FILE_KINDS, *OFFICE_KINDS, *(kind for kind in WRAPPED_KINDS if kind != "scan")))
_SHARES = ",".join((*[_LIGHT] * 5, "scan"))
"""Kinds in turns; scans, which take a hundred times as long, less often."""
_CONVERSION = {"doc": "doc", "rtf": "rtf", "xls": "xls", "pdf_libreoffice": "pdf", "docx_libreoffice": "docx"}


@dataclass(frozen=True)
class Result:
    """One document's reading, for a caller that looks at single documents."""

    case: Case
    reading: Reading | None
    fault: str | None = None
    false: tuple[str, ...] = ()
    missed: str | None = None


def run(documents: int, seed: int, kinds: Sequence[str], *, keep: Path | None = None, rules: bool = True) -> tuple[Sheet, list[Result]]:
    """Make ``documents`` documents shared over ``kinds`` and measure them. Kinds whose program is missing are left out."""
    sheet, results = Sheet(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(0, documents, 200):
            numbers = range(start, min(start + 200, documents))
            cases = [make_case(number, seed, kinds[number % len(kinds)]) for number in numbers]
            for case, path in _written(cases, folder):
                results.append(_measure(case, path, sheet, rules=rules))
                if path is not None and keep is None:
                    path.unlink(missing_ok=True)
    return sheet, results


def usable_kinds(wanted: Iterable[str]) -> list[str]:
    """The kinds that can be made and read here: office kinds need their programs."""
    out = []
    for kind in wanted:
        if not tested.has_reader(kind):
            continue
        if kind in _CONVERSION and libreoffice() is None:
            continue
        if kind == "pdf_chromium" and chromium() is None:
            continue
        out.append(kind)
    return out


def _written(cases: Sequence[Case], folder: Path) -> list[tuple[Case, Path | None]]:
    """Each case with its file; conversions run many files at a time."""
    out: list[tuple[Case, Path | None]] = []
    waiting: dict[str, list[tuple[Case, Path]]] = {}
    for case in cases:
        if case.render is None:
            out.append((case, None))
            continue
        path = folder / f"{case.name}.{SUFFIX[case.kind]}"
        path.write_bytes(case.render(case.plan))
        if case.kind in OFFICE_KINDS:
            waiting.setdefault(case.kind, []).append((case, path))
        else:
            out.append((case, path))
    for kind, entries in waiting.items():
        sources = [path for _, path in entries]
        target = folder / "converted"
        target.mkdir(exist_ok=True)
        made = print_pages(sources, target) if kind == "pdf_chromium" else convert(sources, _CONVERSION[kind], target)
        out += [(case, made[path]) for case, path in entries if path in made]
    return out


def _measure(case: Case, path: Path | None, sheet: Sheet, *, rules: bool) -> Result:
    try:
        document = to_document(case.plan) if path is None else tested.read(path)
        report = tested.bind(document)
    except Exception as error:  # a crash is a result of the laboratory, not of the laboratory's code
        fault = f"{type(error).__name__}: {error}"
        sheet.failures.append((case.name, fault))
        sheet.documents[case.kind] += 1
        return Result(case, None, fault)
    reading = compare(case.plan.truth(), report, pictured=case.kind == "scan")
    sheet.add_reading(case, reading)
    sheet.add_identity(case, report)
    false: tuple[str, ...] = ()
    missed = None
    if rules and tested.has_engine():
        found = tested.fired(report)
        broken = tested.crashed(report)
        sheet.crashed.update(broken)
        if case.kind == "scan":
            sheet.unhedged.update(tested.unhedged(report))
        cards = {rule.id for rule in tested.rulebook().rules} - broken
        false = sheet.add_rules(case, found, cards)
        missed = case.defect.must if case.defect is not None and case.defect.must in cards - set(found) else None
    return Result(case, reading, None, false, missed)


def main(arguments: list[str]) -> int:
    """Run by command. Returns 1 when a cell was read wrongly, a document crashed the reader, or a finding was false."""
    parser = argparse.ArgumentParser(description="Measure how exactly composed documents are read and audited.")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", default=_SHARES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder where the documents stay")
    parser.add_argument("--details", type=int, default=0, help="how many faulty documents to list")
    chosen = parser.parse_args(arguments)
    kinds = usable_kinds(chosen.kinds.split(","))
    if not kinds:
        parser.error("none of these kinds can be made and read here")
    print(f"seed {chosen.seed}, kinds {', '.join(sorted(set(kinds)))}", file=sys.stderr)
    for kind in sorted(set(chosen.kinds.split(",")) - set(kinds)):
        print(f"left out: {kind} (no program to make it or no reader for it)", file=sys.stderr)
    sheet, results = run(chosen.documents, chosen.seed, kinds, keep=chosen.keep)
    named = "" if chosen.kinds == _SHARES else f" --kinds {chosen.kinds}"
    command = f"python -m tests.lab.run --documents {chosen.documents} --seed {chosen.seed}{named}"
    text = as_markdown(sheet, command)
    print(text)
    for result in [entry for entry in results if _faulty(entry)][: chosen.details]:
        print(_detail(result))
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")
    cells = sum(sheet.kinds.values(), start=type(sheet.documents)())
    faults = cells["wrong"] or cells["invented"] or sheet.unhedged or any(counts["false"] for counts in sheet.rules.values())
    return 1 if sheet.failures or faults else 0


def _faulty(result: Result) -> bool:
    return bool(result.fault or result.false or result.missed or (result.reading and set(result.reading.cells) - {"exact"}))


def _detail(result: Result) -> str:
    cells = dict(result.reading.cells) if result.reading else {}
    defect = result.case.defect.name if result.case.defect else "clean"
    some = result.reading.details[:4] if result.reading else ()
    return f"{result.case.name} [{defect}] {cells} fault={result.fault} false={result.false} missed={result.missed} {some}\n   {sorted(result.case.features)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
