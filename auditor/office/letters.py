"""What leaves the office and what comes back: notices issued, answers received. Both are facts: recorded once, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.errors import SeasonError
from auditor.office.life import findings, notices
from auditor.office.people import find_key, require_key, settings
from auditor.office.records import Answer, AnswerFile, FindingRow, Notice, Reply
from auditor.office.rounds import last_round
from auditor.office.store import SeasonStore

_TO_ASK = ("open", "confirmed", "remains", "regressed")


def is_to_ask(row: FindingRow, confirm_first: bool) -> bool:
    """Whether the next notice asks about a finding: it counts and asks for something, has not been told since it was last seen, and is
    confirmed where the office confirms first."""
    return row.counts and row.asks and row.state in _TO_ASK and (not confirm_first or row.confirmation == "confirmed")


def to_ask(store: SeasonStore, report_key: str, today: str = "") -> tuple[FindingRow, ...]:
    """The findings that the next notice on this report asks about."""
    confirm_first = settings(store).confirm_first
    return tuple(row for row in findings(store, today, report_key=report_key) if is_to_ask(row, confirm_first))


def next_ordinal(store: SeasonStore, agency: str, year: int | None) -> int:
    """Which notice to this agency on this year's report the next one would be, from 1."""
    return 1 + int(store.rows("SELECT count(*) FROM notice WHERE agency = ? AND year IS ?", agency, year)[0][0])


def record_notice(
    store: SeasonStore,
    agency: str,
    year: int | None,
    keys: Sequence[str],
    *,
    number: str = "",
    date: str = "",
    deadline: str = "",
    path: str = "",
    content: bytes | None = None,
    who: str | None = None,
) -> Notice:
    """Record that a notice was issued: to whom, about which findings (keys, ids or short numbers), document number, date (ISO), the file
    as sent. It can be neither changed nor taken back; a later notice is a further one. Raises SeasonError without findings.
    """
    with store.transaction() as connection:
        found = [require_key(store, key) for key in keys]
        if not found:
            raise SeasonError("notice_without_findings", agency=agency)
        ordinal = next_ordinal(store, agency, year)
        digest = hashlib.sha256(content).hexdigest() if content is not None else ""
        messages = {row.key: row.finding.message for row in findings(store, keys=found)}
        identity = connection.execute(
            "INSERT INTO notice (agency, year, ordinal, round, number, date, deadline, path, sha256, content, who, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (agency, year, ordinal, last_round(store), number, date, deadline, path, digest, content, store.who if who is None else who,
             store.now()),
        ).lastrowid  # fmt: skip
        assert identity is not None
        connection.executemany(
            "INSERT INTO notice_item VALUES (?, ?, ?, ?)",
            [(identity, position, key, messages.get(key, "")) for position, key in enumerate(dict.fromkeys(found), start=1)],
        )
        action = store.new_action()
        named = msgspec.json.encode(number or str(identity)).decode()
        store.write_log("notice", f"agency:{agency}", after=named, who=who, action=action)
        for key in dict.fromkeys(found):
            store.write_log("notified", f"finding:{key}", after=named, who=who, action=action)
    return next(notice for notice in notices(store) if notice.id == identity)


def notice_content(store: SeasonStore, notice: int) -> bytes | None:
    """The file of an issued notice as it was sent, or ``None`` where it was not kept."""
    found = store.rows("SELECT content FROM notice WHERE id = ?", notice)
    return bytes(found[0][0]) if found and found[0][0] is not None else None


def record_replies(store: SeasonStore, given: Sequence[Reply], *, who: str | None = None) -> tuple[tuple[Reply, ...], tuple[str, ...]]:
    """Record answers by finding (key, id or short number): those that are new, and the names under which no finding is known.

    The same words out of the same file are one answer, however often it is read; other words to the same finding are a further answer.
    """
    new: list[Reply] = []
    unknown: list[str] = []
    with store.transaction() as connection:
        action = store.new_action()
        for reply in given:
            key = find_key(store, reply.finding)
            if key is None:
                unknown.append(reply.finding)
                continue
            told = store.rows("SELECT max(notice) FROM notice_item WHERE finding = ?", key)
            done = connection.execute(
                "INSERT OR IGNORE INTO reply (finding, agency, answer, text, how, certain, notice, source, source_sha256, who, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, reply.agency, reply.answer, reply.text, reply.how, int(reply.certain), told[0][0], reply.source,
                 reply.source_sha256, store.who if who is None else who, store.now()),
            )  # fmt: skip
            if done.rowcount:
                store.write_log("reply", f"finding:{key}", after=msgspec.json.encode(reply.text).decode(), who=who, action=action)
                new.append(msgspec.structs.replace(reply, id=done.lastrowid or 0, finding=key))
    return tuple(new), tuple(dict.fromkeys(unknown))


def judge_reply(store: SeasonStore, reply: int, answer: Answer | None, *, set_aside: bool = False, who: str | None = None) -> None:
    """Say what an answer amounts to, or set one aside that was none (it stays in the file). Can be undone. Raises SeasonError."""
    if not store.rows("SELECT 1 FROM reply WHERE id = ?", reply):
        raise SeasonError("no_reply", given=reply)
    store.enter(f"reply:{reply}", {"answer": answer, "set_aside": True if set_aside else None}, "judge_reply", who=who)


def note_answer_file(store: SeasonStore, told: AnswerFile) -> None:
    """Keep what is left of a returned file, so that a person can assign it. What a person settled of the same file stays settled."""
    left = [msgspec.to_builtins(entry) for entry in told.left]
    kept = {"sha256": told.sha256, "agency": told.agency, "answers": told.answers, "left": left, "error": told.error,
            "details": told.details}  # fmt: skip
    subject = f"answer:{told.source}"
    before = store.value(subject, "heard")
    if before is not None and before.get("left") != left and store.value(subject, "settled"):
        store.note(subject, "settled", [], "answer_file")
    store.note(subject, "heard", kept, "answer_file")


def answer_files(store: SeasonStore) -> tuple[AnswerFile, ...]:
    """The returned files that were read, by name."""
    found: dict[str, dict[str, Any]] = {}
    for subject, field, value, at in store.rows("SELECT subject, field, value, at FROM entered WHERE subject LIKE 'answer:%'"):
        told = found.setdefault(subject, {})
        told |= json.loads(value) | {"at": at} if field == "heard" else {"settled": json.loads(value)}
    return tuple(
        msgspec.convert(told | {"source": subject.removeprefix("answer:"), "version": store.version_of(subject)}, AnswerFile)
        for subject, told in sorted(found.items())
        if "at" in told
    )


def answer_sources(store: SeasonStore) -> tuple[str, ...]:
    """The names of the returned files that were read."""
    rows = store.rows("SELECT subject FROM entered WHERE subject LIKE 'answer:%' AND field = 'heard' ORDER BY subject")
    return tuple(str(subject).removeprefix("answer:") for (subject,) in rows)


def settle_left_over(
    store: SeasonStore, source: str, place: int, finding: str | None, answer: Answer = "unclear", *, who: str | None = None,
    expected: int | None = None,
) -> None:  # fmt: skip
    """A person says to which finding (key, id or number) a piece of a returned file belongs, or with ``None`` that it is no answer.

    Raises SeasonError for an unknown file, piece or finding, ConflictError when somebody was faster.
    """
    subject = f"answer:{source}"
    told = next((one for one in answer_files(store) if one.source == source), None)
    if told is None or not 0 <= place < len(told.left):
        raise SeasonError("no_reply", given=source)
    with store.transaction():
        if finding is not None:
            key = require_key(store, finding)
            agency = findings(store, keys=[key])[0].agency
            text = told.left[place].text
            given = Reply(finding=key, agency=agency, answer=answer, text=text, how="typed", source=source, source_sha256=told.sha256)
            record_replies(store, [given], who=who)
        store.enter(subject, {"settled": sorted({*told.settled, place})}, "answer_file", who=who, expected=expected)
