"""A bad item costs only itself; everything else arrives, in order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import InternalError
from auditor.supervise import Limits, Pool, run


def work(item: str) -> str:
    while item in ("hang", "busy"):
        pass
    if item == "wait":
        time.sleep(600)
    if item == "crash":
        os._exit(7)
    if item == "raise":
        raise ValueError("wrong")
    if item == "eat":
        return str(len(bytearray(8 * 1024**3)))
    if item == "slow":
        time.sleep(0.3)
    return item.upper()


class Unloadable:
    def prepare(self) -> None:
        raise SystemExit(3)

    def __call__(self, item: str) -> str:
        return item


class LeavesMark:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, item: int) -> int:
        (self.folder / f"{item}").touch()
        return os.getpid()


def test_every_item_ends_in_one_outcome_in_order() -> None:
    items = ["a", "hang", "b", "crash", "c", "raise", "slow", "d"]
    found = list(run(work, items, 2, Limits(seconds=1.5)))
    assert [item for item, _ in found] == items
    assert [outcome.kind for _, outcome in found] == ["result", "timeout", "result", "crash", "result", "error", "result", "result"]
    assert [outcome.value for _, outcome in found if outcome.kind == "result"] == ["A", "B", "C", "SLOW", "D"]
    assert "ValueError: wrong" in found[5][1].detail
    assert "7" in found[3][1].detail


@pytest.mark.skipif(os.name == "nt", reason="no memory limit on Windows")
def test_memory_eater_is_named_and_the_rest_go_on() -> None:
    found = dict(run(work, ["eat", "a", "b"], 1, Limits(memory=1024**3)))
    assert found["eat"].kind == "memory"
    assert found["b"].value == "B"


def test_order_of_completion_on_request() -> None:
    found = [item for item, _ in run(work, ["slow", "a"], 2, ordered=False)]
    assert sorted(found) == ["a", "slow"]


def test_deadline_of_its_own_for_an_item() -> None:
    found = dict(run(work, ["busy", "a"], 1, seconds_for=lambda item: 0.05 if item == "busy" else 30))
    assert (found["busy"].kind, found["a"].kind) == ("timeout", "result")


def test_waiting_is_no_work_and_ends_by_the_clock() -> None:
    """A sleep uses no processor time; the bound by the clock is the second line."""
    found = dict(run(work, ["slow", "a"], 1, Limits(seconds=0.2)))
    assert found["slow"].value == "SLOW"
    found = dict(run(work, ["wait", "a"], 1, Limits(seconds=5, wall=2.0)))
    assert (found["wait"].kind, found["a"].kind) == ("timeout", "result")


class StartsChild:
    """Starts a process that outlives it, writes its number into a file, and then works on without end."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, item: str) -> str:
        import subprocess
        import sys

        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        self.file.write_text(str(child.pid), encoding="utf-8")
        return work(item)


@pytest.mark.skipif(os.name == "nt", reason="process groups")
@pytest.mark.parametrize("item", ["hang", "crash"])
def test_what_a_worker_started_ends_with_it(tmp_path: Path, item: str) -> None:
    from auditor.atomic import is_alive

    list(run(StartsChild(tmp_path / "pid"), [item], 1, Limits(seconds=0.5)))
    child = int((tmp_path / "pid").read_text(encoding="utf-8"))
    for _ in range(1200):
        if not is_alive(child) or _is_zombie(child):
            return
        time.sleep(0.05)
    raise AssertionError("the child is still there")


def _is_zombie(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_items_are_taken_lazily_and_closing_stops_the_work(tmp_path: Path) -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    stream = run(LeavesMark(tmp_path), endless(), 1)
    assert [next(stream)[0] for _ in range(3)] == [0, 1, 2]
    stream.close()  # type: ignore[attr-defined]
    seen = len(list(tmp_path.iterdir()))
    time.sleep(0.2)
    assert len(list(tmp_path.iterdir())) == seen < 100


def test_workers_are_recycled(tmp_path: Path) -> None:
    processes = {outcome.value for _, outcome in run(LeavesMark(tmp_path), range(6), 1, Limits(recycle=2))}
    assert len(processes) == 3


def test_workers_that_cannot_start_are_our_error_not_a_loop() -> None:
    with pytest.raises(InternalError, match="cannot be started"):
        list(run(Unloadable(), ["a"], 1))


def test_no_items_no_workers() -> None:
    assert list(run(work, [], 4)) == []


def test_what_waits_behind_a_bad_item_is_done_by_another_worker() -> None:
    """Workers get their next item early; one that goes down takes only the item it was at."""
    items = ["a", "crash", "b", "hang", "c", "eat", "d", "raise", "e"]
    found = list(run(work, items, 1, Limits(seconds=1.0, memory=1024**3 if os.name != "nt" else None)))
    assert [item for item, _ in found] == items
    assert [outcome.value for _, outcome in found if outcome.kind == "result"] == ["A", "B", "C", "D", "E"]
    assert [outcome.kind for _, outcome in found if outcome.kind != "result"] == ["crash", "timeout", "memory", "error"]


def test_items_larger_than_a_pipe_arrive() -> None:
    items = ["x" * 3_000_000, "y", "z" * 3_000_000, "v" * 5000]
    assert [outcome.value for _, outcome in run(work, items, 2)] == [item.upper() for item in items]


def test_workers_stay_for_several_runs(tmp_path: Path) -> None:
    with Pool(LeavesMark(tmp_path), 1) as pool:
        first = {outcome.value for _, outcome in pool.run(range(3))}
        assert {outcome.value for _, outcome in pool.run(range(3))} == first
        stream = pool.run(range(100))
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert {outcome.value for _, outcome in pool.run(range(3))} != first
