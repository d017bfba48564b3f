"""The project under test as the laboratory calls it: read, bind, check; each step may still be missing."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor.model.document import Document
from auditor.model.finding import Finding
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Source


def has_reader(kind: str) -> bool:
    """Whether files of this laboratory kind can be read: the entry and the reader of the kind are there."""
    if kind == "memory":
        return True
    name = {"pdf_libreoffice": "pdf", "pdf_chromium": "pdf", "docx_libreoffice": "docx", "scan": "ocr"}.get(kind, kind)
    if kind == "scan":
        is_available = _attribute("auditor.read.ocr", "is_available")
        return is_available is not None and bool(is_available())
    if kind == "zip":
        return _attribute("auditor.read.archive", "members") is not None
    return _attribute("auditor.read", "read_file") is not None and _attribute(f"auditor.read.{name}", f"read_{name}") is not None


def has_engine() -> bool:
    """Whether ``auditor.check.engine.check`` is there and has rules to run."""
    return _attribute("auditor.check.engine", "check") is not None and bool(rulebook().rules)


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The whole rule book, or forms and binding words alone where no rules are there yet."""
    for module, name in (
        ("auditor.rulebook", "load_rulebook"),
        ("auditor.rulebook.rules", "load_rulebook"),
        ("auditor.rulebook.load", "load_rulebook"),
    ):
        load = _attribute(module, name)
        if load is not None:
            found: Rulebook = load()
            return found
    from auditor.rulebook.binding import load_binding
    from auditor.rulebook.formats import load_formats

    return Rulebook(formats=load_formats(), rules=(), sources={}, words={}, sha256="", binding=load_binding())


def has_rules(*rules: str) -> bool:
    """Whether the engine is there, the rule book has these cards, and their checks run."""
    return has_engine() and all(rulebook().rule(rule) is not None for rule in rules) and not _unbuilt() & set(rules)


@lru_cache(maxsize=1)
def _unbuilt() -> frozenset[str]:
    """Rules that crash on a clean report: their cards are there, their code is not."""
    from tests.lab.compose import balanced_plan
    from tests.lab.compose.memory import to_document

    return crashed(bind(to_document(balanced_plan(1, "layout_2021", "medium"))))


def crashed(report: Report) -> frozenset[str]:
    """Rules whose check crashes on the report."""
    audit = _attribute("auditor.check.engine", "check")(report, rulebook(), Settings())
    return frozenset(problem.details.get("rule", "") for problem in audit.problems if problem.code.startswith("CHECK-"))


def read(path: Path) -> Document:
    """The document of a file, or of the first file in an archive. Raises what the reader raises."""
    if path.suffix == ".zip":
        inner, data = next(iter(_attribute("auditor.read.archive", "members")(path.read_bytes())))
        member: Document = _attribute("auditor.read", "read_bytes")(data, f"{path.as_posix()}!/{inner}")
        return member
    found: Document = _attribute("auditor.read", "read_file")(path)
    return found


def reports(path: Path) -> tuple[Report, ...]:
    """All reports of a file (of the first file in an archive), as the program reads them; a file that is refused is one unreadable report."""
    from auditor.errors import ReadError
    from auditor.pipeline import as_problem, extract_reports, unreadable

    data, shown = path.read_bytes(), path.as_posix()
    if path.suffix == ".zip":
        try:
            inner, data = next(iter(_attribute("auditor.read.archive", "members")(data)))
        except ReadError as error:
            return (unreadable(Source(path=shown, sha256="", kind="zip"), as_problem(error)),)
        shown = f"{shown}!/{inner}"
    return extract_reports(data, shown, rulebook())


def audited(report: Report) -> dict[str, str]:
    """As :func:`fired`, of a report as the program audits it: nothing where it was not read."""
    from auditor.pipeline import check_report

    return _gravest(check_report(report, rulebook(), Settings()).findings)


def bind(document: Document) -> Report:
    """The report bound to its form."""
    from auditor.bind import bind as bind_document

    return bind_document(document, rulebook())


def fired(report: Report) -> dict[str, str]:
    """Rule ids that fail on the report, with the severity of their gravest finding; children count like findings."""
    return _gravest(_attribute("auditor.check.engine", "check")(report, rulebook(), Settings()).findings)


def _gravest(findings: Sequence[Finding]) -> dict[str, str]:
    order = ("notice", "warning", "error")
    out: dict[str, str] = {}
    waiting = list(findings)
    while waiting:
        finding = waiting.pop()
        waiting += finding.children
        out[finding.rule] = max(out.get(finding.rule, "notice"), finding.severity, key=order.index)
    return out


def unhedged(report: Report) -> tuple[str, ...]:
    """Rule ids of error findings that do not advise to look at the original, which findings on a recognised page must."""
    advice = rulebook().words["check.see_original"].zh
    audit = _attribute("auditor.check.engine", "check")(report, rulebook(), Settings())
    found = [child for finding in audit.findings for child in (finding, *finding.children)]
    return tuple(finding.rule for finding in found if finding.severity == "error" and advice not in finding.message)


def _attribute(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        return None
