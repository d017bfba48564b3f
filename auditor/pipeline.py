"""The way of one file: read, bind, check. Each step is a function of its arguments; only reading touches the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from auditor.bind import bind, split_reports
from auditor.check.engine import check
from auditor.errors import ReadError
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import may_be_report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem, Source, part_path
from auditor.read import identify, load, read_bytes
from auditor.read.own import is_own

# A file that is no annual report: listed, never audited.
_NO_REPORT: Final[dict[str, str]] = {
    "blank_form": "BIND-BLANK-FORM",
    "other": "BIND-OTHER-DOCUMENT",
    "unknown": "BIND-UNKNOWN-DOCUMENT",
}


def audit_file(path: Path, rulebook: Rulebook, settings: Settings, engine: str = "pdfium") -> Audit:
    """One file → its audit. An unreadable file gives an audit of status ``unreadable`` with a fatal problem; never raises ReadError."""
    return check_report(extract_file(path, rulebook, engine), rulebook, settings)


def extract_file(path: Path, rulebook: Rulebook, engine: str = "pdfium", shown: str | None = None, part: int = 1) -> Report:
    """One file → its bound report. ``engine`` reads PDF (``pdfium`` or ``pdfplumber``); ``shown`` is the path to quote; ``part`` says which
    report of a file that holds several, from 1."""
    name = shown if shown is not None else path.as_posix()
    try:
        data = load(path)
    except ReadError as error:
        return unreadable(Source(path=name, sha256="", kind="unknown"), as_problem(error))
    return extract_bytes(data, name, rulebook, engine, part)


def extract_bytes(data: bytes, shown: str, rulebook: Rulebook, engine: str = "pdfium", part: int = 1) -> Report:
    """A file held in memory, such as a member of an archive → its bound report, of several the one of this number."""
    if is_own(data):
        own = Problem(code="READ-OWN-OUTPUT")
        return Report(source=identify(data, shown), status="read", document="other", problems=(own,))
    try:
        document = read_bytes(data, shown, engine)
    except ReadError as error:
        return unreadable(identify(data, shown), as_problem(error))
    documents = split_reports(document, rulebook)
    if len(documents) < 2:
        return bind(document, rulebook)
    report = bind(documents[min(max(part, 1), len(documents)) - 1], rulebook)
    return msgspec.structs.replace(report, part=part, part_count=len(documents))


def extract_reports(data: bytes, shown: str, rulebook: Rulebook, engine: str = "pdfium") -> tuple[Report, ...]:
    """All reports of a file held in memory, each with its own path (:func:`part_path`)."""
    first = extract_bytes(data, shown, rulebook, engine)
    more = (extract_bytes(data, part_path(shown, part), rulebook, engine, part) for part in range(2, first.part_count + 1))
    return (first, *more)


def check_report(report: Report, rulebook: Rulebook, settings: Settings) -> Audit:
    """A bound report → its audit, with the settings for its kind of agency."""
    if report.status == "unreadable":
        return Audit(source=report.source, status="unreadable", report=report, problems=report.problems)
    if any(problem.code == "READ-OWN-OUTPUT" for problem in report.problems):
        return Audit(source=report.source, status=report.status, report=report, problems=report.problems)
    if not may_be_report(report):
        problem = Problem(code=_NO_REPORT[report.document])
        return Audit(source=report.source, status=report.status, report=report, problems=(*report.problems, problem))
    return check(report, rulebook, settings.for_kind(report.agency_kind))


def unreadable(source: Source, problem: Problem) -> Report:
    """The report that stands for a file that could not be read."""
    return Report(source=source, status="unreadable", document="unknown", problems=(problem,))


def as_problem(error: ReadError) -> Problem:
    """A refusal of a reader as the fatal problem that goes into the output."""
    return Problem(code=error.code, details=error.details, fatal=True)
