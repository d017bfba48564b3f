"""What a corrected version changed: findings new, fixed, remaining, regressed, and cells that differ without having been asked about."""

from auditor.revision.compare import Change, Comparison, Difference, compare
from auditor.revision.state import ReportState, State, state_of_result

__all__ = ["Change", "Comparison", "Difference", "ReportState", "State", "compare", "state_of_result"]
