"""What each button does: one call of :mod:`auditor.office`, or a command in the background. Answers are small JSON objects."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from auditor import office
from auditor.desk.runs import audit_received
from auditor.desk.seasonviews import known_agencies
from auditor.desk.state import Desk
from auditor.errors import AuditorError, ConflictError, SeasonError
from auditor.office import Waiver
from auditor.office.people import NAMED_AGENCY

Answer = dict[str, Any]
_DECISIONS: Final = frozenset({"confirmed", "rejected", "to_verify"})


class RefusedError(AuditorError):
    """An action that cannot be done; ``status`` is the answer's, the message is for the person."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def told(desk: Desk, error: AuditorError | OSError) -> RefusedError:
    """An error of the season, or what the disk refuses, in words. A change that somebody else was faster with answers 409."""
    if isinstance(error, OSError):  # a full disk; nothing is half written
        folder = os.path.dirname(str(error.filename)) if error.filename else desk.store.folder
        error = SeasonError("cannot_write", path=folder, reason=error.strerror or type(error).__name__)
    if isinstance(error, ConflictError) and "at" in error.details:
        at = str(error.details["at"])[:16].replace("T", " ")
        return RefusedError(desk.say("desk.conflict_by", who=error.details["who"], at=at), 409)
    if isinstance(error, SeasonError):
        return RefusedError(desk.say(f"season.{error.code}", **error.details), 409 if isinstance(error, ConflictError) else 400)
    return RefusedError(str(error))


def _text(given: Mapping[str, Any], name: str, longest: int = 4000) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise RefusedError(name)
    return value.strip()


def decide(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """A decision on one finding: ``confirmation``, ``note``, ``deadline``, ``handling`` or ``waiver`` ({reason, until})."""
    key = _text(given, "key")
    changes: dict[str, Any] = {}
    if "confirmation" in given:
        value = given["confirmation"]
        if value is not None and value not in _DECISIONS:
            raise RefusedError("confirmation")
        changes["confirmation"] = value
    for name in ("note", "deadline", "handling"):
        if name in given:
            changes[name] = _text(given, name)
    if "waiver" in given:
        waiver = given["waiver"]
        if waiver is not None and not isinstance(waiver, dict):
            raise RefusedError("waiver")
        changes["waiver"] = (
            None if waiver is None else Waiver(reason=_text(waiver, "reason"), who=desk.store.who, until=_text(waiver, "until"))
        )
    expected = given.get("version")
    version = office.set_finding(desk.store, key, expected=expected if isinstance(expected, int) else None, **changes)
    desk.cache.touched([key], desk.today)
    row = desk.snapshot().rows[key]
    return {"version": version, "state": row.state, "said": desk.say(f"office.state.{row.state}")}


def decide_all(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """One decision on many findings, as previewed: refused whole where one of them changed meanwhile."""
    keys, versions, value = given.get("keys"), given.get("versions"), given.get("confirmation")
    if not isinstance(keys, list) or not isinstance(versions, list) or len(keys) != len(versions) or value not in _DECISIONS:
        raise RefusedError("keys")
    with desk.store.transaction():
        action = desk.store.new_action()
        for key, version in zip(keys, versions, strict=True):
            office.set_finding(desk.store, str(key), confirmation=value, expected=int(version), action=action)
    desk.cache.touched([str(key) for key in keys], desk.today)
    return {"count": len(keys)}


def undo(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Take back what was done last."""
    return {"action": office.undo(desk.store)}


def settings(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """The season's settings."""
    year = _text(given, "year").removesuffix("度").removesuffix("年").strip()
    if year and not (year.isdecimal() and 2008 <= int(year) <= 2100):
        raise RefusedError(desk.say("desk.bad_year"))
    expected = given.get("version")
    office.set_settings(
        desk.store,
        year=int(year) if year else None,
        office=_text(given, "office"),
        deadline=_text(given, "deadline"),
        due=_text(given, "due"),
        contact=_text(given, "contact"),
        confirm_first=bool(given.get("confirm_first")),
        expected=expected if isinstance(expected, int) else None,
    )
    return {}


def reading(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """What a cell really prints, as a person saw it. Nothing printed is repaired: the audit's own reading stays beside it."""
    value = given.get("value")
    told_value = None if value is None else _text(given, "value", 200)
    office.set_reading(
        desk.store,
        _text(given, "sha256", 64),
        _text(given, "cell", 200),
        told_value,
        corrected=bool(given.get("corrected")),
        expected=given.get("version") if isinstance(given.get("version"), int) else None,
    )
    return {}


def choose(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Which of several versions of a report counts."""
    office.choose_version(desk.store, int(given.get("version", 0)))
    return {}


def withdraw(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Take a report out of the count, with the reason, or bring it back."""
    key = _text(given, "report")
    if given.get("back"):
        office.bring_back(desk.store, key)
    else:
        reason = _text(given, "reason")
        if not reason:
            raise RefusedError(desk.say("desk.reason_needed"))
        office.withdraw(desk.store, key, reason)
    return {}


def assign(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """The agency that a file which could not be read belongs to, as a person knows it."""
    number = int(given.get("version", 0))
    name = _text(given, "agency", 200)
    known = known_agencies(desk)
    alike = [one for one in known if name in one]
    if name and known and name not in known:
        if len(alike) != 1:
            names = desk.say("desk.comma").join(alike[:5]) or "—"
            raise RefusedError(desk.say("desk.which_agency", name=name, alike=names))
        name = alike[0]
    office.set_extra(desk.store, f"version:{number}", {NAMED_AGENCY.removeprefix("column:"): name})
    if office.last_round(desk.store):  # who has not published is asked again
        audit_received(desk)
    return {}


def audit(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Audit the received files in the background."""
    if desk.background.progress.state == "running":
        raise RefusedError(desk.say("desk.running"), 409)
    if not audit_received(desk):
        raise RefusedError(desk.say("desk.nothing_received", folder=desk.incoming.name))
    return {}


def audit_again(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Audit again the reports in which people read cells that no audit has used yet."""
    from auditor.desk.cells import audit_version, waiting

    for version, _ in waiting(desk):
        known = office.audit_of_version(desk.store, version.id)
        if known is not None:
            audit_version(desk, version, known)
    return {}


def watch(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Take in new files of the folders by themselves from now on, or no longer."""
    desk.watch = bool(given.get("on"))
    desk.refused = set()
    return {}


def cancel(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Stop the run in the background."""
    desk.background.cancel()
    return {}


def answered(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """What an answer says, as a person reads it."""
    office.judge_reply(desk.store, int(given.get("reply", 0)), given.get("answer"))
    return {}


ACTIONS: Final[Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]]] = {
    "decide": decide,
    "decide-all": decide_all,
    "undo": undo,
    "settings": settings,
    "reading": reading,
    "choose": choose,
    "withdraw": withdraw,
    "assign": assign,
    "audit": audit,
    "audit-again": audit_again,
    "watch": watch,
    "cancel": cancel,
    "answered": answered,
}


def as_json(body: bytes) -> Mapping[str, Any]:
    """The object of a request. Raises RefusedError for anything else."""
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise RefusedError("json") from error
    if not isinstance(found, dict):
        raise RefusedError("json")
    return found
