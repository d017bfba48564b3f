"""``auditor extract``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options, output
from auditor.cli.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.model.report import Report


@click.command(help=phrase("help.extract"))
@options.paths_argument
@options.reading_options
def extract(
    paths: tuple[Path, ...],
    config: Path | None,
    lang: str | None,
    format_: str,
    outputs: tuple[str, ...],
    jobs: int,
    quiet: bool,
    engine: str,
) -> int:
    """Read and bind, print; the return value is the exit code."""
    files = output.parse_outputs(outputs)
    options.require_paths(paths)
    run = options.prepare(config, lang, paths=paths)

    from auditor.batch import extract_batch
    from auditor.text.words import say

    words, language = run.rulebook.words, run.settings.lang
    with output.progress_bar(say(words, language, "console.progress"), quiet) as progress:
        reports, interrupted = extract_batch(
            paths, run.settings, packs=run.packs, engine=engine, jobs=options.job_count(jobs), progress=progress
        )

    def render(name: str) -> bytes:
        if name == "csv":
            from auditor.render.csv import extract_csv

            return extract_csv(reports, words, language).encode()
        from auditor.render.json_v1 import extract_json, extract_jsonl

        return (extract_json(reports, words, language) if name == "json" else "".join(extract_jsonl(reports, words, language))).encode()

    def show(console: object) -> None:
        from rich.console import Console

        from auditor.render.console import Options, print_reports

        assert isinstance(console, Console)
        print_reports(reports, run.rulebook, console, Options(lang=language, quiet=quiet))

    output.deliver(format_, files, render, show)
    return _exit_code(reports, interrupted)


def _exit_code(reports: Sequence[Report], interrupted: bool) -> int:
    from auditor.batch.outcome import reading_exit_code

    return reading_exit_code(reports, interrupted)
