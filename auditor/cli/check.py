"""``auditor check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options, output
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    import datetime

    from auditor.batch import Batch
    from auditor.model.result import Result
    from auditor.rulebook.config import FailOn


@click.command(help=phrase("help.check"), no_args_is_help=False)
@options.paths_argument
@options.reading_options
@options.rule_options
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--previous", type=click.Path(path_type=Path), multiple=True, metavar="PATH", help=phrase("help.previous"))
@click.option("--today", metavar="DATE", help=phrase("help.today"))
@click.option("--show-passed", is_flag=True, help=phrase("help.show_passed"))
@click.option("--show-settings", is_flag=True, help=phrase("help.show_settings"))
def check(
    paths: tuple[Path, ...],
    config: Path | None,
    lang: str | None,
    format_: str,
    outputs: tuple[str, ...],
    jobs: int,
    quiet: bool,
    engine: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severities: tuple[str, ...],
    fail_on: FailOn | None,
    roster: Path | None,
    previous: tuple[Path, ...],
    today: str | None,
    show_passed: bool,
    show_settings: bool,
) -> int:
    """Read, audit, print; the return value is the exit code."""
    files = output.parse_outputs(outputs)
    run = options.prepare(config, lang, select, ignore, severities, fail_on)
    if show_settings:
        _show_settings(run)
        return 0
    options.require_paths(paths)

    from auditor.batch import audit_batch
    from auditor.batch.outcome import exit_code
    from auditor.text.words import say

    with output.progress_bar(say(run.rulebook.words, run.settings.lang, "console.progress"), quiet) as progress:
        batch = audit_batch(
            paths,
            run.rulebook,
            run.settings,
            packs=run.packs,
            engine=engine,
            jobs=options.job_count(jobs),
            roster=roster,
            previous=previous,
            progress=progress,
        )
    result = _result(batch, run, _date(today))
    _deliver(result, run, format_, files, quiet, show_passed)
    return exit_code(result, run.fail_on)


def _result(batch: Batch, run: options.Run, today: datetime.date) -> Result:
    """The batch with waivers laid over it, counted."""
    from dataclasses import replace

    from auditor.batch.outcome import assemble
    from auditor.batch.waive import waive
    from auditor.rulebook.config import load_waivers

    path = run.configuration.waivers
    if path is None:
        return assemble(batch, run.rulebook, run.settings.lang)
    audits, across, notes = waive(
        batch.audits, batch.corpus_findings, load_waivers(path), path, today, run.rulebook.words, run.settings.lang
    )
    return assemble(replace(batch, audits=audits, corpus_findings=across), run.rulebook, run.settings.lang, notes)


def _deliver(result: Result, run: options.Run, format_: str, files: tuple[tuple[str, Path], ...], quiet: bool, show_passed: bool) -> None:
    words, lang = run.rulebook.words, run.settings.lang

    def render(name: str) -> bytes:
        if name == "csv":
            from auditor.render.csv import check_csv

            return check_csv(result, words, lang).encode()
        from auditor.render.json_v1 import check_json, check_jsonl

        return (check_json(result, words, lang) if name == "json" else "".join(check_jsonl(result, words, lang))).encode()

    def show(console: object) -> None:
        from rich.console import Console

        from auditor.render.console import Options, print_result

        assert isinstance(console, Console)
        print_result(result, run.rulebook, console, Options(lang=lang, quiet=quiet, show_passed=show_passed))

    output.deliver(format_, files, render, show)


def _show_settings(run: options.Run) -> None:
    """What is in force, as JSON: clean for machines, plain enough for people."""
    import msgspec

    shown = {
        "config": None if run.configuration.path is None else run.configuration.path.as_posix(),
        "rule_packs": list(run.packs),
        "waivers": None if run.configuration.waivers is None else run.configuration.waivers.as_posix(),
        "fail_on": run.fail_on,
        "rules": len(run.rulebook.rules),
        **msgspec.to_builtins(run.settings),
    }
    click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())


def _date(given: str | None) -> datetime.date:
    import datetime

    if given is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError as error:
        raise UsageError(phrase("usage.bad_date", given=given)) from error
