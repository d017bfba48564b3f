"""``python -m tests.conformance.generate FOLDER``: writes every case in three kinds, and ``expected.json`` beside this module.

The documents are made anew each time and are not committed; the expectations are.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from tests.conformance.cases import conformance_cases
from tests.lab import tested
from tests.lab.compose import ReportPlan, to_docx, to_html, to_text

EXPECTED = Path(__file__).with_name("expected.json")
RENDER: dict[str, Callable[[ReportPlan], bytes]] = {"docx": to_docx, "html": to_html, "txt": to_text}
ERRATA = Path(__file__).with_name("errata.toml")


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
    cases, _ = conformance_cases(tested.rulebook())
    for case in cases:
        for kind, render in RENDER.items():
            (folder / f"{case.name}.{kind}").write_bytes(render(case.plan))
    EXPECTED.write_text(json.dumps(expectations(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(cases) * len(RENDER)} documents, {len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
