"""The Python API does what its page says: each snippet runs, and what it gives is what the commands print."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import auditor
from auditor.errors import RulebookError
from tests.cli.running import ROOT, sample
from tests.cli.running import auditor as run

PAGE = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_snippets_of_the_page_run() -> None:
    assert len(SNIPPETS) >= 6
    code = "\n".join(SNIPPETS)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr.decode()
    shown = done.stdout.decode("utf-8")
    assert "T3-01 error" in shown
    assert "('clean',)" in shown
    assert "['WH-" in shown


def test_every_function_is_on_the_page() -> None:
    for name in ("read", "bind", "check", "audit", "open_ledger"):
        assert f"`auditor.{name}(" in PAGE
        assert callable(getattr(auditor, name))


def test_the_same_json_as_the_commands_print() -> None:
    path = sample("06").relative_to(ROOT)
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        bound, audited = auditor.bind(path), auditor.audit(path)
        assert json.loads(bound.to_json()) == run("extract", path, "-f", "json").json()
        told, printed = json.loads(audited.to_json()), run("check", path, "-f", "json").json()
    finally:
        os.chdir(here)
    assert told["audits"] == printed["audits"]
    assert told["summary"] == printed["summary"]


def test_a_step_stays_callable_whatever_was_imported_before() -> None:
    code = "import auditor.read.sniff, auditor.check.engine, auditor; print(callable(auditor.read), callable(auditor.check), callable(auditor.bind))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True"] * 3, done.stderr


def test_what_cannot_be_read_is_told_not_raised(tmp_path: Path) -> None:
    empty = tmp_path / "report.docx"
    empty.write_bytes(b"")
    assert auditor.read(empty).document is None
    assert auditor.check(empty).verdicts == ("incomplete",)
    assert auditor.check(tmp_path / "none.docx").audits[0].status == "unreadable"


def test_a_broken_pack_is_raised(tmp_path: Path) -> None:
    pack = tmp_path / "local.toml"
    pack.write_text("[[rule]]\nid = 1\n", encoding="utf-8")
    with pytest.raises(RulebookError):
        auditor.check(sample("01"), packs=[pack])
