"""``auditor part``, ``auditor reduce``, ``auditor cluster``: one season on several machines."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.atomic import write_whole
from auditor.cli import options, output, rendered
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.batch.recorded import Keys
    from auditor.batch.task import FileTask
    from auditor.rulebook.config import FailOn

_JOBS = click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
_QUIET = click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))


def _task(run: options.Run) -> tuple[FileTask, Keys]:
    from auditor.batch.recorded import keys_of
    from auditor.batch.task import FileTask

    return FileTask(settings=run.settings, packs=run.packs), keys_of(run.rulebook, run.settings, "pdfium")


@click.command(help=phrase("help.part"))
@options.paths_argument
@click.option("--shard", required=True, metavar="3/16", help=phrase("help.shard"))
@click.option("--parts", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help=phrase("help.parts"))
@_JOBS
@_QUIET
@options.config_option
@options.lang_option
def part(paths: tuple[Path, ...], shard: str, parts: Path, jobs: int, quiet: bool, config: Path | None, lang: str | None) -> int:
    """Audit one shard and write its part."""
    from auditor.scale.part import Shard, make_part, shard_inputs
    from auditor.text.words import say

    mine = Shard.parse(shard)
    run = options.prepare(config, lang, paths=paths)
    options.require_paths(paths)
    task, keys = _task(run)
    inputs = shard_inputs(paths, mine)
    target = parts / mine.file_name
    with output.progress_bar(say(run.rulebook.words, run.settings.lang, "console.progress"), quiet) as progress:
        lines = make_part(f"{mine.number}/{mine.of}", inputs, len(inputs), task, keys, options.job_count(jobs), progress=progress)
        try:
            parts.mkdir(parents=True, exist_ok=True)
            write_whole(target, lines)
        except OSError as error:
            raise UsageError(phrase("usage.cannot_write", path=target, reason=error.strerror)) from error
    if not quiet:
        echo(phrase("said.part", path=target, files=len(inputs)), err=True)
    return 0


@click.command(help=phrase("help.reduce"))
@options.paths_argument
@options.reading_options
@options.rule_options
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.ledger"))
@click.option("--today", metavar="DATE", help=phrase("help.today"))
def reduce(
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
    ledger: Path | None,
    today: str | None,
) -> int:
    """Put parts together; prints what `auditor check` over the same files prints."""
    from auditor.batch.outcome import exit_code
    from auditor.batch.remembered import SeasonInputs
    from auditor.batch.run import load_roster
    from auditor.cli.check import deliver_result, given_waivers, needs_cells, open_ledger, parse_date, told
    from auditor.scale.reduce import part_files, reduce_parts

    files = output.parse_outputs(outputs, options.FILE_FORMATS)
    run = options.prepare(config, lang, select, ignore, severities, fail_on)
    options.require_paths(paths)
    with ExitStack() as open_files:
        book = open_ledger(ledger, open_files)
        season = SeasonInputs(roster=roster, known=load_roster(roster), waivers=given_waivers(run, parse_date(today)))
        parts = ((path.name, path) for path in part_files(paths))
        formats = (format_, *(name for name, _ in files))
        result = reduce_parts(
            book,
            parts,
            run.rulebook,
            run.settings,
            packs=run.packs,
            engine=engine,
            season=season,
            jobs=options.job_count(jobs),
            full=needs_cells(formats),
            formats=formats,
        ).result
        result = told(result, run)
        deliver_result(result, run, format_, files, quiet, False, rendered.Extras(letters=rendered.Letters()))
        return exit_code(result, run.fail_on)


@click.command(help=phrase("help.cluster"))
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--parts", required=True, metavar="URL", help=phrase("help.parts"))
@click.option("--address", default=None, help=phrase("help.address"))
@click.option("--batch", "size", type=click.IntRange(min=1), default=100, show_default=True, help=phrase("help.batch"))
@_JOBS
@options.config_option
@options.lang_option
def cluster(urls: tuple[str, ...], parts: str, address: str | None, size: int, jobs: int, config: Path | None, lang: str | None) -> int:
    """Audit on a Ray cluster; writes parts for `auditor reduce`."""
    from auditor.scale.ray_engine import BatchTask, run_on_ray
    from auditor.scale.storage import list_urls

    run = options.prepare(config, lang)
    task, keys = _task(run)
    found = [url for given in urls for url in list_urls(given)]
    made = run_on_ray(BatchTask(task=task, keys=keys, parts=parts, jobs=jobs or 1), found, size=size, address=address)
    for url in made:
        echo(url)
    return 0
