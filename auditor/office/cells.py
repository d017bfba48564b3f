"""Cells of the reports that count which wait for a person: not read for certain, or read by a person since the last audit.

Only the cells of the stored reports are decoded, so that a list over 1,500 reports takes a fraction of a second.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import MutableMapping
from typing import Final

import msgspec
from msgspec import Struct

from auditor.model.report import Fact
from auditor.model.source import part_path
from auditor.office.people import readings
from auditor.office.records import LookedAtCell, OpenCells
from auditor.office.store import SeasonStore
from auditor.text.chars import squeeze

SURE: Final = 0.9
"""Confidence below which a cell is shown to a person."""
Stamp = tuple[int, int, int]


class _Cell(Struct, frozen=True):
    key: str
    raw: str = ""
    state: str = ""
    confidence: float = 1.0
    person: dict[str, object] | None = None


class _Cells(Struct, frozen=True):
    facts: tuple[_Cell, ...] = ()


_DECODER: Final = msgspec.msgpack.Decoder(_Cells)


def is_doubtful(cell: Fact | _Cell) -> bool:
    """Whether a person should look at a cell."""
    return cell.confidence < SURE or cell.state == "unreadable"


def open_cells(store: SeasonStore, known: MutableMapping[Stamp, tuple[_Cell, ...]] | None = None) -> dict[int, OpenCells]:
    """What waits for a person, by the number of the version; versions without such cells are left out.

    ``known`` keeps what was decoded from one call to the next.
    """
    known = {} if known is None else known
    said: dict[str, dict[str, LookedAtCell]] = defaultdict(dict)
    for reading in readings(store):
        said[reading.sha256][reading.cell] = reading
    found = {}
    rows = store.rows("SELECT id, last_round, length(report), sha256, part FROM version WHERE state = 'current' AND report IS NOT NULL")
    for number, last, size, sha, part in rows:
        stamp = (number, last, size)
        if stamp not in known:
            packed = store.rows("SELECT report FROM version WHERE id = ?", number)[0][0]
            cells = _DECODER.decode(zlib.decompress(packed)).facts
            known[stamp] = tuple(cell for cell in cells if is_doubtful(cell) or cell.person is not None)
        own = said.get(part_path(sha, part or 1), {})
        if not known[stamp] and not own:
            continue
        told = {cell.key: cell for cell in known[stamp]}
        to_read = tuple(key for key, cell in told.items() if is_doubtful(cell) and key not in own)
        not_used = sum(1 for key, one in own.items() if not _is_used(told.get(key), one))
        not_used += sum(1 for key, cell in told.items() if cell.person is not None and key not in own)
        if to_read or not_used:
            found[number] = OpenCells(to_read=to_read, not_used=not_used)
    return found


def _is_used(cell: _Cell | None, said: LookedAtCell) -> bool:
    return cell is not None and cell.person is not None and squeeze(cell.raw) == squeeze(said.value)
