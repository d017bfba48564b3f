"""The same audit on a Ray cluster: batches of URLs are the tasks, inside each of which the local supervisor guards every file.

Ray repeats a batch whose worker or machine died; within a batch a file that hangs or crashes costs only itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.batch.inputs import Input
from auditor.batch.recorded import Keys
from auditor.batch.task import FileTask
from auditor.errors import UsageError
from auditor.model.source import Problem
from auditor.scale import storage
from auditor.scale.part import make_part
from auditor.supervise import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTask:
    """Makes the part of one batch of URLs and returns its URL. Picklable; a part that exists is not made again."""

    task: FileTask
    keys: Keys
    parts: str
    jobs: int = 1
    limits: Limits | None = None

    def __call__(self, urls: tuple[str, ...]) -> str:
        """Read, check, write ``part-<hash>.jsonl``; the name rests on content, names and keys alone."""
        inputs = list(_fetch(urls))
        digest = hashlib.sha256(f"{self.keys.reader} {self.keys.checker}".encode())
        for entry in inputs:
            digest.update(entry.shown.encode() + b"\0" + hashlib.sha256(entry.data or b"").digest())
        name = digest.hexdigest()[:24]
        target = storage.join(self.parts, f"part-{name}.jsonl")
        if not storage.exists(target):
            storage.write_url(target, b"".join(make_part(name, inputs, len(inputs), self.task, self.keys, self.jobs, self.limits)))
        return target


def run_on_ray(task: BatchTask, urls: Sequence[str], *, size: int = 100, address: str | None = None) -> list[str]:
    """URLs of the parts of all batches, in order. ``address`` of a cluster; without one a local one is started.

    Raises UsageError where Ray is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports its use to its makers unless it is told not to
    try:
        import ray
    except ImportError as error:
        raise UsageError("a cluster needs Ray: pip install 'auditor[ray,remote]'") from error
    started = not ray.is_initialized()
    if started:
        ray.init(address=address, include_dashboard=False, log_to_driver=False)
    try:
        # A batch whose worker is killed is run again, on whichever machine is left.
        remote: Any = ray.remote(max_retries=5, num_cpus=task.jobs)(_run)
        shared = ray.put(task)
        return list(ray.get([remote.remote(shared, batch) for batch in storage.batches(urls, size)]))
    finally:
        if started:
            ray.shutdown()


def _run(task: BatchTask, urls: tuple[str, ...]) -> str:
    return task(urls)


def _fetch(urls: Sequence[str]) -> Iterator[Input]:
    for url in urls:
        shown = url.removeprefix("file://")
        path = Path(shown)
        try:
            data = storage.read_url(url)
        except OSError:
            yield Input(shown=shown, path=path, named=False, problem=Problem(code="READ-MISSING", fatal=True))
            continue
        yield Input(shown=shown, path=path, named=False, data=data, size=len(data))
