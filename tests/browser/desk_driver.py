"""A desk in a real browser, and a season of generated reports to work through in it."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor import office
from tests.lab.compose import DocxStyle, ReportPlan, to_docx
from tests.lab.mutate import set_facts
from tests.support.season import wrong_plan

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WRONG = "t3.new_received.natural_person"
UNASKED = "t2.regulation.repealed"


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


def page_at(browser: Any, address: str) -> Any:
    """A new window at an address; ``faults`` collects what its console complains about."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.set_default_timeout(180_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.goto(address)
    return page


def wait_for_another_page(page: Any, before: str) -> None:
    """Wait until the address is another one and the page is there."""
    page.wait_for_function("before => location.href !== before && document.readyState === 'complete'", arg=before)


def plans(count: int) -> dict[int, ReportPlan]:
    """So many reports of different agencies by seed; those of an even seed have errors, the one in :data:`WRONG` among them."""
    found: dict[str, tuple[int, ReportPlan]] = {}
    seed = 0
    while len(found) < count and seed < 400:
        plan = wrong_plan(seed)
        found.setdefault(str(plan.agency), (seed, plan))
        seed += 1
    assert len(found) == count
    return dict(found.values())


def reports(folder: Path, given: dict[int, ReportPlan]) -> list[Path]:
    """The reports as Word files."""
    folder.mkdir(parents=True)
    paths = []
    for seed, plan in given.items():
        paths.append(folder / f"report{seed:03}.docx")
        paths[-1].write_bytes(to_docx(plan, DocxStyle()))
    return paths


def corrected(plan: ReportPlan) -> bytes:
    """A report put right in the cell it was asked about, and changed in one that nobody asked about."""
    changes = {WRONG: int(plan.facts[WRONG]) - 3, UNASKED: int(plan.facts[UNASKED]) + 1}
    return to_docx(set_facts(plan, changes), DocxStyle())


def answered(letter: bytes, text: str) -> bytes:
    """A notice as an agency returns it: a reply in the reply column of its first row of findings."""
    from docx import Document

    document = Document(io.BytesIO(letter))
    for table in document.tables:
        heads = [cell.text for cell in table.rows[0].cells]
        column = next((place for place, head in enumerate(heads) if "答复" in head), None)
        if column is not None:
            for row in table.rows[1:]:
                row.cells[column].text = text
            break
    else:
        raise AssertionError("the notice has no column for replies")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def letters(folder: Path) -> dict[int, bytes]:
    """The notices issued in a season by number."""
    with office.open_season(folder, read_only=True) as store:
        return {notice.id: office.notice_content(store, notice.id) or b"" for notice in office.notices(store)}
