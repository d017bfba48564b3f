"""The desk in a real browser: a season of 40 agencies worked through by mouse and by keyboard; a kill loses nothing."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import office
from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.support.season import season

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "season"
    with office.create_season(place, who="甲") as store:
        office.set_settings(store, year=2024, office="某市政府办公室", confirm_first=True)
        office.record_round(store, season(40))
    return place


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A desk as a person starts it: the address it prints, and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "desk", str(folder), "--no-browser"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stderr is not None
    try:
        for line in process.stderr:
            found = re.search(r"http://\S+", line)
            if found:
                yield found[0], process
                return
        raise AssertionError("the desk did not say its address")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=180_000)
        yield chromium
        chromium.close()


def page_at(browser: Any, address: str) -> Any:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.set_default_timeout(180_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(address)
    return page


def wait_for_another_page(page: Any, before: str) -> None:
    page.wait_for_function("before => location.href !== before && document.readyState === 'complete'", arg=before)


def decisions(folder: Path) -> dict[str, str]:
    with office.open_season(folder, read_only=True) as store:
        return {row.key: row.confirmation for row in office.findings(store) if row.confirmation is not None}


def test_the_whole_loop_by_mouse(folder: Path, browser: Any) -> None:
    with opened(folder) as (address, _):
        page = page_at(browser, address)
        page.get_by_role("link", name=re.compile("待认定")).click()
        page.locator("table.findings tbody a").first.click()
        assert page.locator(".review").is_visible()
        for decision in ("^确认", "^不认定"):
            before = page.url
            page.get_by_role("button", name=re.compile(decision)).click()
            wait_for_another_page(page, before)
        page.get_by_role("link", name="文书").click()
        page.wait_for_url(re.compile("/documents"))
        page.wait_for_load_state()
        boxes = page.locator("input[name=report]:not([disabled])")
        assert boxes.count() == 1
        boxes.first.check()
        page.locator("input[name=number]").fill("〔2025〕#号")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="发出所选通知").click()
        page.get_by_text("〔2025〕1号").wait_for()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="打开").first.click()
        assert waiting.value.suggested_filename.endswith(".docx")
        assert page.faults == []
    assert sorted(decisions(folder).values()) == ["confirmed", "rejected"]
    with office.open_season(folder, read_only=True) as store:
        assert [notice.number for notice in office.notices(store)] == ["〔2025〕1号"]


def test_reports_dropped_in_are_audited_in_the_background(tmp_path: Path, browser: Any) -> None:
    place = tmp_path / "season"
    samples = Path(__file__).resolve().parents[2] / "sample_reports"
    with opened(place) as (address, _):
        page = page_at(browser, address)
        page.get_by_role("link", name="收件").click()
        page.locator("input[type=file]").first.set_input_files(sorted(samples.glob("0[6-8]*")))
        page.get_by_text("已收到 3 个文件").wait_for()
        page.get_by_role("button", name="开始审核").click()
        page.locator("span.file.current").nth(2).wait_for(timeout=180_000)
        page.get_by_role("link", name="首页").click()
        page.get_by_text("待认定").first.wait_for()
        assert page.faults == []
    with office.open_season(place, read_only=True) as store:
        assert office.counts(store).reports == 3
        assert office.counts(store).error == 3


def test_findings_are_decided_by_keyboard_alone(folder: Path, browser: Any) -> None:
    with opened(folder) as (address, _):
        page = page_at(browser, address)
        page.goto(address.partition("?")[0] + "findings?severity=asking&state=counting")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/finding/"))
        for key in ("1", "2", "3"):
            before = page.url
            page.keyboard.press(key)
            wait_for_another_page(page, before)
        page.keyboard.press("4")
        page.keyboard.type("系统改造期间")
        before = page.url
        page.keyboard.press("Enter")
        wait_for_another_page(page, before)
        assert page.faults == []
        assert sorted(decisions(folder).values()) == ["confirmed", "rejected", "to_verify"]
        with page.expect_response(re.compile("/do/undo")):
            page.keyboard.press("u")
    with office.open_season(folder, read_only=True) as store:
        assert not [row for row in office.findings(store) if row.waiver is not None]


def test_a_number_of_the_calculation_lights_up_its_cell(tmp_path: Path, browser: Any) -> None:
    place = tmp_path / "season"
    sample = Path(__file__).resolve().parents[2] / "sample_reports" / "08_row_total_2022.pdf"
    with office.create_season(place, who="甲") as store:
        kept = office.add_file(store, sample.name, sample.read_bytes())
        office.record_round(store, _audited(place, kept))
        key = next(row.key for row in office.findings(store) if row.finding.rule == "T3-03")
    with opened(place) as (address, _):
        page = page_at(browser, address)
        page.goto(address.partition("?")[0] + f"finding/{key}")
        assert page.locator("svg.page image").evaluate("image => image.getBBox().width") > 100
        assert page.locator("rect.mark.question").count() >= 1
        page.locator("span.num").first.hover()
        assert page.locator("rect.mark.lit").count() == 1
        assert page.faults == []


def _audited(place: Path, kept: Path) -> Any:
    from auditor.model.result import Result
    from auditor.model.settings import Settings
    from auditor.pipeline import check_report, extract_file
    from tests.support.season import counted, rulebook

    report = extract_file(kept, rulebook(), shown=kept.relative_to(place).as_posix())
    return Result(audits=(counted(check_report(report, rulebook(), Settings())),), version="0", rules_sha256="0")


def test_a_kill_at_any_moment_loses_no_decision(folder: Path, browser: Any) -> None:
    with office.open_season(folder, read_only=True) as store:
        keys = [row.key for row in office.findings(store) if row.counts and row.asks][:4]
    told: list[str] = []
    for key in keys:
        with opened(folder) as (address, process):
            page = page_at(browser, address)
            page.goto(address.partition("?")[0] + f"finding/{key}")
            with page.expect_response(re.compile("/do/decide")) as answer:
                page.keyboard.press("1")
            assert answer.value.ok
            os.kill(process.pid, signal.SIGKILL)
            told.append(key)
        assert set(decisions(folder)) == set(told)


def test_a_second_desk_on_the_season_names_the_first(folder: Path) -> None:
    with opened(folder) as (address, _):
        second = subprocess.run(
            [sys.executable, "-m", "auditor", "desk", str(folder), "--no-browser"], capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    assert second.returncode == 2
    assert address.partition("?")[0] in second.stderr
