"""The rule files of a ``rules`` folder → the rule book, read from TOML: at build, and in a checkout whose files changed."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import RulebookError
from auditor.model.rule import Rule
from auditor.model.rulebook import Rulebook
from auditor.rulebook.binding import load_binding
from auditor.rulebook.compiled import digest_of
from auditor.rulebook.formats import load_formats
from auditor.rulebook.narrative import load_narrative
from auditor.rulebook.order import in_order
from auditor.rulebook.rules import read_pack
from auditor.rulebook.sources import read_sources
from auditor.rulebook.words import read_words


def read_built_in(base: Path) -> Rulebook:
    """Everything under ``base``. Raises RulebookError listing all faults, one a line, each with file, id and key."""
    faults: list[str] = []
    formats = load_formats(base)
    sources = read_sources(base / "sources.toml", faults)
    words = read_words(sorted((base / "messages").glob("*.toml")), faults)
    rules: dict[str, Rule] = {}
    for path in sorted((base / "packs").glob("*.toml")):
        pack = read_pack(path)
        faults += [fault.told(words, "en") for fault in pack.faults]
        for rule in pack.rules:
            if rule.id in rules:
                faults.append(pack.fault(rule.id, "id", "twice", {"found": rule.id, "other": rules[rule.id].pack}).told(words, "en"))
            rules[rule.id] = rule
    if faults:
        raise RulebookError("\n".join(faults))
    return Rulebook(
        formats=formats,
        rules=in_order(rules.values()),
        sources=sources,
        words=words,
        sha256=digest_of(base),
        binding=load_binding(base),
        narrative=load_narrative(base),
    )
