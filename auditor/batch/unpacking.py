"""Archives opened in a worker: the parent gets names, sizes and hashes; the members wait in a temporary folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from auditor.batch.inputs import Input, hidden, is_litter, path_order
from auditor.errors import ReadError, system_reason
from auditor.model.source import Problem
from auditor.supervise import TaskOutcome

_BYTES_AT_ONCE: Final = 64_000_000
_ARCHIVES_AT_ONCE: Final = 32
"""How many archives are unpacked before their members are read: bounds the temporary folder, keeps the workers busy."""


class Opening(Struct, frozen=True, kw_only=True):
    """An archive to open, and the folder for its members (made by the worker)."""

    entry: Input
    folder: Path


class Opened(Struct, frozen=True, kw_only=True):
    """What is in an archive, in path order: members as inputs, then those that cannot be had. ``None`` members: it is no archive after
    all (a Word file called .zip)."""

    members: tuple[Input, ...] | None


class Runs(Protocol):
    """What runs jobs: :class:`auditor.supervise.Pool`."""

    def run(self, items: Iterable[Any], *, ordered: bool = True) -> Iterator[tuple[Any, TaskOutcome[Any]]]:
        """Each item with its outcome."""
        ...


def open_archive(opening: Opening) -> Opened:
    """Open an archive, write its members into the folder. For a worker: this is where its bytes are looked at."""
    from auditor.read import load
    from auditor.read.archive import members
    from auditor.read.sniff import sniff

    entry = opening.entry
    try:
        data = entry.data if entry.data is not None else load(entry.path)
        if sniff(data).kind != "zip":
            return Opened(members=None)
        opened = members(data)
        opening.folder.mkdir(parents=True, exist_ok=True)
        made = (_member(entry, name, content, opening.folder) for name, content in opened)
        found = [member for member in made if member is not None]
    except ReadError as error:
        return Opened(members=(replace(entry, problem=Problem(code=error.code, details=error.details, fatal=True)),))
    except OSError as error:
        return Opened(members=(replace(entry, problem=_denied(error)),))
    found.sort(key=lambda member: path_order(member.shown))
    for problem in opened.problems:
        shown = f"{entry.shown}!/{problem.details.get('member', '?')}"
        found.append(Input(shown=shown, path=entry.path, named=False, problem=replace_fatal(problem)))
    if not found:
        return Opened(members=(replace(entry, problem=Problem(code="READ-EMPTY", fatal=True)),))
    return Opened(members=tuple(found))


def _member(entry: Input, name: str, content: bytes, folder: Path) -> Input | None:
    shown = f"{entry.shown}!/{name}"
    if is_litter(name):
        return hidden(Input(shown=shown, path=entry.path, named=False, size=len(content)))
    digest = hashlib.sha256(content).hexdigest()
    place = folder / digest
    if not place.exists():
        place.write_bytes(content)
    return Input(shown=shown, path=place, named=False, size=len(content), sha256=digest)


def _denied(error: OSError) -> Problem:
    return Problem(code="READ-DENIED", details={"reason": system_reason(error)}, fatal=True)


def replace_fatal(problem: Problem) -> Problem:
    """The problem of a member that cannot be had: fatal for that member."""
    return Problem(code=problem.code, details=problem.details, location=problem.location, fatal=True)


Numbered = tuple[tuple[int, int], Input]
"""An input with its place in the run: the number of the file, and of the member in it."""


def opened_groups(
    inputs: Sequence[Input], workers: Runs, scratch: Path, failed: Callable[[Input, TaskOutcome[Any]], Problem]
) -> Iterator[list[Numbered]]:
    """The inputs in order, archives replaced by their members, in groups; the files of a group are gone when the next is asked for.

    ``failed`` says what is wrong with an archive whose worker went down. Members that nobody meant to hand in are in the groups too,
    as ``skipped``.
    """
    import shutil

    for group in _groups(inputs):
        archives = {number: entry for number, entry in group if is_archive_name(entry)}
        jobs = [Opening(entry=entry, folder=scratch / f"a{number}") for number, entry in archives.items()]
        opened: dict[int, Sequence[Input]] = {}
        for number, (job, outcome) in zip(archives, workers.run(jobs) if jobs else (), strict=True):
            if outcome.value is None:
                opened[number] = (replace(job.entry, problem=failed(job.entry, outcome)),)
            elif outcome.value.members is not None:
                opened[number] = outcome.value.members
        yield [((number, at), member) for number, entry in group for at, member in enumerate(opened.get(number, (entry,)))]
        for job in jobs:
            shutil.rmtree(job.folder, ignore_errors=True)


def _groups(inputs: Sequence[Input]) -> Iterator[list[tuple[int, Input]]]:
    group: list[tuple[int, Input]] = []
    size = archives = 0
    for number, entry in enumerate(inputs):
        if is_archive_name(entry):
            if archives and (size + entry.size > _BYTES_AT_ONCE or archives == _ARCHIVES_AT_ONCE):
                yield group
                group, size, archives = [], 0, 0
            size, archives = size + entry.size, archives + 1
        group.append((number, entry))
    if group:
        yield group


def is_archive_name(entry: Input) -> bool:
    """Whether an input may be an archive, by its name alone."""
    return entry.problem is None and not entry.skipped and entry.shown.lower().endswith(".zip")
