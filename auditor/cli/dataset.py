"""``auditor dataset``."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options, output
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.scratch import scratch_folder

if TYPE_CHECKING:
    from auditor.model.finding import Audit
    from auditor.model.result import Result
    from auditor.render.dataset import Known, Member
    from auditor.season.roster import Agency, Roster


@click.command(help=phrase("help.dataset"), short_help=phrase("help.dataset_short"))
@options.paths_argument
@click.option(
    "--output", "-o", "target", type=click.Path(path_type=Path), required=True, metavar="FILE", help=phrase("help.dataset_output")
)
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help=phrase("help.roster"))
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.ledger"))
@click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs"))
@click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet"))
@options.config_option
@options.lang_option
def dataset(
    paths: tuple[Path, ...],
    target: Path,
    roster: Path | None,
    ledger: Path | None,
    jobs: int,
    quiet: bool,
    config: Path | None,
    lang: str | None,
) -> int:
    """Audit and write the tables; a path that is itself a ledger or a season folder is not audited again."""
    from auditor.batch.outcome import exit_code
    from auditor.batch.run import load_roster
    from auditor.render.dataset import format_of, write_dataset

    run = options.prepare(config, lang, paths=paths)
    options.require_paths(paths)
    format_of(target)
    if not target.parent.is_dir():
        raise UsageError(phrase("usage.cannot_write", path=target, reason="no such folder"))
    with ExitStack() as open_files:
        result, rounds, kept = _taken(paths, run, open_files, roster, ledger, options.job_count(jobs), quiet)
        if result.interrupted:  # tables cannot say that they are a part, and must not replace whole ones
            echo(phrase("said.interrupted", path=target), err=True)
            return 4
        known = known_agencies(load_roster(roster) if roster is not None else kept, rounds)
        counts = write_dataset(result.audits, result.corpus_findings, run.rulebook, run.settings.lang, target, known)
        if not quiet:
            echo(phrase("said.dataset", path=target, **counts), err=True)
        return exit_code(result, "never")


def _taken(
    paths: tuple[Path, ...], run: options.Run, open_files: ExitStack, roster: Path | None, ledger: Path | None, jobs: int, quiet: bool
) -> tuple[Result, dict[str, int], Roster | None]:
    """The result to write, in which round each report of a season came, and the roster that a season keeps."""
    from auditor import office
    from auditor.batch.remembered import audit_with_ledger, stored_result
    from auditor.batch.run import load_roster
    from auditor.ledger import Ledger
    from auditor.ledger.runs import find_run
    from auditor.ledger.store import is_ledger
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    if len(paths) == 1 and office.is_season(paths[0]):
        store = open_files.enter_context(office.open_season(paths[0], read_only=True))
        kept = office.roster_file(store)
        known = None
        if kept is not None:
            place = Path(open_files.enter_context(scratch_folder())) / Path(kept[0]).name
            place.write_bytes(kept[1])
            known = load_roster(place)
        rounds = {version.path: version.first_round for version in office.versions(store)}
        return office.season_result(store, words, lang), rounds, known
    if len(paths) == 1 and is_ledger(paths[0]):
        book = open_files.enter_context(Ledger(paths[0]))
        found = find_run(book)
        if found is None:
            raise UsageError(phrase("usage.no_run", given=paths[0]))
        return stored_result(book, found[0], full=True), {}, None
    place = ledger or Path(open_files.enter_context(scratch_folder())) / "season.db"
    book = open_files.enter_context(Ledger(place))
    with output.progress_bar(say(words, lang, "console.progress"), quiet) as progress:
        done = audit_with_ledger(
            book, paths, run.rulebook, run.settings, packs=run.packs, jobs=jobs, roster=roster, progress=progress, full=True
        )
    return done.result, {}, None


def known_agencies(roster: Roster | None, rounds: dict[str, int]) -> Known:
    """Ids of the agencies: those of the roster through former names, else made from the name (and what tells namesakes apart)."""
    from auditor.render.dataset import Known, Member
    from auditor.season.names import Matcher, normalise

    matcher = Matcher(roster) if roster is not None else None

    def of(audit: Audit) -> Member:
        report = audit.report
        if report is None or not report.agency:
            return Member(id="", name="")
        if matcher is not None and roster is not None:
            match = matcher.match(report.agency, report.year)
            if match.agency is not None and match.certain:
                return member_of(match.agency, roster)
        kind = "" if report.agency_kind == "unknown" else report.agency_kind
        return Member(id=_made_id(normalise(report.agency), audit.body), name=report.agency, kind=kind)

    listed = tuple(member_of(agency, roster) for agency in roster.agencies) if roster is not None else ()
    return Known(of=of, listed=listed, rounds=rounds)


def member_of(agency: Agency, roster: Roster) -> Member:
    """An agency of the roster."""
    from auditor.render.dataset import Member

    parent = roster.find(agency.parent) if agency.parent else None
    return Member(
        id=_roster_id(agency),
        name=agency.name,
        former_names=agency.former_names,
        kind=agency.kind,
        parent=parent.name if parent is not None else agency.parent,
        parent_id=_roster_id(parent) if parent is not None else "",
        valid_from=agency.valid_from or "",
        valid_to=agency.valid_to or "",
        site=agency.site,
        waived=agency.waived,
        other=agency.extra,
    )


def _roster_id(agency: Agency) -> str:
    from auditor.season.names import normalise

    return agency.id or _made_id(normalise(agency.name), "")


def _made_id(name: str, body: str) -> str:
    """``N-`` and 12 digits: the same for the same name everywhere."""
    return "N-" + hashlib.sha256(f"{name}\n{body}".encode()).hexdigest()[:12]
