"""What a finding asks to be changed, cell by cell: the same in the notice, on the page, in the workbook and in marked copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from auditor.model.finding import Candidate, Finding
from auditor.model.report import Fact, Report
from auditor.model.rule import Text
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location
from auditor.render.places import place_text
from auditor.text.labels import label_of
from auditor.text.privacy import mask
from auditor.text.words import say


class Demand(Struct, frozen=True, kw_only=True):
    """One print to be changed or looked at. ``key`` and ``label`` where it is a cell; ``printed`` as it stands there, ``None`` where the
    finding is about no print; ``likely`` what should stand there, ``None`` where nothing proves a value.
    """

    key: str | None = None
    label: str = ""
    location: Location | None = None
    printed: str | None = None
    likely: str | None = None


def demands(finding: Finding, report: Report | None, rulebook: Rulebook, lang: str) -> tuple[Demand, ...]:
    """Every cell that a certain culprit changes, each with its value; otherwise the finding's own place."""
    culprit = finding.culprit
    if culprit is not None and culprit.certain and culprit.candidates and report is not None:
        return tuple(changes_of(culprit.candidates[0], report, rulebook, lang))
    cell = next((used for used in finding.facts if used.location is not None and used.location == finding.location), None)
    label = label_of(rulebook, report.layouts if report is not None else {}, cell.key, lang) if cell is not None else ""
    key = cell.key if cell is not None else None
    return (Demand(key=key, label=label, location=finding.location, printed=finding.actual, likely=finding.expected),)


def changes_of(candidate: Candidate, report: Report, rulebook: Rulebook, lang: str) -> Iterator[Demand]:
    """All cells of one correction, the leading one first."""
    facts: Mapping[str, Fact] = {str(fact.key): fact for fact in report.facts}
    for key, printed, likely in ((candidate.key, candidate.printed, candidate.likely), *candidate.others):
        fact = facts.get(key)
        yield Demand(
            key=key,
            label=label_of(rulebook, report.layouts, key, lang),
            location=fact.location if fact is not None else None,
            printed=mask(printed.strip()),
            likely=likely,
        )


def candidate_text(candidate: Candidate, layouts: Mapping[str, str], rulebook: Rulebook, lang: str, *, certain: bool) -> str:
    """A correction in words: each cell with its print and what it should read, cells that change together joined."""
    changes = ((candidate.key, candidate.printed, candidate.likely), *candidate.others)
    told = [
        say(
            rulebook.words, lang, "finding.change" if certain else "finding.maybe",
            cell=label_of(rulebook, layouts, key, lang), printed=shown(printed, rulebook.words, lang), likely=likely,
        )
        for key, printed, likely in changes
    ]  # fmt: skip
    return say(rulebook.words, lang, "finding.together").join(told)


def culprit_text(finding: Finding, layouts: Mapping[str, str], rulebook: Rulebook, lang: str, most: int = 12) -> str:
    """What is wrong by the sums: the certain correction, or all that explain them equally well; empty where there is none."""
    culprit = finding.culprit
    if culprit is None or not culprit.candidates:
        return ""
    kept = culprit.candidates[:1] if culprit.certain else culprit.candidates[:most]
    told = say(rulebook.words, lang, "finding.or").join(
        candidate_text(candidate, layouts, rulebook, lang, certain=culprit.certain) for candidate in kept
    )
    more = 0 if culprit.certain else len(culprit.candidates) - len(kept)
    rest = say(rulebook.words, lang, "finding.more", count=more) if more else ""
    return say(rulebook.words, lang, "finding.certain" if culprit.certain else "finding.open", cells=told + rest)


def shown(printed: str | None, words: Mapping[str, Text], lang: str) -> str:
    """A print for people: an empty cell is called so; nothing where the finding is about no print."""
    if printed is None:
        return ""
    return printed.strip() or say(words, lang, "finding.blank")


def children_text(finding: Finding, words: Mapping[str, Text], lang: str) -> str:
    """Where else to look once the finding is mended: the places of what it explains, each once; empty where there is nothing."""
    where = [(place_text(child.location, words, lang), child.title) for child in finding.children if child.location is not None]
    places = list(dict.fromkeys(place + say(words, lang, "language.brackets", text=title) for place, title in where))
    if not places:
        return ""
    return say(words, lang, "finding.children", places=say(words, lang, "finding.or").join(places))
