"""How the desk and the static page look: nothing runs out of the window, contrast and names suffice (axe-core), light and dark, on a PC
and on a phone; nothing in them needs a browser younger than Chromium 80."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import office
from auditor.desk.snapshot import address_of
from auditor.render.page import About, Links, page
from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.browser.desk_driver import ARGUMENTS, opened
from tests.support.season import not_published, rulebook, season

sync_api = pytest.importorskip("playwright.sync_api")
axe_core = pytest.importorskip("axe_playwright_python")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]
AXE = Path(axe_core.__file__).with_name("axe.min.js")
_RUN = "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3)]))"
YOUNG = {
    "replaceChildren": "86", "replaceAll(": "85", ".at(-": "92", "?.": "80, but not everywhere", "??": "80, but not everywhere", "structuredClone": "98",
    "Object.hasOwn": "93", "toSorted": "110", ":has(": "105", "@container": "105", "@layer": "99", "color-mix": "111", "dvh": "108",
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=180_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """An open desk and the addresses of all its pages."""
    folder = tmp_path_factory.mktemp("looks") / "season"
    with office.create_season(folder, who="甲") as store:
        office.set_settings(store, year=2024, office="某市人民政府办公室", confirm_first=True)
        office.record_round(store, season(12, corpus=(not_published("青禾市教育局"),)))
        row = next(row for row in office.findings(store) if row.counts and row.asks)
        office.set_finding(store, row.key, confirmation="confirmed", note="已核对")
        office.record_notice(store, row.agency, row.year, [row.key], number="〔2025〕1号", date="2025-03-01", content=b"x")
        office.record_replies(store, [office.Reply(finding=row.key, text="已更正", answer="corrected", certain=False, source="函.docx")])
        left = (office.LeftOver(kind="loose", text="正在核对"),)
        office.note_answer_file(store, office.AnswerFile(source="收到的答复/函.docx", left=left))
        roster = folder / "名册.csv"
        roster.write_text(f"机关名称,上级\n{row.agency},\n乙局,{row.agency}\n", encoding="utf-8")
        office.set_roster(store, roster)
    views = [f"overview?view={name}" for name in ("rules", "heat", "years", "pairs", "tree")]
    lists = ["", "files", "findings", "agencies", "documents", "replies", "configuration", "bulk?state=counting", "nowhere"]
    with opened(folder) as (address, _):
        yield (
            address,
            [*lists, *views, f"finding/{row.key}", f"agency/{address_of(row.report_key)}", f"cells/{address_of(row.report_key)}?all=1"],
        )


def serious(tab: Any) -> list[Any]:
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    return [found for found in tab.evaluate(_RUN) if found[0] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_desk_can_be_used_and_fits(desk: tuple[str, list[str]], browser: Any, scheme: str) -> None:
    address, names = desk
    if not hasattr(browser, "desk_context"):
        browser.desk_context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        browser.desk_context.set_default_timeout(180_000)
        browser.desk_context.new_page().goto(address)
    tab = browser.desk_context.new_page()
    tab.emulate_media(color_scheme=scheme)
    base = address.partition("?")[0]
    for name in names:
        tab.set_viewport_size({"width": 1366, "height": 768})
        tab.goto(base + name)
        assert serious(tab) == [], name
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1366, name
        tab.set_viewport_size({"width": 1024, "height": 700})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1024, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_the_static_page_can_be_used_and_fits(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    file = tmp_path / "index.html"
    links = {"报告/0001.docx": Links(notice="甲/整改通知书.docx", copy="甲/标注.docx", original="报告/0001.docx")}
    about = About(office="某市人民政府办公室", year=2024, round=2, date="2025-03-01", links=links)
    file.write_text(page(season(12, corpus=(not_published("青禾市教育局"),)), rulebook(), about=about), encoding="utf-8")
    tab = browser.new_context(viewport={"width": width, "height": 768}, locale="zh-CN").new_page()
    tab.emulate_media(color_scheme=scheme)
    tab.goto(file.as_uri())
    assert tab.locator("header").inner_text().find("某市人民政府办公室 · 2024年度 · 第2轮 · 2025-03-01") >= 0
    for view in ("overview", "findings", "agencies", "heat", "agency-0"):
        tab.evaluate(f"auditor.select('{view}')")
        assert serious(tab) == [], view
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, view
    assert [link.get_attribute("href") for link in tab.locator("a.file").all()] == ["甲/整改通知书.docx", "甲/标注.docx", "报告/0001.docx"]
    assert tab.locator("details summary").filter(has_text="已核对无误").count() == 1


def test_nothing_needs_a_young_browser() -> None:
    root = Path(__file__).resolve().parents[2] / "auditor"
    for path in (*(root / "desk" / "static").iterdir(), *(root / "render" / "page" / "assets").iterdir()):
        text = re.sub(r"\"[^\"\n]*\"", "", path.read_text(encoding="utf-8"))
        assert [word for word in YOUNG if word in text] == [], path.name
