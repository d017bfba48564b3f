"""One wrong figure over several reports: the cells of a government, of those it sums up and of their years solved together.

Equations are those of each report's tables, last year's closing stock against this year's opening stock (D-01, D-02), documents in force
against last year's with those issued and repealed (D-03), and a parent's figures against the sum of its children (E-01 … E-03). A *slip* is
one cell printed wrong. Where the next report still agrees with the wrong print, the slip was copied there: the same correction goes down
the chain, from a child to its parent and from a year to the next, never up.

Equations that fail and hang together are explained by one slip, or by two that touch different equations; all slips are tried. Only the
single smallest explanation is told, and only where it reaches over more than one report and shows itself: by an equation of its own tables,
or by two equations with other reports. Nothing is told where two explain equally or where a cell was not read for certain. A tree of more
than ``MOST`` reports is not looked at, nor pairs among more than ``PAIRS`` slips; then the findings between the reports say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from auditor.check.evidence import show
from auditor.check.printed import led, unproved
from auditor.model.finding import Candidate, Culprit, Elsewhere, Finding
from auditor.model.report import Report
from auditor.season.link import Entry, Season
from auditor.season.rollup import members
from auditor.season.roster import Agency
from auditor.season.setting import Bench
from auditor.season.years import says

MOST: Final = 150
"""Reports of one tree up to which they are solved together."""
BETWEEN: Final = frozenset(("D-01", "D-02", "D-03", "E-01", "E-02", "E-03"))
"""The rules whose equations hold between reports."""
PAIRS: Final = 60
"""Slips up to which pairs of them are tried."""
_STOCKS: Final = "D-03"
"""The rule on documents in force."""

Node: TypeAlias = tuple[int, str]
"""Number of a report in the tree, and key."""


class Link(Struct, frozen=True):
    """Σ sign·cell = 0 over cells of one or several reports. ``rule`` and ``quantity`` name it in ``owner``, the report that shows it.

    ``copy`` is the cell that takes over what the others say (the opening stock, the parent's figure); ``None`` inside a report.
    """

    rule: str
    quantity: str
    owner: int
    terms: tuple[tuple[Node, int], ...]
    rest: Decimal
    copy: Node | None = None

    def sign(self, node: Node) -> int:
        """The coefficient of a cell."""
        return sum(sign for one, sign in self.terms if one == node)


class Slip(Struct, frozen=True):
    """One cell printed wrong: what all changed cells should read, and which equations that settles.

    ``left``: equations that failed and still do, with what is left of them, which only a second slip can settle.
    """

    root: Node
    changes: Mapping[Node, Decimal]
    settled: frozenset[int]
    left: Mapping[int, Decimal] = field(default_factory=dict)


class SlipEffect(Struct, frozen=True, kw_only=True):
    """What a slip means for one report. ``own``: the cell that is wrong by itself is here; ``copied``: cells here that took it over.

    ``rules`` are those of the equations that it settles here; ``left`` the rules of equations that stay broken here
    whatever the slips settle; ``elsewhere`` the other reports that it upsets.
    """

    root: Elsewhere
    own: bool
    copied: frozenset[str]
    rules: frozenset[str]
    left: frozenset[str] = frozenset()
    elsewhere: tuple[Elsewhere, ...] = ()


class _Net(Struct):
    """The reports of one tree with all equations that can be evaluated."""

    entries: list[Entry]
    values: dict[Node, Decimal] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    by_node: dict[Node, list[int]] = field(default_factory=dict)

    def add(self, link: Link) -> None:
        for node, _ in link.terms:
            self.by_node.setdefault(node, []).append(len(self.links))
        self.links.append(link)


class Chains:
    """The slips over all reports that hang together with one, found once a tree."""

    def __init__(self, bench: Bench, season: Season) -> None:
        self._bench, self._season = bench, season
        self._told: dict[str, dict[int, tuple[SlipEffect, ...]]] = {}
        self._skipped: dict[str, frozenset[int]] = {}

    def of(self, entry: Entry) -> tuple[SlipEffect, ...]:
        """What slips over several reports mean for this one."""
        return self._told[self._solved(entry)].get(entry.index, ()) if entry.index is not None else ()

    def was_skipped(self, entry: Entry) -> bool:
        """Whether not every explanation over this report and others was tried, because they are too many."""
        return entry.index is not None and entry.index in self._skipped[self._solved(entry)]

    def _solved(self, entry: Entry) -> str:
        """The name of the tree of this report, solved once."""
        top = _top(entry, self._season)
        name = f"#{top.key}" if top is not None else entry.key
        if name not in self._told:
            entries = list(_tree(entry, top, self._season))
            if len(entries) <= MOST:
                self._told[name], self._skipped[name] = _all_told(_net(entries, self._bench, self._season))
            else:
                self._told[name] = {}
                self._skipped[name] = frozenset(one.index for one in entries if one.index is not None)
        return name


def tree_keys(entry: Entry, season: Season) -> tuple[str, ...]:
    """Keys of all agencies whose reports hang together with this one by the roster; its own where they are too many."""
    top = _top(entry, season)
    if top is None or season.roster is None:
        return (entry.key,)
    found = [key for agency in _below(top, season) for key in (f"#{agency.key}", f"#{agency.key}|organ")]
    return tuple(found) if len(found) <= 2 * MOST else (entry.key,)


def _top(entry: Entry, season: Season) -> Agency | None:
    agency, seen = entry.agency, set[int]()
    while agency is not None and season.roster is not None and agency.line not in seen:
        seen.add(agency.line)
        parent = season.roster.find(agency.parent) if agency.parent else None
        if parent is None or parent.line == agency.line:
            return agency
        agency = parent
    return None


def _below(agency: Agency, season: Season) -> Iterator[Agency]:
    assert season.roster is not None
    waiting, seen = [agency], set[int]()
    while waiting:
        one = waiting.pop(0)
        if one.line not in seen:
            seen.add(one.line)
            yield one
            waiting += season.roster.children_of(one)


def _tree(entry: Entry, top: Agency | None, season: Season) -> Iterator[Entry]:
    """The one report of each agency and year that is compared, of all that hang together with this one."""
    keys = [entry.key]
    if top is not None:
        keys = [key for agency in _below(top, season) for key in (f"#{agency.key}", f"#{agency.key}|organ")]
    for key in dict.fromkeys(keys):
        for year in season.by_agency.get(key, {}):
            found = season.of(key, year)
            if found is not None:
                yield found


def _net(entries: list[Entry], bench: Bench, season: Season) -> _Net:
    net = _Net(entries)
    place = {id(entry): number for number, entry in enumerate(entries)}
    for number, entry in enumerate(entries):
        analysis = bench.context(bench.rulebook.rules[0], entry.report).analysis
        facts = {str(fact.key): fact for fact in entry.report.facts}
        for standing in analysis.standings:
            if standing.state not in ("holds", "fails"):
                continue
            identity = standing.identity
            signs: dict[str, int] = {}
            for sign, keys in ((1, identity.left), (-1, identity.right)):
                for key in keys:
                    signs[key] = signs.get(key, 0) + sign
                    value = facts[key].value
                    net.values[number, key] = value if value is not None else analysis.derived.get(key, Decimal(0))
            terms = tuple(((number, key), sign) for key, sign in signs.items() if sign)
            net.add(Link(identity.rule, identity.quantity, number, terms, standing.left - standing.right))
        _years(net, number, entry, place, bench, season)
        _stocks(net, number, entry, place, bench, season)
        _sums(net, number, entry, place, bench, season)
    return net


def _years(net: _Net, number: int, entry: Entry, place: Mapping[int, int], bench: Bench, season: Season) -> None:
    before = season.of(entry.key, (entry.report.year or 0) - 1)
    if before is None or id(before) not in place or not _same(entry, before):
        return
    now, then = bench.cells(entry.report), bench.cells(before.report)
    form = bench.rulebook.table("t3", entry.report.layouts.get("t3"))
    for column in [column.key for column in form.columns] if form is not None else ():
        here, there = (number, f"t3.carried_over.{column}"), (place[id(before)], f"t3.carried_forward.{column}")
        value, was = now.bz(here[1]), then.bz(there[1])
        if value is not None and was is not None:
            net.values.setdefault(here, value)
            net.values.setdefault(there, was)
            net.add(Link("D-01" if column == "total" else "D-02", here[1], number, ((here, 1), (there, -1)), value - was, here))


def _stocks(net: _Net, number: int, entry: Entry, place: Mapping[int, int], bench: Bench, season: Season) -> None:
    """Documents in force = those of the year before + issued − repealed, unless the text explains what else changed."""
    card = bench.rulebook.rule(_STOCKS)
    before = season.of(entry.key, (entry.report.year or 0) - 1)
    if card is None or before is None or id(before) not in place or not _same(entry, before):
        return
    if (entry.report.year or 0) < (card.valid_from or 0) or says(entry.report, card.params["explained"]):
        return
    if not all(bench.rulebook.layout_has(one.report.layouts.get("t2"), need) for one in (entry, before) for need in card.needs):
        return
    now, then = bench.cells(entry.report), bench.cells(before.report)
    for row in card.params["rows"]:
        stock, issued, repealed = (f"t2.{row}.{column}" for column in ("effective", "issued", "repealed"))
        terms = (
            ((number, stock), 1, now.bz(stock)),
            ((place[id(before)], stock), -1, then.bz(stock)),
            ((number, issued), -1, now.bz(issued)),
            ((number, repealed), 1, now.bz(repealed)),
        )
        known = [(node, sign, value) for node, sign, value in terms if value is not None]
        if len(known) < len(terms):
            continue
        for node, _, value in known:
            net.values.setdefault(node, value)
        rest = sum((sign * value for _, sign, value in known), Decimal(0))
        net.add(Link(_STOCKS, stock, number, tuple((node, sign) for node, sign, _ in known), rest, (number, stock)))


def _same(now: Entry, before: Entry) -> bool:
    sure = now.certain and before.certain and now.report.status == before.report.status == "read"
    return sure and now.report.scope != "unknown" and now.report.scope == before.report.scope


def _sums(net: _Net, number: int, entry: Entry, place: Mapping[int, int], bench: Bench, season: Season) -> None:
    report, agency = entry.report, entry.agency
    if agency is None or season.roster is None or report.scope != "consolidated" or not (entry.certain and entry.match.certain):
        return
    children = [child for _, child in members(season, agency, report.year or 0)]
    if not children or any(child is None or id(child) not in place for child in children):
        return
    cells = bench.cells(report)
    below = [(place[id(child)], bench.cells(child.report)) for child in children if child is not None]
    for fact in report.facts:
        key = str(fact.key)
        rule = _sum_rule(key)
        if rule is None:
            continue
        value, parts = cells.bz(key), [(child, its.bz(key)) for child, its in below]
        known = [part for _, part in parts if part is not None]
        if value is None or len(known) < len(parts):
            continue
        net.values.setdefault((number, key), value)
        for child, part in parts:
            net.values.setdefault((child, key), part or Decimal(0))
        terms = (((number, key), 1), *(((child, key), -1) for child, _ in parts))
        net.add(Link(rule, key, number, terms, value - sum(known, Decimal(0)), (number, key)))


def _sum_rule(key: str) -> str | None:
    """The rule that a cell of a government is the sum of its children's; amounts (rounded) and printed subtotals have none here."""
    table, _, rest = key.partition(".")
    if table == "t2":
        return "E-03" if rest.endswith(".decisions") else None
    if key.endswith("org_subtotal"):
        return None
    return {"t3": "E-01", "t4": "E-02"}.get(table)


def _all_told(net: _Net) -> tuple[dict[int, tuple[SlipEffect, ...]], frozenset[int]]:
    """What every slip that is sure means for each report of the run, by the index of its audit; and the audits where not all was tried."""
    failing = [number for number, link in enumerate(net.links) if link.rest]
    slips = _slips(net, failing)
    sure: list[Slip] = []
    skipped: set[int] = set()
    for group in _together(net, failing, slips):
        smallest = _smallest(net, [slip for slip in slips if slip.settled <= group], group)
        if smallest is None:
            owners = {net.entries[net.links[number].owner].index for number in group}
            skipped |= {index for index in owners if index is not None}
        shown = [slip for slip in smallest or () if _is_shown(net, slip)]
        if len(shown) == len(smallest or ()) or not any(slip.settled & other.settled for slip, other in combinations(smallest or (), 2)):
            sure += shown  # slips that settle an equation between them are told together or not at all
    open_ones = set(failing).difference(*(slip.settled for slip in sure))
    found: dict[int, list[SlipEffect]] = {}
    for slip in sure:
        for owner, told in _meaning(net, slip):
            index = net.entries[owner].index
            if index is not None:
                left = frozenset(net.links[number].rule for number in open_ones if net.links[number].owner == owner)
                found.setdefault(index, []).append(replace(told, left=left))
    return {index: tuple(told) for index, told in found.items()}, frozenset(skipped)


def _slips(net: _Net, failing: Sequence[int]) -> list[Slip]:
    """All single cells, with what was copied from them, whose correction settles every equation it touches."""
    found: dict[tuple[Node, Decimal], Slip] = {}
    tried: set[tuple[Node, Decimal]] = set()
    for number in failing:
        link = net.links[number]
        for node, sign in link.terms:
            off = -link.rest / sign
            for root, delta in ((node, off), *((source, way * off) for source, way in _sources(net, node))):
                if (root, delta) in tried:
                    continue
                tried.add((root, delta))
                slip = _slip(net, root, delta)
                if slip is not None:
                    found[root, delta] = slip
    return list(found.values())


def _sources(net: _Net, node: Node) -> Iterator[tuple[Node, int]]:
    """The cells that this one may have been copied from, those of equations that hold and end in it, and how each moves it (1 or -1)."""
    waiting, seen = [(node, 1)], {node}
    while waiting:
        one, way = waiting.pop()
        for number in net.by_node.get(one, ()):
            link = net.links[number]
            if link.copy != one or link.rest:
                continue
            for source, sign in link.terms:
                if source not in seen:
                    seen.add(source)
                    found = (source, -sign * way * link.sign(one))
                    waiting.append(found)
                    yield found


def _slip(net: _Net, root: Node, delta: Decimal) -> Slip | None:
    """The slip of a cell that is off by so much, ``None`` where it breaks an equation, settles none or leaves no count."""
    moved = {root: delta}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        for number in net.by_node.get(one, ()):
            link = net.links[number]
            if link.copy is not None and link.copy not in moved and link.copy != one and not link.rest:
                moved[link.copy] = -link.sign(one) * moved[one] / link.sign(link.copy)
                waiting.append(link.copy)
    changes = {node: net.values[node] + step for node, step in moved.items()}
    if any(value < 0 or value != value.to_integral_value() for value in changes.values()):
        return None
    touched = {number for node in moved for number in net.by_node.get(node, ())}
    left: dict[int, Decimal] = {}
    for number in touched:
        link = net.links[number]
        rest = link.rest + sum((sign * moved.get(node, Decimal(0)) for node, sign in link.terms), Decimal(0))
        if rest and link.rest and link.copy is not None:
            left[number] = rest
        elif rest:
            return None
    settled = frozenset(number for number in touched if net.links[number].rest and number not in left)
    return Slip(root, changes, settled, left) if settled else None


def _together(net: _Net, failing: Sequence[int], slips: Sequence[Slip]) -> list[frozenset[int]]:
    """Equations that fail and share a cell or a slip."""
    sets = [set(slip.settled) | set(slip.left) for slip in slips]
    for number in failing:
        nodes = [node for node, _ in net.links[number].terms]
        sets.append({number, *(other for node in nodes for other in net.by_node.get(node, ()) if net.links[other].rest)})
    joined: list[set[int]] = []
    for one in sets:
        apart = []
        for other in joined:
            if one & other:
                one = one | other
            else:
                apart.append(other)
        joined = [*apart, one]
    return [frozenset(one) for one in joined]


def _smallest(net: _Net, slips: Sequence[Slip], group: frozenset[int]) -> tuple[Slip, ...] | None:
    """The only slip that settles all of a group, else the only two that do; nothing where several explain it equally or none does, ``None``
    where there are too many to try.
    """
    whole = [slip for slip in slips if slip.settled == group and not slip.left]
    if whole:
        return (whole[0],) if len(whole) == 1 else ()
    if len(slips) > PAIRS:
        return None
    pairs = [(one, two) for one, two in combinations(slips, 2) if _settle(net, one, two, group)]
    if len(pairs) != 1:
        return ()
    return tuple(replace(slip, settled=slip.settled | slip.left.keys(), left={}) for slip in pairs[0])


def _settle(net: _Net, one: Slip, two: Slip, group: frozenset[int]) -> bool:
    """Whether two slips of different cells settle a group of equations together: each its own, and between them what either leaves."""
    if one.settled & two.settled or one.changes.keys() & two.changes.keys() or one.left.keys() != two.left.keys():
        return False
    if one.settled | two.settled | one.left.keys() != group:
        return False
    return all(rest + two.left[number] == net.links[number].rest for number, rest in one.left.items())


def _is_shown(net: _Net, slip: Slip) -> bool:
    """Whether a slip reaches over several reports, shows in its own tables or by two equations with others, and was read for certain.

    Two equations with others show it only where they are all of its own report that fail: a body that one of them counts and the roster
    leaves out upsets many at once.
    """
    place = slip.root[0]
    links = [net.links[number] for number in slip.settled]
    own = [link for link in links if link.owner == place]
    alone = [number for number, link in enumerate(net.links) if link.rest and link.owner == place and number not in slip.settled] == []
    shown = any(link.copy is None for link in own) or (own and len(links) > 1 and alone)
    if len({link.owner for link in links}) < 2 or not shown:
        return False
    for number, cell in slip.changes:
        report = net.entries[number].report
        fact = report.fact(cell)
        if fact is None or fact.confidence < 0.9 or fact.state == "unreadable" or report.status != "read":
            return False
        if number == place and fact.value is None:
            return False  # a blank is asked for by the rules about blanks
    return True


def _meaning(net: _Net, slip: Slip) -> Iterator[tuple[int, SlipEffect]]:
    """What a slip means for each report that it upsets, by its number."""
    place, key = slip.root
    owners = sorted({net.links[number].owner for number in slip.settled})
    fact = net.entries[place].report.fact(key)
    root = _named(net.entries[place], key, fact.raw.strip() if fact is not None else "", show(slip.changes[slip.root]))
    for owner in owners:
        yield (
            owner,
            SlipEffect(
                root=root,
                own=owner == place,
                copied=frozenset(cell for number, cell in slip.changes if number == owner),
                rules=frozenset(net.links[number].rule for number in slip.settled if net.links[number].owner == owner),
                elsewhere=tuple(_named(net.entries[other]) for other in owners if other != place),
            ),
        )


def _named(entry: Entry, key: str = "", printed: str = "", likely: str = "") -> Elsewhere:
    report = entry.report
    return Elsewhere(agency=report.agency or entry.name, year=report.year, path=report.source.path, key=key, printed=printed, likely=likely)


def explained(
    findings: Sequence[Finding], told: Sequence[SlipEffect], report: Report, say: Callable[..., str], label: Callable[[str], str]
) -> tuple[Finding, ...]:
    """The findings of a report with what slips over several reports say of them.

    The finding of the slip's own report carries it as its certain culprit. A finding that a figure of another report explains wholly says
    so; where the report itself printed the right figure, it asks for nothing (a notice).
    """
    found = list(findings)
    for one in (one for one in told if one.own):
        found = _carrying(found, one, report, say)
    others = [one for one in told if not one.own]
    here = {rule for one in told if one.own for rule in one.rules}
    return tuple(
        _pointing(finding, [one for one in others if finding.rule not in here and _about(finding, one)], say, label) for finding in found
    )


def _about(finding: Finding, told: SlipEffect) -> bool:
    """Whether a finding is wholly explained by a slip of another report (with the others that reach here)."""
    if finding.rule not in told.rules:
        return False
    if finding.rule in BETWEEN:
        return finding.rule not in told.left
    own = {fact.key for fact in finding.facts}
    culprit = finding.culprit
    named = culprit is None or any(candidate.key in told.copied and not candidate.others for candidate in culprit.candidates)
    return (
        bool(own & told.copied) and named and not (culprit is not None and culprit.certain and culprit.candidates[0].key not in told.copied)
    )


def _carrying(findings: list[Finding], told: SlipEffect, report: Report, say: Callable[..., str]) -> list[Finding]:
    """The finding over the wrong cell with the slip as its culprit; others of the tables that it settles are beneath it."""
    key = told.root.key
    inner = told.rules - BETWEEN

    def concerned(finding: Finding) -> bool:
        return finding.rule in (inner or told.rules - told.left) and key in {fact.key for fact in finding.facts}

    first = next((finding for finding in findings if concerned(finding)), None)
    if first is None:
        return findings
    known = [c for finding in findings if finding.culprit for c in finding.culprit.candidates if c.key == key and not c.others]
    kind = next((candidate.kind for candidate in known if candidate.likely == told.root.likely), "value")
    candidate = Candidate(key=key, printed=told.root.printed, likely=told.root.likely, kind=kind)
    names = "、".join(dict.fromkeys(_report_name(other, say) for other in told.elsewhere))
    more = [finding for finding in findings if finding is not first and concerned(finding)]
    beneath = [part for finding in more for part in (msgspec.structs.replace(finding, children=(), culprit=None), *finding.children)]
    top = msgspec.structs.replace(
        first,
        culprit=Culprit(certain=True, candidates=(candidate,)),
        children=(*first.children, *(unproved(finding) for finding in beneath)),
        explains=told.elsewhere,
        message=first.message + say("season.explains", reports=names),
    )
    return [led(top, report) if finding is first else finding for finding in findings if finding not in more]


def _pointing(finding: Finding, told: Sequence[SlipEffect], say: Callable[..., str], label: Callable[[str], str]) -> Finding:
    if not told:
        return finding
    upset = finding.rule in BETWEEN
    note = "".join(
        say(
            "season.upset" if upset else "season.copied",
            report=_report_name(one.root, say), cell=label(one.root.key), printed=one.root.printed, likely=one.root.likely,
        )
        for one in told
    )  # fmt: skip
    roots = tuple(one.root for one in told)
    changed = msgspec.structs.replace(finding, explained_by=roots, message=finding.message + note)
    return msgspec.structs.replace(changed, severity="notice") if upset and not finding.children else changed


def not_looked(findings: Sequence[Finding], say: Callable[..., str]) -> tuple[Finding, ...]:
    """The findings between reports with a note that their common cause was not looked for in all reports together."""
    note = say("season.not_looked", most=str(MOST), pairs=str(PAIRS))
    return tuple(
        msgspec.structs.replace(finding, message=finding.message + note)
        if finding.rule in BETWEEN and not finding.explained_by
        else finding
        for finding in findings
    )


def _report_name(one: Elsewhere, say: Callable[..., str]) -> str:
    return say("season.report_of", agency=one.agency, year=str(one.year or ""))
