"""The files under ``rules/`` → typed records. A bad file is refused by path, id and key."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from auditor.errors import RulebookError
from auditor.model.rulebook import Rulebook
from auditor.rulebook.binding import load_binding
from auditor.rulebook.files import rules_folder
from auditor.rulebook.formats import load_formats
from auditor.rulebook.narrative import load_narrative
from auditor.rulebook.rules import names_of, read_rules
from auditor.rulebook.sources import read_sources
from auditor.rulebook.words import read_words

__all__ = ["load_rulebook"]


@lru_cache(maxsize=8)
def load_rulebook(extra: tuple[Path, ...] = ()) -> Rulebook:
    """Everything under ``rules/``, with local packs ``extra`` (files, or folders of ``*.toml``) after the built-in ones.

    Raises RulebookError listing all faults, one a line, each with file, id and key.
    """
    base = rules_folder()
    faults: list[str] = []
    added: list[Path] = []
    for path in extra:
        if path.is_dir():
            added += sorted(path.glob("*.toml"))
        elif path.is_file():
            added.append(path)
        else:
            faults.append(f"{path.name}: no such rule pack")
    packs = [*sorted((base / "packs").glob("*.toml")), *added]
    messages = sorted((base / "messages").glob("*.toml"))
    formats = load_formats()
    sources = read_sources(base / "sources.toml", faults)
    words = read_words(messages, faults)
    rules = read_rules(packs, names_of(formats, sources), faults)
    if faults:
        raise RulebookError("\n".join(faults))
    return Rulebook(
        formats=formats,
        rules=tuple(sorted(rules, key=lambda rule: _order(rule.id))),
        sources=sources,
        words=words,
        sha256=_digest(base, added),
        binding=load_binding(),
        narrative=load_narrative(),
    )


_GROUPS = ("A", "T2", "T3", "T4", "ST", "C", "D", "E", "F", "G", "H")


def _order(rule_id: str) -> tuple[int, str]:
    """Groups in the order of the rule book; groups of local packs after them."""
    group = rule_id.partition("-")[0]
    return (_GROUPS.index(group) if group in _GROUPS else len(_GROUPS), rule_id)


def _digest(base: Path, added: list[Path]) -> str:
    """SHA-256 over names and bytes of all rule files; line ends do not count, so that checkouts agree."""
    digest = hashlib.sha256()
    shipped = [(path.relative_to(base).as_posix(), path) for path in base.rglob("*.toml")]
    for name, path in [*sorted(shipped), *((path.name, path) for path in added)]:
        digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
