"""A rule update counts only with the hash that its issuer announced, only makes rules milder, and every output says that it is in force."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.running import auditor

UPDATE = 'version = "2026-12"\nreason = "两条规则误报"\n'
OFF = '[[rule]]\nid = "F-20"\nto = "off"\nreason = "误报"\n[[rule]]\nid = "T3-01"\nto = "notice"\nreason = "误报"\n'


@pytest.fixture
def update(tmp_path: Path) -> Path:
    path = tmp_path / "update.toml"
    path.write_text(UPDATE + OFF, encoding="utf-8")
    (tmp_path / "auditor.toml").write_text('lang = "zh"\n\n[severity]\nF-01 = "notice"\n', encoding="utf-8")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_without_the_announced_hash_nothing_is_changed_and_the_hash_is_shown(update: Path) -> None:
    config = update.with_name("auditor.toml")
    before = config.read_bytes()
    ran = auditor("rules", "--update", update, "--config", config)
    assert ran.code == 2
    assert sha256(update) in ran.out
    assert config.read_bytes() == before


def test_an_update_with_its_hash_is_in_force_and_said(update: Path) -> None:
    config = update.with_name("auditor.toml")
    assert auditor("rules", "--update", update, "--sha256", sha256(update).upper(), "--config", config).code == 0
    assert 'F-01 = "notice"' in config.read_text(encoding="utf-8")
    report = next(path for path in sorted(Path("sample_reports").iterdir()) if path.name[0].isdigit() and path.is_file())
    told = auditor("check", report, "--config", config, "--format", "json", "--fail-on", "never").json()["settings"]
    assert told["update"] == f"2026-12 ({sha256(update)[:12]})"
    assert told["weakened"]
    assert "T3-01" in told["lowered"]
    ran = auditor("check", report, "--config", config, "--fail-on", "never")
    assert "规则更新 2026-12" in ran.out + ran.err


def test_a_file_changed_afterwards_is_refused_by_every_run(update: Path) -> None:
    config = update.with_name("auditor.toml")
    assert auditor("rules", "--update", update, "--sha256", sha256(update), "--config", config).code == 0
    update.write_text(update.read_text(encoding="utf-8") + '[[rule]]\nid = "T3-02"\nto = "off"\nreason = "x"\n', encoding="utf-8")
    ran = auditor("rules", "--config", config)
    assert ran.code == 2
    assert "SHA-256" in ran.err


@pytest.mark.parametrize(
    "entry", ['id = "F-20"\nto = "error"\nreason = "x"', 'id = "F-20"\nto = "warning"\nreason = "x"', 'id = "XX-99"\nto = "off"\nreason = "x"', 'id = "F-20"\nto = "off"\nreason = ""']
)  # fmt: skip
def test_stricter_unknown_or_without_reason_is_refused(update: Path, entry: str) -> None:
    update.write_text(f"{UPDATE}[[rule]]\n{entry}\n", encoding="utf-8")
    ran = auditor("rules", "--update", update, "--sha256", sha256(update), "--config", update.with_name("auditor.toml"))
    assert ran.code == 2


def test_a_wrong_hash_is_refused(update: Path) -> None:
    ran = auditor("rules", "--update", update, "--sha256", "0" * 64, "--config", update.with_name("auditor.toml"))
    assert ran.code == 2
    assert sha256(update) in ran.err
