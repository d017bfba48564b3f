"""Reports that a person adds to the season's own folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from auditor.atomic import write_whole
from auditor.errors import SeasonError
from auditor.office.store import SeasonStore
from auditor.season.roster import roster_words
from auditor.text.filenames import safe_file_name
from auditor.text.words import pick


def incoming_names() -> frozenset[str]:
    """Names of the subfolder for reports that people add, in all languages."""
    return frozenset(roster_words()["folders"]["incoming"])


def incoming_folder(store: SeasonStore, lang: str = "zh") -> Path:
    """The subfolder for reports that people add: the one that is there, else the name of the language."""
    zh, en = roster_words()["folders"]["incoming"]
    there: str = next((name for name in (zh, en) if (store.folder / name).is_dir()), pick(lang, zh, en))
    return store.folder / there


def add_file(store: SeasonStore, name: str, content: bytes, *, lang: str = "zh", who: str | None = None) -> Path:
    """Keep a received report in the season's folder; its path. The same bytes are kept once; another file of the same name gets a
    numbered one, nothing is overwritten. Raises SeasonError where it cannot be written. It is audited by the next run over the folder.
    """
    place = incoming_folder(store, lang)
    safe = safe_file_name(name)
    digest = hashlib.sha256(content).hexdigest()
    target, number = place / safe, 1
    try:
        place.mkdir(parents=True, exist_ok=True)
        while os.path.lexists(target):
            if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == digest:
                return target
            number += 1
            target = place / f"{Path(safe).stem}_{number}{Path(safe).suffix}"
        write_whole(target, content)
    except OSError as error:
        raise SeasonError("cannot_write", path=target, reason=error.strerror or type(error).__name__) from error
    with store.transaction():
        store.write_log("file", f"file:{target.relative_to(store.folder).as_posix()}", after=f'"{digest}"', who=who)
    return target
