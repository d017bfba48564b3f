"""What a rule over several reports may look at, and how its hits become findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from auditor.check.blanks import Analysis, analyse
from auditor.check.context import Cells, Context, Outcome
from auditor.check.engine import context_for, finding_of, is_selected, loud_rules
from auditor.model.applicability import applies
from auditor.model.finding import Finding, Undecided
from auditor.model.report import Report
from auditor.model.rule import Rule
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings


class Pair(Struct, frozen=True):
    """This year's report in its context, and last year's. ``certain``: agency, scope and reading are unchanged and sure."""

    now: Context
    before: Report
    before_cells: Cells
    certain: bool
    same_scope: bool


_KEPT: Final = 256
"""Reports whose analysis is kept: those of an agency over the years, of a government and what is below it."""
_NO_CELLS: Final = Cells((), frozenset())
_NO_ANALYSIS: Final = Analysis()


class Bench:
    """Contexts for the rules of a season, the analysis of the reports used last kept."""

    def __init__(self, rulebook: Rulebook, settings: Settings) -> None:
        self.rulebook = rulebook
        self.settings = settings
        self._cells: dict[int, tuple[Report, Cells, Analysis]] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}

    def cells(self, report: Report) -> Cells:
        """The cells of a report with its blanks settled."""
        return self._analysed(report)[1]

    def context(self, rule: Rule, report: Report) -> Context:
        """The context of one rule over one report, with the settings for its kind of agency."""
        _, cells, analysis = self._analysed(report)
        settings = self.settings.for_kind(report.agency_kind)
        return context_for(report, rule, self.rulebook, settings, cells, analysis)

    def plain_context(self, rule: Rule, report: Report) -> Context:
        """The same for rules that look at no cell: the report is not analysed, and read only as far as it is looked at."""
        settings = self.settings.for_kind(report.agency_kind)
        return context_for(report, rule, self.rulebook, settings, _NO_CELLS, _NO_ANALYSIS)

    def findings(self, context: Context, outcome: Outcome) -> tuple[Finding, ...]:
        """The hits of an outcome in words."""
        settings = self.settings.for_kind(context.report.agency_kind)
        return tuple(finding_of(context, hit, settings) for hit in outcome.hits)

    def loud(self, report: Report) -> frozenset[str]:
        """The rules whose findings on this report would be errors or warnings."""
        return loud_rules(self.rulebook, self.settings.for_kind(report.agency_kind))

    def rules(self, level: str) -> tuple[Rule, ...]:
        """The selected rules of one level."""
        if level not in self._rules:
            self._rules[level] = tuple(
                rule
                for rule in self.rulebook.rules
                if rule.level == level and rule.status not in ("guard", "retired") and is_selected(rule, self.settings)
            )
        return self._rules[level]

    def applies(self, rule: Rule, report: Report) -> bool:
        """Whether the rule is wanted for this report's kind of agency and governs its year."""
        return is_selected(rule, self.settings.for_kind(report.agency_kind)) and applies(rule, report, self.rulebook)

    def _analysed(self, report: Report) -> tuple[Report, Cells, Analysis]:
        found = self._cells.pop(id(report), None)
        if found is None:
            analysis = analyse(report, self.rulebook)
            found = (report, Cells(report.facts, analysis.accepted), analysis)
        self._cells[id(report)] = found  # the report used last stands last
        if len(self._cells) > _KEPT:
            del self._cells[next(iter(self._cells))]
        return found


def undecided(rule: Rule, outcome: Outcome) -> Undecided | None:
    """The note for an outcome that is no decision, else ``None``."""
    if outcome.verdict not in ("unknown", "needs_other_input"):
        return None
    return Undecided(rule=rule.id, needs=outcome.needs, verdict=outcome.verdict)


def under(findings: Sequence[Finding], parent: str, child: str) -> tuple[Finding, ...]:
    """The findings with those of rule ``child`` as children of the first of rule ``parent``, where there is one."""
    top = next((finding for finding in findings if finding.rule == parent), None)
    moved = tuple(finding for finding in findings if finding.rule == child)
    if top is None or not moved:
        return tuple(findings)
    joined = msgspec.structs.replace(top, children=top.children + moved)
    return tuple(joined if finding is top else finding for finding in findings if finding.rule != child)
