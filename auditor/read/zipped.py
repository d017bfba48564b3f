"""Members of a zip container read with care: sizes are checked before and while they expand, names are never used as paths."""

from __future__ import annotations

import io
import zipfile
import zlib

from auditor.errors import LimitError, ReadError
from auditor.read import limits


class Members:
    """The members of a zip file held in memory.

    Raises :class:`ReadError` ``READ-DAMAGED`` for what is no readable zip, ``READ-UNSAFE`` for names that lead outside the archive,
    ``READ-ENCRYPTED`` for members under a password, :class:`LimitError` ``READ-LIMIT`` for archives that expand beyond the limits.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, UnicodeError) as error:
            raise ReadError("READ-DAMAGED", what="zip", reason=str(error)) from error
        self._infos = {info.filename.replace("\\", "/"): info for info in self._zip.infolist()}
        if len(self._infos) > limits.ZIP_MEMBERS:
            raise LimitError("READ-LIMIT", limit="members", allowed=str(limits.ZIP_MEMBERS), found=str(len(self._infos)))
        total = 0
        for name, info in self._infos.items():
            if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
                raise ReadError("READ-UNSAFE", what="path", member=name)
            total += info.file_size
            if info.file_size > limits.ZIP_RATIO_FROM and info.file_size > limits.ZIP_RATIO * max(1, info.compress_size):
                raise LimitError("READ-LIMIT", limit="expansion", allowed=str(limits.ZIP_RATIO), member=name)
        if total > limits.ZIP_TOTAL_BYTES:
            raise LimitError("READ-LIMIT", limit="expanded size", allowed=str(limits.ZIP_TOTAL_BYTES), found=str(total))

    def names(self) -> tuple[str, ...]:
        """Names of all members, with ``/``."""
        return tuple(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str, most: int = limits.MARKUP_BYTES) -> bytes:
        """The bytes of a member, at most ``most`` (the declared size may lie). ``READ-DAMAGED`` when it is missing or broken."""
        info = self._infos.get(name)
        if info is None:
            raise ReadError("READ-DAMAGED", what="zip", reason=f"no member {name}")
        if info.flag_bits & 1:
            raise ReadError("READ-ENCRYPTED", member=name)
        try:
            with self._zip.open(info) as stream:
                data = stream.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
            raise ReadError("READ-DAMAGED", what="zip", member=name, reason=str(error)) from error
        if len(data) > most:
            raise LimitError("READ-LIMIT", limit="member size", allowed=str(most), member=name)
        return data
