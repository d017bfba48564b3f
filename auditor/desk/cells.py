"""Cells that were not read for certain, with what a person saw: crops beside values, and the audit that uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from auditor import office
from auditor.desk.runs import audit_paths
from auditor.desk.state import Desk
from auditor.errors import AuditorError
from auditor.model.finding import Audit, Finding
from auditor.model.report import Fact
from auditor.model.source import part_path
from auditor.office import LookedAtCell, VersionRow, is_doubtful
from auditor.render.places import place_text
from auditor.text.chars import squeeze
from auditor.text.labels import label_of

MOST_CELLS: Final = 400
Page = dict[str, Any]


class NoCellError(AuditorError):
    """A cell or version that is none."""


def content_of(audit: Audit) -> str:
    """Under what a person's readings of a report are kept: the hash of its file, with the part where it holds several reports."""
    part = audit.report.part if audit.report is not None else None
    return part_path(audit.source.sha256, part or 1)


def cells_page(desk: Desk, report_key: str, given: Mapping[str, str]) -> Page | None:
    """Every cell of a report that a person should look at or did; ``all`` in the address shows every cell."""
    version = desk.snapshot().current(report_key)
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    if version is None or audit is None or audit.report is None:
        return None
    said = told_of(desk, audit)
    every = bool(given.get("all"))
    turns = turns_of(audit.report.facts)
    facts = [fact for fact in audit.report.facts if every or is_doubtful(fact) or str(fact.key) in said]
    return {
        "version": version,
        "report_key": report_key,
        "agency": version.agency or version.path,
        "cells": [entry_of(desk, audit, fact, said.get(str(fact.key)), turns) for fact in facts[:MOST_CELLS]],
        "more": max(0, len(facts) - MOST_CELLS),
        "left": sum(1 for fact in facts if is_doubtful(fact) and str(fact.key) not in said),
        "every": every,
        "progress": desk.background.progress,
        "sizes": sizes_of(desk, version, {fact.location.page or 1 for fact in facts[:MOST_CELLS] if fact.location.box is not None}),
    }


def sizes_of(desk: Desk, version: VersionRow, pages: set[int]) -> dict[int, tuple[float, float]]:
    """Width and height of pages of the original that are pictures, by number, for crops."""
    found = {}
    for page in sorted(pages):
        shown = desk.originals.show(version.path, version.sha256, page)
        if shown.kind == "page":
            found[page] = (shown.width, shown.height)
    return found


def cells_of_finding(desk: Desk, audit: Audit | None, finding: Finding) -> list[Page]:
    """The cells of a finding that were not read for certain or that a person looked at."""
    if audit is None or audit.report is None:
        return []
    said = told_of(desk, audit)
    facts = {str(fact.key): fact for fact in audit.report.facts}
    keys = dict.fromkeys(used.key for one in (finding, *finding.children) for used in one.facts)
    turns = turns_of(audit.report.facts)
    return [
        entry_of(desk, audit, facts[key], said.get(key), turns) for key in keys if key in facts and (is_doubtful(facts[key]) or key in said)
    ]


def turns_of(facts: Sequence[Fact]) -> dict[int, int]:
    """By how many degrees (clockwise) a picture of each page has to be turned so that its tables stand upright; 0 is left out.

    A scan that lies on its side is shown as it lies, but a cell cut out of it must be upright: a 9 upside down is a 6. Where columns and
    rows run tells the direction.
    """
    votes: dict[int, Counter[int]] = {}
    lines: dict[tuple[int, int, str, int], list[tuple[int, float, float]]] = {}
    for fact in facts:
        place, box = fact.location, fact.location.box
        if box is None or place.row is None or place.column is None:
            continue
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        page, table = place.page or 1, place.table or 0
        lines.setdefault((page, table, "row", place.row), []).append((place.column, x, y))
        lines.setdefault((page, table, "column", place.column), []).append((place.row, x, y))
    for (page, _, kind, _), cells in lines.items():
        for (one, x, y), (other, right, below) in pairwise(sorted(cells)):
            if one == other:
                continue
            along, down = (right - x, below - y) if kind == "row" else (below - y, x - right)
            turn = (0 if along > 0 else 180) if abs(along) > abs(down) else (90 if down < 0 else 270)
            votes.setdefault(page, Counter())[turn] += 1
    found = {page: counted.most_common(1)[0] for page, counted in votes.items()}
    return {page: turn for page, (turn, count) in found.items() if turn and 3 * count > 2 * votes[page].total()}


def told_of(desk: Desk, audit: Audit) -> dict[str, LookedAtCell]:
    """What people read in the cells of a report, by key."""
    content = content_of(audit)
    return {reading.cell: reading for reading in office.readings(desk.store, content) if reading.sha256 == content}


def entry_of(desk: Desk, audit: Audit, fact: Fact, said: LookedAtCell | None, turns: Mapping[int, int]) -> Page:
    """One cell as the templates show it: ``used`` tells whether the audit at hand rests on what the person said."""
    assert audit.report is not None
    key = str(fact.key)
    machine = fact.person.machine if fact.person is not None else fact.raw
    return {
        "key": key,
        "label": label_of(desk.rulebook, audit.report.layouts, key, desk.lang),
        "machine": machine,
        "unread": fact.person is None and fact.state == "unreadable",
        "value": said.value if said is not None else "" if fact.state == "unreadable" else machine,
        "place": place_text(fact.location, desk.rulebook.words, desk.lang),
        "box": fact.location.box,
        "page": fact.location.page or 1,
        **_crop(fact, turns.get(fact.location.page or 1, 0)),
        "said": said,
        "used": said is None or (fact.person is not None and squeeze(fact.raw) == squeeze(said.value)),
        "version": said.version if said is not None else 0,
    }


def _crop(fact: Fact, turn: int) -> Page:
    """The window (x, y, width, height) of a cell's crop, in points of the page, and how the page is turned about the cell's middle."""
    box = fact.location.box
    if box is None:
        return {"window": None, "turned": "", "broad": False}
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    width, height = box[2] - box[0], box[3] - box[1]
    if turn in (90, 270):
        width, height = height, width
    window = (x - width / 2 - 12, y - height / 2 - 5, width + 24, height + 10)
    return {"window": window, "turned": f"rotate({turn} {x:.2f} {y:.2f})" if turn else "", "broad": width > 10 * height}


def read_cells(desk: Desk, given: Mapping[str, Any]) -> Page:
    """What a person saw in cells: ``of`` the version looked at, ``cells`` with ``cell``, ``value`` (null takes it back) and ``version``.

    Kept at once with the file's hash; the report is then audited again beside the desk. Nothing printed is repaired.
    """
    cells = given.get("cells")
    wanted = given.get("of")
    version = next((one for one in desk.snapshot().versions if one.id == wanted), None)
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    if version is None or audit is None or audit.report is None or not isinstance(cells, list) or not 0 < len(cells) <= 2 * MOST_CELLS:
        raise NoCellError("cells")
    facts = {str(fact.key): fact for fact in audit.report.facts}
    content = content_of(audit)
    with desk.store.transaction():
        action = desk.store.new_action()
        for entry in cells:
            if not isinstance(entry, dict):
                raise NoCellError("cells")
            key, value = str(entry.get("cell", "")), entry.get("value")
            fact = facts.get(key)
            if fact is None or (value is not None and (not isinstance(value, str) or len(value) > 200)):
                raise NoCellError(key[:80])
            machine = fact.person.machine if fact.person is not None else fact.raw
            corrected = value is not None and squeeze(machine) != squeeze(value)
            expected = entry.get("version")
            office.set_reading(
                desk.store, content, key, value.strip() if value is not None else None, corrected=corrected,
                expected=expected if isinstance(expected, int) else None, action=action,
            )  # fmt: skip
    audit_version(desk, version, audit)
    return {"count": len(cells)}


def audit_version(desk: Desk, version: VersionRow, audit: Audit) -> None:
    """Audit the files of one version again, where they lie in the season's folder."""
    assert audit.report is not None
    paths = audit.report.parts or (version.path,)
    files = list(dict.fromkeys(_file_of(desk, path) for path in paths))
    if all((desk.store.folder / file).is_file() for file in files):
        audit_paths(desk, files)


def _file_of(desk: Desk, path: str) -> str:
    """The file that holds a report: an archive for a member, the whole file for one of several reports."""
    outer = path.partition("!/")[0]
    whole = outer.rpartition("#")[0]
    return outer if (desk.store.folder / outer).is_file() or not whole else whole


def waiting(desk: Desk) -> list[tuple[VersionRow, int]]:
    """Versions that count with readings of people that no audit has used yet, and how many."""
    snapshot = desk.snapshot()
    told = {version.id: version for version in snapshot.versions}
    return [(told[number], cells.not_used) for number, cells in snapshot.cells.items() if cells.not_used and number in told]
