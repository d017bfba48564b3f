"""A folder of hostile files with one good report: the run ends, the good report is audited, each of the others has one true line."""

from __future__ import annotations

import shutil
import sys
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


def _run(folder: Path, spent: Path) -> tuple[dict[str, str], float]:
    """Status of each file, and the processor seconds of all processes together."""
    ran = auditor("check", folder, "-f", "json", "-j", "1", "--engine", "text-layer", spent=spent)
    assert ran.code in (1, 4), ran.err
    assert "Traceback" not in ran.err
    audits = ran.json()["audits"]
    return {audit["source"]["path"].rpartition("/")[2]: audit["status"] for audit in audits}, float(spent.read_text(encoding="ascii"))


def test_small_hostile_files_cost_only_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(sample("06"), folder / "good.docx")
    for name in SOME:
        (folder / f"bad_{name}").write_bytes(COSTLY[name]())
    (folder / "loop.doc").write_bytes(_looping_container())
    (folder / "empty.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    found, seconds = _run(folder, tmp_path / "spent")
    assert found.pop("good.docx") == "read"
    assert len(found) == len(SOME) + 2
    assert seconds < 60
    assert seconds > 0.5 or sys.platform != "linux"  # the workers' time is counted


@pytest.mark.skipif(not FIELD.is_dir(), reason="needs the hostile files beside the checkout")
def test_the_hostile_files_of_the_field(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in FIELD.iterdir():
        shutil.copy(path, folder / path.name)
    shutil.copy(sample("06"), folder / "good.docx")
    found, seconds = _run(folder, tmp_path / "spent")
    assert found["good.docx"] == "read"
    assert len(found) == len(list(FIELD.iterdir())) + 1
    assert seconds < 60
    assert seconds > 0.5 or sys.platform != "linux"  # the workers' time is counted


def _looping_container() -> bytes:
    """A compound file whose list of allocation tables leads to itself and claims to be endless."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    header[44:48] = (0x7FFFFFFF).to_bytes(4, "little")
    header[72:76] = ((0x7FFFFFFF - 109 + 126) // 127).to_bytes(4, "little")
    return bytes(header) + (b"\0" * 508 + (0).to_bytes(4, "little")) * 2
