"""Where the rule files are: inside the installed package, else at the top of the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from auditor.errors import RulebookError, UsageError
from auditor.text.patterns import re_pattern


def rules_folder() -> Path:
    """The folder ``rules``: packaged as ``auditor/_rules``, in a checkout beside the package.

    Raises RulebookError when neither is there (a damaged installation).
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_rules", package.parent / "rules"):
        if (folder / "formats").is_dir():
            return folder
    raise RulebookError(f"no rule files beside {package.name}: expected auditor/_rules or rules/; install the package again")


_TOML_BYTES: Final = 2_000_000
_TOML_DEPTH: Final = 40
_LONG_KEY: Final = re_pattern(rf"(?<![\w-])(?:[\w-]++\s*+\.\s*+){{{_TOML_DEPTH}}}")
_DEEP: Final = re_pattern(rf"(?:[\[{{]\s*+(?:[\w.-]++\s*+=\s*+)?+){{{_TOML_DEPTH}}}")


def bounded_text(path: Path) -> str:
    """The text of a TOML file of a size and depth that people write. Raises UsageError for another one, OSError, UnicodeDecodeError."""
    with path.open("rb") as file:
        data = file.read(_TOML_BYTES + 1)
    if len(data) > _TOML_BYTES:
        raise UsageError(
            "{file}: larger than {most} bytes; settings, waivers and rule packs are small text files", file=path.name, most=_TOML_BYTES
        )
    text = data.decode("utf-8-sig")
    if _LONG_KEY.search(text) or _DEEP.search(text):
        raise UsageError(
            "{file}: nested more than {most} deep; settings, waivers and rule packs are flat", file=path.name, most=_TOML_DEPTH
        )
    return text


def bounded_toml(path: Path) -> dict[str, Any]:
    """One TOML file, as :func:`bounded_text` bounds it. Raises ValueError besides (no TOML, a number of thousands of digits)."""
    import tomllib  # only where there is a file of the user's

    text = bounded_text(path)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise UsageError(
            "{file}: nested more than {most} deep; settings, waivers and rule packs are flat", file=path.name, most=_TOML_DEPTH
        ) from error


def load_toml(path: Path) -> dict[str, Any]:
    """One TOML file. Raises RulebookError naming the file, line and column of a syntax error."""
    try:
        return bounded_toml(path)
    except UsageError as error:
        raise RulebookError(str(error)) from error
    except OSError as error:
        raise RulebookError(f"{path.name}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RulebookError(f"{path.name}: not valid TOML: {error}") from error
