"""A report full of planted private data: whatever is written about it holds none of it in clear."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest

from auditor.cli.options import FILE_FORMATS
from tests.cli.running import auditor
from tests.lab.compose import balanced_plan, to_docx, to_text

PLANTED = (
    "申请人王建国申请公开征地补偿方案，身份证号11010519491231002X，电话13812345678。",
    "王建国不服答复，向本机关提起行政复议12件。",
    "原告：欧阳明华起诉本机关，联系方式138-1234-5679，证件110105 19491231 002X。",
    "村民李秀英，家住青山镇幸福路8号3栋502室，反映道路问题，手机139 8765 4321。",
    "本年新收申请999件，其中王建国申请1000件。",
    "当事人：张文华，住址：临湖县城关镇人民路66号2单元301室，账号6222 0212 3456 7890 128。",
    "申请人刘宝山、陈秋菊和高云霞等4人提出申请，电话138.1234.5670，证件１１０１０５１９４９１２３１００２Ｘ。",
    "申请人赵翠莲于2024年3月申请，其通讯地址不便公开；周桂芳诉我局政府信息公开案，法院驳回3件。",
    "阿依古丽·买买提女士来信，家庭住址临湖县白鹭村。",
)
SECRETS = (
    "王建国", "欧阳明华", "李秀英", "张文华", "11010519491231002X", "110105 19491231 002X", "13812345678", "138-1234-5679", "13812345679",
    "139 8765 4321", "13987654321", "幸福路8号", "3栋502室", "人民路66号", "301室", "6222 0212 3456 7890 128", "6222021234567890128",
    "宝山", "秋菊", "云霞", "翠莲", "桂芳", "买买提", "白鹭村", "138.1234.5670", "１１０１０５１９４９１２３１００２Ｘ",
)  # fmt: skip


def _clear(data: bytes) -> str:
    """All text of a file, of the parts of a package too."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        import re

        # Text may be parted by tags.
        return "\n".join(re.sub("<[^>]*>", "", package.read(name).decode("utf-8", "replace")) for name in package.namelist())


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for number in range(2):
        plan = balanced_plan(number, "layout_2021", "medium", year=2024)
        text = to_text(plan).decode("utf-8")
        head, mark, rest = text.partition("二、")
        (folder / f"{number}.txt").write_text(head + "\n".join(PLANTED) + "\n\n" + mark + rest, encoding="utf-8")
    cells = balanced_plan(3, "layout_2021", "medium", year=2024)
    key = next(key for key in cells.facts if key.startswith("t3.") and key.endswith("natural_person"))
    from tests.lab.mutate import set_facts

    (folder / "cell.docx").write_bytes(to_docx(set_facts(cells, {key: "13812345678"})))
    return folder


def test_no_output_of_a_run_holds_it(reports: Path, tmp_path: Path) -> None:
    wanted = [f"-o{name}={tmp_path / ('out.' + name)}" for name in FILE_FORMATS]
    ran = auditor("check", reports, *wanted, "--season", tmp_path / "season", "--ledger", tmp_path / "book.db", "-q", "-j", "1")
    assert ran.code in (1, 4), ran.err
    copies = {"标注件.docx", "标注件.html", "标注件.pdf", "book.db"}  # copies of the agency's own file; the ledger, which is documented
    written = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and not path.name.startswith(("标注件", "book.db")) and path.name not in copies
    ]
    assert len(written) >= 12
    leaks = {
        (path.name, secret)
        for path in written
        if path.suffix not in (".db", ".sqlite", ".season", ".auditor")
        for secret in SECRETS
        if secret in _clear(path.read_bytes())
    }
    assert leaks == set()
    assert "王**" in (tmp_path / "out.json").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in ran.out + ran.err]


@pytest.fixture(scope="module")
def used(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what other commands start from: a ledger, a season, parts, older results, a roster."""
    place = tmp_path_factory.mktemp("used")
    names = sorted({balanced_plan(number, "layout_2021", "medium", year=2024).agency for number in (0, 1, 3)})
    rows = "".join(f"{name},部门,某市人民政府\n" for name in names)
    (place / "名册.csv").write_text(f"机关名称,类型,上级\n某市人民政府,政府,\n{rows}", encoding="utf-8")
    said = _said("check", reports, "--season", place / "season", "--ledger", place / "book.db", "-j", "1")
    said += _said("part", reports, "--shard", "1/1", "--parts", place / "parts", "-j", "1")
    assert not [secret for secret in SECRETS if secret in said]
    return place


def _said(*arguments: str | Path) -> str:
    """What a command prints, run in this process."""
    from auditor.cli import main

    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert ended.value.code in (0, 1, 4), shown.getvalue()
    return shown.getvalue()


_COMMANDS = {
    "json": "check {reports} -q -j 1 -f json -ohtml={out}/1.html -oxlsx={out}/1.xlsx",
    "reduce": "reduce {used}/parts -q -j 1 -f json -ohtml={out}/1.html",
    "brief": "brief {reports} -q -j 1 --roster {used}/名册.csv -o {out}/1.docx -o {out}/1.html -o {out}/1.xlsx",
    "compile": "compile {reports} -j 1 --roster {used}/名册.csv --year 2024 -o {out}/c --draft {reports}/cell.docx",
    "sample": "sample {reports} -j 1 -f json",
    "diff": "diff {used}/book.db {used}/book.db -ohtml={out}/1.html -oxlsx={out}/1.xlsx -f json",
    "receipt": "check {reports}/0.txt --receipt {out}/1.json",
    "dataset of a ledger": "dataset {used}/book.db -q -j 1 -o {out}/1.csv",
    "dataset of a season": "dataset {used}/season -q -j 1 -o {out}/1.db",
    "template": "template --year 2025 --previous {reports}/cell.docx -o {out}/1.docx -o {out}/1.xlsx",
    "facts": "ledger {used}/book.db facts",
    "findings": "ledger {used}/book.db findings -f jsonl",
    "problems": "ledger {used}/book.db problems -f csv",
    "season": "season show {used}/season findings -f json",
    "versions": "season show {used}/season versions -f json",
}


@pytest.mark.parametrize("name", _COMMANDS)
def test_nor_does_any_other_command(name: str, reports: Path, used: Path, tmp_path: Path) -> None:
    words = _COMMANDS[name].split()
    said = _said(*(word.format(reports=reports, used=used, out=tmp_path) for word in words))
    told = {"terminal": said} | {path.name: _clear(path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()}
    assert {(place, secret) for place, text in told.items() for secret in SECRETS if secret in text} == set()


def test_nor_does_the_desk_but_for_the_original_itself(used: Path) -> None:
    from auditor import office
    from auditor.desk.state import open_desk
    from tests.desk.desks import guest
    from tests.support.season import rulebook

    desk = open_desk(used / "season", rulebook(), "zh", "甲")
    client = guest(desk)
    keys = {row.report_key for row in office.findings(desk.store)}
    pages = ["/", "/files", "/findings", "/agencies", "/documents", "/replies", "/overview?view=rules", "/overview?view=pairs"]
    pages += [page for key in keys for page in (f"/agency/{key}", f"/cells/{key}?all=1", f"/compare/{key}")]
    shown = {page: client.get(page).text for page in [*pages, "/take/view.csv?view=heat"]}
    assert {(page, secret) for page, text in shown.items() for secret in SECRETS if secret in text} == set()


def test_nor_does_a_reading_or_a_data_set(reports: Path, tmp_path: Path) -> None:
    ran = auditor("extract", reports, "-f", "json", f"-oconsole={tmp_path / 'c.txt'}", f"-ocsv={tmp_path / 'c.csv'}", "-j", "1")
    assert ran.code in (0, 4)
    assert not [secret for secret in SECRETS if secret in ran.out]
    auditor("dataset", reports, "-o", tmp_path / "data.xlsx", "-q", "-j", "1")
    leaks = {(path.name, secret) for path in tmp_path.iterdir() for secret in SECRETS if secret in _clear(path.read_bytes())}
    assert leaks == set()
