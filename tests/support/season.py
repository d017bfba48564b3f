"""Seasons of invented agencies through the real binder and check engine, in any size, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from msgspec.structs import replace

from auditor.bind import bind
from auditor.check.coverage import counts, verdict_of
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem, Source
from auditor.rulebook import load_rulebook
from tests.lab.compose import ReportPlan, balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.mutate import set_facts

_DISTINCT = 16
YEAR = 2024


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    return load_rulebook()


def wrong_plan(seed: int = 0) -> ReportPlan:
    """A report whose table 3 has a column that does not balance and whose table 4 has a wrong total, by seed."""
    plan = balanced_plan(seed, "layout_2021", "medium", year=YEAR)
    changes: dict[str, int | str] = {}
    if seed % 2 == 0:
        changes["t3.new_received.natural_person"] = int(plan.facts["t3.new_received.natural_person"]) + 3
    if seed % 3 == 0:
        changes["t4.review_total"] = int(plan.facts["t4.review_total"]) + 2
    if seed % 4 == 0:
        changes["t3.granted.total"] = int(plan.facts["t3.granted.total"]) + 10
    return set_facts(plan, changes)


def audited(plan: ReportPlan, path: str) -> Audit:
    """The audit of a composed report that says it came from ``path``."""
    document = to_document(plan)
    return check(bind(replace(document, source=replace(document.source, path=path)), rulebook()), rulebook(), Settings())


def counted(audit: Audit) -> Counted:
    return Counted(audit=audit, verdict=verdict_of(audit) if audit.verdicts else "incomplete", checks=counts(audit))


def unread(path: str) -> Audit:
    """A file that could not be read."""
    source = Source(path=path, sha256=sha256(path.encode()).hexdigest(), kind="pdf")
    problem = Problem(code="READ-ENCRYPTED", fatal=True)
    return Audit(
        source=source, status="unreadable", report=Report(source=source, status="unreadable", document="unknown"), problems=(problem,)
    )


@lru_cache(maxsize=1)
def _base() -> tuple[Audit, ...]:
    return tuple(audited(wrong_plan(seed), f"{seed}.docx") for seed in range(_DISTINCT))


def renamed(audit: Audit, name: str, path: str) -> Audit:
    """The same audit of another agency."""
    assert audit.report is not None
    source = replace(audit.source, path=path, sha256=sha256(f"{path} {name}".encode("utf-8", "replace")).hexdigest())
    return replace(audit, source=source, report=replace(audit.report, agency=name, source=source))


def season(size: int, names: Sequence[str] = (), corpus: Sequence[Finding] = ()) -> Result:
    """``size`` reports; the first take ``names``, the others are numbered; the last of many could not be read."""
    base = _base()
    audits = []
    for number in range(size):
        audit = base[number % len(base)]
        assert audit.report is not None
        name = names[number] if number < len(names) else f"{audit.report.agency}第{number + 1}分局"
        audits.append(renamed(audit, name, f"报告/{number + 1:04}.docx"))
    if size > 3:
        audits[-1] = unread(f"报告/{size:04}.pdf")
    return Result(audits=tuple(map(counted, audits)), corpus_findings=tuple(corpus), version="1", rules_sha256=rulebook().sha256)


def not_published(*names: str, rule: str = "H-01") -> Finding:
    return Finding(id=f"{rule}-1", rule=rule, severity="error", title="未公布", message="名册中的机关没有公布年度报告", agencies=names)
