"""``auditor season …``: everything about a season that is no audit: lists, decisions, notices, workbook, versions, backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from auditor.cli import options, output
from auditor.cli.echo import echo, echo_json
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.deliver.readback import Edits
    from auditor.model.rulebook import Rulebook
    from auditor.office import SeasonStore, Todo

_LISTS: Final = ("todo", "findings", "agencies", "versions", "notices", "replies", "left", "rounds", "readings", "log", "settings")
_KINDS: Final = ("confirmed", "rejected", "to_verify", "none")
_ANSWERS: Final = ("corrected", "explained", "disputed", "none", "unclear")

_folder = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
_who = click.option("--who", default=None, metavar="NAME", help=phrase("help.season_who"))


@click.group(help=phrase("help.season_group"))
def season() -> None:
    """Commands on a season's folder."""


@contextmanager
def _opened(folder: Path, who: str | None, task: str | None = None) -> Iterator[SeasonStore]:
    """The season of the folder; with ``task`` no run may be at it meanwhile."""
    from auditor import office
    from auditor.cli.check import user_name

    with office.open_season(folder, who=user_name() if who is None else who) as store:
        if task is None:
            yield store
            return
        with office.season_lock(folder, task, store.now()):
            yield store


@season.command(help=phrase("help.season_show"))
@_folder
@click.argument("what", type=click.Choice(_LISTS), default="todo")
@click.option(
    "--format", "-f", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help=phrase("help.format")
)
@click.option("--today", metavar="DATE", help=phrase("help.today"))
@options.config_option
@options.lang_option
def show(folder: Path, what: str, format_: str, today: str | None, config: Path | None, lang: str | None) -> int:
    """Lists; JSON has every field."""
    import msgspec

    from auditor import office
    from auditor.cli.check import parse_date
    from auditor.render.printable import printable

    run = options.prepare(config, lang)
    day = parse_date(today).isoformat()
    makers: dict[str, Callable[[SeasonStore], Any]] = {
        "todo": lambda store: office.todo(store, day),
        "findings": lambda store: office.findings(store, day),
        "agencies": lambda store: office.agencies(store, day),
        "versions": lambda store: office.versions(store, every=True),
        "notices": office.notices,
        "replies": office.replies,
        "left": lambda store: [(one, place, piece) for one in office.answer_files(store) for place, piece in one.waiting],
        "rounds": office.rounds,
        "readings": office.readings,
        "log": lambda store: store.log(),
        "settings": lambda store: (office.settings(store),),
    }
    with _opened(folder, None) as store:
        rows = makers[what](store)
        figures = office.counts(store, day)
    if format_ == "json":
        document = {"season": folder.as_posix(), "counts": figures, what: rows}
        echo_json(msgspec.json.format(msgspec.json.encode(_masked(msgspec.to_builtins(document))), indent=2))
        return 0
    for row in rows:
        echo("  ".join(printable(text) for text in _texts(what, row, run.rulebook, run.settings.lang) if text))
    words = _say(run.rulebook, run.settings.lang)
    echo(words("deliver.season", round=_last(folder), reports=figures.reports, unread=figures.unread, error=figures.error,
                     warning=figures.warning, fixed=figures.fixed, asked=figures.asked), err=True)  # fmt: skip
    return 0


@season.command("set", help=phrase("help.season_set"))
@_folder
@click.option("--year", type=int, default=None, metavar="N", help=phrase("help.year"))
@click.option("--office", "office_", default=None, metavar="NAME", help=phrase("help.office"))
@click.option("--deadline", default=None, metavar="TEXT", help=phrase("help.deadline"))
@click.option("--due", default=None, metavar="DATE", help=phrase("help.season_due"))
@click.option("--contact", default=None, metavar="TEXT", help=phrase("help.season_contact"))
@click.option("--confirm-first/--no-confirm-first", default=None, help=phrase("help.season_confirm_first"))
@click.option("--roster", type=click.Path(path_type=Path), default=None, metavar="FILE", help=phrase("help.roster"))
@_who
@options.lang_option
def set_(
    folder: Path,
    year: int | None,
    office_: str | None,
    deadline: str | None,
    due: str | None,
    contact: str | None,
    confirm_first: bool | None,
    roster: Path | None,
    who: str | None,
    lang: str | None,
) -> int:
    """Settings of a season; makes one where there is none."""
    from auditor import office
    from auditor.cli.check import parse_date, user_name

    given = {
        "year": year,
        "office": office_,
        "deadline": deadline,
        "due": parse_date(due).isoformat() if due else due,
        "contact": contact,
        "confirm_first": confirm_first,
    }
    with office.create_season(folder, who=user_name() if who is None else who) as store:
        office.set_settings(store, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
        if roster is not None:
            office.set_roster(store, roster)
    return 0


@season.command(help=phrase("help.season_confirm"))
@_folder
@click.argument("findings", nargs=-1, required=True, metavar="NUMBER...")
@click.option("--as", "kind", type=click.Choice(_KINDS), default="confirmed", show_default=True, help=phrase("help.season_as"))
@click.option("--note", default=None, metavar="TEXT", help=phrase("help.season_note"))
@click.option("--status", default=None, metavar="TEXT", help=phrase("help.season_status"))
@click.option("--deadline", default=None, metavar="TEXT", help=phrase("help.season_finding_deadline"))
@_who
@options.lang_option
def confirm(
    folder: Path,
    findings: tuple[str, ...],
    kind: str,
    note: str | None,
    status: str | None,
    deadline: str | None,
    who: str | None,
    lang: str | None,
) -> int:
    """What a person decided about findings."""
    from auditor import office

    with _opened(folder, who) as store, store.transaction():
        action = store.new_action()
        more = {name: value for name, value in (("note", note), ("handling", status), ("deadline", deadline)) if value is not None}
        for given in findings:
            office.set_finding(store, given, confirmation=None if kind == "none" else kind, action=action, **more)  # type: ignore[arg-type]
    return 0


@season.command(help=phrase("help.season_waive"))
@_folder
@click.argument("findings", nargs=-1, required=True, metavar="NUMBER...")
@click.option("--reason", default="", metavar="TEXT", help=phrase("help.season_reason"))
@click.option("--until", default="", metavar="DATE", help=phrase("help.season_until"))
@click.option("--back", is_flag=True, help=phrase("help.season_waive_back"))
@_who
@options.lang_option
def waive(folder: Path, findings: tuple[str, ...], reason: str, until: str, back: bool, who: str | None, lang: str | None) -> int:
    """Accept findings with a reason."""
    from auditor import office
    from auditor.cli.check import parse_date

    day = parse_date(until).isoformat() if until else ""
    with _opened(folder, who) as store, store.transaction():
        action = store.new_action()
        waiver = None if back else office.Waiver(reason=reason, who=store.who, until=day)
        for given in findings:
            office.set_finding(store, given, waiver=waiver, action=action)
    return 0


@season.command(help=phrase("help.season_issue"))
@_folder
@click.argument("agencies", nargs=-1, metavar="[AGENCY...]")
@click.option("--number", default="", metavar="TEXT", help=phrase("help.season_number"))
@click.option("--date", default=None, metavar="DATE", help=phrase("help.season_date"))
@_who
@options.config_option
@options.lang_option
def issue(
    folder: Path, agencies: tuple[str, ...], number: str, date: str | None, who: str | None, config: Path | None, lang: str | None
) -> int:
    """Record the notices in the folder as sent, once they agree with what people decided."""
    from auditor.cli.check import parse_date
    from auditor.deliver import issue_drafts

    run = options.prepare(config, lang)
    with _opened(folder, who, "issue") as store:
        rewrite(store, run)
        for letter in issue_drafts(store, agencies, number=number, date=parse_date(date).isoformat()):
            echo(f"{letter.agency}  {letter.path}  {letter.number} {letter.date}".rstrip())
    return 0


@season.command("import", help=phrase("help.season_import"))
@_folder
@click.argument("workbook", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]")
@_who
@options.config_option
@options.lang_option
def import_(folder: Path, workbook: Path | None, who: str | None, config: Path | None, lang: str | None) -> int:
    """Read back what people typed into the workbook; or take over the answers in a ledger."""
    from auditor import office
    from auditor.deliver.readback import import_workbook
    from auditor.ledger.store import is_ledger

    run = options.prepare(config, lang)
    words = _say(run.rulebook, run.settings.lang)
    path = workbook if workbook is not None else folder / words("deliver.workbook")
    if not path.is_file():
        raise UsageError(phrase("usage.cannot_read", path=path, reason=phrase("usage.not_there")))
    with _opened(folder, who, "import") as store:
        if is_ledger(path):
            count, unknown = office.adopt_ledger(store, path)
            echo(words("deliver.stored", path=folder.as_posix(), count=count), err=True)
            if unknown:
                echo(words("deliver.unknown", ids="、".join(unknown)), err=True)
            return 0
        edits = import_workbook(store, path, run.rulebook, run.settings.lang)
    _tell_edits(edits, words)
    return 0


@season.command(help=phrase("help.season_withdraw"))
@_folder
@click.argument("agency", metavar="AGENCY")
@click.option("--reason", default="", metavar="TEXT", help=phrase("help.season_withdraw_reason"))
@click.option("--back", is_flag=True, help=phrase("help.season_withdraw_back"))
@_who
@options.config_option
@options.lang_option
def withdraw(folder: Path, agency: str, reason: str, back: bool, who: str | None, config: Path | None, lang: str | None) -> int:
    """Take a report out of the season, its files into the history; or back."""
    from auditor import office

    run = options.prepare(config, lang)
    with _opened(folder, who, "withdraw") as store:
        if back:
            office.bring_back(store, agency)
        else:
            office.withdraw(store, agency, reason)
        rewrite(store, run)
    return 0


@season.command(help=phrase("help.season_choose"))
@_folder
@click.argument("version", type=int, metavar="VERSION")
@_who
@options.config_option
@options.lang_option
def choose(folder: Path, version: int, who: str | None, config: Path | None, lang: str | None) -> int:
    """Say which version of a report counts."""
    from auditor import office

    with _opened(folder, who, "choose") as store:
        office.choose_version(store, version)
    return 0


@season.command(help=phrase("help.season_undo"))
@_folder
@click.argument("action", type=int, required=False, metavar="[ACTION]")
@_who
@options.lang_option
def undo(folder: Path, action: int | None, who: str | None, lang: str | None) -> int:
    """Take back the last change, or one by its number in the log."""
    from auditor import office

    with _opened(folder, who) as store:
        echo(str(office.undo(store, action)))
    return 0


@season.command(help=phrase("help.season_judge"))
@_folder
@click.argument("reply", type=int, metavar="REPLY")
@click.option("--as", "answer", type=click.Choice(_ANSWERS), default=None, help=phrase("help.season_answer"))
@click.option("--set-aside", is_flag=True, help=phrase("help.season_set_aside"))
@_who
@options.lang_option
def judge(folder: Path, reply: int, answer: str | None, set_aside: bool, who: str | None, lang: str | None) -> int:
    """Say what an answer amounts to."""
    from auditor import office

    with _opened(folder, who) as store:
        office.judge_reply(store, reply, answer, set_aside=set_aside)  # type: ignore[arg-type]
    return 0


@season.command(help=phrase("help.season_assign"))
@_folder
@click.argument("source", metavar="FILE")
@click.argument("place", type=int, metavar="PIECE")
@click.argument("finding", required=False, metavar="[NUMBER]")
@click.option("--as", "answer", type=click.Choice(_ANSWERS), default="unclear", help=phrase("help.season_answer"))
@click.option("--set-aside", is_flag=True, help=phrase("help.season_set_aside"))
@_who
@options.lang_option
def assign(
    folder: Path, source: str, place: int, finding: str | None, answer: str, set_aside: bool, who: str | None, lang: str | None
) -> int:
    """Say to which finding a piece of a returned file belongs."""
    from auditor import office

    if (finding is None) != set_aside:
        raise UsageError(phrase("usage.assign"))
    with _opened(folder, who) as store:
        office.settle_left_over(store, source, place, finding, answer)  # type: ignore[arg-type]
    return 0


@season.command("cell", help=phrase("help.season_cell"))
@_folder
@click.argument("sha256")
@click.argument("key")
@click.argument("value")
@click.option("--corrected", is_flag=True, help=phrase("help.season_corrected"))
@_who
@options.lang_option
def cell(folder: Path, sha256: str, key: str, value: str, corrected: bool, who: str | None, lang: str | None) -> int:
    """Note what a cell really prints."""
    from auditor import office

    with _opened(folder, who) as store:
        office.set_reading(store, sha256, key, value, corrected=corrected)
    return 0


@season.command(help=phrase("help.season_add"))
@_folder
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE...")
@_who
@options.lang_option
def add(folder: Path, files: tuple[Path, ...], who: str | None, lang: str | None) -> int:
    """Keep received reports in the season's folder."""
    from auditor import office
    from auditor.read import load

    with _opened(folder, who) as store:
        for path in files:
            echo(office.add_file(store, path.name, load(path), lang=lang or "zh").as_posix())
    return 0


@season.command(help=phrase("help.season_write"))
@_folder
@click.option("--today", metavar="DATE", help=phrase("help.today"))
@_who
@options.config_option
@options.lang_option
def write(folder: Path, today: str | None, who: str | None, config: Path | None, lang: str | None) -> int:
    """Write the outputs anew from the season's file, without an audit."""
    run = options.prepare(config, lang)
    with _opened(folder, who, "write") as store:
        rewrite(store, run, today)
    return 0


@season.command(help=phrase("help.season_backup"))
@_folder
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@options.lang_option
def backup(folder: Path, target: Path, lang: str | None) -> int:
    """The season as one file."""
    from auditor import office

    with _opened(folder, None, "backup") as store:
        count = office.backup(store, target)
    echo(phrase("said.backup", path=target, count=count), err=True)
    return 0


@season.command(help=phrase("help.season_restore"))
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@_folder
@options.lang_option
def restore(source: Path, folder: Path, lang: str | None) -> int:
    """A backup into a folder that holds no season."""
    from auditor import office

    if not source.is_file():
        raise UsageError(phrase("usage.no_such_path", given=source))
    count = office.restore(source, folder)
    echo(phrase("said.restored", path=folder, count=count), err=True)
    return 0


def rewrite(store: SeasonStore, run: options.Run, today: str | None = None) -> None:
    """Write the outputs of an open season anew, once what people typed into its workbook is read back."""
    from auditor.cli.check import parse_date
    from auditor.deliver import write_views
    from auditor.deliver.folder import import_edits
    from auditor.deliver.run import require_writable

    words = _say(run.rulebook, run.settings.lang)
    require_writable(store.folder, run.rulebook, run.settings.lang)
    edits = import_edits(store, run.rulebook, run.settings.lang)
    written = write_views(store, run.rulebook, lang=run.settings.lang, today=parse_date(today).isoformat())
    if edits is not None:
        _tell_edits(edits, words)
    if not output.followed():
        echo(words("deliver.written", folder=store.folder.as_posix(), count=len(written.files)), err=True)


def _tell_edits(edits: Edits, words: Callable[..., str]) -> None:
    echo(words("deliver.edits", count=len(edits.changed)), err=True)
    if edits.refused:
        entries = "、".join(f"{number} {column}".strip() for number, column in edits.refused)
        echo(words("deliver.edits_refused", entries=entries), err=True)
    if edits.unknown:
        echo(words("deliver.unknown", ids="、".join(edits.unknown)), err=True)


def _last(folder: Path) -> int:
    from auditor import office

    with office.open_season(folder) as store:
        return office.last_round(store)


def _say(rulebook: Rulebook, lang: str) -> Callable[..., str]:
    from auditor.text.words import say

    return lambda key, **values: say(rulebook.words, lang, key, **values)


_CELLS_NAMED: Final = 3


def _todo_detail(row: Todo, rulebook: Rulebook, lang: str) -> str:
    """The file or text that something to do is about; of cells their number and the first by name."""
    from auditor.text.labels import label_of

    if not row.cells:
        return row.detail
    words = _say(rulebook, lang)
    named = [label_of(rulebook, {}, key, lang) for key in row.cells[:_CELLS_NAMED]]
    told = words("desk.comma").join(named) + ("…" if len(row.cells) > _CELLS_NAMED else "")
    return words("office.todo.read_cells_detail", path=row.detail, count=len(row.cells), cells=told)


_WRITTEN: Final = frozenset(("text", "before", "after", "note", "detail", "reason", "value"))
"""Fields of a season's records that hold what somebody wrote."""


def _masked(value: Any, field: str = "") -> Any:
    """A document with what agencies and people wrote masked; names, ids and paths as they are."""
    from auditor.text.privacy import mask

    if isinstance(value, dict):
        return {name: _masked(entry, name) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(entry, field) for entry in value]
    return mask(value) if isinstance(value, str) and field in _WRITTEN else value


def _texts(what: str, row: Any, rulebook: Rulebook, lang: str) -> list[str]:
    """A row of a list as texts for people; what agencies wrote is masked."""
    from auditor.text.privacy import mask

    words = _say(rulebook, lang)
    if what == "todo":
        return [words(f"office.todo.{row.kind}"), row.number, row.agency, mask(_todo_detail(row, rulebook, lang))]
    if what == "findings":
        state = words(f"office.gone.{row.gone_as}") if row.gone_as else words(f"office.state.{row.state}")
        closed = words("workbook.round.closed", round=row.round)
        return [row.number, row.agency, row.finding.rule, words(f"severity.{row.severity}"), state, closed, row.finding.message]
    if what == "agencies":
        rate = "" if row.rate is None else f"{row.rate}%"
        return [row.agency, str(row.year or ""), f"{row.fixed}/{row.asked}", rate, row.path]
    if what == "versions":
        return [str(row.id), words(f"office.version.{row.state}"), row.agency or "", str(row.year or ""), row.path]
    if what == "notices":
        return [row.number or f"#{row.id}", row.date, row.agency, words("office.notice_ordinal", ordinal=row.ordinal), row.path]
    if what == "replies":
        return [str(row.id), row.agency, row.finding, words(f"office.answer.{row.answer}"), mask(row.text), row.source]
    if what == "left":
        told, place, piece = row
        return [f"{told.source} #{place}", words(f"desk.left.{piece.kind}"), told.agency, mask(piece.text)]
    if what == "rounds":
        return [str(row.number), row.at, row.version, str(row.files)]
    if what == "readings":
        return [row.sha256[:12], row.cell, mask(row.value), row.who]
    if what == "log":
        return [str(row.action), row.at, row.who, words(f"office.log.{row.what}"), row.subject, row.field, mask(row.after or "")]
    names = ("year", "office", "deadline", "due", "contact", "confirm_first", "roster")
    return [f"{phrase(f'season_setting.{name}')}: {getattr(row, name) or '—'}\n" for name in names]
