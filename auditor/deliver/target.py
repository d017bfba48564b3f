"""The folder of a season as a place to write to: foreign files are never touched, links never followed, nothing is deleted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath

from auditor.atomic import move_aside, write_whole
from auditor.errors import SeasonError
from auditor.office import SeasonStore
from auditor.read.own import is_own, stamped

_MOST_NAMES = 100


class SeasonWriter:
    """Writes the outputs of a season into its folder and remembers which it wrote.

    ``history`` is the subfolder (such as ``历史/第2轮``) for what is superseded; ``beside`` makes the name used where somebody else's file
    has the name wanted, from stem and number; ``issued`` are the names of notices that were sent: they are never touched; ``earlier``
    are names that a version before the season's file wrote, without a mark.
    """

    def __init__(
        self, store: SeasonStore, history: str, beside: str, issued: frozenset[str], earlier: frozenset[str] = frozenset()
    ) -> None:
        self._store, self._history, self._beside, self._issued, self._earlier = store, history, beside, issued, earlier
        self._known: dict[str, set[str]] = {}
        for name, digest in store.rows("SELECT name, sha256 FROM output"):
            self._known.setdefault(name, set()).add(digest)
        self.written: list[Path] = []
        self.kept: set[str] = set()
        self.foreign: list[tuple[str, str]] = []
        self.retired: list[str] = []

    def put(self, name: str, content: bytes, *, keep_edited: bool = False) -> Path:
        """Write an output under ``name`` (with ``/``), whole or not at all; where it lies now. Equal content is not written again.

        An earlier output of that name is replaced. One that somebody has edited goes into the history; with ``keep_edited`` it stays where
        we wrote this very content before, else it is put aside under a numbered name. Raises SeasonError.
        """
        content = stamped(content, PurePosixPath(name).suffix)
        digest = hashlib.sha256(content).hexdigest()
        actual = self._free(name)
        path = self._store.folder / actual
        try:
            now = _hash(path)
            known = self._known.setdefault(actual, set())
            if keep_edited and now is not None and now not in known and digest in known:
                self.kept.add(actual)
                return path
            if now != digest:
                if digest not in known:
                    with self._store.transaction() as connection:
                        connection.execute("INSERT OR IGNORE INTO output VALUES (?, ?)", (actual, digest))
                    known.add(digest)
                path.parent.mkdir(parents=True, exist_ok=True)
                if now is not None and now not in known:
                    if keep_edited:
                        move_aside(path)
                    else:
                        self._to_history(actual)
                write_whole(path, content)
        except OSError as error:
            raise SeasonError("output_failed", path=path, reason=error.strerror or type(error).__name__) from error
        self.written.append(path)
        self.kept.add(actual)
        return path

    def ours(self, name: str, beside: str) -> str | None:
        """The name under which an output of ours lies: its own, or the one used where somebody else's file has that; ``None`` for none."""
        pure = PurePosixPath(name)
        other = beside.replace("[[stem]]", pure.stem).replace("[[number]]", "")
        for candidate in (name, (pure.parent / f"{other}{pure.suffix}").as_posix()):
            path = self._store.folder / candidate
            if path.is_file() and not path.is_symlink() and self._is_ours(candidate, path):
                return candidate
        return None

    def keep(self, name: str) -> None:
        """Leave an earlier output as it is."""
        self.kept.add(name)

    def names_below(self, folder: str) -> tuple[str, ...]:
        """Names of earlier outputs in a subfolder."""
        return tuple(name for name in self._known if name.startswith(f"{folder}/"))

    def is_edited(self, name: str) -> bool:
        """Whether an output was changed by somebody since we wrote it."""
        now = _hash(self._store.folder / name)
        return now is not None and now not in self._known.get(name, set())

    def is_replaced_by(self, name: str, content: bytes) -> bool:
        """Whether putting this content would replace another of ours that nobody edited."""
        digest = hashlib.sha256(stamped(content, PurePosixPath(name).suffix)).hexdigest()
        now = _hash(self._store.folder / name)
        return now is not None and now != digest and now in self._known.get(name, set())

    def retire(self, name: str) -> None:
        """Move an output of ours into the history, unless it was issued or edited."""
        path = self._store.folder / name
        if name in self._issued or path.is_symlink() or not self._is_inside(path) or _hash(path) not in self._known.get(name, set()):
            return
        try:
            self._to_history(name)
            if path.parent != self._store.folder and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except OSError as error:
            raise SeasonError("output_failed", path=path, reason=error.strerror or type(error).__name__) from error

    def retire_rest(self) -> None:
        """Move every earlier output that was neither written nor kept this time into the history."""
        for name in sorted(self._known):
            if name not in self.kept and (self._store.folder / name).is_file():
                self.retire(name)

    def _to_history(self, name: str) -> None:
        path = self._store.folder / name
        place = (self._store.folder / self._history / name).parent
        for part in (place, *place.parents):
            if part == self._store.folder:
                break
            if part.is_symlink():
                raise SeasonError("output_failed", path=part, reason="link")
        place.mkdir(parents=True, exist_ok=True)
        move_aside(path, place)
        self.retired.append(name)

    def _free(self, name: str) -> str:
        """The name itself where nothing is there or what is there is ours; else the first of the other names for which that holds."""
        pure = PurePosixPath(name)
        for number in range(_MOST_NAMES):
            stem = pure.stem if number == 0 else self._beside.format(stem=pure.stem, number="" if number == 1 else number)
            candidate = (pure.parent / f"{stem}{pure.suffix}").as_posix()
            path = self._store.folder / candidate
            if not self._is_inside(path):  # the agency's folder is a link or a file: another folder
                candidate = (PurePosixPath(self._beside.format(stem=pure.parent.name, number="")) / pure.name).as_posix()
                path = self._store.folder / candidate
            if candidate in self._issued or path.is_symlink() or path.is_dir():
                continue
            if not os.path.lexists(path) or self._is_ours(candidate, path):
                if candidate != name:
                    self.foreign.append((name, candidate))
                return candidate
        raise SeasonError("output_failed", path=self._store.folder / name, reason="names")

    def _is_ours(self, name: str, path: Path) -> bool:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SeasonError("output_failed", path=path, reason=error.strerror or type(error).__name__) from error
        return hashlib.sha256(data).hexdigest() in self._known.get(name, set()) or name in self._earlier or is_own(data)

    def _is_inside(self, path: Path) -> bool:
        """Whether the path's folders below the season's are real folders, or not there yet."""
        folder = path.parent
        while folder not in (self._store.folder, folder.parent):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                return False
            folder = folder.parent
        return True


def _hash(path: Path) -> str | None:
    """SHA-256 of a file; ``None`` where there is none. Raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
