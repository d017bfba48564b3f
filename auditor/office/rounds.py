"""A run recorded in the season: versions of reports, findings found again, gone, back.

A run speaks only of the reports it looked at; what it did not look at stays as it is. A run that audits no report, or was interrupted,
is not recorded. A run that brings nothing new adds no round; neither does one that reads known files again before any notice was sent:
what it finds belongs to the round it repeats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from auditor.ledger.codec import pack, unpack
from auditor.ledger.record import bare, placed, placeless
from auditor.model.companion import Question
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.result import Result, may_be_report, severity_of
from auditor.model.settings import InForce
from auditor.office.alike import same_kind
from auditor.office.records import GoneAs, Presence
from auditor.office.store import SeasonStore
from auditor.season.roster import roster_words
from auditor.text.chars import squeeze

CORPUS: Final = "corpus"
"""Report key of findings across reports."""
_DECIDED: Final = ("pass", "fail")


class RoundTail(Struct, frozen=True, kw_only=True):
    """What a run found across reports, and what it was made with."""

    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    notes: tuple[str, ...] = ()
    version: str = ""
    rules_sha256: str = ""
    defect: str = ""
    settings: InForce | None = None
    questions: tuple[Question, ...] = ()
    """What other official sources say beside the reports, asked in this round or before."""
    joined: tuple[str, ...] = ()
    """Files that were read as a part of another file's report, in this round or before."""


class Recorded(Struct, frozen=True, kw_only=True):
    """What a run changed. ``round`` is the last round, a new one when ``new_round`` (else the run changed that round or
    nothing); paths of files, keys of findings.

    ``unchanged`` are new files that say the same as the version before; ``unread`` files that could not be read (an earlier audit of the
    report stands); ``undecided`` versions of one report none of which is marked or newer: a person has to choose.
    """

    round: int
    new_round: bool
    added: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    unchanged: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class _NothingNewError(Exception):
    pass


def record_round(store: SeasonStore, result: Result) -> Recorded | None:
    """Record a finished run, reports with their cells; ``None`` when it audited no report or was interrupted: then nothing is written.

    All or nothing. Corpus findings must be over all reports of the season (see :func:`auditor.office.views.beside`).
    """
    if result.interrupted or not result.tally().reports:
        return None
    recorder = _Recorder(store, result)
    try:
        with store.transaction():
            recorder.run()
            if not recorder.changed:
                raise _NothingNewError
    except _NothingNewError:
        return msgspec.structs.replace(recorder.told(), round=last_round(store), new_round=False)
    return recorder.told()


def last_round(store: SeasonStore) -> int:
    """The number of the last round, 0 before the first."""
    return int(store.rows("SELECT coalesce(max(number), 0) FROM round")[0][0])


def tail_of(store: SeasonStore) -> RoundTail:
    """What the last round found across reports."""
    found = store.rows("SELECT tail FROM round ORDER BY number DESC LIMIT 1")
    return msgspec.msgpack.decode(found[0][0], type=RoundTail) if found else RoundTail()


def joined_files(store: SeasonStore) -> tuple[str, ...]:
    """Files that stand in the season as a part of another file's report."""
    return tail_of(store).joined


def settings_of_round(store: SeasonStore) -> InForce | None:
    """The settings of the last round, where they are known."""
    return tail_of(store).settings


def report_key(audit: Audit) -> str:
    """What the versions of one report have in common: agency, year, scope, and the body where several bear the name; else the path."""
    report = audit.report
    if report is None or not report.agency or report.year is None or report.document != "annual_report":
        return f"file:{audit.source.path}"
    organ = "|organ" if report.scope == "organ_only" else ""
    body = f"|{audit.body}" if audit.body else ""
    return f"{squeeze(report.agency)}|{report.year}{organ}{body}"


def content_of(report: Report) -> str:
    """A hash of what the report says: cells as printed, headings, prose. Two files of equal content are one version resubmitted."""
    digest = hashlib.sha256()
    parts = [f"{fact.key}\t{squeeze(fact.raw)}" for fact in report.facts]
    parts += [squeeze(section.printed) for section in report.sections]
    parts += [squeeze(passage.text) for passage in report.passages]
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def is_marked(report: Report) -> bool:
    """Whether title, page title or file name say that this is a corrected version."""
    told = squeeze(" ".join([report.title.text if report.title else "", report.page_title or "", report.source.path.rsplit("/", 1)[-1]]))
    return any(word in told for word in roster_words()["names"]["corrected"])


def flat(findings: Iterable[Finding], parent: Finding | None = None) -> Iterator[tuple[Finding, Finding | None]]:
    """Each finding with the top finding that explains it."""
    for finding in findings:
        yield finding, parent
        yield from flat(finding.children, parent or finding)


class _Recorder:
    """The work of one round, inside a transaction."""

    def __init__(self, store: SeasonStore, result: Result) -> None:
        self._store, self._result = store, result
        self.goes_on = _reads_again(store, result)
        self.round = last_round(store) + (0 if self.goes_on else 1)
        self.changed = False
        self._added: list[str] = []
        self._replaced: list[tuple[str, str]] = []
        self._unchanged: list[str] = []
        self._unread: list[str] = []
        self._undecided: list[str] = []
        self._found: list[str] = []
        self._gone: list[str] = []
        self._back: list[str] = []

    def told(self) -> Recorded:
        return Recorded(
            round=self.round,
            new_round=not self.goes_on,
            added=tuple(self._added),
            replaced=tuple(self._replaced),
            unchanged=tuple(self._unchanged),
            unread=tuple(self._unread),
            undecided=tuple(self._undecided),
            found=tuple(self._found),
            gone=tuple(self._gone),
            back=tuple(self._back),
        )

    def run(self) -> None:
        touched: dict[str, None] = {}
        files = 0
        for counted in self._result.audits:
            files += 1
            key = self._file(counted.audit)
            if key is not None:
                touched[key] = None
        for key in self._left_behind():
            touched[key] = None
        for key in touched:
            settle_versions(self._store, key, self._replaced, self._undecided)
        for key in touched:
            self._findings_of(key)
        tail = self._across()
        before = self._store.rows("SELECT tail FROM round ORDER BY number DESC LIMIT 1")
        packed = msgspec.msgpack.encode(tail)
        self.changed |= not before or bytes(before[0][0]) != packed
        if self.goes_on:
            self._store.connection.execute(
                "UPDATE round SET at = ?, version = ?, rules = ?, tail = ? WHERE number = ?",
                (self._store.now(), self._result.version, self._result.rules_sha256, packed, self.round),
            )
        else:
            self._store.connection.execute(
                "INSERT INTO round VALUES (?, ?, ?, ?, ?, ?)",
                (self.round, self._store.now(), self._result.version, self._result.rules_sha256, files, packed),
            )
        give_numbers(self._store)

    # versions

    def _file(self, audit: Audit) -> str | None:
        """Put one audit into ``version``; the key of the report whose findings may have changed."""
        if any(problem.code in ("READ-MISSING", "RUN-INTERRUPTED") for problem in audit.problems):
            return None
        report = audit.report
        if report is None or report.status == "unreadable" or audit.status == "unreadable":
            return self._unread_file(audit)
        if not may_be_report(report):
            self._upsert(audit, report, f"file:{audit.source.path}", "other")
            return None
        self._now_read(audit)
        key = report_key(audit)
        self._upsert(audit, report, key, "current")
        return key

    def _unread_file(self, audit: Audit) -> str | None:
        """A file that cannot be read this time: an audit of the very file stands; else the report of its path is unclear, not gone."""
        path, sha = audit.source.path, audit.source.sha256
        self._unread.append(path)
        known = self._store.rows(
            "SELECT id, report_key, unread_round, state FROM version WHERE state IN ('current', 'replaced', 'unread') AND "
            "((sha256 = ?1 AND ?1 <> '') OR (path = ?2 AND (?1 = '' OR sha256 = ?1)))",
            sha,
            path,
        )
        if any(state != "unread" for _, _, _, state in known):
            for number, _, unread, state in known:
                if state != "unread":
                    self.changed |= unread is None or unread < self.round - 1
                    self._store.connection.execute("UPDATE version SET unread_round = ? WHERE id = ?", (self.round, number))
            return None
        for number, other in self._store.rows("SELECT id, sha256 FROM version WHERE path = ? AND state = 'unread'", path):
            if other != sha:
                self._store.connection.execute("UPDATE version SET state = 'replaced' WHERE id = ?", (number,))
        report = audit.report or Report(source=audit.source, status="unreadable", document="unknown", problems=audit.problems)
        self._upsert(audit, report, f"file:{path}", "unread")
        earlier = self._store.rows("SELECT report_key FROM version WHERE path = ? AND state = 'current' AND sha256 <> ?", path, sha)
        return str(earlier[0][0]) if earlier else None

    def _now_read(self, audit: Audit) -> None:
        """A file that an earlier run could not read no longer stands as unread."""
        done = self._store.connection.execute(
            "UPDATE version SET state = 'replaced' WHERE state IN ('unread', 'other') AND (path = ? OR sha256 = ?)",
            (audit.source.path, audit.source.sha256),
        )
        self.changed |= done.rowcount > 0

    def _upsert(self, audit: Audit, report: Report, key: str, state: str) -> None:
        run = self._store.connection.execute
        packed, told, content = pack(bare(audit)), pack(placeless(report)), content_of(report)
        sha = _hash_of(audit, report, content)
        known = self._store.rows(
            "SELECT id, audit, path, state, unread_round, report FROM version WHERE sha256 = ? AND report_key = ?", sha, key
        )
        if not known and state == "unread":
            # The same file under another key, read in an earlier run, was dealt with before; this one is new.
            self.changed = True
        if known:
            number, before, _, was, unread, stored = known[0]
            same = bytes(before) == packed and was in (state, "replaced", "withdrawn") and unread is None and bytes(stored or b"") == told
            back = was in ("other", "unread") and was != state
            # The file of a newer version was overwritten with this older one: the older one is what is published now.
            returned = (
                was == "replaced"
                and state == "current"
                and bool(
                    self._store.rows(
                        "SELECT 1 FROM version WHERE report_key = ? AND path = ? AND state = 'current' AND id <> ?",
                        key,
                        audit.source.path,
                        number,
                    )
                )
            )
            if returned:
                run("UPDATE version SET arrived = ? WHERE id = ?", (self.round, number))
            self.changed |= not same or back or returned
            run(
                "UPDATE version SET audit = ?, report = ?, path = ?, status = ?, document = ?, published = ?, marked = ?, last_round = ?, "
                "unread_round = NULL, content = ?, state = CASE WHEN ? THEN ? ELSE state END WHERE id = ?",
                (packed, told, audit.source.path, audit.status, report.document, report.published, int(is_marked(report)), self.round,
                 content, back, state, number),
            )  # fmt: skip
            return
        self.changed = True
        self._added.append(audit.source.path)
        same_as = None
        if state == "current":
            equal = self._store.rows(
                "SELECT id FROM version WHERE report_key = ? AND state = 'current' AND content = ? ORDER BY id DESC LIMIT 1", key, content
            )
            if equal:
                same_as = int(equal[0][0])
                self._unchanged.append(audit.source.path)
        run(
            "INSERT INTO version (sha256, part, report_key, path, agency, year, status, document, published, marked, state, same_as, "
            "first_round, last_round, content, report, audit) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (sha, key, audit.source.path, report.agency, report.year, audit.status, report.document, report.published,
             int(is_marked(report)), state, same_as, self.round, self.round, content, told, packed),
        )  # fmt: skip

    def _left_behind(self) -> list[str]:
        """Files read in this run that an earlier state of the program took for reports of another agency or year."""
        query = (
            "SELECT DISTINCT report_key FROM version WHERE state = 'current' AND last_round < ?1 AND unread_round IS NOT ?1 AND sha256 IN "
            "(SELECT sha256 FROM version WHERE state = 'current' AND last_round = ?1)"
        )
        keys = [str(key) for (key,) in self._store.rows(query, self.round)]
        for key in keys:
            self.changed = True
            self._store.connection.execute(
                "UPDATE version SET state = 'replaced' WHERE report_key = ? AND last_round < ? AND sha256 IN "
                "(SELECT sha256 FROM version WHERE last_round = ?)",
                (key, self.round, self.round),
            )
        return keys

    # findings

    def _findings_of(self, key: str) -> None:
        versions = self._store.rows(
            "SELECT sha256, path, audit, report FROM version WHERE report_key = ? AND state = 'current' ORDER BY id", key
        )
        audits = [(sha, whole_audit(audit, report, path)) for sha, path, audit, report in versions]
        stale = bool(self._store.rows("SELECT 1 FROM version AS v WHERE v.state = 'unread' AND v.path IN "
                                      "(SELECT path FROM version WHERE report_key = ? AND state = 'current')", key))  # fmt: skip
        found = [(sha, audit.source.path, finding, parent) for sha, audit in audits for finding, parent in flat(audit.findings)]
        settled = frozenset(
            rule
            for _, audit in audits
            for rule, verdict in audit.verdicts.items()
            if verdict in _DECIDED and all(other.verdicts.get(rule) in (*_DECIDED, None) for _, other in audits)
        )
        unread = stale or not audits or any(audit.status == "unreadable" for _, audit in audits)
        report = audits[0][1].report if audits else None
        agency = (report.agency if report else None) or ""
        self._put(key, agency, report.year if report else None, found, settled, {sha for sha, _ in audits}, unread)

    def _across(self) -> RoundTail:
        """Findings across reports. What this run could not decide stays as an earlier run found it."""
        result = self._result
        before = tail_of(self._store)
        settled = {entry.rule for entry in before.unknown}
        # Decided agency by agency (H-01): some files belong to nobody, yet what the run says of each agency is whole.
        open_ = {entry.rule for entry in result.corpus_unknown}
        open_ -= {rule for counted in result.audits for rule in open_ if counted.audit.verdicts.get(rule) in _DECIDED}
        kept_rules = {rule for rule in open_ if before.version and rule not in settled}
        if result.defect:
            kept_rules |= {finding.rule for finding in before.findings}
        kept = [finding for finding in before.findings if finding.rule in kept_rules]
        findings = (*result.corpus_findings, *(one for one in kept if one.id not in {f.id for f in result.corpus_findings}))
        self._succeed(findings)
        new = () if self.goes_on else self._store.rows("SELECT sha256 FROM version WHERE first_round = ?", self.round)
        shas = {sha for (sha,) in new}
        undecided = open_ | ({"*"} if result.defect else set())
        rules = {rule for (rule,) in self._store.rows("SELECT DISTINCT rule FROM finding WHERE report_key = ?", CORPUS)}
        decided = frozenset() if "*" in undecided else frozenset(rules - undecided)
        found = [
            ("new" if shas else "", finding.sources[0] if finding.sources else "", finding, parent) for finding, parent in flat(findings)
        ]
        self._put(CORPUS, "", None, found, decided, shas, unread=False)
        return RoundTail(
            findings=findings,
            unknown=tuple(entry for entry in result.corpus_unknown if entry.rule not in kept_rules),
            notes=result.notes,
            version=result.version,
            rules_sha256=result.rules_sha256,
            defect=result.defect,
            settings=result.settings,
            questions=self._questions(before.questions),
            joined=tuple(sorted({*before.joined, *_joined(result)})),
        )

    def _questions(self, before: Sequence[Question]) -> tuple[Question, ...]:
        """The questions of this run and earlier ones about reports that neither this run asks about nor a new version replaced."""
        own = self._result.questions
        new = set(self._added)
        heads = [c.audit.report for c in self._result.audits if new and c.audit.source.path in new]
        settled = {(one.agency, one.year) for one in own} | {(head.agency, head.year) for head in heads if head is not None}
        return (*own, *(one for one in before if (one.agency, one.year) not in settled))

    def _succeed(self, findings: Sequence[Finding]) -> None:
        """A pair or cluster that grew or shrank is the same finding: its new id leads to the key of the old one."""
        known = aliases(self._store, CORPUS)
        old = [
            (key, unpack(record, Finding))
            for key, record in self._store.rows("SELECT key, record FROM finding WHERE report_key = ?", CORPUS)
        ]
        taken = {known.get(finding.id, finding.id) for finding in findings}
        for finding in findings:
            if finding.id in known or len(finding.agencies) < 2 or any(key == finding.id for key, _ in old):
                continue
            best: tuple[float, str] = (0.0, "")
            mine = set(finding.agencies)
            for key, earlier in old:
                theirs = set(earlier.agencies)
                if key in taken or not same_kind(earlier, finding) or not mine & theirs:
                    continue
                best = max(best, (len(mine & theirs) / len(mine | theirs), key))
            if best[1]:
                taken.add(best[1])
                self._store.connection.execute("INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", (finding.id, CORPUS, best[1]))

    def _put(
        self,
        report_key: str,
        agency: str,
        year: int | None,
        found: Sequence[tuple[str, str, Finding, Finding | None]],
        decided: frozenset[str],
        shas: set[str],
        unread: bool,
    ) -> None:
        run = self._store.connection.execute
        alias = aliases(self._store, report_key)
        for _, _, finding, _ in found:
            owner = self._store.rows("SELECT report_key FROM finding WHERE key = ?", finding.id) if finding.id not in alias else []
            if owner and owner[0][0] != report_key:  # two reports with one id: of one agency, or of none
                alias[finding.id] = f"{finding.id}~{hashlib.sha256(report_key.encode()).hexdigest()[:6]}"
                run("INSERT INTO alias VALUES (?, ?, ?)", (finding.id, report_key, alias[finding.id]))
        before = {
            row[0]: row[1:]
            for row in self._store.rows(
                "SELECT key, presence, parent, record, sha256, rule, gone_round, back_round FROM finding WHERE report_key = ?", report_key
            )
        }
        present: set[str] = set()
        for sha, path, finding, parent in found:
            key = alias.get(finding.id, finding.id)
            if key in present:
                continue
            present.add(key)
            above = None if parent is None else alias.get(parent.id, parent.id)
            presence: Presence = "unclear" if unread else "present" if above is None else "explained"
            severity = severity_of(finding) if above is None else finding.severity
            record = pack(msgspec.structs.replace(finding, children=(), state=None, round=None, number=None))
            told = agency or "、".join(finding.agencies)
            if key not in before:
                self.changed = True
                run(
                    "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, ?, ?, ?)",
                    (key, finding.id, finding.rule, severity, told, year, report_key, above, presence, self.round, self.round, sha, path,
                     record),
                )  # fmt: skip
                if above is None:
                    self._found.append(key)
                self._seen(key, "found")
                continue
            was, old_parent, old_record, _, _, _, old_back = before[key]
            returned = was == "gone"
            self.changed |= was != presence or old_parent != above or bytes(old_record) != record
            if returned and above is None:
                self._back.append(key)
            run(
                "UPDATE finding SET id = ?, rule = ?, severity = ?, agency = ?, parent = ?, presence = ?, last_round = ?, "
                "gone_round = NULL, gone_as = NULL, back_round = ?, sha256 = ?, path = ?, record = ? WHERE key = ?",
                (finding.id, finding.rule, severity, told, above, presence, self.round, self.round if returned else old_back, sha, path,
                 record, key),
            )  # fmt: skip
            self._seen(key, "back" if returned else "unclear" if unread else "again")
        for key, (was, _, _, sha, rule, _, _) in before.items():
            if key in present or was == "gone":
                continue
            if unread or rule not in decided:
                self.changed |= was != "unclear"
                run("UPDATE finding SET presence = 'unclear' WHERE key = ?", (key,))
                self._seen(key, "unclear")
                continue
            gone: GoneAs = "fixed" if (shas and sha not in shas) or (report_key == CORPUS and shas) else "dropped"
            self.changed = True
            self._gone.append(key)
            run("UPDATE finding SET presence = 'gone', gone_round = ?, gone_as = ? WHERE key = ?", (self.round, gone, key))
            self._seen(key, gone)

    def _seen(self, key: str, what: str) -> None:
        kept = "IGNORE" if self.goes_on and what == "again" else "REPLACE"  # found in a round stays so when that is repeated
        self._store.connection.execute(f"INSERT OR {kept} INTO seen VALUES (?, ?, ?)", (key, self.round, what))


def settle_versions(store: SeasonStore, key: str, replaced: list[tuple[str, str]], undecided: list[str]) -> None:
    """Decide which versions of a report count: the one a person chose; else the newest to arrive, among those the marked or later
    published one. Several that say different things and cannot be told apart all count, until a person chooses. Inside a transaction."""
    if store.value(f"report:{key}", "withdrawn"):
        store.connection.execute("UPDATE version SET state = 'withdrawn' WHERE report_key = ?", (key,))
        return
    rows = store.rows(
        "SELECT id, path, marked, published, coalesce(arrived, first_round), content, state, same_as FROM version "
        "WHERE report_key = ? AND state IN "
        "('current', 'replaced') ORDER BY id",
        key,
    )
    if not rows:
        return
    if (
        len(rows) == 1
        and rows[0][6] == "replaced"
        and store.rows(
            "SELECT 1 FROM version AS v WHERE v.state = 'current' AND v.sha256 = (SELECT sha256 FROM version WHERE id = ?)", rows[0][0]
        )
    ):
        return  # the same file is another report now
    chosen = [row for row in rows if store.value(f"version:{row[0]}", "chosen")]

    def rank(row: tuple[object, ...]) -> tuple[int, int, str]:
        return (int(str(row[4])), int(str(row[2])), str(row[3] or ""))

    best = max(rank(row) for row in rows)
    tied = chosen[-1:] or [row for row in rows if rank(row) == best]
    if len({row[5] for row in tied}) == 1:
        tied = tied[-1:]
    else:
        undecided += [row[1] for row in tied]
    current = {row[0] for row in tied}
    for number, path, _, _, _, _, state, _ in rows:
        wanted = "current" if number in current else "replaced"
        if state != wanted:
            store.connection.execute("UPDATE version SET state = ? WHERE id = ?", (wanted, number))
            if wanted == "replaced":
                replaced.append((path, tied[-1][1]))


def give_numbers(store: SeasonStore) -> None:
    """Give each top finding without one the next short number of its year. A number is never given twice. Inside a transaction."""
    rows = store.rows(
        "SELECT key, coalesce(year, (SELECT max(year) FROM finding), 0) FROM finding WHERE parent IS NULL AND key NOT IN "
        "(SELECT key FROM number) ORDER BY report_key = 'corpus', path, rule, key"
    )
    last: dict[int, int] = {}
    for key, year in rows:
        if year not in last:
            numbers = store.rows("SELECT number FROM number WHERE number LIKE ?", f"{year}-%")
            last[year] = max((int(number.rpartition("-")[2]) for (number,) in numbers), default=0)
        last[year] += 1
        store.connection.execute("INSERT INTO number VALUES (?, ?)", (key, f"{year}-{last[year]:03d}"))


def aliases(store: SeasonStore, report_key: str) -> dict[str, str]:
    """Ids of findings of a report that are not their keys → keys."""
    return dict(store.rows("SELECT id, key FROM alias WHERE report_key = ?", report_key))


def whole_audit(audit: bytes, report: bytes | None, path: str) -> Audit:
    """A stored audit with its report under its path."""
    bare_audit = unpack(audit, Audit)
    told = placed(unpack(report, Report), path) if report else None
    return msgspec.structs.replace(bare_audit, source=msgspec.structs.replace(bare_audit.source, path=path), report=told)


def _hash_of(audit: Audit, report: Report, content: str) -> str:
    """The hash under which a version is kept: that of its file, or of file and content where several files make one report."""
    sha = audit.source.sha256
    return hashlib.sha256(f"{sha} {content}".encode()).hexdigest() if len(report.parts) > 1 else sha  # any of the files may have changed


def _reads_again(store: SeasonStore, result: Result) -> bool:
    """Whether a run only reads known files again, as the same reports, and nothing was sent since they were read."""
    last = last_round(store)
    if not last or store.rows("SELECT 1 FROM notice WHERE round = ? LIMIT 1", last):
        return False
    known = set(store.rows("SELECT sha256, report_key FROM version"))
    hashes = {sha for sha, _ in known}
    for counted in result.audits:
        audit = counted.audit
        report = audit.report
        if any(problem.code in ("READ-MISSING", "RUN-INTERRUPTED") for problem in audit.problems):
            continue
        if report is None or report.status == "unreadable" or audit.status == "unreadable":
            if audit.source.sha256 not in hashes:
                return False
            continue
        key = report_key(audit) if may_be_report(report) else f"file:{audit.source.path}"
        if (_hash_of(audit, report, content_of(report) if len(report.parts) > 1 else ""), key) not in known:
            return False
    return True


def _joined(result: Result) -> Iterator[str]:
    """The files whose tables or text stand in the report of another file."""
    for counted in result.audits:
        report = counted.audit.report
        if report is not None and len(report.parts) > 1:
            yield from (path for path in report.parts if path != counted.audit.source.path)
