"""A folder of hostile files with one good report: the run ends, the good report is audited, each of the others has one true line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.running import auditor, sample
from tests.fuzz.costly import COSTLY

FIELD = Path(__file__).resolve().parents[2] / "shared" / "field" / "hostile"
SOME = (
    "cols.xlsx",
    "merge.xlsx",
    "upper.xlsx",
    "link.xlsx",
    "far.xlsx",
    "sheets.xlsx",
    "span.docx",
    "nested.docx",
    "deep.rtf",
    "comments.html",
)
"""The quick ones of :mod:`tests.fuzz.costly`; all by command."""


def _run(folder: Path) -> tuple[dict[str, str], float]:
    before = os.times()
    ran = auditor("check", folder, "-f", "json", "-j", "1", "--engine", "text-layer")
    after = os.times()
    assert ran.code in (1, 4), ran.err
    assert "Traceback" not in ran.err
    audits = ran.json()["audits"]
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return {audit["source"]["path"].rpartition("/")[2]: audit["status"] for audit in audits}, spent


def test_small_hostile_files_cost_only_themselves(tmp_path: Path) -> None:
    shutil.copy(sample("06"), tmp_path / "good.docx")
    for name in SOME:
        (tmp_path / f"bad_{name}").write_bytes(COSTLY[name]())
    (tmp_path / "loop.doc").write_bytes(_looping_container())
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    found, seconds = _run(tmp_path)
    assert found.pop("good.docx") == "read"
    assert len(found) == len(SOME) + 2
    assert seconds < 60


@pytest.mark.skipif(not FIELD.is_dir(), reason="needs the hostile files beside the checkout")
def test_the_hostile_files_of_the_field(tmp_path: Path) -> None:
    for path in FIELD.iterdir():
        shutil.copy(path, tmp_path / path.name)
    shutil.copy(sample("06"), tmp_path / "good.docx")
    found, seconds = _run(tmp_path)
    assert found["good.docx"] == "read"
    assert len(found) == len(list(FIELD.iterdir())) + 1
    assert seconds < 60


def _looping_container() -> bytes:
    """A compound file whose list of allocation tables leads to itself and claims to be endless."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    header[44:48] = (0x7FFFFFFF).to_bytes(4, "little")
    header[72:76] = ((0x7FFFFFFF - 109 + 126) // 127).to_bytes(4, "little")
    return bytes(header) + (b"\0" * 508 + (0).to_bytes(4, "little")) * 2
