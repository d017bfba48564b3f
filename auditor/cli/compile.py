"""``auditor compile``: a government's own tables, added up from the reports of those below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.atomic import sweep, write_whole
from auditor.cli import options, output
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.model.compiled import Compiled
    from auditor.model.report import Report
    from auditor.season.roster import Agency, Roster


@click.command("compile", help=phrase("help.compile"), short_help=phrase("help.compile_short"))
@options.paths_argument
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--year", type=int, required=True, metavar="N", help=phrase("help.year"))
@click.option("--agency", "names", multiple=True, metavar="NAME", help=phrase("help.compile_agency"))
@click.option("--draft", type=click.Path(path_type=Path), metavar="REPORT", help=phrase("help.compile_draft"))
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR",
              help=phrase("help.compile_output"))  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))
@options.config_option
@options.lang_option
def compile_(
    paths: tuple[Path, ...],
    roster: Path | None,
    year: int,
    names: tuple[str, ...],
    draft: Path | None,
    folder: Path,
    jobs: int,
    quiet: bool,
    config: Path | None,
    lang: str | None,
) -> int:
    """0: every number exact; 1: the draft says otherwise; 4: something is missing, and the files say what."""
    from auditor.batch import extract_batch
    from auditor.batch.run import load_roster
    from auditor.cli.office import form_of
    from auditor.render.compiled import compiled_docx, compiled_xlsx, overview_xlsx
    from auditor.season.audit import is_unread
    from auditor.season.compiled import compile_government, in_order
    from auditor.season.link import link
    from auditor.text.filenames import safe_name
    from auditor.text.words import say

    run = options.prepare(config, lang)
    words, language = run.rulebook.words, run.settings.lang
    options.require_paths(paths)
    known = load_roster(roster)
    if known is None:
        raise UsageError(say(words, language, "compile.no_roster"))
    form = form_of(run.rulebook, year)
    governments = _governments(known, names)
    if not governments:
        raise UsageError(
            say(words, language, "compile.no_government", given=say(words, language, "compile.join").join(names) or str(roster))
        )
    with output.progress_bar(say(words, language, "console.progress"), quiet) as progress:
        count = options.job_count(jobs)
        reports, interrupted = extract_batch(paths, run.settings, packs=run.packs, jobs=count, progress=progress)
    if interrupted:
        echo(phrase("said.interrupted", path=folder.as_posix()), err=True)
        return 4
    drafts = extract_batch((draft,), run.settings, packs=run.packs)[0] if draft is not None else ()
    if draft is not None and (not drafts or drafts[0].document != "annual_report"):
        raise UsageError(phrase("usage.cannot_read", path=draft, reason=drafts[0].document if drafts else "?"))
    season = link(reports, (), known)
    unread = [report for report in reports if is_unread(report)]
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)  # what a killed run left
    done: list[Compiled] = []
    below: dict[str, Compiled] = {}
    several = len(governments) > 1
    for government in in_order(known, governments):
        draft_of = drafts[0] if drafts and (not several or _is_of(drafts[0], government, known)) else None
        compiled = compile_government(season, government, year, form, run.rulebook, draft_of, below, unread)
        below[government.key] = compiled
        name = safe_name(say(words, language, "compile.file", government=government.name, year=year))
        for suffix, content in ((".docx", compiled_docx(compiled, run.rulebook)), (".xlsx", compiled_xlsx(compiled, run.rulebook))):
            write_whole(folder / (name + suffix), content)
        done.append(compiled)
        if not quiet:
            echo(say(words, language, "compile.done", government=government.name, year=year, path=(folder / name).as_posix()))
            _tell(compiled, run)
    if several:
        path = folder / (safe_name(say(words, language, "compile.overview_file", year=year)) + ".xlsx")
        write_whole(path, overview_xlsx(done, run.rulebook))
        if not quiet:
            echo(say(words, language, "compile.overview", path=path.as_posix()))
    if any(compiled.gaps for compiled in done):
        return 4
    return 1 if any(compiled.wrong for compiled in done) else 0


def _governments(roster: Roster, names: tuple[str, ...]) -> list[Agency]:
    """Those named, else all that have members below them."""
    found = [agency for name in names if (agency := roster.find(name)) is not None] if names else list(roster.agencies)
    return [agency for agency in found if roster.children_of(agency)]


def _is_of(draft: Report, government: Agency, roster: Roster) -> bool:
    """Whether a draft is that of the government."""
    found = roster.find(draft.agency or "")
    return found is not None and found.line == government.line


def _tell(compiled: Compiled, run: options.Run) -> None:
    from auditor.render.compiled import coverage_text
    from auditor.text.labels import label_of
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    echo("  " + coverage_text(compiled, run.rulebook, lang))
    for difference in compiled.differences:
        label = label_of(run.rulebook, {}, difference.key, lang)
        key = "compile.joint_difference" if difference.joint else "compile.difference"
        echo(f"  {label}: " + say(words, lang, key, draft=difference.draft, known=difference.known))
    if compiled.below:
        echo("  " + say(words, lang, "compile.below", names=say(words, lang, "compile.join").join(compiled.below)))
    if compiled.joint:
        echo("  " + say(words, lang, "compile.joint"))
