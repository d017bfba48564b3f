"""The screen: verdict first, then what was found with its proof, then what was not decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from auditor.model.companion import Question
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.result import CHECKED_STATES, SEVERITIES, Counted, Result, count_by_severity, count_statements, severity_of
from auditor.model.rule import Severity
from auditor.model.rulebook import Rulebook
from auditor.model.source import Problem
from auditor.render.demands import culprit_text, shown
from auditor.render.json_v1 import summary
from auditor.render.places import place_text, problem_text
from auditor.render.printable import cell_width, printable, wrap
from auditor.text.labels import label_of
from auditor.text.words import pick, say

_STYLE: Final[dict[Severity, str]] = {"error": "bold red", "warning": "yellow", "notice": "cyan"}
_VERDICT: Final = {
    "clean": ("✓", "bold green"),
    "noted": ("✓", "bold"),
    "findings": ("✗", "bold red"),
    "incomplete": ("?", "bold yellow"),
}
_DETAILS_UP_TO: Final = 30
"""Reports up to which a folder's findings are printed in full; beyond it, the summary points to the other formats."""


class Options(Struct, frozen=True, kw_only=True):
    """``quiet`` leaves the details out, ``show_passed`` lists what passed."""

    lang: str = "zh"
    quiet: bool = False
    show_passed: bool = False


def print_result(result: Result, rulebook: Rulebook, console: Console, options: Options) -> None:
    """The whole run: one report in full, a folder line by line with its findings and summary tables."""
    screen = _Screen(console, rulebook, options)
    if result.interrupted:
        screen.line(screen.say("console.interrupted"), "bold yellow")
    if len(result.audits) == 1:
        screen.one(result.audits[0])
    else:
        screen.folder(result)
    if result.corpus_findings and not options.quiet:
        screen.heading(screen.say("console.corpus"))
        screen.findings(result.corpus_findings, {})
    if len(result.audits) > 1:
        screen.tables(result)
        screen.total(result)
    if not options.quiet:
        screen.questions(result.questions)
    for note in result.notes:
        screen.line(note, "yellow")
    if not any(counted.is_report for counted in result.audits):
        screen.line(screen.say("console.none_left"), "bold yellow")


def print_reports(reports: Sequence[Report], rulebook: Rulebook, console: Console, options: Options) -> None:
    """What was read: one paragraph a report with its tables, cells, and what could not be placed."""
    screen = _Screen(console, rulebook, options)
    for report in reports:
        screen.report(report)


class _Screen:
    def __init__(self, console: Console, rulebook: Rulebook, options: Options) -> None:
        self.console = console
        self.rulebook = rulebook
        self.options = options

    def say(self, key: str, **values: object) -> str:
        return say(self.rulebook.words, self.options.lang, key, **values)

    def line(self, text: str, style: str = "", indent: int = 0, hang: int = 0) -> None:
        """One paragraph, wrapped with a hanging indent."""
        width = max(20, self.console.width - indent - hang)
        first, *rest = wrap(printable(text), width)
        self.console.print(Line(" " * indent + first, style=style), soft_wrap=True)
        for line in rest:
            self.console.print(Line(" " * (indent + hang) + line, style=style), soft_wrap=True)

    def labelled(self, key: str, value: str, indent: int, style: str = "") -> None:
        """``label：value``; the value hangs under itself."""
        label = self.say(f"console.{key}") + self.say("console.colon")
        width = cell_width(label)
        lines = wrap(printable(value), max(20, self.console.width - indent - width))
        text = Line(" " * indent)
        text.append(label, style="dim")
        text.append(lines[0], style=style)
        self.console.print(text, soft_wrap=True)
        for line in lines[1:]:
            self.console.print(Line(" " * (indent + width) + line, style=style), soft_wrap=True)

    def heading(self, text: str) -> None:
        self.console.print()
        self.line(text, "bold")

    def questions(self, entries: Sequence[Question]) -> None:
        """What other official sources say otherwise, with the reasons that may explain it."""
        asked = [entry for entry in entries if not entry.agrees]
        if not asked:
            return
        self.heading(self.say("companion.heading"))
        for entry in asked:
            self.line(f"{entry.agency} {entry.year}  {entry.text}", "", 2, 2)
            self.line(self.say("companion.cautions", cautions=entry.cautions), "dim", 4)
            if entry.basis:
                self.line(self.say("companion.basis", basis=entry.basis), "dim", 4)

    # --- one report -------------------------------------------------------------------------------------------------

    def one(self, counted: Counted) -> None:
        audit = counted.audit
        self.verdict(counted)
        if self.options.quiet:
            return
        layouts = dict(audit.report.layouts) if audit.report else {}
        if audit.reach is not None and audit.reach.cells:
            reach = audit.reach
            self.line(
                self.say("console.reach", cells=reach.cells, found=reach.found, located=reach.located, blind=len(reach.blind)), "dim", 2, 2
            )
        self.findings(audit.findings, layouts)
        self.undecided(audit.unknown)
        self.not_understood(audit)
        if self.options.show_passed:
            passed = [rule for rule, verdict in audit.verdicts.items() if verdict == "pass"]
            self.heading(self.say("console.passed", count=len(passed)))
            for rule in passed:
                self.line(f"{rule}  {self.title(rule)}", "green", 2, 8)
        self.problems(audit.problems)

    def verdict(self, counted: Counted) -> None:
        mark, style = _VERDICT[_verdict(counted)]
        text = Line(f"{mark} {self.verdict_text(counted)}", style=style)
        counts = count_by_severity(counted.audit.findings)
        for severity in SEVERITIES:
            if counts[severity]:
                text.append(f"  {self.say(f'severity.{severity}')} {counts[severity]}", style=_STYLE[severity])
        waived = sum(1 for finding in counted.audit.findings if finding.waived is not None)
        if waived:
            text.append(f"  {self.say('console.waived')} {waived}", style="dim")
        self.console.print(text, soft_wrap=True)
        self.line(self.who(counted), "", 2, 2)
        if counted.audit.statements:
            self.line(self.prose_text(counted.audit), "", 2, 2)

    def prose_text(self, audit: Audit) -> str:
        """How many numbers of the prose were held against something, have nothing to be held against, are not understood."""
        counts = count_statements(audit)
        checked = sum(counts.get(state, 0) for state in CHECKED_STATES)
        unread = counts.get("not_understood", 0)
        total = len(audit.statements)
        return self.say("console.prose", total=total, checked=checked, without=total - checked - unread, unread=unread)

    def not_understood(self, audit: Audit) -> None:
        """The numbers of the prose that a person has to look at."""
        entries = [entry for entry in audit.statements if entry.state == "not_understood"]
        if entries:
            self.heading(self.say("console.not_understood", count=len(entries)))
        for entry in entries:
            place = place_text(entry.location, self.rulebook.words, self.options.lang) if entry.location is not None else ""
            words = self.say("console.unknown_words", words="、".join(entry.unknown)) if entry.unknown else ""
            self.line(f"{entry.printed}  “{entry.text}”{words}  {place}", "", 2, 4)

    def verdict_text(self, counted: Counted) -> str:
        if counted.audit.status == "unreadable":
            return self.say("verdict.unreadable")
        if not counted.is_report:
            return self.say("verdict.no_report")
        key = _verdict(counted)
        counts = count_by_severity(counted.audit.findings)
        if key == "incomplete" and (counts["error"] or counts["warning"]):
            key = "incomplete_findings"
        return self.say(f"verdict.{key}", done=_done(counted), all=_of(counted), notices=counts["notice"])

    def who(self, counted: Counted) -> str:
        report = counted.audit.report
        paths = (report.parts if report else ()) or (counted.audit.source.path,)
        if report is None or (report.agency is None and report.year is None):
            return " + ".join(paths)
        agency = report.agency or self.say("console.no_agency")
        year = self.say("console.year_suffix", year=report.year) if report.year is not None else self.say("console.no_year")
        return f"{agency}  {year}  {' + '.join(paths)}"

    def findings(self, findings: Iterable[Finding], layouts: Mapping[str, str]) -> None:
        ordered = sorted(findings, key=lambda finding: SEVERITIES.index(severity_of(finding)))
        last = None
        for finding in ordered:
            severity = severity_of(finding)
            if severity != last:
                same = sum(1 for other in ordered if severity_of(other) == severity)
                self.console.print()
                self.line(f"{self.say(f'severity.{severity}')} ({same})", _STYLE[severity])
                last = severity
            self.finding(finding, layouts)

    def finding(self, finding: Finding, layouts: Mapping[str, str]) -> None:
        head = Line("  ")
        head.append(finding.rule, style=_STYLE[severity_of(finding)])
        head.append(f"  {printable(finding.title)}", style="bold")
        if finding.confidence != "high":
            head.append(f"  [{self.say(f'confidence.{finding.confidence}')}]", style="dim")
        self.console.print(head, soft_wrap=True)
        self.line(finding.message, "", 4)
        if finding.waived is not None:
            self.labelled("waived", finding.waived, 4, "green")
        if finding.location is not None:
            self.labelled("place", place_text(finding.location, self.rulebook.words, self.options.lang), 4)
        if finding.actual is not None:
            self.labelled("printed", shown(finding.actual, self.rulebook.words, self.options.lang), 4)
        if finding.expected is not None:
            self.labelled("expected", finding.expected, 4)
        if finding.calculation:
            self.labelled("calculation", finding.calculation, 4)
        for label, text in finding.passages:
            self.line(f"{label}{self.say('console.colon')}{text}", "", 4, 2)
        if finding.culprit is not None and finding.culprit.candidates:
            self.line(culprit_text(finding, layouts, self.rulebook, self.options.lang), "magenta", 4, 2)
        if finding.question:
            self.labelled("question", finding.question, 4)
        if finding.explained:
            self.labelled("own_check", finding.explained, 4)
        if finding.agencies:
            self.labelled("agencies", self.say("console.dash").join(finding.agencies), 4)
        if finding.related:
            places = [place_text(location, self.rulebook.words, self.options.lang) for location in finding.related]
            self.labelled("related", "；".join(dict.fromkeys(places)), 4)
        if finding.basis:
            self.labelled("basis", "；".join(finding.basis), 4, "dim")
        if finding.children:
            self.line(self.say("console.explains") + self.say("console.colon"), "dim", 4)
            for child in finding.children:
                self.line(f"{child.rule}  {child.message}", "", 6, 7)

    def undecided(self, entries: Sequence[Undecided]) -> None:
        open_checks = [entry for entry in entries if entry.verdict != "needs_other_input"]
        other = [entry for entry in entries if entry.verdict == "needs_other_input"]
        if open_checks:
            self.heading(self.say("console.undecided", count=len(open_checks)))
            self.needs(open_checks)
        if other:
            self.heading(self.say("console.other_input", count=len(other)))
            self.needs(other)

    def needs(self, entries: Sequence[Undecided]) -> None:
        """Checks that need the same thing stand together."""
        grouped: dict[str, list[str]] = {}
        for entry in entries:
            grouped.setdefault(entry.needs, []).append(entry.rule)
        for needs, rules in grouped.items():
            named = f"{rules[0]}  {self.title(rules[0])}" if len(rules) == 1 else " ".join(rules)
            self.line(named, "", 2, 2)
            self.line(self.say("console.needs", needs=needs), "dim", 4)

    def problems(self, problems: Sequence[Problem]) -> None:
        if not problems:
            return
        self.heading(self.say("console.problems"))
        for problem in problems:
            text = problem_text(problem, self.rulebook.words, self.options.lang)
            if problem.location is not None:
                text = f"{place_text(problem.location, self.rulebook.words, self.options.lang)}{self.say('console.colon')}{text}"
            self.line(f"{problem.code}  {text}", "yellow", 2, 2)

    def title(self, rule_id: str, *, problem: bool = False) -> str:
        """What a rule asks for, or what is wrong where it fails."""
        rule = self.rulebook.rule(rule_id)
        if rule is None:
            return ""
        text = rule.problem_title if problem else rule.title
        return text.said(self.options.lang)

    # --- a folder ---------------------------------------------------------------------------------------------------

    def folder(self, result: Result) -> None:
        for counted in result.audits:
            self.one_line(counted)
        if self.options.quiet or len(result.audits) > _DETAILS_UP_TO:
            return
        for counted in result.audits:
            audit = counted.audit
            if audit.findings or audit.problems:
                self.console.print()
                self.console.rule(Line(printable(self.who(counted))), align="left", style="dim", characters="─")
                self.findings(audit.findings, dict(audit.report.layouts) if audit.report else {})
                self.problems(audit.problems)

    def one_line(self, counted: Counted) -> None:
        mark, style = _VERDICT[_verdict(counted)] if counted.is_report else ("-", "dim")
        if counted.is_report and counted.audit.status != "unreadable":
            text = f"{self.say(f'short.{_verdict(counted)}')} {_done(counted)}/{_of(counted)}"
        else:
            text = self.verdict_text(counted)
        counts = count_by_severity(counted.audit.findings)
        numbers = [f"{self.say(f'severity.{severity}')} {counts[severity]}" for severity in SEVERITIES if counts[severity]]
        self.line("  ".join((f"{mark} {text}", *numbers, self.who(counted))), style, 0, 4)

    def tables(self, result: Result) -> None:
        by_rule: dict[tuple[str, Severity], list[str]] = {}
        for counted in result.audits:
            for finding in counted.audit.findings:
                by_rule.setdefault((finding.rule, severity_of(finding)), []).append(counted.audit.source.path)
        for finding in result.corpus_findings:
            by_rule.setdefault((finding.rule, severity_of(finding)), []).extend(finding.sources)
        if by_rule:
            table = self.table("by_rule", ("rule", False), ("title", False), ("result", False), ("count", True), ("reports", True))
            ordered = sorted(by_rule.items(), key=lambda entry: (SEVERITIES.index(entry[0][1]), -len(entry[1]), entry[0][0]))
            for (rule, severity), paths in ordered:
                word = Line(self.say(f"severity.{severity}"), style=_STYLE[severity])
                table.add_row(rule, self.title(rule, problem=True), word, str(len(paths)), str(len(set(paths))))
            self.console.print(table)
        rows: dict[str, dict[Severity, int]] = {}
        for counted in result.audits:
            report = counted.audit.report
            if counted.is_report and counted.audit.findings:
                name = (report.agency if report else None) or self.say("console.no_agency")
                counts = rows.setdefault(name, dict.fromkeys(SEVERITIES, 0))
                for severity, count in count_by_severity(counted.audit.findings).items():
                    counts[severity] += count
        if rows and len(result.audits) <= _DETAILS_UP_TO * 10:
            table = self.table("by_agency", ("agency", False))
            for severity in SEVERITIES:
                table.add_column(self.say(f"severity.{severity}"), justify="right")
            for name, counts in sorted(rows.items(), key=lambda entry: ([-entry[1][severity] for severity in SEVERITIES], entry[0])):
                table.add_row(printable(name), *(str(counts[severity] or "") for severity in SEVERITIES))
            self.console.print(table)

    def table(self, title: str, *columns: tuple[str, bool]) -> Table:
        self.console.print()
        table = Table(
            title=self.say(f"console.{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
        )
        for name, right in columns:
            table.add_column(self.say(f"console.{name}"), justify="right" if right else "left", header_style="dim")
        return table

    def total(self, result: Result) -> None:
        counts = summary(result)
        text = self.say(
            "console.summary",
            files=counts["files"],
            read=counts["read"],
            partly=counts["partly_read"],
            unreadable=counts["unreadable"],
            **counts["findings"],
        )
        if counts["waived"]:
            text += self.say("console.waived_count", count=counts["waived"])
        self.console.print()
        self.line(text, "bold")

    # --- extract ----------------------------------------------------------------------------------------------------

    def report(self, report: Report) -> None:
        agency = report.agency or self.say("console.no_agency")
        year = self.say("console.year_suffix", year=report.year) if report.year is not None else self.say("console.no_year")
        self.line(f"{agency}  {year}  {' + '.join(report.parts or (report.source.path,))}", "bold")
        if report.document != "annual_report":
            self.line(self.say("verdict.unreadable" if report.status == "unreadable" else "verdict.no_report"), "yellow", 2)
        for found in report.tables:
            cells = [fact for fact in report.facts if fact.key.startswith(f"{found.id}.")]
            form = self.rulebook.table(found.id, found.layout)
            name = pick(self.options.lang, form.short, found.id) if form is not None else found.id
            self.line(f"{name}  {found.layout}  {self.say('console.cells', count=len(cells))}", "", 2)
            if not self.options.quiet:
                for fact in cells:
                    label = label_of(self.rulebook, report.layouts, fact.key, self.options.lang)
                    place = place_text(fact.location, self.rulebook.words, self.options.lang)
                    self.line(f"{label}  {fact.raw or '—'}  ({place})", "", 4, 2)
        if report.unplaced:
            self.line(self.say("console.unplaced", count=len(report.unplaced)), "yellow", 2)
        self.problems(report.problems)


def _verdict(counted: Counted) -> str:
    """The verdict to show: clean with notices is told apart, they ask for nothing."""
    return "noted" if counted.verdict == "clean" and count_by_severity(counted.audit.findings)["notice"] else counted.verdict


def _done(counted: Counted) -> int:
    return counted.checks.get("pass", 0) + counted.checks.get("fail", 0)


def _of(counted: Counted) -> int:
    return _done(counted) + counted.checks.get("unknown", 0)
