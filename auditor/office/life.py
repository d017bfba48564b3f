"""The life of a finding: what the rounds saw, what people decided, what was sent and answered, put together into one state."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import convert

from auditor.ledger.codec import unpack
from auditor.model.finding import Finding
from auditor.office.records import FindingRow, GoneAs, Notice, Presence, Reply, State, Waiver
from auditor.office.store import SeasonStore


def findings(
    store: SeasonStore, today: str = "", *, keys: Iterable[str] | None = None, report_key: str | None = None
) -> tuple[FindingRow, ...]:
    """All findings ever seen in the season, by report and number; of some ``keys``, or of one report.

    ``today`` (ISO) is the day by which waivers expire; without it none does.
    """
    wanted = None if keys is None else set(keys)
    condition, values = ("WHERE f.report_key = ?", (report_key,)) if report_key is not None else ("", ())
    rows = store.rows(
        "SELECT f.key, f.severity, f.agency, f.year, f.report_key, f.parent, f.presence, f.first_round, f.last_round, f.gone_round, "
        "f.gone_as, f.back_round, f.path, f.record, number.number, "
        "(SELECT max(coalesce(arrived, first_round)) FROM version WHERE version.sha256 = f.sha256) "
        f"FROM finding AS f LEFT JOIN number ON number.key = f.key {condition} "
        "ORDER BY f.report_key = 'corpus', f.path, number.number IS NULL, length(number.number), number.number, f.key",
        *values,
    )
    entered: dict[str, dict[str, Any]] = defaultdict(dict)
    for subject, field, value in store.rows("SELECT subject, field, value FROM entered WHERE subject LIKE 'finding:%'"):
        entered[subject.removeprefix("finding:")][field] = json.loads(value)
    changed = dict(store.rows("SELECT subject, max(number) FROM log WHERE subject LIKE 'finding:%' GROUP BY subject"))
    sent = notices_by_finding(store)
    answered: dict[str, list[Reply]] = defaultdict(list)
    for reply in replies(store):
        answered[reply.finding].append(reply)
    found = []
    for row in rows:
        key = row[0]
        if wanted is not None and key not in wanted:
            continue
        told = entered.get(key, {})
        finding = unpack(row[13], Finding)
        waiver = convert(told["waiver"], Waiver) if "waiver" in told else None
        state, number = state_of(
            presence=row[6], first_round=row[7], gone_round=row[9], back_round=row[11], version_round=row[15] or row[7],
            confirmation=told.get("confirmation"), waived=finding.waived is not None or in_force(waiver, today),
            notices=sent.get(key, ()), replies=tuple(answered.get(key, ())),
        )  # fmt: skip
        presence: Presence = row[6]
        gone_as: GoneAs | None = row[10]
        found.append(
            FindingRow(
                key=key,
                number=row[14] or "",
                finding=finding,
                severity=row[1],
                agency=row[2],
                year=row[3],
                path=row[12],
                report_key=row[4],
                parent=row[5],
                presence=presence,
                first_round=row[7],
                last_round=row[8],
                gone_round=row[9],
                gone_as=gone_as,
                back_round=row[11],
                state=state,
                round=number,
                confirmation=told.get("confirmation"),
                handling=told.get("handling", ""),
                deadline=told.get("deadline", ""),
                note=told.get("note", ""),
                waiver=waiver,
                waived_by_file=finding.waived or "",
                notices=sent.get(key, ()),
                replies=tuple(answered.get(key, ())),
                extra=tuple((name.removeprefix("column:"), value) for name, value in sorted(told.items()) if name.startswith("column:")),
                version=changed.get(f"finding:{key}", 0),
            )
        )
    return tuple(found)


def state_of(
    *,
    presence: Presence,
    first_round: int,
    gone_round: int | None,
    back_round: int | None,
    version_round: int,
    confirmation: str | None,
    waived: bool,
    notices: tuple[Notice, ...],
    replies: tuple[Reply, ...],
) -> tuple[State, int]:
    """The state of a finding and the round in which it got there.

    ``version_round`` is the round that brought the version of the report in which it was seen last: where it is seen in a version that
    came after a notice, it remains.
    """
    if presence == "gone":
        return "closed", gone_round or first_round
    if waived:
        return "waived", first_round
    if confirmation == "rejected":
        return "rejected", first_round
    last = notices[-1] if notices else None
    if back_round is not None and (last is None or last.round < back_round):
        return "regressed", back_round
    if last is not None:
        if version_round > last.round:
            return "remains", version_round
        if any(reply.answer != "none" and reply.notice == last.id for reply in replies):
            return "answered", last.round
        return "notified", last.round
    if replies:
        return "answered", first_round
    if confirmation == "confirmed":
        return "confirmed", first_round
    if confirmation == "to_verify":
        return "to_verify", first_round
    return "open", first_round


def in_force(waiver: Waiver | None, today: str) -> bool:
    """Whether a waiver holds on a day; its last day still counts."""
    return waiver is not None and (not waiver.until or not today or waiver.until >= today)


def notices(store: SeasonStore) -> tuple[Notice, ...]:
    """All notices that were issued, in the order of issuing."""
    items: dict[int, list[str]] = defaultdict(list)
    for notice, finding in store.rows("SELECT notice, finding FROM notice_item ORDER BY notice, position"):
        items[notice].append(finding)
    rows = store.rows("SELECT id, agency, year, ordinal, round, number, date, deadline, path, sha256, who, at FROM notice ORDER BY id")
    return tuple(
        Notice(id=r[0], agency=r[1], year=r[2], ordinal=r[3], round=r[4], number=r[5], date=r[6], deadline=r[7], path=r[8], sha256=r[9],
               who=r[10], at=r[11], findings=tuple(items[r[0]]))
        for r in rows
    )  # fmt: skip


def notices_by_finding(store: SeasonStore) -> Mapping[str, tuple[Notice, ...]]:
    """The notices in which each finding was told, in the order of issuing."""
    found: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices(store):
        for key in dict.fromkeys(notice.findings):
            found[key].append(notice)
    return {key: tuple(value) for key, value in found.items()}


def replies(store: SeasonStore) -> tuple[Reply, ...]:
    """All answers, in the order of arrival; those a person set aside are left out."""
    aside = {subject for (subject,) in store.rows("SELECT subject FROM entered WHERE subject LIKE 'reply:%' AND field = 'set_aside'")}
    kinds = {
        subject: json.loads(value)
        for subject, value in store.rows("SELECT subject, value FROM entered WHERE subject LIKE 'reply:%' AND field = 'answer'")
    }
    rows = store.rows(
        "SELECT id, finding, agency, answer, text, how, certain, notice, source, source_sha256, who, at FROM reply ORDER BY id"
    )
    return tuple(
        Reply(id=r[0], finding=r[1], agency=r[2], answer=kinds.get(f"reply:{r[0]}", r[3]), text=r[4], how=r[5],
              certain=bool(r[6]) or f"reply:{r[0]}" in kinds, notice=r[7], source=r[8], source_sha256=r[9], who=r[10], at=r[11])
        for r in rows
        if f"reply:{r[0]}" not in aside
    )  # fmt: skip
