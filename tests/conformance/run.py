"""``python -m tests.conformance.run CHECK.json``: compares a tool's ``check`` output with the expectations.

Needs the JSON alone, so that any tool that writes ``auditor.check/1`` can be measured:
``auditor check FOLDER --format json --fail-on never > CHECK.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

EXPECTED = Path(__file__).with_name("expected.json")


def failures(check: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """One line for each document whose rule did not come out as its example says, or that is missing from the output."""
    audits = {PurePosixPath(audit["source"]["path"]).name: audit for audit in check["audits"]}
    out = []
    for name, case in expected["cases"].items():
        for kind in expected["kinds"]:
            audit = audits.get(f"{name}.{kind}")
            answer = "missing" if audit is None else verdict(audit, case["rule"])
            if answer != case["verdict"] and not (
                answer == "silent" and case["verdict"] in ("pass", "not_applicable", "needs_other_input")
            ):
                out.append(f"{name}.{kind}: {case['rule']} is {answer}, should be {case['verdict']}")
    return out


def verdict(audit: Mapping[str, Any], rule: str) -> str:
    """``fail``, ``unknown``, or ``silent`` where the output says nothing of the rule."""
    if any(finding["rule"] == rule for finding in _all(audit["findings"])):
        return "fail"
    return "unknown" if any(entry["rule"] == rule for entry in audit["unknown"]) else "silent"


def _all(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        yield finding
        yield from _all(finding.get("children", []))


def main(arguments: list[str]) -> int:
    """Print the failures. Returns 1 when there are any, 2 for bad arguments."""
    if len(arguments) != 1:
        print("one argument: the JSON output of check", file=sys.stderr)
        return 2
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    wrong = failures(json.loads(Path(arguments[0]).read_text(encoding="utf-8")), expected)
    for line in wrong:
        print(line)
    total = len(expected["cases"]) * len(expected["kinds"])
    print(f"{total - len(wrong)} of {total} documents as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
