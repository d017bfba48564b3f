"""Planted private data through every command and output: ``python -m tests.hostile.private FOLDER`` (Linux; some minutes).

Reports of five kinds carry numbers, names and homes in every grouping that is masked: in prose, in cells, in headings, in rows that could
not be placed, and in sentences that two agencies share. Each command runs in this process; what it prints and every file it writes are
searched. Prints one line for each secret found in clear.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import docx

from auditor import office
from auditor.cli.options import FILE_FORMATS
from tests.lab.compose import DocxStyle, to_docx, to_html, to_text, to_xlsx
from tests.lab.mutate import say, set_facts
from tests.support.season import rulebook, wrong_plan

_NUMBERS: Final = (
    "11010519491231002X", "110105 19491231 002X", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ", "13812345678", "138-1234-5679", "139 8765 4321",
    "138.1234.5670", "137·1234·5671", "+86 136 1234 5672", "0086-135-1234-5673", "１３８１２３４５６７４", "6222 0212 3456 7890 128", "6222021234567890129",
)  # fmt: skip
_NAMED: Final = (
    "申请人王铁锁申请公开征地补偿方案。", "申请人：李银屏，申请内容：拆迁补偿。", "申请人（张玉婵）要求公开。", "申请人赵翠莲于2024年3月提出申请。", "原告欧阳兰芝不服答复。", "第三人孙冬梅认为程序有误。",
    "申请人刘宝山、陈秋菊和高云霞等4人提出申请。", "周桂芳诉我局政府信息公开案，法院驳回。", "收到吴建业的申请。", "村民郑小满反映道路问题。", "委托代理人冯启文代为提交。", "朱丹凤（身份证号略）来电咨询。",
    "申请人何晓霜申请获取文件。", "阿依古丽·买买提女士来信，申请人阿依古丽·买买提要求更正。", "业主“徐宝钗”投诉。",
)  # fmt: skip
_LIVES: Final = (
    "家住青山镇幸福路8号3栋502室。", "住址：临湖县城关镇朝阳路66号2单元301室，", "家庭住址临湖县白鹭村。", "户籍地：江北区晚霞街道12号。", "申请人通讯地址：青山镇翠竹路9号。", "翠湖苑3号楼4单元701室漏水。",
)  # fmt: skip
PLANTED: Final = (
    *(f"来人证件或电话：{number}。" for number in _NUMBERS),
    *_NAMED,
    *_LIVES,
    "王铁锁不服该答复，再次来访，本机关收到李银屏补正材料。",
    "本年新收申请999件，其中王铁锁申请1000件，赵翠莲申请12件，办结15件。",
    "王铁锁提起行政复议12件，维持11件，纠正3件。",
)
_BARE: Final = 3
"""Sentences at the end that name persons without a role: masked where the report has the role elsewhere, which an answer has not."""
SECRETS: Final = (
    *_NUMBERS, "13812345679", "13987654321", "110105194912310021", "铁锁", "银屏", "玉婵", "翠莲", "兰芝", "冬梅", "宝山", "秋菊", "云霞", "桂芳", "建业", "小满", "启文", "丹凤", "晓霜",
    "依古丽", "买买提", "宝钗", "幸福路", "502室", "朝阳路", "301室", "白鹭村", "晚霞街道", "翠竹路", "701室",
)  # fmt: skip
"""What may stand in no output. Of names, all but the surname."""
_OWN: Final = ("标注件",)
"""Copies of the agency's own file."""
_TYPED: Final = ("receipts",)
"""Folders of receipts, which hold what the agency that writes one has typed."""
_KEPT: Final = frozenset((".db", ".auditor", ".zip"))
"""Ledgers, season files and their copies, which are documented; data sets in SQLite are searched."""


def make_reports(folder: Path) -> None:
    """Reports with everything planted, of five kinds; two of them share their sentences."""
    folder.mkdir(parents=True)
    for number in range(6):
        plan = wrong_plan(number)
        for place, text in enumerate(PLANTED):
            section = ("s1_overview", "s3_requests", "s5_problems", "s6_other")[place % 4]
            with contextlib.suppress(StopIteration, ValueError, KeyError):
                plan = say(plan, text, section)
        cells = [key for key in plan.facts if key.startswith(("t3.", "t4."))]
        said = (_NUMBERS[number], f"申请人{_NAMED[0][3:6]}", _NUMBERS[number + 1])
        plan = set_facts(plan, dict(zip(cells[number :: len(cells) // 3], said, strict=False)))
        if number == 0:
            (folder / "0.docx").write_bytes(to_docx(plan, DocxStyle(header=PLANTED[14])))
        elif number == 1:
            (folder / "1.html").write_bytes(to_html(plan))
        elif number == 2:
            (folder / "2.xlsx").write_bytes(to_xlsx(plan))
        else:
            text = to_text(plan).decode("utf-8")
            head, mark, rest = text.partition("三、")
            (folder / f"{number}.txt").write_text(f"{head}{_NAMED[1]}　{_NUMBERS[5]}\n{mark}{rest}", encoding="utf-8")


def clear_text(path: Path) -> str:
    """All text of a file: of the parts of a package, the rows of a database, the columns of a Parquet file."""
    data = path.read_bytes()
    if data.startswith(b"PAR1"):
        import duckdb

        return str(duckdb.connect().execute("select * from read_parquet(?)", [str(path)]).fetchall())
    if data.startswith(b"SQLite"):
        with contextlib.closing(sqlite3.connect(path)) as base:
            names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'")]
            return str([base.execute(f'select * from "{name}"').fetchall() for name in names])
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(re.sub("<[^>]*>", "", package.read(name).decode("utf-8", "replace")) for name in package.namelist())


class Search:
    """What was found in clear, and how much was looked at."""

    def __init__(self) -> None:
        self.looked = 0
        self.commands = 0
        self.masked = 0
        self.found: set[tuple[str, str]] = set()

    def text(self, where: str, text: str) -> None:
        self.looked += 1
        self.masked += "**" in text
        for secret in SECRETS:
            if secret in text and (where, secret) not in self.found:
                self.found.add((where, secret))
                at = text.index(secret)
                print("CLEAR", where, secret, repr(text[max(0, at - 60) : at + 30]), flush=True)

    def folder(self, folder: Path) -> None:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.parent.name in _TYPED:
                continue
            if not path.name.startswith(_OWN) and (path.suffix not in _KEPT or path.name.startswith("data")):
                self.text(str(path.relative_to(folder)), clear_text(path))

    def command(self, *arguments: str | Path, codes: Sequence[int] = (0, 1, 4)) -> None:
        from auditor.cli import main

        shown = io.StringIO()
        code: object = None
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            try:
                main([str(argument) for argument in arguments])
            except SystemExit as ended:
                code = ended.code
        self.commands += 1
        name = " ".join(part if isinstance(part, str) else part.name for part in arguments)[:90]
        if code not in codes:
            print("CODE", code, name, shown.getvalue()[-300:], flush=True)
            self.found.add((name, f"exit code {code}"))
        self.text(name, shown.getvalue())


def every_command(search: Search, root: Path) -> None:
    """Every command that reads reports or what earlier runs kept of them."""
    reports, out, season, book = root / "reports", root / "out", root / "out" / "season", root / "book.db"
    make_reports(reports)
    out.mkdir()
    names = [wrong_plan(number).agency for number in range(6)]
    roster = root / "名册.csv"
    rows = "".join(f"{name},部门,某市人民政府\n" for name in dict.fromkeys(names))
    roster.write_text(f"机关名称,类型,上级\n某市人民政府,政府,\n{rows}", encoding="utf-8")
    one = ("-j", "1")

    def wanted(name: str, kinds: Sequence[str] = FILE_FORMATS) -> list[str]:
        return [f"-o{kind}={out / f'{name}.{kind}'}" for kind in kinds]

    search.command("check", reports, *wanted("check"), "--season", season, "--ledger", book, "--roster", roster, *one)
    for kind in ("console", "json", "jsonl", "csv"):
        search.command("check", reports, "--ledger", book, "-f", kind, "--show-passed", *one)
        search.command("extract", reports, "-f", kind, *one)
    for path in sorted(reports.iterdir()):  # one file is audited without a ledger
        search.command("check", path, "--show-passed", *wanted(path.stem, ("json", "html", "xlsx", "docx")), *one)
    for source, name in ((reports, "data"), (book, "data of ledger"), (season, "data of season")):
        for ending in ("csv", "xlsx", "db", "parquet"):
            search.command("dataset", source, "-o", out / f"{name}.{ending}", *one)
    search.command(
        "brief", season, "--roster", roster, *(part for ending in ("docx", "html", "xlsx") for part in ("-o", out / f"b.{ending}"))
    )
    search.command("compile", reports, "--roster", roster, "--year", "2024", "-o", out / "compiled", "--draft", reports / "0.docx", *one)
    for kind in ("console", "csv", "json"):
        search.command("sample", reports, "-f", kind, *one)
    search.command("template", "--year", "2025", "--previous", reports / "0.docx", "-o", out / "t.docx", "-o", out / "t.xlsx", codes=(0, 2))
    search.command("part", reports, "--shard", "1/1", "--parts", root / "parts", *one)
    search.command("reduce", root / "parts", *wanted("reduce", ("json", "html", "csv")), *one)
    search.command("diff", out / "check.json", reports, *wanted("diff", ("html", "xlsx", "json")), *one)
    search.command("diff", season, book, "-f", "json")
    explained = root / "explained.csv"
    explained.write_text(f'T3-01,"{PLANTED[14]}{_NUMBERS[5]}"\nT4-01,"{_LIVES[0]}"\n', encoding="utf-8")
    receipts = out / "receipts"
    receipts.mkdir()
    search.command("check", reports / "0.docx", "--receipt", receipts / "0.json", "--explain", explained, *one, codes=(0, 1, 2, 4))
    search.command("check", reports / "3.txt", "--receipt", receipts / "3.json", *one)
    search.command("check", reports, "--receipts", receipts, *wanted("receipts"), *one)
    companion = root / "companion"
    companion.mkdir()
    (companion / "行政执法统计年报.txt").write_text(
        f"{names[0]}2024年度行政执法统计年报\n行政处罚12件。{PLANTED[14]}{PLANTED[1]}", encoding="utf-8"
    )
    search.command("check", reports, "--companion", companion, *wanted("companion", ("json", "html", "console")), *one)
    for what in ("runs", "agencies", "findings", "facts", "problems", "publications", "waivers", "replies"):
        for kind in ("text", "csv", "jsonl"):
            search.command("ledger", book, what, "-f", kind)
    desk(search, season)
    answers(search, root, season)
    for what in ("todo", "findings", "agencies", "versions", "notices", "replies", "left", "rounds", "readings", "log", "settings"):
        for kind in ("text", "json"):
            search.command("season", "show", season, what, "-f", kind)
    search.command("season", "write", season)
    search.folder(out)


def answers(search: Search, root: Path, season: Path) -> None:
    """Notices come back with private data in every answer. The desk shows answers as they were written."""
    folder = root / "answers"
    folder.mkdir()
    for number, path in enumerate(sorted(season.rglob("整改通知书.docx"))):
        document = docx.Document(str(path))
        for table in document.tables:
            heads = [cell.text for cell in table.rows[0].cells]
            column = next((place for place, head in enumerate(heads) if "答复" in head), None)
            if column is None:
                continue
            for line, row in enumerate(table.rows[1:]):
                row.cells[column].text = PLANTED[(number * 7 + line) % (len(PLANTED) - _BARE)]
        document.save(str(folder / f"{number}.docx"))
    search.command("reply", folder, "-f", "json", codes=(0, 1, 2, 4))
    search.command("reply", folder, "--season", season, codes=(0, 1, 2, 4))
    search.command("reply", folder, "--workbook", season / "问题台账.xlsx", codes=(0, 1, 2, 4))


def desk(search: Search, season: Path) -> None:
    """Every page of the desk and what it hands out; not those that show the original itself."""
    from auditor.desk.state import open_desk
    from tests.desk.desks import guest

    opened = open_desk(season, rulebook(), "zh", "甲")
    client = guest(opened)
    for address in _addresses(list(office.findings(opened.store))):
        answer = client.get(address)
        if answer.status_code != 200 and not address.startswith("/compare/"):  # one version only: nothing to compare
            print("CODE", answer.status_code, f"desk {address}", flush=True)
            search.found.add((f"desk {address}", f"answered {answer.status_code}"))
        search.text(f"desk {address}", answer.text)


def _addresses(rows: Sequence[office.FindingRow]) -> Iterator[str]:
    yield from ("/", "/files", "/findings", "/agencies", "/documents", "/replies", "/configuration", "/take/view.csv?view=heat")
    yield from (f"/overview?view={view}" for view in ("rules", "log", "pairs", "heat"))
    from auditor.desk.snapshot import address_of
    from auditor.office.rounds import CORPUS

    for report in dict.fromkeys(address_of(row.report_key) for row in rows if row.report_key != CORPUS):
        yield from (f"/agency/{report}", f"/cells/{report}?all=1", f"/compare/{report}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder for everything that is made")
    root = parser.parse_args().folder.resolve()
    root.mkdir(parents=True)
    search = Search()
    every_command(search, root)
    print(
        f"{len(PLANTED)} sentences, {len(SECRETS)} secrets; {search.commands} commands, {search.looked} outputs, {search.masked} of them with a mask"
    )
    print(f"{len(search.found)} in clear")
    return 1 if search.found else 0


if __name__ == "__main__":
    sys.exit(main())
