"""``python run.py CHECK.json``: compares a tool's ``check`` output with the expectations and prints the scoring sheet.

Needs the JSON alone and nothing but Python, so that any tool that writes ``auditor.check/1`` can be measured:
``auditor check FOLDER --format json --fail-on never > CHECK.json``.

Silence is no pass: a document on which a rule must say nothing counts only for a tool that spoke up wherever the same rule must speak
in documents of the same kind. Such documents are ``silent`` otherwise: neither right nor wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

EXPECTED = Path(__file__).with_name("expected.json")
SPOKEN = ("fail", "unknown", "needs_other_input")
"""Verdicts that a tool must say something for."""


def answers(check: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """For each document ``right``, ``wrong`` or ``silent``, and what the tool said. Cases with errata are left out."""
    audits = {PurePosixPath(audit["source"]["path"]).name: audit for audit in check["audits"]}
    cases = {name: case for name, case in expected["cases"].items() if name not in expected.get("errata", {})}
    found: dict[str, tuple[str, str]] = {}
    spoken: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    for name, case in cases.items():
        for kind in expected["kinds"]:
            audit = audits.get(f"{name}.{kind}")
            answer = "missing" if audit is None else verdict(audit, case["rule"])
            loud = case["verdict"] in SPOKEN
            right = answer == case["verdict"] or (answer == "silent" and not loud)
            found[f"{name}.{kind}"] = ("right" if right else "wrong", answer)
            if case["verdict"] == "fail":
                (spoken if right else missed)[case["rule"], kind] += 1
    for name, case in cases.items():
        for kind in expected["kinds"]:
            place = (case["rule"], kind)
            if case["verdict"] not in SPOKEN and found[f"{name}.{kind}"][0] == "right" and (missed[place] or not spoken[place]):
                found[f"{name}.{kind}"] = ("silent", "silent")
    return found


def failures(check: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """One line for each document whose rule did not come out as its example says, or that is missing from the output."""
    out = []
    for document, (state, answer) in answers(check, expected).items():
        case = expected["cases"][document.rpartition(".")[0]]
        if state == "wrong":
            out.append(f"{document}: {case['rule']} is {answer}, should be {case['verdict']}")
    return out


def sheet(check: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    """The scoring sheet as Markdown: one line a rule, and the sum."""
    rows: dict[str, Counter[str]] = {}
    for document, (state, _) in answers(check, expected).items():
        rows.setdefault(expected["cases"][document.rpartition(".")[0]]["rule"], Counter())[state] += 1
    whole = sum(rows.values(), Counter())
    lines = [
        f"Kit {expected.get('version', '?')}: {whole.total()} documents, {whole['right']} right, {whole['wrong']} wrong, "
        f"{whole['silent']} silent where silence is no pass.",
        "",
        "| rule | documents | right | wrong | silent |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [f"| {rule} | {row.total()} | {row['right']} | {row['wrong']} | {row['silent']} |" for rule, row in sorted(rows.items())]
    return "\n".join(lines) + "\n"


def verdict(audit: Mapping[str, Any], rule: str) -> str:
    """``fail``, ``unknown``, ``needs_other_input``, or ``silent`` where the output says nothing of the rule; ``unread`` where the file was not read."""
    if any(finding["rule"] == rule for finding in _all(audit["findings"])):
        return "fail"
    if audit.get("status", "read") == "unreadable":
        return "unread"
    return next((entry.get("verdict", "unknown") for entry in audit["unknown"] if entry["rule"] == rule), "silent")


def _all(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        yield finding
        yield from _all(finding.get("children", []))


def main(arguments: list[str]) -> int:
    """Print the sheet and the failures. Returns 1 when there are any or silence, 2 for bad arguments."""
    if len(arguments) != 1:
        print("one argument: the JSON output of check", file=sys.stderr)
        return 2
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    check = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    wrong = failures(check, expected)
    print(sheet(check, expected))
    for line in wrong:
        print(line)
    return 1 if any(state != "right" for state, _ in answers(check, expected).values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
