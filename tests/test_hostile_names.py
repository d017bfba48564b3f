"""Forty hostile texts as names of agencies, files and members, in cells and sentences: nothing of them runs on the page or the desk in
Chromium, no cell of a workbook is a formula, and JSON stays JSON."""

from __future__ import annotations

import contextlib
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.cli.running import auditor
from tests.lab.compose import to_text
from tests.lab.mutate import say, set_facts
from tests.support.season import wrong_plan

RUN = "window.__ran=1"
HOSTILE = (
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>", f"\"><body onload={RUN}>",
    f"' onmouseover='{RUN}' x='", f"\" autofocus onfocus=\"{RUN}", f"javascript:{RUN}", f"[x](javascript:{RUN})",
    f"data:text/html,<script>{RUN}</script>", "<style>*{display:none}</style>", "<link rel=stylesheet href=http://198.51.100.1/x.css>",
    "<img src=http://198.51.100.1/x.png>", "<base href=http://198.51.100.1/>", "<meta http-equiv=refresh content='0;url=http://198.51.100.1/'>",
    f"<!--<script>{RUN}", f"{{{{constructor.constructor('{RUN}')()}}}}", f"${{{RUN}}}", "&lt;b&gt;&#60;i&#62;", "=1+1", "=HYPERLINK(\"http://198.51.100.1\",\"x\")",
    "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "=cmd|'/c calc'!A0", "+DDE(\"cmd\";\"/c calc\";\"x\")", "{=1+1}", "\x1b[31m红\x1b[0m", "\x1b]0;标题\x07",
    "\x1b]8;;http://198.51.100.1\x1b\\点\x1b]8;;\x1b\\", "\x9b31m\x9d0;x\x9c\x85", "\u202e局育教\u202c", "\u2067甲\u2066乙\u2069", "零\u200b宽\u200d字\ufeff符",
    "非\ufffe字\uffff符", "很长" * 400, "../../../etc/passwd", "CON", "报告\r伪造的一行\x08\x7f",
)  # fmt: skip
COMMANDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_AGENCY = 12
"""Reports made: text i names the agency of one; files, cells and sentences take the others."""


def _file_name(text: str, number: int) -> str:
    """The text as far as a file system takes it in a name."""
    kept = text.replace("/", "／").replace("\0", "").encode("utf-8", "ignore")[:180].decode("utf-8", "ignore")
    return f"{kept}{number}.txt"


def _make(folder: Path) -> None:
    folder.mkdir(parents=True)
    count = len(HOSTILE)
    members = []
    for number, name in enumerate(HOSTILE):
        plan = wrong_plan(number % 4 * 2)
        key = next(key for key in plan.facts if key.startswith("t3.") and key.endswith("natural_person"))
        plan = set_facts(plan, {key: HOSTILE[(number + 7) % count].replace("\n", " ")})
        plan = say(plan, f"本年度新收政府信息公开申请{number + 7}件{HOSTILE[(number + 13) % count]}。")
        content = to_text(plan).decode("utf-8", "surrogatepass").replace(plan.agency, f"{name}市局{number}")
        data = content.encode("utf-8")
        if number % 4:
            members.append((_file_name(HOSTILE[(number + 19) % count], number), data))
        else:
            (folder / _file_name(HOSTILE[(number + 19) % count], number)).write_bytes(data)
    with zipfile.ZipFile(folder / "\u202e报送=1+1.zip", "w") as package:
        for member, data in members:
            package.writestr(member, data)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports and everything one run writes about them."""
    root = tmp_path_factory.mktemp("hostile")
    _make(root / "reports")
    formats = ("console", "json", "jsonl", "csv", "html", "xlsx", "docx", "sarif", "junit")
    wanted = [f"-o{name}={root / ('out.' + name)}" for name in formats]
    ran = auditor("check", root / "reports", *wanted, "--season", root / "season", "--ledger", root / "book.db", "-q")
    assert ran.code in (1, 4), ran.err
    assert not COMMANDS.search(ran.out + ran.err)
    auditor("dataset", root / "reports", "-o", root / "data.xlsx", "-q")
    return root


def test_json_is_json(made: Path) -> None:
    json.loads((made / "out.json").read_bytes())


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.csv", "out.sarif", "out.junit"])
def test_no_text_output_holds_a_command_for_what_shows_it(made: Path, name: str) -> None:
    text = (made / name).read_text(encoding="utf-8-sig")
    assert re.findall("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text) == []


def test_no_cell_of_a_workbook_is_a_formula(made: Path) -> None:
    import openpyxl

    for path in (made / "out.xlsx", made / "data.xlsx", made / "season" / "问题台账.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    own = str(cell.value).startswith(("=HYPERLINK(\"#", "=COUNTIF", "=SUM", "=COUNTA")) and "198.51" not in str(cell.value)
                    assert cell.data_type != "f" or own, (path.name, cell.coordinate, cell.value)


@contextlib.contextmanager
def _watched() -> Iterator[tuple[Any, list[str]]]:
    """A browser window; dialogs and requests to other places are noted."""
    from tests.browser.desk_driver import ARGUMENTS

    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        tab = chromium.new_context(locale="zh-CN").new_page()
        seen: list[str] = []
        tab.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("request", lambda asked: None if asked.url.startswith(("file:", "http://127.0.0.1", "data:", "blob:")) else seen.append(asked.url))
        yield tab, seen
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_nothing_runs_on_the_page_and_the_desk(made: Path) -> None:
    from auditor import office
    from tests.browser.desk_driver import opened

    with office.open_season(made / "season") as store:
        rows = office.findings(store)
    with _watched() as (tab, seen):
        for file in (made / "out.html", made / "season" / "index.html"):
            tab.goto(file.as_uri())
            for view in ("overview", "findings", "agencies", "heat", *(f"agency-{number}" for number in range(_AGENCY))):
                tab.evaluate(f"auditor.select('{view}')")
                assert tab.evaluate("window.__ran === undefined"), view
                assert tab.locator("main svg script, main iframe, main script, main base, main style").count() == 0
        for path in sorted((made / "season").rglob("标注件*.html"))[:8]:
            tab.goto(path.as_uri())
            assert tab.evaluate("window.__ran === undefined"), path.name
        with opened(made / "season") as (address, _):
            tab.goto(address)
            base = address.partition("?")[0]
            pages = {row.report_key: row.key for row in rows}
            views = [item for report, key in list(pages.items())[:_AGENCY] for item in (f"finding/{key}", f"agency/{report}", f"cells/{report}?all=1")]
            for name in ("", "files", "findings", "agencies", "documents", "replies", "configuration", "overview?view=rules", *views):
                tab.goto(base + name)
                assert tab.evaluate("window.__ran === undefined"), name
                assert tab.evaluate("document.body.innerText").strip(), name
        assert seen == []
