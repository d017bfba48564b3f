"""``python run.py CHECK.json… FOLDER``: compares a tool's ``check`` output with the expectations and prints the scoring sheet.

Needs the JSON alone and nothing but Python, so that any tool that writes ``auditor.check/1`` can be measured:
``auditor check documents --format json --fail-on never > CHECK.json``, and for each folder NAME below ``folders`` one
``auditor check folders/NAME/reports [--previous folders/NAME/previous] [--roster folders/NAME/roster.csv] --format json > FOLDER/NAME.json``.

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


def answers(
    check: Mapping[str, Any], expected: Mapping[str, Any], folders: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, tuple[str, str]]:
    """For each document and folder ``right``, ``wrong`` or ``silent``, and what the tool said. Cases with errata are left out.

    ``folders`` has the output for each folder by its name.
    """
    audits = {PurePosixPath(audit["source"]["path"]).name: audit for audit in check["audits"]}
    cases = {name: case for name, case in expected["cases"].items() if name not in expected.get("errata", {})}
    found: dict[str, tuple[str, str]] = {}
    spoken: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    for name, case in cases.items():
        for kind in expected["kinds"]:
            if case.get("folder"):
                whole = (folders or {}).get(f"{name}.{kind}")
                answer = "missing" if whole is None else of_folder(whole, case["rule"])
            else:
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


def failures(check: Mapping[str, Any], expected: Mapping[str, Any], folders: Mapping[str, Mapping[str, Any]] | None = None) -> list[str]:
    """One line for each document whose rule did not come out as its example says, or that is missing from the output."""
    out = []
    for document, (state, answer) in answers(check, expected, folders).items():
        case = expected["cases"][document.rpartition(".")[0]]
        if state == "wrong":
            out.append(f"{document}: {case['rule']} is {answer}, should be {case['verdict']}")
    return out


def sheet(check: Mapping[str, Any], expected: Mapping[str, Any], folders: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The scoring sheet as Markdown: one line a rule, and the sum."""
    scored = answers(check, expected, folders)
    rows: dict[str, Counter[str]] = {}
    for document, (state, _) in scored.items():
        rows.setdefault(expected["cases"][document.rpartition(".")[0]]["rule"], Counter())[state] += 1
    whole = sum(rows.values(), Counter())
    kinds: dict[str, Counter[str]] = {}
    for document, (state, _) in scored.items():
        folder = " (folders)" if expected["cases"][document.rpartition(".")[0]].get("folder") else ""
        kinds.setdefault(document.rpartition(".")[2] + folder, Counter())[state] += 1
    lines = [
        f"Kit {expected.get('version', '?')}: {whole.total()} documents and folders, {whole['right']} right, {whole['wrong']} wrong, "
        f"{whole['silent']} silent where silence is no pass.",
        "",
        "| kind | cases | right | wrong | silent |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(f"| {kind} | {row.total()} | {row['right']} | {row['wrong']} | {row['silent']} |" for kind, row in sorted(kinds.items())),
        "",
        "| rule | cases | right | wrong | silent |",
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


def of_folder(check: Mapping[str, Any], rule: str) -> str:
    """What was said of a folder: ``fail`` for a finding on its first report or on the whole run, else the verdict on the first report."""
    corpus = check.get("corpus", {})
    if any(finding["rule"] == rule for finding in _all(corpus.get("findings", []))):
        return "fail"
    first = [audit for audit in check["audits"] if PurePosixPath(audit["source"]["path"]).name.startswith("1")]
    told = [verdict(audit, rule) for audit in first] or ["missing"]
    return next((answer for answer in told if answer != "silent"), "silent")


def _all(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        yield finding
        yield from _all(finding.get("children", []))


def main(arguments: list[str]) -> int:
    """Print the sheet and the failures. Returns 1 when there are any or silence, 2 for bad arguments."""
    if not arguments:
        print("arguments: the JSON output of check for the documents, and the folder with one output for each folder", file=sys.stderr)
        return 2
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    check, folders = told(arguments)
    print(sheet(check, expected, folders))
    for line in failures(check, expected, folders):
        print(line)
    return 1 if any(state != "right" for state, _ in answers(check, expected, folders).values()) else 0


def told(arguments: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outputs given: audits of the documents (of one or several files), and the output for each folder by its name."""
    audits: list[dict[str, Any]] = []
    folders: dict[str, Any] = {}
    for path in map(Path, arguments):
        if path.is_dir():
            folders |= {one.stem: json.loads(one.read_text(encoding="utf-8")) for one in sorted(path.glob("*.json"))}
        else:
            audits += json.loads(path.read_text(encoding="utf-8"))["audits"]
    return {"audits": audits}, folders


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
