"""What is to be marked, whatever the kind of file."""

from __future__ import annotations

from msgspec import Struct

from auditor.model.rule import Severity
from auditor.model.source import Location


class Note(Struct, frozen=True, kw_only=True):
    """One mark: the place, the words of the note, and how grave it is. ``number`` is the finding's number in the lists.

    ``part``: the cell only takes part in a sum (a dashed frame); ``listed``: whether the note stands in the list at the head of a page.
    """

    number: int
    location: Location
    text: str
    severity: Severity = "error"
    title: str = ""
    part: bool = False
    listed: bool = True
