"""One cause, one finding: what shares a cause stands under its first finding, which carries the culprit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal

import msgspec

from auditor.check.blanks import Analysis
from auditor.check.context import Hit
from auditor.check.coverage import severity_of
from auditor.check.culprit import corrected, find_causes, printed_values
from auditor.check.printed import led, unproved
from auditor.check.witnesses import Witness
from auditor.model.finding import Culprit, Finding
from auditor.model.report import Report
from auditor.model.source import Location


def group_causes(
    findings: Sequence[Finding],
    hits: Sequence[Hit],
    analysis: Analysis,
    report: Report,
    witnesses: Callable[[], Sequence[Witness]] = tuple,
    remaining: Callable[[Mapping[str, Decimal], Collection[str]], Collection[tuple[str, str, Location | None]]] | None = None,
) -> tuple[Finding, ...]:
    """The findings, what another explains among its ``children``. ``hits`` belong to ``findings`` one by one.

    ``witnesses`` are asked for only where an equation fails. ``remaining`` tells, for new values of cells and the rules to ask, what would
    still be found (rule, quantity, place): what would not is a consequence, and asked for once, by the cell that is wrong. Children keep
    their severity; a parent's is the highest of all. No finding is lost.
    """
    place = {(finding.rule, hit.quantity): number for number, (finding, hit) in reversed(list(enumerate(zip(findings, hits, strict=True))))}
    parent: dict[int, int] = {}
    culprits: dict[int, Culprit] = {}
    unexplained: set[int] = set()
    failing = any(standing.state in ("fails", "fill") for standing in analysis.standings)
    outside = tuple(witnesses()) if failing else ()
    for cause in find_causes(analysis, report, outside):
        members = sorted(place[name] for name in cause.identities if name in place)
        if not members:
            continue
        if cause.culprit is not None:
            culprits[members[0]] = _with_doubt(cause.culprit, analysis)
        unexplained.update(members if cause.culprit is None else members[1:])
        parent.update(dict.fromkeys(members[1:], members[0]))
    if remaining is not None:
        _settle(findings, hits, culprits, parent, remaining)
    findings = [unproved(finding) if number in unexplained else finding for number, finding in enumerate(findings)]
    for number, hit in enumerate(hits):
        if hit.explained_by is not None and number not in parent:
            by = _explaining(findings, number, hit.explained_by)
            if by is not None and parent.get(by, by) != number:
                parent[number] = parent.get(by, by)
    tops = tuple(
        led(_with_children(finding, [findings[child] for child in _under(number, parent)], culprits.get(number, finding.culprit)), report)
        for number, finding in enumerate(findings)
        if number not in parent
    )
    return under_culprits(tops, outside, printed_values({str(fact.key): fact for fact in report.facts})) if outside else tops


def _with_doubt(culprit: Culprit, analysis: Analysis) -> Culprit:
    """Not certain where a row's breakdown is missing: filling it is another explanation."""
    rows = {key.rpartition(".")[0] for key in analysis.total_only if key.startswith("t3.")}
    blocks = {key for key in analysis.total_only if key.startswith("t4.")}
    open_ones = any(key in blocks or key.rpartition(".")[0] in rows for c in culprit.candidates for key in corrected(c))
    return msgspec.structs.replace(culprit, certain=False) if culprit.certain and open_ones else culprit


def _settle(
    findings: Sequence[Finding],
    hits: Sequence[Hit],
    culprits: Mapping[int, Culprit],
    parent: dict[int, int],
    remaining: Callable[[Mapping[str, Decimal], Collection[str]], Collection[tuple[str, str, Location | None]]],
) -> None:
    """Put what the correction of a certain culprit would make go away under the finding that carries it."""
    for top, culprit in culprits.items():
        others = [number for number in range(len(findings)) if number != top and number not in parent and number not in culprits]
        if not culprit.certain or not others:
            continue
        left = remaining(corrected(culprit.candidates[0]), {findings[number].rule for number in others})
        for number in others:
            if (findings[number].rule, hits[number].quantity, hits[number].location) not in left:
                parent[number] = top


def under_culprits(findings: Sequence[Finding], witnesses: Sequence[Witness], values: Mapping[str, Decimal]) -> tuple[Finding, ...]:
    """What the correction of a certain culprit settles outside the tables stands under the finding that carries it.

    A finding is settled when all witnesses of its rule and place that the printed ``values`` contradict agree with the correction.
    """
    tops = list(findings)
    for top in findings:
        if top.culprit is None or not top.culprit.certain or top not in tops:
            continue
        after = {**values, **corrected(top.culprit.candidates[0])}
        settled = []
        for other in tops:
            own = [w for w in witnesses if w.rule == other.rule and w.location in (None, other.location) and not w.agrees(values)]
            if other is not top and other.culprit is None and own and all(witness.agrees(after) for witness in own):
                settled.append(other)
        if settled:
            more = [finding for other in settled for finding in (msgspec.structs.replace(other, children=()), *other.children)]
            place = tops.index(top)
            tops[place] = _with_children(top, [*top.children, *more], top.culprit)
            tops = [finding for finding in tops if finding not in settled]
    return tuple(tops)


def _explaining(findings: Sequence[Finding], number: int, rule: str) -> int | None:
    """The finding of that rule over the same cells, else its only one."""
    own = {fact.key for fact in findings[number].facts}
    same = [other for other, finding in enumerate(findings) if finding.rule == rule and other != number]
    sharing = [other for other in same if own & {fact.key for fact in findings[other].facts}]
    return sharing[0] if sharing else same[0] if len(same) == 1 else None


def _under(number: int, parent: dict[int, int]) -> list[int]:
    """All findings below this one, at any depth, in order."""
    found = []
    for child in sorted(parent):
        top = parent[child]
        while top in parent and top != number:
            top = parent[top]
        if top == number:
            found.append(child)
    return found


def _with_children(finding: Finding, children: list[Finding], culprit: Culprit | None) -> Finding:
    if culprit is not None:
        children = [unproved(child) for child in children]
    whole = msgspec.structs.replace(finding, children=tuple(children), culprit=culprit)
    return msgspec.structs.replace(whole, severity=severity_of(whole))
