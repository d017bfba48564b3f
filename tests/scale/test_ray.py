"""The same season on a local Ray cluster of three workers, one of them killed: the bytes of a local run."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from auditor.batch.recorded import keys_of
from auditor.batch.remembered import audit_with_ledger
from auditor.batch.task import FileTask
from auditor.ledger import Ledger
from auditor.ledger.dump import dump
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.scale.part import make_part
from auditor.scale.ray_engine import BatchTask, run_on_ray
from auditor.scale.reduce import part_files, reduce_parts
from auditor.scale.storage import batches, list_urls
from tests.lab.compose import balanced_plan, to_text

NEEDS_FSSPEC = pytest.mark.skipif(importlib.util.find_spec("fsspec") is None, reason="fsspec is not installed (extra remote)")
NEEDS_RAY = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed (extra ray)")
FILES = int(os.environ.get("AUDITOR_CLUSTER_FILES", "60"))
"""Files of the test on the cluster; 500 by command: ``AUDITOR_CLUSTER_FILES=500 pytest tests/scale/test_ray.py``."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "reports"
    place.mkdir()
    for number in range(FILES):
        (place / f"report_{number:04}.txt").write_bytes(to_text(balanced_plan(number)))
    return place


def local(folder: Path, book: Path) -> list[str]:
    with Ledger(book) as ledger:
        audit_with_ledger(ledger, [folder], load_rulebook(), Settings(), jobs=2)
        return list(dump(ledger))


def reduced(parts: Path, book: Path) -> list[str]:
    with Ledger(book) as ledger:
        files = ((path.name, path.read_bytes()) for path in part_files([parts]))
        reduce_parts(ledger, files, load_rulebook(), Settings())
        return list(dump(ledger))


def batch_task(parts: Path) -> BatchTask:
    keys = keys_of(load_rulebook(), Settings(), "pdfium")
    return BatchTask(task=FileTask(settings=Settings()), keys=keys, parts=parts.as_uri())


@NEEDS_FSSPEC
def test_batches_of_urls_without_an_engine(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "parts").mkdir()
    task = batch_task(tmp_path / "parts")
    made = [task(batch) for batch in batches(list_urls(folder.as_uri()), 25)]
    again = [task(batch) for batch in batches(list_urls(folder.as_uri()), 25)]
    assert made == again
    assert len(list((tmp_path / "parts").glob("part-*.jsonl"))) == len(set(made))
    assert reduced(tmp_path / "parts", tmp_path / "reduced.db") == local(folder, tmp_path / "local.db")


@NEEDS_FSSPEC
def test_a_file_that_vanished_is_listed_not_lost(tmp_path: Path, folder: Path) -> None:
    urls = (*list_urls(folder.as_uri())[:2], (folder / "gone.txt").as_uri())
    (tmp_path / "parts").mkdir()
    batch_task(tmp_path / "parts")(urls)
    with Ledger(tmp_path / "season.db") as ledger:
        files = ((path.name, path.read_bytes()) for path in part_files([tmp_path / "parts"]))
        result = reduce_parts(ledger, files, load_rulebook(), Settings()).result
        found = {counted.audit.source.path.rpartition("/")[2]: counted.audit.status for counted in result.audits}
    assert found == {"gone.txt": "unreadable", "report_0000.txt": "read", "report_0001.txt": "read"}


def test_the_local_pool_and_a_part_run_the_same_task(folder: Path) -> None:
    from auditor.batch.inputs import collect

    keys = keys_of(load_rulebook(), Settings(), "pdfium")
    inputs = collect([folder])[:4]
    one, two = (b"".join(make_part("x", inputs, 4, FileTask(settings=Settings()), keys, jobs)) for jobs in (1, 2))
    assert one == two


@NEEDS_RAY
@NEEDS_FSSPEC
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_three_workers_one_killed(tmp_path: Path, folder: Path) -> None:
    import ray

    (tmp_path / "parts").mkdir()
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False)
    killed: list[int] = []
    stop = threading.Event()

    def kill_one() -> None:
        """The first worker of this cluster seen at a batch is killed in the middle of it."""
        while not stop.is_set() and not killed:
            for pid in workers_at_work():
                time.sleep(0.2)
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                break
            time.sleep(0.05)

    def descends(pid: int) -> bool:
        """Whether a process is of this test's own cluster."""
        while pid > 1:
            if pid == os.getpid():
                return True
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return False

    def workers_at_work() -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    name = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if name.startswith(b"ray::_run") and descends(int(entry.name)):
                    found.append(int(entry.name))
        return found

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        run_on_ray(batch_task(tmp_path / "parts"), list_urls(folder.as_uri()), size=10)
    finally:
        stop.set()
        killer.join()
        ray.shutdown()
    assert killed
    assert reduced(tmp_path / "parts", tmp_path / "reduced.db") == local(folder, tmp_path / "local.db")
