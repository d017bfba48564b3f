"""Pictures of every page of the desk and of the static page, to be looked at by people: two window sizes, light and dark.

    python -m tools.desk_pictures [--out build/pictures] [--agencies 40] [--season DIR]

A season of the sample reports and of generated agencies is made in a temporary folder unless one is given. Names of the files:
``PAGE-1366-light.png`` and so on.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SIZES = ((1366, 768), (1920, 1080))
SCHEMES = ("light", "dark")
ROOT = Path(__file__).resolve().parents[1]


def make(folder: Path, agencies: int) -> None:
    """A season in the middle of its work: samples and generated agencies, decisions, notices, answers, a second round, a roster."""
    from auditor import office
    from tests.lab.compose import DocxStyle, ReportPlan, to_docx
    from tests.lab.mutate import set_facts
    from tests.support.season import wrong_plan

    received = folder / "收到的报告"
    received.mkdir(parents=True)
    for sample in sorted((ROOT / "sample_reports").glob("[0-9]*")):
        shutil.copy2(sample, received / sample.name)
    plans: dict[str, tuple[int, ReportPlan]] = {}
    for seed in range(400):
        plan = wrong_plan(seed)
        if str(plan.agency) not in plans and len(plans) < agencies:
            plans[str(plan.agency)] = (seed, plan)
    for name, (_, plan) in plans.items():
        (received / f"{name}2024年年度报告.docx").write_bytes(to_docx(plan, DocxStyle()))
    with office.create_season(folder, who="张三") as store:
        office.set_settings(store, year=2024, office="某市人民政府办公室", contact="王五 0100-1234567", confirm_first=True)
        roster = folder / "名册.csv"
        lines = [f"{name}," for name in plans] + ["某市残疾人联合会,", "某市文物局,某市文化广电和旅游局"]
        roster.write_text("机关名称,上级\n" + "\n".join(lines) + "\n", encoding="utf-8")
        office.set_roster(store, roster)
    audit(folder)
    with office.open_season(folder, who="张三") as store:
        rows = [row for row in office.findings(store) if row.counts and row.asks]
        for place, row in enumerate(rows[: len(rows) * 2 // 3]):
            kind: office.Confirmation = "rejected" if place % 7 == 6 else "to_verify" if place % 7 == 5 else "confirmed"
            office.set_finding(store, row.key, confirmation=kind, note="已与原文核对" if place % 3 == 0 else "")
    run("season", "issue", folder, "--number", "政公开办〔2025〕#号", "--date", "2025-03-03", "--who", "张三")
    with office.open_season(folder, who="张三") as store:
        sent = office.notices(store)
        told: list[tuple[office.Answer, str]] = [
            ("corrected", "已更正并重新发布。"),
            ("explained", "系统导出时漏列，已在网站说明。"),
            ("disputed", "我局认为填报无误，理由见附件。"),
        ]
        for place, notice in enumerate(sent[:9]):
            answer, text = told[place % 3]
            certain, source = place % 4 != 3, f"答复{place + 1}.docx"
            reply = office.Reply(finding=notice.findings[0], text=text, answer=answer, certain=certain, source=source)
            office.record_replies(store, [reply])
        left = (office.LeftOver(kind="loose", text="我局已组织核对，相关数据正在与业务科室确认，确认后将另行报告。"),)
        office.note_answer_file(store, office.AnswerFile(source="收到的答复/来函.docx", left=left, agency=sent[0].agency if sent else ""))
    key = "t3.new_received.natural_person"
    for place, (name, (seed, plan)) in enumerate(plans.items()):
        if seed % 2 == 0 and place % 3 != 2:
            better = set_facts(
                plan, {key: int(plan.facts[key]) - 3, "t2.regulation.repealed": int(plan.facts["t2.regulation.repealed"]) + 1}
            )
            (received / f"{name}2024年年度报告（更正）.docx").write_bytes(to_docx(better, DocxStyle()))
    audit(folder)


def audit(folder: Path) -> None:
    """One round over what lies in the folder."""
    run("check", "收到的报告", "--season", ".", "--fail-on", "never", "--quiet", at=folder)


def run(*words: object, at: Path = ROOT) -> None:
    """One command of the program; its output is shown only where it cannot be used."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        cwd=at,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    if done.returncode not in (0, 1, 4):
        raise SystemExit(done.stdout + done.stderr)


def addresses(folder: Path) -> dict[str, str]:
    """The pages by name: each once, those of one finding or report for cases that look different."""
    from auditor import office
    from auditor.desk.snapshot import address_of

    with office.open_season(folder, read_only=True) as store:
        rows = [row for row in office.findings(store) if row.parent is None and row.number]
        versions = office.versions(store, every=True)
        waiting = office.open_cells(store)
    found = {
        "home": "", "files": "files", "findings": "findings?severity=asking&state=counting", "agencies": "agencies",
        "documents": "documents", "replies": "replies", "configuration": "configuration", "bulk": "bulk?state=counting",
        **{f"overview-{view}": f"overview?view={view}" for view in ("rules", "heat", "years", "pairs", "tree")}, "nowhere": "nowhere",
    }  # fmt: skip
    for kind in ("pdf", "docx", "html", "txt", "xlsx", "png"):
        row = next((one for one in rows if one.counts and one.path.endswith(kind)), None)
        if row is not None:
            found[f"finding-{kind}"] = f"finding/{row.key}"
    pair = next((one for one in rows if one.finding.passages), None)
    if pair is not None:
        found["finding-pair"] = f"finding/{pair.key}"
    replaced = next((one.report_key for one in versions if one.state == "replaced"), None)
    if replaced is not None:
        found |= {"agency": f"agency/{address_of(replaced)}", "compare": f"compare/{address_of(replaced)}"}
    told = [one for one in versions if one.id in waiting]
    for place, one in enumerate(told[:3]):
        found[f"cells-{place + 1}"] = f"cells/{address_of(one.report_key)}"
    if versions:
        found["cells-all"] = f"cells/{address_of(versions[0].report_key)}?all=1"
    return found


def take(folder: Path, out: Path, names: Iterable[str] = ()) -> list[Path]:
    """The pictures of a season's pages; ``names``: only these."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "auditor", "desk", str(folder), "--no-browser"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=ROOT)
    assert process.stderr is not None
    made = []
    try:
        opened = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        base = opened.partition("?")[0]
        program = shutil.which("chromium") or shutil.which("google-chrome")
        pages = addresses(folder)
        wanted = {name: pages[name] for name in (list(names) or pages) if name in pages}
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=program,
                args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
                env=os.environ | {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},
            )
            page: Any = browser.new_context(locale="zh-CN").new_page()
            page.goto(opened)
            static = out / "season.html"
            static.write_bytes(page.context.request.get(f"{base}take/season.html").body())
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    for name, address in wanted.items():
                        page.goto(base + address)
                        made.append(out / f"{name}-{width}-{scheme}.png")
                        page.screenshot(path=made[-1])
                    page.goto(static.resolve().as_uri())
                    worst = page.evaluate("auditor.worst()")
                    for view in () if list(names) else ("overview", "findings", "agencies", "heat", "agency-0", worst):
                        page.goto(static.resolve().as_uri())
                        page.evaluate(f"auditor.select('{view}')")
                        made.append(out / f"static-{view}-{width}-{scheme}.png")
                        page.screenshot(path=made[-1])
            browser.close()
    finally:
        process.kill()
        process.wait()
    return made


def main() -> None:
    """Make the season where none is given, and the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("build/pictures"))
    parser.add_argument("--agencies", type=int, default=40)
    parser.add_argument("--season", type=Path, help="a season that is there already")
    parser.add_argument("--page", action="append", default=[], help="only this page; may be given several times")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditor-pictures-") as place:
        folder = given.season or Path(place) / "季"
        if not (folder / "index.html").exists():
            make(folder, given.agencies)
        for path in take(folder, given.out, given.page):
            print(path)


if __name__ == "__main__":
    main()
