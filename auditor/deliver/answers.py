"""Returned notices → answers in the season: matched to findings, checked against the agency, certain or for a person to look at."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from auditor import office
from auditor.batch.inputs import collect
from auditor.deliver.foreign import read_all_in_worker, read_in_worker
from auditor.deliver.returned import ReplyRow, Returned, read_returned
from auditor.office import Answer, AnswerFile, FindingRow, LeftOver, Reply, SeasonStore
from auditor.rulefiles import load_toml, rules_folder
from auditor.text.chars import squeeze

_KINDS: tuple[Answer, ...] = ("corrected", "disputed", "explained")
_SHORT = 4
"""Characters that another cell must have gained to be taken for an answer."""
_LONGEST = 1500
"""Characters kept of a letter that names no finding."""


class Heard(Struct, frozen=True, kw_only=True):
    """What one returned file came to. ``refused``: ids of findings of another agency, with that agency; ``unknown``: ids of none;
    ``loose``: text outside the table that may be an answer, where no finding can be told; ``error``: why it could not be read."""

    file: str
    sha256: str = ""
    agency: str = ""
    replies: tuple[Reply, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    error: str = ""
    details: dict[str, str] = {}


def hear(store: SeasonStore | None, paths: Sequence[Path], agency: str = "") -> tuple[Heard, ...]:
    """Read returned files (folders and archives too) in a worker and match them to the season; nothing is stored yet.

    Without a season every row with an id is an answer. ``agency``: whose answers these are, where the files do not say.
    """
    inputs = [entry for entry in collect(paths) if not _is_skipped(entry)]
    found: list[Heard] = []
    rows = {row.key: row for row in office.findings(store)} if store is not None else {}
    originals = _Originals(store)
    for path, told, detail in read_all_in_worker(_read, [entry.path for entry in inputs]):
        if told is None:
            found.append(Heard(file=path.as_posix(), error="RUN-ERROR", details={"detail": detail}))
            continue
        digest, files = told
        for returned in files:
            named = returned.name.partition("!/")
            shown = path.as_posix() + (f"!/{named[2]}" if named[1] else "")
            if returned.error:
                found.append(Heard(file=shown, sha256=digest, error=returned.error, details=returned.details))
            elif store is None:
                found.append(_without_season(returned, shown, digest))
            else:
                found.append(_matched(store, rows, returned, shown, digest, agency, originals))
    return tuple(found)


def names_in(path: Path) -> tuple[str, ...]:
    """The ids and numbers of findings that a file names in its tables; to be called in a worker. Archives give those of all members."""
    from auditor.read import load

    return tuple(name for returned in read_returned(load(path), path.name) for row in returned.rows for name in row.ids)


def judge(text: str) -> Answer:
    """What the words of an answer amount to; ``unclear`` where they say nothing known, or two things at once."""
    words = _words()
    plain = squeeze(text)
    kinds: list[Answer] = []
    for kind in _KINDS:
        for word in words["answer"][kind]:
            at = plain.find(squeeze(word))
            if at >= 0 and not any(plain[:at].endswith(no) for no in words["answer"]["not"]):
                kinds.append(kind)
                break
    if "corrected" in kinds and "disputed" in kinds:
        return "unclear"
    return kinds[0] if kinds else "unclear"


def says_nothing(text: str) -> bool:
    """Whether a reply cell is as good as empty."""
    return squeeze(text).lower() in _words()["nothing"]["words"]


def _read(data: bytes) -> tuple[str, tuple[Returned, ...]]:
    return hashlib.sha256(data).hexdigest(), read_returned(data, "file")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return load_toml(rules_folder() / "replies.toml")


def _is_skipped(entry: Any) -> bool:
    return bool(getattr(entry, "skipped", "")) or entry.path.suffix.lower() in (".db", ".toml")


def _without_season(returned: Returned, shown: str, digest: str) -> Heard:
    replies = [
        Reply(finding=row.ids[-1], answer=judge(row.reply), text=row.reply, source=shown, source_sha256=digest)
        for row in returned.rows
        if row.reply is not None and not says_nothing(row.reply)
    ]
    return Heard(file=shown, sha256=digest, replies=tuple(replies), loose=returned.registers)


def _matched(
    store: SeasonStore,
    rows: Mapping[str, FindingRow],
    returned: Returned,
    shown: str,
    digest: str,
    agency: str,
    originals: _Originals,
) -> Heard:
    found: list[tuple[FindingRow, ReplyRow]] = []
    unknown: list[str] = []
    for row in returned.rows:
        keys = [key for name in row.ids if (key := office.find_key(store, name)) in rows]
        if keys:
            found.append((rows[str(keys[0])], row))
        else:
            unknown.append(row.ids[0])
    addressee = agency or _addressee(returned, rows, shown) or _most(found)
    own = [(finding, row) for finding, row in found if not addressee or squeeze(addressee) in squeeze(finding.agency)]
    kept = {finding.key for finding, _ in own}
    refused = [(finding.number or finding.key, finding.agency) for finding, _ in found if finding.key not in kept]
    sent = originals.of([finding.key for finding, _ in own])
    replies: list[Reply] = []
    tracked = [squeeze(text) for text in returned.inserted]

    def reply(finding: FindingRow, text: str, how: str, certain: bool) -> Reply:
        return Reply(
            finding=finding.key, agency=finding.agency, answer=judge(text), text=text, how=how, certain=certain, source=shown,
            source_sha256=digest,
        )  # fmt: skip

    for finding, row in own:
        if row.reply is not None and not says_nothing(row.reply):
            inserted = any(text and text in squeeze(row.reply) for text in tracked)
            replies.append(reply(finding, row.reply, "tracked" if inserted else "column", True))
            continue
        gained = _gained(row, sent.rows.get(finding.key))
        if gained:
            replies.append(reply(finding, gained, "outside", False))
    answered = {entry.finding for entry in replies}
    loose = [text for text in returned.paragraphs if sent.known and squeeze(text) not in sent.paragraphs and not _is_letter(text, sent)]
    told: list[str] = list(returned.registers)
    for text in loose:
        named = [rows[str(key)] for name in _ids(text) if (key := office.find_key(store, name)) in rows]
        mine = [finding for finding in named if not addressee or squeeze(addressee) in squeeze(finding.agency)]
        targets = mine or [finding for finding, _ in own if finding.key not in answered]
        if targets:
            replies += [reply(finding, text, "outside", False) for finding in targets]
        else:
            told.append(text)
    if not found and not sent.known:  # a letter of the agency's own: no number in it, perhaps an answer all the same
        whole = "\n".join(returned.paragraphs).strip()[:_LONGEST]
        told += [whole] if len(squeeze(whole)) >= _SHORT else []
    return Heard(
        file=shown,
        sha256=digest,
        agency=addressee,
        replies=tuple(replies),
        refused=tuple(dict.fromkeys(refused)),
        unknown=tuple(dict.fromkeys(unknown)),
        loose=tuple(told),
    )


def _ids(text: str) -> tuple[str, ...]:
    from auditor.deliver.returned import ids_in

    return ids_in(text)


def _addressee(returned: Returned, rows: Mapping[str, FindingRow], shown: str) -> str:
    """The agency the letter is addressed to, or the one that the file's name or folder names; empty where none or several."""
    agencies = sorted({row.agency for row in rows.values() if row.agency}, key=len, reverse=True)
    for text in returned.paragraphs[:12]:
        plain = squeeze(text).rstrip(":：")
        for agency in agencies:
            if plain == squeeze(agency):
                return agency
    named = [agency for agency in agencies if squeeze(agency) in squeeze(shown)]
    longest = [agency for agency in named if not any(agency != other and agency in other for other in named)]
    return longest[0] if len(longest) == 1 else ""


def _most(found: Sequence[tuple[FindingRow, ReplyRow]]) -> str:
    counted = Counter(finding.agency for finding, _ in found).most_common(2)
    if not counted or (len(counted) > 1 and counted[0][1] == counted[1][1]):
        return ""
    return counted[0][0]


def _gained(row: ReplyRow, before: ReplyRow | None) -> str:
    """What the other cells of a row say beyond the letter as sent."""
    if before is None:
        return ""
    had = {squeeze(text) for _, text in before.others}
    found = []
    for _, text in row.others:
        plain = squeeze(text)
        if plain in had or any(plain and plain in one for one in had):
            continue
        rest = plain
        for one in sorted(had, key=len, reverse=True):
            rest = rest.replace(one, "")
        if len(rest) >= _SHORT:
            found.append(rest)
    return "；".join(found)


def _is_letter(text: str, sent: _Sent) -> bool:
    """Whether a paragraph is one of the letter's, perhaps run together or cut by another format."""
    plain = squeeze(text)
    return len(plain) < _SHORT or plain in sent.whole or bool(re.fullmatch(r"[-—\d第页共/ ]+", plain))


class _Sent(Struct, frozen=True, kw_only=True):
    """The letters as sent: rows by finding, paragraphs, and all their text. ``known`` is ``False`` where none was kept."""

    known: bool = False
    rows: dict[str, ReplyRow] = {}
    paragraphs: frozenset[str] = frozenset()
    whole: str = ""


class _Originals:
    """The letters as they were sent, or as they lie in the folder, read once each."""

    def __init__(self, store: SeasonStore | None) -> None:
        self._store = store
        self._read: dict[str, tuple[Returned, ...]] = {}

    def of(self, keys: Sequence[str]) -> _Sent:
        """The letters in which these findings were told."""
        if self._store is None or not keys:
            return _Sent()
        rows: dict[str, ReplyRow] = {}
        paragraphs: set[str] = set()
        whole = ""
        known = False
        for returned in self._letters(keys):
            known = True
            for row in returned.rows:
                key = next((key for name in row.ids if (key := office.find_key(self._store, name))), None)
                if key is not None:
                    rows[key] = row
                whole += "".join(squeeze(text) for _, text in row.others)
            paragraphs |= {squeeze(text) for text in returned.paragraphs}
            whole += "".join(squeeze(text) for text in returned.paragraphs)
        return _Sent(known=known, rows=rows, paragraphs=frozenset(paragraphs), whole=whole)

    def _letters(self, keys: Sequence[str]) -> list[Returned]:
        assert self._store is not None
        wanted = set(keys)
        found: list[Returned] = []
        for notice in office.notices(self._store):
            if wanted & set(notice.findings):
                found += self._letter(f"notice:{notice.id}", office.notice_content(self._store, notice.id))
        for path, told in self._store.rows("SELECT path, findings FROM draft"):
            if any(key in told for key in wanted) and (self._store.folder / path).is_file():
                found += self._letter(f"draft:{path}", self._store.folder / path)
        return found

    def _letter(self, name: str, given: bytes | Path | None) -> tuple[Returned, ...]:
        if name not in self._read:
            told: tuple[Returned, ...] = ()
            if isinstance(given, Path):
                answer = read_in_worker(_read, given)
                told = answer[1] if answer is not None else ()
            elif given is not None:
                told = read_returned(given, name)  # our own letter, as we keep it
            self._read[name] = tuple(entry for entry in told if not entry.error)
        return self._read[name]


def note_heard(store: SeasonStore, heard: Sequence[Heard]) -> None:
    """Keep in the season what was left of returned files, for a person to assign."""
    for one in heard:
        left = [
            *(LeftOver(kind="loose", text=text) for text in one.loose),
            *(LeftOver(kind="unknown", text=name) for name in one.unknown),
            *(LeftOver(kind="refused", text=f"{number} {agency}") for number, agency in one.refused),
        ]
        office.note_answer_file(
            store,
            AnswerFile(
                source=one.file, sha256=one.sha256, agency=one.agency, answers=len(one.replies), left=tuple(left), error=one.error,
                details=one.details,
            ),
        )  # fmt: skip
