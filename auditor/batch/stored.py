"""A run that lies in a ledger as a result: audits are loaded one by one as they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from auditor.batch.outcome import count
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.ledger.runs import read_across, read_audits, read_shown
from auditor.model.result import Counted, Result


class RunAudits(Sequence[Counted]):
    """The audits of a stored run, loaded one by one as they are asked for; ``full`` with the cells of their reports."""

    def __init__(self, ledger: Ledger, number: int, length: int, *, full: bool) -> None:
        self._ledger, self._number, self._length, self._full = ledger, number, length, full

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Counted: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Counted]: ...
    def __getitem__(self, index: int | slice) -> Counted | Sequence[Counted]:
        wanted = range(self._length)[index]
        positions = [wanted + 1] if isinstance(wanted, int) else [place + 1 for place in wanted]
        found = [count(audit) for _, audit in read_audits(self._ledger, self._number, full=self._full, positions=positions)]
        return found[0] if isinstance(wanted, int) else found

    def __iter__(self) -> Iterator[Counted]:
        return (count(audit) for _, audit in read_audits(self._ledger, self._number, full=self._full))

    def pieces(self, name: str) -> Iterator[bytes] | None:
        """The pieces of the output in a format, where the ledger kept them."""
        return read_shown(self._ledger, self._number, name)


def stored_result(ledger: Ledger, number: int, *, full: bool) -> Result:
    """A stored run as a result. Raises UsageError when there is no such run."""
    row = ledger.connection.execute("SELECT version, rules, audits FROM run WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise UsageError("{path}: no run {number}", path=ledger.path, number=number)
    tail = read_across(ledger, number)
    return Result(
        audits=RunAudits(ledger, number, row[2], full=full),
        corpus_findings=tail.findings,
        corpus_unknown=tail.unknown,
        version=row[0],
        rules_sha256=row[1],
        notes=tail.notes,
        defect=tail.defect,
        counted=tail.tally,
    )


def pieces_of(result: Result, name: str) -> Iterator[bytes] | None:
    """The pieces of the output of a result in a format, if it is a stored one that kept them."""
    return result.audits.pieces(name) if isinstance(result.audits, RunAudits) else None
