"""What the command line says of wrong arguments is in Chinese unless English was asked for; paths cut at their spaces get a hint."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from auditor.cli.phrases import phrase, refusal
from auditor.errors import UsageError
from tests.cli.running import auditor, sample


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--nosuch", "x"), "没有 --nosuch 这个选项"),
        (("nosuch",), "没有 nosuch 这个命令"),
        (("check", "--fail-on", "maybe", "x"), "不在可选项之中"),
        (("template",), "缺少选项"),
        (("explain", "A-01", "B-02"), "路径中有空格时请加引号"),
    ],
)
def test_wrong_arguments_are_answered_in_chinese(arguments: tuple[str, ...], said: str) -> None:
    done = auditor(*arguments)
    assert done.code == 2
    assert said in done.err
    assert not re.search(r"\b(Error|Usage|Try|Missing|Invalid)\b", done.err)


def test_english_stays_english() -> None:
    done = auditor("check", "--nosuch", "--lang", "en")
    assert done.code == 2
    assert "No such option" in done.err


def test_path_cut_at_its_space_is_named_whole(tmp_path: Path) -> None:
    folder = tmp_path / "年报 2024"
    folder.mkdir()
    (folder / "a.txt").write_bytes(sample("04").read_bytes())
    done = auditor("check", *str(folder).split(" "))
    assert done.code == 2
    assert f'"{folder}"' in done.err


def test_missing_paths_to_compare_with_are_refused(tmp_path: Path) -> None:
    assert auditor("check", sample("04"), "--previous", tmp_path / "nowhere").code == 2
    assert auditor("check", sample("04"), "--roster", tmp_path / "nowhere.csv").code == 2
    (tmp_path / "empty").mkdir()
    assert auditor("check", sample("04"), "--previous", tmp_path / "empty").code == 2


def test_every_refusal_has_chinese_words() -> None:
    """The English templates in the code and those of the translations are the same set."""
    import tomllib

    root = Path(__file__).resolve().parents[2]
    known = set(tomllib.loads((root / "rules" / "refusals.toml").read_text(encoding="utf-8"))["refusals"])
    used = set()
    for path in (root / "auditor").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= {match[1] for match in re.finditer(r'UsageError\(\s*"((?:[^"\\]|\\.)+)"', text)}
    assert used - known == set()
    assert known - used == set()


def test_refusals_are_chinese(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("名称,类型\n,部门\n", encoding="utf-8")
    done = auditor("check", sample("04"), "--roster", tmp_path / "roster.csv")
    assert done.code == 2
    assert "第" in done.err
    assert "no agency" not in done.err
    assert "no such rule" not in auditor("check", sample("04"), "--select", "ZZ-99").err


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (os.strerror(errno.ENOSPC), "磁盘已满"),
        (os.strerror(errno.EROFS), "磁盘或文件是只读的"),
        ("database or disk is full", "磁盘已满"),
        ("something new", "something new"),
    ],
)
def test_what_the_disk_says_is_said_in_chinese(said: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDITOR_LANG", raising=False)
    assert phrase("usage.cannot_write", path="甲.xlsx", reason=said) == f"无法写入 甲.xlsx：{expected}"
    assert expected in refusal(UsageError("{path}: cannot be written ({reason})", path="甲.xlsx", reason=said))
