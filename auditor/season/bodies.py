"""Bodies of one name (the market supervision bureaus of two counties): what tells them apart, so that what is said to one does not reach
the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.season.link import Entry
from auditor.text.chars import squeeze


def bodies_of(entries: Sequence[Entry]) -> dict[int, str]:
    """By index of the audit what tells its body from others of the same name and year: the roster's id, else its parent, else the folder.

    Reports whose name occurs once, or only in versions of one body (one line of the roster, one folder), are not in it.
    """
    named: dict[tuple[str, int | None, str], list[Entry]] = {}
    for entry in entries:
        report = entry.report
        if entry.index is not None and report.agency and report.status != "unreadable":
            named.setdefault((squeeze(report.agency), report.year, report.scope), []).append(entry)
    found: dict[int, str] = {}
    for group in named.values():
        folders = [_folder(entry) for entry in group]
        common = _common(folders)
        told = [_on_roster(entry) or "/".join(folder[common:]) for entry, folder in zip(group, folders, strict=True)]
        if len(set(told)) > 1:
            found |= {entry.index: body or "." for entry, body in zip(group, told, strict=True) if entry.index is not None}
    return found


def _on_roster(entry: Entry) -> str:
    agency = entry.agency
    if agency is None:
        return ""
    return agency.id or (f"{agency.parent}/{agency.name}" if agency.parent else "")


def _folder(entry: Entry) -> list[str]:
    return entry.report.source.path.replace("!/", "/").split("/")[:-1]


def _common(folders: Sequence[Sequence[str]]) -> int:
    """How many leading folders all have in common: where the tree lies on this machine is no part of a name."""
    count = 0
    for names in zip(*folders, strict=False):
        if len(set(names)) > 1:
            break
        count += 1
    return count
