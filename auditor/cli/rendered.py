"""What ``check`` writes beside the screen: every format by name, and the folder of the season."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.cli.options import Run
    from auditor.model.report import Report
    from auditor.model.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What the office puts on its letters."""

    office: str = ""
    deadline: str = ""
    date: str = ""
    number: str = ""
    contact: str = ""
    notice_template: Path | None = None
    circular_template: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What some formats need beside the result: the letters' choices, ids of an earlier run, reports of earlier years."""

    letters: Letters
    baseline: Collection[str] | None = None
    earlier: Mapping[tuple[str, int], Report] = field(default_factory=dict)


def require_usable(season: Path | None, letters: Letters) -> None:
    """Say before the work begins what would fail after it. Raises UsageError."""
    for path in (letters.notice_template, letters.circular_template):
        if path is not None:
            from auditor.render.letters.template import open_template

            if not path.is_file():
                raise UsageError(phrase("usage.cannot_read", path=path, reason="no such file"))
            open_template(path, ())
    if season is not None:
        try:
            season.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(phrase("usage.cannot_write", path=season, reason=error.strerror)) from error


def load_baseline(path: Path | None) -> frozenset[str] | None:
    """Ids of all findings of an earlier ``results.json``. Raises UsageError for any other file."""
    if path is None:
        return None
    import json

    try:
        document = json.loads(path.read_bytes())
        findings = [finding for audit in document["audits"] for finding in audit["findings"]] + document["corpus"]["findings"]
        return frozenset(one["id"] for finding in findings for one in (finding, *finding.get("children", ())))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise UsageError(phrase("usage.cannot_read", path=path, reason=reason)) from error


def earlier_reports(previous: tuple[Path, ...], run: Run, engine: str, jobs: int) -> dict[tuple[str, int], Report]:
    """Reports of earlier years by agency and year, for the values the page shows beside this year's; of several none."""
    if not previous:
        return {}
    from auditor.batch import extract_batch

    found: dict[tuple[str, int], Report | None] = {}
    for report in extract_batch(previous, run.settings, packs=run.packs, engine=engine, jobs=jobs)[0]:
        if report.agency and report.year is not None:
            key = (report.agency, report.year)
            found[key] = None if key in found else report
    return {key: report for key, report in found.items() if report is not None}


def render(name: str, result: Result, run: Run, extras: Extras) -> bytes | Iterator[bytes]:
    """A format of ``options.FILE_FORMATS`` except the console → its bytes, whole or piece by piece."""
    rulebook, words, lang = run.rulebook, run.rulebook.words, run.settings.lang
    if name == "html":
        from auditor.render.page import page

        return page(result, rulebook, lang, extras.earlier).encode()
    if name == "xlsx":
        from auditor.render.workbook import workbook

        return workbook(result, rulebook, lang)
    if name == "docx":
        from auditor.render.letters import circular

        letters = extras.letters
        return circular(
            result, rulebook, office=letters.office, date=letters.date, number=letters.number, lang=lang, template=letters.circular_template
        )
    if name == "sarif":
        from auditor.render.sarif import sarif

        return sarif(result, rulebook, lang, extras.baseline).encode()
    if name == "junit":
        from auditor.render.junit import junit

        return junit(result, rulebook, lang).encode()
    from auditor.batch.stored import pieces_of
    from auditor.render.csv import stream_csv
    from auditor.render.json_v1 import stream_json, stream_jsonl

    stream = {"csv": stream_csv, "json": stream_json, "jsonl": stream_jsonl}[name]
    return stream(result, words, lang, pieces_of(result, name))


def write_season(folder: Path, result: Result, run: Run, extras: Extras, quiet: bool) -> None:
    """The folder of the season; where it is, and what could not be marked, goes to standard error."""
    from auditor.deliver import Choices
    from auditor.deliver import write_season as write
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang
    letters = extras.letters
    choices = Choices(
        office=letters.office,
        deadline=letters.deadline,
        date=letters.date,
        number=letters.number,
        contact=letters.contact,
        notice_template=letters.notice_template,
        circular_template=letters.circular_template,
    )
    if not quiet:
        click.echo(say(words, lang, "deliver.writing", folder=folder.as_posix()), err=True)
    written = write(folder, result, run.rulebook, lang=lang, choices=choices, previous=extras.earlier)
    if written.unmarked:
        click.echo(say(words, lang, "deliver.unmarked", paths=", ".join(written.unmarked)), err=True)
    if not quiet:
        click.echo(say(words, lang, "deliver.written", folder=folder.as_posix(), count=len(written.files)), err=True)
