"""What leaves the desk: notices, circular, workbook, page, lists, backup; and answers that come back."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auditor import office
from auditor.desk.seasonviews import export
from auditor.desk.snapshot import Filter
from auditor.desk.state import Desk
from auditor.errors import AuditorError
from auditor.model.finding import Audit
from auditor.office.rounds import settings_of_round
from auditor.office.views import with_state
from auditor.render.csv import safe_cell
from auditor.render.places import place_text
from auditor.render.printable import printable
from auditor.scratch import scratch_folder

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_DATASET_SECONDS: Final = 600
Answer = dict[str, Any]
TEMPLATE: Final = "notice_template"
"""Name under which the office's template for notices is kept in the season."""


def routes(desk: Desk) -> list[BaseRoute]:
    """The addresses from which files are taken away."""
    return [
        Route("/take/preview.docx", partial(_preview, desk)),
        Route("/take/notice/{number:int}.docx", partial(_notice, desk)),
        Route("/take/notices.zip", partial(_notices, desk)),
        Route("/take/circular.docx", partial(_whole, desk, "docx")),
        Route("/take/findings.xlsx", partial(_whole, desk, "xlsx")),
        Route("/take/season.html", partial(_whole, desk, "html")),
        Route("/take/list.csv", partial(_list, desk)),
        Route("/take/view.csv", partial(_view, desk)),
        Route("/take/dataset.xlsx", partial(_dataset, desk)),
        Route("/take/backup.zip", partial(_backup, desk)),
    ]


def asked_audit(desk: Desk, report_key: str) -> tuple[Audit, tuple[office.FindingRow, ...]] | None:
    """The audit of a report with only the findings that its notice asks about, each with its number; ``None`` where there is none."""
    version = desk.snapshot().current(report_key)
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    rows = office.to_ask(desk.store, report_key, desk.today)
    if audit is None or not rows:
        return None
    wanted = {row.finding.id: row for row in rows}
    words = desk.rulebook.words
    told = tuple(with_state(one, wanted[one.id], words, desk.lang) for one in audit.findings if one.id in wanted)
    return msgspec.structs.replace(audit, findings=told), rows


def letter(
    desk: Desk, report_key: str, deadline: str, number: str = "", date: str = ""
) -> tuple[bytes, Audit, tuple[office.FindingRow, ...]] | None:
    """The notice of a report as it would be issued now, on the office's own template where it has one. ``date`` is ISO."""
    from auditor.render.letters import notice

    found = asked_audit(desk, report_key)
    if found is None:
        return None
    audit, rows = found
    known = office.settings(desk.store)
    report = audit.report
    assert report is not None
    with template_of(desk) as template:
        content = notice(
            audit,
            desk.rulebook,
            deadline=deadline or known.deadline,
            office=known.office,
            date=date,
            number=number,
            contact=known.contact,
            time=office.next_ordinal(desk.store, report.agency or audit.source.path, report.year),
            lang=desk.lang,
            template=template,
            told=settings_of_round(desk.store),
        )
    return None if content is None else (content, audit, rows)


@contextlib.contextmanager
def template_of(desk: Desk) -> Iterator[Path | None]:
    """The office's template for notices as a file, ``None`` where it has none."""
    content = desk.store.attachment(TEMPLATE)
    if not content:
        yield None
        return
    with scratch_folder() as folder:
        path = folder / "template.docx"
        path.write_bytes(content)
        yield path


def issue(desk: Desk, given: Mapping[str, Any]) -> Answer:
    """Issue the notices of some reports: made, kept as sent, recorded; from then on nobody can change them.

    ``reports``: report keys; ``number``: document number, ``#`` in it counts up from ``first``; ``date`` ISO; ``deadline`` as printed.
    """
    from auditor.desk.actions import RefusedError

    reports = given.get("reports")
    if not isinstance(reports, list) or not reports:
        raise RefusedError(desk.say("desk.nobody_chosen"))
    date, deadline, number = (str(given.get(name, "")).strip()[:200] for name in ("date", "deadline", "number"))
    first = int(given.get("first", 1) or 1)
    done: list[int] = []
    for key in reports:
        counted = number.replace("#", str(first + len(done)))
        made = letter(desk, str(key), deadline, counted, date or desk.today)
        if made is None:
            continue
        content, audit, rows = made
        report = audit.report
        assert report is not None
        told = office.record_notice(
            desk.store,
            report.agency or audit.source.path,
            report.year,
            [row.key for row in rows],
            number=counted,
            date=date or desk.today,
            deadline=deadline or office.settings(desk.store).deadline,
            content=content,
        )
        done.append(told.id)
    if not done:
        raise RefusedError(desk.say("desk.nothing_to_ask"))
    return {"notices": done}


ACTIONS: Final[Mapping[str, Callable[[Desk, Mapping[str, Any]], Answer]]] = {"issue": issue}


def _file(content: bytes, name: str, media: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media, headers={"content-disposition": disposition})


async def _preview(desk: Desk, request: Request) -> Response:
    given = request.query_params
    report_key = desk.snapshot().reports.get(given.get("report", ""), "")
    made = letter(desk, report_key, given.get("deadline", ""), given.get("number", ""), given.get("date", ""))
    if made is None:
        return Response(status_code=404)
    return _file(made[0], desk.say("desk.preview_name"), _WORD)


async def _notice(desk: Desk, request: Request) -> Response:
    number = request.path_params["number"]
    told = next((one for one in office.notices(desk.store) if one.id == number), None)
    content = office.notice_content(desk.store, number)
    if told is None or content is None:
        return Response(status_code=404)
    return _file(content, _notice_name(desk, told), _WORD)


def _notice_name(desk: Desk, told: office.Notice) -> str:
    name = desk.say("desk.notice_name", agency=_UNSAFE.sub("_", printable(told.agency)), ordinal=told.ordinal, number=told.id)
    return name[:150]


async def _notices(desk: Desk, request: Request) -> Response:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for told in office.notices(desk.store):
            content = office.notice_content(desk.store, told.id)
            if content is not None:
                archive.writestr(zipfile.ZipInfo(_notice_name(desk, told), _FIXED), content)
    return _file(buffer.getvalue(), desk.say("desk.notices_name"), "application/zip")


async def _whole(desk: Desk, kind: str, request: Request) -> Response:
    """Circular, workbook or page over the whole season."""
    from auditor.render.letters import circular
    from auditor.render.page import About, page
    from auditor.render.workbook import workbook

    result = office.season_result(desk.store, desk.rulebook.words, desk.lang, desk.today)
    known = office.settings(desk.store)
    if kind == "docx":
        content = await run_in_threadpool(circular, result, desk.rulebook, office=known.office, date=desk.today, lang=desk.lang)
        return _file(content, desk.say("deliver.circular"), _WORD)
    if kind == "xlsx":
        return _file(await run_in_threadpool(workbook, result, desk.rulebook, desk.lang), desk.say("deliver.workbook"), _SHEET)
    about = About(office=known.office, year=known.year, round=office.last_round(desk.store), date=desk.today)
    told = await run_in_threadpool(page, result, desk.rulebook, desk.lang, {}, about)
    return _file(told.encode(), "index.html", "text/html; charset=utf-8")


async def _list(desk: Desk, request: Request) -> Response:
    """What the list shows, as CSV that a spreadsheet opens and never runs."""
    rows = Filter.of(request.query_params).apply(desk.snapshot().rows.values())
    heads = [
        desk.say(f"desk.column.{name}") for name in ("number", "agency", "year", "rule", "severity", "state", "message", "place", "note")
    ]
    lines: list[list[object]] = []
    for row in rows:
        finding = row.finding
        place = place_text(finding.location, desk.rulebook.words, desk.lang) if finding.location is not None else ""
        severity, state = desk.say(f"severity.{row.severity}"), desk.say(f"office.state.{row.state}")
        lines.append([row.number, row.agency, row.year or "", finding.rule, severity, state, finding.message, place, row.note])
    return _csv(heads, lines, desk.say("desk.list_name"))


async def _view(desk: Desk, request: Request) -> Response:
    """What a view of the season shows, as CSV."""
    heads, lines = await run_in_threadpool(export, desk, request.query_params)
    return _csv(heads, lines, desk.say("desk.view_name"))


def _csv(heads: list[str], lines: list[list[object]], name: str) -> Response:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows([safe_cell(str(value)) for value in line] for line in lines)
    return _file(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace"), name, "text/csv; charset=utf-8")


async def _backup(desk: Desk, request: Request) -> Response:
    with scratch_folder() as folder:
        target = folder / "season.zip"
        try:
            await run_in_threadpool(office.backup, desk.store, target)
        except AuditorError as error:
            return Response(str(error), status_code=500)
        return _file(target.read_bytes(), desk.say("desk.backup_name", today=desk.today), "application/zip")


async def _dataset(desk: Desk, request: Request) -> Response:
    """All cells, findings and reports of the season as a workbook, as ``auditor dataset`` writes it."""
    with scratch_folder() as folder:
        target = Path(folder) / "dataset.xlsx"
        said = await run_in_threadpool(_run_dataset, desk, target)
        if not target.is_file():
            return Response(said[-500:], status_code=500, media_type="text/plain; charset=utf-8")
        return _file(target.read_bytes(), desk.say("desk.dataset_name"), _SHEET)


def _run_dataset(desk: Desk, target: Path) -> str:
    """Run the command; what it said on standard error."""
    command = [sys.executable, "-m", "auditor", "dataset", ".", "-o", str(target), "--quiet", "--lang", desk.lang]
    done = subprocess.run(
        command, cwd=desk.store.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        timeout=_DATASET_SECONDS, check=False,
    )  # fmt: skip
    return done.stderr
