"""The five functions for other programs: :func:`read`, :func:`bind`, :func:`check`, :func:`audit`, :func:`open_ledger`.

They are also names of the package (``auditor.audit(path)``). What they return is frozen and has ``to_json()``, the same text that the
commands print. They raise :class:`auditor.errors.UsageError` for arguments, configurations and packs that cannot be used; a file that
cannot be read raises nothing and is told in the result, as on the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from auditor import __version__
from auditor.batch.outcome import count
from auditor.errors import ReadError
from auditor.model.document import Document
from auditor.model.finding import Audit, Finding
from auditor.model.language import Lang
from auditor.model.report import Report
from auditor.model.result import AuditVerdict, Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.scratch import scratch_folder

if TYPE_CHECKING:
    from auditor.ledger import Ledger

__all__ = ["Bound", "Checked", "Read", "audit", "bind", "check", "open_ledger", "read"]

Engine = Literal["pdfium", "pdfplumber", "text-layer"]


@dataclass(frozen=True, slots=True)
class Read:
    """What a file shows: headings, paragraphs and tables in reading order, as printed. ``document`` is ``None`` for an unreadable file."""

    document: Document | None
    report: Report | None = None

    def to_json(self) -> str:
        """The document as JSON; its keys are those of the record and may change with the version."""
        return msgspec.json.encode(self.document if self.document is not None else self.report).decode()


@dataclass(frozen=True, slots=True)
class Bound:
    """What a report says under the keys of its form: ``report.facts``, ``report.sections`` …"""

    report: Report
    rulebook: Rulebook

    def to_json(self, lang: Lang = "zh") -> str:
        """The text of ``auditor extract --format json``."""
        from auditor.render.json_v1 import extract_json

        return extract_json([self.report], self.rulebook.words, lang)


@dataclass(frozen=True, slots=True)
class Checked:
    """Audits of one or several reports, and what is told of all of them."""

    result: Result
    rulebook: Rulebook
    lang: Lang = "zh"

    @property
    def audits(self) -> tuple[Audit, ...]:
        """The audits in path order."""
        return tuple(counted.audit for counted in self.result.audits)

    @property
    def verdicts(self) -> tuple[AuditVerdict, ...]:
        """``clean``, ``findings`` or ``incomplete`` of each audit."""
        return tuple(counted.verdict for counted in self.result.audits)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings: those of the audits in order, then those across reports."""
        return tuple(self.result.findings())

    def to_json(self) -> str:
        """The text of ``auditor check --format json``."""
        from auditor.render.json_v1 import check_json

        return check_json(self.result, self.rulebook.words, self.lang)


def read(source: str | Path | bytes, *, name: str = "", engine: Engine = "pdfium") -> Read:
    """Read a file, or the bytes of one under a ``name`` with its ending, in this process and without limits on time."""
    from auditor.pipeline import as_problem, unreadable
    from auditor.read import identify, load, read_bytes

    shown = name or ("" if isinstance(source, bytes) else Path(source).as_posix())
    try:
        data = source if isinstance(source, bytes) else load(Path(source))
        return Read(read_bytes(data, shown, engine))
    except ReadError as error:
        from auditor.model.source import Source

        found = identify(source, shown) if isinstance(source, bytes) else Source(path=shown, sha256="", kind="unknown")
        return Read(None, unreadable(found, as_problem(error)))


def bind(source: Read | str | Path, *, packs: Iterable[str | Path] = (), engine: Engine = "pdfium") -> Bound:
    """Bind what was read (or a file, which is read first) to the forms. ``packs``: local rule packs and form files."""
    from auditor.bind import bind as bind_document

    rulebook = load_rulebook(tuple(map(Path, packs)))
    found = source if isinstance(source, Read) else read(source, engine=engine)
    if found.document is not None:
        return Bound(bind_document(found.document, rulebook), rulebook)
    assert found.report is not None
    return Bound(found.report, rulebook)


def check(
    source: Bound | Read | str | Path,
    *,
    packs: Iterable[str | Path] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    lang: Lang = "zh",
) -> Checked:
    """Check one report by itself, in this process: rules over several reports stay ``needs_other_input``."""
    from auditor.pipeline import check_report

    bound = source if isinstance(source, Bound) else bind(source, packs=packs)
    settings = Settings(lang=lang, select=tuple(select), ignore=tuple(ignore))
    audited = check_report(bound.report, bound.rulebook, settings)
    result = Result(audits=(count(audited),), version=__version__, rules_sha256=bound.rulebook.sha256)
    return Checked(result, bound.rulebook, lang)


def audit(
    *paths: str | Path,
    config: str | Path | None = None,
    packs: Iterable[str | Path] = (),
    roster: str | Path | None = None,
    previous: Iterable[str | Path] = (),
    ledger: Ledger | None = None,
    jobs: int = 0,
    lang: Lang = "zh",
) -> Checked:
    """Audit files, folders and archives as ``auditor check`` does, the reports compared with each other.

    ``config``: an ``auditor.toml`` (none is looked for). ``jobs``: worker processes, which have limits on time and memory and need the
    usual ``if __name__ == "__main__":`` in a script; 0 does everything in this process, without limits. With a ``ledger`` the result is
    loaded as it is looked at and valid while the ledger is open; without one it is all in memory.
    """
    from auditor.batch.recorded import read_recorded
    from auditor.batch.remembered import Here, SeasonInputs, Setting, audit_with_ledger, finish
    from auditor.batch.run import load_roster
    from auditor.ledger import Ledger as Store
    from auditor.rulebook.config import load_config

    choices = load_config(Path(config) if config is not None else None)
    given = (*choices.rule_packs, *map(Path, packs))
    rulebook = load_rulebook(given)
    settings = msgspec.structs.replace(choices.settings, lang=lang)
    where, before = [Path(path) for path in paths], [Path(path) for path in previous]
    names, listed = tuple(map(str, given)), Path(roster) if roster is not None else None

    def run(into: Ledger) -> Result:
        if jobs > 0:
            return audit_with_ledger(
                into, where, rulebook, settings, packs=names, jobs=jobs, roster=listed, previous=before, full=True
            ).result
        season = SeasonInputs(roster=listed, known=load_roster(listed))
        setting = Setting(rulebook=rulebook, settings=settings, packs=names, season=season)
        here = Here(setting.task(into), into)
        reached = read_recorded(into, where, here, setting.keys)
        earlier = read_recorded(into, before, here, setting.keys).slots if before else []
        return finish(into, reached, earlier, setting, here, full=True).result

    if ledger is not None:
        return Checked(run(ledger), rulebook, lang)
    with (
        scratch_folder() as folder,
        Store(folder / "run.db", lasting=False) as store,
    ):
        result = run(store)
        return Checked(msgspec.structs.replace(result, audits=tuple(result.audits)), rulebook, lang)


def open_ledger(path: str | Path, *, create: bool = True) -> Ledger:
    """A ledger file, made where there is none; a context manager. Raises UsageError where it cannot be used."""
    from auditor.ledger import Ledger as Store

    return Store(Path(path), create=create)
