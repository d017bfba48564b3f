"""The commands that the desk runs beside itself: audits of received files, answers read in. Each is what a person could type."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

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


def not_audited(desk: Desk) -> list[str]:
    """Received reports that no run has looked at yet, whole ones, by name."""
    folder = desk.store.folder.resolve().as_posix() + "/"  # runs by command may have named the files by their whole path
    known = {version.path.partition("!/")[0].partition("#")[0].removeprefix(folder) for version in desk.snapshot().versions}
    return [name for name in _names(desk.incoming) if f"{desk.incoming.name}/{name}" not in known]


def not_heard(desk: Desk) -> list[str]:
    """Received answers that were not read yet, by name."""
    heard = set()
    for source in office.answer_sources(desk.store):
        outer = source.partition("!/")[0]
        inside = outer.startswith(f"{desk.answers.name}/")
        heard.add(outer.removeprefix(f"{desk.answers.name}/") if inside else Path(outer).name)
    return [name for name in _names(desk.answers) if name not in heard]


def look_for_new(desk: Desk) -> bool:
    """The watch: take in what was put into the folders since; whether anything was."""
    if desk.background.progress.state == "running":
        return False
    found = False
    reports = {f"report {name}" for name in not_audited(desk)}
    answers = {f"answer {name}" for name in not_heard(desk)}
    if reports - desk.refused:
        found = audit_received(desk)
    if answers - desk.refused:
        found = read_answers(desk) or found
    desk.refused |= reports | answers  # what a run leaves out is not tried again and again
    return found


def _names(folder: Path) -> list[str]:
    """Files in a folder and below, as paths from it; those still being written are left out."""
    if not folder.is_dir():
        return []
    still = time.time() - _STILL
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.name.startswith((".", "~$")) and path.stat().st_mtime <= still:
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
