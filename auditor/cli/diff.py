"""``auditor diff``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options, output
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.scratch import scratch_folder

if TYPE_CHECKING:
    from auditor.revision import State
    from auditor.revision.compare import VersionComparison


@click.command(help=phrase("help.diff"), short_help=phrase("help.diff_short"))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", "-f", "format_", type=click.Choice(["console", "json"]), default="console", show_default=True, help=phrase("help.format")
)
@click.option("--output", "-o", "outputs", multiple=True, metavar="FORMAT=FILE", help=phrase("help.diff_output"))
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@options.config_option
@options.lang_option
def diff(old: str, new: str, format_: str, outputs: tuple[str, ...], jobs: int, config: Path | None, lang: str | None) -> int:
    """Compare; 1 for findings that are new or regressed, 4 for findings that could not be looked at again, else 0."""
    from auditor.render.printable import printable
    from auditor.revision import compare
    from auditor.revision.show import diff_json, diff_lines

    files = output.parse_outputs(outputs, ("html", "xlsx", "json"))
    run = options.prepare(config, lang, paths=(Path(old), Path(new)))
    with ExitStack() as open_files:
        before, after = (state_of(given, run, options.job_count(jobs), open_files) for given in (old, new))
        comparison = compare(before, after)
        for name, path in files:
            _write(path, _rendered(name, comparison, run))
        if format_ == "json":
            click.echo(diff_json(comparison, run.rulebook, run.settings.lang), nl=False)
        else:
            screen = output.screen()
            for text, style in diff_lines(comparison, run.rulebook, run.settings.lang):
                screen.print(printable(text), style=style or None, soft_wrap=True)
    if comparison.count("new") or comparison.count("regressed"):
        return 1
    return 4 if comparison.count("unclear") else 0


def _rendered(name: str, comparison: VersionComparison, run: options.Run) -> bytes:
    from auditor.revision.show import diff_json
    from auditor.revision.views import diff_html, diff_xlsx

    if name == "xlsx":
        return diff_xlsx(comparison, run.rulebook, run.settings.lang)
    return (diff_html if name == "html" else diff_json)(comparison, run.rulebook, run.settings.lang).encode()


def _write(path: Path, content: bytes) -> None:
    from auditor.atomic import write_whole

    try:
        write_whole(path, content, follow=True)
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error


def state_of(given: str, run: options.Run, jobs: int, open_files: ExitStack) -> State:
    """A ledger (``season.db``, or ``season.db@3`` for its third run), a saved result, or files and folders to audit."""
    from auditor.batch.remembered import audit_with_ledger, stored_result
    from auditor.ledger import Ledger
    from auditor.ledger.runs import find_run
    from auditor.ledger.store import is_ledger
    from auditor.revision.state import state_of_json, state_of_result

    name, _, number = given.rpartition("@")
    path = Path(name) if name and number.isdigit() and is_ledger(Path(name)) else Path(given)
    if is_ledger(path):
        book = open_files.enter_context(Ledger(path))
        found = find_run(book, int(number) if path != Path(given) else None)
        if found is None:
            raise UsageError(phrase("usage.no_run", given=given))
        return state_of_result(given, stored_result(book, found[0], full=True))
    if path.suffix.lower() == ".json":
        return state_of_json(path)
    if not path.exists():
        raise UsageError(phrase("usage.no_such_path", given=given))
    folder = Path(open_files.enter_context(scratch_folder()))
    book = open_files.enter_context(Ledger(folder / "season.db"))
    done = audit_with_ledger(book, [path], run.rulebook, run.settings, packs=run.packs, jobs=jobs, full=True)
    if done.result.interrupted:  # a part of a state is not to be compared
        raise KeyboardInterrupt
    return state_of_result(given, done.result)
