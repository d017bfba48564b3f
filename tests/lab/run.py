"""The laboratory: many composed documents through the project, and a sheet of how exactly it reads and audits.

``python -m tests.lab.run --documents 2000 --seed 7 [--kinds text,docx,…] [--out docs/exactness.md]``; ``memory`` is the kind
without a file, which tells the binder's faults from the readers'. A long run can be made in pieces: ``--first 400 --documents 200
--save piece-400.json`` measures documents 400 to 599 (``--only pdf,ofd``: those of them that are of these kinds), and
``--merge piece-*.json --out …`` makes one sheet of the pieces.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab import tested
from tests.lab.compose.memory import to_document
from tests.lab.compose.office import chromium, convert, libreoffice, print_pages
from tests.lab.measure import Reading, Sheet, compare
from tests.lab.sheet import as_markdown, notes_of
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


def run(
    documents: int,
    seed: int,
    kinds: Sequence[str],
    *,
    keep: Path | None = None,
    rules: bool = True,
    first: int = 0,
    only: Collection[str] | None = None,
) -> tuple[Sheet, list[Result]]:
    """Make ``documents`` documents from number ``first`` on, shared over ``kinds``, and measure them, or those of the kinds ``only``.
    Kinds whose program is missing are left out; conversions that fail are counted.
    """
    sheet, results = Sheet(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(first, first + documents, 200):
            numbers = range(start, min(start + 200, first + documents))
            shared = [(number, kinds[number % len(kinds)]) for number in numbers]
            cases = [make_case(number, seed, kind) for number, kind in shared if only is None or kind in only]
            written = _written(cases, folder)
            made = {case.number for case, _ in written}
            sheet.unmade.update(case.kind for case in cases if case.number not in made)
            for case, path in written:
                results.append(measured(case, path, sheet, rules=rules))
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
        path.write_bytes(case.render(case.plan, *case.others))
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
    for case, written in out:
        if written is not None and case.kept < 1:
            data = written.read_bytes()
            written.write_bytes(data[: int(len(data) * case.kept)])
    return out


def measured(case: Case, path: Path | None, sheet: Sheet, *, rules: bool = True) -> Result:
    """Read the file of a case (``None``: its document in memory), count in the sheet what became of its cells, and audit it."""
    if path is not None and (case.others or case.kept < 1):
        return _measure_parts(case, path, sheet, rules=rules)
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


def _measure_parts(case: Case, path: Path, sheet: Sheet, *, rules: bool) -> Result:
    """A file of several reports, each held against its own plan, or one that was cut off, which may be refused."""
    try:
        reports = tested.reports(path)
        if len(reports) != 1 + len(case.others):
            raise ValueError(f"{len(reports)} reports found in a file of {1 + len(case.others)}")
    except Exception as error:  # as in measured
        fault = f"{type(error).__name__}: {error}"
        sheet.failures.append((case.name, fault))
        sheet.documents[case.kind] += 1
        return Result(case, None, fault)
    readings = [compare(plan.truth(), report) for plan, report in zip((case.plan, *case.others), reports, strict=True)]
    cells = sum((reading.cells for reading in readings), start=type(readings[0].cells)())
    reading = Reading(
        cells,
        tuple(entry for one in readings for entry in one.details),
        readings[0].status,
        sum((one.calibration for one in readings), start=type(readings[0].calibration)()),
    )
    sheet.add_reading(case, reading)
    if not rules or not tested.has_engine():
        return Result(case, reading)
    cards = {rule.id for rule in tested.rulebook().rules}
    false = tuple(rule for report in reports for rule in sheet.add_rules(case, tested.audited(report), cards))
    return Result(case, reading, None, false)


def main(arguments: list[str]) -> int:
    """Run by command. Returns 1 when a cell was read wrongly, a document crashed the reader, or a finding was false."""
    parser = argparse.ArgumentParser(description="Measure how exactly composed documents are read and audited.")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", default=_SHARES)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder where the documents stay")
    parser.add_argument("--details", type=int, default=0, help="how many faulty documents to list")
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    parser.add_argument("--save", type=Path, help="where to keep the counts of this piece, as JSON")
    parser.add_argument("--only", help="kinds to measure now; the others of these numbers are for another piece")
    parser.add_argument("--merge", type=Path, nargs="+", help="pieces to make one sheet of; nothing is measured")
    chosen = parser.parse_args(arguments)
    if chosen.merge:
        return _merged(chosen.merge, chosen.out)
    kinds = usable_kinds(chosen.kinds.split(","))
    if not kinds:
        parser.error("none of these kinds can be made and read here")
    print(f"seed {chosen.seed}, kinds {', '.join(sorted(set(kinds)))}", file=sys.stderr)
    for kind in sorted(set(chosen.kinds.split(",")) - set(kinds)):
        print(f"left out: {kind} (no program to make it or no reader for it)", file=sys.stderr)
    only = sorted(set(chosen.only.split(",") if chosen.only else kinds) & set(kinds))
    sheet, results = run(chosen.documents, chosen.seed, kinds, keep=chosen.keep, first=chosen.first, only=only)
    named = "" if chosen.kinds == _SHARES else f" --kinds {chosen.kinds}"
    command = f"python -m tests.lab.run --documents {chosen.documents} --seed {chosen.seed}{named}"
    text = as_markdown(sheet, command)
    print(text)
    for result in [entry for entry in results if _faulty(entry)][: chosen.details]:
        print(_detail(result))
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")
    if chosen.save:
        piece = {"seed": chosen.seed, "first": chosen.first, "documents": chosen.documents, "kinds": chosen.kinds}
        piece |= {"used": kinds, "only": only, "sheet": sheet.as_json()}
        chosen.save.write_text(json.dumps(piece, ensure_ascii=False), encoding="utf-8")
    return _verdict(sheet)


def _merged(paths: Sequence[Path], out: Path | None) -> int:
    """One sheet of pieces that were measured apart. Pieces of other seeds or kinds, or that overlap, are refused."""
    pieces = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    if len({(piece["seed"], piece["kinds"], tuple(piece["used"])) for piece in pieces}) > 1:
        raise SystemExit("the pieces are of different seeds or kinds")
    used = pieces[0]["used"]
    sheet, measured = Sheet(), set[int]()
    for piece in sorted(pieces, key=lambda piece: (piece["first"], piece["only"])):
        numbers = range(piece["first"], piece["first"] + piece["documents"])
        these = {number for number in numbers if used[number % len(used)] in piece["only"]}
        if these & measured:
            raise SystemExit(f"document {min(these & measured)} was measured twice")
        measured |= these
        sheet.add(Sheet.from_json(piece["sheet"]))
    end = max(piece["first"] + piece["documents"] for piece in pieces)
    every = Counter(used[number % len(used)] for number in range(end))
    missing = Counter(used[number % len(used)] for number in range(end) if number not in measured)
    named = "" if pieces[0]["kinds"] == _SHARES else f" --kinds {pieces[0]['kinds']}"
    command = f"python -m tests.lab.run --documents {end} --seed {pieces[0]['seed']}{named}"
    gaps = ", ".join(f"{kind} {count} of {every[kind]}" for kind, count in sorted(missing.items()))
    notes = notes_of(out.read_text(encoding="utf-8")) if out and out.exists() else ""
    text = as_markdown(sheet, command, f"in {len(pieces)} pieces", unmeasured=gaps, notes=notes)
    print(text)
    if out:
        out.write_text(text, encoding="utf-8")
    return _verdict(sheet)


def _verdict(sheet: Sheet) -> int:
    """1 when a cell was read wrongly, a document crashed the reader, or a finding was false."""
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
