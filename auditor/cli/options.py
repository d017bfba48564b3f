"""Options that several commands share, and the run they describe."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.model.language import LANGUAGES

if TYPE_CHECKING:
    from auditor.model.rulebook import Rulebook
    from auditor.model.settings import InForce, Settings
    from auditor.rulebook.config import Configuration, FailOn

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS: Final = ("console", "json", "jsonl", "csv")
FILE_FORMATS: Final = (*FORMATS, "html", "xlsx", "docx", "sarif", "junit")
"""What ``check`` writes to files: the page, the workbook, the circular and two machine formats beside those of the screen."""
_LEVELS: Final = ("error", "warning", "notice")


def paths_argument(command: Command) -> Command:
    """``PATH…``; a path that does not exist is a problem of that input, not a bad argument."""
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")(command)


def reading_options(command: Command) -> Command:
    """What every command takes that reads files."""
    for option in (
        click.option(
            "--engine",
            type=click.Choice(["pdfium", "pdfplumber", "text-layer"]),
            default="pdfium",
            show_default=True,
            help=phrase("help.engine"),
        ),
        click.option("--quiet", "-q", is_flag=True, help=phrase("help.quiet")),
        click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, show_default=True, help=phrase("help.jobs")),
        click.option("--output", "-o", "outputs", multiple=True, metavar="FORMAT=FILE", help=phrase("help.output")),
        click.option(
            "--format", "-f", "format_", type=click.Choice(FORMATS), default="console", show_default=True, help=phrase("help.format")
        ),
        config_option,
        lang_option,
    ):
        command = option(command)
    return command


def lang_option(command: Command) -> Command:
    """``--lang``; without it the configuration decides, else Chinese."""
    return click.option("--lang", type=click.Choice(LANGUAGES), default=None, help=phrase("help.lang"))(command)


def config_option(command: Command) -> Command:
    """``--config``."""
    return click.option("--config", type=click.Path(path_type=Path), default=None, metavar="FILE", help=phrase("help.config"))(command)


def rule_options(command: Command) -> Command:
    """Which rules run and what follows from findings."""
    for option in (
        click.option("--fail-on", type=click.Choice([*_LEVELS, "never"]), default=None, help=phrase("help.fail_on")),
        click.option("--severity", "severities", multiple=True, metavar="ID=LEVEL", help=phrase("help.severity")),
        click.option("--ignore", multiple=True, metavar="ID", help=phrase("help.ignore")),
        click.option("--select", multiple=True, metavar="ID", help=phrase("help.select")),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The configuration file with the command line laid over it, and the rule book it needs."""

    configuration: Configuration
    settings: Settings
    fail_on: FailOn
    rulebook: Rulebook
    packs: tuple[str, ...]
    told: InForce


def prepare(
    config: Path | None,
    lang: str | None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    severities: tuple[str, ...] = (),
    fail_on: FailOn | None = None,
    paths: tuple[Path, ...] = (),
) -> Run:
    """Read configuration and rule files. A configuration inside one of the audited ``paths`` counts only when ``config`` names it.

    Raises UsageError for anything that does not exist or does not fit.
    """
    from msgspec.structs import replace

    from auditor.rulebook import load_rulebook
    from auditor.rulebook.config import check_names, find_config, in_force, inside, load_config

    found = config if config is not None else find_config(Path.cwd())
    ignored = found if config is None and found is not None and inside(found, paths) else None
    configuration = load_config(None if ignored is not None else found)
    given = configuration.settings
    settings = replace(
        given,
        lang=lang or (given.lang if configuration.path is not None else _default_language()),
        select=_split(select) or given.select,
        ignore=given.ignore + _split(ignore),
        severity=given.severity | dict(_severity(entry) for entry in severities),
    )
    rulebook = load_rulebook(configuration.rule_packs)
    check_names(given, rulebook, str(configuration.path))
    check_names(settings, rulebook, "--select/--ignore/--severity")
    failing = fail_on or configuration.fail_on
    return Run(
        configuration=configuration,
        settings=settings,
        fail_on=failing,
        told=in_force(configuration, settings, failing, rulebook, ignored),
        rulebook=rulebook,
        packs=tuple(str(path) for path in configuration.rule_packs),
    )


def job_count(jobs: int) -> int:
    """``--jobs``, 0 being one a core that this process may use."""
    if jobs:
        return jobs
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def require_paths(paths: tuple[Path, ...]) -> None:
    """Raise UsageError when no path was given."""
    if not paths:
        raise UsageError(phrase("usage.no_paths"))
    whole = hint_of_spaces(paths)
    if whole is not None:
        raise UsageError(phrase("usage.quote", given=whole))


def require_there(*paths: Path) -> None:
    """Raise UsageError for a path of something to compare with that is not there, or a folder without a file."""
    for path in paths:
        if not path.exists():
            raise UsageError(phrase("usage.no_such_path", given=path))
        if path.is_dir() and not any(entry.is_file() for entry in path.rglob("*")):
            raise UsageError(phrase("usage.empty_folder", given=path))


def hint_of_spaces(paths: Sequence[Path]) -> str | None:
    """The path that the shell cut at its spaces because it was not quoted, or ``None``."""
    texts = [str(path) for path in paths]
    for start, path in enumerate(paths):
        if path.exists():
            continue
        for end in range(start + 2, len(texts) + 1):
            whole = " ".join(texts[start:end])
            if Path(whole).exists():
                return whole
    return None


def _default_language() -> str:
    return "en" if os.environ.get("AUDITOR_LANG", "").lower().startswith("en") else "zh"


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _severity(entry: str) -> tuple[str, Any]:
    rule, _, level = entry.partition("=")
    if not rule or level not in _LEVELS:
        raise UsageError(phrase("usage.bad_severity", given=entry))
    return rule, level
