"""Rule updates given out by file: rules switched off or lowered because they were found wrong, sealed by the hash of the file.

    version = "2026-12"
    reason = "why, for people"
    [[rule]]
    id = "F-20"
    to = "off"            # or "warning", "notice"
    reason = "why"

An update only ever makes rules milder. Whoever issues it says its SHA-256 elsewhere (in the letter, by telephone); ``auditor rules --update
FILE --sha256 HASH`` compares the two and enters file and hash in ``auditor.toml``. From then on every run compares them again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from auditor.errors import UsageError
from auditor.model.rule import Severity
from auditor.model.rulebook import Rulebook
from auditor.rulefiles import bounded_toml

_RANK = {"off": 0, "notice": 1, "warning": 2, "error": 3}


class MilderRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule made milder."""

    id: str
    to: Literal["off", "notice", "warning"]
    reason: str


class Update(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file of updates says."""

    version: str
    reason: str
    rule: tuple[MilderRule, ...]

    @property
    def ignore(self) -> tuple[str, ...]:
        """The rules that are off."""
        return tuple(change.id for change in self.rule if change.to == "off")

    @property
    def severity(self) -> dict[str, Severity]:
        """The severities of rules that are lowered."""
        return {change.id: change.to for change in self.rule if change.to != "off"}


class Seal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An update in force: its file, and the hash it was accepted with."""

    file: str
    sha256: str


def hash_of(path: Path) -> str:
    """The SHA-256 of a file. Raises UsageError where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError("{path}: cannot be read: {reason}", path=path, reason=error.strerror) from error


def read_sealed(path: Path, sha256: str) -> Update:
    """The update in a file that has this hash. Raises UsageError where it has another, or says something it may not."""
    found = hash_of(path)
    wanted = "".join(sha256.split()).lower()
    if found != wanted:
        raise UsageError(
            "{path}: rule update refused: its SHA-256 is {found}, expected {wanted}", path=path, found=found, wanted=wanted or "-"
        )
    try:
        update = msgspec.convert(bounded_toml(path), Update)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}") from error
    except ValueError as error:
        raise UsageError("{path}: not valid TOML: {reason}", path=path, reason=error) from error
    for change in update.rule:
        if not change.reason.strip():
            raise UsageError("{path}: rule update: {rule}: no reason given", path=path, rule=change.id)
    return update


def check_milder(update: Update, rulebook: Rulebook, path: Path) -> None:
    """Raise UsageError for a rule that does not exist, or that the update would make stricter."""
    rules = {rule.id: rule for rule in rulebook.rules}
    for change in update.rule:
        if change.id not in rules:
            raise UsageError("{path}: rule update: no such rule: {rule}", path=path, rule=change.id)
        if _RANK[change.to] > _RANK[rules[change.id].severity]:
            raise UsageError("{path}: rule update: {rule}: an update may not raise a severity", path=path, rule=change.id)


def entered(config: str, seal: Seal) -> str:
    """The text of a configuration with this update in force instead of the one before."""
    line = "update = " + "{ file = " + _quoted(seal.file) + ', sha256 = "' + seal.sha256 + '" }\n'
    kept = [text for text in config.splitlines(keepends=True) if not text.startswith("update = {")]
    return line + "".join(kept)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
