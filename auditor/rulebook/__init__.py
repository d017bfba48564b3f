"""The files under ``rules/`` → typed records. A bad file, and a pack with a card that cannot run, is refused by file, line, id and key."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.errors import RulebookError
from auditor.model.rulebook import Rulebook
from auditor.rulefiles import rules_folder

if TYPE_CHECKING:
    from auditor.model.rule import Rule
    from auditor.rulebook.faults import Fault
    from auditor.rulebook.proof import CardFault
    from auditor.rulebook.rules import Pack

__all__ = ["load_rulebook"]


@lru_cache(maxsize=8)
def load_rulebook(extra: tuple[Path, ...] = (), *, prove: bool = True) -> Rulebook:
    """Everything under ``rules/``, with what ``extra`` brings: packs, form files, or folders of ``*.toml``.

    Local packs are proven: every card can run and its examples reach their verdicts. ``prove=False`` leaves the examples out, for
    workers whose parent has loaded the same packs. Raises RulebookError listing all faults, one a line.
    """
    built_in = _built_in()
    return with_packs(built_in, extra, prove=prove) if extra else built_in


def with_packs(book: Rulebook, extra: tuple[Path, ...], *, prove: bool = True) -> Rulebook:
    """The rule book with local packs and forms beside its own. Raises RulebookError."""
    from auditor.rulebook.faults import Fault, refused
    from auditor.rulebook.formats import is_form, load_formats
    from auditor.rulebook.order import in_order
    from auditor.rulebook.proof import example_faults, faults_of
    from auditor.rulebook.rules import read_pack

    files: list[Path] = []
    faults: list[Fault] = []
    for path in extra:
        if path.is_dir():
            files += sorted(path.glob("*.toml"))
        elif path.is_file():
            files.append(path)
        else:
            faults.append(Fault(path.name, "missing_file"))
    forms: list[Path] = []
    for path in files:
        try:
            if is_form(path):
                forms.append(path)
        except RulebookError:
            pass  # told below with its line
    packs = [read_pack(path) for path in files if path not in forms]
    faults += [fault for pack in packs for fault in pack.faults]
    sources = dict(book.sources)
    rules = {rule.id: rule for rule in book.rules}
    for pack in packs:
        sources |= pack.sources
        for rule in pack.rules:
            if rule.id in rules:
                faults.append(pack.fault(rule.id, "id", "twice", {"found": rule.id, "other": rules[rule.id].pack}))
            else:
                rules[rule.id] = rule
    joined = msgspec.structs.replace(
        book,
        formats=load_formats(None, tuple(forms)) if forms else book.formats,
        rules=in_order(rules.values()),
        sources=sources,
        sha256=_digest(book.sha256, files),
    )
    own = [(pack, rule) for pack in packs for rule in pack.rules if rules[rule.id] is rule]
    faults += [_placed(pack, rule, found) for pack, rule in own for found in faults_of(rule, joined)]
    if not faults and prove:
        faults += [_placed(pack, rule, found) for pack, rule in own for found in example_faults(rule, joined)]
    if faults:
        raise refused(faults, book.words)
    return joined


def _placed(pack: Pack, rule: Rule, found: CardFault) -> Fault:
    """A fault of a card with its file and line."""
    return pack.fault(rule.id, found.key, found.code, dict(found.values), found.options)


@lru_cache(maxsize=1)
def _built_in() -> Rulebook:
    """The rule book of the package."""
    from auditor.rulebook.compiled import digest_of, keep, load_compiled

    base = rules_folder()
    compiled = load_compiled(base, digest_of(base))
    if compiled is not None:
        return compiled
    from auditor.rulebook.built_in import read_built_in

    book = read_built_in(base)
    keep(book, base)
    return book


def _digest(base: str, added: list[Path]) -> str:
    """SHA-256 over the digest of the built-in files and names and bytes of the added ones; line ends do not count."""
    digest = hashlib.sha256(base.encode())
    for path in added:
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
