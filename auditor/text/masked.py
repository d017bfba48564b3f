"""The one place where text of a report leaves the model: audits and reports with private data masked, for every output.

Every text in every field of every record is masked, found by the types of the fields, so that a new field cannot leave unmasked: only
the fields of :data:`KEPT`, which name and place things, are exempt. A cell whose print is private loses its value too.
"""

from __future__ import annotations

import types
from collections import deque
from decimal import Decimal
from functools import lru_cache
from inspect import get_annotations
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from auditor.model.document import Residue
from auditor.model.finding import Audit, Candidate, FactUsed, Finding, ProseNumber, Reach, Undecided
from auditor.model.report import Fact, PersonReading, Report, Section, TableFound, Unplaced
from auditor.model.source import Location, Problem, Source
from auditor.text.privacy import mask, names_in

S = TypeVar("S", bound=Struct)

KEPT: Final[dict[type[Struct], frozenset[str]]] = {
    Audit: frozenset({"verdicts", "body"}),
    Candidate: frozenset({"key"}),
    Fact: frozenset({"key"}),
    FactUsed: frozenset({"key"}),
    Finding: frozenset({"id", "rule", "agencies", "sources", "basis", "state", "number"}),
    Location: frozenset({"file", "anchor"}),
    Problem: frozenset({"code"}),
    PersonReading: frozenset({"who", "at"}),
    ProseNumber: frozenset({"compared"}),
    Reach: frozenset({"blind", "unlocated"}),
    Report: frozenset({"agency", "parts", "era", "layouts", "elsewhere"}),
    Residue: frozenset(),
    Section: frozenset({"key"}),
    Source: frozenset({"path", "sha256"}),
    TableFound: frozenset({"id", "layout", "rows", "columns", "blocks"}),
    Undecided: frozenset({"rule"}),
    Unplaced: frozenset({"table", "duplicate_of"}),
}
"""Fields that are never masked, by record: keys, ids, paths; the name of an agency, which a report is known by; sources of law."""
_PRINTED: Final = frozenset({"raw", "printed"})
"""Fields with a number as printed: where it is private, so is the number read from it."""


def masked_audit(audit: Audit) -> Audit:
    """The audit as it may be written. Masking twice changes nothing."""
    names = report_names(audit.report) if isinstance(audit.report, Report) else ()
    return _struct(audit, names)


def report_names(report: Report) -> tuple[str, ...]:
    """Private persons whom the prose of a report names, so that they can be masked where the role is not printed beside them."""
    for known, names in _NAMES:
        if known is report:
            return names
    found = names_in(passage.text for passage in report.passages)
    _NAMES.append((report, found))
    return found


_NAMES: Final[deque[tuple[Report, tuple[str, ...]]]] = deque(maxlen=4)
"""Of the reports looked at last: every finding of a report asks."""


def masked_report(report: Report, names: tuple[str, ...] | None = None) -> Report:
    """A bound report as it may be written."""
    known = report_names(report) if names is None else names
    return _struct(report, known)


def masked_finding(finding: Finding, names: tuple[str, ...] = ()) -> Finding:
    """A finding as it may be written."""
    return _struct(finding, names)


def masked_record(record: S, names: tuple[str, ...] = ()) -> S:
    """Any record as it may be written. ``names``: persons whom the report names, see :func:`report_names`."""
    return _struct(record, names)


def _struct(record: S, names: tuple[str, ...]) -> S:
    changed: dict[str, Any] = {}
    fields, numbers = _walked(type(record))
    for field in fields:
        old = getattr(record, field)
        if old is None or old == ():
            continue
        new = _value(old, names)
        if new is not old:
            changed[field] = new
    if not changed:
        return record
    if changed.keys() & _PRINTED:
        changed |= dict.fromkeys(numbers)
    return msgspec.structs.replace(record, **changed)


def _value(old: Any, names: tuple[str, ...]) -> Any:
    """The same value where nothing in it is private."""
    if isinstance(old, str):
        new = mask(old, names)
        return old if new == old else new
    if isinstance(old, Struct):
        return _struct(old, names)
    if isinstance(old, (tuple, list)):
        found = type(old)(_value(entry, names) for entry in old)
        return old if all(new is entry for new, entry in zip(found, old, strict=True)) else found
    if isinstance(old, dict):
        made = {_value(key, names): _value(entry, names) for key, entry in old.items()}
        return old if made == old else made
    return old


@lru_cache(maxsize=64)
def _walked(record: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a kind of record that can hold text and are not exempt; and those that hold a number."""
    kept = KEPT.get(record, frozenset())
    hints = _hints(record)
    fields = tuple(field for field in record.__struct_fields__ if field not in kept and holds_text(hints[field]))
    numbers = tuple(field for field in record.__struct_fields__ if Decimal in get_args(hints[field]))
    return fields, numbers


@lru_cache(maxsize=128)
def _hints(record: type[Struct]) -> dict[str, Any]:
    """The types of the fields of a record, as ``typing.get_type_hints`` finds them in ten times the time."""
    return {field: hint for base in reversed(record.__mro__) for field, hint in get_annotations(base, eval_str=True).items()}


def holds_text(hint: Any, within: tuple[Any, ...] = ()) -> bool:
    """Whether a value of this type can hold text that is not one of a few words. What is not known can."""
    if hint in (int, float, bool, Decimal, bytes, types.NoneType, Ellipsis) or hint in within:
        return False
    origin = get_origin(hint)
    if origin is Literal:
        return False
    if origin in (Union, types.UnionType, tuple, list, dict, set, frozenset):
        return any(holds_text(part, within) for part in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        hints = _hints(hint)
        kept = KEPT.get(hint, frozenset())
        return any(holds_text(hints[field], (*within, hint)) for field in hint.__struct_fields__ if field not in kept)
    return True


__all__ = ["KEPT", "holds_text", "masked_audit", "masked_finding", "masked_record", "masked_report", "report_names"]
