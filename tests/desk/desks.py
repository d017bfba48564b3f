"""Desks for tests: a season in a folder, a client that came in by the front door, a client for attacks."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from auditor import office
from auditor.desk.app import create_app
from auditor.desk.state import Desk, open_desk
from auditor.model.result import Result
from tests.support.season import rulebook, season

HOST = "127.0.0.1:5000"
ORIGIN = f"http://{HOST}"
JSON = {"content-type": "application/json", "origin": ORIGIN}


def desk_with(folder: Path, result: Result | None = None) -> Desk:
    """An open desk over a season that recorded one round."""
    desk = open_desk(folder, rulebook(), "zh", "甲")
    office.record_round(desk.store, result if result is not None else season(12))
    return desk


def stranger(desk: Desk) -> TestClient:
    """A client without the cookie."""
    return TestClient(create_app(desk, (HOST,)), base_url=ORIGIN)


def guest(desk: Desk) -> TestClient:
    """A client that opened the one-time address."""
    client = stranger(desk)
    assert client.get("/", params={"token": desk.token}, follow_redirects=False).status_code == 303
    return client


def asking(desk: Desk) -> office.FindingRow:
    """A finding that asks for something and that nobody decided."""
    return next(row for row in office.findings(desk.store) if row.counts and row.asks and row.confirmation is None)
