"""Privacy and security of the published text (group G). Evidence is masked before it enters a hit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from auditor.check.coded.prose import needing
from auditor.check.context import Context, Hit, Outcome, fail
from auditor.model.rule import Severity
from auditor.model.source import Location
from auditor.text.chars import squeeze
from auditor.text.patterns import any_of, re_pattern
from auditor.text.privacy import (
    CARD,
    IDENTITY,
    MOBILE,
    OLD_IDENTITY,
    is_identity_number,
    is_old_identity_number,
    mask,
    mask_name,
    passes_luhn,
)

_PRIVATE_ADDRESS = re_pattern(r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])")
_CLAUSES = re_pattern(r"[^。;!?\n]+")


def _texts(context: Context) -> Iterator[tuple[str, Location]]:
    for passage in context.report.passages:
        yield squeeze(passage.text), passage.location
    for fact in context.report.facts:
        if fact.state in ("text", "unit_text") or len(fact.raw) > 10:
            yield squeeze(fact.raw), fact.location
    for entry in context.report.unplaced:
        # Cells stay apart: numbers side by side in a row are no telephone number.
        for part in (entry.text, *entry.values):
            yield "|".join(map(squeeze, part.split())), entry.location


def _around(text: str, match: re.Match[str], reach: int) -> str:
    return text[max(0, match.start() - reach) : match.end() + reach]


def _hit(kind: str, printed: str, place: Location, severity: Severity | None = None, message: str = "found") -> Hit:
    return Hit(message=message, values={"printed": printed}, severity=severity, actual=printed, location=place, quantity=kind)


def g_01(context: Context) -> Outcome:
    """Identity numbers of 18 characters with a right check digit."""
    return fail(
        *(
            _hit("identity", mask(match[0]), place)
            for text, place in _texts(context)
            for match in IDENTITY.finditer(text)
            if is_identity_number(match[0])
        )
    )


def g_02(context: Context) -> Outcome:
    """Identity numbers of 15 digits, near the word for them."""
    near = any_of(tuple(context.params["near"]))
    return fail(
        *(
            _hit("identity", mask(match[0]), place)
            for text, place in _texts(context)
            for match in OLD_IDENTITY.finditer(text)
            if is_old_identity_number(match[0]) and near.search(_around(text, match, 15))
        )
    )


def g_03(context: Context) -> Outcome:
    """Mobile numbers: of a person a warning, as an office's contact a notice, hotlines none."""
    person, public = any_of(tuple(context.params["person"])), any_of(tuple(context.params["public"]))
    hits = []
    for text, place in _texts(context):
        for match in MOBILE.finditer(text):
            around = _around(text, match, 20)
            if public.search(around):
                continue
            private = bool(person.search(around))
            hits.append(_hit("mobile", mask(match[0]), place, "warning" if private else "notice", "person" if private else "found"))
    return fail(*hits)


def g_04(context: Context) -> Outcome:
    """Applicants who can be identified: a name with what was requested or with case details."""
    person, company = any_of(tuple(context.params["person"])), any_of(tuple(context.params["company"]))
    case = any_of(tuple(context.params["case"]))
    hits = []
    for text, place in _texts(context):
        for clause in _CLAUSES.findall(text):
            if not case.search(clause):
                continue
            if match := person.search(clause):
                hits.append(_hit("applicant", mask_name(_named(match)), place))
            elif match := company.search(clause):
                hits.append(_hit("company", _named(match), place, "notice", "company"))
    return fail(*hits)


def g_05(context: Context) -> Outcome:
    """Card numbers near the words for an account, the treasury's aside."""
    near, public = any_of(tuple(context.params["near"])), any_of(tuple(context.params["public"]))
    return fail(
        *(
            _hit("card", mask(match[0]), place)
            for text, place in _texts(context)
            for match in CARD.finditer(text)
            if passes_luhn(match[0]) and near.search(_around(text, match, 15)) and not public.search(_around(text, match, 40))
        )
    )


def g_06(context: Context) -> Outcome:
    """A home address, health or a minor's details beside a personal name. Nothing of it is repeated."""
    hits = []
    for kind in ("address", "health", "minor"):
        pattern = any_of(tuple(context.params[kind]))
        for text, place in _texts(context):
            if pattern.search(text):
                hits.append(Hit(message=kind, location=place, quantity=kind))
                break
    return fail(*hits)


def g_07(context: Context) -> Outcome:
    """Marks of secrecy or of internal papers."""
    secret, internal = any_of(tuple(context.params["secret"])), any_of(tuple(context.params["internal"]))
    hits = []
    for text, place in _texts(context):
        if match := secret.search(text):
            hits.append(_hit("secret", match[0], place))
        elif match := internal.search(text):
            hits.append(_hit("internal", match[0], place, "warning", "internal"))
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
    for text, place in _texts(context):
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
        ("G-01", g_01), ("G-02", g_02), ("G-03", g_03), ("G-04", g_04), ("G-05", g_05), ("G-06", g_06), ("G-07", g_07), ("G-08", g_08),
    )
}  # fmt: skip
