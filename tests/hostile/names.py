"""Some fifty hostile texts, and a folder of reports that carries them wherever a stranger may put text: names of agencies, files, members and
sheets, titles, cells, sentences, rosters, answers and receipts."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Final

import openpyxl

from tests.lab.compose import DocxStyle, to_docx, to_text
from tests.lab.compose.html import to_html
from tests.lab.compose.plan import ReportPlan
from tests.lab.compose.xlsx import to_xlsx
from tests.lab.mutate import say, set_facts
from tests.support.season import wrong_plan

RUN: Final = "window.__ran=1"
HOST: Final = "127.0.0.1:48627"
"""Where the texts lead: a port of this machine, at which `make hostile` listens."""
HOSTILE: Final = (
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>", f"\"><body onload={RUN}>",
    f"' onmouseover='{RUN}' x='", f"\" autofocus onfocus=\"{RUN}", f"javascript:{RUN}", f"[x](javascript:{RUN})",
    f"data:text/html,<script>{RUN}</script>", "<style>*{display:none}</style>", f"<link rel=stylesheet href=http://{HOST}/x.css>",
    f"<img src=http://{HOST}/x.png>", f"<base href=http://{HOST}/>", f"<meta http-equiv=refresh content='0;url=http://{HOST}/'>",
    f"<!--<script>{RUN}", f"{{{{constructor.constructor('{RUN}')()}}}}", f"${{{RUN}}}", "&lt;b&gt;&#60;i&#62;", "=1+1", f"=HYPERLINK(\"http://{HOST}\",\"x\")",
    "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "=cmd|'/c calc'!A0", "+DDE(\"cmd\";\"/c calc\";\"x\")", "{=1+1}", "\x1b[31m红\x1b[0m", "\x1b]0;标题\x07",
    f"\x1b]8;;http://{HOST}\x1b\\点\x1b]8;;\x1b\\", "\x9b31m\x9d0;x\x9c\x85", "\u202e局育教\u202c", "\u2067甲\u2066乙\u2069", "零\u200b宽\u200d字\ufeff符",
    "非\ufffe字\uffff符", "很长" * 400, "../../../etc/passwd", "CON", "报告\r伪造的一行\x08\x7f",
    f"http://{HOST}/", f"mailto:x@{HOST}", f"file://{HOST}/share", "\\\\127.0.0.1\\share", "internal:Sheet1!A1", f"=WEBSERVICE(\"http://{HOST}/\")", "＝1＋1",
)  # fmt: skip
GOVERNMENT: Final = "=1+1<img src=x onerror=window.__ran=1>\u202e市人民政府"
"""The body above all others in the roster."""


def file_name(text: str, number: int, ending: str = "txt") -> str:
    """The text as far as a file system takes it in a name."""
    kept = text.replace("/", "／").replace("\0", "").encode("utf-8", "ignore")[:180].decode("utf-8", "ignore")
    return f"{kept}{number}.{ending}"


def make_reports(folder: Path) -> None:
    """Wrong reports as text files and members of an archive: text i names the agency of one; its file, a cell and a sentence take others."""
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
            members.append((file_name(HOSTILE[(number + 19) % count], number), data))
        else:
            (folder / file_name(HOSTILE[(number + 19) % count], number)).write_bytes(data)
    with zipfile.ZipFile(folder / "\u202e报送=1+1.zip", "w") as package:
        for member, data in members:
            package.writestr(member, data)


def make_documents(folder: Path, texts: tuple[str, ...] = HOSTILE) -> None:
    """Wrong reports as Word files, pages and workbooks of bodies with such names, for marked copies; workbooks with such names of sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        name = _xml(f"{text}区局{number}")[:200]
        plan = wrong_plan(number % 4 * 2)
        key = next(key for key in plan.facts if key.startswith("t3.") and key.endswith("natural_person"))
        plan = say(
            set_facts(plan, {key: _xml(texts[(number - 7) % len(texts)])}),
            f"本年度新收政府信息公开申请{number + 7}件{_xml(texts[(number - 13) % len(texts)])}。",
        )
        kind = number % 3
        if kind == 0:
            data = to_docx(_named(plan, name), DocxStyle(header=_xml(texts[(number - 3) % len(texts)])))
        elif kind == 1:
            # The page says it raw: a page may carry scripts of its own, which its marked copy must not.
            data = to_html(plan).replace(plan.agency.encode(), f"{text}区局{number}".encode())
        else:
            data = _sheets_named(to_xlsx(_named(plan, name)), texts[(number - 5) % len(texts)])
        (folder / file_name(text, number, ("docx", "html", "xlsx")[kind])).write_bytes(data)


def make_roster(folder: Path) -> list[Path]:
    """The same bodies as a CSV file and a workbook, below one government, with columns of the office's own."""
    heads = ["机关编号", "机关名称", "曾用名", "类型", "上级", "网站", "免报", HOSTILE[0], "=1+1"]
    lines = [["0", GOVERNMENT, "", "政府", "", "", "", "", ""]]
    for number, text in enumerate(HOSTILE):
        waived = text if number % 10 == 9 else ""
        lines.append([f"{number + 1}", f"{text}市局{number}", f"{text}旧局", "部门", GOVERNMENT, text, waived, text, text])
        lines.append([f"{text}{number}", f"{text}区局{number}", "", "部门", GOVERNMENT, "", "", text, text])
        lines.append([f"缺{number}", f"{text}未报局", "", "部门", GOVERNMENT, "", "", text, text])
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heads, *lines])
    (folder / "=名册.csv").write_bytes(out.getvalue().encode("utf-8-sig", "surrogatepass"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "=1+1<script>"
    for line in [heads, *lines]:
        sheet.append([None] * len(line))
        for cell, value in zip(sheet[sheet.max_row], line, strict=True):
            cell.value = _xml(value)
            cell.data_type = "s"
    book.save(folder / "名册\u202e.xlsx")
    return [folder / "=名册.csv", folder / "名册\u202e.xlsx"]


def _xml(text: str) -> str:
    """The text as an XML file can hold it."""
    return "".join(char for char in text if (char >= " " and char not in "\ufffe\uffff\x7f") or char == "\t")


def _named(plan: ReportPlan, name: str) -> ReportPlan:
    from dataclasses import replace

    return replace(plan, agency=name)


def _sheets_named(data: bytes, text: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for number, sheet in enumerate(book.worksheets):
        sheet.title = "".join(char for char in _xml(text) if char not in "[]:*?/\\'")[:24] + str(number)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
