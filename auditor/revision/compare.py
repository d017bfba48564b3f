"""Two states of the same reports compared, report by report.

A finding keeps its id in a corrected version, because the id rests on rule, agency, year and cells and on no value. A finding that is gone
counts as fixed only when its check was decided again; where the check could not be made it is *unclear*, never fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from auditor.revision.state import ComparedFinding, Printed, ReportKey, ReportState, State
from auditor.text.chars import squeeze

Kind = Literal["regressed", "new", "remaining", "unclear", "fixed"]
KINDS: Final[tuple[Kind, ...]] = ("regressed", "new", "remaining", "unclear", "fixed")
"""``regressed``: a check that was decided without this finding fails now; ``new``: there was nothing to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cell that differs; ``None`` where a version does not print it. ``asked``: an old finding rested on it."""

    key: str
    old: Printed | None
    new: Printed | None
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One report in both versions (``None`` where a side lacks it), its findings by kind and its changed cells.

    ``cells_compared`` is ``False`` where a side has no cells to compare.
    """

    old: ReportKey | None
    new: ReportKey | None
    found: tuple[tuple[Kind, ComparedFinding], ...] = ()
    changes: tuple[Change, ...] = ()
    cells_compared: bool = True
    layouts: tuple[tuple[str, str], ...] = ()

    @property
    def unasked(self) -> tuple[Change, ...]:
        """Cells that changed without being asked about."""
        return tuple(change for change in self.changes if not change.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionComparison:
    """All reports that differ or have findings, in the order of the new state, then what only the old one has; and across reports."""

    old: str
    new: str
    reports: tuple[Difference, ...]
    across: tuple[tuple[Kind, ComparedFinding], ...]
    same_rules: bool

    def count(self, kind: Kind) -> int:
        """Number of top findings of a kind, across reports included; waived ones are not counted."""
        every = [*self.across, *(pair for report in self.reports for pair in report.found)]
        return sum(1 for found_kind, found in every if found_kind == kind and found.top and not found.waived)


def compare(old: State, new: State) -> VersionComparison:
    """The comparison of two states."""
    reports = []
    for here, there in match(old.identities, new.identities):
        before = old.report(here) if here is not None else None
        after = new.report(there) if there is not None else None
        difference = _difference(before, after)
        if difference.found or difference.changes or before is None or after is None:
            reports.append(difference)
    everything = _by_kind(old.across, new.across, old.across_undecided, new.across_undecided)
    return VersionComparison(
        old=old.name, new=new.name, reports=tuple(reports), across=tuple(everything), same_rules=old.rules_sha256 == new.rules_sha256
    )


def match(old: Sequence[ReportKey], new: Sequence[ReportKey]) -> Iterator[tuple[int | None, int | None]]:
    """Places of the same report in both: by agency and year, among several by path; without a name by path alone."""
    free: dict[tuple[object, ...], list[int]] = {}
    for place, identity in enumerate(old):
        free.setdefault(_key(identity), []).append(place)
    by_name = {_name(identity): place for place, identity in enumerate(old)}
    taken: set[int] = set()
    for there, identity in enumerate(new):
        places = [place for place in free.get(_key(identity), []) if place not in taken]
        same_name = by_name.get(_name(identity))
        if not places and same_name is not None and same_name not in taken and _may_be_same(old[same_name], identity):
            places = [same_name]
        chosen = same_name if same_name in places else places[0] if places else None
        if chosen is not None:
            taken.add(chosen)
        yield chosen, there
    yield from ((place, None) for place in range(len(old)) if place not in taken)


def _key(identity: ReportKey) -> tuple[object, ...]:
    if identity.agency is None or identity.year is None:
        return ("path", _name(identity))
    return ("agency", squeeze(identity.agency), identity.year)


def _name(identity: ReportKey) -> str:
    return identity.path.replace("!/", "/").rpartition("/")[2]


def _may_be_same(one: ReportKey, other: ReportKey) -> bool:
    """A file of the same name is another version unless both say that they are different reports."""
    same_agency = one.agency is None or other.agency is None or squeeze(one.agency) == squeeze(other.agency)
    return same_agency and (one.year is None or other.year is None or one.year == other.year)


def _difference(before: ReportState | None, after: ReportState | None) -> Difference:
    if after is None:
        assert before is not None
        return Difference(old=before.identity, new=None, found=tuple(("unclear", found) for found in before.found))
    if before is None:
        return Difference(
            old=None, new=after.identity, found=tuple(("new", found) for found in after.found), layouts=tuple(after.layouts.items())
        )
    unread = after.status == "unreadable"
    return Difference(
        old=before.identity,
        new=after.identity,
        found=tuple(_by_kind(before.found, after.found, before.undecided, after.undecided, unread, before.status == "unreadable")),
        changes=() if unread else tuple(_changes(before, after)),
        cells_compared=before.cells is not None and after.cells is not None and not unread,
        layouts=tuple((before.layouts | dict(after.layouts)).items()) if isinstance(before.layouts, dict) else (),
    )


def _by_kind(
    before: Sequence[ComparedFinding],
    after: Sequence[ComparedFinding],
    open_before: frozenset[str],
    open_after: frozenset[str],
    unread: bool = False,
    was_unread: bool = False,
) -> Iterator[tuple[Kind, ComparedFinding]]:
    old, new = {found.id for found in before}, {found.id for found in after}
    for found in after:
        if found.id in old:
            yield "remaining", found
        else:
            yield ("new" if was_unread or found.rule in open_before else "regressed"), found
    for found in before:
        if found.id not in new:
            yield ("unclear" if unread or found.rule in open_after else "fixed"), found


def _changes(before: ReportState, after: ReportState) -> Iterator[Change]:
    if before.cells is None or after.cells is None:
        return
    asked = frozenset[str]().union(*(found.keys for found in before.found))
    for key in [*after.cells, *(key for key in before.cells if key not in after.cells)]:
        old, new = before.cells.get(key), after.cells.get(key)
        if not _same(old, new):
            yield Change(key=key, old=old, new=new, asked=key in asked)


def _same(old: Printed | None, new: Printed | None) -> bool:
    if old is None or new is None:
        return old is new
    return (old.value == new.value and old.value is not None) or squeeze(old.raw) == squeeze(new.raw)
