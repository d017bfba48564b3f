"""Privacy and security of the published text (group G). Evidence is masked before it enters a hit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from auditor.check.coded.prose import needing
from auditor.check.context import Context, Hit, Outcome, fail
from auditor.check.kind import Kind, declare, names, pattern_faults
from auditor.check.kinds_words import texts
from auditor.model.formats import Format
from auditor.model.rule import Severity
from auditor.model.source import Location
from auditor.text.patterns import any_of, re_pattern
from auditor.text.privacy import (
    mask_name,
)

_PRIVATE_ADDRESS = re_pattern(r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])")
_CLAUSES = re_pattern(r"[^。;!?\n]+")


def _hit(kind: str, printed: str, place: Location, severity: Severity | None = None, message: str = "found") -> Hit:
    return Hit(message=message, values={"printed": printed}, severity=severity, actual=printed, location=place, quantity=kind)


def named_person(context: Context) -> Outcome:
    """No clause names a ``person`` or ``company`` (first group) with what was requested or with details of a ``case``.

    Messages ``found`` and ``company``; names of persons are masked.
    """
    person, company = any_of(tuple(context.params["person"])), any_of(tuple(context.params["company"]))
    case = any_of(tuple(context.params["case"]))
    hits = []
    for text, place in texts(context):
        for clause in _CLAUSES.findall(text):
            if not case.search(clause):
                continue
            if match := person.search(clause):
                hits.append(_hit("applicant", mask_name(_named(match)), place))
            elif match := company.search(clause):
                hits.append(_hit("company", _named(match), place, "notice", "company"))
    return fail(*hits)


def g_08(context: Context) -> Outcome:
    """What an editor left in the file, private network addresses, links to sites of another kind."""
    bad = any_of(tuple(context.params["bad_links"]))
    nobody = any_of(tuple(context.params["programs"]))
    counted: Counter[str] = Counter()
    hits = []
    for residue in context.report.residues:
        if residue.kind == "link":
            if bad.search(residue.text.lower()):
                hits.append(_hit("link", residue.text[:60], residue.location or Location(), "warning", "link"))
            elif _PRIVATE_ADDRESS.search(residue.text):
                hits.append(_hit("address", residue.text[:60], residue.location or Location(), None, "address"))
        elif residue.kind != "author" or not nobody.fullmatch(residue.text.strip().lower()):
            counted[residue.kind] += 1
    for text, place in texts(context):
        if match := _PRIVATE_ADDRESS.search(text):
            hits.append(_hit("address", match[0], place, None, "address"))
    if counted:
        kinds = "、".join(f"{context.say(f'residue.{kind}')} {number}" for kind, number in sorted(counted.items()))
        hits.append(Hit(message="residue", values={"kinds": kinds}, quantity="residue"))
    return fail(*hits)


def _named(match: re.Match[str]) -> str:
    return next((found for found in match.groups() if found), match[0])


RULES: dict[str, Callable[[Context], Outcome]] = {
    name: needing("passages", rule)
    for name, rule in (
        ("G-08", g_08),
    )
}  # fmt: skip


class NamedPersonParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`named_person`."""

    person: tuple[str, ...]
    company: tuple[str, ...]
    case: tuple[str, ...]


def _named_faults(params: NamedPersonParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("person", params.person)
    yield from pattern_faults("company", params.company)
    yield from pattern_faults("case", params.case)


declare(
    "named_person",
    Kind(
        needing("passages", named_person),
        NamedPersonParams,
        {"found": names("printed"), "company": names("printed")},
        faults=_named_faults,
    ),
)
