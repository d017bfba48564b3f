"""Conversions by LibreOffice: no network, nothing left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from auditor.read.libreoffice import convert, find_office
from tests.hostile.active import listening

pytestmark = [pytest.mark.office, pytest.mark.skipif(find_office() is None, reason="needs LibreOffice")]


def test_a_linked_picture_is_not_fetched_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with listening() as (port, asked):
        field = rb'{\field{\*\fldinst INCLUDEPICTURE "' + f"http://127.0.0.1:{port}/x.png".encode() + rb'" \\d}{\fldrslt x}}'
        made = convert(rb"{\rtf1\ansi " + field + rb" text\par}", "rtf", "docx")
    assert made is not None
    assert made.startswith(b"PK")
    assert asked == []
    assert list(tmp_path.iterdir()) == []
