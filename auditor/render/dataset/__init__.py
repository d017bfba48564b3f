"""The dataset: one long table of all printed cells; findings, reports, prose, agencies, a wide table and a dictionary beside it."""

from auditor.render.dataset.tables import Known, Member, write_dataset
from auditor.render.dataset.writers import FORMATS, format_of

__all__ = ["FORMATS", "Known", "Member", "format_of", "write_dataset"]
