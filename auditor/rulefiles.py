"""Where the rule files are: inside the installed package, else at the top of the checkout."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from auditor.errors import RulebookError


def rules_folder() -> Path:
    """The folder ``rules``: packaged as ``auditor/_rules``, in a checkout beside the package.

    Raises RulebookError when neither is there (a damaged installation).
    """
    package = Path(str(resources.files("auditor")))
    for folder in (package / "_rules", package.parent / "rules"):
        if (folder / "formats").is_dir():
            return folder
    raise RulebookError(f"no rule files beside {package.name}: expected auditor/_rules or rules/; install the package again")


def load_toml(path: Path) -> dict[str, Any]:
    """One TOML file. Raises RulebookError naming the file, line and column of a syntax error."""
    try:
        with path.open("rb") as handle:
            return tomllib.load(handle)
    except OSError as error:
        raise RulebookError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{path.name}: not valid TOML: {error}") from error
