"""Other official sources read beside a run: each file in a worker with limits, as reports are; what comes of it are questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.batch.inputs import collect
from auditor.errors import ReadError
from auditor.model.companion import Companion
from auditor.supervise import Limits, Pool
from auditor.text.privacy import mask
from auditor.text.words import say

if TYPE_CHECKING:
    from auditor.model.result import Result
    from auditor.model.rulebook import Rulebook
    from auditor.model.settings import Settings

_LIMITS: Final = Limits(seconds=60.0, memory=3 * 1024**3 // 2)
_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class ReadCompanion:
    """What the worker does: path and shown name → what the document says. Picklable."""

    def __call__(self, given: tuple[str, str]) -> Companion:
        """Read one file; one that cannot be read is told, not raised."""
        from auditor.read import read_file
        from auditor.season.companion import companion_of

        path, shown = given
        try:
            document = read_file(Path(path))
        except ReadError:
            return Companion(path=shown, why="unread")
        return replace(companion_of(document), path=shown)


def with_questions(result: Result, paths: tuple[Path, ...], rulebook: Rulebook, settings: Settings, jobs: int = 1) -> Result:
    """The result with questions from the other sources at the paths, and a remark on what they were good for."""
    from auditor.season.companion import questions_of
    from auditor.season.setting import Bench

    words, lang = rulebook.words, settings.lang
    inputs = [entry for entry in collect(paths) if not entry.skipped and entry.problem is None]
    given = [(str(entry.path), entry.shown) for entry in inputs]
    read: list[Companion] = []
    with Pool(ReadCompanion(), max(1, min(jobs, len(given))), _LIMITS) as pool:
        for (_, shown), outcome in pool.run(given) if given else ():
            read.append(outcome.value if outcome.value is not None else Companion(path=shown, why="unread"))
    reports = [counted.audit.report for counted in result.audits if counted.audit.report is not None]
    questions, unused = questions_of(
        [report for report in reports if report.document == "annual_report"], read, rulebook, Bench(rulebook, settings), lang
    )
    asked = sum(1 for one in questions if not one.agrees)
    note = say(words, lang, "companion.summary", files=len(read), compared=len(questions), agree=len(questions) - asked, questions=asked)
    if unused:
        told = [
            say(words, lang, "companion.unused_entry", file=mask(path), why=say(words, lang, f"companion.why.{why}"))
            for path, why in unused[:_SHOWN]
        ]
        note += say(words, lang, "companion.unused", count=len(unused), entries=say(words, lang, "receipt.semicolon").join(told))
    return replace(result, questions=(*result.questions, *questions), notes=(*result.notes, note))
