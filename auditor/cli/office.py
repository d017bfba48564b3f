"""``auditor template`` and ``auditor reply``: before the reports are written, and after the agencies have answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.atomic import write_whole
from auditor.cli import options
from auditor.cli.phrases import phrase
from auditor.errors import ReadError, UsageError

if TYPE_CHECKING:
    from auditor.deliver.replies import Stored
    from auditor.model.formats import Format
    from auditor.model.report import Report
    from auditor.model.rulebook import Rulebook
    from auditor.render.letters import Reply


@click.command(help=phrase("help.template"))
@click.option("--year", type=int, required=True, metavar="N", help=phrase("help.year"))
@click.option("--previous", type=click.Path(path_type=Path), metavar="REPORT", help=phrase("help.template_previous"))
@click.option(
    "--output", "-o", "outputs", type=click.Path(path_type=Path), multiple=True, required=True, metavar="FILE",
    help=phrase("help.template_output"),
)  # fmt: skip
@click.option("--fill", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.template_fill"))
@click.option("--force", is_flag=True, help=phrase("help.template_force"))
@options.config_option
@options.lang_option
def template(
    year: int, previous: Path | None, outputs: tuple[Path, ...], fill: Path | None, force: bool, config: Path | None, lang: str | None
) -> int:
    """The official form for a year, as the file names ask; with the figures of a workbook where one is given."""
    from auditor.text.words import say

    for path in outputs:
        if path.suffix.lower() not in (".docx", ".xlsx"):
            raise UsageError(phrase("usage.bad_template_output", given=path))
        if path.exists() and not force:
            raise UsageError(phrase("usage.file_there", given=path))
    run = options.prepare(config, lang)
    form = _form(run.rulebook, year)
    report = _read(previous, run.rulebook) if previous is not None else None
    if report is not None and report.year != year - 1:
        raise UsageError(phrase("usage.wrong_previous", path=previous, found=report.year or "?", expected=year - 1))
    filled = _figures(fill, year, run.rulebook) if fill is not None else None
    for path in outputs:
        if path.suffix.lower() == ".docx":
            from auditor.render.form import form_docx

            content = form_docx(run.rulebook, form, year, report, filled)
        else:
            from auditor.render.form import form_xlsx

            content = form_xlsx(run.rulebook, form, year, report, filled)
        _write(path, content)
        click.echo(say(run.rulebook.words, run.settings.lang, "deliver.template", path=path.as_posix()))
    return 0


def _form(rulebook: Rulebook, year: int) -> Format:
    """The form that governs a year. Raises UsageError where there is none with tables."""
    found = [entry for entry in rulebook.formats if entry.first_year <= year and (entry.last_year is None or year <= entry.last_year)]
    if not found:
        raise UsageError(phrase("usage.no_year", given=year))
    form = max(found, key=lambda entry: entry.first_year)
    if not {table.id for table in form.tables} >= {"t2", "t3", "t4"}:
        raise UsageError(phrase("usage.no_form", given=year))
    return form


def _figures(path: Path, year: int, rulebook: Rulebook) -> dict[str, str]:
    """The printed cells of a filled form by key. Raises UsageError for a file without tables or of another year."""
    from auditor.pipeline import extract_file

    report = extract_file(path, rulebook)
    if not report.facts:
        raise UsageError(phrase("usage.no_tables", path=path))
    if report.year not in (None, year):
        raise UsageError(phrase("usage.wrong_fill", path=path, found=report.year, expected=year))
    return {str(fact.key): fact.raw.strip() for fact in report.facts}


def _read(path: Path, rulebook: Rulebook) -> Report:
    from auditor.pipeline import extract_file
    from auditor.render.places import problem_text

    report = extract_file(path, rulebook)
    if report.status == "unreadable" or report.document != "annual_report":
        reason = "; ".join(problem_text(problem, rulebook.words, "zh") for problem in report.problems) or report.document
        raise UsageError(phrase("usage.cannot_read", path=path, reason=reason))
    return report


@click.command(help=phrase("help.reply"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--workbook", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.reply_workbook"))
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.reply_ledger"))
@click.option(
    "--format", "-f", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help=phrase("help.reply_format")
)
@options.config_option
@options.lang_option
def reply(files: tuple[Path, ...], workbook: Path | None, ledger: Path | None, format_: str, config: Path | None, lang: str | None) -> int:
    """The replies in returned notices; 4 when one of them could not be read."""
    import json

    from auditor.deliver.replies import into_ledger, into_workbook
    from auditor.render.letters import read_replies
    from auditor.render.places import problem_text
    from auditor.render.printable import printable
    from auditor.text.words import say

    run = options.prepare(config, lang)
    words, language = run.rulebook.words, run.settings.lang
    found: list[tuple[Path, Reply]] = []
    failed = False
    for path in files:
        try:
            replies = read_replies(path.read_bytes(), words)
        except OSError as error:
            raise UsageError(phrase("usage.cannot_read", path=path, reason=error.strerror)) from error
        except ReadError as error:
            from auditor.pipeline import as_problem

            failed = True
            click.echo(f"{path.as_posix()}: {problem_text(as_problem(error), words, language)}", err=True)
            continue
        found += [(path, entry) for entry in replies]
        if format_ == "text":
            click.echo(say(words, language, "deliver.reply", path=path.as_posix(), count=len(replies)))
            for entry in replies:
                click.echo(f"  {entry.finding}  {printable(entry.text)}")
    if format_ == "json":
        listed = [{"file": path.as_posix(), "finding": entry.finding, "reply": entry.text} for path, entry in found]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    if workbook is not None:
        _say_stored(workbook, into_workbook(workbook, found, words), run)
    if ledger is not None:
        _say_stored(ledger, into_ledger(ledger, found), run)
    return 4 if failed else 0


def _say_stored(target: Path, stored: Stored, run: options.Run) -> None:
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    if stored.unknown:
        click.echo(say(words, lang, "deliver.unknown", ids=", ".join(stored.unknown)), err=True)
    click.echo(say(words, lang, "deliver.stored", path=target.as_posix(), count=stored.count), err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content, follow=True)
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error
