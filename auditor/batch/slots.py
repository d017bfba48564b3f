"""Where the audits of a run lie while it is under way."""

from __future__ import annotations

from msgspec import Struct, field

from auditor.ledger import Ledger
from auditor.ledger.codec import unpack
from auditor.ledger.record import placed, whole
from auditor.model.finding import Audit


class AuditSlot(Struct, kw_only=True):
    """One audit of the run: where it lies in the ledger; or ``own``, the audit of a failure; or ``joined``, two halves packed as one.

    ``beside``: a report of the season that the run did not look at, there so that the others are compared with it.
    """

    path: str
    content: str = ""
    reading: int | None = None
    checked: int | None = None
    half: str = ""
    own: Audit | None = None
    joined: bytes = b""
    beside: bool = False


class Reached(Struct, kw_only=True):
    """What the reading of a run came to, in path order. ``read`` and ``rechecked`` count the files that were not simply known.

    ``skipped``: paths that were not read, with the reason (:attr:`auditor.batch.inputs.Input.skipped`).
    """

    slots: list[AuditSlot] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    rechecked: int = 0
    interrupted: bool = False


def audit_of(ledger: Ledger, slot: AuditSlot) -> Audit:
    """The audit a slot stands for, with its report."""
    if slot.own is not None:
        return slot.own
    if slot.joined:
        return unpack(slot.joined, Audit)
    assert slot.reading is not None
    assert slot.checked is not None
    return whole(ledger.audit(slot.checked), placed(ledger.report(slot.reading), slot.path))
