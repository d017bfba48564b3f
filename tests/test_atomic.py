"""Files replaced whole: old content or new content, whatever happens in between."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.atomic import is_temporary, keep_copy, move_aside, replacing, require_replaceable, sweep, write_whole
from tests.support.faults import FAULTS, count_points, run_with_fault

OLD, NEW = b"old " * 1000, b"new " * 5000


def _only(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_replaces_and_keeps_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(OLD)
    target.chmod(0o640)
    write_whole(target, iter((NEW[:10], NEW[10:])))
    assert target.read_bytes() == NEW
    assert _only(tmp_path) == ["a.xlsx"]
    if sys.platform != "win32":
        assert target.stat().st_mode & 0o777 == 0o640


def test_a_failure_while_the_content_is_made_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_bytes(OLD)

    def pieces() -> Iterator[bytes]:
        yield NEW
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(target, pieces())
    assert target.read_bytes() == OLD
    assert _only(tmp_path) == ["a.json"]

    def fail() -> None:
        with replacing(target) as unfinished:
            unfinished.write_bytes(NEW)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert target.read_bytes() == OLD
    assert _only(tmp_path) == ["a.json"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_leaves_one_whole_content(tmp_path: Path, fault: str) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(OLD)
    steps = count_points(tmp_path, lambda: write_whole(target, iter((NEW[:100], NEW[100:]))))
    assert steps >= 4
    for at in range(1, steps + 1):
        target.write_bytes(OLD)
        run_with_fault(tmp_path, lambda: write_whole(target, iter((NEW[:100], NEW[100:]))), fault, at)  # type: ignore[arg-type]
        assert target.read_bytes() in (OLD, NEW), at
        sweep(tmp_path)
        assert _only(tmp_path) == ["book.xlsx"], at


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_key_press_at_any_step_of_a_probe_leaves_nothing(tmp_path: Path) -> None:
    for at in range(1, count_points(tmp_path, lambda: require_replaceable(tmp_path / "book.xlsx")) + 1):
        run_with_fault(tmp_path, lambda: require_replaceable(tmp_path / "book.xlsx"), "interrupt", at)
        assert _only(tmp_path) == [], at


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_killed_process_left_goes_with_the_next_file_written_there(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    run_with_fault(tmp_path, lambda: write_whole(target, NEW), "kill", 3)
    assert [is_temporary(name) for name in _only(tmp_path)] == [True]
    write_whole(tmp_path / "other.xlsx", NEW)
    assert _only(tmp_path) == ["other.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_a_link_is_replaced_or_followed_as_asked(tmp_path: Path) -> None:
    outside, link = tmp_path / "outside", tmp_path / "link"
    outside.write_bytes(OLD)
    link.symlink_to(outside)
    write_whole(link, NEW)
    assert (outside.read_bytes(), link.is_symlink()) == (OLD, False)
    link.unlink()
    link.symlink_to(outside)
    write_whole(link, NEW, follow=True)
    assert (outside.read_bytes(), link.is_symlink()) == (NEW, True)


@pytest.mark.skipif(sys.platform == "win32", reason="devices")
def test_a_device_is_written_into() -> None:
    write_whole(Path("/dev/null"), NEW, follow=True)
    assert not Path("/dev/null").is_file()


def test_nothing_of_a_running_process_or_of_another_kind_is_swept(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    with replacing(tmp_path / "a") as unfinished:
        assert is_temporary(unfinished.name)
        sweep(tmp_path)
        assert unfinished.exists()
    assert _only(tmp_path) == ["a", "notes.txt"]


def test_copies_and_names_aside(tmp_path: Path) -> None:
    target = tmp_path / "a.docx"
    target.write_bytes(OLD)
    keep_copy(target, tmp_path / "kept.docx")
    assert (tmp_path / "kept.docx").read_bytes() == OLD
    assert move_aside(target).name == "a.1.docx"
    target.write_bytes(NEW)
    assert move_aside(target).name == "a.2.docx"
    assert _only(tmp_path) == ["a.1.docx", "a.2.docx", "kept.docx"]


def test_what_cannot_be_written_is_said_before(tmp_path: Path) -> None:
    require_replaceable(tmp_path / "new")
    with pytest.raises(OSError, match=r"."):
        require_replaceable(tmp_path / "none" / "new")
    assert _only(tmp_path) == []
