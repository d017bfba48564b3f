"""What comparing a report with all others needs of it, small enough to be held for every report of a season at once."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from xxhash import xxh3_64_hexdigest

from auditor.model.report import Report
from auditor.season.link import Entry, values_of
from auditor.season.similarity import SectionMarks, text_of

_TABLES: Final = ("t2", "t3", "t4")


class Signature(Struct, frozen=True, kw_only=True, array_like=True):
    """Marks of the prose of each section, and of each table the number of cells that are not zero with a fingerprint of all."""

    sections: dict[str, SectionMarks] = {}
    tables: dict[str, tuple[int, str]] = {}


def signature_of(report: Report) -> Signature:
    """The signature of a report; an empty one where it is no annual report."""
    if report.document != "annual_report":
        return Signature()
    sections = sorted({passage.section for passage in report.passages if passage.section is not None and not passage.heading})
    tables: dict[str, tuple[int, str]] = {}
    for table in _TABLES:
        values = values_of(report, table)
        digest = xxh3_64_hexdigest(repr(sorted((key, str(value)) for key, value in values.items())).encode())
        tables[table] = (sum(1 for value in values.values() if value), digest)
    return Signature(sections={section: text_of(report, section).marks() for section in sections}, tables=tables)


def near(entry: Entry) -> Signature:
    """The signature of an entry whose report is at hand."""
    return signature_of(entry.report)
