"""``auditor dataset``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from auditor.cli import options, output
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.scratch import scratch_folder


@click.command(help=phrase("help.dataset"))
@options.paths_argument
@click.option(
    "--output", "-o", "target", type=click.Path(path_type=Path), required=True, metavar="FILE", help=phrase("help.dataset_output")
)
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.ledger"))
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))
@options.config_option
@options.lang_option
def dataset(
    paths: tuple[Path, ...], target: Path, ledger: Path | None, jobs: int, quiet: bool, config: Path | None, lang: str | None
) -> int:
    """Audit and write the tables; a path that is itself a ledger is not audited again."""
    from auditor.batch.outcome import exit_code
    from auditor.batch.remembered import audit_with_ledger, stored_result
    from auditor.ledger import Ledger
    from auditor.ledger.runs import find_run
    from auditor.ledger.store import is_ledger
    from auditor.render.dataset import format_of, write_dataset
    from auditor.text.words import say

    run = options.prepare(config, lang, paths=paths)
    options.require_paths(paths)
    format_of(target)
    if not target.parent.is_dir():
        raise UsageError(phrase("usage.cannot_write", path=target, reason="no such folder"))
    with ExitStack() as open_files:
        if len(paths) == 1 and is_ledger(paths[0]):
            book = open_files.enter_context(Ledger(paths[0]))
            found = find_run(book)
            if found is None:
                raise UsageError(phrase("usage.no_run", given=paths[0]))
            result = stored_result(book, found[0], full=True)
        else:
            place = ledger or Path(open_files.enter_context(scratch_folder())) / "season.db"
            book = open_files.enter_context(Ledger(place))
            with output.progress_bar(say(run.rulebook.words, run.settings.lang, "console.progress"), quiet) as progress:
                result = audit_with_ledger(
                    book,
                    paths,
                    run.rulebook,
                    run.settings,
                    packs=run.packs,
                    jobs=options.job_count(jobs),
                    progress=progress,
                    full=True,
                ).result
        counts = write_dataset(result.audits, result.corpus_findings, run.rulebook, run.settings.lang, target)
        if not quiet:
            echo(phrase("said.dataset", path=target, **counts), err=True)
        return exit_code(result, "never")
