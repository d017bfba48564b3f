"""Receipts of agencies' own checks: made from a result, read back (as hostile text), and held against the office's own run.

Nothing in a receipt is believed: what the office's run found over the same bytes is what counts, and the receipt is compared with it. Taken
over are the explanations alone, as text of the agency, bounded and with private data masked.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from auditor.errors import UsageError
from auditor.model.finding import Audit, Finding
from auditor.model.language import LANGUAGES
from auditor.model.receipt import SCHEMA, CheckedFile, CheckedReport, Engine, Explained, Receipt, Standing, Verified
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.render.places import place_text
from auditor.text.chars import squeeze
from auditor.text.privacy import mask
from auditor.text.words import say

_MOST_BYTES: Final = 4_000_000
_MOST_FINDINGS: Final = 5_000
_LONGEST: Final = 2_000
"""Characters of one explanation."""
_MOST_FILES: Final = 10_000


def make_receipt(result: Result, rulebook: Rulebook, lang: str, explanations: Mapping[str, str] | None = None) -> Receipt:
    """The receipt of a run over one file. ``explanations`` by finding id. Raises UsageError where it is about several files, or none."""
    audits = list(result.audits)
    hashes = {counted.audit.source.sha256 for counted in audits}
    if len(hashes) != 1 or not next(iter(hashes)):
        raise UsageError("--receipt: one file that can be read is checked with a receipt; here are {count}", count=len(hashes - {""}))
    source = audits[0].audit.source
    told = explanations or {}
    return Receipt(
        schema=SCHEMA,
        engine=Engine(version=result.version, rules_sha256=result.rules_sha256),
        file=CheckedFile(name=_name(source.path), sha256=source.sha256),
        reports=tuple(_checked(counted, rulebook, lang, told) for counted in audits),
        weakened=result.settings is not None and result.settings.weakened,
    )


def receipt_bytes(receipt: Receipt) -> bytes:
    """The receipt as indented JSON, for people to fill in with any editor."""
    return msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n"


def read_receipt(data: bytes, name: str) -> Receipt:
    """A receipt from bytes of anybody. Raises UsageError saying what is wrong with it."""
    if len(data) > _MOST_BYTES:
        raise UsageError("{file}: larger than {most} bytes; that is no receipt", file=name, most=_MOST_BYTES)
    try:
        receipt = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error) or type(error).__name__
        raise UsageError("{file}: no receipt of a check, or a damaged one: {reason}", file=name, reason=reason) from error
    if receipt.schema != SCHEMA:
        raise UsageError("{file}: expected a receipt ({schema})", file=name, schema=SCHEMA)
    if sum(len(report.findings) for report in receipt.reports) > _MOST_FINDINGS:
        raise UsageError("{file}: more than {most} findings; that is no receipt of a report", file=name, most=_MOST_FINDINGS)
    for report in receipt.reports:
        for entry in report.findings:
            if len(entry.explanation) > _LONGEST:
                raise UsageError(
                    "{file}: the explanation of {rule} is longer than {most} characters; shorten it",
                    file=name,
                    rule=entry.rule[:20],
                    most=_LONGEST,
                )
    return receipt


def read_explanations(path: Path) -> dict[str, str]:
    """Explanations by finding id (or rule) from a filled-in receipt, or a CSV file of two columns. Raises UsageError."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError("{file}: cannot be read: {reason}", file=path.name, reason=error.strerror or "") from error
    if path.suffix.lower() == ".json":
        return _explanations(read_receipt(data, path.name))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data[:_MOST_BYTES].decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UsageError("{file}: neither UTF-8 nor GB18030", file=path.name)
    found: dict[str, str] = {}
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            if len(row) >= 2 and row[0].strip() and row[1].strip():
                found[row[0].strip()] = row[1].strip()[:_LONGEST]
    except csv.Error as error:
        raise UsageError("{file}: no valid CSV: {reason}", file=path.name, reason=str(error)) from error
    return found


def _explanations(receipt: Receipt) -> dict[str, str]:
    return {entry.id: entry.explanation for report in receipt.reports for entry in report.findings if entry.explanation.strip()}


def _checked(counted: Counted, rulebook: Rulebook, lang: str, told: Mapping[str, str]) -> CheckedReport:
    audit = counted.audit
    report = audit.report
    return CheckedReport(
        verdict=counted.verdict,
        agency=report.agency if report is not None else None,
        year=report.year if report is not None else None,
        part=report.part if report is not None else None,
        checks={str(name): count for name, count in counted.checks.items()},
        findings=tuple(_told(finding, parent, rulebook, lang, told) for finding, parent in _flat(audit.findings)),
    )


def _told(finding: Finding, parent: str, rulebook: Rulebook, lang: str, told: Mapping[str, str]) -> Explained:
    where = place_text(finding.location, rulebook.words, lang) if finding.location is not None else ""
    explanation = told.get(finding.id) or ("" if parent else told.get(finding.rule, ""))
    return Explained(
        id=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        title=finding.title,
        message=finding.message,
        location=where,
        part_of=parent,
        waived=finding.waived is not None,
        explanation=explanation,
    )


def _flat(findings: Iterable[Finding], parent: str = "") -> Iterator[tuple[Finding, str]]:
    for finding in findings:
        yield finding, parent
        yield from _flat(finding.children, finding.id)


# the office's side ------------------------------------------------------------------------------------------------------------


def verify(result: Result, folder: Path, rulebook: Rulebook, lang: str) -> Result:
    """The result with the receipts of a folder (or one file) held against it: explanations at their findings, ``receipts`` filled.

    Raises UsageError for a path that is not there or holds too many files; a receipt that cannot be used is told, never raised.
    """
    receipts, unusable = _gather(folder, rulebook, lang)
    desk = _Desk(result, rulebook, lang)
    found = [*unusable, *(desk.look(name, receipt) for name, receipt in receipts)]
    found.sort(key=lambda one: one.file)
    audits = tuple(_with(counted, desk.told.get(place, {})) for place, counted in enumerate(result.audits))
    note = _summary(found, rulebook, lang)
    return replace(result, audits=audits, receipts=tuple(found), notes=(*result.notes, *((note,) if note else ())))


def _gather(folder: Path, rulebook: Rulebook, lang: str) -> tuple[list[tuple[str, Receipt]], list[Verified]]:
    if folder.is_file():
        paths = [folder]
    elif folder.is_dir():
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".json" and path.is_file())
    else:
        raise UsageError("{file}: no such file or folder", file=folder.name)
    if len(paths) > _MOST_FILES:
        raise UsageError("{file}: more than {most} files", file=folder.name, most=_MOST_FILES)
    receipts: list[tuple[str, Receipt]] = []
    unusable: list[Verified] = []
    for path in paths:
        name = path.name if folder.is_file() else path.relative_to(folder).as_posix()
        try:
            with path.open("rb") as file:
                receipts.append((name, read_receipt(file.read(_MOST_BYTES + 1), name)))
        except OSError as error:
            unusable.append(Verified(file=name, standing="unusable", why=error.strerror or type(error).__name__))
        except UsageError as error:
            unusable.append(Verified(file=name, standing="unusable", why=refused(error, rulebook, lang)))
    return receipts, unusable


def refused(error: UsageError, rulebook: Rulebook, lang: str) -> str:
    """What is wrong with a receipt, in the language of the run."""
    kinds = {"larger": "too_large", "no receipt": "damaged", "expected": "other_schema", "more than": "too_many", "longer": "too_long"}
    kind = next((name for mark, name in kinds.items() if mark in error.template), "damaged")
    values = {name: str(value)[:200] for name, value in error.values.items()}
    return say(rulebook.words, lang, f"receipt.refused.{kind}", **values)


class _Desk:
    """The office's run, by hash and by agency; ``told`` are the explanations by place of the audit and id of the finding."""

    def __init__(self, result: Result, rulebook: Rulebook, lang: str) -> None:
        self.told: dict[int, dict[str, str]] = {}
        self._result, self._rulebook, self._lang = result, rulebook, lang
        self._single = {rule.id for rule in rulebook.rules if rule.level == "report"}
        self._by_hash: dict[str, list[int]] = {}
        self._by_agency: dict[tuple[str, int | None], list[int]] = {}
        self._audits = [counted.audit for counted in result.audits]
        for place, audit in enumerate(self._audits):
            self._by_hash.setdefault(audit.source.sha256, []).append(place)
            if audit.report is not None and audit.report.agency:
                self._by_agency.setdefault((squeeze(audit.report.agency), audit.report.year), []).append(place)

    def look(self, name: str, receipt: Receipt) -> Verified:
        """What one receipt is worth."""
        first = receipt.reports[0] if receipt.reports else None
        agency, year = (mask(first.agency or "")[:200], first.year) if first is not None else ("", None)
        places = self._by_hash.get(receipt.file.sha256, [])
        standing: Standing
        rules: tuple[str, ...]
        if places:
            standing, rules = self._same_file(receipt, places)
        else:
            places = self._by_agency.get((squeeze(agency), year), []) if agency else []
            standing = "other_file" if places else "no_report"
            rules = ()
        explained = self._explain(receipt, places, other=standing == "other_file")
        path = self._audits[places[0]].source.path if places else ""
        report = self._audits[places[0]].report if places else None
        if report is not None and report.agency:  # what the file says, not what the receipt says
            agency, year = mask(report.agency)[:200], report.year
        told = "contradicts" if standing == "differs" and not rules else standing
        why = say(self._rulebook.words, self._lang, f"receipt.standing.{told}", rules=say_join(self._rulebook, self._lang, rules))
        lost = self._lost(receipt, places) if standing in ("same", "differs", "other_rules") else []
        if lost:
            shown = say_join(self._rulebook, self._lang, lost[:3])
            why += say(self._rulebook.words, self._lang, "receipt.lost", count=len(lost), texts=shown)
        return Verified(
            file=name,
            standing=standing,
            agency=agency,
            year=year,
            path=path,
            why=why,
            explained=explained,
            rules=rules,
            lost=len(lost),
        )

    def _same_file(self, receipt: Receipt, places: Sequence[int]) -> tuple[Standing, tuple[str, ...]]:
        if receipt.engine.rules_sha256 != self._result.rules_sha256 or receipt.engine.version != self._result.version:
            return "other_rules", ()
        found = [finding for place in places for finding, _ in _flat(self._audits[place].findings) if finding.rule in self._single]
        told = [entry for report in receipt.reports for entry in report.findings]
        own = [entry for entry in told if entry.rule in self._single]
        ours = Counter((finding.rule, finding.severity) for finding in found)
        theirs = Counter((entry.rule, entry.severity) for entry in own)
        differing = {rule for rule, _ in (ours - theirs) + (theirs - ours)}
        # A name that occurs twice in the run has other ids here than in a check of one file.
        if not any(self._audits[place].body for place in places):
            by_id = {finding.id: finding for finding in found}
            differing |= {entry.rule for entry in own if entry.id not in by_id or self._is_changed(entry, by_id[entry.id])}
        contradicts = any(_contradicts_itself(report) for report in receipt.reports)
        return ("differs" if differing or contradicts else "same"), tuple(rule[:20] for rule in sorted(differing))

    def _is_changed(self, entry: Explained, finding: Finding) -> bool:
        """Whether a receipt says something else of a finding than running again. Texts are compared where both are of one language."""
        if entry.rule != finding.rule or (entry.waived and finding.waived is None):
            return True
        if entry.title != finding.title:
            rule = self._rulebook.rule(finding.rule)
            titles = {rule.problem_title.said(lang) for lang in LANGUAGES} if rule is not None else set()
            return entry.title not in titles
        at = finding.location
        places = {place_text(at, self._rulebook.words, lang) for lang in LANGUAGES} if at is not None else {""}
        return entry.message != finding.message or entry.location not in places

    def _lost(self, receipt: Receipt, places: Sequence[int]) -> list[str]:
        """Explanations that stand at no finding of the run."""
        shown = {text for place in places for text in self.told.get(place, {}).values()}
        given = (mask(entry.explanation.strip()[:_LONGEST]) for report in receipt.reports for entry in report.findings)
        return [text[:80] for text in dict.fromkeys(given) if text and text not in shown]

    def _explain(self, receipt: Receipt, places: Sequence[int], *, other: bool) -> int:
        """Put the explanations to the findings that are still there; how many."""
        given = _explanations(receipt)
        by_rule = {
            (entry.rule, entry.location): entry.explanation
            for report in receipt.reports
            for entry in report.findings
            if entry.explanation.strip()
        }
        count = 0
        for place in places:
            for finding, _ in _flat(self._audits[place].findings):
                text = given.get(finding.id)
                if text is None and self._audits[place].body and finding.location is not None:
                    # A name that occurs twice in the run: its ids say whose they are, those of the receipt do not.
                    text = by_rule.get((finding.rule, place_text(finding.location, self._rulebook.words, self._lang)))
                if text is None:
                    continue
                shown = mask(text.strip()[:_LONGEST])
                if other:
                    shown = say(self._rulebook.words, self._lang, "receipt.for_other", text=shown)
                self.told.setdefault(place, {})[finding.id] = shown
                count += 1
        return count


def _contradicts_itself(report: CheckedReport) -> bool:
    """Whether the verdict of a receipt is not that of the findings it lists."""
    asking = any(entry.severity in ("error", "warning") and not entry.waived for entry in report.findings)
    return (report.verdict == "clean" and asking) or (report.verdict == "findings" and not asking)


def say_join(rulebook: Rulebook, lang: str, names: Iterable[str]) -> str:
    """Names in one text."""
    return say(rulebook.words, lang, "receipt.join").join(names)


def _with(counted: Counted, told: Mapping[str, str]) -> Counted:
    if not told:
        return counted
    audit: Audit = counted.audit
    return replace(counted, audit=replace(audit, findings=tuple(_explained(finding, told) for finding in audit.findings)))


def _explained(finding: Finding, told: Mapping[str, str]) -> Finding:
    children = tuple(_explained(child, told) for child in finding.children)
    return replace(finding, explained=told.get(finding.id), children=children)


def _summary(found: Sequence[Verified], rulebook: Rulebook, lang: str) -> str:
    """One remark on all receipts: how many stand how, and which need a look."""
    if not found:
        return say(rulebook.words, lang, "receipt.none")
    words = rulebook.words
    counts = Counter(one.standing for one in found)
    parts = [
        say(words, lang, f"receipt.count.{standing}", count=counts[standing])
        for standing in ("same", "differs", "other_rules", "other_file", "no_report", "unusable")
        if counts[standing]
    ]
    looked = [one for one in found if one.standing in ("differs", "other_file", "unusable", "no_report") or one.lost]
    text = say(words, lang, "receipt.summary", count=len(found), parts=say_join(rulebook, lang, parts))
    if looked:
        shown = [say(words, lang, "receipt.entry", file=mask(one.file), why=one.why) for one in looked[:8]]
        text += say(words, lang, "receipt.look", entries=say(words, lang, "receipt.semicolon").join(shown))
    return text


def _name(path: str) -> str:
    return path.replace("!/", "/").rpartition("/")[2]
