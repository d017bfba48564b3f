"""Parts: written from inputs by the same task and supervisor as a local run, read back into a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from auditor.batch.inputs import Input, collect, unpack
from auditor.batch.recorded import Keys
from auditor.batch.run import Progress
from auditor.batch.task import FileTask, audit_from, seconds_for
from auditor.errors import UsageError
from auditor.model.finding import Audit
from auditor.supervise import Limits, run


class Head(Struct, frozen=True, kw_only=True, tag="part", tag_field="type"):
    """First line of a part. ``name`` is the shard (``3/16``) or the hash of its batch; ``files`` the number of lines that follow."""

    name: str
    reader: str
    checker: str
    files: int


class Line(Struct, frozen=True, kw_only=True, tag="audit", tag_field="type"):
    """One file of a part: its path as shown, and its audit with the bound report."""

    path: str
    audit: Audit


_LINE = msgspec.json.Decoder(Head | Line)


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``-th of ``of`` shards, from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """``3/16``. Raises UsageError for anything else."""
        number, _, of = text.partition("/")
        if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
            raise UsageError(f"--shard {text}: expected NUMBER/OF, such as 3/16")
        return cls(int(number), int(of))

    @property
    def file_name(self) -> str:
        """``part-03-of-16.jsonl``."""
        width = len(str(self.of))
        return f"part-{self.number:0{width}}-of-{self.of}.jsonl"

    def holds(self, shown: str) -> bool:
        """Whether a file of this path belongs here. By path, so that a shard opens no file of another."""
        return int.from_bytes(hashlib.sha256(shown.encode()).digest()[:8], "big") % self.of == self.number - 1


def shard_inputs(paths: Sequence[Path], shard: Shard) -> list[Input]:
    """The inputs of one shard, archives whole."""
    return [entry for entry in collect(paths) if shard.holds(entry.shown)]


def make_part(
    name: str,
    inputs: Iterable[Input],
    known: int,
    task: FileTask,
    keys: Keys,
    jobs: int = 1,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> bytes:
    """The part with these inputs as bytes: read and checked in supervised workers, in the order given."""
    encoder = msgspec.json.Encoder()
    lines = []
    for count, (entry, outcome) in enumerate(run(task, unpack(inputs), jobs, limits, seconds_for=seconds_for(limits)), start=1):
        lines.append(encoder.encode(Line(path=entry.shown, audit=audit_from(entry, outcome))))
        if progress is not None:
            progress(count, max(known, count), entry.shown)
    head = Head(name=name, reader=keys.reader, checker=keys.checker, files=len(lines))
    return b"\n".join([encoder.encode(head), *lines]) + b"\n"


def read_part(name: str, data: bytes) -> tuple[Head, Iterator[Line]]:
    """Head and lines of a part. Raises UsageError when it is none or not complete."""
    rows = data.split(b"\n")
    try:
        head = _LINE.decode(rows[0])
        if not isinstance(head, Head):
            raise UsageError(f"{name}: no part: the first line says nothing about it")
        if len(rows) != head.files + 2 or rows[-1]:
            raise UsageError(f"{name}: incomplete: {len(rows) - 2} of {head.files} files; make this part again")
    except msgspec.DecodeError as error:
        raise UsageError(f"{name}: no part of an audit: {error}") from error

    def lines() -> Iterator[Line]:
        for row in rows[1:-1]:
            line = _LINE.decode(row)
            assert isinstance(line, Line)
            yield line

    return head, lines()
