"""Rules over several reports: years, roll-up, copied text, roster. Entry points :func:`audit_season` and :func:`read_roster`."""

from auditor.season.audit import SeasonResult, audit_season
from auditor.season.roster import Roster, read_roster

__all__ = ["Roster", "SeasonResult", "audit_season", "read_roster"]
