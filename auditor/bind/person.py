"""What people read in the original, put in the place of what this program read there. What is printed is never repaired: a person says
what is printed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from auditor.bind.readings import read_cell
from auditor.model.binding import BindingWords
from auditor.model.report import CellReading, Fact, PersonReading, Report
from auditor.text.chars import squeeze


def with_person_readings(report: Report, readings: Sequence[CellReading], words: BindingWords) -> Report:
    """The report with the cells that people looked at as they read them, each marked as a person's and certain.

    Applying the same readings twice changes nothing. A reading of a cell that the report does not have is left out.
    """
    by_key = {reading.key: reading for reading in readings}
    if not by_key or not any(fact.key in by_key for fact in report.facts):
        return report
    facts = tuple(_as_read(fact, by_key[fact.key], words) if fact.key in by_key else fact for fact in report.facts)
    return msgspec.structs.replace(report, facts=facts)


def _as_read(fact: Fact, told: CellReading, words: BindingWords) -> Fact:
    reading = read_cell(told.value, words)
    machine = fact.person.machine if fact.person is not None else fact.raw
    corrected = squeeze(machine) != squeeze(told.value) or (
        fact.person.corrected if fact.person is not None else fact.state == "unreadable"
    )
    return msgspec.structs.replace(
        fact,
        raw=told.value,
        state=reading.state,
        value=reading.value,
        unit=reading.unit,
        confidence=1.0,
        notes=tuple(note for note in reading.notes if note != "suspicious"),
        person=PersonReading(who=told.who, at=told.at, machine=machine, corrected=corrected),
    )
