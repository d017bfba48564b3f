"""The rules that look at all agencies at once: copied text, and whose report is missing from the roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from auditor.check.context import Hit, fail
from auditor.check.engine import of_body
from auditor.model.finding import Finding, Undecided
from auditor.model.report import Report
from auditor.model.rule import Verdict
from auditor.season.bodies import bodies_of
from auditor.season.copies import WordSource, copied_sections, same_tables
from auditor.season.group import Judged
from auditor.season.link import Entry, Season
from auditor.season.publication import Loose
from auditor.season.roster_rules import RosterStanding, h_01
from auditor.season.setting import Bench
from auditor.season.signature import Signature


class Copies(Struct):
    """Verdicts of the rules on copied text by audit, and what they found."""

    verdicts: dict[int, dict[str, Verdict]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def find_copies(bench: Bench, mine: Sequence[Entry], signature_of: Callable[[Entry], Signature], prose: WordSource) -> Copies:
    """Reports of one year with equal text or tables. Signatures are asked for a year at a time, whole reports only where these agree."""
    rules = {rule.id: rule for rule in bench.rules("corpus")}
    found = Copies()
    by_year: dict[int, list[Entry]] = {}
    for entry in mine:
        if not entry.illustrated:
            by_year.setdefault(entry.report.year or 0, []).append(entry)
    for year in sorted(by_year):
        entries = by_year[year]
        if len({entry.key for entry in entries}) < 2:
            continue
        about = rules.get("F-09") or rules.get("H-10")
        wanted = frozenset(bench.plain_context(about, entries[0].report).params["least"]) if about is not None else frozenset()
        signatures = [_only(signature_of(entry), wanted) for entry in entries]
        groups: list[tuple[str, tuple[int, ...], Hit]] = []
        if (rule := rules.get("F-09") or rules.get("H-10")) is not None:
            for members, hit in copied_sections(entries, signatures, bench.plain_context(rule, entries[0].report), prose):
                groups.append(("F-09" if len(members) == 2 else "H-10", members, hit))
        if (rule := rules.get("H-10")) is not None:
            context = bench.plain_context(rule, entries[0].report)
            groups += [("H-10", *same) for same in same_tables(entries, signatures, int(context.params["non_zero"]), context)]
        for rule_id in ("F-09", "H-10"):
            if (rule := rules.get(rule_id)) is None:
                continue
            guilty: set[int] = set()
            for _, members, hit in (group for group in groups if group[0] == rule_id):
                guilty |= set(members)
                context = bench.plain_context(rule, prose.report(entries[members[0]]))
                found.findings += bench.findings(context, fail(hit))
            for place, entry in enumerate(entries):
                if entry.index is not None and bench.applies(rule, entry.report):
                    found.verdicts.setdefault(entry.index, {})[rule_id] = "fail" if place in guilty else "pass"
    return found


def _only(signature: Signature, sections: frozenset[str]) -> Signature:
    """The signature with the sections that are compared: held for every report of a year at once."""
    kept = {section: marks for section, marks in signature.sections.items() if section in sections}
    return Signature(sections=kept, tables=signature.tables)


def missing_reports(
    bench: Bench, season: Season, blank: Report | None, found: Sequence[RosterStanding], unmatched: Sequence[str], loose: Sequence[Loose]
) -> tuple[list[Finding], list[Undecided]]:
    """H-01: agencies of the roster without a report. ``blank`` is any report of the run; its form stands for the season's.

    ``unmatched`` are named where the rule cannot be decided; ``loose`` are the files that can be a missing report.
    """
    rule = next((rule for rule in bench.rules("roster") if rule.id == "H-01"), None)
    if rule is None or blank is None or season.roster is None:
        return [], []
    context = bench.plain_context(rule, blank)
    findings: list[Finding] = []
    for agency, hit in h_01(found, loose):
        findings += bench.findings(replace(context, report=msgspec.structs.replace(blank, agency=agency.name)), fail(hit))
    if not unmatched:
        return findings, []
    needs = context.say("season.nobody", paths="、".join(unmatched[:20]), count=str(len(unmatched)))
    return findings, [Undecided(rule="H-01", needs=needs)]


def in_order(bench: Bench, season: Season, copies: Copies, judged: Sequence[Judged], missing: Sequence[Finding]) -> list[Finding]:
    """All findings across reports in the order in which they are told, whatever the order in which the agencies were judged."""
    across: Mapping[tuple[str, int], list[Finding]] = {place: found for part in judged for place, found in part.across.items()}
    gaps = {key: found for part in judged for key, found in part.gaps.items()}
    bodies = bodies_of(season.entries)
    told = list(copies.findings)
    roster = ("H-02", "H-03")
    for place in sorted((place for place in across if place[0] in roster), key=lambda place: (place[1], place[0])):
        told += of_body(across[place], bodies.get(place[1], ""))
    told += missing
    for key in season.by_agency:
        told += gaps.get(key, ())
    for rule in bench.rules("roster"):
        if rule.id not in roster:
            for place in sorted(place for place in across if place[0] == rule.id):
                told += of_body(across[place], bodies.get(place[1], ""))
    return told
