"""The leaders' report (``auditor brief``): numbers of reports and audits in fixed sentences, each with the evidence it comes from."""

from auditor.season.brief.build import Request, make_brief

__all__ = ["Request", "make_brief"]
