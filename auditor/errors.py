"""Errors the package raises on purpose.

AuditorError
├── UsageError          bad arguments or configuration            (exit code 2)
│   ├── RulebookError   a rule, format or message file is wrong   (exit code 2)
│   └── SeasonError     the season's folder or file refuses       (exit code 2); carries a message key
│       └── ConflictError   somebody changed the same thing meanwhile
├── ReadError           a file cannot be read; carries a Problem code
│   └── LimitError      a file exceeds a limit on size, pages, depth …
└── InternalError       a defect of ours, reported as a problem, never as a finding

Every message says where, what was found, what was expected and what to do.
"""

from __future__ import annotations

import errno
import traceback
from typing import Final

SYSTEM_REASONS: Final = {
    "ENOSPC": "full", "EDQUOT": "quota", "EFBIG": "too_large", "EROFS": "read_only", "EACCES": "denied", "EPERM": "denied",
    "EBUSY": "busy", "ETXTBSY": "busy", "EIO": "faulty", "ESTALE": "gone", "ENODEV": "gone", "ENXIO": "gone", "ENOENT": "missing",
    "ENOTDIR": "no_folder", "EISDIR": "is_folder", "ENAMETOOLONG": "long_name",
}  # fmt: skip
"""Why the system refuses: the name of its error → the text below ``reason`` in ``rules/messages`` that says the same."""


def system_reason(error: Exception) -> str:
    """The name of our text for what the system says, else its own text or the kind of the error."""
    if isinstance(error, OSError):
        name = SYSTEM_REASONS.get(errno.errorcode.get(error.errno or 0, ""))
        return name or error.strerror or type(error).__name__
    return type(error).__name__


def place_of(error: BaseException) -> str:
    """Where in the package an error arose, as ``module:line``; empty where it arose elsewhere."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = frame.filename.replace("\\", "/")
        if "/auditor/" in path:
            return f"{path.rsplit('/auditor/', 1)[1]}:{frame.lineno}"
    return ""


class AuditorError(Exception):
    """Base of all errors raised on purpose."""


class UsageError(AuditorError):
    """Arguments or configuration cannot be used; the command ends with exit code 2.

    ``template`` is the English text with placeholders, filled by ``values``; the command line shows it in the language asked for
    (``rules/refusals.toml``). A text without values is shown as it is.
    """

    def __init__(self, template: str = "", /, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values


class RulebookError(UsageError):
    """A file under ``rules/`` (or a local pack) is wrong; names file, line, id and key.

    ``lines`` holds the same in each language: ``{"zh": …, "en": …}``; ``str()`` gives the Chinese, or the one text there is.
    """

    def __init__(self, text: str, lines: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.lines = lines or {}

    def told(self, lang: str) -> str:
        """The message in one language."""
        return self.lines.get(lang, str(self))


class SeasonError(UsageError):
    """The season's folder or file cannot be used, or refuses a change. ``code`` is a key below ``season`` of ``rules/messages/help.toml``.

    ``details`` fill the placeholders of that message.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in sorted(self.details.items()))
        return f"{self.code} ({shown})" if shown else self.code


class ConflictError(SeasonError):
    """What was to be changed has been changed by somebody else since it was looked at; ``details`` say who and when."""


class ReadError(AuditorError):
    """A file cannot be read. ``code`` is a problem code of ``rules/messages`` such as ``READ-ENCRYPTED``.

    ``details`` fill the placeholders of the message of that code.
    """

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in sorted(self.details.items()))
        return f"{self.code} ({shown})" if shown else self.code


class LimitError(ReadError):
    """A file exceeds a limit; ``details`` name the limit and what was found."""


class InternalError(AuditorError):
    """A defect of ours. Reported as a problem with its place, never as a finding about a report."""
