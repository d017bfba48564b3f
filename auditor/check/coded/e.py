"""E-08: what a government's report says about the scope of its figures."""

from __future__ import annotations

from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail
from auditor.check.kind import Kind, NoParams, declare, names


def scope_stated(context: Context) -> Outcome:
    """A government's report says whether its tables are its own or consolidated. Message ``unstated``."""
    report = context.report
    if report.agency_kind != "government" or report.elsewhere:
        return NOT_APPLICABLE
    return PASS if report.scope != "unknown" else fail(Hit(message="unstated", quantity="scope", absent=True))


declare("scope_stated", Kind(scope_stated, NoParams, {"unstated": names()}))
