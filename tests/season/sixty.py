"""汇总 of sixty departments from files to files, as an office does it: ``python -m tests.season.sixty FOLDER`` (``make prove-compile``).

Writes sixty Word reports and a roster, adds them up with ``auditor compile``, holds every number of the Word form and of the workbook
(recalculated by LibreOffice) against the plain sums of the printed cells, writes the sums into the city's own report, and audits it with
its departments: no finding on the city. Then once more with three reports missing, two cells unread and one report with blanks for zeros.
Prints a line for each; exit code 1 where one does not hold.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl

from auditor.bind import bind
from auditor.read import read_bytes
from tests.cli.running import auditor
from tests.lab.compose import ReportPlan, balanced_plan, to_docx
from tests.lab.compose.prose import preamble_for, sections_for
from tests.support.season import rulebook
from tests.support.soffice import convert

YEAR = 2024
CITY = "青禾市人民政府"
COUNT = 60
MISSING = (57, 58, 59)
UNREAD = {11: "t3.granted.total", 12: "t4.review_total"}
BLANKS = 13


# Sixty invented offices: no two names hold one another, so that the roster can tell them apart.
FIELDS = ("水务", "民政", "教育", "财政", "审计", "统计", "林业", "渔业", "气象", "文物", "体育", "旅游", "粮食", "盐业", "烟草")
KINDS = ("局", "服务中心", "执法支队", "管理委员会")


def name(number: int) -> str:
    return f"青禾市{FIELDS[number % len(FIELDS)]}{KINDS[number // len(FIELDS)]}"


def plan(number: int) -> ReportPlan:
    """A department's report; its words are those of the laboratory, so that no two are copies of one another."""
    made = balanced_plan(number, "layout_2021", ("small", "medium", "small")[number % 3], year=YEAR)
    facts = {key: Decimal(value) for key, value in made.facts.items()}
    return replace(
        made,
        agency=name(number),
        scope="entity",
        preamble=preamble_for(name(number), "我局", YEAR),
        sections=sections_for("我局", False, YEAR, "layout_2021", {key: as_printed(value) for key, value in facts.items()}, number * 37),
    )


def as_printed(value: Decimal) -> int | str:
    """A whole number as such, an amount as text without zeros at its end."""
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def sums(plans: Mapping[int, ReportPlan]) -> dict[str, Decimal]:
    """Of every cell, over the plans, by plain addition of what is printed; a cell that prints no number adds nothing."""
    total: dict[str, Decimal] = {}
    for made in plans.values():
        for key, text in made.facts.items():
            total[key] = total.get(key, Decimal(0)) + (Decimal(text) if re.fullmatch(r"-?[\d.]+", text) else 0)
    return total


def write(folder: Path, plans: Mapping[int, ReportPlan]) -> Path:
    """The reports, and beside the folder the roster of all sixty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, made in plans.items():
        (folder / f"{number + 1:02d}_{made.agency}.docx").write_bytes(to_docx(made))
    lines = ["机关名称,类型,上级", f"{CITY},政府,", *(f"{name(number)},部门,{CITY}" for number in range(COUNT))]
    roster = folder.parent / "机关名册.csv"
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return roster


def run(*words: str) -> tuple[int, str]:
    """A command, as a user runs it; its exit code and what it printed."""
    ran = auditor(*words)
    return ran.code, ran.out + ran.err


def workbook_numbers(path: Path, folder: Path) -> list[tuple[Decimal, str]]:
    """The numbers of the three form sheets after LibreOffice has calculated them anew, with the condition for ≥ where there is one."""
    formulas = openpyxl.load_workbook(path)
    book = openpyxl.load_workbook(io.BytesIO(convert(path.read_bytes(), "sums.xlsx", "xlsx", folder)), data_only=True)
    found = []
    for sheet in formulas.worksheets[:3]:
        marked = {str(area.sqref).partition(":")[0] for area in sheet.conditional_formatting}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=SUM("):
                    value = Decimal(str(round(float(book[sheet.title][cell.coordinate].value), 6))).normalize()
                    found.append((value, "≥" if cell.coordinate in marked else ""))
    return found


def city_report(total: Mapping[str, Decimal]) -> bytes:
    """The city's own report with the sums in its tables and prose."""
    facts = {key: as_printed(value) for key, value in total.items()}
    made = ReportPlan(
        agency=CITY,
        year=YEAR,
        layouts={"t2": "layout_2021", "t3": "layout_2021", "t4": "layout_2021"},
        facts={key: str(value) for key, value in facts.items()},
        preamble=preamble_for(CITY, "全市", YEAR),
        sections=sections_for("全市", True, YEAR, "layout_2021", facts, 501),
        scope="consolidated",
    )
    return to_docx(made)


def word_numbers(path: Path) -> dict[str, str]:
    """The form of the compiled Word file by cell."""
    return {str(fact.key): fact.raw for fact in bind(read_bytes(path.read_bytes(), path.name), rulebook()).facts}


def main() -> int:
    """All of it in a folder; what held."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/compile").resolve()
    failed: list[str] = []

    def show(text: str, held: bool) -> None:
        print(("ok    " if held else "FAILED ") + text, flush=True)
        if not held:
            failed.append(text)

    plans = {number: plan(number) for number in range(COUNT)}
    whole(folder / "全部", plans, show)
    gaps(folder / "有缺", plans, show)
    return bool(failed)


def whole(folder: Path, plans: Mapping[int, ReportPlan], show: Callable[[str, bool], None]) -> None:
    """All sixty at hand."""
    total = sums(plans)
    roster = write(folder / "报告", plans)
    code, _ = run("compile", str(folder / "报告"), "--roster", str(roster), "--year", str(YEAR), "-o", str(folder / "汇总"), "-q")
    show(f"compile of {COUNT} departments ends with {code}", code == 0)
    word = word_numbers(folder / "汇总" / f"{CITY}_{YEAR}_汇总.docx")
    same = sum(word.get(key) == str(as_printed(value)) for key, value in total.items())
    show(f"Word form: {same} of {len(total)} cells are the sums", same == len(total))
    numbers = workbook_numbers(folder / "汇总" / f"{CITY}_{YEAR}_汇总.xlsx", folder)
    held = sorted(value for value, _ in numbers) == sorted(value.normalize() for value in total.values())
    show(f"workbook, recalculated by LibreOffice: {len(numbers)} cells, the same numbers", held and not any(mark for _, mark in numbers))
    (folder / "报告" / f"00_{CITY}.docx").write_bytes(city_report(total))
    out = folder / "audits.json"
    code, _ = run("check", str(folder / "报告"), "--roster", str(roster), "--fail-on", "never", "-q", "--output", f"json={out}", "-j", "2")
    show(f"check of the city's report with its departments ends with {code}", code == 0)
    import json

    audits = json.loads(out.read_text(encoding="utf-8"))["audits"]
    city = next(audit for audit in audits if audit["agency"] == CITY)
    left = [entry["rule"] for entry in city["unknown"] if entry["rule"].startswith("E-")]
    found = [finding["rule"] for finding in city["findings"]]
    show(
        f"the city's report is {city['verdict']}: findings {found}, E rules left undecided {left}", city["verdict"] == "clean" and not found
    )
    asking = [
        (audit["source"]["path"], finding["rule"]) for audit in audits for finding in audit["findings"] if finding["severity"] != "notice"
    ]
    show(f"findings that ask for something over {len(audits)} reports: {asking}", not asking)


def gaps(folder: Path, plans: Mapping[int, ReportPlan], show: Callable[[str, bool], None]) -> None:
    """Three missing, two unread cells, one with blanks for its zeros."""
    there = {number: made for number, made in plans.items() if number not in MISSING}
    for number, key in UNREAD.items():
        there[number] = replace(there[number], facts=dict(there[number].facts) | {key: "1?"})
    blanks = {key: "" if text == "0" else text for key, text in there[BLANKS].facts.items()}
    there[BLANKS] = replace(there[BLANKS], facts=blanks)
    total = sums(there)
    roster = write(folder / "报告", there)
    code, printed = run("compile", str(folder / "报告"), "--roster", str(roster), "--year", str(YEAR), "-o", str(folder / "汇总"))
    named = all(name(number) in printed for number in MISSING)
    show(f"compile with gaps ends with {code}, names the three missing", code == 4 and named)
    path = folder / "汇总" / f"{CITY}_{YEAR}_汇总.docx"
    # Read as Word shows it: a table full of bounds is nothing that a report prints.
    forms = docx.Document(str(path)).tables[:-1]
    bounds = {cell._tc: cell.text for table in forms for row in table.rows for cell in row.cells if cell.text.startswith("≥")}
    same = Counter(bounds.values()) == Counter(f"≥ {as_printed(value)}" for value in total.values())
    show(f"Word form: {len(bounds)} of {len(total)} cells are bounds with the known sums", same and len(bounds) == len(total))
    numbers = workbook_numbers(path.with_suffix(".xlsx"), folder)
    held = sorted(value for value, _ in numbers) == sorted(value.normalize() for value in total.values())
    show(f"workbook, recalculated: {len(numbers)} cells, the known sums, each marked ≥", held and all(mark for _, mark in numbers))
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    told = "\n".join(str(cell.value) for row in book.worksheets[-1].iter_rows() for cell in row if cell.value is not None)
    show("the two unread cells are listed with their departments", all(name(number) in told for number in UNREAD))
    printed_pdf = convert(path.with_suffix(".xlsx").read_bytes(), "print.xlsx", "pdf", folder)
    (folder / "print.pdf").write_bytes(printed_pdf)
    shown_text = subprocess.run(
        ["pdftotext", "-layout", str(folder / "print.pdf"), "-"], capture_output=True, text=True, check=False
    ).stdout
    first = shown_text.partition("\f")[0]
    show(f"printed, the workbook's first sheet shows {first.count('≥')} numbers with ≥", first.count("≥") > 5)


if __name__ == "__main__":
    sys.exit(main())
