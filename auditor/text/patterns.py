"""Expressions and word lists of the rule files, kept from one start to the next.

Compiling the expressions of the cards takes several times as long as auditing a small report with them. Python keeps compiled modules
beside their source; this keeps compiled expressions, and TOML files of ``rules/``, beside the rule files in the same way: one file for
each version of Python, written when something was compiled that it does not hold, and left out of account when it does not fit.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import marshal
import os
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import regex

_BUILT: Final = "patterns.bin"
_LARGEST: Final = 3_000_000
"""Bytes that are kept at most; the expressions of local packs could grow without end."""
_WIDE: Final = -1
"""Stands for the flags of an expression of the ``regex`` library."""


class _Kept:
    """What was read from the file, and what was compiled since. ``tables``: TOML files and other things made from rules."""

    def __init__(self) -> None:
        self.patterns: dict[tuple[str, int], Any] = {}
        self.tables: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self.new: list[tuple[str, int]] = []
        self.changed = False
        for path in _places():
            try:
                key, self.patterns, self.tables = marshal.loads(path.read_bytes())
            except (OSError, ValueError, EOFError, TypeError):
                continue
            if key == _key():
                return
        self.patterns, self.tables = {}, {}


@lru_cache(maxsize=1024)
def re_pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile`` for an expression of the rule files or the program: never for one that text of a report went into."""
    kept = _store()
    found = kept.patterns.get((expression, flags))
    if found is not None:
        compiled: re.Pattern[str] = importlib.import_module("_sre").compile(expression, *found)
        return compiled
    kept.new.append((expression, int(flags)))
    return re.compile(expression, flags)


@lru_cache(maxsize=1024)
def regex_pattern(expression: str) -> regex.Pattern[str]:
    """``regex.compile``, under the same condition."""
    import regex

    kept = _store()
    version, found = kept.patterns.get((expression, _WIDE), (None, ()))
    if version == regex.__version__:
        compiled: regex.Pattern[str] = importlib.import_module("regex._regex").compile(*found)
        return compiled
    kept.new.append((expression, _WIDE))
    return regex.compile(expression)


@lru_cache(maxsize=256)
def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for several patterns of a card. No pattern matches nothing."""
    return re_pattern("|".join(f"(?:{entry})" for entry in patterns) if patterns else r"(?!)")


@lru_cache(maxsize=16)
def rule_table(*parts: str) -> dict[str, Any]:
    """A TOML file below ``rules``. For files of the package only. Raises OSError, TOMLDecodeError."""
    data = (rules_path() / Path(*parts)).read_bytes()

    def parsed() -> dict[str, Any]:
        import tomllib

        return tomllib.loads(data.decode("utf-8"))

    return kept_table("/".join(parts), hashlib.sha256(data).digest(), parsed)


def kept_table(name: str, digest: bytes, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``make`` gives, kept under ``name`` for as long as ``digest``, the hash of all that it is made from, stays the same."""
    kept = _store()
    if name not in kept.tables or kept.tables[name][0] != digest:
        kept.tables[name] = (digest, make())
        kept.changed = True
    return kept.tables[name][1]


@lru_cache(maxsize=1)
def rules_path() -> Path:
    """The folder ``rules``: packaged as ``auditor/_rules``, in a checkout beside the package. Raises OSError where there is none."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_rules", package.parent / "rules"):
        if (folder / "formats").is_dir():
            return folder
    raise FileNotFoundError(2, "rule files are missing; install the package again", "auditor/_rules")


def keep(path: Path | None = None) -> None:
    """Write what this process compiled to where the next start finds it, or to ``path``. A folder that is read-only is no fault."""
    kept = _store()
    if not (kept.new or kept.changed or path is not None):
        return
    for expression, flags in kept.new:
        kept.patterns[expression, flags] = _code_of(expression, flags)
    kept.new.clear()
    kept.changed = False
    data = marshal.dumps((_key(), kept.patterns, kept.tables))
    if len(data) > _LARGEST:
        return
    target = path if path is not None else _places()[0]
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(exist_ok=True)
        beside.write_bytes(data)
        beside.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _code_of(expression: str, flags: int) -> tuple[Any, ...]:
    """What the library needs to make the compiled expression again."""
    if flags == _WIDE:
        import regex

        return regex.__version__, regex.compile(expression)._pickled_data
    parser, compiler = importlib.import_module("re._parser"), importlib.import_module("re._compiler")
    parsed = parser.parse(expression, flags)
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in parsed.state.groupdict.items():
        names[number] = name
    code = [int(part) for part in compiler._code(parsed, flags)]
    return int(flags | parsed.state.flags), code, parsed.state.groups - 1, dict(parsed.state.groupdict), tuple(names)


@lru_cache(maxsize=1)
def _store() -> _Kept:
    return _Kept()


def _places() -> tuple[Path, ...]:
    """Where the file may lie: kept by earlier starts, then from the build."""
    try:
        base = rules_path()
    except OSError:
        return ()
    return base / "__pycache__" / f"patterns.{sys.implementation.cache_tag}.bin", base / _BUILT


def _key() -> tuple[str, ...]:
    """The versions on which compiled expressions depend."""
    return sys.version, str(importlib.import_module("_sre").MAGIC)
