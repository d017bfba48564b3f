"""The desk is killed right after it answered, at ten moments: what a person did is in the season each time."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from auditor import office
from tests.support.season import season

Client = httpx.Client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "season"
    with office.create_season(place, who="甲") as store:
        office.set_settings(store, year=2024, confirm_first=True)
        office.record_round(store, season(6))
    return place


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Client]:
    """A desk and somebody in it; both are gone without a good-bye at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "desk", str(folder), "--no-browser"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stderr is not None
    try:
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        base = address.partition("?")[0].rstrip("/")
        with Client(base_url=base, headers={"origin": base}, timeout=300) as client:
            assert client.get(address).status_code == 303
            yield client
            os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def do(client: Client, name: str, **given: object) -> None:
    answer = client.post(f"/do/{name}", json=given)
    assert answer.status_code == 200, answer.text


def put(client: Client, kind: str, name: str, content: bytes) -> None:
    answer = client.post(
        "/upload", params={"kind": kind, "name": name}, content=content, headers={"content-type": "application/octet-stream"}
    )
    assert answer.status_code == 200, answer.text


def test_ten_kills_lose_nothing(folder: Path) -> None:
    with office.open_season(folder, read_only=True) as store:
        rows = [row for row in office.findings(store) if row.counts and row.asks]
        version = next(one for one in office.versions(store) if one.report_key == rows[0].report_key)
        audit = office.audit_of_version(store, version.id)
        assert audit is not None
        assert audit.report is not None
        cell = str(audit.report.facts[0].key)
    keys = [row.key for row in rows]

    def now(read: Callable[[office.SeasonStore], object]) -> object:
        with office.open_season(folder) as store:
            return read(store)

    def row(key: str) -> office.FindingRow:
        with office.open_season(folder) as store:
            return next(one for one in office.findings(store) if one.key == key)

    with running(folder) as client:  # 1: a decision
        do(client, "decide", key=keys[0], confirmation="confirmed", note="已核对")
    assert (row(keys[0]).confirmation, row(keys[0]).note) == ("confirmed", "已核对")
    with running(folder) as client:  # 2: many decisions at once
        do(client, "decide-all", keys=keys[1:3], versions=[row(key).version for key in keys[1:3]], confirmation="rejected")
    assert {row(key).confirmation for key in keys[1:3]} == {"rejected"}
    with running(folder) as client:  # 3: taking back
        do(client, "undo")
    assert {row(key).confirmation for key in keys[1:3]} == {None}
    with running(folder) as client:  # 4: a waiver
        do(client, "decide", key=keys[3], waiver={"reason": "系统改造", "until": "2099-01-01"})
    assert row(keys[3]).waiver is not None
    with running(folder) as client:  # 5: a cell as a person reads it; the audit it starts dies too or not
        do(client, "read-cells", of=version.id, cells=[{"cell": cell, "value": "9", "version": 0}])
    assert now(lambda store: [one.value for one in office.readings(store)]) == ["9"]
    with running(folder) as client:  # 6: a notice
        do(client, "issue", reports=[rows[0].report_key], number="〔2025〕#号", date="2025-03-01")
    assert now(lambda store: [one.number for one in office.notices(store)]) == ["〔2025〕1号"]
    with running(folder) as client:  # 7: a report
        put(client, "report", "报告.txt", "一份报告".encode())
    assert (folder / "收到的报告" / "报告.txt").read_text(encoding="utf-8") == "一份报告"
    with running(folder) as client:  # 8: an answer
        put(client, "reply", "答复.txt", "一份答复".encode())
    assert (folder / "收到的答复" / "答复.txt").read_text(encoding="utf-8") == "一份答复"
    with running(folder) as client:  # 9: settings
        do(client, "settings", year="2024", office="某办", confirm_first=True)
    assert now(lambda store: office.settings(store).office) == "某办"
    with running(folder) as client:  # 10: a roster
        put(client, "roster", "名册.csv", "机关名称\n甲局\n乙局\n".encode())
        do(client, "keep-roster")
    assert now(lambda store: (office.roster_file(store) or ("",))[0]) == "名册.csv"
    assert row(keys[0]).state == "notified"


def test_killed_in_the_middle_a_change_is_whole_or_not_there(folder: Path) -> None:
    with office.open_season(folder, read_only=True) as store:
        keys = [row.key for row in office.findings(store) if row.counts and row.asks]
    with running(folder) as client, contextlib.suppress(httpx.ReadTimeout):  # sent, and not waited for
        body = {"keys": keys, "versions": [0] * len(keys), "confirmation": "confirmed"}
        client.post("/do/decide-all", json=body, timeout=httpx.Timeout(300, read=0.005))
    with office.open_season(folder) as store:
        decided = {row.confirmation for row in office.findings(store) if row.key in keys}
    assert decided in ({"confirmed"}, {None})
