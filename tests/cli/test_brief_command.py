"""``auditor brief`` as a command: files by their names, a season with what its last round changed, exit codes."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.deliver import write_season
from auditor.read.own import is_own
from tests.cli.running import auditor, sample
from tests.season.play import corrected
from tests.support.season import rulebook, season


def test_files_by_their_names_and_refusals(tmp_path: Path) -> None:
    outputs = [word for suffix in ("docx", "html", "xlsx") for word in ("-o", str(tmp_path / f"简报.{suffix}"))]
    ran = auditor("brief", sample("01"), *outputs, "--office", "某办", "-j", "1")
    assert ran.code == 0, ran.err
    for suffix in ("docx", "html", "xlsx"):
        assert is_own((tmp_path / f"简报.{suffix}").read_bytes())  # never taken for a report
    assert auditor("brief", sample("01"), "--year", "1999", "-o", tmp_path / "x.html", "-j", "1").code == 3
    assert not (tmp_path / "x.html").exists()
    assert auditor("brief", sample("01"), "-o", tmp_path / "x.txt").code == 2


def test_a_season_tells_what_its_last_round_changed(tmp_path: Path) -> None:
    from msgspec.structs import replace

    first = season(4)
    folder = tmp_path / "审核"
    write_season(folder, first, rulebook(), today="2026-03-20")
    second = replace(first, audits=(corrected(first.audits[0]), *first.audits[1:]))
    write_season(folder, second, rulebook(), today="2026-03-21")
    ran = auditor("brief", folder, "-o", tmp_path / "b.html")
    assert ran.code in (0, 4), ran.err
    text = re.sub(r"<[^>]*>", "", (tmp_path / "b.html").read_text(encoding="utf-8"))
    assert "与“第1轮”相比，已整改 1 个问题" in text
