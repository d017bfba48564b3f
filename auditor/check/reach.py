"""The blind map: which printed numbers the checks that were decided on this report would catch if one of them were wrong.

For each printed number of the tables two questions are answered: if this number alone were any other count, would an
error or a warning *surely* be found; and would the number itself *surely* be named first, with certainty? A number for
which no such promise can be made is *blind*: only a person can compare it with the register.

Promises are made from three sources, all of them decided on this very report:

- an equation that holds and has no blank cell breaks with any change of one of its numbers;
- an equation with blank cells breaks too where the blanks cannot take the change up (the number is forced by all equations of its
  table together), or where they can take it up in one way only (then the blank itself is demanded);
- a sure number from outside the tables (prose, last year, subordinates) contradicts any change of the cells it speaks of.

The promises are conservative: a blind number may still be caught by luck, a promised one is never missed. ``tests/check/test_reach.py``
changes cells by force and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.check.blanks import OUTCOMES, Analysis, Group, Standing, is_blank
from auditor.check.filling import Equation, solve
from auditor.check.identities import extra_rows
from auditor.check.witnesses import Witness
from auditor.model.finding import Reach, is_counted
from auditor.model.report import Fact, Report

_MOVE = 60
_Signs = Mapping[tuple[str, str], int]
"""How a cell stands in equations: coefficient by equation."""


def reach_of(report: Report, analysis: Analysis, loud: frozenset[str], witnesses: Sequence[Witness] = ()) -> Reach:
    """The blind map of one report.

    ``loud`` are the rules that reached pass or fail on it and report errors or warnings; ``witnesses`` the numbers from outside the
    tables. Keys stand in printed order.
    """
    facts = {str(fact.key): fact for fact in report.facts}
    counted = [key for key, fact in facts.items() if is_counted(fact)]
    usable = _usable(report, analysis, loud)
    plain = [standing for standing in usable if not standing.blanks]
    signs = _signs(plain)
    signs_of_all = _signs(usable)
    firm = _firm([standing for standing in usable if standing.blanks], facts)
    contradicting = {key for witness in witnesses if witness.sure and not _agrees(witness, facts) for key in witness.keys}
    heard = [witness for witness in witnesses if witness.sure and witness.rule in loud and _agrees(witness, facts)]
    groups = list(analysis.totals.items())
    told = {key for witness in heard for key in _moving(witness)} - _added_up(groups, facts)
    found = {key for key in counted if signs.get(key) or key in told}
    found |= _forced(usable, facts, [key for key in counted if key not in found], groups)
    settled = _settled_tables(analysis)
    incidence = _signs([standing for standing in analysis.standings if standing.state == "holds"])
    rivals = _rivals(incidence)
    located = {
        key
        for key in counted
        if signs_of_all.get(key)
        and key in found
        and key not in contradicting
        and key.partition(".")[0] in settled
        and signs_of_all[key].keys() == incidence[key].keys()
        and not any(
            _turned(sign, way) in firm[name] for name, sign in signs_of_all[key].items() if name in firm for way in _ways(facts[key])
        )
        and not (signs_of_all[key].keys() & firm.keys() and _may_turn(key, facts, groups))
        and _alone(key, incidence, rivals[key], heard)
    }
    return Reach(
        cells=len(counted),
        found=len(found),
        located=len(located),
        blind=tuple(key for key in counted if key not in found),
        unlocated=tuple(key for key in counted if key in found and key not in located),
    )


def _usable(report: Report, analysis: Analysis, loud: frozenset[str]) -> list[Standing]:
    """The equations that hold and whose breaking would be reported, whatever else the table shows."""
    local = {entry.table for entry in report.unplaced if entry.duplicate_of is None}
    extra = any(extra_rows(report, table) for table in report.tables if table.id == "t3")
    return [
        standing
        for standing in analysis.standings
        if standing.state == "holds"
        and standing.identity.rule in loud
        and standing.identity.table not in analysis.empty
        and not (standing.identity.table == "st" and "st" in local)
        and not (extra and standing.identity.rule == OUTCOMES)
    ]


def _signs(standings: Iterable[Standing]) -> dict[str, dict[tuple[str, str], int]]:
    """Coefficient of each cell in each equation; those that cancel out are left out."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for standing in standings:
        identity = standing.identity
        for sign, keys in ((1, identity.left), (-1, identity.right)):
            for key in keys:
                own = found.setdefault(key, {})
                own[identity.id] = own.get(identity.id, 0) + sign
    return {key: {name: sign for name, sign in own.items() if sign} for key, own in found.items()}


def _settled_tables(analysis: Analysis) -> frozenset[str]:
    """Tables all of whose equations hold or cannot be evaluated: what breaks in them has one cause."""
    tables = {standing.identity.table for standing in analysis.standings}
    return frozenset(tables - {standing.identity.table for standing in analysis.standings if standing.state in ("fails", "fill", "open")})


def _alone(key: str, incidence: Mapping[str, _Signs], rivals: Sequence[str], heard: Sequence[Witness]) -> bool:
    """Whether no other cell breaks and mends the very same equations, or a sure number from outside tells the two apart.

    ``rivals`` are the cells that stand in the same equations.
    """
    own = incidence[key]
    for other in rivals:
        signs = incidence[other]
        ratios = {signs[name] * own[name] for name in own}
        if other == key or len(ratios) > 1:
            continue
        if not any((key in _moving(witness)) != (other in _moving(witness)) for witness in heard):
            return False
    return True


def _rivals(incidence: Mapping[str, _Signs]) -> dict[str, list[str]]:
    """The cells that stand in the same equations, themselves included, by cell."""
    together: dict[frozenset[tuple[str, str]], list[str]] = {}
    for key, signs in incidence.items():
        together.setdefault(frozenset(signs), []).append(key)
    return {key: keys for keys in together.values() for key in keys}


def _moving(witness: Witness) -> frozenset[str]:
    """The cells of a sure witness a change of which changes its sum."""
    sums: dict[str, int] = {}
    for sign, key in witness.readings[0]:
        sums[key] = sums.get(key, 0) + sign
    return frozenset(key for key, sign in sums.items() if sign)


def _added_up(groups: Sequence[Group], facts: Mapping[str, Fact]) -> set[str]:
    """Totals that the prose may also mean as what their printed parts add up to: prose that agrees says nothing of the total itself."""
    return {total for total, parts in groups if any(facts[part].value is not None for part in parts if part in facts)}


def _agrees(witness: Witness, facts: Mapping[str, Fact]) -> bool:
    """Whether all its cells are printed numbers and it agrees with them."""
    values = {key: fact.value for key, fact in facts.items() if fact.value is not None}
    return all(key in values for _, key in witness.readings[0]) and witness.agrees(values)


def _forced(usable: Sequence[Standing], facts: Mapping[str, Fact], wanted: Sequence[str], groups: Sequence[Group]) -> set[str]:
    """Numbers in equations with blanks that no filling of the blanks lets be another count."""
    with_blanks = [standing for standing in usable if standing.blanks]
    cells = {key for standing in with_blanks for key in standing.identity.keys}
    signs = _signs(with_blanks)
    columns: dict[tuple[str, str], dict[str, int]] = {standing.identity.id: {} for standing in with_blanks}
    for key, own in signs.items():
        if facts[key].value is None:
            for name, sign in own.items():
                columns[name][key] = sign
    return {
        key
        for key in wanted
        if key in cells
        and signs[key]
        and not _may_turn(key, facts, groups)
        and not any(_absorbed(signs[key], columns, way) for way in (1, -1))
    }


def _ways(fact: Fact) -> tuple[int, ...]:
    """Where another count can lie: above, and below unless it is 0."""
    return (1, -1) if fact.value else (1,)


def _turned(sign: int, way: int) -> int:
    """Which way left − right moves when a number with this coefficient does."""
    return 1 if sign * way > 0 else -1


def _firm(with_blanks: Sequence[Standing], facts: Mapping[str, Fact]) -> dict[tuple[str, str], frozenset[int]]:
    """For each equation with blanks the ways (1, -1) in which blanks could take up a move of its left − right.

    Equations that share a printed number with it may be broken by the same change, so they are not held against it. Where a way is
    not among these, the equation is known to be broken by itself, whatever is said of the others.
    """
    columns: dict[tuple[str, str], dict[str, int]] = {}
    numbers: dict[tuple[str, str], set[str]] = {}
    for key, own in _signs(with_blanks).items():
        for name, sign in own.items():
            if facts[key].value is None:
                columns.setdefault(name, {})[key] = sign
            else:
                numbers.setdefault(name, set()).add(key)
    found = {}
    for standing in with_blanks:
        name = standing.identity.id
        apart = {
            other: blanks for other, blanks in columns.items() if other == name or not numbers.get(name, set()) & numbers.get(other, set())
        }
        found[name] = frozenset(way for way in (1, -1) if name in columns and _absorbed({name: 1}, apart, way))
    return found


def _absorbed(own: _Signs, columns: Mapping[tuple[str, str], Mapping[str, int]], way: int) -> bool:
    """Whether blanks, which now read 0, can take up a move of one number up (1) or down (-1).

    With all blanks 0 the equations hold, and a blank can only grow. So the number may be another one exactly where
    growing blanks cancel its move in every equation. The move is a multiple of small coefficients, so that a whole answer
    exists wherever one exists.
    """
    wanted = {name: -way * _MOVE * sign for name, sign in own.items()}
    if any(not any(factor * amount > 0 for factor in columns[name].values()) for name, amount in wanted.items()):
        return False  # no blank of this equation moves the right way
    equations: list[Equation] = [(blanks, wanted.get(name, 0)) for name, blanks in columns.items()]
    return solve(equations, want_forced=False).state != "none"


def _may_turn(key: str, facts: Mapping[str, Fact], groups: Sequence[Group]) -> bool:
    """Whether another value here could turn its row or block into one of which only the total, or all but the total, is filled."""
    for total, parts in groups:
        if key in parts and total in facts and is_blank(facts[total]):
            return True
        if key == total and all(is_blank(facts[part]) for part in parts if part in facts):
            return True
    return False
