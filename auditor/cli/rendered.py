"""What ``check`` writes beside the screen: every format by name, and the folder of the season."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.cli.options import Run
    from auditor.deliver import DeliveredRun
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
            from auditor.batch.run import require_bounded
            from auditor.render.letters.template import open_template

            if not path.is_file():
                raise UsageError(phrase("usage.cannot_read", path=path, reason="no such file"))
            require_bounded(_template, path)
            open_template(path, ())
    if season is not None and season.exists() and not season.is_dir():
        raise UsageError(phrase("usage.cannot_write", path=season, reason="no folder"))


def _template(path: Path) -> None:
    """A template opened once, for a worker."""
    from auditor.render.letters.template import open_template

    open_template(path, ())


_BASELINE_BYTES = 500_000_000


def load_baseline(path: Path | None) -> frozenset[str] | None:
    """Ids of all findings of an earlier ``results.json``. Raises UsageError for any other file."""
    if path is None:
        return None
    import json

    from auditor.render.checksum import fits

    try:
        if path.stat().st_size > _BASELINE_BYTES:
            raise ValueError(f"larger than {_BASELINE_BYTES} bytes")
        data = path.read_bytes()
        document = json.loads(data)
        if fits(data) is False:
            raise UsageError("{path}: changed since it was written (its checksum does not fit); use the file as it was saved", path=path)
        findings = [finding for audit in document["audits"] for finding in audit["findings"]] + document["corpus"]["findings"]
        return frozenset(one["id"] for finding in findings for one in (finding, *finding.get("children", ())))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
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


def tell_season(folder: Path, done: DeliveredRun, run: Run, quiet: bool) -> None:
    """What became of the season, on standard error: what was written, moved, read back, and what a person has to look at."""
    from auditor.text.words import say

    words, lang = run.rulebook.words, run.settings.lang

    def tell(key: str, **values: object) -> None:
        echo(say(words, lang, f"deliver.{key}", folder=folder.as_posix(), **values), err=True)

    written, join = done.written, "、".join
    if written is None:
        tell("interrupted" if done.result.interrupted else "nothing_recorded")
        return
    recorded, edits = written.recorded, written.edits
    if done.clock is not None:
        tell("clock", last=done.clock)
    if recorded is not None:
        for old, new in recorded.replaced:
            tell("replaced", old=old, new=new)
        for key, paths in (("unchanged", recorded.unchanged), ("choose_version", recorded.undecided)):
            if paths:
                tell(key, paths=join(paths))
    if edits is not None:
        if edits.unread:
            tell("workbook_unread")
        if edits.changed:
            tell("edits", count=len(edits.changed))
        if edits.refused:
            tell("edits_refused", entries=join(f"{number} {column}".strip() for number, column in edits.refused))
        if edits.unknown:
            tell("unknown", ids=join(edits.unknown))
    if written.unmarked:
        tell("unmarked", paths=", ".join(written.unmarked))
    for name, used in written.foreign:
        tell("foreign", name=name, used=used)
    if written.retired and not quiet:
        tell("retired", count=len(written.retired), names=join(written.retired[:5]) + ("…" if len(written.retired) > 5 else ""))
    if not quiet:
        if written.counts is not None and recorded is not None:
            figures = written.counts
            tell("season", round=recorded.round, reports=figures.reports, unread=figures.unread, error=figures.error,
                 warning=figures.warning, fixed=figures.fixed, asked=figures.asked)  # fmt: skip
        tell("written", count=len(written.files))


def tell_skipped(paths: tuple[Path, ...], run: Run, quiet: bool) -> None:
    """Say that the folder of a season below the paths was not audited: it holds what this program wrote."""
    from auditor.batch.inputs import season_folders
    from auditor.text.words import say

    for found in season_folders(paths) if not quiet else ():
        echo(say(run.rulebook.words, run.settings.lang, "deliver.skipped", folder=found.as_posix()), err=True)
