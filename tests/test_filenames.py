"""Names from outside as file names: what Windows, macOS and Linux take, also where the test runs on one of them only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PureWindowsPath

import pytest

from auditor.text.filenames import safe_file_name, safe_name, same_place

HOSTILE = (
    "CON", "con", "aux.txt", "NUL.tar.gz", "COM1", "com¹.docx", "LPT9 .pdf", "CONIN$", "nul ", "a:b.docx", "a.docx:stream", "..", "../../x.zip",
    "..\\..\\x.zip", "C:\\Windows\\x.pdf", "\\\\host\\share\\x.pdf", "x. . .", "x.docx.", "x.docx ", " x", ".hidden", "a\0b.pdf", "a\nb.pdf",
    "\x1b[31m红.pdf", "\u202efdp.exe", "a" * 400 + ".docx", "报" * 400 + ".pdf", "x." + "y" * 300, "*?<>|\".pdf", "\ud800.pdf", "", "/", ".", "~$x.docx",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("made_by", [safe_name, safe_file_name])
def test_name_is_one_that_every_file_system_takes(name: str, made_by: Callable[[str], str]) -> None:
    made = made_by(name)
    path = PureWindowsPath("C:\\审核\\" + made)
    assert path.name == made, "one part, below the folder it is put into"
    assert not PureWindowsPath(made).is_reserved()
    assert not PureWindowsPath(made).drive
    assert made == made.rstrip(" .") != ""
    assert len(made) <= 71
    assert len(made.encode()) <= 255
    assert made.isprintable()
    assert made_by(made) == made, "made twice it is the same"


def test_names_that_are_one_file_where_case_does_not_count() -> None:
    assert same_place("A局.docx") == same_place("a局.DOCX") == same_place("Ａ局.docx. ")
    assert same_place("A局.docx") != same_place("B局.docx")


def test_ending_stays() -> None:
    assert safe_file_name("某局2024年报告.docx") == "某局2024年报告.docx"
    assert safe_file_name("C:\\下载\\" + "长" * 100 + ".PDF").endswith(".PDF")
