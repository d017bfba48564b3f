"""``auditor check``."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from auditor.cli import options, output, rendered
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.scratch import scratch_folder

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator

    from auditor.batch import Progress
    from auditor.batch.waive import Waivers
    from auditor.deliver import DeliveredRun
    from auditor.ledger import Ledger
    from auditor.model.result import Result
    from auditor.rulebook.config import FailOn

_LIGHT: Final = frozenset({"console", "json", "jsonl", "csv"})
"""Formats that show no cells of the reports."""


@click.command(help=phrase("help.check"), no_args_is_help=False)
@options.paths_argument
@options.reading_options
@options.rule_options
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--previous", type=click.Path(path_type=Path), multiple=True, metavar="PATH", help=phrase("help.previous"))
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.ledger"))
@click.option("--season", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=phrase("help.season"))
@click.option("--office", default="", metavar="NAME", help=phrase("help.office"))
@click.option("--deadline", default="", metavar="TEXT", help=phrase("help.deadline"))
@click.option("--date", "letter_date", default="", metavar="DATE", help=phrase("help.letter_date"))
@click.option("--number", default="", metavar="TEXT", help=phrase("help.number"))
@click.option("--contact", default="", metavar="TEXT", help=phrase("help.contact"))
@click.option("--notice-template", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.notice_template"))
@click.option("--circular-template", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.circular_template"))
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.baseline"))
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.receipt"))
@click.option("--explain", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.explain_file"))
@click.option("--receipts", type=click.Path(path_type=Path), metavar="PATH", help=phrase("help.receipts"))
@click.option("--companion", type=click.Path(path_type=Path), multiple=True, metavar="PATH", help=phrase("help.companion"))
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
    ledger: Path | None,
    season: Path | None,
    office: str,
    deadline: str,
    letter_date: str,
    number: str,
    contact: str,
    notice_template: Path | None,
    circular_template: Path | None,
    baseline: Path | None,
    receipt: Path | None,
    explain: Path | None,
    receipts: Path | None,
    companion: tuple[Path, ...],
    today: str | None,
    show_passed: bool,
    show_settings: bool,
) -> int:
    """Read, audit, print; the return value is the exit code."""
    files = output.parse_outputs(outputs, options.FILE_FORMATS)
    letters = rendered.Letters(
        office=office,
        deadline=deadline,
        date=letter_date,
        number=number,
        contact=contact,
        notice_template=notice_template,
        circular_template=circular_template,
    )
    rendered.require_usable(season, letters)
    known = rendered.load_baseline(baseline)
    run = options.prepare(config, lang, select, ignore, severities, fail_on, paths)
    if show_settings:
        _show_settings(run)
        return 0
    options.require_paths(paths)
    options.require_there(*previous, *companion, *(path for path in (roster, receipts, explain) if path is not None))
    explanations = given_explanations(receipt, explain)

    from auditor.batch.outcome import exit_code
    from auditor.text.words import say

    with ExitStack() as open_files:
        with output.progress_bar(say(run.rulebook.words, run.settings.lang, "console.progress"), quiet) as progress:
            given = _Given(
                paths=paths,
                run=run,
                engine=engine,
                jobs=options.job_count(jobs),
                roster=roster,
                previous=previous,
                progress=progress,
                receipts=receipts,
                cells=bool(companion),
                companion=companion,
            )
            day = parse_date(today)
            formats = (format_, *(name for name, _ in files))
            seasonal = None
            if season is not None:
                seasonal = _audit_season(season, given, day, open_ledger(ledger, open_files), formats, letters)
            result = seasonal.result if seasonal is not None else _audit(given, day, ledger, open_files, formats)
        result = told(result, run)
        if receipts is not None and seasonal is None:
            result = verified(result, receipts, run)
        if companion and seasonal is None:
            result = _asked(result, given)
        if receipt is not None:
            write_receipt(receipt, result, run, explanations, quiet)
        shown = any(name == "html" for name, _ in files)
        earlier = rendered.earlier_reports(previous if shown else (), run, engine, given.jobs)
        extras = rendered.Extras(letters=letters, baseline=known, earlier=earlier)
        deliver_result(result, run, format_, files, quiet, show_passed, extras)
        rendered.tell_skipped(paths, run, quiet)
        if season is not None and seasonal is not None:
            rendered.tell_season(season, seasonal, run, quiet)
        return exit_code(result, run.fail_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What to audit and how."""

    paths: tuple[Path, ...]
    run: options.Run
    engine: str
    jobs: int
    roster: Path | None
    previous: tuple[Path, ...]
    progress: Progress | None
    receipts: Path | None = None
    cells: bool = False
    companion: tuple[Path, ...] = ()


def _audit_season(
    folder: Path, given: _Given, today: datetime.date, ledger: Ledger, formats: tuple[str, ...], letters: rendered.Letters
) -> DeliveredRun:
    """The run recorded in the season of the folder."""
    from auditor.deliver import Choices, SeasonRequest, audit_into_season

    run = given.run
    return audit_into_season(
        ledger,
        SeasonRequest(
            folder=folder,
            paths=given.paths,
            rulebook=run.rulebook,
            settings=run.settings,
            packs=run.packs,
            engine=given.engine,
            jobs=given.jobs,
            roster=given.roster,
            previous=given.previous,
            waivers=given_waivers(run, today),
            today=today.isoformat(),
            who=user_name(),
            lang=run.settings.lang,
            choices=Choices(
                office=letters.office,
                deadline=letters.deadline,
                date=letters.date,
                number=letters.number,
                contact=letters.contact,
                notice_template=letters.notice_template,
                circular_template=letters.circular_template,
            ),
            formats=formats,
            progress=given.progress,
            earlier=lambda: rendered.earlier_reports(given.previous, run, given.engine, given.jobs),
            told=lambda result: _asked(verified(told(result, run), given.receipts, run), given),
        ),
    )


def _asked(result: Result, given: _Given) -> Result:
    """The result with the questions of other official sources, where some were given."""
    if not given.companion:
        return result
    from auditor.batch.companions import with_questions

    return with_questions(result, given.companion, given.run.rulebook, given.run.settings, given.jobs)


def user_name() -> str:
    """Who is at the PC, for the season's log."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _audit(given: _Given, today: datetime.date, ledger: Path | None, open_files: ExitStack, formats: tuple[str, ...]) -> Result:
    """The result of the run, from and into a ledger, which stays open while the result is read; without one, into one for this run only.

    One file with nothing to compare it with is audited in memory.
    """
    run = given.run
    if ledger is None and given.roster is None and not given.previous:
        from auditor.batch.single import audit_single, single_input

        if (entry := single_input(given.paths)) is not None:
            return audit_single(
                entry,
                run.rulebook,
                run.settings,
                packs=run.packs,
                engine=given.engine,
                waivers=given_waivers(run, today),
                progress=given.progress,
            )
    from auditor.batch.remembered import audit_with_ledger

    done = audit_with_ledger(
        open_ledger(ledger, open_files),
        given.paths,
        run.rulebook,
        run.settings,
        packs=run.packs,
        engine=given.engine,
        jobs=given.jobs,
        roster=given.roster,
        previous=given.previous,
        waivers=given_waivers(run, today),
        progress=given.progress,
        full=needs_cells(formats) or given.cells,
        formats=formats,
    )
    return done.result


def open_ledger(path: Path | None, open_files: ExitStack) -> Ledger:
    """The ledger at a path; without one, one that is gone after the run: so memory does not grow with the number of files."""
    import tempfile

    from auditor.ledger import Ledger

    if path is not None:
        return open_files.enter_context(Ledger(path))
    try:
        folder = open_files.enter_context(scratch_folder())
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=tempfile.tempdir or "TMPDIR", reason=error.strerror)) from error
    return open_files.enter_context(Ledger(Path(folder) / "season.db", lasting=False))


def told(result: Result, run: options.Run) -> Result:
    """The result with the settings it was made under, which every output says."""
    from msgspec.structs import replace

    from auditor.batch.outcome import settings_notes

    notes = settings_notes(run.told, run.rulebook, run.settings.lang)
    return replace(result, settings=run.told, notes=(*notes, *(note for note in result.notes if note not in notes)))


def verified(result: Result, receipts: Path | None, run: options.Run) -> Result:
    """The result with the receipts of the agencies' own checks held against it."""
    from auditor.batch.receipts import verify

    return result if receipts is None else verify(result, receipts, run.rulebook, run.settings.lang)


def given_explanations(receipt: Path | None, explain: Path | None) -> dict[str, str]:
    """What the agency says to its findings: from the file given, over what stands in the receipt that will be written anew."""
    if receipt is None:
        if explain is not None:
            raise UsageError(phrase("usage.explain_alone"))
        return {}
    from auditor.batch.receipts import read_explanations

    if not receipt.parent.is_dir():
        raise UsageError(phrase("usage.cannot_write", path=receipt, reason="no such folder"))
    known = read_explanations(receipt) if receipt.exists() else {}
    return known | (read_explanations(explain) if explain is not None else {})


def write_receipt(path: Path, result: Result, run: options.Run, explanations: dict[str, str], quiet: bool) -> None:
    """The receipt of the agency's own check."""
    from auditor.atomic import write_whole
    from auditor.batch.receipts import make_receipt, receipt_bytes
    from auditor.cli.echo import echo
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    content = receipt_bytes(make_receipt(result, run.rulebook, lang, explanations))
    try:
        write_whole(path, content, follow=True)
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error
    if not quiet:
        echo(say(words, lang, "receipt.written", path=path.as_posix()), err=True)


def given_waivers(run: options.Run, today: datetime.date) -> Waivers | None:
    """The waivers of the configuration, if it names any."""
    from auditor.batch.waive import Waivers
    from auditor.rulebook.config import load_waivers

    source = run.configuration.waivers
    return Waivers(entries=load_waivers(source), source=source, today=today) if source is not None else None


def needs_cells(formats: Iterable[str]) -> bool:
    """Whether one of the outputs shows cells of the reports."""
    return any(name not in _LIGHT for name in formats)


def deliver_result(
    result: Result,
    run: options.Run,
    format_: str,
    files: tuple[tuple[str, Path], ...],
    quiet: bool,
    show_passed: bool,
    extras: rendered.Extras,
) -> None:
    """Write the files asked for, then standard output."""
    lang = run.settings.lang

    def render(name: str) -> bytes | Iterator[bytes]:
        return rendered.render(name, result, run, extras)

    def show(console: object) -> None:
        from rich.console import Console

        from auditor.render.console import Options, print_result

        assert isinstance(console, Console)
        print_result(result, run.rulebook, console, Options(lang=lang, quiet=quiet, show_passed=show_passed))

    output.deliver(format_, files, render, show)


def _show_settings(run: options.Run) -> None:
    """What is in force, as JSON: clean for machines, plain enough for people."""
    import msgspec

    from auditor.cli.echo import echo_json

    shown = {
        "config": None if run.configuration.path is None else run.configuration.path.as_posix(),
        "rule_packs": list(run.packs),
        "waivers": None if run.configuration.waivers is None else run.configuration.waivers.as_posix(),
        "fail_on": run.fail_on,
        "rules": len(run.rulebook.rules),
        **msgspec.to_builtins(run.settings),
    }
    echo_json(msgspec.json.format(msgspec.json.encode(shown), indent=2))


def parse_date(given: str | None) -> datetime.date:
    """The date given, or today. Raises UsageError for what is none."""
    import datetime

    if given is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError as error:
        raise UsageError(phrase("usage.bad_date", given=given)) from error
