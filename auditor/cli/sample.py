"""``auditor sample``: the numbers to compare with the register by hand."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options, output
from auditor.cli.echo import echo, echo_json
from auditor.cli.phrases import phrase

if TYPE_CHECKING:
    from auditor.model.result import Result

COLUMNS = ("agency", "year", "cell", "printed", "place", "why", "register", "path")


@click.command(help=phrase("help.sample"))
@options.paths_argument
@click.option("--per-agency", type=click.IntRange(min=1), default=5, show_default=True, metavar="N", help=phrase("help.sample_per_agency"))
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help=phrase("help.sample_seed"))
@click.option(
    "--format", "-f", "format_", type=click.Choice(["console", "csv", "json"]), default="console", show_default=True,
    help=phrase("help.sample_format"),
)  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))
@options.config_option
@options.lang_option
def sample(
    paths: tuple[Path, ...], per_agency: int, seed: int, format_: str, jobs: int, quiet: bool, config: Path | None, lang: str | None
) -> int:
    """Audit, then draw the numbers of each report that no check can see."""
    from auditor.batch.outcome import exit_code
    from auditor.batch.remembered import audit_with_ledger
    from auditor.cli.check import open_ledger
    from auditor.text.words import say

    options.require_paths(paths)
    run = options.prepare(config, lang)
    words, language = run.rulebook.words, run.settings.lang
    with ExitStack() as open_files:
        with output.progress_bar(say(words, language, "console.progress"), quiet) as progress:
            result = audit_with_ledger(
                open_ledger(None, open_files),
                paths,
                run.rulebook,
                run.settings,
                packs=run.packs,
                jobs=options.job_count(jobs),
                progress=progress,
                full=True,
            ).result
        rows = _rows(result, run, per_agency, seed)
        _print(rows, run, format_)
        return exit_code(result, "never")


def _rows(result: Result, run: options.Run, count: int, seed: int) -> list[tuple[str, ...]]:
    from auditor.check.sampling import draw
    from auditor.render.places import place_text
    from auditor.text.labels import label_of
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    rows: list[tuple[str, ...]] = []
    for counted in result.audits:
        report = counted.audit.report
        for drawn in draw(counted.audit, count, seed):
            assert report is not None
            why = say(words, lang, "sample.blind" if drawn.blind else "sample.unlocated")
            cell = label_of(run.rulebook, report.layouts, drawn.fact.key, lang)
            place = place_text(drawn.fact.location, words, lang)
            rows.append(
                (report.agency or "", str(report.year or ""), cell, drawn.fact.raw.strip(), place, why, "", counted.audit.source.path)
            )
    return rows


def _print(rows: list[tuple[str, ...]], run: options.Run, format_: str) -> None:
    import csv
    import io
    import json
    import sys

    from auditor.render.csv import safe_cell
    from auditor.render.printable import printable
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    if format_ == "json":
        listed = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        echo_json(json.dumps({"schema": "auditor.sample/1", "cells": listed}, ensure_ascii=False, indent=2))
        return
    if format_ == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([say(words, lang, f"sample.column.{name}") for name in COLUMNS])
        writer.writerows([safe_cell(value) for value in row] for row in rows)
        sys.stdout.buffer.write(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace"))
        return
    last = ""
    for agency, year, cell, printed, place, why, _, path in rows:
        if path != last:
            echo(printable(f"{agency or path}  {year}"))
            last = path
        echo(printable("  " + say(words, lang, "sample.line", cell=cell, printed=printed, place=place, why=why)))
