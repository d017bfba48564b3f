"""The one place where text of a report leaves the model: audits and reports with private data masked, for every output.

What a report is identified by (path, agency, keys, places) stays; a cell whose print is private loses its value too.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.text.privacy import mask, names_in

S = TypeVar("S", bound=Struct)

_IDENTITY: Final = frozenset(
    (
        "id", "rule", "code", "key", "keys", "source", "sources", "agency", "agencies", "agency_kind", "path", "sha256", "kind",
        "file", "sheet", "anchor", "state", "severity", "confidence", "status", "document", "parts", "era", "layouts", "scope",
        "published", "table", "duplicate_of", "location", "related", "basis", "unit", "notes", "role", "verdict", "number",
        "round", "year", "who", "at", "verdicts", "reach", "elsewhere", "years_seen", "periods", "scope_evidence", "body",
    )
)  # fmt: skip
"""Fields that name and place things, in any record: never masked."""


def masked_audit(audit: Audit) -> Audit:
    """The audit as it may be written. Masking twice changes nothing."""
    report = audit.report
    names = report_names(report) if report is not None else ()
    return msgspec.structs.replace(
        audit,
        report=masked_report(report, names) if isinstance(report, Report) else report,
        findings=tuple(masked_finding(finding, names) for finding in audit.findings),
        unknown=tuple(_struct(entry, names) for entry in audit.unknown),
        problems=tuple(_struct(entry, names) for entry in audit.problems),
        statements=tuple(_struct(entry, names) for entry in audit.statements),
    )


def report_names(report: Report) -> tuple[str, ...]:
    """Private persons whom the prose of a report names, so that they can be masked where the role is not printed beside them."""
    return names_in(passage.text for passage in report.passages)


def masked_report(report: Report, names: tuple[str, ...] | None = None) -> Report:
    """A bound report as it may be written."""
    known = report_names(report) if names is None else names
    return _struct(report, known)


def masked_finding(finding: Finding, names: tuple[str, ...] = ()) -> Finding:
    """A finding as it may be written."""
    return _struct(finding, names)


def _struct(record: S, names: tuple[str, ...]) -> S:
    changed: dict[str, Any] = {}
    for field in record.__struct_fields__:
        if field in _IDENTITY:
            continue
        old = getattr(record, field)
        new = _value(old, names)
        if new is not old:
            changed[field] = new
    if "raw" in changed and "value" in record.__struct_fields__:
        changed["value"] = None  # a number that is private in print is so as a value
    return msgspec.structs.replace(record, **changed) if changed else record


def _value(old: Any, names: tuple[str, ...]) -> Any:
    """The same value where nothing in it is private."""
    if isinstance(old, str):
        new = mask(old, names)
        return old if new == old else new
    if isinstance(old, Struct):
        return _struct(old, names)
    if isinstance(old, tuple):
        found = tuple(_value(entry, names) for entry in old)
        return old if all(new is entry for new, entry in zip(found, old, strict=True)) else found
    if isinstance(old, dict):
        made = {key: _value(entry, names) for key, entry in old.items()}
        return old if all(made[key] is entry for key, entry in old.items()) else made
    return old
