"""A comparison as JSON (``auditor.diff/1``) and on the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from auditor.model.rulebook import Rulebook
from auditor.render.printable import json_text
from auditor.revision.compare import KINDS, Change, Difference, Kind, VersionComparison
from auditor.revision.state import ComparedFinding, Printed, ReportKey
from auditor.text.labels import label_of
from auditor.text.words import say

_STYLES: Final[dict[Kind, str]] = {"regressed": "bold red", "new": "red", "remaining": "yellow", "unclear": "magenta", "fixed": "green"}

Line = tuple[str, str]
"""Text and style."""


def diff_json(comparison: VersionComparison, rulebook: Rulebook, lang: str) -> str:
    """The comparison as a JSON document."""
    document = {
        "schema": "auditor.diff/1",
        "old": comparison.old,
        "new": comparison.new,
        "same_rules": comparison.same_rules,
        "reports": [_report(report, rulebook, lang) for report in comparison.reports],
        "across": [_found(kind, found) for kind, found in comparison.across],
        "summary": summary(comparison),
    }
    return json_text(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def summary(comparison: VersionComparison) -> dict[str, int]:
    """Top findings by kind, and cells changed without being asked about."""
    counts: dict[str, int] = {kind: comparison.count(kind) for kind in KINDS}
    return counts | {"changed_unasked": sum(len(report.unasked) for report in comparison.reports)}


def diff_lines(comparison: VersionComparison, rulebook: Rulebook, lang: str) -> Iterator[Line]:
    """The comparison line by line, with styles of rich."""

    def words(key: str, **values: object) -> str:
        return say(rulebook.words, lang, f"diff.{key}", **values)

    if not comparison.same_rules:
        yield words("other_rules"), "dim"
    for report in comparison.reports:
        identity = report.new or report.old
        assert identity is not None
        yield "", ""
        yield f"{identity.agency or identity.path} {identity.year or ''}".strip(), "bold"
        if report.old is None or report.new is None:
            yield "  " + words("only_new" if report.old is None else "only_old", path=identity.path), "dim"
        for kind in KINDS:
            for found_kind, found in report.found:
                if found_kind == kind and found.top:
                    yield f"  {words(kind)} {found.rule} {found.message}", "dim" if found.waived else _STYLES[kind]
        for change in report.changes:
            label = label_of(rulebook, dict(report.layouts), change.key, lang)
            text = words("change" if change.asked else "unasked", label=label, old=_raw(change.old), new=_raw(change.new))
            yield "  " + text, "" if change.asked else "bold yellow"
        if not report.cells_compared:
            yield "  " + words("no_cells"), "dim"
    for kind, found in comparison.across:
        if found.top:
            yield f"{words(kind)} {found.rule} {found.message}", _STYLES[kind]
    yield "", ""
    yield words("summary", **summary(comparison)), "bold"


def _report(report: Difference, rulebook: Rulebook, lang: str) -> dict[str, Any]:
    return {
        "old": _identity(report.old),
        "new": _identity(report.new),
        "findings": [_found(kind, found) for kind, found in report.found],
        "cells_compared": report.cells_compared,
        "changes": [_change(change, report, rulebook, lang) for change in report.changes],
    }


def _identity(identity: ReportKey | None) -> dict[str, Any] | None:
    return None if identity is None else {"agency": identity.agency, "year": identity.year, "path": identity.path}


def _found(kind: Kind, found: ComparedFinding) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": found.id,
        "rule": found.rule,
        "severity": found.severity,
        "title": found.title,
        "message": found.message,
        "consequence": not found.top,
        "waived": found.waived,
    }


def _change(change: Change, report: Difference, rulebook: Rulebook, lang: str) -> dict[str, Any]:
    return {
        "key": change.key,
        "label": label_of(rulebook, dict(report.layouts), change.key, lang),
        "old": _printed(change.old),
        "new": _printed(change.new),
        "asked": change.asked,
    }


def _printed(cell: Printed | None) -> dict[str, Any] | None:
    return None if cell is None else {"raw": cell.raw, "value": cell.value}


def _raw(cell: Printed | None) -> str:
    return "—" if cell is None else f"“{cell.raw}”"
