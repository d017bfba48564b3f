"""Many inputs in one run: collected, read in supervised workers, joined, audited as a season."""

from auditor.batch.inputs import Input, collect
from auditor.batch.run import Batch, Progress, audit_batch, extract_batch

__all__ = ["Batch", "Input", "Progress", "audit_batch", "collect", "extract_batch"]
