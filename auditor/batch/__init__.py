"""Many inputs in one run: collected, read in supervised workers, joined, audited as a season."""

from auditor.batch.inputs import Input, collect
from auditor.batch.run import Progress, extract_batch

__all__ = ["Input", "Progress", "collect", "extract_batch"]
