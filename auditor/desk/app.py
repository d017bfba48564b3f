"""Addresses of the desk → pages and actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from auditor import __version__, office
from auditor.desk import actions, cells, intake, pages, runs, seasonviews, takeaway
from auditor.desk.guard import Guard
from auditor.desk.snapshot import address_of
from auditor.desk.state import Desk
from auditor.errors import AuditorError
from auditor.render.printable import printable

_HERE: Final = Path(__file__).parent
_LIVES: Final = {
    "home": pages.home,
    "documents": pages.documents,
}
_LISTS: Final = {
    "files": pages.files,
    "findings": pages.findings,
    "agencies": pages.agencies,
    "bulk": pages.bulk,
    "replies": pages.replies,
    "overview": seasonviews.overview,
    "configuration": pages.configuration,
    "roster": pages.roster_page,
}
_ACTIONS: Final = {
    **actions.ACTIONS,
    **takeaway.ACTIONS,
    "read-cells": cells.read_cells,
    "take-in": intake.take_in,
    "assign-left-over": intake.assign_left_over,
    "keep-roster": intake.keep_roster,
    "forget-template": intake.forget_template,
}


def create_app(desk: Desk, hosts: tuple[str, ...]) -> Starlette:
    """The server's application over one open season. ``hosts``: the ``Host`` headers under which it answers."""
    templates = _templates(desk)
    draw = partial(_draw, desk, templates)
    routes: list[BaseRoute] = [
        Route("/", _page(draw, "home", lambda given, path: pages.home(desk))),
        *(Route(f"/{name}", _page(draw, name, _of_season(make, desk))) for name, make in _LIVES.items() if name != "home"),
        *(Route(f"/{name}", _page(draw, name, _of_address(make, desk))) for name, make in _LISTS.items()),
        Route("/finding/{key}", _page(draw, "review", lambda given, path: pages.review(desk, path["key"], given), slow=True)),
        Route("/agency/{report}", _page(draw, "agency", lambda given, path: pages.agency(desk, _report(desk, path)))),
        Route("/cells/{report}", _page(draw, "cells", lambda given, path: cells.cells_page(desk, _report(desk, path), given), slow=True)),
        Route("/compare/{report}", _page(draw, "compare", lambda given, path: pages.compared(desk, _report(desk, path)))),
        Route("/original/{version:int}/{page:int}.png", partial(_picture, desk)),
        Route("/progress", partial(_progress, desk)),
        Route("/do/{name}", partial(_act, desk), methods=["POST"]),
        Route("/upload", partial(_upload, desk), methods=["POST"]),
        *takeaway.routes(desk),
        Route("/favicon.ico", _nothing),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]

    async def nowhere(request: Request, error: Exception) -> Response:
        return draw("nothing", None)

    return Starlette(routes=routes, exception_handlers={404: nowhere}, middleware=[Middleware(Guard, token=desk.token, hosts=hosts)])


def _report(desk: Desk, path: Mapping[str, Any]) -> str:
    """The key of the report whose address was asked for; empty where there is none."""
    return desk.snapshot().reports.get(str(path["report"]), "")


def _of_season(make: Callable[[Desk], pages.Page], desk: Desk) -> Callable[[Mapping[str, str], Mapping[str, Any]], pages.Page]:
    return lambda given, path: make(desk)


def _of_address(
    make: Callable[[Desk, Mapping[str, str]], pages.Page | None], desk: Desk
) -> Callable[[Mapping[str, str], Mapping[str, Any]], pages.Page | None]:
    return lambda given, path: make(desk, given)


def _templates(desk: Desk) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.filters["address"] = address_of
    environment.globals["t"] = lambda key, **values: desk.say(f"desk.{key}", **values)
    environment.globals["say"] = desk.say
    environment.globals["program"] = __version__
    environment.globals["lang"] = desk.say("language.html")
    environment.finalize = _visible
    return environment


def _visible(value: Any) -> Any:
    """Controls and marks of direction in what a report says are shown, never obeyed."""
    if type(value) is str:
        return "\n".join(map(printable, value.split("\n")))
    return "" if value is None else value


def _draw(desk: Desk, templates: jinja2.Environment, name: str, page: pages.Page | None) -> Response:
    known = office.settings(desk.store)
    template = templates.get_template(f"{name}.html" if page is not None else "nothing.html")
    waiting = sum(1 for entry in desk.snapshot().todo if entry.kind in ("confirm", "regressed"))
    shown = template.render(
        **(page or {}),
        here=name,
        season=known,
        waiting=waiting,
        today=desk.today,
        rounds_done=office.last_round(desk.store),
        watching=desk.watch,
    )
    return HTMLResponse(shown, status_code=200 if page is not None else 404)


def _page(
    draw: Callable[[str, pages.Page | None], Response],
    name: str,
    make: Callable[[Mapping[str, str], Mapping[str, Any]], pages.Page | None],
    *,
    slow: bool = False,
) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        if slow:  # an original is read in a worker; the server goes on meanwhile
            return draw(name, await run_in_threadpool(make, request.query_params, request.path_params))
        return draw(name, make(request.query_params, request.path_params))

    return answer


async def _picture(desk: Desk, request: Request) -> Response:
    """A page of the original of a version, by the version's number: no path of a request is ever opened."""
    wanted = request.path_params["version"]
    version = next((one for one in desk.snapshot().versions if one.id == wanted), None)
    if version is None:
        return Response(status_code=404)
    fine = request.query_params.get("fine") == "1"
    shown = await run_in_threadpool(desk.originals.show, version.path, version.sha256, request.path_params["page"], fine)
    if shown.kind != "page":
        return Response(status_code=404)
    return Response(shown.picture, media_type="image/png", headers={"cache-control": "private, max-age=600"})


async def _nothing(request: Request) -> Response:
    return Response(status_code=204)


async def _progress(desk: Desk, request: Request) -> Response:
    if desk.watch:
        await run_in_threadpool(runs.look_for_new, desk)
    progress = desk.background.progress
    return JSONResponse(
        {"state": progress.state, "done": progress.done, "total": progress.total, "path": printable(progress.path), "code": progress.code,
         "said": "\n".join(map(printable, progress.said.split("\n")))}
    )  # fmt: skip


async def _act(desk: Desk, request: Request) -> Response:
    action = _ACTIONS.get(request.path_params["name"])
    if action is None:
        return JSONResponse({"error": "?"}, status_code=404)
    try:
        return JSONResponse(action(desk, actions.as_json(await request.body())))
    except actions.RefusedError as error:
        return JSONResponse({"error": str(error)}, status_code=error.status)
    except (AuditorError, OSError) as error:
        refused = actions.told(desk, error)
        return JSONResponse({"error": str(refused)}, status_code=refused.status)
    except (TypeError, ValueError) as error:
        return JSONResponse({"error": f"{type(error).__name__}"}, status_code=400)


async def _upload(desk: Desk, request: Request) -> Response:
    """One file of a person: a report, a roster or a reply, by ``kind``; the name is only a name."""
    stream = request.stream()

    async def chunks() -> bytes:
        async for piece in stream:
            if piece:
                return piece
        return b""

    name = request.query_params.get("name", "")[-200:] or "file"
    kind = request.query_params.get("kind", "")
    if kind not in ("report", "reply", "any", "roster", "template"):
        return JSONResponse({"error": "kind"}, status_code=400)
    try:
        return JSONResponse(await intake.receive(desk, kind, name, chunks))
    except actions.RefusedError as error:
        return JSONResponse({"error": str(error)}, status_code=error.status)
    except (AuditorError, OSError) as error:
        refused = actions.told(desk, error)
        return JSONResponse({"error": str(refused)}, status_code=refused.status)
