"""Each file of the museum ends in its status, within little memory and time."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.pipeline import extract_file
from auditor.rulebook import load_rulebook
from auditor.supervise import Limits, run

FILES = Path(__file__).with_name("files")
# file → status and the code that says why
ENDS = {
    "letters_without_size.ofd": ("read", None),  # letters of height 0
    "parts_in_parts.mht": ("unreadable", "READ-LIMIT"),  # each level of a MIME message costs the parser a level of the stack
    "format_not_defined.xlsx": ("read", None),  # a cell whose number format the file does not define
    "sheet_merged_whole.xlsx": ("unreadable", "READ-LIMIT"),  # a merged range of all cells of a sheet, each made an object
}


def status(name: str) -> tuple[str, tuple[str, ...]]:
    """Status and problem codes of a file."""
    report = extract_file(FILES / name, load_rulebook())
    return report.status, tuple(problem.code for problem in report.problems)


def test_every_file_has_its_end() -> None:
    assert {path.name for path in FILES.iterdir()} == set(ENDS)


@pytest.mark.parametrize("name", sorted(ENDS))
def test_file_ends_as_it_should(name: str) -> None:
    ((_, outcome),) = run(status, [name], 1, Limits(seconds=60, memory=1024**3))
    assert outcome.kind == "result", outcome.detail
    assert outcome.value is not None
    expected, code = ENDS[name]
    assert outcome.value[0] == expected
    assert outcome.value[1] == (() if code is None else (code,))
