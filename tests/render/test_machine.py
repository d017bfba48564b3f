"""SARIF and JUnit: what programs that collect results of checks rely on."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from msgspec.structs import replace

from auditor.model.result import Result
from auditor.render.junit import junit
from auditor.render.sarif import sarif
from tests.support.season import counted, not_published, renamed, rulebook, season

LEVELS = {"error": "error", "warning": "warning", "notice": "note"}


def log_of(result: Result, **given: Any) -> dict[str, Any]:
    log = json.loads(sarif(result, rulebook(), **given))
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    return dict(log["runs"][0])


def listed(result: Result) -> list[Any]:
    return [one for finding in result.findings() for one in (finding, *finding.children)]


def test_sarif_has_every_finding_with_its_level_place_and_fingerprint() -> None:
    result = season(8, corpus=(not_published("甲局"),))
    run = log_of(result)
    assert [entry["partialFingerprints"]["auditor/v1"] for entry in run["results"]] == [one.id for one in listed(result)]
    for entry, finding in zip(run["results"], listed(result), strict=True):
        assert entry["level"] == LEVELS[finding.severity]
        assert entry["message"]["text"] == finding.message
        assert entry["ruleId"] == finding.rule
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {entry["ruleId"] for entry in run["results"]} <= known
    assert all("baselineState" not in entry and "suppressions" not in entry for entry in run["results"])


def test_sarif_addresses_are_uris_and_none_is_empty() -> None:
    base = season(1)
    audit = renamed(base.audits[0].audit, "甲局", "报告 2025/a#1.docx")
    run = log_of(replace(base, audits=(counted(audit),), corpus_findings=(not_published("甲局"),)))
    addresses = [place["physicalLocation"]["artifactLocation"]["uri"] for entry in run["results"] for place in entry["locations"]]
    assert set(addresses) == {"%E6%8A%A5%E5%91%8A%202025/a%231.docx"}
    assert run["results"][-1]["locations"] == []


def test_sarif_tells_new_unchanged_and_gone_from_a_baseline() -> None:
    result = season(2)
    ids = [one.id for one in listed(result)]
    states = {
        entry["partialFingerprints"]["auditor/v1"]: entry["baselineState"] for entry in log_of(result, baseline={ids[0], "gone"})["results"]
    }
    assert states == {one: "unchanged" if one == ids[0] else "new" for one in ids} | {"gone": "absent"}


def test_sarif_shows_waivers_as_suppressions_and_our_problems_as_notifications() -> None:
    result = season(4)
    audit = result.audits[0].audit
    waived = replace(audit, findings=tuple(replace(finding, waived="经核实") for finding in audit.findings))
    run = log_of(replace(result, audits=(counted(waived), *result.audits[1:])))
    assert run["results"][0]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "经核实"}]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["descriptor"]["id"] for note in notes] == ["READ-ENCRYPTED"]
    assert notes[0]["level"] == "error"


def test_junit_fails_for_errors_skips_what_is_undecided_and_stays_well_formed() -> None:
    base = season(4, ["<甲>&\x00\x1b\ud800局"], corpus=(not_published("甲局"),))
    root = ElementTree.fromstring(junit(base, rulebook()))
    suites = root.findall("testsuite")
    assert len(suites) == len(base.audits) + 1
    for suite, entry in zip(suites, base.audits, strict=False):
        failing = {one.rule for finding in entry.audit.findings for one in (finding, *finding.children) if one.severity != "notice"}
        cases = suite.findall("testcase")
        assert {case.get("name") for case in cases if case.find("failure") is not None} == failing
        skipped = {case.get("name") for case in cases if case.find("skipped") is not None}
        assert skipped == {unknown.rule for unknown in entry.audit.unknown}
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == len(failing)
    assert suites[3].get("errors") == "1"
    assert suites[-1].get("failures") == "1"


def test_both_are_the_same_each_time() -> None:
    result = season(3)
    assert sarif(result, rulebook()) == sarif(result, rulebook())
    assert junit(result, rulebook()) == junit(result, rulebook())
