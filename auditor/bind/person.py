"""What people read in the original, put in the place of what this program read there. What is printed is never repaired: a person says
what is printed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from auditor.bind.bind import is_partly_read
from auditor.model.binding import BindingWords
from auditor.model.report import CellReading, Fact, PersonReading, Report
from auditor.model.source import Location, Problem
from auditor.text.chars import squeeze
from auditor.text.tokens import read_cell


def with_person_readings(report: Report, readings: Sequence[CellReading], words: BindingWords) -> Report:
    """The report with the cells that people looked at as they read them, each marked as a person's and certain.

    Applying the same readings twice changes nothing. A reading of a cell that the report does not have is left out.
    """
    by_key = {reading.key: reading for reading in readings}
    if not by_key or not any(fact.key in by_key for fact in report.facts):
        return report
    facts = tuple(_as_read(fact, by_key[fact.key], words) if fact.key in by_key else fact for fact in report.facts)
    problems = _left(report.problems, report.facts, facts)
    status = "read" if report.status == "partly_read" and not is_partly_read(problems) else report.status
    return msgspec.structs.replace(report, facts=facts, problems=problems, status=status)


def _left(problems: Sequence[Problem], before: Sequence[Fact], now: Sequence[Fact]) -> tuple[Problem, ...]:
    """The problems without those that say that cells were not read, where people have read all of these."""
    done = [one.location for one, other in zip(before, now, strict=True) if one.state == "unreadable" and other.person is not None]
    open_ = [fact.location for fact in now if fact.state == "unreadable"]
    kept = []
    for problem in problems:
        count = problem.details.get("count", "")
        if problem.code == "READ-INK" and problem.location is not None and count.isdecimal():
            here = [one for one in done if _beside(one, problem)]
            if len(here) >= int(count) and not any(_beside(one, problem) for one in open_):
                continue
        kept.append(problem)
    return tuple(kept)


def _beside(place: Location, problem: Problem) -> bool:
    """Whether a cell is among those that a problem counts: of its page, or where it names a cell of its table."""
    told = problem.location
    assert told is not None
    same = place.page == told.page if problem.details.get("cause") == "cells" else place.table == told.table
    return same and (place.sheet, place.page) == (told.sheet, told.page)


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
