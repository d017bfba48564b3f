"""``auditor.toml`` → :class:`Configuration`: which rules, how severe, their thresholds, local packs, waivers.

Every fault names the file and the key. Paths inside the file are relative to it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec import Struct

from auditor.errors import UsageError
from auditor.model.language import Lang
from auditor.model.rule import Rule, Severity
from auditor.model.rulebook import Rulebook
from auditor.model.settings import InForce, KindChoices, Settings
from auditor.rulebook.update import Seal, Update, read_sealed
from auditor.rulefiles import bounded_toml

T = TypeVar("T", bound=Struct)
CONFIG_NAME: Final = "auditor.toml"
FailOn = Literal["error", "warning", "notice", "never"]
_KINDS: Final = frozenset({"government", "department", "office", "township", "authorised", "vertical", "unknown"})


class Configuration(Struct, frozen=True, kw_only=True):
    """The choices of one configuration file. ``path`` is the file, ``None`` when there is none."""

    settings: Settings = Settings()
    fail_on: FailOn = "error"
    rule_packs: tuple[Path, ...] = ()
    waivers: Path | None = None
    path: Path | None = None
    update: Path | None = None
    update_hash: str = ""
    updated: Update | None = None


class ConfiguredWaiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that is accepted: ``rule`` (id or group) of ``agency``, why, who said so, until when, for which report year."""

    rule: str
    agency: str
    reason: str
    who: str
    until: datetime.date | None = None
    year: int | None = None


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lang: Lang = "zh"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    rule_packs: tuple[str, ...] = ()
    waivers: str | None = None
    update: Seal | None = None
    severity: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, Any]] = {}
    agency_kind: dict[str, KindChoices] = {}


class _WaiverFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    waiver: tuple[ConfiguredWaiver, ...] = ()


def find_config(start: Path) -> Path | None:
    """The nearest ``auditor.toml`` in ``start`` or a folder above it, or ``None``."""
    folder = start.resolve()
    return next((parent / CONFIG_NAME for parent in (folder, *folder.parents) if (parent / CONFIG_NAME).is_file()), None)


def in_force(configuration: Configuration, settings: Settings, fail_on: str, rulebook: Rulebook, ignored: Path | None = None) -> InForce:
    """What a run is told, to be said in every output. ``settings`` with the command line laid over the configuration."""
    rules = [rule for rule in rulebook.rules if rule.status not in ("guard", "retired")]
    on = [rule for rule in rules if _is_on(rule, settings)]
    ranks = ("notice", "warning", "error")
    changed = {rule.id: ranks.index(_severity_of(rule, settings)) - ranks.index(rule.severity) for rule in on}
    return InForce(
        config=configuration.path.name if configuration.path is not None else None,
        rules_on=len(on),
        rules=len(rules),
        waivers=len(load_waivers(configuration.waivers)) if configuration.waivers is not None else 0,
        lowered=tuple(rule for rule, by in changed.items() if by < 0),
        raised=tuple(rule for rule, by in changed.items() if by > 0),
        thresholds=tuple(sorted(settings.thresholds)),
        kinds=tuple(sorted(settings.agency_kind)),
        packs=tuple(path.name for path in configuration.rule_packs),
        fail_on=fail_on,
        ignored_config=ignored.name if ignored is not None else None,
        update=f"{configuration.updated.version} ({configuration.update_hash[:12]})" if configuration.updated is not None else None,
    )


def _is_on(rule: Rule, settings: Settings) -> bool:
    names = {rule.id, rule.group}
    return (not settings.select or bool(names & set(settings.select))) and not names & set(settings.ignore)


def _severity_of(rule: Rule, settings: Settings) -> Severity:
    return settings.severity.get(rule.id, settings.severity.get(rule.group, rule.severity))


def inside(config: Path, paths: Iterable[Path]) -> bool:
    """Whether a configuration lies in one of the folders that are audited, as one in a downloaded folder does."""
    return any(path.is_dir() and path.resolve() in (config.resolve().parent, *config.resolve().parents) for path in paths)


def load_config(path: Path | None) -> Configuration:
    """The configuration in ``path``; the default one for ``None``. Raises UsageError naming file and key."""
    if path is None:
        return Configuration()
    given = _decode(path, _File)
    unknown = sorted(set(given.agency_kind) - _KINDS)
    if unknown:
        raise UsageError(
            "{path}: agency_kind.{kind}: no such kind of agency; expected one of {allowed}",
            path=path,
            kind=unknown[0],
            allowed=", ".join(sorted(_KINDS)),
        )
    packs = tuple(path.parent / name for name in given.rule_packs)
    for pack in packs:
        if not pack.is_file():
            raise UsageError("{path}: rule_packs: no such file: {given}", path=path, given=pack)
    waivers = path.parent / given.waivers if given.waivers is not None else None
    if waivers is not None and not waivers.is_file():
        raise UsageError("{path}: waivers: no such file: {given}", path=path, given=waivers)
    update = path.parent / given.update.file if given.update is not None else None
    updated = read_sealed(update, given.update.sha256) if update is not None and given.update is not None else None
    return Configuration(
        settings=Settings(
            lang=given.lang,
            select=given.select,
            ignore=given.ignore + (updated.ignore if updated is not None else ()),
            severity=given.severity | (updated.severity if updated is not None else {}),
            thresholds=given.thresholds,
            agency_kind=given.agency_kind,
        ),
        fail_on=given.fail_on,
        rule_packs=packs,
        waivers=waivers,
        path=path,
        update=update,
        update_hash=given.update.sha256 if given.update is not None else "",
        updated=updated,
    )


def load_waivers(path: Path) -> tuple[ConfiguredWaiver, ...]:
    """The waivers in order. Raises UsageError naming file and entry."""
    waivers = _decode(path, _WaiverFile).waiver
    for number, waiver in enumerate(waivers, start=1):
        for key in ("rule", "agency", "reason", "who"):
            if not getattr(waiver, key).strip():
                raise UsageError("{path}: waiver {number}: {key}: empty", path=path, number=number, key=key)
    return waivers


def check_names(settings: Settings, rulebook: Rulebook, where: str) -> None:
    """Raise UsageError for a rule, group or threshold that does not exist. ``where`` names the file or option."""
    ids = {rule.id: rule for rule in rulebook.rules}
    known = set(ids) | {rule.group for rule in rulebook.rules}
    choices: list[tuple[str, Settings | KindChoices]] = [("", settings)]
    choices += [(f"agency_kind.{kind}.", choice) for kind, choice in settings.agency_kind.items()]
    for prefix, choice in choices:
        named = [("select", rule) for rule in getattr(choice, "select", ())]
        named += [("ignore", rule) for rule in choice.ignore]
        named += [("severity", rule) for rule in choice.severity]
        for key, rule in named:
            if rule not in known:
                raise UsageError("{where}: {key}: no such rule or group: {rule}", where=where, key=f"{prefix}{key}", rule=rule)
        for rule, values in choice.thresholds.items():
            if rule not in ids:
                raise UsageError("{where}: {key}: no such rule: {rule}", where=where, key=f"{prefix}thresholds", rule=rule)
            for name in sorted(set(values) - set(ids[rule].params)):
                raise UsageError("{where}: {key}: no such threshold: {name}", where=where, key=f"{prefix}thresholds.{rule}", name=name)
            for name, value in values.items():
                if not _alike(value, ids[rule].params[name]):
                    raise UsageError(
                        "{where}: {key}: expected a value like {wanted!r}, got {given!r}",
                        where=where,
                        key=f"{prefix}thresholds.{rule}.{name}",
                        wanted=ids[rule].params[name],
                        given=value,
                    )


def _alike(given: object, card: object) -> bool:
    """Whether a threshold is of the kind that the card has: a number for a number, a text for a text; lists entry by entry."""
    if isinstance(card, bool) or isinstance(given, bool):
        return isinstance(card, bool) and isinstance(given, bool)
    if isinstance(card, int | float):
        return isinstance(given, int | float) and given >= 0
    if isinstance(card, list):
        return isinstance(given, list) and (not card or all(_alike(entry, card[0]) for entry in given))
    return isinstance(given, type(card))


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(bounded_toml(path), kind)
    except OSError as error:
        raise UsageError("{path}: cannot be read: {reason}", path=path, reason=error.strerror) from error
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}") from error
    except ValueError as error:
        raise UsageError("{path}: not valid TOML: {reason}", path=path, reason=error) from error
