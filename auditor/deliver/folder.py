"""The season folder: page, workbook, circular, results, and a folder for each agency with its notice and marked copy."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from auditor.deliver.copies import Originals, marked_copies
from auditor.deliver.replies import from_workbook
from auditor.errors import UsageError
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.render.json_v1 import check_json
from auditor.render.letters import circular, notice
from auditor.render.page import page
from auditor.render.workbook import workbook
from auditor.text.words import say

# What some file system refuses, and marks that would show the name as another one.
_UNSAFE = re.compile('[\\\\/:*?"<>|\x00-\x1f\x7f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST = 60
_MEMORY = ".auditor-season.json"


class Choices(Struct, frozen=True, kw_only=True):
    """What the office puts on its letters: its name, the deadline, date, number and contact as printed, and its own Word templates."""

    office: str = ""
    deadline: str = ""
    date: str = ""
    number: str = ""
    contact: str = ""
    notice_template: Path | None = None
    circular_template: Path | None = None


class Written(Struct, frozen=True, kw_only=True):
    """What was written, in order, and the reports of which a marked copy was wanted and could not be made."""

    files: tuple[Path, ...]
    unmarked: tuple[str, ...] = ()


def write_season(
    folder: Path,
    result: Result,
    rulebook: Rulebook,
    *,
    lang: str = "zh",
    choices: Choices | None = None,
    previous: Mapping[tuple[str, int], Report] | None = None,
) -> Written:
    """Write the folder (made if needed). What an earlier run wrote is replaced, or taken away where this run has no such file,
    unless somebody has changed it since: no agency keeps a notice on what it has corrected. What was changed and is written again is
    put aside under a numbered name, so that no reply is lost.

    Clean agencies get no folder. Raises UsageError when the folder cannot be written or a template cannot be used.
    """
    choices = choices if choices is not None else Choices()
    words = rulebook.words
    result = structs.replace(result, audits=tuple(result.audits))  # from a ledger they would be loaded anew for each piece
    written: list[Path] = []
    hashes: dict[str, str] = {}
    unmarked: list[str] = []

    before = _remembered(folder)

    def put(name: str, content: bytes) -> None:
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _keep_changed(target, before.get(name))
            target.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
        written.append(target)
        hashes[name] = hashlib.sha256(content).hexdigest()

    put("index.html", page(result, rulebook, lang, previous).encode("utf-8"))
    book = say(words, lang, "deliver.workbook")
    put(book, workbook(result, rulebook, lang, from_workbook(folder / book, words) if (folder / book).is_file() else None))
    put(
        say(words, lang, "deliver.circular"),
        circular(
            result, rulebook, office=choices.office, date=choices.date, number=choices.number, lang=lang, template=choices.circular_template
        ),
    )
    put("results.json", check_json(result, words, lang).encode("utf-8"))
    names: dict[str, int] = {}
    originals = Originals()
    for counted in result.audits:
        audit = counted.audit
        if not audit.findings or audit.report is None:
            continue
        base = _unique(folder_name(audit), names)
        letter = notice(
            audit,
            rulebook,
            deadline=choices.deadline,
            office=choices.office,
            date=choices.date,
            number=choices.number,
            contact=choices.contact,
            lang=lang,
            template=choices.notice_template,
        )
        if letter is not None:
            put(f"{base}/{say(words, lang, 'deliver.notice')}", letter)
        for number, copy in enumerate(marked_copies(audit, originals), start=1):
            if copy.content is None:
                unmarked.append(copy.path)
            else:
                put(f"{base}/{say(words, lang, 'deliver.copy')}{'' if number == 1 else number}{copy.ending}", copy.content)
    _tidy(folder, before, hashes)
    return Written(files=tuple(written), unmarked=tuple(unmarked))


def _remembered(folder: Path) -> dict[str, str]:
    """Hash of each file as the run before wrote it, by name; empty for a new folder."""
    try:
        before = json.loads((folder / _MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in before.items()} if isinstance(before, dict) else {}


def _keep_changed(target: Path, digest: str | None) -> None:
    """Put aside a file that somebody has filled in or edited since we wrote it, under the next free name. Raises OSError."""
    if digest is None or not target.is_file() or hashlib.sha256(target.read_bytes()).hexdigest() == digest:
        return
    number = 1
    while (aside := target.with_name(f"{target.stem}.{number}{target.suffix}")).exists():
        number += 1
    target.rename(aside)


def _tidy(folder: Path, before: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    """Take away what the run before wrote and this one did not, and remember what this one wrote."""
    for name, digest in before.items():
        old = folder / name
        if name in hashes or folder.resolve() not in old.resolve().parents or not old.is_file():
            continue
        with contextlib.suppress(OSError):
            if hashlib.sha256(old.read_bytes()).hexdigest() == digest:
                old.unlink()
                if old.parent != folder and not any(old.parent.iterdir()):
                    old.parent.rmdir()
    with contextlib.suppress(OSError):
        (folder / _MEMORY).write_text(json.dumps(hashes, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


def folder_name(audit: Audit) -> str:
    """Agency and year as a folder name that every file system takes; the file's own name where no agency is known."""
    report = audit.report
    name = (report.agency if report else None) or audit.source.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if report is not None and report.year is not None:
        name = f"{name}_{report.year}"
    name = _UNSAFE.sub("_", name).strip(" ._")[:_LONGEST]
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _unique(name: str, names: dict[str, int]) -> str:
    names[name] = count = names.get(name, 0) + 1
    return name if count == 1 else f"{name}_{count}"
