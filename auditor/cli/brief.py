"""``auditor brief``: the leaders' report over a season, from fixed sentences, each number with its source."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from auditor.cli import options, output
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.scratch import scratch_folder

if TYPE_CHECKING:
    from auditor.model.brief import Brief, ChangeKind, Changes
    from auditor.model.report import Report
    from auditor.model.result import Result
    from auditor.office import FindingRow
    from auditor.season.roster import Roster

_SUFFIXES: Final = (".docx", ".html", ".xlsx")


@click.command(help=phrase("help.brief"), short_help=phrase("help.brief_short"))
@options.paths_argument
@click.option("--output", "-o", "outputs", type=click.Path(path_type=Path, dir_okay=False), multiple=True, required=True,
              metavar="FILE", help=phrase("help.brief_output"))  # fmt: skip
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--previous", type=click.Path(path_type=Path), multiple=True, metavar="PATH", help=phrase("help.previous"))
@click.option("--since", type=click.Path(path_type=Path), metavar="STATE", help=phrase("help.brief_since"))
@click.option("--year", type=int, default=None, metavar="N", help=phrase("help.brief_year"))
@click.option("--office", default="", metavar="NAME", help=phrase("help.brief_office"))
@click.option("--date", default="", metavar="DATE", help=phrase("help.brief_date"))
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))
@options.config_option
@options.lang_option
def brief(
    paths: tuple[Path, ...],
    outputs: tuple[Path, ...],
    roster: Path | None,
    previous: tuple[Path, ...],
    since: Path | None,
    year: int | None,
    office: str,
    date: str,
    jobs: int,
    quiet: bool,
    config: Path | None,
    lang: str | None,
) -> int:
    """0: written; 3: no usable report of the year; 4: written, but some file was not (wholly) read, which the brief says."""
    from msgspec.structs import replace

    from auditor.batch.outcome import exit_code
    from auditor.batch.run import load_roster
    from auditor.season.brief import Request, make_brief
    from auditor.season.link import link
    from auditor.text.words import say

    for path in outputs:
        if path.suffix.lower() not in _SUFFIXES:
            raise UsageError(phrase("usage.bad_brief_output", given=path))
        if not path.parent.is_dir():
            raise UsageError(phrase("usage.cannot_write", path=path, reason="no such folder"))
    run = options.prepare(config, lang, paths=paths)
    words, language = run.rulebook.words, run.settings.lang
    options.require_paths(paths)
    options.require_there(*previous, *(() if roster is None else (roster,)), *(() if since is None else (since,)))
    with ExitStack() as stack, output.progress_bar(say(words, language, "console.progress"), quiet) as progress:
        taken = _take(paths, run, options.job_count(jobs), stack, roster, previous, progress)
        if taken.result.interrupted:  # numbers of a part of the reports are no brief, and must not replace a whole one
            for path in outputs:
                echo(phrase("said.interrupted", path=path.as_posix()), err=True)
            return 4
        known = load_roster(roster) if roster is not None else taken.roster
        changes = _changes(since, taken.result, run, options.job_count(jobs), stack) if since is not None else taken.changes
        reports = [counted.audit.report for counted in taken.result.audits]
        season = link(reports, taken.earlier, known)
        made = make_brief(
            run.rulebook,
            season,
            tuple(taken.result.audits),
            Request(year=year, office=office or taken.office, date=date, lang=language, changes=changes),
        )
        code = exit_code(replace(taken.result, audits=tuple(taken.result.audits)), "never")
    if made is None:
        years = sorted({entry.report.year for entry in season.entries if entry.report.year is not None})
        known_years = say(words, language, "brief.join").join(map(str, years))
        echo(say(words, language, "brief.no_year" if years and year else "brief.none", year=year, years=known_years), err=True)
        return 3
    for path in outputs:
        _write(path, made, run)
        if not quiet:
            echo(say(words, language, "brief.written", path=path.as_posix()), err=True)
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What the brief is made from."""

    result: Result
    earlier: tuple[Report, ...] = ()
    roster: Roster | None = None
    changes: Changes | None = None
    office: str = ""


def _take(
    paths: tuple[Path, ...],
    run: options.Run,
    jobs: int,
    stack: ExitStack,
    roster: Path | None,
    previous: tuple[Path, ...],
    progress: object,
) -> _Taken:
    """A season folder as it stands, or files and folders audited now."""
    from auditor import office
    from auditor.batch import extract_batch
    from auditor.batch.remembered import audit_with_ledger
    from auditor.ledger import Ledger

    earlier, interrupted = extract_batch(previous, run.settings, packs=run.packs, jobs=jobs) if previous else ((), False)
    if interrupted:
        raise KeyboardInterrupt
    if len(paths) == 1 and office.is_season(paths[0]):
        return _of_season(paths[0], run, stack, earlier)
    place = Path(stack.enter_context(scratch_folder())) / "season.db"
    book = stack.enter_context(Ledger(place, lasting=False))
    done = audit_with_ledger(
        book,
        paths,
        run.rulebook,
        run.settings,
        packs=run.packs,
        jobs=jobs,
        roster=roster,
        previous=previous,
        progress=progress,  # type: ignore[arg-type]
        full=True,
    )
    return _Taken(result=done.result, earlier=earlier)


def _of_season(folder: Path, run: options.Run, stack: ExitStack, earlier: tuple[Report, ...]) -> _Taken:
    """The season's findings with their life, its roster, and what its last round changed."""
    from auditor import office
    from auditor.batch.run import load_roster
    from auditor.model.brief import Changed, Changes
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    store = stack.enter_context(office.open_season(folder, read_only=True))
    result = office.season_result(store, words, lang)
    kept = office.roster_file(store)
    roster = None
    if kept is not None:
        place = Path(stack.enter_context(scratch_folder())) / Path(kept[0]).name
        place.write_bytes(kept[1])
        roster = load_roster(place)
    last = office.last_round(store)
    changes = None
    if last > 1:
        found = []
        for row in office.findings(store):
            if row.parent is not None or not row.asks or row.state in ("rejected", "waived"):
                continue
            kind = _kind_of(row, last)
            if kind is not None:
                title = row.finding.title
                found.append(Changed(kind=kind, agency=row.agency, year=row.year, rule=row.finding.rule, title=title, path=row.path))
        changes = Changes(name=say(words, lang, "brief.round", number=last - 1), found=tuple(found))
    return _Taken(result=result, earlier=earlier, roster=roster, changes=changes, office=office.settings(store).office)


def _kind_of(row: FindingRow, last: int) -> ChangeKind | None:
    if row.gone_round == last and row.gone_as == "fixed":
        return "fixed"
    if row.presence == "unclear":
        return "unclear"
    if row.presence != "present":
        return None
    if row.back_round == last:
        return "regressed"
    return "new" if row.first_round == last else "remaining"


def _changes(since: Path, result: Result, run: options.Run, jobs: int, stack: ExitStack) -> Changes:
    """Errors and warnings of a saved result, a ledger or files, compared with the ones now."""
    from auditor.cli.diff import state_of
    from auditor.model.brief import Changed, Changes
    from auditor.revision import compare
    from auditor.revision.state import state_of_result

    comparison = compare(state_of(str(since), run, jobs, stack), state_of_result("", result))
    found = []
    for difference in comparison.reports:
        identity = difference.new or difference.old
        if identity is None:
            continue
        for kind, one in difference.found:
            if one.top and not one.waived and one.severity != "notice":
                found.append(
                    Changed(kind=kind, agency=identity.agency or "", year=identity.year, rule=one.rule, title=one.title, path=identity.path)
                )
    return Changes(name=since.name, found=tuple(found), same_rules=comparison.same_rules)


def _write(path: Path, made: Brief, run: options.Run) -> None:
    from auditor.atomic import write_whole
    from auditor.read.own import stamped
    from auditor.render import brief as rendered

    rulebook, lang, suffix = run.rulebook, run.settings.lang, path.suffix.lower()
    if suffix == ".docx":
        content = rendered.brief_docx(made, rulebook, lang)
    elif suffix == ".xlsx":
        content = rendered.brief_xlsx(made, rulebook, lang)
    else:
        content = rendered.brief_html(made, rulebook, lang).encode()
    try:
        write_whole(path, stamped(content, suffix), follow=True)
    except OSError as error:
        raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error
