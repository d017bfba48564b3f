"""What a corrected version changed: findings new, fixed, remaining, regressed, and cells that differ without having been asked about."""

from auditor.revision.compare import Change, Difference, VersionComparison, compare
from auditor.revision.state import ReportState, State, state_of_result

__all__ = ["Change", "Difference", "ReportState", "State", "VersionComparison", "compare", "state_of_result"]
