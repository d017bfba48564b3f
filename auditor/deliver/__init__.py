"""What the office hands out: one folder for the season, with a folder for each agency."""

from auditor.deliver.folder import write_season

__all__ = ["write_season"]
