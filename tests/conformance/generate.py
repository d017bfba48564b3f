"""``python -m tests.conformance.generate FOLDER``: writes every case in three kinds, and ``expected.json`` beside this module.

The documents are made anew each time and are not committed; the expectations are.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conformance.cases import conformance_cases, under_own_name
from tests.lab import tested
from tests.lab.compose import ReportPlan, to_docx, to_html, to_text

EXPECTED = Path(__file__).with_name("expected.json")
RENDER: dict[str, Callable[[ReportPlan], bytes]] = {"docx": to_docx, "html": to_html, "txt": to_text}
ERRATA = Path(__file__).with_name("errata.toml")


def documents() -> Iterator[tuple[str, bytes]]:
    """Every document of the kit by file name, each the report of an agency of its own."""
    number = 0
    for case in conformance_cases(tested.rulebook())[0]:
        for kind, render in sorted(RENDER.items()):
            yield f"{case.name}.{kind}", render(under_own_name(case.plan, number))
            number += 1


def expectations() -> dict[str, object]:
    """Per case: rule, verdict and what the example shows; and the examples that no single document can show."""
    cases, left = conformance_cases(tested.rulebook())
    errata = tomllib.loads(ERRATA.read_text(encoding="utf-8"))
    return {
        "version": errata["version"],
        "errata": {entry["case"]: entry["reason"] for entry in errata.get("erratum", [])},
        "kinds": sorted(RENDER),
        "cases": {case.name: {"rule": case.rule, "verdict": case.verdict, "note": case.note} for case in cases},
        "not_documents": list(left),
    }


def main(arguments: list[str]) -> int:
    """Write the documents and the expectations. Returns the exit code."""
    if len(arguments) != 1:
        print("one argument: the folder for the documents", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for name, data in documents():
        (folder / name).write_bytes(data)
        made += 1
    EXPECTED.write_text(json.dumps(expectations(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{made} documents, {made // len(RENDER)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
