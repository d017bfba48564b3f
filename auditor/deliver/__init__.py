"""What the office hands out: one folder for the season, with a folder for each agency."""

from auditor.deliver.folder import Choices, Written, write_season

__all__ = ["Choices", "Written", "write_season"]
