"""Lists of a ledger: what a person asks of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import auditor, sample


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("listing") / "season.db"
    waivers = path.with_name("waivers.toml")
    waivers.write_text('[[waiver]]\nrule = "T4-01"\nagency = "某局"\nreason = "原件如此"\nwho = "张三"\n', encoding="utf-8")
    config = path.with_name("auditor.toml")
    config.write_text('waivers = "waivers.toml"\n', encoding="utf-8")
    files = [sample("03"), sample("09"), sample("10")]
    auditor("check", *files, path.with_name("missing.pdf"), "--config", config, "--ledger", path, "--quiet")
    auditor("check", *files[:2], "--ledger", path, "--quiet")
    return path


def rows(book: Path, *arguments: str) -> list[dict[str, object]]:
    ran = auditor("ledger", book, *arguments, "--format", "jsonl")
    assert ran.code == 0
    return [json.loads(line) for line in ran.out.splitlines()]


def test_runs_are_numbered(book: Path) -> None:
    assert [(row["number"], row["audits"]) for row in rows(book, "runs")] == [(1, 4), (2, 2)]


def test_agencies_of_the_last_run_or_of_one_named(book: Path) -> None:
    assert len(rows(book, "agencies")) == 2
    assert len(rows(book, "agencies", "--run", "1")) == 4


def test_findings_facts_problems_publications_waivers(book: Path) -> None:
    assert "T4-01" in {row["rule"] for row in rows(book, "findings")}
    facts = rows(book, "facts")
    assert {row["year"] for row in facts} == {2020, 2021}
    assert all(row["value"] is None for row in facts if row["state"] == "blank")
    assert [row["code"] for row in rows(book, "problems", "--run", "1")] == ["READ-MISSING"]
    assert all(str(row["date"]).startswith("20") for row in rows(book, "publications"))
    assert [row["who"] for row in rows(book, "waivers", "--run", "1")] == ["张三"]
    assert rows(book, "replies") == []


def test_text_has_one_line_a_row(book: Path) -> None:
    shown = auditor("ledger", book, "findings").out.splitlines()
    assert shown[0].split("\t")[:3] == ["agency", "year", "rule"]
    assert len(shown) == 1 + len(rows(book, "findings"))


def test_what_is_no_ledger_is_refused_and_not_made(tmp_path: Path) -> None:
    assert auditor("ledger", tmp_path / "none.db").code == 2
    assert not (tmp_path / "none.db").exists()
