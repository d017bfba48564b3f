"""The season as it stands, made from its file: a result for the renderers, figures, lists for people. One counting rule for all.

A finding counts when it is a top finding that the last look saw (or could not look at again) and that is neither waived nor rejected.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from auditor.check.coverage import counts as check_counts
from auditor.check.coverage import verdict_of
from auditor.model.finding import Audit, Finding
from auditor.model.result import Counted, Result
from auditor.model.rule import Text
from auditor.office.cells import open_cells
from auditor.office.life import findings, in_force
from auditor.office.people import settings
from auditor.office.records import AgencyRow, Counts, FindingRow, LogEntry, OpenCells, RoundRow, Todo, VersionRow
from auditor.office.rounds import CORPUS, report_key, tail_of, whole_audit
from auditor.office.store import SeasonStore
from auditor.text.masked import masked_audit
from auditor.text.words import say

Words = Mapping[str, Text]


def versions(store: SeasonStore, *, every: bool = False) -> tuple[VersionRow, ...]:
    """The versions that count, unread files and other files, by path; ``every``: replaced and withdrawn ones as well."""
    rows = store.rows(
        "SELECT id, sha256, part, report_key, path, agency, year, status, document, published, marked, state, same_as, first_round, "
        "last_round, unread_round FROM version WHERE ? OR state IN ('current', 'unread', 'other') ORDER BY path, id",
        every,
    )
    chosen = {subject for (subject,) in store.rows("SELECT subject FROM entered WHERE field = 'chosen'")}
    return tuple(
        VersionRow(
            id=r[0], sha256=r[1], part=r[2], report_key=r[3], path=r[4], agency=r[5], year=r[6], status=r[7], document=r[8],
            published=r[9], marked=bool(r[10]), state=r[11], same_as=r[12], first_round=r[13], last_round=r[14], unread_round=r[15],
            chosen=f"version:{r[0]}" in chosen,
        )
        for r in sorted(rows, key=lambda row: (row[4].split("/"), row[0]))
    )  # fmt: skip


def audit_of_version(store: SeasonStore, version: int) -> Audit | None:
    """The stored audit of a version with its report, as the run found it; ``None`` for a number that is none."""
    found = store.rows("SELECT audit, report, path FROM version WHERE id = ?", version)
    return whole_audit(*found[0]) if found else None


def beside(store: SeasonStore, given: Sequence[str] = ()) -> tuple[tuple[VersionRow, Audit], ...]:
    """What stands in the season with its audits, without files of these hashes: what a run over other files has to be compared with, so
    that findings across reports are over the whole season. Files that could not be read or were taken for something else are among
    them: an agency's report may be behind one, so that nobody may be said not to have published."""
    left_out = set(given)
    found = []
    for version in versions(store):
        if version.sha256 not in left_out:
            audit = audit_of_version(store, version.id)
            if audit is not None and audit.report is not None:
                found.append((version, audit))
    return tuple(found)


def season_result(store: SeasonStore, words: Words, lang: str = "zh", today: str = "") -> Result:
    """The whole season as a result for the renderers: an audit for each of :func:`versions`, in their order, findings with their state.

    Waived and rejected findings carry the reason in ``waived``, so that every output counts alike.
    """
    rows = _by_report(store, today)
    tail = tail_of(store)

    audits = []
    for version in versions(store):
        audit = audit_of_version(store, version.id)
        assert audit is not None
        audits.append(_counted(audit, rows.get(version.report_key, {}), words, lang))
    return Result(
        audits=tuple(audits),
        corpus_findings=_told(tail.findings, rows.get(CORPUS, {}), words, lang),
        corpus_unknown=tail.unknown,
        version=tail.version,
        rules_sha256=tail.rules_sha256,
        notes=tail.notes,
        defect=tail.defect,
        settings=tail.settings,
        questions=tail.questions,
    )


def with_states(store: SeasonStore, result: Result, words: Words, lang: str = "zh", today: str = "") -> Result:
    """A result of one run with the states of the season laid over its findings."""
    rows = _by_report(store, today)
    return msgspec.structs.replace(
        result,
        audits=tuple(_counted(counted.audit, rows.get(report_key(counted.audit), {}), words, lang) for counted in result.audits),
        corpus_findings=_told(result.corpus_findings, rows.get(CORPUS, {}), words, lang),
        counted=None,
    )


def _by_report(store: SeasonStore, today: str) -> dict[str, dict[str, FindingRow]]:
    """The findings of each report by every id under which they may be printed."""
    found: dict[str, dict[str, FindingRow]] = defaultdict(dict)
    rows = {row.key: row for row in findings(store, today)}
    for row in rows.values():
        found[row.report_key][row.finding.id] = row
    for id_, key in store.rows("SELECT id, key FROM alias"):
        if key in rows:
            found[rows[key].report_key][id_] = rows[key]
    return found


def _told(found: Sequence[Finding], rows: Mapping[str, FindingRow], words: Words, lang: str) -> tuple[Finding, ...]:
    return tuple(
        msgspec.structs.replace(with_state(finding, rows.get(finding.id), words, lang), children=_told(finding.children, rows, words, lang))
        for finding in found
    )


def _counted(audit: Audit, rows: Mapping[str, FindingRow], words: Words, lang: str) -> Counted:
    audit = masked_audit(msgspec.structs.replace(audit, findings=_told(audit.findings, rows, words, lang)))
    verdict = verdict_of(audit) if audit.verdicts else "incomplete"
    return Counted(audit=audit, verdict=verdict, checks=check_counts(audit))


def with_state(finding: Finding, row: FindingRow | None, words: Words, lang: str) -> Finding:
    """A finding as printed now, with its state, round and short number; the reason where it is waived or rejected."""
    if row is None:
        return finding
    waived = finding.waived
    if row.state == "waived" and row.waiver is not None and waived is None:
        until = say(words, lang, "waiver.until", date=row.waiver.until) if row.waiver.until else ""
        waived = say(words, lang, "waiver.note", reason=row.waiver.reason, who=row.waiver.who, until=until)
    elif row.state == "rejected" and waived is None:
        waived = say(words, lang, "office.rejected", note=row.note) if row.note else say(words, lang, "office.rejected_plain")
    return msgspec.structs.replace(finding, waived=waived, state=row.state, round=row.round, number=row.number or None)


def rounds(store: SeasonStore) -> tuple[RoundRow, ...]:
    """The runs that changed something, in order."""
    rows = store.rows("SELECT number, at, version, rules, files FROM round ORDER BY number")
    return tuple(RoundRow(number=r[0], at=r[1], version=r[2], rules=r[3], files=r[4]) for r in rows)


def agencies(store: SeasonStore, today: str = "", *, rows: Sequence[FindingRow] | None = None) -> tuple[AgencyRow, ...]:
    """How each report of the season stands, by agency and year. ``rows``: all findings, where they are at hand."""
    by_report: dict[str, list[FindingRow]] = defaultdict(list)
    for row in findings(store, today) if rows is None else rows:
        by_report[row.report_key].append(row)
    shown: dict[str, VersionRow] = {}
    for version in versions(store, every=True):
        if version.document == "annual_report" and (version.state == "current" or version.report_key not in shown):
            shown[version.report_key] = version
    found = [_agency(version, by_report[key]) for key, version in shown.items() if version.state != "replaced"]
    return tuple(sorted(found, key=lambda row: (row.agency, row.year or 0, row.report_key)))


def counts(store: SeasonStore, today: str = "", *, rows: Sequence[FindingRow] | None = None) -> Counts:
    """The season's figures. ``rows``: all findings, where they are at hand."""
    rows = findings(store, today) if rows is None else rows
    open_ = Counter(row.severity for row in rows if row.counts)
    asked = [row for row in rows if was_asked(row)]
    state = Counter(
        version.state for version in versions(store, every=True) if version.document == "annual_report" or version.state != "current"
    )
    return Counts(
        reports=sum(1 for version in versions(store) if version.state == "current"),
        unread=state["unread"],
        other=state["other"],
        replaced=state["replaced"],
        error=open_["error"],
        warning=open_["warning"],
        notice=open_["notice"],
        asked=len(asked),
        fixed=sum(1 for row in asked if row.gone_as == "fixed"),
        states=dict(sorted(Counter(row.state for row in rows if row.parent is None).items())),
    )


def was_asked(row: FindingRow) -> bool:
    """Whether a finding is part of what is to be put right: a top error or warning, neither waived, rejected, nor given up by us."""
    return row.parent is None and row.asks and row.state not in ("waived", "rejected") and row.gone_as not in ("dropped", "withdrawn")


def todo(
    store: SeasonStore, today: str = "", *, rows: Sequence[FindingRow] | None = None, cells: Mapping[int, OpenCells] | None = None
) -> tuple[Todo, ...]:
    """What a person should do next, most urgent first: files to replace, cells to read, versions to choose, findings to confirm, notices
    to issue, answers due, answers to look at, waivers that have run out. ``rows``: all findings, ``cells``: what :func:`open_cells`
    found, where they are at hand."""
    found: list[Todo] = []
    known = settings(store)
    rows = findings(store, today) if rows is None else rows
    cells = open_cells(store) if cells is None else cells
    current: dict[str, list[VersionRow]] = defaultdict(list)
    for version in versions(store):
        if version.state == "unread":
            found.append(Todo(kind="unread", subject=f"version:{version.id}", agency=version.agency or "", detail=version.path))
        elif version.state == "current":
            current[version.report_key].append(version)
            found += _readings_wanted(version, cells.get(version.id, OpenCells()))
    for several in current.values():
        if len(several) > 1 and not several[0].report_key.startswith("file:"):
            detail = "、".join(version.path for version in several)
            found.append(Todo(kind="choose", subject=f"version:{several[0].id}", agency=several[0].agency or "", detail=detail))
    sent: dict[str, FindingRow] = {}
    for row in rows:
        if row.waiver is not None and not in_force(row.waiver, today):
            found.append(_todo("waiver_over", row, row.waiver.until))
        if not (row.counts and row.asks):
            continue
        if row.state == "regressed":
            found.append(_todo("regressed", row, row.finding.message))
        elif row.state == "to_verify" or (known.confirm_first and row.confirmation is None and not row.notices):
            found.append(_todo("confirm", row, row.finding.message))
        if row.state in ("open", "confirmed", "regressed", "remains") and not (known.confirm_first and row.confirmation != "confirmed"):
            sent.setdefault(row.report_key, row)
        limit = row.deadline or (row.notices[-1].deadline if row.notices else "") or known.due
        if row.state == "notified" and today and _is_day(limit) and limit < today:
            found.append(_todo("reply_due", row, limit))
        found += [_todo("look_at_reply", row, reply.text) for reply in row.replies if not reply.certain or reply.answer == "unclear"]
    for key, row in sent.items():
        if key != CORPUS:
            found.append(Todo(kind="issue", subject=f"report:{key}", agency=row.agency, detail=row.path))
    return tuple(found)


def _readings_wanted(version: VersionRow, cells: OpenCells) -> list[Todo]:
    """What a person should look at in the original of one version."""

    def told(kind: str, keys: tuple[str, ...] = ()) -> Todo:
        return Todo(kind=kind, subject=f"version:{version.id}", agency=version.agency or "", detail=version.path, cells=keys)

    found = []
    if cells.to_read:
        found.append(told("read_cells", cells.to_read))
    elif version.status == "partly_read":
        found.append(told("partly_read"))
    if cells.not_used:
        found.append(told("reread"))
    return found


def history(store: SeasonStore, key: str) -> tuple[LogEntry, ...]:
    """What people did about a finding, oldest first."""
    return tuple(reversed(store.log(subject=f"finding:{key}")))


def seen_in(store: SeasonStore, key: str) -> tuple[tuple[int, str], ...]:
    """What each round saw of a finding: found, again, unclear, fixed, dropped, back."""
    return tuple((int(number), str(what)) for number, what in store.rows("SELECT round, what FROM seen WHERE finding = ? ORDER BY 1", key))


def _agency(version: VersionRow, rows: Sequence[FindingRow]) -> AgencyRow:
    counted = Counter(row.severity for row in rows if row.counts)
    asked = [row for row in rows if was_asked(row)]
    by_round: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in asked:
        by_round[row.first_round][0] += 1
        if row.gone_as == "fixed" and row.gone_round is not None:
            by_round[row.gone_round][1] += 1
    return AgencyRow(
        agency=version.agency or version.path,
        year=version.year,
        report_key=version.report_key,
        status=version.status if version.state != "withdrawn" else "withdrawn",
        path=version.path,
        error=counted["error"],
        warning=counted["warning"],
        notice=counted["notice"],
        asked=len(asked),
        fixed=sum(1 for row in asked if row.gone_as == "fixed"),
        open=sum(1 for row in asked if row.counts),
        regressed=sum(1 for row in asked if row.state == "regressed"),
        waived=sum(1 for row in rows if row.parent is None and row.state == "waived"),
        rejected=sum(1 for row in rows if row.parent is None and row.state == "rejected"),
        by_round=tuple((number, new, gone) for number, (new, gone) in sorted(by_round.items())),
    )


def _todo(kind: str, row: FindingRow, detail: str) -> Todo:
    return Todo(kind=kind, subject=f"finding:{row.key}", agency=row.agency, number=row.number, detail=detail)


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"
