"""The commands that the desk runs beside itself: audits of received files, answers read in. Each is what a person could type."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from auditor import __version__, office
from auditor.desk.state import Desk
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.office.backup import CACHE_STEM

_STILL: Final = 3.0
"""Seconds for which a file must not have grown before it is taken for whole."""


def audit_paths(desk: Desk, paths: Sequence[str]) -> None:
    """Audit these files of the season's folder, now or after what is running."""
    desk.background.queue(["check", "--season", ".", *_cache(desk), "--fail-on", "never", "--quiet", "--lang", desk.lang, "--", *paths])


def audit_received(desk: Desk) -> bool:
    """Audit all received reports; ``False`` where there are none."""
    folder = desk.incoming
    if not folder.is_dir() or not any(folder.iterdir()):
        return False
    audit_paths(desk, [folder.name])
    return True


def read_answers(desk: Desk) -> bool:
    """Read all received answers; ``False`` where there are none."""
    folder = desk.answers
    if not folder.is_dir() or not any(folder.iterdir()):
        return False
    desk.background.queue(["reply", "--season", ".", "--lang", desk.lang, "--", folder.name])
    return True


class Received(Struct, frozen=True, kw_only=True):
    """Received reports that no run has looked at: ``new`` ones, and ``copies`` of files that were audited with the name of the other."""

    new: tuple[str, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()


def received(desk: Desk, *, still: bool = False) -> Received:
    """What lies in the folder and stands in no round, by name; ``still``: without files that are being written."""
    folder = desk.store.folder.resolve().as_posix() + "/"  # runs by command may have named the files by their whole path
    versions = desk.snapshot().versions
    paths = (*(version.path for version in versions), *desk.snapshot().joined)
    known = {path.partition("!/")[0].partition("#")[0].removeprefix(folder) for path in paths}
    audited = {version.sha256: version.path.rpartition("/")[2] for version in versions}
    new: list[str] = []
    copies: list[tuple[str, str]] = []
    for name in _names(desk.incoming, still=still):
        if f"{desk.incoming.name}/{name}" in known:
            continue
        other = audited.get(_content(desk, desk.incoming / name)) if audited else None
        if other is None:
            new.append(name)
        else:
            copies.append((name, other))
    return Received(new=tuple(new), copies=tuple(copies))


def not_audited(desk: Desk, *, still: bool = False) -> list[str]:
    """Received reports that no run has looked at yet and that are no copies, by name."""
    return list(received(desk, still=still).new)


def _content(desk: Desk, path: Path) -> str:
    """The hash of a received file, remembered while the file stays as it is; empty where it cannot be read."""
    try:
        there = path.stat()
        key = (str(path), there.st_mtime_ns, there.st_size)
        if key not in desk.hashes:
            desk.hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return desk.hashes[key]
    except OSError:
        return ""


def not_heard(desk: Desk, *, still: bool = False) -> list[str]:
    """Received answers that were not read yet, by name."""
    heard = set()
    for source in office.answer_sources(desk.store):
        outer = source.partition("!/")[0]
        inside = outer.startswith(f"{desk.answers.name}/")
        heard.add(outer.removeprefix(f"{desk.answers.name}/") if inside else Path(outer).name)
    return [name for name in _names(desk.answers, still=still) if name not in heard]


def look_for_new(desk: Desk) -> bool:
    """The watch: take in what was put into the folders since; whether anything was."""
    if desk.background.progress.state == "running":
        return False
    found = False
    reports = {f"report {name}" for name in not_audited(desk, still=True)}
    answers = {f"answer {name}" for name in not_heard(desk, still=True)}
    if reports - desk.refused:
        found = audit_received(desk)
    if answers - desk.refused:
        found = read_answers(desk) or found
    desk.refused |= reports | answers  # what a run leaves out is not tried again and again
    return found


def _names(folder: Path, *, still: bool) -> list[str]:
    """Files in a folder and below, as paths from it; ``still``: those still being written are left out."""
    if not folder.is_dir():
        return []
    until = time.time() - _STILL if still else float("inf")
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.name.startswith((".", "~$")) and path.stat().st_mtime <= until:
                found.append(path.relative_to(folder).as_posix())
        except OSError:
            continue
    return found


def _cache(desk: Desk) -> list[str]:
    """The option that keeps readings between runs, so that only new files are read; none where the file cannot be used."""
    path = desk.store.folder / f"{CACHE_STEM}-{__version__}.db"
    try:
        with Ledger(path, wait=0.2):
            pass
    except UsageError:
        if desk.background.progress.state != "running":
            path.unlink(missing_ok=True)
        return [] if path.exists() else ["--ledger", path.name]
    return ["--ledger", path.name]
