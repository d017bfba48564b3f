"""Examples become documents that say what the example says; the runner reads verdicts from JSON alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import pytest

from auditor.model.report import Report
from auditor.model.rule import Example, Rule, Text
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Source
from tests.conformance.cases import conformance_cases, plan_of, under_own_name
from tests.conformance.folders import FolderCase, files_of, folder_cases
from tests.conformance.generate import RENDER
from tests.conformance.run import SPOKEN, answers, failures, of_folder, sheet
from tests.conformance.weakened import Asked, audited, losses
from tests.lab import tested
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import ReportPlan


def _rule(*examples: Example) -> Rule:
    text = Text(zh="列平衡", en="Column balance")
    return Rule(id="T3-01", title=text, severity="error", basis=(), check="identity", why=text, cautions=(), messages={}, examples=examples)


FAILING = Example(verdict="fail", fill=("t3",), facts={"t3.new_received.natural_person": "3", "t3.new_received.total": "3"})


def test_example_with_a_filled_table_prints_zeros_and_its_own_cells() -> None:
    plan = plan_of(_rule(FAILING), FAILING)
    assert plan is not None
    truth = plan.truth()
    assert len([key for key in truth if key.startswith("t3.")]) == 175
    assert len(truth) == 200, "a whole report: the tables that the rule does not speak of are printed too"
    assert {key for key, value in truth.items() if value != "0"} == {"t3.new_received.natural_person", "t3.new_received.total"}
    report = tested.bind(to_document(plan))
    assert {str(fact.key): fact.raw for fact in report.facts} == truth


def test_absent_row_and_given_prose_are_printed_so() -> None:
    example = Example(verdict="fail", fill=("t3",), absent=("t3.carried_over",), text={"s6_other": "无。"}, report={"year": 2020})
    plan = plan_of(_rule(example), example)
    assert plan is not None
    assert plan.year == 2020
    assert len([key for key in plan.truth() if key.startswith("t3.")]) == 161 - 7
    assert next(entry for entry in plan.sections if entry.key == "s6_other").prose[0].text == "无。"


@pytest.mark.parametrize(
    "example",
    [
        Example(verdict="fail", facts={"t4.review_total": "3"}),
        Example(verdict="fail", fill=("t3",), previous={"year": 2023}),
        Example(verdict="pass", fill=("st",), report={"year": 2024}),
    ],
)
def test_example_that_one_document_cannot_show_is_left_out_by_name(example: Example) -> None:
    cases, left = conformance_cases(Rulebook(formats=(), rules=(_rule(example),), sources={}, words={}, sha256=""))
    assert not cases
    assert left == (f"T3-01-t01-{example.verdict}",)


def test_each_document_is_the_report_of_an_agency_of_its_own() -> None:
    plan = plan_of(_rule(FAILING), FAILING)
    assert plan is not None
    names = {under_own_name(plan, number).heading for number in range(1500)}
    assert len(names) == 1500
    assert under_own_name(plan, 7).agency in "".join(under_own_name(plan, 7).preamble)


def test_the_introduction_of_an_example_is_printed() -> None:
    plan = plan_of(_rule(FAILING), Example(verdict="fail", text={"preamble": "本报告按照有关规定编制。"}))
    assert plan is not None
    assert plan.preamble[0] == "本报告按照有关规定编制。"


def test_needs_other_input_is_told_apart_from_undecided() -> None:
    expected = {"kinds": ["docx"], "cases": {"D-01-t04-needs_other_input-a": {"rule": "D-01", "verdict": "needs_other_input"}}}
    for told, state in (("needs_other_input", "right"), ("unknown", "wrong")):
        printed = {"audits": [_audit("D-01-t04-needs_other_input-a.docx", unknown=[{"rule": "D-01", "verdict": told}])]}
        assert answers(printed, expected)["D-01-t04-needs_other_input-a.docx"][0] == state


def _audit(path: str, **more: Any) -> dict[str, Any]:
    return {"source": {"path": path}, "findings": [], "unknown": []} | more


def test_runner_counts_children_and_names_what_is_wrong_or_missing() -> None:
    expected = {
        "kinds": ["docx"],
        "cases": {
            "T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"},
            "T3-01-t02-pass-a": {"rule": "T3-01", "verdict": "pass"},
            "T3-01-t03-unknown-a": {"rule": "T3-01", "verdict": "unknown"},
            "T3-01-t04-fail-a": {"rule": "T3-01", "verdict": "fail"},
        },
    }
    printed = {
        "audits": [
            _audit("in/T3-01-t01-fail-a.docx", findings=[{"rule": "T3-03", "children": [{"rule": "T3-01", "children": []}]}]),
            _audit("in/T3-01-t02-pass-a.docx", findings=[{"rule": "T3-01", "children": []}]),
            _audit("in/T3-01-t03-unknown-a.docx", unknown=[{"rule": "T3-01", "needs": "…"}]),
        ]
    }
    wrong = failures(printed, expected)
    assert [line.split(":")[0] for line in wrong] == ["T3-01-t02-pass-a.docx", "T3-01-t04-fail-a.docx"]
    assert "missing" in wrong[1]


def test_silence_is_no_pass_where_the_rule_never_speaks() -> None:
    expected = {
        "kinds": ["docx"],
        "cases": {
            "T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"},
            "T3-01-t02-pass-a": {"rule": "T3-01", "verdict": "pass"},
            "F-01-t01-pass-a": {"rule": "F-01", "verdict": "pass"},
        },
    }
    mute = {"audits": [_audit(f"{name}.docx") for name in expected["cases"]]}
    assert answers(mute, expected) == {
        "T3-01-t01-fail-a.docx": ("wrong", "silent"),
        "T3-01-t02-pass-a.docx": ("silent", "silent"),
        "F-01-t01-pass-a.docx": ("silent", "silent"),
    }
    assert "0 right, 1 wrong, 2 silent" in sheet(mute, expected)


def test_a_case_with_an_erratum_is_not_scored() -> None:
    expected = {
        "kinds": ["docx"],
        "errata": {"T3-01-t01-fail-a": "the sum was right"},
        "cases": {"T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"}},
    }
    assert answers({"audits": []}, expected) == {}


@cache
def _kit() -> tuple[tuple[Asked, ...], dict[str, Any]]:
    """The failing cases on tables 3 and 4, two documents of each other group and a folder, bound without a file, and the expectations."""
    book = tested.rulebook()
    chosen: list[Asked] = []
    seen: Counter[tuple[str, bool]] = Counter()
    for case in conformance_cases(book)[0]:
        group, failing = case.rule.partition("-")[0], case.verdict == "fail"
        if (group in ("T3", "T4") and failing) or not seen[group, failing]:
            name = f"{case.name}.mem"
            report = tested.bind(to_document(case.plan))
            report = msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, path=name))
            chosen.append(Asked(name, case.rule, case.verdict, (report,)))
        seen[group, failing] += 1
    chosen.append(_asked(next(one for one in folder_cases(book)[0] if one.rule == "E-02" and one.verdict == "fail")))
    return tuple(chosen), {"kinds": ["mem"], "cases": {one.name.removesuffix(".mem"): _expected(one) for one in chosen}}


def _expected(one: Asked) -> dict[str, Any]:
    return {"rule": one.rule, "verdict": one.verdict, **({"folder": True} if one.folder else {})}


def test_a_weakened_program_loses_exactly_what_depends_on_its_weakness() -> None:
    """Rules removed, totals mended before the audit, words left out; ``make conformance-kit`` does it on the files of the whole kit."""
    kit, expected = _kit()
    own, *weak = losses(kit, expected, families=("T4",), singles=("E-02",))
    assert own.right >= len(kit) * 0.98
    assert [(one.program, sorted(one.otherwise)) for one in weak if one.otherwise] == []
    assert all(one.lost for one in weak)
    mended = next(one for one in weak if "mended" in one.program)
    assert {"T3-03", "T4-01", "T4-02", "T4-03"} <= {document.partition("-t")[0] for document in mended.lost}
    assert {one.program: one.right for one in weak}["says nothing at all"] == 0


def test_folders_are_asked_of_their_first_report_and_of_the_whole_run() -> None:
    expected = {
        "kinds": ["txt"],
        "cases": {
            "D-01-t02-fail-f": {"rule": "D-01", "verdict": "fail", "folder": True},
            "F-09-t01-fail-f": {"rule": "F-09", "verdict": "fail", "folder": True},
            "D-02-t01-fail-f": {"rule": "D-02", "verdict": "fail", "folder": True},
        },
    }
    own: dict[str, Any] = {"audits": [_audit("in/1.txt", findings=[{"rule": "D-01"}])], "corpus": {"findings": []}}
    whole: dict[str, Any] = {"audits": [_audit("in/1.txt")], "corpus": {"findings": [{"rule": "F-09"}]}}
    other: dict[str, Any] = {"audits": [_audit("in/1.txt"), _audit("in/2.txt", findings=[{"rule": "D-02"}])]}
    folders = {"D-01-t02-fail-f.txt": own, "F-09-t01-fail-f.txt": whole, "D-02-t01-fail-f.txt": other}
    assert {name: state for name, (state, _) in answers({"audits": []}, expected, folders).items()} == {
        "D-01-t02-fail-f.txt": "right",
        "F-09-t01-fail-f.txt": "right",
        "D-02-t01-fail-f.txt": "wrong",
    }
    assert answers({"audits": []}, expected)["D-01-t02-fail-f.txt"] == ("wrong", "missing")


def test_folders_have_every_report_of_their_example_and_its_roster() -> None:
    cases, left = folder_cases(tested.rulebook())
    rules = {case.rule for case in cases}
    assert {"D-01", "D-02", "D-03", "E-01", "E-02", "F-08", "F-09", "H-01", "H-02", "H-04", "H-06"} <= rules
    assert set(left) <= {"D-01-t03-fail"}, "a scope that cannot be told"
    case = next(case for case in cases if case.rule == "E-01" and case.verdict == "fail")
    files = dict(files_of(case, "txt", RENDER))
    assert {name.partition("/")[0] for name in files} == {"reports", "roster.csv"}
    assert files["roster.csv"].decode("utf-8-sig").splitlines()[0].startswith("name")
    mixed = next(case for case in cases if case.rule == "H-06" and case.verdict == "fail")
    assert {name.rpartition(".")[2] for name, _ in files_of(mixed, "txt", RENDER)} == {"html", "docx"}


def test_every_rule_has_a_case_that_it_must_find_wrong() -> None:
    """Without one, its silent cases would prove nothing. A few rules only ask (H-03) and have no failing example at all."""
    book = tested.rulebook()
    failing = {case.rule for case in conformance_cases(book)[0] if case.verdict == "fail"}
    failing |= {case.rule for case in folder_cases(book)[0] if case.verdict == "fail"}
    assert {rule.id for rule in book.rules if any(example.verdict == "fail" for example in rule.examples)} == failing


def _asked(case: FolderCase) -> Asked:
    """A folder as it is read, without its files."""

    def bound(place: str, plans: Mapping[str, ReportPlan], first: int) -> list[Report]:
        out = []
        for number, (stem, plan) in enumerate(plans.items(), first):
            name = stem if "." in stem else f"{stem}.docx"
            source = Source(path=f"{place}/{name}", sha256=f"{number:064d}", kind="html" if name.endswith("html") else "docx")
            out.append(msgspec.structs.replace(tested.bind(to_document(plan)), source=source))
        return out

    reports, previous = bound("in", case.reports, 0), bound("previous", case.previous, 50)
    return Asked(f"{case.name}.mem", case.rule, case.verdict, reports, previous, case.roster, folder=True)


def _said(case: FolderCase) -> str:
    """What our own program says of a folder."""
    return of_folder(audited(_asked(case), Settings()), case.rule)


@pytest.mark.parametrize("group", ["D", "E", "F", "H"])
def test_our_own_program_answers_a_folder_of_each_group_as_its_example_does(group: str) -> None:
    """One folder that must fail and one that must not; ``make conformance-kit`` does them all, from files of three kinds."""
    cases = [case for case in folder_cases(tested.rulebook())[0] if case.rule.startswith(group)]
    wanted = [next(case for case in cases if (case.verdict == "fail") is failing) for failing in (True, False)]
    for case in wanted:
        assert _said(case) in ({case.verdict, "silent"} if case.verdict not in SPOKEN else {case.verdict}), case.name
