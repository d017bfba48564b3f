"""Two kinds of sources seen alike: a result of this program (with cells), and a saved JSON document (findings only)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.errors import UsageError
from auditor.model.finding import Finding
from auditor.model.report import Report
from auditor.model.result import Counted, Result
from auditor.render.checksum import fits

SCHEMA: Final = "auditor.check/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFinding:
    """A finding as far as it is compared. ``keys`` are the cells it rests on or would correct; ``top`` is ``False`` for a consequence."""

    id: str
    rule: str
    severity: str
    title: str
    message: str
    keys: frozenset[str]
    waived: bool
    top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A cell as printed, and its reading as text (``None`` without a number)."""

    raw: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKey:
    """Which report a state is about; ``agency`` and ``year`` may be unknown."""

    agency: str | None
    year: int | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportState:
    """One report: its findings with their consequences, checks left undecided, and its cells (``None`` where the source has none)."""

    identity: ReportKey
    status: str
    found: tuple[ComparedFinding, ...]
    undecided: frozenset[str]
    cells: Mapping[str, Printed] | None
    layouts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A whole run. Reports are fetched one by one with ``report`` by their place in ``identities``."""

    name: str
    rules_sha256: str
    identities: tuple[ReportKey, ...]
    report: Callable[[int], ReportState]
    across: tuple[ComparedFinding, ...]
    across_undecided: frozenset[str]


def state_of_result(name: str, result: Result) -> State:
    """A result, whose reports must have their cells, as a state."""
    identities = tuple(
        ReportKey(
            agency=counted.audit.report.agency if counted.audit.report else None,
            year=counted.audit.report.year if counted.audit.report else None,
            path=counted.audit.source.path,
        )
        for counted in result.audits
    )
    return State(
        name=name,
        rules_sha256=result.rules_sha256,
        identities=identities,
        report=lambda place: _of_counted(result.audits[place], identities[place]),
        across=tuple(found for finding in result.corpus_findings for found in _flat(finding)),
        across_undecided=frozenset(entry.rule for entry in result.corpus_unknown),
    )


def state_of_json(path: Path) -> State:
    """A saved ``auditor check --format json``. Raises UsageError when the file is something else."""
    try:
        data = path.read_bytes()
        document: Any = msgspec.json.decode(data)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError("{path}: {reason}", path=path, reason=error) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UsageError("{path}: expected a result of `auditor check --format json` ({schema})", path=path, schema=SCHEMA)
    if fits(data) is False:
        raise UsageError("{path}: changed since it was written (its checksum does not fit); use the file as it was saved", path=path)
    audits = document["audits"]
    identities = tuple(ReportKey(agency=entry["agency"], year=entry["year"], path=entry["source"]["path"]) for entry in audits)

    def report(place: int) -> ReportState:
        entry = audits[place]
        return ReportState(
            identity=identities[place],
            status=entry["status"],
            found=tuple(found for finding in entry["findings"] for found in _flat_json(finding)),
            undecided=frozenset(open_check["rule"] for open_check in entry["unknown"]),
            cells=None,
            layouts=entry["layouts"],
        )

    corpus = document["corpus"]
    return State(
        name=path.as_posix(),
        rules_sha256=document["engine"]["rules_sha256"],
        identities=identities,
        report=report,
        across=tuple(found for finding in corpus["findings"] for found in _flat_json(finding)),
        across_undecided=frozenset(entry["rule"] for entry in corpus["unknown"]),
    )


def _of_counted(counted: Counted, identity: ReportKey) -> ReportState:
    audit = counted.audit
    report = audit.report
    return ReportState(
        identity=identity,
        status=audit.status,
        found=tuple(found for finding in audit.findings for found in _flat(finding)),
        undecided=frozenset(entry.rule for entry in audit.unknown),
        cells=_cells(report) if report is not None else {},
        layouts=report.layouts if report is not None else {},
    )


def _cells(report: Report) -> dict[str, Printed]:
    cells: dict[str, Printed] = {}
    for fact in report.facts:
        cells.setdefault(fact.key, Printed(raw=fact.raw, value=None if fact.value is None else format(fact.value.normalize(), "f")))
    return cells


def _flat(finding: Finding, top: bool = True) -> Iterator[ComparedFinding]:
    keys = {fact.key for fact in finding.facts}
    if finding.culprit is not None:
        for candidate in finding.culprit.candidates:
            keys |= {candidate.key, *(key for key, _, _ in candidate.others)}
    yield ComparedFinding(
        id=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        title=finding.title,
        message=finding.message,
        keys=frozenset(keys),
        waived=finding.waived is not None,
        top=top,
    )
    for child in finding.children:
        yield from _flat(child, False)


def _flat_json(finding: dict[str, Any], top: bool = True) -> Iterator[ComparedFinding]:
    keys = {fact["key"] for fact in finding["facts"]}
    for candidate in (finding["culprit"] or {"candidates": []})["candidates"]:
        keys |= {candidate["key"], *(other["key"] for other in candidate["others"])}
    yield ComparedFinding(
        id=finding["id"],
        rule=finding["rule"],
        severity=finding["severity"],
        title=finding["title"],
        message=finding["message"],
        keys=frozenset(keys),
        waived=finding["waived"] is not None,
        top=top,
    )
    for child in finding["children"]:
        yield from _flat_json(child, False)
