"""The dataset: one long table of all printed cells, the findings beside it, and a dictionary of both."""

from auditor.render.dataset.tables import write_dataset
from auditor.render.dataset.writers import FORMATS, format_of

__all__ = ["FORMATS", "format_of", "write_dataset"]
