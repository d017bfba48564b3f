"""Shards and parts: put together they are the run over all files, whoever made them and however often."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.scale.part import Shard, shard_inputs
from tests.cli.running import SAMPLES, auditor

QUICK = ("03_", "04_", "09_", "14_", "17_", "18_", "19_", "21_")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("season") / "reports"
    place.mkdir()
    for path in sorted(SAMPLES.iterdir()):
        if path.name.startswith(QUICK):
            shutil.copy(path, place / path.name)
    shutil.make_archive(str(place / "more"), "zip", SAMPLES, "21_free_2012.txt")
    return place


@pytest.fixture(scope="module")
def parts(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("parts")
    for number in (1, 2, 3):
        assert auditor("part", folder, "--shard", f"{number}/3", "--parts", place).code == 0
    return place


def test_parts_put_together_are_the_whole_run(folder: Path, parts: Path) -> None:
    whole = auditor("check", folder, "--format", "json")
    reduced = auditor("reduce", parts, "--format", "json")
    assert reduced.raw == whole.raw
    assert reduced.code == whole.code


def test_a_part_made_again_is_the_same_bytes(folder: Path, parts: Path, tmp_path: Path) -> None:
    auditor("part", folder, "--shard", "2/3", "--parts", tmp_path, "--jobs", "2")
    assert (tmp_path / "part-2-of-3.jsonl").read_bytes() == (parts / "part-2-of-3.jsonl").read_bytes()


def test_a_part_given_twice_counts_once(parts: Path, tmp_path: Path) -> None:
    shutil.copytree(parts, tmp_path / "parts")
    shutil.copy(parts / "part-1-of-3.jsonl", tmp_path / "parts" / "part-copy.jsonl")
    assert auditor("reduce", tmp_path / "parts", "--format", "json").raw == auditor("reduce", parts, "--format", "json").raw


def test_every_file_is_in_one_shard(folder: Path) -> None:
    shards = [{entry.shown for entry in shard_inputs([folder], Shard(number, 4))} for number in (1, 2, 3, 4)]
    assert sum(len(shard) for shard in shards) == len(set().union(*shards)) == len(list(folder.iterdir()))


def test_a_missing_shard_is_no_pass(parts: Path, tmp_path: Path) -> None:
    for number in (1, 3):
        shutil.copy(parts / f"part-{number}-of-3.jsonl", tmp_path)
    refused = auditor("reduce", tmp_path)
    assert refused.code == 2
    assert "2" in refused.err


def test_an_incomplete_or_foreign_part_is_refused(parts: Path, tmp_path: Path) -> None:
    for name, data in (
        ("part-cut.jsonl", b"\n".join((parts / "part-1-of-3.jsonl").read_bytes().splitlines()[:-1]) + b"\n"),
        ("part-torn.jsonl", (parts / "part-1-of-3.jsonl").read_bytes()[:-40]),
        ("part-none.jsonl", b"{}\n"),
    ):
        (tmp_path / name).write_bytes(data)
        assert auditor("reduce", tmp_path / name).code == 2
    other = auditor("reduce", parts, "--ignore", "F")
    assert other.code == 2
    assert "设置" in other.err


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "-1/2", ""])
def test_a_shard_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Shard.parse(text)


def test_a_part_that_somebody_changed_is_refused_and_nothing_of_it_is_used(parts: Path, tmp_path: Path) -> None:
    shutil.copytree(parts, tmp_path / "parts")
    target = tmp_path / "parts" / "part-2-of-3.jsonl"
    data = target.read_bytes()
    assert b'"status":"read"' in data
    target.write_bytes(data.replace(b'"status":"read"', b'"status":"partly_read"', 1))
    ran = auditor("reduce", tmp_path / "parts", "--ledger", tmp_path / "book.db")
    assert ran.code == 2
    assert "part-2-of-3.jsonl" in ran.err
    from auditor.ledger import Ledger

    with Ledger(tmp_path / "book.db", create=False) as book:
        assert book.connection.execute("SELECT count(*) FROM reading").fetchone()[0] == 0
