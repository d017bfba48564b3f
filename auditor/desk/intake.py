"""What comes in: files dropped on a page are kept and sorted, rosters are shown before they are kept, leftovers of answers assigned.

Foreign bytes are looked at in supervised workers only. A name of a request is only a name.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from auditor import office
from auditor.atomic import write_whole
from auditor.desk.actions import RefusedError, told
from auditor.desk.runs import audit_received, read_answers
from auditor.desk.state import Desk
from auditor.desk.takeaway import TEMPLATE
from auditor.errors import AuditorError, UsageError
from auditor.scratch import scratch_folder
from auditor.season.roster import roster_words
from auditor.supervise import Limits, run
from auditor.text.filenames import safe_file_name

Answer = dict[str, Any]
Chunks = Callable[[], Awaitable[bytes]]
_LARGEST_ANSWER: Final = 64 * 1024 * 1024
_LARGEST_ROSTER: Final = 16 * 1024 * 1024
_LIMITS: Final = Limits(seconds=20.0)
_LETTERS: Final = frozenset({".docx", ".doc", ".wps", ".rtf", ".txt", ".odt"})
ROSTER_FIELDS: Final = ("name", "id", "former_names", "parent", "kind", "valid_from", "valid_to", "deadline", "published", "site", "waived")
_PREVIEW: Final = 8
_OLD_ROSTERS: Final = frozenset({"xls", "docx", "doc", "ods"})
_UPLOADED: Final = "upload:roster"


async def receive(desk: Desk, kind: str, name: str, chunks: Chunks) -> Answer:
    """Keep one uploaded file: a ``report``, a ``reply``, a ``roster``, or ``any``, where its content says which of the first two."""
    content = await _whole(desk, chunks, {"roster": _LARGEST_ROSTER, "template": _LARGEST_ROSTER, "reply": _LARGEST_ANSWER}.get(kind, 0))
    if not content:
        raise RefusedError(desk.say("desk.empty_file", name=name))
    if kind == "roster":
        return await run_in_threadpool(_roster, desk, name, content)
    if kind == "template":
        await run_in_threadpool(_try_template, desk, content)
        desk.store.attach(TEMPLATE, content)  # by the one thread that changes the season
        return {"kind": "template", "name": _safe(name, "template.docx")}
    if kind == "any":
        kind = await run_in_threadpool(_kind, desk, name, content)
    if kind == "reply":
        return {"name": _keep_answer(desk, name, content).name, "kind": "reply", "said": desk.say("desk.kept_as_reply")}
    path = office.add_file(desk.store, name, content, lang=desk.lang)
    return {"name": path.name, "kind": "report", "said": desk.say("desk.kept_as_report")}


async def _whole(desk: Desk, chunks: Chunks, most: int) -> bytes:
    with tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024) as held:
        while piece := await chunks():
            held.write(piece)
            if most and held.tell() > most:
                raise RefusedError(desk.say("desk.too_large"))
        held.seek(0)
        return held.read()


def _kind(desk: Desk, name: str, content: bytes) -> str:
    """Whether a file is a reply (a returned notice that names a finding of this season, or a letter) or a report; looked at in workers."""
    from auditor.deliver.answers import names_in

    with scratch_folder() as folder:
        path = folder / _safe(name, "file")
        path.write_bytes(content)
        for _, outcome in run(names_in, [path], 1, _LIMITS):
            if any(office.find_key(desk.store, one) for one in outcome.value or ()):
                return "reply"
        for _, looked in run(is_letter, [path], 1, _LIMITS):
            return "reply" if looked.value else "report"
    return "report"


def is_letter(path: Path) -> bool:
    """Whether a file is a text without the form of a report, such as a letter of an agency; in a worker. Archives and scans are not."""
    from auditor.pipeline import extract_file
    from auditor.rulebook import load_rulebook

    if path.suffix.lower() not in _LETTERS:
        return False
    report = extract_file(path, load_rulebook())
    return report.status == "read" and report.document == "other" and not report.facts and not report.year


def _keep_answer(desk: Desk, name: str, content: bytes) -> Path:
    folder = desk.answers
    folder.mkdir(exist_ok=True)
    safe = _safe(name, "reply")
    target, count = folder / safe, 1
    while target.exists() and target.read_bytes() != content:
        count += 1
        target = folder / f"{Path(safe).stem}_{count}{Path(safe).suffix}"
    if not target.exists():
        write_whole(target, content)
    return target


def _safe(name: str, otherwise: str) -> str:
    safe = safe_file_name(name)
    return otherwise if safe == "_" else safe


def _try_template(desk: Desk, content: bytes) -> None:
    """Let a worker open the office's own Word template for notices. Raises RefusedError."""
    with scratch_folder() as folder:
        path = Path(folder) / "template.docx"
        path.write_bytes(content)
        for _, outcome in run(open_template_file, [path], 1, _LIMITS):
            if outcome.value is not True:
                raise RefusedError(desk.say("desk.template_unusable", reason=outcome.value or outcome.detail))


def open_template_file(path: Path) -> bool | str:
    """Whether a template can be used, else why not; in a worker."""
    from auditor.render.letters.template import open_template

    try:
        open_template(path, ())
    except UsageError as error:
        return str(error)
    return True


def forget_template(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Go back to the notice as this program writes it."""
    desk.store.attach(TEMPLATE, b"")
    return {}


def take_in(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Begin with what was received: answers are read, reports audited, one after the other."""
    kinds = given.get("kinds")
    wanted = set(kinds) if isinstance(kinds, list) else {"report"}
    started = False
    if "reply" in wanted:
        started = read_answers(desk)
    if "report" in wanted:
        started = audit_received(desk) or started
    if not started:
        raise RefusedError(desk.say("desk.nothing_received", folder=desk.incoming.name))
    return {}


def assign_left_over(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """A person says to which finding a piece of a returned file belongs (``finding``: its number), or that it is no answer."""
    finding = given.get("finding")
    told = None if given.get("aside") else str(finding or "").strip().split(" ")[0]
    if told == "":
        raise RefusedError(desk.say("desk.which_finding"))
    kind = str(given.get("answer", "unclear"))
    if kind not in ("corrected", "explained", "disputed", "unclear"):
        raise RefusedError("answer")
    expected = given.get("version")
    office.settle_left_over(
        desk.store,
        str(given.get("source", "")),
        int(given.get("place", -1)),
        told,
        kind,  # type: ignore[arg-type]
        expected=expected if isinstance(expected, int) else None,
    )
    return {}


# rosters


def _roster(desk: Desk, name: str, content: bytes) -> Answer:
    """Look at an uploaded roster in a worker and keep its rows beside the season until a person says what its columns mean."""
    with scratch_folder() as folder:
        path = folder / _safe(name, "roster.xlsx")
        path.write_bytes(content)
        for _, outcome in run(rows_in, [path], 1, _LIMITS):
            if outcome.value is None or not outcome.value:
                raise RefusedError(desk.say("desk.roster_unread"))
            desk.uploaded = (_safe(name, "roster.xlsx"), outcome.value)
            return {"kind": "roster", "rows": len(outcome.value)}
    raise RefusedError(desk.say("desk.roster_unread"))


def rows_in(path: Path) -> list[list[str]]:
    """The first sheet of a workbook, a CSV, or the largest table of an old workbook or Word file, as rows of text with their places, empty
    ones at the end left out; in a worker. Raises UsageError, ReadError.
    """
    from auditor.read import identify
    from auditor.season.roster import roster_rows

    kind = identify(path.read_bytes(), path.name).kind
    if kind in ("xlsx", "text"):
        rows = [["" if cell is None else str(cell).strip() for cell in row][:60] for row in roster_rows(path)][:20_000]
    elif kind in _OLD_ROSTERS:
        rows = _largest_table(path)
    else:
        return []
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _largest_table(path: Path) -> list[list[str]]:
    from auditor.model.document import Table
    from auditor.read import read_bytes

    tables = [block for block in read_bytes(path.read_bytes(), path.name).blocks if isinstance(block, Table)]
    table = max(tables, key=lambda one: one.rows, default=None)
    if table is None:
        return []
    rows = [[""] * min(table.columns, 60) for _ in range(min(table.rows, 20_000))]
    for cell in table.cells:
        if cell.row < len(rows) and cell.column < 60:
            rows[cell.row][cell.column] = cell.text.strip()
    return rows


def roster_preview(desk: Desk, given: Mapping[str, str]) -> Answer | None:
    """The uploaded roster with the meaning of its columns, as guessed or as chosen in the address, and what would come of it."""
    if desk.uploaded is None:
        return None
    name, rows = desk.uploaded
    head = next((place for place, row in enumerate(rows) if sum(1 for cell in row if cell) > 1), 0)
    heads = rows[head]
    width = max(len(row) for row in rows[head : head + 50])
    heads = heads + [""] * (width - len(heads))
    chosen = _chosen(given, heads)
    roster, error = _as_roster(desk, name, rows, head, chosen)
    members = roster.agencies if roster is not None else ()
    return {
        "name": name,
        "columns": [{"place": place, "head": heads[place], "field": chosen[place]} for place in range(width)],
        "fields": [("", desk.say("desk.roster_skip")), *((one, desk.say(f"desk.roster_field.{one}")) for one in ROSTER_FIELDS)],
        "rows": [row + [""] * (width - len(row)) for row in rows[head + 1 :] if any(row)][:_PREVIEW],
        "count": len(members),
        "below": sum(1 for one in members if one.parent),
        "orphans": [one.name for one in members if one.parent and roster.find(one.parent) is None][:5],
        "error": error,
    }


def _chosen(given: Mapping[str, str], heads: list[str]) -> list[str]:
    from auditor.text.chars import squeeze

    known = {squeeze(word).lower(): field for field, words in roster_words()["columns"].items() for word in words}
    found: list[str] = []
    for place, head in enumerate(heads):
        field = given.get(f"c{place}")
        if field is None:
            field = known.get(re.sub(r"\(.*?\)$", "", squeeze(head).lower()), "")
        found.append(field if field in ROSTER_FIELDS and field not in found else "")
    return found


def _as_roster(desk: Desk, name: str, rows: list[list[str]], head: int, chosen: list[str]) -> tuple[Any, str]:
    from auditor.season.roster import roster_of

    if "name" not in chosen:
        return None, desk.say("desk.roster_no_name")
    try:
        return roster_of(_table(rows, head, chosen), name), ""
    except UsageError as error:
        return None, str(error)


def _table(rows: list[list[str]], head: int, chosen: list[str]) -> list[list[str]]:
    """Only the columns with a meaning, under the headings that rosters have; each line keeps its number, as findings name it."""
    places = [place for place, field in enumerate(chosen) if field]
    words = roster_words()["columns"]
    body = [[row[place] if place < len(row) else "" for place in places] for row in rows[head + 1 :]]
    return [*([] for _ in range(head)), [words[chosen[place]][0] for place in places], *(row if any(row) else [] for row in body)]


def keep_roster(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Keep the uploaded roster as previewed, or forget it."""
    if desk.uploaded is None:
        raise RefusedError(desk.say("desk.roster_unread"))
    if given.get("forget"):
        desk.uploaded = None
        return {}
    name, rows = desk.uploaded
    shown = roster_preview(desk, {str(key): str(value) for key, value in given.items()})
    assert shown is not None
    if shown["error"]:
        raise RefusedError(str(shown["error"]))
    head = next((place for place, row in enumerate(rows) if sum(1 for cell in row if cell) > 1), 0)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(_table(rows, head, [str(column["field"]) for column in shown["columns"]]))
    with scratch_folder() as folder:
        path = Path(folder) / f"{Path(name).stem}.csv"
        try:
            path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode())
            office.set_roster(desk.store, path)
        except (AuditorError, OSError) as error:
            raise told(desk, error) from error
    desk.uploaded = None
    if office.last_round(desk.store):  # who has not published, and sums, are asked again by the new roster
        audit_received(desk)
    return {"agencies": shown["count"]}
