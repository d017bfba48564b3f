"""Reports that a person adds to the season's own folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from auditor.atomic import write_whole
from auditor.errors import SeasonError
from auditor.office.store import SeasonStore

FOLDER_FIELD = "incoming"


def incoming_folder(store: SeasonStore, name: str) -> Path:
    """The subfolder for reports that people add, as first named in this season (``name`` for a new one)."""
    known = store.value("season", FOLDER_FIELD)
    if known is None:
        store.enter("season", {FOLDER_FIELD: name}, "settings")
        known = name
    return store.folder / str(known)


def add_file(store: SeasonStore, name: str, content: bytes, *, folder: str, who: str | None = None) -> Path:
    """Keep a received report in the season's folder; its path. The same bytes are kept once; another file of the same name gets a
    numbered one, nothing is overwritten. Raises SeasonError where it cannot be written. It is audited by the next run over the folder.
    """
    place = incoming_folder(store, folder)
    safe = Path(name.replace("\\", "/")).name.strip(". ") or "file"
    digest = hashlib.sha256(content).hexdigest()
    target, number = place / safe, 1
    try:
        place.mkdir(parents=True, exist_ok=True)
        while target.exists():
            if hashlib.sha256(target.read_bytes()).hexdigest() == digest:
                return target
            number += 1
            target = place / f"{Path(safe).stem}_{number}{Path(safe).suffix}"
        write_whole(target, content)
    except OSError as error:
        raise SeasonError("cannot_write", path=target, reason=error.strerror or type(error).__name__) from error
    with store.transaction():
        store.write_log("file", f"file:{target.relative_to(store.folder).as_posix()}", after=f'"{digest}"', who=who)
    return target
