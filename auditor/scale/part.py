"""Parts: written from inputs by the same task and supervisor as a local run, read back into a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from auditor.batch.desk import RunTask, Work
from auditor.batch.inputs import Input, collect
from auditor.batch.recorded import Keys, open_pool
from auditor.batch.run import Progress
from auditor.batch.task import FileTask, audit_of_failure, problem_of_failure
from auditor.batch.unpacking import opened_groups
from auditor.errors import UsageError
from auditor.ledger.record import Record
from auditor.ledger.schema import HEAD
from auditor.model.finding import Audit
from auditor.scratch import scratch_folder
from auditor.supervise import Limits


class Head(Struct, frozen=True, kw_only=True, tag="part", tag_field="type"):
    """First line of a part. ``name`` is the shard (``3/16``) or the hash of its batch."""

    name: str
    reader: str
    checker: str


class PartLine(Struct, frozen=True, kw_only=True, tag="file", tag_field="type"):
    """One file of a part: its path as shown, the SHA-256 of its bytes, and what a ledger stores of it (:mod:`auditor.ledger.record`).

    Plain columns and ``facts`` can be queried where they lie, with DuckDB for one; the rest are packed bytes, in base64.
    A file that could not be read carries its audit in ``failure`` and nothing else.
    """

    path: str
    content: str = ""
    failure: Audit | None = None
    kind: str = ""
    status: str = ""
    document: str = ""
    half: str = ""
    agency: str | None = None
    agency_kind: str = ""
    year: int | None = None
    era: str | None = None
    scope: str = ""
    published: str | None = None
    facts: msgspec.Raw = msgspec.Raw(b"[]")
    light: bytes = b""
    prose: bytes = b""
    report: bytes = b""
    audit: bytes = b""
    signature: bytes = b""

    @classmethod
    def of(cls, path: str, content: str, record: Record) -> PartLine:
        """The line of a file read and checked."""
        return cls(
            path=path,
            content=content,
            **dict(zip(HEAD, record.head, strict=True)),  # type: ignore[arg-type]
            facts=msgspec.Raw(record.facts.encode()),
            **{name: getattr(record, name) for name in _PACKED},
        )

    def record(self) -> Record:
        """The record again."""
        return Record(
            head=tuple(getattr(self, name) for name in HEAD),
            facts=bytes(self.facts).decode(),
            **{name: getattr(self, name) for name in _PACKED},
        )


class Tail(Struct, frozen=True, kw_only=True, tag="end", tag_field="type"):
    """Last line of a part that is complete. ``files`` is the number of lines between; ``skipped`` what was not read, with the reason.

    ``sha256`` is the hash of all lines before it.
    """

    files: int
    skipped: tuple[tuple[str, str], ...] = ()
    sha256: str = ""


_PACKED: Final = ("light", "prose", "report", "audit", "signature")
_LINE: Final = msgspec.json.Decoder(Head | PartLine | Tail)
_ENCODER: Final = msgspec.json.Encoder()


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
            raise UsageError("--shard {text}: expected NUMBER/OF, such as 3/16", text=text)
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


def encoded(line: Head | PartLine | Tail) -> bytes:
    """A line of a part as bytes."""
    return _ENCODER.encode(line) + b"\n"


def make_part(
    name: str,
    inputs: Iterable[Input],
    known: int,
    task: FileTask,
    keys: Keys,
    jobs: int = 1,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """The part with these inputs, line by line: read and checked in supervised workers, in the order given."""
    digest = hashlib.sha256()

    def line_of(line: Head | PartLine) -> bytes:
        data = encoded(line)
        digest.update(data)
        return data

    yield line_of(Head(name=name, reader=keys.reader, checker=keys.checker))
    count = 0
    skipped: list[tuple[str, str]] = []
    given = list(inputs)
    with open_pool(RunTask(task=task, ledger=""), jobs, limits) as pool, scratch_folder() as scratch:
        for group in opened_groups(given, pool, scratch, problem_of_failure):
            skipped += [(entry.shown, entry.skipped) for _, entry in group if entry.skipped]
            works = (Work(place=place, entry=entry, content="") for place, entry in group if not entry.skipped)
            for work, outcome in pool.run(works):
                count += 1
                path = work.entry.shown
                content, made = outcome.value if outcome.value is not None else ("", audit_of_failure(work.entry, outcome))
                yield line_of(PartLine(path=path, failure=made) if isinstance(made, Audit) else PartLine.of(path, content, made))
                if progress is not None:
                    progress(count, max(known, count), path)
    yield encoded(Tail(files=count, skipped=tuple(skipped), sha256=digest.hexdigest()))


def require_unchanged(name: str, rows: Iterable[bytes]) -> None:
    """Refuse a part that is torn, or that somebody has changed, before any of it is used: its last line has the hash of all before it.

    Raises UsageError. (The hash guards against accidents and simple edits, not against somebody who makes a new part.)
    """
    digest = hashlib.sha256()
    last = b""
    for row in rows:
        digest.update(last)
        last = row
    try:
        tail = _LINE.decode(last)
    except (msgspec.DecodeError, RecursionError):
        tail = None
    if not isinstance(tail, Tail):
        raise UsageError("{file}: incomplete: it does not end as a part does; make this part again", file=name)
    if tail.sha256 != digest.hexdigest():
        raise UsageError("{file}: changed since it was made (its checksum does not fit); make this part again", file=name)


def read_part(name: str, rows: Iterable[bytes], skipped: list[tuple[str, str]] | None = None) -> tuple[Head, Iterator[PartLine]]:
    """Head and lines of a part; at its end ``skipped`` takes what was not read.

    Raises UsageError when it is none, and at its end when it is not complete.
    """
    source = iter(rows)

    def decode(row: bytes) -> Head | PartLine | Tail:
        try:
            found: Head | PartLine | Tail = _LINE.decode(row)
        except msgspec.DecodeError as error:
            raise UsageError("{file}: no part of an audit, or torn: {reason}; make this part again", file=name, reason=error) from error
        return found

    head = decode(next(source, b""))
    if not isinstance(head, Head):
        raise UsageError("{file}: no part: the first line says nothing about it", file=name)

    def lines() -> Iterator[PartLine]:
        count = 0
        for row in source:
            line = decode(row)
            if isinstance(line, Tail) and line.files == count:
                if skipped is not None:
                    skipped.extend(line.skipped)
                return
            if not isinstance(line, PartLine):
                break
            count += 1
            yield line
        raise UsageError("{file}: incomplete: it ends after {count} files; make this part again", file=name, count=count)

    return head, lines()
