"""``auditor template`` and ``auditor reply``: before the reports are written, and after the agencies have answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.atomic import write_whole
from auditor.cli import options, output
from auditor.cli.echo import echo, echo_json
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.deliver.answers import Heard
    from auditor.deliver.replies import Stored
    from auditor.model.formats import Format
    from auditor.model.report import Report
    from auditor.model.rulebook import Rulebook
    from auditor.office import FindingRow


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
    form = form_of(run.rulebook, year)
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
        echo(say(run.rulebook.words, run.settings.lang, "deliver.template", path=path.as_posix()))
    return 0


def form_of(rulebook: Rulebook, year: int) -> Format:
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
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--season", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=phrase("help.reply_season"))
@click.option("--agency", default="", metavar="NAME", help=phrase("help.reply_agency"))
@click.option("--workbook", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.reply_workbook"))
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.reply_ledger"))
@click.option(
    "--format", "-f", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help=phrase("help.reply_format")
)
@options.config_option
@options.lang_option
def reply(
    files: tuple[Path, ...],
    season: Path | None,
    agency: str,
    workbook: Path | None,
    ledger: Path | None,
    format_: str,
    config: Path | None,
    lang: str | None,
) -> int:
    """The answers in returned notices; 4 when a file could not be read or holds no answer."""
    from contextlib import ExitStack

    from auditor import office
    from auditor.cli.check import user_name
    from auditor.cli.season import rewrite
    from auditor.deliver.answers import hear, note_heard

    run = options.prepare(config, lang)
    for path in files:
        if not path.exists():
            raise UsageError(phrase("usage.no_such_path", given=path))
    if season is None and workbook is not None and office.is_season(workbook.parent):
        season, workbook = workbook.parent, None  # the workbook is a view of the season: the answers go there
    with ExitStack() as stack:
        store = None
        if season is not None:
            store = stack.enter_context(office.open_season(season, who=user_name()))
            stack.enter_context(office.season_lock(season, "reply", store.now()))
        heard = hear(store, files, agency)
        rows = {row.key: row for row in office.findings(store)} if store is not None else {}
        _show_heard(heard, rows, format_, run)
        new = 0
        if store is not None:
            stored, _ = office.record_replies(store, [entry for one in heard for entry in one.replies])
            note_heard(store, heard)
            new = len(stored)
            if not output.followed():
                echo(_said(run, "deliver.stored", path=season, count=new), err=True)
            if any(one.replies for one in heard):  # also when all are known: the run that stored them may have been cut off before this
                rewrite(store, run)
    found = [(Path(one.file), entry) for one in heard for entry in one.replies]
    if workbook is not None:
        from auditor.deliver.replies import into_workbook

        _say_stored(workbook, into_workbook(workbook, found, run.rulebook.words), run)
    if ledger is not None:
        from auditor.deliver.replies import into_ledger

        _say_stored(ledger, into_ledger(ledger, found), run)
    return 4 if not heard or any(one.error or not one.replies for one in heard) else 0


def _show_heard(heard: Sequence[Heard], rows: Mapping[str, FindingRow], format_: str, run: options.Run) -> None:
    """The answers by file, agency and item on standard output; what was refused or is for a person on standard error."""
    import json

    from auditor.model.source import Problem
    from auditor.render.places import problem_text
    from auditor.render.printable import printable
    from auditor.text.privacy import mask

    words, lang = run.rulebook.words, run.settings.lang
    listed = []
    for one in heard:
        if format_ == "text":
            echo(_said(run, "deliver.reply", path=f"{one.file} {one.agency}".strip(), count=len(one.replies)))
        for entry in one.replies:
            row = rows.get(entry.finding)
            number = row.number if row is not None and row.number else entry.finding
            title = row.finding.title if row is not None else ""
            listed.append(
                {"file": one.file, "finding": entry.finding, "number": number, "agency": entry.agency, "reply": mask(entry.text),
                 "answer": entry.answer, "how": entry.how, "certain": entry.certain}
            )  # fmt: skip
            if format_ == "text":
                mark = "" if entry.certain else f"[{_said(run, 'office.todo.look_at_reply')}] "
                parts = (number, title, _said(run, f"office.answer.{entry.answer}"), f"{mark}{mask(entry.text)}")
                echo("  " + "  ".join(printable(part) for part in parts if part))
        if one.error:
            text = problem_text(Problem(code=one.error, details=one.details, fatal=True), words, lang)
            echo(f"{one.file}: {text}", err=True)
        elif not one.replies and not output.followed():
            echo(_said(run, "deliver.no_answer", path=one.file), err=True)
        for number, other in one.refused:
            echo(_said(run, "deliver.other_agency", path=one.file, number=number, agency=other), err=True)
        if one.unknown:
            echo(_said(run, "deliver.unknown", ids="、".join(one.unknown)), err=True)
        for text in one.loose:
            echo(_said(run, "deliver.loose", path=one.file, text=printable(mask(text))), err=True)
    if format_ == "json":
        echo_json(json.dumps(listed, ensure_ascii=False, indent=2))


def _said(run: options.Run, key: str, **values: object) -> str:
    from auditor.text.words import say

    return say(run.rulebook.words, run.settings.lang, key, **values)


def _say_stored(target: Path, stored: Stored, run: options.Run) -> None:
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    if stored.unknown:
        echo(say(words, lang, "deliver.unknown", ids=", ".join(stored.unknown)), err=True)
    echo(say(words, lang, "deliver.stored", path=target.as_posix(), count=stored.count), err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content, follow=True)
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error
