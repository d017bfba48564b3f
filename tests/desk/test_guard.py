"""Attacks on the desk: other sites, other names of this PC, no token, simple forms, huge bodies, paths in the address."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import office
from auditor.desk.guard import LARGEST_CHANGE
from auditor.desk.state import Desk
from tests.desk.desks import JSON, ORIGIN, asking, desk_with, guest, stranger


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_with(tmp_path / "season")


def test_without_the_token_nothing_is_shown(desk: Desk) -> None:
    client = stranger(desk)
    assert {client.get(address).status_code for address in ("/", "/files", "/take/backup.zip", "/static/desk.js", "/progress")} == {403}
    assert client.get("/", params={"token": desk.token + "x"}).status_code == 403


def test_the_token_opens_once_and_its_cookie_is_for_this_page_only(desk: Desk) -> None:
    client = stranger(desk)
    answer = client.get("/", params={"token": desk.token}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200
    assert client.get("/", params={"token": desk.token}, follow_redirects=False).status_code == 403


def test_another_host_name_is_refused(desk: Desk) -> None:
    client = guest(desk)
    assert client.get("/", headers={"host": "attacker.example:5000"}).status_code == 421
    assert client.get("/", headers={"host": "127.0.0.1:6000"}).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "application/json"}, 403),
        ({"content-type": "application/json", "origin": "http://attacker.example"}, 403),
        ({"content-type": "application/json", "origin": "null"}, 403),
        ({"content-type": "text/plain", "origin": ORIGIN}, 415),
        ({"content-type": "application/x-www-form-urlencoded", "origin": ORIGIN}, 415),
    ],
)
def test_a_change_from_elsewhere_changes_nothing(desk: Desk, headers: dict[str, str], status: int) -> None:
    row = asking(desk)
    answer = guest(desk).post("/do/decide", content=f'{{"key": "{row.key}", "confirmation": "rejected"}}', headers=headers)
    assert answer.status_code == status
    assert next(one for one in office.findings(desk.store) if one.key == row.key).confirmation is None


def test_pages_asked_for_by_another_site_are_refused(desk: Desk) -> None:
    assert guest(desk).get("/findings", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_huge_and_endless_bodies_are_refused(desk: Desk) -> None:
    client = guest(desk)
    assert client.post("/do/decide", content=b" " * (LARGEST_CHANGE + 1), headers=JSON).status_code == 413
    chunks = iter([b"{", b"}"])
    assert client.post("/do/decide", content=chunks, headers=JSON).status_code == 413


@pytest.mark.parametrize(
    "address",
    ["/static/../app.py", "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/original/../../etc/passwd/1.png", "/agency/..%2f..%2fetc%2fpasswd",
     "/finding/..%2f..%2fetc", "/compare/../../x", "/original/999/1.png"],
)  # fmt: skip
def test_no_path_of_the_address_is_opened(desk: Desk, address: str) -> None:
    answer = guest(desk).get(address)
    assert answer.status_code == 404
    assert "import annotations" not in answer.text


def test_every_answer_forbids_scripts_frames_and_requests_elsewhere(desk: Desk) -> None:
    client = guest(desk)
    for address in ("/", "/findings", "/static/desk.js", "/progress", "/nowhere"):
        policy = client.get(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy


def test_pages_hold_no_inline_script_or_style() -> None:
    folder = Path(__file__).resolve().parents[2] / "auditor" / "desk" / "templates"
    for template in sorted(folder.glob("*.html")):
        text = template.read_text(encoding="utf-8")
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/static/')


def test_uploads_keep_only_a_name(desk: Desk) -> None:
    client = guest(desk)
    headers = {"content-type": "application/octet-stream", "origin": ORIGIN}
    answer = client.post("/upload", params={"kind": "report", "name": "../../evil.docx"}, content=b"x", headers=headers)
    assert answer.json()["name"] == "evil.docx"
    assert [path.name for path in desk.incoming.iterdir()] == ["evil.docx"]
    assert not (desk.store.folder.parent / "evil.docx").exists()
    assert client.post("/upload", params={"kind": "shell", "name": "a"}, content=b"x", headers=headers).status_code == 400
