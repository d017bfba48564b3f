"""Document + forms → Report. Every label comes from ``rules/formats``; nothing printed is repaired."""

from auditor.bind.bind import bind
from auditor.bind.parts import join_parts
from auditor.bind.split import split_reports

__all__ = ["bind", "join_parts", "split_reports"]
