"""The sample reports: small reports of invented agencies, clean and faulty, each a plan with a style of printing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.lab import mutate
from tests.lab.compose import (
    DocxStyle,
    GridOptions,
    HtmlStyle,
    PdfStyle,
    Prose,
    ReportPlan,
    SectionPlan,
    TextStyle,
    XlsxStyle,
    balanced_plan,
    to_docx,
    to_html,
    to_pdf,
    to_text,
    to_xlsx,
)
from tests.lab.compose.prose import preamble_for, sections_for


@dataclass(frozen=True)
class Sample:
    """A file of ``sample_reports/``. ``must``: error rules that are true of it; ``may``: arguable ones; ``warnings``: some that
    should be seen. ``report`` is false for what is no annual report; ``halves`` names the file that holds the other half.
    """

    file: str
    plan: ReportPlan
    render: Callable[[ReportPlan], bytes]
    zh: str
    en: str
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    report: bool = True
    halves: str | None = None


def _bureau(
    name: str, us: str, year: int, seed: int, *, layout: str = "layout_2021", size: str = "small", whole: bool = False
) -> ReportPlan:
    """A balanced plan under a name of our choice, its prose written for that name."""
    plan = balanced_plan(seed, layout, size, year=year)
    facts = dict(plan.facts)
    return replace(
        plan,
        agency=name,
        preamble=preamble_for(name, us, year),
        sections=sections_for(us, whole, year, layout, facts, seed * 7),
        scope="consolidated" if whole else "entity",
    )


def _docx(style: DocxStyle) -> Callable[[ReportPlan], bytes]:
    return lambda plan: to_docx(plan, style)


def _pdf(style: PdfStyle) -> Callable[[ReportPlan], bytes]:
    return lambda plan: to_pdf(plan, style)


def _html(style: HtmlStyle) -> Callable[[ReportPlan], bytes]:
    return lambda plan: to_html(plan, style)


def _text(style: TextStyle) -> Callable[[ReportPlan], bytes]:
    return lambda plan: to_text(plan, style)


def _add(plan: ReportPlan, changes: dict[str, int]) -> ReportPlan:
    """The plan with numbers added to cells."""
    return mutate.set_facts(plan, {key: mutate.number(plan, key) + more for key, more in changes.items()})


def _blank_zeros(plan: ReportPlan, table: str) -> ReportPlan:
    return replace(plan, facts={key: "" if value == "0" and key.startswith(table) else value for key, value in plan.facts.items()})


def _busy_column(plan: ReportPlan, row: str = "new_received") -> str:
    return max(mutate.applicants(plan), key=lambda column: mutate.number(plan, f"t3.{row}.{column}"))


def samples() -> tuple[Sample, ...]:
    """All samples in order of their file names."""
    return (*_clean(), *_wrong_numbers(), *_wrong_parts(), *_other_kinds())


def _clean() -> tuple[Sample, ...]:
    bureau = _bureau("青禾市水务局", "我局", 2024, 11)
    city = _bureau("望舒市人民政府", "全市", 2023, 12, size="large", whole=True)
    centre = _bureau("云陂区数据中心", "我中心", 2020, 13, layout="layout_2019")
    quiet = _bureau("白榆县档案馆", "我馆", 2022, 14, size="zero")
    blank = _blank_zeros(_bureau("临岫区民政局", "我局", 2025, 15), "t3")
    return (
        Sample(
            "01_clean_bureau_2024.docx",
            bureau,
            _docx(DocxStyle()),
            "无错误：局级单位，2021 年格式，Word 合并表头。",
            "Clean report in the 2021 form.",
        ),
        Sample(
            "02_clean_city_2023.pdf",
            city,
            _pdf(PdfStyle(borders="rects", footer="dashes", row_height=19)),
            "无错误：全市汇总，表三跨页。",
            "Clean consolidated report; table 3 runs over a page break.",
        ),
        Sample(
            "03_clean_centre_2020.txt",
            centre,
            _text(TextStyle()),
            "无错误：2019 年试行格式，纯文本，每行一个单元格。",
            "Clean report in the 2019 form.",
        ),
        Sample(
            "04_clean_no_requests_2022.txt",
            quiet,
            _text(TextStyle(flavour="tabs", encoding="gb18030", newline="\r\n")),
            "无错误：全年没有申请，表格全为 0，GB18030 编码。",
            "Clean report with tables of zeros, in GB18030.",
        ),
        Sample(
            "05_clean_blanks_for_zero_2025.html",
            blank,
            _html(HtmlStyle(body="spans", nbsp="blank")),
            "无错误：表三以空白代替 0，勾稽关系成立。",
            "Clean report whose table 3 leaves zeros blank.",
        ),
    )


def _wrong_numbers() -> tuple[Sample, ...]:
    unbalanced = _bureau("松岚县教育局", "我局", 2024, 21, size="medium")
    column = _busy_column(unbalanced)
    unbalanced = _add(unbalanced, {f"t3.carried_forward.{column}": 3, "t3.carried_forward.total": 3})
    forward = mutate.number(unbalanced, "t3.carried_forward.total")
    unbalanced = mutate.replace_prose(unbalanced, f"结转下年度继续办理{forward - 3}件", f"结转下年度继续办理{forward}件")

    offset = _bureau("鹿鸣浦区财政局", "我局", 2023, 22, size="medium")
    offset = _add(offset, {"t3.new_received.natural_person": 1, f"t3.new_received.{_busy_company(offset)}": -1})

    row = _bureau("南屿州自然资源局", "我局", 2022, 23, size="medium")
    row = _add(row, {f"t3.granted.{_busy_column(row, 'granted')}": 2, f"t3.partial.{_busy_column(row, 'granted')}": -2})

    review = _add(_bureau("霁川市市场监督管理局", "我局", 2021, 24, size="medium"), {"t4.review_total": 2})
    figure = _bureau("石埭岭县卫生健康委员会", "我委", 2024, 25, size="medium")
    new = mutate.number(figure, "t3.new_received.total")
    figure = mutate.replace_prose(figure, f"新收政府信息公开申请{new}件", f"新收政府信息公开申请{new + 1300}件")
    return (
        Sample(
            "06_column_balance_2024.docx",
            unbalanced,
            _docx(DocxStyle(headings="bold", runs=3)),
            "表三有一列（及总计列）第一项加第二项之和不等于第三项加第四项之和：结转下年度多 3 件。",
            "Table 3: one column and the total column do not balance.",
            must=("T3-01",),
        ),
        Sample(
            "07_offsetting_columns_2023.html",
            offset,
            _html(HtmlStyle(layout_table=True, nbsp="around")),
            "表三自然人列多 1、另一列少 1，总计列仍然平衡。",
            "Table 3: two columns are wrong by +1 and −1, the total column balances.",
            must=("T3-01",),
        ),
        Sample(
            "08_row_total_2022.pdf",
            row,
            _pdf(PdfStyle(align="right")),
            "表三予以公开、部分公开两行的申请人之和不等于总计（列内相抵）。",
            "Table 3: two rows do not add up to their totals, the column does.",
            must=("T3-03",),
        ),
        Sample(
            "09_table4_total_2021.txt",
            review,
            _text(TextStyle(encoding="gb18030", merged="omitted")),
            "表四行政复议总计多 2。",
            "Table 4: the review total is too large by 2.",
            must=("T4-01",),
        ),
        Sample(
            "10_figure_in_text_2024.html",
            figure,
            _html(HtmlStyle(body="divs", header_cells=True)),
            "正文新收申请数与表三不一致。",
            "The number of new requests in the text is not that of table 3.",
            must=("C-01",),
            warnings=("C-18",),
        ),
    )


def _busy_company(plan: ReportPlan) -> str:
    return max(mutate.applicants(plan)[1:], key=lambda column: mutate.number(plan, f"t3.new_received.{column}"))


def _wrong_parts() -> tuple[Sample, ...]:
    short = _bureau("云陂区石桥街道办事处", "我街道", 2023, 31)
    short = mutate.change_section(short, "s6_other", lambda _: None)
    renamed = _bureau("青禾市民政局", "我局", 2024, 32)
    renamed = mutate.change_section(
        renamed,
        "s5_problems",
        lambda entry: replace(
            entry, title="下一步工作措施", prose=(Prose("下一年将继续更新栏目、开展培训、加强检查，做好日常公开工作。"),)
        ),
    )
    old = _bureau("白榆县住房和城乡建设局", "我局", 2023, 33)
    trial = _bureau("白榆县住房和城乡建设局", "我局", 2020, 33, layout="layout_2019")
    facts = {key: value for key, value in old.facts.items() if not key.startswith("t2.")}
    facts |= {key: value for key, value in trial.facts.items() if key.startswith("t2.")}
    issued = old.facts["t2.normative_doc.issued"]
    old = replace(old, facts=facts, layouts=dict(old.layouts) | {"t2": "layout_2019"})
    old = mutate.replace_prose(old, f"本年制发行政规范性文件{issued}件。", "")
    period = mutate.replace_prose(_bureau("临岫区财政局", "我局", 2020, 34, layout="layout_2019"), "12月31日止", "12月21日止")
    totals = _bureau("望舒市水务局", "我局", 2024, 35)
    columns = mutate.applicants(totals)
    rows = [key for key in totals.facts if key.startswith("t3.") and key.split(".")[2] in columns]
    totals = mutate.set_facts(totals, dict.fromkeys(rows, ""))
    fee = mutate.set_facts(_bureau("松岚县自然资源局", "我局", 2022, 36), {"t2.admin_fee.fee_amount": "251000元"})
    return (
        Sample(
            "11_no_section_six_2023.docx",
            short,
            _docx(DocxStyle(numbering="automatic", headings="plain")),
            "缺少第六部分“其他需要报告的事项”（警告级）。标题序号为 Word 自动编号。",
            "Section six is missing (a warning); headings are numbered by Word.",
            warnings=("A-03",),
        ),
        Sample(
            "12_other_section_five_2024.docx",
            renamed,
            _docx(DocxStyle(font="宋体", size=10.5)),
            "第五部分写成“下一步工作措施”，没有报告存在的主要问题。",
            "Section five has another subject: no problems are reported.",
            must=("A-03",),
            may=("A-08",),
            warnings=("A-04",),
        ),
        Sample(
            "13_old_form_2023.docx",
            old,
            _docx(DocxStyle()),
            "2023 年度报告仍使用 2019 年试行格式的表二。",
            "A 2023 report with table 2 of the 2019 form.",
            must=("A-02",),
        ),
        Sample(
            "14_period_2020.md",
            period,
            _text(TextStyle(flavour="markdown")),
            "统计期限止于 12 月 21 日。",
            "The period ends on 21 December.",
            must=("A-13",),
            may=("F-14",),
        ),
        Sample(
            "15_totals_only_2024.docx",
            totals,
            _docx(DocxStyle(split_rows=14)),
            "表三只填总计列，没有申请人分类（警告级）；表格被拆成两个。",
            "Table 3 gives totals only (a warning); it is cut in two tables.",
            warnings=("T3-05",),
        ),
        Sample(
            "16_fee_in_yuan_2022.html",
            fee,
            _html(HtmlStyle(furniture=False, unclosed=True)),
            "行政事业性收费以元填写，表头单位为万元（警告级）。",
            "The fee is printed in 元 under a header in 万元 (a warning).",
            warnings=("F-12",),
        ),
    )


def _other_kinds() -> tuple[Sample, ...]:
    whole = _bureau("霁川市政务服务中心", "我中心", 2024, 41, size="medium")
    tables = {"t2": "二、主动公开政府信息情况表", "t3": "三、申请办理情况表", "t4": "四、复议诉讼情况表"}
    prose = replace(
        whole,
        layouts={},
        attachments=(("附件：政府信息公开情况统计表格", "18_tables_half_2024.xlsx"),),
        sections=tuple(replace(entry, tables=(), prose=entry.prose or (Prose("详见附件。"),)) for entry in whole.sections),
    )
    sheets = replace(whole, sections=tuple(entry for entry in whole.sections if set(entry.tables) & set(tables)))
    form = _bureau("", "", 2021, 42, size="zero")
    form = replace(
        form,
        facts=dict.fromkeys(form.facts, ""),
        title="政府信息公开工作年度报告（空白表样）",
        preamble=(),
        sections=tuple(SectionPlan(entry.key, () if entry.tables else (Prose("（在此填写）"),), entry.tables) for entry in form.sections),
    )
    statistics = _bureau("石埭岭县人民政府", "全县", 2016, 43, layout="layout_stat", size="medium", whole=True)
    free = _bureau("南屿州教育局", "我局", 2012, 44, layout="free")
    return (
        Sample(
            "17_text_half_2024.html",
            prose,
            _html(HtmlStyle()),
            "网页只有文字，表格在附件 18_tables_half_2024.xlsx 中：不得报缺表。",
            "The page holds the text only; its tables are in the attached workbook.",
            halves="18_tables_half_2024.xlsx",
        ),
        Sample(
            "18_tables_half_2024.xlsx",
            sheets,
            lambda plan: to_xlsx(plan, XlsxStyle(sheets="each", prose=False)),
            "上一份的表格部分。",
            "The tables of the page above.",
            halves="17_text_half_2024.html",
        ),
        Sample(
            "19_blank_form.docx",
            form,
            _docx(DocxStyle()),
            "空白表样，不是报告。",
            "The empty form: no report, to be recognised as such.",
            report=False,
        ),
        Sample(
            "20_statistics_2016.pdf",
            statistics,
            _pdf(PdfStyle(borders="boxes", landscape=True, label_width=0.5)),
            "无错误：2016 年度报告附《政府信息公开情况统计表》。",
            "Clean report for 2016 with the statistical table.",
        ),
        Sample(
            "21_free_2012.txt", free, _text(TextStyle(indent="　　")), "无错误：2012 年度文字报告。", "Clean free-form report for 2012."
        ),
        Sample(
            "22_clean_vertical_labels_2021.pdf",
            replace(_bureau("青禾市数据中心", "我中心", 2021, 45), grid=GridOptions(vertical_outcome=True, two_line_headers=True, base=6)),
            _pdf(PdfStyle(repeat_header=True, header="青禾市数据中心", row_height=22)),
            "无错误：竖排分组标签，每页重复表头，有页眉。",
            "Clean: vertical group label, header rows repeated on each page, running title.",
        ),
    )
