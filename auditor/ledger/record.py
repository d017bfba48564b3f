"""What a worker hands to the ledger: a bound report and its audit, already as bytes and rows, so that the parent only stores."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Struct

from auditor.ledger.codec import number, pack
from auditor.ledger.schema import FACT, HEAD
from auditor.model.finding import Audit
from auditor.model.report import Fact, Report
from auditor.season.signature import signature_of

Row = tuple[str | int | float | bytes | None, ...]


_HEAD_OF: Final[dict[str, Callable[[Report], Any]]] = {"kind": lambda report: report.source.kind, "half": lambda report: half_of(report)}
_FACT_OF: Final[dict[str, Callable[[Fact], Any]]] = {
    "value": lambda fact: number(fact.value),
    # For people who query: boxes and anchors only programs use.
    "place": lambda fact: msgspec.structs.replace(fact.location, box=None, anchor=None),
}
"""Columns that are no attributes of a report or fact."""


class Record(Struct, frozen=True, kw_only=True):
    """One file read and checked. ``head`` are the columns :data:`auditor.ledger.schema.HEAD`; ``facts`` its cells as JSON, each a list of
    the columns :data:`auditor.ledger.schema.FACT`; ``audit`` is without its report.
    """

    head: Row = ()
    facts: str = "[]"
    light: bytes = b""
    prose: bytes = b""
    report: bytes = b""
    audit: bytes = b""
    signature: bytes = b""


def recorded(audit: Audit) -> Record:
    """An audit with its report as a record. The path is left out of both: it belongs to the run."""
    assert audit.report is not None
    report = placeless(audit.report)
    return Record(
        head=tuple(_HEAD_OF[name](report) if name in _HEAD_OF else getattr(report, name) for name in HEAD),
        light=pack(light(report)),
        prose=pack(prose(report)),
        report=pack(report),
        facts=_facts(report),
        audit=rechecked(audit),
        signature=signature(report),
    )


def signature(report: Report) -> bytes:
    """What comparing the report with others needs of it, as bytes."""
    return msgspec.msgpack.encode(signature_of(report))


def _facts(report: Report) -> str:
    taken = [_FACT_OF.get(name, attrgetter(name)) for name in FACT]
    rows = [tuple(take(fact) for take in taken) for fact in report.facts]
    return msgspec.json.encode(rows).decode()


def rechecked(audit: Audit) -> bytes:
    """An audit as bytes without its report and path."""
    return pack(bare(audit))


def bare(audit: Audit) -> Audit:
    """The audit without its report and path, as stored beside the report."""
    return msgspec.structs.replace(audit, source=msgspec.structs.replace(audit.source, path=""), report=None)


def light(report: Report) -> Report:
    """What lists and overviews need of a report: all but cells, tables, sections and prose."""
    return msgspec.structs.replace(
        report, sections=(), passages=(), tables=(), facts=(), unplaced=(), residues=(), periods=(), scope_evidence=None
    )


def prose(report: Report) -> Report:
    """What comparing texts needs of a report."""
    return Report(source=report.source, status=report.status, document=report.document, passages=report.passages)


def placeless(report: Report) -> Report:
    """The report as it would be bound wherever the file lay."""
    return msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, path=""))


def placed(report: Report, path: str) -> Report:
    """The stored report under the path of this run."""
    return msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, path=path))


def whole(audit: Audit, report: Report) -> Audit:
    """A stored audit put together with its report, under the report's path."""
    return msgspec.structs.replace(audit, source=report.source, report=report)


def half_of(report: Report) -> str:
    """Which half of a report in several files this may be: ``text`` (names tables that lie elsewhere), ``tables``, or neither (empty);
    ``several`` for the first of several reports in one file, ``pages`` for a page of an article."""
    if report.part_count > 1:
        return "several" if report.part == 1 else ""
    if any(problem.code == "READ-PART" and problem.details.get("cause") == "pages" for problem in report.problems):
        return "pages"
    if report.document == "annual_report" and not report.facts and any(name.startswith("t") for name in report.elsewhere):
        return "text"
    if report.facts and not any(section.key is not None for section in report.sections):
        return "tables"
    return ""
