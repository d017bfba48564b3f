"""The whole season in a real browser, twice: by mouse, and by keyboard alone. From an empty folder through reports, decisions, notices,
answers and corrected reports to the circular.

Six agencies; 40: ``AUDITOR_LOOP_AGENCIES=40 pytest -m browser tests/browser/test_desk_loop.py``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import office
from auditor.desk.snapshot import address_of
from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.browser.desk_driver import ARGUMENTS, answered, corrected, letters, opened, page_at, plans, reports, wait_for_another_page

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]
AGENCIES = int(os.environ.get("AUDITOR_LOOP_AGENCIES", "6"))
AUDIT = 180_000 + 30_000 * AGENCIES
"""Milliseconds that an audit may take on a busy machine before the test gives up."""
FREE = "关于年度报告整改情况的函\n我局已组织核对，相关数据正在与业务科室确认，确认后将另行报告。"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=180_000)
        yield chromium
        chromium.close()


class Mouse:
    """Somebody who clicks."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role(role, name=name).first.click()

    def fill(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.fill(text)

    def choose(self, selector: str, files: list[Path]) -> None:
        self.page.locator(selector).first.set_input_files(files)

    def check(self, selector: str) -> None:
        self.page.locator(selector).first.check()

    def decide(self) -> None:
        before = self.page.url
        self.press("button", re.compile("^确认"))
        self.page.wait_for_load_state()
        moved(self.page, before)


class Keyboard:
    """Somebody without a mouse: Tab, Enter, Space and the desk's own keys."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def _go(self, target: Any) -> None:
        target.wait_for(state="attached")
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        for _ in range(2000):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError("not reached by Tab")

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        self._go(self.page.get_by_role(role, name=name).first)
        self.page.keyboard.press("Enter")

    def fill(self, selector: str, text: str) -> None:
        self._go(self.page.locator(selector).first)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, files: list[Path]) -> None:
        self._go(self.page.locator(selector).first)
        chosen: list[Any] = []
        self.page.once("filechooser", lambda chooser: chosen.append(chooser))
        for _ in range(120):  # a browser drops keys until its first picture of a page; a person presses again
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(500)
            if chosen:
                break
        chosen[0].set_files(files)

    def check(self, selector: str) -> None:
        self._go(self.page.locator(selector).first)
        self.page.keyboard.press("Space")

    def decide(self) -> None:
        before = self.page.url
        self.page.keyboard.press("1")
        moved(self.page, before)


def moved(page: Any, before: str) -> None:
    """Wait until the decision is on the page: the next finding, or on the last one its state."""
    page.wait_for_function(
        "before => document.readyState === 'complete' && (location.href !== before || document.getElementById('state').textContent === '已认定')",
        arg=before,
    )


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_the_whole_season(hand: type[Mouse] | type[Keyboard], tmp_path: Path, browser: Any) -> None:
    folder = tmp_path / "season"
    given = plans(AGENCIES)
    files = reports(tmp_path / "in", given)
    roster = tmp_path / "名册.csv"
    roster.write_text("单位,主管\n" + "".join(f"{plan.agency},\n" for plan in given.values()), encoding="utf-8")
    with opened(folder) as (address, _):
        page = page_at(browser, address)
        page.on("dialog", lambda dialog: dialog.accept())
        do = hand(page)

        do.press("link", "填写年度、单位、期限，放入机关名册")
        do.fill("input[name=year]", "2024")
        do.fill("input[name=office]", "某市人民政府办公室")
        do.press("button", "保存")
        page.wait_for_function(
            "() => document.readyState === 'complete' && document.querySelector('header').innerText.includes('某市人民政府办公室')"
        )
        do.choose("[data-upload=roster] input[type=file]", [roster])
        page.wait_for_url(re.compile("/roster"))
        assert f"共 {AGENCIES} 个机关" in page.locator("main").inner_text()
        do.press("button", "存入名册")
        page.wait_for_url(re.compile("/configuration"))

        do.press("link", "收件")
        page.wait_for_url(re.compile("/files"))
        do.choose("[data-upload=report] input[type=file]", files)
        page.get_by_text(f"已收到 {AGENCIES} 个文件").wait_for()
        do.press("button", "开始审核")
        page.wait_for_function(f"() => document.querySelectorAll('span.file.current').length === {AGENCIES}", timeout=AUDIT)

        do.press("link", re.compile("^审阅"))
        page.wait_for_url(re.compile("/findings"))
        found = page.locator("table.findings tbody tr").count()
        assert found >= AGENCIES // 2
        before = page.url
        if isinstance(do, Keyboard):
            page.keyboard.press("j")
            page.keyboard.press("Enter")
        else:
            page.locator("table.findings tbody a").first.click()
        wait_for_another_page(page, before)
        for _ in range(found):
            do.decide()

        do.press("link", "文书")
        page.wait_for_url(re.compile("/documents"))
        do.check("input[data-all]")
        do.fill("input[name=number]", "政公开办〔2025〕#号")
        do.press("button", "发出所选通知")
        page.get_by_text("政公开办〔2025〕1号").wait_for()
        sent = letters(folder)
        assert len(sent) >= AGENCIES // 2

        back = tmp_path / "back"
        back.mkdir()
        told = []
        for number, letter in sent.items():
            told.append(back / f"回{number}.docx")
            told[-1].write_bytes(answered(letter, "已更正并重新发布。"))
        told.append(back / "来函.txt")
        told[-1].write_text(FREE, encoding="utf-8")
        better = {seed: plan for seed, plan in given.items() if seed % 2 == 0}
        for seed, plan in better.items():
            told.append(back / f"更正{seed}.docx")
            told[-1].write_bytes(corrected(plan))
        do.press("link", "答复和更正")
        page.wait_for_url(re.compile("/replies"))
        do.choose("[data-upload=any] input[type=file]", told)
        page.get_by_text("第2轮审核的结果").wait_for(timeout=AUDIT)
        page.wait_for_function("() => document.getElementById('run').dataset.state !== 'running'", timeout=AUDIT)
        page.reload()
        assert page.get_by_text("已更正并重新发布").count() >= len(sent)
        assert page.locator("#round td.ok").first.inner_text() != ""
        assert page.locator("#round").get_by_text("与原版本比较").count() == len(better)

        do.press("link", "总览")
        page.wait_for_url(re.compile("/overview"))
        do.press("link", "文书")
        page.wait_for_url(re.compile("/documents"))
        with page.expect_download() as waiting:
            do.press("link", "通报（Word）")
        assert waiting.value.suggested_filename.endswith(".docx")
        assert page.faults == []
    with office.open_season(folder, read_only=True) as store:
        assert office.last_round(store) == 2
        assert len({reply.finding for reply in office.replies(store)}) >= len(sent)
        closed = [row for row in office.findings(store) if row.gone_as == "fixed"]
        assert {row.agency for row in closed} == {str(plan.agency) for plan in better.values()}
        assert all(row.state == "closed" and row.gone_round == 2 for row in closed)
        assert sum(1 for version in office.versions(store, every=True) if version.state == "replaced") == len(better)


def test_what_a_letter_says_without_a_number_is_assigned_by_hand(tmp_path: Path, browser: Any) -> None:
    folder = tmp_path / "season"
    files = reports(tmp_path / "in", plans(1))
    with opened(folder) as (address, _):
        page = page_at(browser, address)
        do = Mouse(page)
        do.press("link", "收件")
        do.choose("[data-upload=report] input[type=file]", files)
        page.get_by_text("已收到 1 个文件").wait_for()
        do.press("button", "开始审核")
        page.locator("span.file.current").first.wait_for(timeout=AUDIT)
        letter = tmp_path / "来函.txt"
        letter.write_text(FREE, encoding="utf-8")
        with office.open_season(folder, read_only=True) as store:
            number = next(row.number for row in office.findings(store) if row.counts and row.asks)
        place = folder / "收到的答复"
        place.mkdir()
        (place / letter.name).write_bytes(letter.read_bytes())
        do.press("link", "答复和更正")
        do.press("button", "重新读入")
        page.locator("form.left").wait_for(timeout=AUDIT)
        assert "正在与业务科室确认" in page.locator("form.left .quote").inner_text()
        do.fill("form.left input[name=finding]", number)
        page.locator("form.left select").select_option("explained")
        do.press("button", "归入")
        page.locator("form.left").wait_for(state="detached")
        assert page.faults == []
    with office.open_season(folder, read_only=True) as store:
        (reply,) = office.replies(store)
        assert (reply.answer, reply.how) == ("explained", "typed")


def test_a_cell_read_by_a_person_is_audited_by_itself(tmp_path: Path, browser: Any) -> None:
    folder = tmp_path / "season"
    sample = Path(__file__).resolve().parents[2] / "sample_reports" / "08_row_total_2022.pdf"
    with opened(folder) as (address, _):
        page = page_at(browser, address)
        do = Mouse(page)
        do.press("link", "收件")
        do.choose("[data-upload=report] input[type=file]", [sample])
        page.get_by_text("已收到 1 个文件").wait_for()
        do.press("button", "开始审核")
        page.locator("span.file.current").first.wait_for(timeout=AUDIT)
        with office.open_season(folder, read_only=True) as store:
            row = next(row for row in office.findings(store) if row.counts and row.finding.rule == "T3-03")
        (wrong,) = [fact for fact in row.finding.facts if fact.role == "in_question"]
        page.goto(f"{address.partition('?')[0]}cells/{address_of(row.report_key)}?all=1")
        field = page.locator(f"[data-key='{wrong.key}']")
        assert page.locator(".cellbox svg.crop image").first.evaluate("image => image.getBBox().width") > 100
        field.fill("17")
        do.press("button", "保存改过的")
        page.locator(".cellbox.read").wait_for(timeout=AUDIT)
        assert page.faults == []
    with office.open_season(folder, read_only=True) as store:
        assert next(one for one in office.findings(store) if one.key == row.key).state == "closed"
