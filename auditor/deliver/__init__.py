"""What the office hands out: one folder for the season, with a folder for each agency, made from the season's file."""

from auditor.deliver.folder import Choices, Written, issue_drafts, write_season, write_views
from auditor.deliver.run import DeliveredRun, SeasonRequest, audit_into_season

__all__ = ["Choices", "DeliveredRun", "SeasonRequest", "Written", "audit_into_season", "issue_drafts", "write_season", "write_views"]
