"""What people do in a season: settings, decisions on findings, waivers, readings of cells, choice of versions, withdrawal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.errors import SeasonError
from auditor.model.finding import Finding
from auditor.model.report import CellReading
from auditor.model.result import Result
from auditor.office.records import Confirmation, LookedAtCell, SeasonSettings, Waiver
from auditor.office.rounds import CORPUS, settle_versions
from auditor.office.store import Clock, SeasonStore, local_time

KEEP: Final[Any] = object()
"""The default of values that are to stay as they are; ``None`` or an empty text takes a value away."""
NAMED_AGENCY: Final = "column:agency"
"""The agency a person named for a file that could not be read."""
_SEASON: Final = "season"
ROSTER: Final = "roster"


def create_season(folder: Path, *, who: str = "", clock: Clock = local_time) -> SeasonStore:
    """The season in a folder, made if there is none. Other files in the folder are left alone."""
    return SeasonStore(folder, create=True, who=who, clock=clock)


def open_season(folder: Path, *, who: str = "", read_only: bool = False, clock: Clock = local_time) -> SeasonStore:
    """The season of a folder. Raises SeasonError when there is none."""
    return SeasonStore(folder, who=who, read_only=read_only, clock=clock)


def settings(store: SeasonStore) -> SeasonSettings:
    """What the office set."""
    found = store.values(_SEASON)
    known = {name: found[name] for name in SeasonSettings.__struct_fields__ if name in found and name != "version"}
    return msgspec.convert(known | {"version": store.version_of(_SEASON)}, SeasonSettings)


def set_settings(
    store: SeasonStore,
    *,
    year: int | None = KEEP,
    office: str = KEEP,
    deadline: str = KEEP,
    due: str = KEEP,
    contact: str = KEEP,
    confirm_first: bool = KEEP,
    who: str | None = None,
    expected: int | None = None,
) -> SeasonSettings:
    """Change settings; those not named stay. ``due`` is the day (ISO) by which answers are expected, for the to-do list."""
    given = {"year": year, "office": office, "deadline": deadline, "due": due, "contact": contact, "confirm_first": confirm_first}
    changes = {name: _value(value) for name, value in given.items() if value is not KEEP}
    store.enter(_SEASON, changes, "settings", who=who, expected=expected)
    return settings(store)


def set_roster(store: SeasonStore, path: Path, *, who: str | None = None) -> None:
    """Keep the roster inside the season: later runs use it without being told. Raises UsageError for an unusable roster."""
    from auditor.season import read_roster

    read_roster(path)
    with store.transaction():
        store.attach(ROSTER, path.read_bytes(), who=who)
        store.enter(_SEASON, {"roster": path.name}, "settings", who=who)


def roster_file(store: SeasonStore) -> tuple[str, bytes] | None:
    """Name and bytes of the kept roster, or ``None``."""
    content = store.attachment(ROSTER)
    return None if content is None else (settings(store).roster or "roster", content)


def subject_of(key: str) -> str:
    """The subject in the log of a finding."""
    return f"finding:{key}"


def find_key(store: SeasonStore, given: str) -> str | None:
    """The key of the finding that a person names by key, by an id of any version, or by its short number; ``None`` for none."""
    wanted = given.strip()
    for query in (
        "SELECT key FROM finding WHERE key = ?",
        "SELECT key FROM alias WHERE id = ?",
        "SELECT key FROM finding WHERE id = ?",
        "SELECT key FROM number WHERE number = ?",
    ):
        found = store.rows(query, wanted)
        if found:
            return str(found[0][0])
    return None


def require_key(store: SeasonStore, given: str) -> str:
    """:func:`find_key`; raises SeasonError where there is no such finding."""
    key = find_key(store, given)
    if key is None:
        raise SeasonError("no_finding", given=given)
    return key


def set_finding(
    store: SeasonStore,
    given: str,
    *,
    confirmation: Confirmation | None = KEEP,
    handling: str = KEEP,
    deadline: str = KEEP,
    note: str = KEEP,
    waiver: Waiver | None = KEEP,
    who: str | None = None,
    expected: int | None = None,
    action: int | None = None,
    what: str = "finding",
) -> int:
    """Change what people decided about a finding (key, id or short number); the new version of the finding.

    ``expected`` is the ``version`` of the row the person looked at: ConflictError when somebody was faster. ``None`` or an empty text
    takes a value back. ``handling`` is the office's own word for where the matter stands.
    """
    key = require_key(store, given)
    changes: dict[str, Any] = {}
    for name, value in (("confirmation", confirmation), ("handling", handling), ("deadline", deadline), ("note", note)):
        if value is not KEEP:
            changes[name] = _value(value)
    if waiver is not KEEP:
        if waiver is not None and not waiver.reason.strip():
            raise SeasonError("waiver_without_reason")
        changes["waiver"] = None if waiver is None else msgspec.to_builtins(waiver)
    return store.enter(subject_of(key), changes, what, who=who, expected=expected, action=action)


def set_extra(store: SeasonStore, subject: str, values: dict[str, str | None], *, who: str | None = None, action: int | None = None) -> int:
    """Keep what people wrote in columns of their own: heading → text, of a finding (``finding:KEY``) or another subject."""
    return store.enter(subject, {f"column:{name}": value or None for name, value in values.items()}, "extra", who=who, action=action)


def keep_explanations(store: SeasonStore, result: Result, heading: str) -> int:
    """Keep what agencies said in the receipts of their own checks, in a column of its own, so that later rounds have it; how many."""
    count = 0
    told = [(finding.id, finding.explained) for finding in _every(result.findings()) if finding.explained]
    known = {row[0]: row[1] for row in store.rows("SELECT id, key FROM finding")} if told else {}
    for id_, text in told:
        key = known.get(id_) or find_key(store, id_)
        if key is not None:
            set_extra(store, subject_of(key), {heading: text})
            count += 1
    return count


def _every(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _every(finding.children)


def set_reading(
    store: SeasonStore, sha256: str, cell: str, value: str | None, *, corrected: bool = False, who: str | None = None,
    expected: int | None = None, action: int | None = None,
) -> int:  # fmt: skip
    """Note what a cell (its key) of a file (its hash) really prints, as a person saw it; ``corrected`` where we had read it otherwise.

    ``None`` takes the note back. Kept for that very file only.
    """
    told = None if value is None else {"value": value, "corrected": corrected}
    return store.enter(f"reading:{sha256}:{cell}", {"reading": told}, "reading", who=who, expected=expected, action=action)


def readings(store: SeasonStore, sha256: str | None = None) -> tuple[LookedAtCell, ...]:
    """The cells that people looked at, of one file or of all."""
    rows = store.rows(
        "SELECT subject, value, who, at FROM entered WHERE field = 'reading' AND subject LIKE ? ORDER BY subject",
        f"reading:{sha256 or ''}%",
    )
    found = []
    for subject, value, who, at in rows:
        _, sha, cell = subject.split(":", 2)
        told = msgspec.json.decode(value)
        found.append(
            LookedAtCell(
                sha256=sha, cell=cell, value=told["value"], corrected=told["corrected"], who=who, at=at, version=store.version_of(subject)
            )
        )
    return tuple(found)


def cell_readings(store: SeasonStore) -> dict[str, tuple[CellReading, ...]]:
    """What people read in cells, by the hash of the file: what a run puts in the place of what is read there."""
    found: dict[str, list[CellReading]] = {}
    for told in readings(store):
        found.setdefault(told.sha256, []).append(CellReading(key=told.cell, value=told.value, who=told.who, at=told.at))
    return {sha: tuple(sorted(entries, key=lambda entry: entry.key)) for sha, entries in sorted(found.items())}


def named_files(store: SeasonStore) -> dict[str, str]:
    """The agencies that people named for files which could not be read, by the hash of the file."""
    rows = store.rows(
        "SELECT v.sha256, e.value FROM entered AS e JOIN version AS v ON e.subject = 'version:' || v.id "
        "WHERE e.field = ? AND v.state IN ('unread', 'other') AND v.sha256 <> '' ORDER BY v.id",
        NAMED_AGENCY,
    )
    return {str(sha): str(json.loads(value)) for sha, value in rows}


def choose_version(store: SeasonStore, version: int, *, who: str | None = None) -> None:
    """Say which version of a report counts; another run does not change that. Raises SeasonError for a number that is none."""
    found = store.rows("SELECT report_key FROM version WHERE id = ?", version)
    if not found:
        raise SeasonError("no_version", given=version)
    key = str(found[0][0])
    with store.transaction():
        action = store.new_action()
        for (other,) in store.rows("SELECT id FROM version WHERE report_key = ?", key):
            store.enter(f"version:{other}", {"chosen": True if other == version else None}, "choose", who=who, action=action)
        settle_versions(store, key, [], [])


def withdraw(store: SeasonStore, key: str, reason: str, *, who: str | None = None) -> None:
    """Take a report (its ``report_key``, or an agency's name) out of the season's count; its findings and answers stay in the file.

    Raises SeasonError when there is no such report.
    """
    _withdraw(store, key, {"reason": reason}, who)


def bring_back(store: SeasonStore, key: str, *, who: str | None = None) -> None:
    """Take a withdrawal back."""
    _withdraw(store, key, None, who)


def report_keys(store: SeasonStore, given: str) -> tuple[str, ...]:
    """The report keys that a key, an agency's name or a path names."""
    rows = store.rows("SELECT DISTINCT report_key FROM version WHERE report_key = ?1 OR agency = ?1 OR path = ?1 ORDER BY 1", given)
    return tuple(str(key) for (key,) in rows)


def _withdraw(store: SeasonStore, given: str, told: dict[str, str] | None, who: str | None) -> None:
    keys = report_keys(store, given)
    if not keys:
        raise SeasonError("no_report", given=given)
    with store.transaction() as connection:
        action = store.new_action()
        for key in keys:
            store.enter(f"report:{key}", {"withdrawn": told}, "withdraw" if told else "bring_back", who=who, action=action)
        settle_withdrawn(store)
        assert connection is not None


def settle_withdrawn(store: SeasonStore) -> None:
    """Make versions and findings agree with what is withdrawn. Inside a transaction; also after an undo."""
    wanted = {
        subject.removeprefix("report:")
        for (subject,) in store.rows("SELECT subject FROM entered WHERE field = 'withdrawn' AND subject LIKE 'report:%'")
    }
    there = {str(key) for (key,) in store.rows("SELECT DISTINCT report_key FROM version WHERE state = 'withdrawn'")}
    run = store.connection.execute
    number = int(store.rows("SELECT coalesce(max(number), 0) FROM round")[0][0])
    for key in sorted(wanted - there):
        run("UPDATE version SET state = 'withdrawn' WHERE report_key = ?", (key,))
        if key != CORPUS:
            run(
                "UPDATE finding SET presence = 'gone', gone_round = ?, gone_as = 'withdrawn' WHERE report_key = ? AND presence <> 'gone'",
                (number, key),
            )
    for key in sorted(there - wanted):
        run(
            "UPDATE version SET state = CASE WHEN document IN ('blank_form', 'other') THEN 'other' WHEN status = 'unreadable' "
            "THEN 'unread' ELSE 'current' END WHERE report_key = ?",
            (key,),
        )
        run(
            "UPDATE finding SET presence = CASE WHEN parent IS NULL THEN 'present' ELSE 'explained' END, gone_round = NULL, gone_as = NULL "
            "WHERE report_key = ? AND gone_as = 'withdrawn'",
            (key,),
        )
        settle_versions(store, key, [], [])


def undo(store: SeasonStore, action: int | None = None, *, who: str | None = None) -> int:
    """Take back the last action that can be, or the one named; its number. See :meth:`SeasonStore.undo`."""
    with store.transaction():
        done = store.undo(action, who=who)
        settle_withdrawn(store)
        keys = store.rows(
            "SELECT DISTINCT v.report_key FROM log AS l JOIN version AS v ON l.subject = 'version:' || v.id WHERE l.undoes IN "
            "(SELECT number FROM log WHERE action = ?)",
            done,
        )
        for (key,) in keys:
            settle_versions(store, str(key), [], [])
    return done


def _value(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    return value if value not in ("", None) else None
