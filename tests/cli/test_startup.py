"""``--help`` is immediate: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.running import ROOT, auditor

HEAVY = (
    "pypdfium2", "pdfplumber", "lxml", "docx", "openpyxl", "rich", "xlsxwriter", "rapidfuzz", "regex", "msgspec", "olefile", "multiprocessing",
)  # fmt: skip


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["explain", "--help"]])
def test_help_imports_no_engine(arguments: list[str]) -> None:
    code = f"""
import sys
sys.argv = ["auditor", *{arguments!r}]
from auditor.cli import main
try:
    main()
finally:
    print("LOADED", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.rstrip().endswith("LOADED"), done.stdout[-300:]


def test_extract_of_a_text_file_needs_no_pdf_engine_in_the_main_process() -> None:
    code = """
import sys
from auditor.cli import group
code = group.main(["extract", "sample_reports/03_clean_centre_2020.txt", "--format", "json"], standalone_mode=False)
print("LOADED", *sorted({"pypdfium2", "pdfplumber", "docx", "rich"} & set(sys.modules)), code)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.rstrip().endswith("LOADED 0"), done.stdout[-300:] + done.stderr


def test_help_is_chinese_and_english_on_request() -> None:
    assert "审核" in auditor("check", "--help").out
    assert "Read and audit" in auditor("check", "--lang", "en", "--help").out
    assert "Read and audit" in auditor("check", "--help", env={"AUDITOR_LANG": "en"}).out


def test_every_command_says_in_the_list_what_it_does() -> None:
    lines = [line for line in auditor("--help").out.partition("命令:")[2].splitlines() if line.strip()]
    assert len(lines) > 15
    assert [line for line in lines if len(line.split(None, 1)) < 2 or "..." in line] == []


def test_version() -> None:
    import auditor as package

    assert package.__version__ in auditor("--version").out
