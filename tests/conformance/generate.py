"""``python -m tests.conformance.generate FOLDER``: writes every case in three kinds, the folders of several reports beside it, and ``expected.json`` beside this module.

The documents are made anew each time and are not committed; the expectations are.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conformance.cases import conformance_cases, under_own_name
from tests.conformance.folders import files_of, folder_cases
from tests.lab import tested
from tests.lab.compose import ReportPlan, to_docx, to_html, to_text
from tests.lab.compose.html import HtmlStyle

EXPECTED = Path(__file__).with_name("expected.json")


def _page(plan: ReportPlan) -> bytes:
    """The report as a page of a site; the site prints no date of its own where the report has one."""
    return _bare_page(plan) if plan.published is not None or any("发布" in line for line in plan.preamble) else to_html(plan)


def _bare_page(plan: ReportPlan) -> bytes:
    """The report as a page without anything of the site around it, its date among it."""
    return to_html(plan, HtmlStyle(furniture=False))


RENDER: dict[str, Callable[[ReportPlan], bytes]] = {"docx": to_docx, "html": _page, "txt": to_text}
ERRATA = Path(__file__).with_name("errata.toml")


def documents() -> Iterator[tuple[str, bytes]]:
    """Every document of the kit by file name, each the report of an agency of its own."""
    number = 0
    for case in conformance_cases(tested.rulebook())[0]:
        for kind, render in sorted(RENDER.items()):
            yield f"{case.name}.{kind}", render(under_own_name(case.plan, number))
            number += 1


def folders() -> Iterator[tuple[str, bytes]]:
    """Every file of every folder of the kit by path, each folder in three kinds."""
    for case in folder_cases(tested.rulebook())[0]:
        for kind in sorted(RENDER):
            for path, data in files_of(case, kind, RENDER | {"html": _bare_page}):
                yield f"{case.name}.{kind}/{path}", data


def expectations() -> dict[str, object]:
    """Per case: rule, verdict and what the example shows; and the examples that no document and no folder can show."""
    cases, left = conformance_cases(tested.rulebook())
    several, _ = folder_cases(tested.rulebook())
    shown = {case.name.rpartition("-")[0] for case in several}
    errata = tomllib.loads(ERRATA.read_text(encoding="utf-8"))
    return {
        "version": errata["version"],
        "errata": {entry["case"]: entry["reason"] for entry in errata.get("erratum", [])},
        "kinds": sorted(RENDER),
        "cases": {case.name: {"rule": case.rule, "verdict": case.verdict, "note": case.note} for case in cases}
        | {case.name: {"rule": case.rule, "verdict": case.verdict, "note": case.note, "folder": True} for case in several},
        "not_documents": [name for name in left if name not in shown],
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
    beside = folder.parent / f"{folder.name}-folders"
    for path, data in folders():
        (beside / path).parent.mkdir(parents=True, exist_ok=True)
        (beside / path).write_bytes(data)
    EXPECTED.write_text(json.dumps(expectations(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{made} documents, {made // len(RENDER)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
