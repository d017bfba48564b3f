"""How long the desk's pages take over a season of 1,500 agencies: at the server in processor time, and in a browser until something
is shown.

    python -m tools.bench_desk [--agencies 1500] [--browser]

Prints one line a page; ``paint`` is when a browser first shows something, ``useful`` when the largest piece of the first screen stands
there. Exit code 1 where a page takes more than 300 ms at the server (second look, as the season is read once). What a browser takes
depends on what else this PC does: it is printed, with a mark above one second, and decides nothing.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditor import office
from auditor.desk.snapshot import address_of
from auditor.desk.state import Desk

SERVER_MS = 300.0
PAINT_MS = 1000.0
_ROUNDS = 5


def pages(desk: Desk) -> dict[str, str]:
    """The addresses measured, by what they show."""
    row = next(row for row in office.findings(desk.store) if row.counts and row.asks)
    roster = "第1分局"
    parent = next((one.agency for one in office.agencies(desk.store) if one.agency.endswith(roster)), "")
    return {
        "home": "/",
        "files": "/files",
        "findings": "/findings?severity=asking&state=counting",
        "findings, last page": "/findings?page=999",
        "search": "/findings?words=%E8%A1%A8%E4%B8%89",
        "finding": f"/finding/{row.key}?severity=asking&state=counting",
        "agencies": "/agencies",
        "agency": f"/agency/{address_of(row.report_key)}",
        "cells": f"/cells/{address_of(row.report_key)}",
        "documents": "/documents",
        "answers": "/replies",
        "rules": "/overview?view=rules",
        "heat map": "/overview?view=heat",
        "years": "/overview?view=years",
        "shared wording": "/overview?view=pairs",
        "roll-up": f"/overview?view=tree&parent={parent}",
        "bulk": "/bulk?severity=error&state=counting",
        "settings": "/configuration",
    }


def make(folder: Path, agencies: int) -> None:
    """A season of so many agencies, two rounds, notices and a roster."""
    from tests.support.season import season

    with office.create_season(folder, who="bench") as store:
        office.set_settings(store, year=2024, office="某市人民政府办公室", confirm_first=True)
        result = season(agencies)
        office.record_round(store, result)
        names = [
            counted.audit.report.agency for counted in result.audits if counted.audit.report is not None and counted.audit.report.agency
        ]
        path = folder / "roster.csv"
        lines = [f"{name},{names[0] if place and place < 40 else ''}" for place, name in enumerate(names)]
        path.write_text("机关名称,上级\n" + "\n".join(lines) + "\n", encoding="utf-8")
        office.set_roster(store, path)


def measure(folder: Path) -> tuple[dict[str, tuple[float, float, int]], dict[str, str]]:
    """Processor milliseconds of the first and of the best later look, and bytes, by page; and the addresses."""
    from starlette.testclient import TestClient

    from auditor.desk.app import create_app
    from auditor.desk.state import open_desk
    from auditor.rulebook import load_rulebook

    host = "127.0.0.1:5000"
    desk = open_desk(folder, load_rulebook(), "zh", "bench")
    client = TestClient(create_app(desk, (host,)), base_url=f"http://{host}")
    client.get("/", params={"token": desk.token}, follow_redirects=False)
    found: dict[str, tuple[float, float, int]] = {}
    addresses = pages(desk)
    for name, address in addresses.items():
        taken = []
        size = 0
        for _ in range(_ROUNDS):
            begun = time.process_time()
            answer = client.get(address)
            taken.append((time.process_time() - begun) * 1000)
            size = len(answer.content)
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code}")
        found[name] = (taken[0], min(taken[1:]), size)
    desk.store.close()
    return found, addresses


_USEFUL = """() => new Promise(done => {
    let last = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { last = Math.max(last, entry.startTime); }))
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => done(last), 400);
})"""


def paints(folder: Path, addresses: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Milliseconds until a browser first shows something and until its first screen is whole, by page: the better of two looks."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "auditor", "desk", str(folder), "--no-browser"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, encoding="utf-8")
    assert process.stderr is not None
    try:
        opened = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        base = opened.partition("?")[0].rstrip("/")
        program = shutil.which("chromium") or shutil.which("google-chrome")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(opened)
            script = "performance.getEntriesByType('paint').filter(p => p.name === 'first-contentful-paint').map(p => p.startTime)[0]"
            shown: dict[str, tuple[float, float]] = {}
            for name, address in addresses.items():
                times: list[tuple[float, float]] = []
                for _ in range(2):
                    page.goto(base + address)
                    page.wait_for_function(f"() => {script} !== undefined")  # a string would be eval, which the desk forbids
                    first = float(page.evaluate(script))
                    times.append((first, max(first, float(page.evaluate(_USEFUL)))))
                shown[name] = min(times, key=lambda pair: pair[1])
            browser.close()
            return shown
    finally:
        process.kill()
        process.wait()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--agencies", type=int, default=1500)
    parser.add_argument("--browser", action="store_true", help="measure the first paint in Chromium as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as place:
        folder = Path(place) / "season"
        make(folder, given.agencies)
        server, addresses = measure(folder)
        shown = paints(folder, addresses) if given.browser else {}
    print(f"{'page':<22}{'first ms':>10}{'then ms':>10}{'KB':>8}" + (f"{'paint ms':>10}{'useful ms':>10}" if shown else ""))
    slow = False
    for name, (first, then, size) in server.items():
        paint = "".join(f"{value:>10.0f}" for value in shown.get(name, ()))
        paint += " slow" if max(shown.get(name, (0.0,))) > PAINT_MS else ""
        print(f"{name:<22}{first:>10.0f}{then:>10.0f}{size / 1024:>8.0f}{paint}")
        slow |= then > SERVER_MS
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
