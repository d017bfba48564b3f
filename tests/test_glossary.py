"""One word for one thing: the glossary is true, and no two public classes of the package share a name."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "auditor"


def _rows(heading: str) -> list[list[str]]:
    """The cells of the table of the glossary whose header begins with a word."""
    rows: list[list[str]] = []
    inside = False
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == heading:
            inside = True
        elif inside and not cells[0].startswith("---"):
            rows.append(cells)
    return rows


def test_no_public_class_name_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert not {name: paths for name, paths in places.items() if len(paths) > 1}


def test_every_word_is_defined_once_and_names_what_exists() -> None:
    rows = _rows("word")
    words = [cells[0] for cells in rows]
    assert len(words) > 30
    assert words == sorted(words, key=str.casefold)
    assert len(set(words)) == len(words)
    named = [name for cells in rows for name in re.findall(r"`(auditor[\w.]+)`", cells[3])]
    assert named
    assert not [name for name in named if not _exists(name)]


def _exists(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        return hasattr(importlib.import_module(module), attribute)
    return True


def test_retired_words_are_not_used() -> None:
    """Neither in the documents nor in the comments and docstrings of the package; the glossary itself names them."""
    retired = [word.strip() for cells in _rows("not") for word in cells[0].split(",")]
    used = re.compile(r"\b(?:" + "|".join(re.escape(word) for word in retired) + r")s?\b", re.IGNORECASE)
    pages = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "glossary.md"]
    pages += [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *PACKAGE.rglob("*.py")]
    hits = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in sorted(pages)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := used.search(line))
    ]
    assert not hits
