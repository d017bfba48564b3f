"""A brief from start to end: publication, what was disclosed, requests, remedies, quality, trends, peers, changes, remarks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditor.model.brief import Brief, BriefEvidence, BriefPart, BriefTable, Changes, Figure, Item, Series
from auditor.model.result import Counted, severity_of
from auditor.model.rulebook import Rulebook
from auditor.season.brief.cite import Citing
from auditor.season.brief.stock import Held, Stock, take_stock
from auditor.season.brief.trend import trend
from auditor.season.brief.words import brief_words
from auditor.season.link import Season

_DISCLOSED = (
    ("normative", ("normative_issued", "normative_repealed", "normative_effective"), ("issued", "repealed", "effective")),
    ("decisions", ("license", "penalty", "coercion"), ("license", "penalty", "coercion")),
)
_REQUESTS = ("received", "carried_over", "closed", "carried_forward")
_REMEDIES = ("review", "review_corrected", "suits", "suits_corrected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the brief is about. ``year``: without one, the newest year of which most reports are. ``date`` is printed as given."""

    year: int | None = None
    office: str = ""
    date: str = ""
    lang: str = "zh"
    changes: Changes | None = None


def make_brief(rulebook: Rulebook, season: Season, audits: Sequence[Counted], request: Request) -> Brief | None:
    """The brief of a season, or ``None`` where no report of the year is at hand. Pure; the same arguments give the same brief."""
    stock = take_stock(rulebook, season, audits)
    year = request.year if request.year is not None else newest(stock)
    if year is None or not stock.by_year.get(year):
        return None
    return _Builder(stock, year, request).brief()


def newest(stock: Stock) -> int | None:
    """The year of most reports that were audited; of several the newest."""
    counts = Counter(held.year for held in _all(stock) if held.audit is not None)
    return max(counts, key=lambda year: (counts[year], year), default=None)


def _all(stock: Stock) -> list[Held]:
    return [held for entries in stock.by_year.values() for held in entries.values()]


class _Builder:
    def __init__(self, stock: Stock, year: int, request: Request) -> None:
        self.stock, self.year, self.request = stock, year, request
        self.cite = Citing(stock, request.lang)
        self.words = brief_words()
        self.held = stock.of_year(year)
        self.agencies, self.governments, self.covered = stock.added(year)
        self.remarks: list[str] = []

    def brief(self) -> Brief:
        cite = self.cite
        parts = [
            self._part("overview", self._overview()),
            self._part("disclosed", [item for who, group in self._groups() for item in self._disclosed(who, group)]),
            self._part("requests", [item for who, group in self._groups() for item in self._requests(who, group)]),
            self._part("remedies", [item for who, group in self._groups() for item in self._remedies(who, group)]),
            self._part("quality", self._quality()),
            self._part("trend", trend(cite, self.stock, self.year, self.agencies or self.governments, self.remarks)),
            self._part("peers", self._peers()),
            self._part("changes", self._changes()),
        ]
        title = cite.say("title", year=self.year)
        return cite.brief(title, self.year, self.request.office, self.request.date, parts, self._remarks())

    def _part(self, name: str, items: Sequence[Item]) -> BriefPart:
        return BriefPart(title=self.cite.say(f"part.{name}"), items=tuple(items))

    def _groups(self) -> list[tuple[str, list[Held]]]:
        named = (("agencies", self.agencies), ("governments", self.governments))
        return [(self.cite.say(f"who.{name}"), group) for name, group in named if group]

    # publication ----------------------------------------------------------------------------------------------------------

    def _overview(self) -> list[Item]:
        cite, year = self.cite, self.year
        there = [cite.report(held) for held in self.held]
        items: list[Item] = []
        roster = self.stock.roster
        if roster is not None:
            obliged = [agency for agency in roster.agencies if agency.obliged(year)]
            present = {held.agency.line: held for held in self.held if held.agency is not None}
            several = set(self.stock.several.get(year, ()))
            places = [cite.report(present[a.line]) if a.line in present else cite.listed(a.name, year) for a in obliged]
            found = [place for place, a in zip(places, obliged, strict=True) if a.line in present or a.name in several]
            absent = [(a, place) for place, a in zip(places, obliged, strict=True) if place not in found]
            doubtful = {a.line for a, _ in absent if any(loose.can_be(a, year) for loose in self.stock.loose)}
            missing = [(a.name, place) for a, place in absent if a.line not in doubtful]
            verify = [(a.name, place) for a, place in absent if a.line in doubtful]
            items.append(cite.sentence("published_roster", year=year, obliged=cite.count(places), there=cite.count(found)))
            if missing:
                names = cite.names([name for name, _ in missing], self.words.guards["most_named"])
                items.append(cite.sentence("missing", count=cite.count([place for _, place in missing]), names=names))
            if verify:
                names = cite.names([name for name, _ in verify], self.words.guards["most_named"])
                items.append(cite.sentence("verify", count=cite.count([place for _, place in verify]), names=names))
        else:
            items.append(cite.sentence("published", year=year, there=cite.count(there)))
        full = [cite.report(held) for held in self.held if held.report.status == "read"]
        rest = [place for place in there if place not in full]
        if rest:
            items.append(cite.sentence("read", read=cite.count(full), unread=cite.count(rest)))
        else:
            items.append(cite.sentence("read_all", read=cite.count(full)))
        if self.stock.unread:
            files = [cite.file(counted.audit.source.path) for counted in self.stock.unread]
            items.append(cite.sentence("unread_files", count=cite.count(files)))
        items += self._clean(there)
        return items

    def _clean(self, there: Sequence[int]) -> list[Item]:
        cite = self.cite
        audited = [held for held in self.held if held.audit is not None]
        if not audited:
            return []
        clean = [cite.report(held) for held in audited if not held.asking and held.report.status == "read"]
        wrong = [cite.report(held) for held in audited if held.asking]
        by_severity = {
            name: [cite.finding(held, finding) for held in audited for finding in held.asking if severity_of(finding) == name]
            for name in ("error", "warning")
        }
        items: list[Item] = [
            cite.sentence(
                "clean",
                clean=cite.count(clean),
                with_findings=cite.count(wrong),
                errors=cite.count(by_severity["error"]),
                warnings=cite.count(by_severity["warning"]),
            )
        ]
        if len(there) >= self.words.guards["smallest_base"]:
            items.append(cite.sentence("clean_share", share=cite.share_count(clean, there)))
        return items

    # numbers of the tables ------------------------------------------------------------------------------------------------

    def _sums(self, group: Sequence[Held], names: Sequence[str], keys: Sequence[str] = ()) -> dict[str, Figure]:
        indicators = [self.words.indicators[name] for name in names]
        return {key: self.cite.sum(self.cite.cells(group, indicator)) for key, indicator in zip(keys or names, indicators, strict=True)}

    def _coverage(self, group: Sequence[Held], names: Sequence[str]) -> list[Item]:
        """How many of these numbers are missing from the sums, and of how many reports."""
        gaps = [
            (held, key)
            for held in group
            for name in names
            for key in self.words.indicators[name].keys(self.stock.rulebook, held.report)
            if self.stock.value(held, key) is None
        ]
        # A report without the table at all has no layout for it: its numbers are missing as well.
        lost = [held for held in group if all(self.stock.certain(held, self.words.indicators[name]) == () for name in names)]
        reports = [held for held in group if any(one is held for one, _ in gaps) or held in lost]
        if not reports:
            return self._doubted(group, names)
        cells = [self._gap(held, key) for held, key in gaps]
        cells += [self._gap(held, key) for held in lost for name in names for key in self.words.indicators[name].cells or (name,)]
        return [
            self.cite.sentence(
                "coverage", cells=self.cite.count(cells), agencies=self.cite.count([self.cite.report(held) for held in reports])
            ),
            *self._doubted(group, names),
        ]

    def _doubted(self, group: Sequence[Held], names: Sequence[str]) -> list[Item]:
        """How many of the numbers added up take part in an error that the audit found: they are used as printed, and that is said."""
        wrong: dict[str, set[str]] = {}
        for held in group:
            errors = [finding for finding in held.asking if severity_of(finding) == "error"]
            wrong[held.key] = {fact.key for finding in errors for one in (finding, *finding.children) for fact in one.facts}
        cells = [
            (held, key)
            for held in group
            for key in dict.fromkeys(key for name in names for key in self.stock.certain(held, self.words.indicators[name]) or ())
            if key in wrong[held.key]
        ]
        if not cells:
            return []
        reports = list({held.key: held for held, _ in cells}.values())
        counted = self.cite.count([self.cite.cell(held, key) for held, key in cells])
        return [self.cite.sentence("doubted", cells=counted, agencies=self.cite.count([self.cite.report(held) for held in reports]))]

    def _gap(self, held: Held, key: str) -> int:
        from auditor.text.labels import label_of

        fact = held.report.fact(key)
        known = self.words.indicators.get(key)
        label = known.label(self.request.lang) if known else label_of(self.stock.rulebook, held.report.layouts, key, self.request.lang)
        return self.cite.other(
            ("gap", held.key, held.year, key),
            BriefEvidence(
                kind="cell",
                agency=held.name,
                year=held.year,
                label=label,
                key=key,
                printed=fact.raw if fact is not None else "",
                path=held.report.source.path,
            ),
        )

    def _disclosed(self, who: str, group: Sequence[Held]) -> list[Item]:
        items: list[Item] = []
        for name, indicators, keys in _DISCLOSED:
            sums = self._sums(group, indicators, keys)
            if any(figure.of for figure in sums.values()):
                items.append(self.cite.sentence(name, who=who, **sums))
        used = [name for _, indicators, _ in _DISCLOSED for name in indicators]
        return items + (self._coverage(group, used) if items else [])

    def _requests(self, who: str, group: Sequence[Held]) -> list[Item]:
        cite, guards = self.cite, self.words.guards
        sums = self._sums(group, _REQUESTS)
        if not any(figure.of for figure in sums.values()):
            return []
        items: list[Item] = [cite.sentence("requests", who=who, **sums)]
        outcomes = [name for name, indicator in self.words.indicators.items() if indicator.outcome]
        results = self._sums(group, outcomes)
        items.append(cite.sentence("outcomes", **results))
        whole = [held for held in group if all(self.stock.certain(held, self.words.indicators[n]) for n in (*outcomes, "closed"))]
        base = cite.cells(whole, self.words.indicators["closed"])
        if cite.total(base) >= guards["smallest_base"]:
            opened = [place for name in ("granted", "partial") for place in cite.cells(whole, self.words.indicators[name])]
            reports = [cite.report(held) for held in whole]
            items.append(cite.sentence("granted_share", share=cite.share(opened, base), count=cite.count(reports)))
        received = self.words.indicators["received"]
        idle = [held for held in group if self.stock.certain(held, received) and cite.total(cite.cells([held], received)) == 0]
        if idle:
            items.append(cite.sentence("none_received", count=cite.count([cite.cell(held, received.cells[0]) for held in idle])))
        labels = [self.words.indicators[name].label(self.request.lang) for name in outcomes]
        if any(figure.value for figure in results.values()):
            series = Series(name=who, points=tuple(results.values()))
            items.append(cite.chart(cite.say("chart.outcomes", who=who), "bar", labels, [series], received.unit(cite.lang)))
        return items + self._coverage(group, (*_REQUESTS, *outcomes))

    def _remedies(self, who: str, group: Sequence[Held]) -> list[Item]:
        sums = self._sums(group, _REMEDIES)
        if not any(figure.of for figure in sums.values()):
            return []
        return [self.cite.sentence("remedies", who=who, **sums), *self._coverage(group, _REMEDIES)]

    # quality --------------------------------------------------------------------------------------------------------------

    def _quality(self) -> list[Item]:
        audited = [held for held in self.held if held.audit is not None]
        items: list[Item] = []
        kinds = {held.key: self.cite.say(f"kind.{held.kind}") for held in audited}
        regions = {held.key: held.region for held in audited}
        for name, of in (("kind", kinds), ("region", regions)):
            if len({text for text in of.values() if text}) > 1:
                items += self._by_group(name, [held for held in audited if of[held.key]], of)
        return items + self._frequent(audited)

    def _by_group(self, name: str, audited: Sequence[Held], of: dict[str, str]) -> list[Item]:
        cite, guards = self.cite, self.words.guards
        groups: dict[str, list[Held]] = defaultdict(list)
        for held in audited:
            groups[of[held.key]].append(held)
        label = cite.say(f"group.{name}")
        rows: list[list[str | Figure]] = []
        shares: list[tuple[Decimal, str, Figure]] = []
        clean_of: list[Figure] = []
        wrong_of: list[Figure] = []
        ordered = sorted(groups, key=lambda text: (-len(groups[text]), text))[: guards["most_groups"]]
        for text in ordered:
            members = groups[text]
            reports = [cite.report(held) for held in members]
            clean = [cite.report(held) for held in members if not held.asking and held.report.status == "read"]
            wrong = [cite.report(held) for held in members if held.asking]
            errors, warnings = (
                [cite.finding(held, f) for held in members for f in held.asking if severity_of(f) == severity]
                for severity in ("error", "warning")
            )
            mean: str | Figure = cite.mean([*errors, *warnings], reports) if len(reports) >= guards["smallest_group"] else ""
            rows.append([text, cite.count(reports), cite.count(clean), cite.count(errors), cite.count(warnings), mean])
            clean_of.append(cite.count(clean))
            wrong_of.append(cite.count(wrong))
            if len(reports) >= guards["smallest_group"]:
                share = cite.share_count(clean, reports)
                shares.append((share.value, text, share))
        items: list[Item] = []
        shares.sort(key=lambda entry: (-entry[0], entry[1]))
        if len(shares) > 1 and shares[0][0] != shares[-1][0]:
            (_, best, best_share), (_, worst, worst_share) = shares[0], shares[-1]
            items.append(cite.sentence("by_group", group=label, best=best, best_share=best_share, worst=worst, worst_share=worst_share))
        heads = [label, *(cite.say(f"column.{key}") for key in ("reports", "clean", "errors", "warnings", "mean"))]
        items.append(cite.grid(cite.say("chart.quality", group=label), heads, rows))
        series = [
            Series(name=cite.say("column.clean"), points=tuple(clean_of)),
            Series(name=cite.say("chart.with_findings"), points=tuple(wrong_of)),
        ]
        items.append(cite.chart(cite.say("chart.quality", group=label), "stacked", ordered, series))
        return items

    def _frequent(self, audited: Sequence[Held]) -> list[Item]:
        cite = self.cite
        by_title: dict[str, list[int]] = defaultdict(list)
        for held in audited:
            for title, finding in {finding.title: finding for finding in reversed(held.asking)}.items():
                by_title[title].append(cite.finding(held, finding))
        ordered = sorted(by_title, key=lambda title: (-len(by_title[title]), title))[: self.words.guards["most_rules"]]
        if not ordered:
            return []
        rows: list[list[str | Figure]] = [[title, cite.count(by_title[title])] for title in ordered]
        heads = [cite.say("column.title"), cite.say("column.count")]
        most = [title for title in ordered if len(by_title[title]) == len(by_title[ordered[0]])]
        first: list[Item] = []
        if len(most) == 1 and len(by_title[most[0]]) > 1:
            first = [cite.sentence("frequent", title=most[0], count=cite.count(by_title[most[0]]))]
        return [*first, cite.grid(cite.say("chart.rules"), heads, rows)]

    # peers ----------------------------------------------------------------------------------------------------------------

    def _peers(self) -> list[Item]:
        cite, guards = self.cite, self.words.guards
        kinds: dict[str, list[Held]] = defaultdict(list)
        for held in self.held:
            if held.kind != "unknown":
                kinds[held.kind].append(held)
        received = self.words.indicators["received"]
        items: list[Item] = []
        for kind in sorted(kinds, key=lambda name: (-len(kinds[name]), name)):
            members = [held for held in kinds[kind] if self.stock.certain(held, received)]
            if len(members) < guards["smallest_peers"]:
                continue
            cells = [cite.cell(held, received.cells[0]) for held in members if received.keys(self.stock.rulebook, held.report)]
            if len(cells) < guards["smallest_peers"]:
                continue
            order = sorted(zip(cells, members, strict=True), key=lambda pair: (-cite.total(pair[:1]), pair[1].name))
            high, most = order[0]
            alone = cite.total([high]) > cite.total([order[1][0]])
            top: dict[str, Figure | str] = {"most": most.name, "high": cite.sum([high])} if alone else {}
            items.append(
                cite.sentence(
                    "peers_median" if alone else "peers_middle",
                    kind=cite.say(f"kind.{kind}"),
                    count=cite.count([cite.report(held) for held in members]),
                    median=cite.median(cells),
                    **top,
                )
            )
            items.append(self._overview_of(kind, [held for _, held in order]))
        return items

    def _overview_of(self, kind: str, members: Sequence[Held]) -> BriefTable:
        cite = self.cite
        names = ("received", "closed")
        rows: list[list[str | Figure]] = []
        for held in members:
            row: list[str | Figure] = [held.name]
            row += [self._own(held, (name,)) for name in names]
            row.append(self._own_share(held))
            row.append(self._own(held, ("review", "suits")))
            row.append(cite.count([cite.finding(held, finding) for finding in held.asking]) if held.audit is not None else "")
            rows.append(row)
        labels = [self.words.indicators[name].label(self.request.lang) for name in names]
        heads = [cite.say("column.agency"), *labels, *(cite.say(f"column.{key}") for key in ("granted_share", "remedies", "findings"))]
        return cite.grid(cite.say("chart.peers", kind=cite.say(f"kind.{kind}")), heads, rows)

    def _own(self, held: Held, names: Sequence[str]) -> str | Figure:
        found = [self.stock.certain(held, self.words.indicators[name]) for name in names]
        if not all(found):
            return "—"
        return self.cite.sum([self.cite.cell(held, key) for keys in found for key in keys or ()])

    def _own_share(self, held: Held) -> str | Figure:
        cite = self.cite
        found = {name: self.stock.certain(held, self.words.indicators[name]) for name in ("granted", "partial", "closed")}
        if not all(found.values()):
            return "—"
        places = {name: [cite.cell(held, key) for key in keys or ()] for name, keys in found.items()}
        if cite.total(places["closed"]) < self.words.guards["smallest_base"]:
            return "—"
        return cite.share([*places["granted"], *places["partial"]], places["closed"])

    # changes --------------------------------------------------------------------------------------------------------------

    def _changes(self) -> list[Item]:
        changes, cite = self.request.changes, self.cite
        if changes is None:
            return []
        places: dict[str, list[int]] = defaultdict(list)
        left: set[str] = set()
        fixed: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(changes.found):
            evidence = BriefEvidence(kind="finding", agency=one.agency, year=one.year, label=one.title, key=one.rule, path=one.path)
            place = cite.other(("changed", number), evidence)
            places[one.kind].append(place)
            if one.kind == "fixed":
                fixed[one.agency].append(place)
            else:
                left.add(one.agency)
        counts = {kind: cite.count(places[kind]) for kind in ("fixed", "remaining", "new", "regressed", "unclear")}
        items: list[Item] = [cite.sentence("changes", (changes.name,), name=changes.name, **counts)]
        done = sorted(agency for agency in fixed if agency and agency not in left)
        if done:
            names = cite.names(done, self.words.guards["most_named"])
            items.append(cite.sentence("changes_best", count=cite.count([fixed[agency][0] for agency in done]), names=names))
        if not changes.same_rules:
            items.append(cite.sentence("other_rules"))
        return items

    def _remarks(self) -> list[str]:
        cite, guards = self.cite, self.words.guards
        told = [cite.say("remark.method"), cite.say("remark.no_repair")]
        told.append(cite.say("remark.guards", base=guards["smallest_base"], group=guards["smallest_group"], peers=guards["smallest_peers"]))
        told.append(cite.say("remark.joint"))
        if self.governments or self.covered:
            told.append(cite.say("remark.twice"))
        if self.covered:
            names = cite.names([held.name for held in self.covered], guards["most_named"])
            told.append(cite.say("remark.covered", names=names))
        if self.stock.several.get(self.year):
            names = cite.names(sorted(self.stock.several[self.year]), guards["most_named"])
            told.append(cite.say("remark.several", names=names))
        return told + self.remarks
