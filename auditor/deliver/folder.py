"""The season folder: page, workbook, circular, results, and a folder for each agency with its notice and marked copy: all of them views
of the season's file (:mod:`auditor.office`)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, structs

from auditor import office
from auditor.deliver.copies import Originals, marked_copies
from auditor.deliver.readback import Edits, import_workbook
from auditor.deliver.sheet import remember, season_sheet
from auditor.deliver.target import SeasonWriter
from auditor.errors import SeasonError
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.office import Recorded, SeasonStore
from auditor.render.json_v1 import check_json
from auditor.render.letters import circular, notice
from auditor.render.page import About, Links, page
from auditor.render.workbook import workbook
from auditor.text.filenames import safe_name, same_place
from auditor.text.words import say

_OLD_MEMORY = ".auditor-season.json"
"""What versions before the season's file kept in its place."""


class Choices(Struct, frozen=True, kw_only=True):
    """What the office puts on its letters: its name, the deadline, date, number and contact as printed, and its own Word templates."""

    office: str = ""
    deadline: str = ""
    date: str = ""
    number: str = ""
    contact: str = ""
    notice_template: Path | None = None
    circular_template: Path | None = None


class Written(Struct, frozen=True, kw_only=True):
    """What was written, in order, and what a person should know of it.

    ``unmarked``: reports of which a marked copy was wanted and could not be made; ``foreign``: names that somebody else's file has, with
    the names used instead; ``retired``: what was moved into the history; ``edits``: what was read back from the workbook.
    """

    files: tuple[Path, ...]
    unmarked: tuple[str, ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()
    retired: tuple[str, ...] = ()
    recorded: Recorded | None = None
    edits: Edits | None = None
    counts: office.Counts | None = None


def write_season(
    folder: Path,
    result: Result,
    rulebook: Rulebook,
    *,
    lang: str = "zh",
    choices: Choices | None = None,
    previous: Mapping[tuple[str, int], Report] | None = None,
    today: str = "",
    who: str = "",
) -> Written:
    """Record a run in the season of the folder (made if needed) and write the folder anew from it.

    Nothing is written for a run that audited no report or was interrupted. What people typed into the workbook is read back first. Raises
    UsageError when the folder cannot be written, another run holds it, or a template cannot be used.
    """
    if result.interrupted or not result.tally().reports:
        return Written(files=())
    with office.create_season(folder, who=who) as store, office.season_lock(folder, "check", store.now()):
        return record_and_write(store, result, rulebook, lang=lang, choices=choices, previous=previous, today=today)


def record_and_write(
    store: SeasonStore,
    result: Result,
    rulebook: Rulebook,
    *,
    lang: str = "zh",
    choices: Choices | None = None,
    previous: Mapping[tuple[str, int], Report] | None = None,
    today: str = "",
) -> Written:
    """The same on an open season whose lock is held."""
    result = structs.replace(result, audits=tuple(result.audits))  # from a ledger they would be loaded anew for each piece
    adopted = _adopt(store)
    edits = None if adopted else import_edits(store, rulebook, lang)
    recorded = office.record_round(store, result)
    if recorded is None:
        return Written(files=(), edits=edits)
    office.keep_explanations(store, result, say(rulebook.words, lang, "receipt.explained"))
    if adopted:
        edits = import_edits(store, rulebook, lang)
    looked_at = frozenset(counted.audit.source.path for counted in result.audits)
    written = write_views(store, rulebook, lang=lang, choices=choices, previous=previous, today=today, looked_at=looked_at)
    return structs.replace(written, recorded=recorded, edits=edits)


def import_edits(store: SeasonStore, rulebook: Rulebook, lang: str) -> Edits | None:
    """What people typed into the workbook in the folder, read back; ``None`` where there is none or it was not touched."""
    target = SeasonWriter(store, "", "{stem}", frozenset(), _old_names(store))
    name = target.ours(say(rulebook.words, lang, "deliver.workbook"), say(rulebook.words, lang, "deliver.beside"))
    if name is None or not target.is_edited(name):
        return None
    try:
        return import_workbook(store, store.folder / name, rulebook, lang)
    except SeasonError as error:
        if error.code != "workbook_unread":
            raise
        return Edits(unread=True)


def write_views(
    store: SeasonStore,
    rulebook: Rulebook,
    *,
    lang: str = "zh",
    choices: Choices | None = None,
    previous: Mapping[tuple[str, int], Report] | None = None,
    today: str = "",
    looked_at: frozenset[str] = frozenset(),
) -> Written:
    """Write every output of the season from its file. Marked copies are made anew of the reports at the paths ``looked_at`` only."""
    words = rulebook.words
    settings = office.settings(store)
    choices = choices if choices is not None else Choices()
    signed, deadline = choices.office or settings.office, choices.deadline or settings.deadline
    season = office.season_result(store, words, lang, today)
    number = office.last_round(store)
    history = f"{say(words, lang, 'deliver.history')}/{say(words, lang, 'deliver.history_round', round=number)}"
    issued = frozenset(letter.path for letter in office.notices(store) if letter.path)
    target = SeasonWriter(
        store,
        history,
        say(words, lang, "deliver.beside").replace("[[", "{").replace("]]", "}"),
        issued,
        _old_names(store) if number == 1 else frozenset(),
    )
    unmarked: list[str] = []
    links: dict[str, Links] = {}

    sheet = season_sheet(store, words, lang, today)
    target.put(say(words, lang, "deliver.workbook"), workbook(season, rulebook, lang, sheet))
    remember(store, sheet, office.findings(store, today), words, lang)
    target.put(
        say(words, lang, "deliver.circular"),
        circular(season, rulebook, office=signed, date=choices.date, number=choices.number, lang=lang, template=choices.circular_template),
    )
    target.put("results.json", check_json(season, words, lang).encode("utf-8"))
    names: dict[str, int] = {}
    keys = [version.report_key for version in office.versions(store)]
    rows: dict[str, list[office.FindingRow]] = {}
    for row in office.findings(store, today):
        rows.setdefault(row.report_key, []).append(row)
    drafts: list[tuple[str, str, str, int | None, int, str]] = []
    with Originals() as originals:
        for key, counted in zip(keys, season.audits, strict=True):
            audit = counted.audit
            if not audit.findings or audit.report is None:
                continue
            base = _unique(folder_name(audit), names)
            asked = [row for row in rows.get(key, ()) if office.is_to_ask(row, settings.confirm_first)]
            ids = {row.finding.id for row in asked}
            to_ask = structs.replace(audit, findings=tuple(finding for finding in audit.findings if finding.id in ids))
            agency = audit.report.agency or audit.source.path
            ordinal = office.next_ordinal(store, agency, audit.report.year)
            letter = None
            if ids:
                letter = notice(
                    to_ask,
                    rulebook,
                    deadline=deadline,
                    office=signed,
                    date=choices.date,
                    number=choices.number,
                    contact=choices.contact or settings.contact,
                    time=ordinal,
                    lang=lang,
                    template=choices.notice_template,
                    told=season.settings,
                )
            if letter is not None:
                named = "deliver.notice" if ordinal == 1 else "deliver.notice_again"
                name = f"{base}/{say(words, lang, named, ordinal=ordinal)}"
                if target.is_replaced_by(name, letter):
                    target.retire(name)
                path = target.put(name, letter, keep_edited=True)
                links[audit.source.path] = Links(notice=_address(path, store.folder))
                told = json.dumps([row.key for row in asked])
                drafts.append((path.relative_to(store.folder).as_posix(), key, agency, audit.report.year, ordinal, told))
            if audit.source.path not in looked_at:
                kept = _keep_copies(target, base, say(words, lang, "deliver.copy"))
                if kept:
                    links[audit.source.path] = structs.replace(links.get(audit.source.path, Links()), copy=quote(kept[0]))
                continue
            for place, copy in enumerate(marked_copies(audit, originals, rulebook, lang), start=1):
                if copy.content is None:
                    unmarked.append(copy.path)
                else:
                    path = target.put(f"{base}/{say(words, lang, 'deliver.copy')}{'' if place == 1 else place}{copy.ending}", copy.content)
                    if place == 1:
                        links[audit.source.path] = structs.replace(links.get(audit.source.path, Links()), copy=_address(path, store.folder))
    for counted in season.audits:
        original = _original(counted.audit.source.path, store.folder)
        if original:
            links[counted.audit.source.path] = structs.replace(links.get(counted.audit.source.path, Links()), original=original)
    last = office.rounds(store)
    about = About(office=signed, year=settings.year, round=number, date=last[-1].at[:10] if last else "", links=links)
    target.put("index.html", page(season, rulebook, lang, previous, about).encode("utf-8"))
    target.retire_rest()
    with store.transaction() as connection:
        connection.execute("DELETE FROM draft")
        connection.executemany("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)", drafts)
    return Written(
        files=tuple(target.written),
        unmarked=tuple(unmarked),
        foreign=tuple(dict.fromkeys(target.foreign)),
        retired=tuple(target.retired),
        counts=office.counts(store, today),
    )


def issue_drafts(
    store: SeasonStore, agencies: tuple[str, ...] = (), *, number: str = "", date: str = "", who: str | None = None
) -> tuple[office.Notice, ...]:
    """Record the notices that lie in the folder as issued: to these agencies, or to all; each with its file as it lies there now.
    ``#`` in the document number counts from 1.

    From then on the file is never touched. Raises SeasonError where there is no such draft, or the file is gone.
    """
    found = store.rows("SELECT path, agency, year, findings FROM draft ORDER BY path")
    wanted = [row for row in found if not agencies or row[1] in agencies]
    missing = set(agencies) - {row[1] for row in wanted}
    if missing or not wanted:
        raise SeasonError("no_draft", given="、".join(sorted(missing)) or store.folder)
    deadline = office.settings(store).deadline
    issued = []
    with store.transaction() as connection:
        for place, (path, agency, year, keys) in enumerate(wanted, start=1):
            try:
                content = (store.folder / path).read_bytes()
            except OSError as error:
                raise SeasonError("no_draft", given=store.folder / path) from error
            issued.append(
                office.record_notice(
                    store,
                    agency,
                    year,
                    json.loads(keys),
                    number=number.replace("#", str(place)),
                    date=date,
                    deadline=deadline,
                    path=path,
                    content=content,
                    who=who,
                )
            )
            connection.execute("DELETE FROM draft WHERE path = ?", (path,))
    return tuple(issued)


def _keep_copies(target: SeasonWriter, base: str, copy: str) -> list[str]:
    """Keep the marked copies that lie there; their names."""
    kept = [name for name in target.names_below(base) if name.rpartition("/")[2].startswith(copy)]
    for name in kept:
        target.keep(name)
    return sorted(kept)


def _address(path: Path, folder: Path) -> str:
    """The address of a file of the folder as a link from its page."""
    return quote(path.relative_to(folder).as_posix())


def _original(path: str, folder: Path) -> str:
    """The address of an original from the page: in the season's folder, or beside it where it was given by a relative path."""
    outer = path.partition("!/")[0]
    whole = outer.rpartition("#")[0]
    for name in (outer, whole):
        if name and (folder / name).is_file() and not Path(name).is_absolute():
            return quote(name)
        if name and not Path(name).is_absolute() and not folder.is_absolute() and Path(name).is_file():
            return quote(Path(os.path.relpath(name, folder)).as_posix())
    return ""


def _adopt(store: SeasonStore) -> bool:
    """Take over a folder written before there was a season's file: its outputs are known as ours. Whether it was one."""
    if office.last_round(store) or store.rows("SELECT 1 FROM output LIMIT 1"):
        return False
    before = _old_memory(store)
    if not before:
        return False
    with store.transaction() as connection:
        connection.executemany("INSERT OR IGNORE INTO output VALUES (?, ?)", list(before.items()))
    return True


def _old_names(store: SeasonStore) -> frozenset[str]:
    return frozenset(_old_memory(store))


def _old_memory(store: SeasonStore) -> dict[str, str]:
    """Names and hashes of the outputs that a version before the season's file wrote here."""
    try:
        before = json.loads((store.folder / _OLD_MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in before.items()} if isinstance(before, dict) else {}


def folder_name(audit: Audit) -> str:
    """Agency and year as a folder name that every file system takes; the file's own name where no agency is known."""
    report = audit.report
    name = (report.agency if report else None) or audit.source.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if report is not None and report.year is not None:
        name = f"{name}_{report.year}"
    return safe_name(name)


def _unique(name: str, names: dict[str, int]) -> str:
    """The name, numbered where another one is the same to a file system that ignores case or composes characters."""
    key = same_place(name)
    names[key] = count = names.get(key, 0) + 1
    return name if count == 1 else _unique(f"{name}_{count}", names)
