"""SARIF 2.1.0: findings for programs that collect results of static checks."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from auditor.model.finding import Finding
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location
from auditor.render.json_v1 import told_settings
from auditor.render.places import place_text, problem_text
from auditor.render.printable import json_text

_LEVELS = {"error": "error", "warning": "warning", "notice": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(result: Result, rulebook: Rulebook, lang: str = "zh", baseline: Collection[str] | None = None) -> str:
    """The log as text. ``baseline``: ids of an earlier run; with it each result says whether it is new or unchanged, and ids that are gone
    are listed as absent. Waived findings stay, with a suppression. The same result gives the same text.
    """
    results: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    seen: set[str] = set()
    used: set[str] = set()
    for counted in result.audits:
        path = counted.audit.source.path
        for finding in counted.audit.findings:
            for one in (finding, *finding.children):
                results.append(_result(one, path, rulebook, lang, baseline))
                seen.add(one.id)
                used.add(one.rule)
        notifications += [
            {
                "descriptor": {"id": problem.code},
                "level": "error" if problem.fatal else "warning",
                "message": {"text": problem_text(problem, rulebook.words, lang)},
                "locations": [_location(problem.location, path, rulebook, lang)],
            }
            for problem in counted.audit.problems
        ]
    for finding in result.corpus_findings:
        results.append(_result(finding, next(iter(finding.sources), ""), rulebook, lang, baseline))
        seen.add(finding.id)
        used.add(finding.rule)
    results += [
        {"message": {"text": gone}, "level": "none", "baselineState": "absent", "partialFingerprints": {"auditor/v1": gone}}
        for gone in sorted(set(baseline or ()) - seen)
    ]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(result, rulebook, lang, used)},
                "columnKind": "unicodeCodePoints",
                "results": results,
                "properties": {"settings": told_settings(result), "notes": list(result.notes)},
                "invocations": [{"executionSuccessful": not result.interrupted, "toolExecutionNotifications": notifications}],
            }
        ],
    }
    return json_text(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


def _driver(result: Result, rulebook: Rulebook, lang: str, used: Collection[str]) -> dict[str, Any]:
    rules = []
    for rule in rulebook.rules:
        if rule.id not in used:
            continue
        title, why = rule.title.said(lang), rule.why.said(lang)
        rules.append(
            {
                "id": rule.id,
                "shortDescription": {"text": title},
                "fullDescription": {"text": why},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
                "properties": {"formula": rule.formula, "basis": list(rule.basis)},
            }
        )
    return {
        "name": "Auditor",
        "version": result.version,
        "semanticVersion": result.version,
        "rules": rules,
        "properties": {"rulesSha256": result.rules_sha256},
    }


def _result(finding: Finding, path: str, rulebook: Rulebook, lang: str, baseline: Collection[str] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.location, path, rulebook, lang)] if path else [],
        "partialFingerprints": {"auditor/v1": finding.id},
        "properties": {
            "confidence": finding.confidence,
            "expected": finding.expected,
            "actual": finding.actual,
            "calculation": finding.calculation,
            "basis": list(finding.basis),
        },
    }
    if finding.culprit is not None and finding.culprit.candidates:
        entry["properties"]["culprit"] = {
            "certain": finding.culprit.certain,
            "candidates": [
                {"key": c.key, "printed": c.printed, "likely": c.likely, "others": [list(change) for change in c.others]}
                for c in finding.culprit.candidates
            ],
        }
    if finding.related:
        entry["relatedLocations"] = [_location(place, path, rulebook, lang) for place in finding.related]
    if baseline is not None:
        entry["baselineState"] = "unchanged" if finding.id in baseline else "new"
    if finding.waived is not None:
        entry["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.waived}]
    return entry


def _location(location: Location | None, path: str, rulebook: Rulebook, lang: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(path)}}
    if location is not None and location.line is not None:
        physical["region"] = {"startLine": location.line}
    entry: dict[str, Any] = {"physicalLocation": physical}
    if location is not None:
        entry["logicalLocations"] = [{"fullyQualifiedName": place_text(location, rulebook.words, lang)}]
    return entry
