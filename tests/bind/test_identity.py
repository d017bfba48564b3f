"""Agency, year, period and scope; and what is no annual report."""

from __future__ import annotations

import pytest

from auditor.bind import bind, join_parts
from auditor.model.document import Block, Document
from auditor.model.report import Report
from tests.bind.made import PROSE, document, grid, proactive, remedies, requests, rulebook, whole


def bound(*blocks: Block | str, **more: object) -> Report:
    return bind(document(*blocks, **more), rulebook())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "agency", "year"),
    [
        (["云台市水务局2023年政府信息公开工作年度报告"], "云台市水务局", 2023),
        (["2022年云台市政府信息公开工作年度报告"], "云台市", 2022),
        (["云台市临河区人民政府", "2024 年政府信息公开工作年度报告"], "云台市临河区人民政府", 2024),
        (["云台市水务局２０２３年度政府信息公开工作年度报告"], "云台市水务局", 2023),
        (["云台市水务局关于2021年政府信息公开工作年度报告"], "云台市水务局", 2021),
        (["云台市水务局二〇二三年政府信息公开工作年度报告"], "云台市水务局", 2023),
        (["云台市水务局2012年政府信息公开年度报告"], "云台市水务局", 2012),
        (["云台市水务局", "政府信息公开工作年度报告", "（2023年）"], "云台市水务局", 2023),
        (["云台市水务局2023年政务公开工作年度报告"], "云台市水务局", 2023),
        (["云台市水务局2023年政府信息公开工作年报"], "云台市水务局", 2023),
        (["云台市水务局", "政府信息公开工作2023年度报告"], "云台市水务局", 2023),
        (["现将我局2023年政府信息公开工作年度报告报上，请审阅。", "云台市水务局2023年政府信息公开工作年度报告"], "云台市水务局", 2023),
        (["云台市水务局关于《2023年政府信息公开工作年度报告》的公告"], "云台市水务局", 2023),
        (["2023年度", "政府信息公开工作年度报告", "（云台市水务局）"], "云台市水务局", 2023),
        (["云台市水务局信息公开年报（2023年度）"], "云台市水务局", 2023),
        (["2023年度云台市水务局（本级）政府信息公开工作年度报告"], "云台市水务局", 2023),
        (["2023年云台市临河镇人民政府信息公开工作年度报告"], "云台市临河镇人民政府", 2023),
        (["云台市人民政府信息公开工作年度报告", "（2023年）"], "云台市人民政府", 2023),
        (["云台市人民政府信息公开工作2023年度报告"], "云台市人民政府", 2023),
        (["云台市政府信息公开工作年度报告（2023年度）"], "云台市", 2023),
        (["雲臺市東陽縣農業農村和水務局2023年政府信息公開工作年度報告"], "云台市东阳县农业农村和水务局", 2023),
        (["云台市乾县水务局2023年政府信息公开工作年度报告"], "云台市乾县水务局", 2023),
    ],
)
def test_agency_and_year_from_the_title(lines: list[str], agency: str, year: int) -> None:
    report = bound(
        *lines, "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况", requests()
    )
    assert (report.agency, report.year, report.document) == (agency, year, "annual_report")


def test_page_title_helps_where_the_text_has_none() -> None:
    report = bound(
        "一、总体情况",
        PROSE[1],
        "二、主动公开政府信息情况",
        proactive(),
        "三、收到和处理政府信息公开申请情况",
        requests(),
        title="云台市水务局2023年政府信息公开工作年度报告 - 云台市人民政府",
    )
    assert (report.agency, report.year, report.title) == ("云台市水务局", 2023, None)


def test_title_in_the_catalogue_entry_helps_where_none_is_printed() -> None:
    entry = grid([["名称", "云台市水务局2023年政府信息公开工作年度报告"], ["索引号", "0001"]])
    report = bound(entry, "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive())
    assert (report.agency, report.year) == ("云台市水务局", 2023)
    printed = bound(entry, "云台市教育局2022年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive())
    assert (printed.agency, printed.year) == ("云台市教育局", 2022)


def test_publisher_of_the_catalogue_entry_helps_where_nobody_is_named() -> None:
    entry = "索引号：0001 发布机构：云台市水务局 公开方式：主动公开"
    assert bound(entry, "2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1]).agency == "云台市水务局"
    assert bound(entry, "云台市教育局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1]).agency == "云台市教育局"


def test_no_title_at_all_takes_the_year_from_the_period() -> None:
    report = bound(
        "本报告由云台市水务局根据《中华人民共和国政府信息公开条例》编制，统计期限自2023年1月1日至2023年12月31日。",
        "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况", requests(),
    )  # fmt: skip
    assert (report.agency, report.year) == ("云台市水务局", 2023)


def test_year_is_null_when_nothing_tells_it() -> None:
    report = bound(
        "一、总体情况",
        "工作有序开展。",
        "二、主动公开政府信息情况",
        proactive(),
        "三、收到和处理政府信息公开申请情况",
        requests(),
        "五、存在的主要问题及改进情况",
        PROSE[5],
    )
    assert report.document == "annual_report"
    assert report.year is None
    assert report.era == "era_2021"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("数据统计期限自2023年1月1日起至2023年12月31日止。", "2023-01-01", "2023-12-31"),
        ("统计时间为 2023 年 1 月 1 日—12 月 31 日。", "2023-01-01", "2023-12-31"),
        ("统计期限为2023年1月1日至12月21日。", "2023-01-01", "2023-12-21"),
        ("统计期限为2023.1.1-2023.12.31。", "2023-01-01", "2023-12-31"),
    ],
)
def test_period_sentence(text: str, start: str, end: str) -> None:
    report = bound("云台市水务局2023年政府信息公开工作年度报告", text, "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive())
    assert [(p.start, p.end) for p in report.periods] == [(start, end)]


def test_a_campaign_is_no_period_but_a_wrong_period_is_one() -> None:
    campaign = "2023年3月1日至2024年2月20日，全局开展公开栏目清理行动。"
    stated = "报告所列数据的统计期限为2023年3月1日至2023年12月31日。"
    title = "云台市水务局2023年政府信息公开工作年度报告"
    assert bound(title, "一、总体情况", campaign).periods == ()
    assert [p.start for p in bound(title, stated, "一、总体情况", campaign).periods] == ["2023-03-01"]


def test_a_week_of_events_is_no_period() -> None:
    report = bound(
        "云台市水务局2023年政府信息公开工作年度报告",
        "一、总体情况",
        "自2023年5月1日至2023年5月7日开展宣传周活动。",
        "二、主动公开政府信息情况",
        proactive(),
    )
    assert report.periods == ()


@pytest.mark.parametrize(
    ("agency", "sentence", "scope"),
    [
        ("云台市人民政府", "2023年，全市共受理政府信息公开申请120件。", "consolidated"),
        ("云台市水务局", "2023年，我局收到申请3件。", "entity"),
        ("云台县人民政府机关", "云台县人民政府机关2023年工作如下，以云台县人民政府及其办公室名义公开信息。", "organ_only"),
        ("云台市人民政府办公室", "我办全年公开信息120条。", "office"),
    ],
)
def test_scope(agency: str, sentence: str, scope: str) -> None:
    report = bound(f"{agency}2023年政府信息公开工作年度报告", "一、总体情况", sentence, "二、主动公开政府信息情况", proactive())
    assert report.scope == scope


def test_empty_form_is_a_blank_form() -> None:
    empty = lambda row, column: ""  # noqa: E731
    report = bound(
        "政府信息公开工作年度报告", "一、总体情况", "（文字描述）", "二、主动公开政府信息情况", proactive(value=empty), "三、收到和处理政府信息公开申请情况", requests(value=empty),
        "四、政府信息公开行政复议、行政诉讼情况", remedies(empty), "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
    )  # fmt: skip
    assert report.document == "blank_form"


@pytest.mark.parametrize(
    "lines",
    [
        ["关于做好2023年政府信息公开工作年度报告编制和发布工作的通知", "各镇人民政府、各部门：", "现就有关事项通知如下。" * 10],
        ["《云台市2023年政府信息公开工作年度报告》解读", "一、编制背景", "报告依据条例编制，现解读如下。" * 10],
        ["云台市2024年上半年政府信息公开工作统计", "上半年公开信息120条。" * 10],
        ["云台市召开2023年度政府信息公开年报编制发布工作部署会", "会议强调各单位要高度重视。" * 10],
        ["云台市水务局工作总结", "全年完成河道治理三十公里，投入资金一千万元。" * 12],
        [
            "云台大学2021—2022学年度信息公开工作报告",
            "统计期限自2021年9月1日至2022年8月31日。",
            "一、概述",
            "二、主动公开情况",
            "本学年主动公开信息200条。",
        ],
    ],
)
def test_look_alikes_are_other_documents(lines: list[str]) -> None:
    assert bound(*lines).document == "other"


def test_report_without_tables_says_that_they_stand_elsewhere() -> None:
    report = bound(
        "云台市水务局2023年政府信息公开工作年度报告",
        "一、总体情况",
        PROSE[1],
        "二、主动公开政府信息情况",
        "见附件。",
        "三、收到和处理政府信息公开申请情况",
        "见附件。",
        "五、存在的主要问题及改进情况",
        PROSE[5],
    )
    assert report.elsewhere == ("t2", "t3", "t4")


def test_one_missing_table_is_missing_not_elsewhere() -> None:
    report = bound(
        "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况", "情况良好。",
        "四、政府信息公开行政复议、行政诉讼情况", remedies(),
    )  # fmt: skip
    assert report.elsewhere == ()
    assert report.table("t3") is None


@pytest.mark.parametrize(
    ("lines", "unread"),
    [
        (["结果", "维持", "3 0 1 0 4 0 0 0 0 0 0 0 0 0 0"], True),  # a row that lost its header
        (["0"] * 15, True),  # one cell a line
        (["本年度行政复议3件，行政诉讼0件。", "3 0 1"], False),  # a few figures are no table
        (["2023年收到12件，其中3件结转，答复9件，予以公开5件，部分公开1件，不予公开2件，无法提供1件，其他处理0件。"], False),
    ],
)
def test_bare_figures_under_a_heading_are_a_table_that_could_not_be_read(lines: list[str], unread: bool) -> None:
    report = bound(
        "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(),
        "三、收到和处理政府信息公开申请情况", requests(), "四、政府信息公开行政复议、行政诉讼情况", *lines,
    )  # fmt: skip
    assert (report.elsewhere == ("t4",)) == unread
    assert (report.status == "partly_read") == unread
    assert any(problem.code == "BIND-TABLE" for problem in report.problems) == unread


def test_picture_in_place_of_a_table_is_elsewhere() -> None:
    report = bound(
        "云台市水务局2023年政府信息公开工作年度报告",
        "一、总体情况",
        PROSE[1],
        "二、主动公开政府信息情况",
        proactive(),
        "三、收到和处理政府信息公开申请情况",
        images=1,
    )
    assert report.elsewhere == ("t3", "t4", "rest")
    assert report.status == "partly_read"


def half(path: str, *blocks: Block | str, **more: object) -> Document:
    return document(*blocks, path=path, **more)  # type: ignore[arg-type]


def test_page_and_workbook_are_joined() -> None:
    page = bind(
        half(
            "a/page.html",
            "云台市水务局2023年政府信息公开工作年度报告",
            "一、总体情况",
            PROSE[1],
            "二、主动公开政府信息情况",
            "见附件。",
            "五、存在的主要问题及改进情况",
            PROSE[5],
        ),
        rulebook(),
    )
    book = bind(half("a/tables.xlsx", proactive(), requests(), remedies()), rulebook())
    joined = join_parts([page, book])
    assert len(joined) == 1
    assert joined[0].parts == ("a/page.html", "a/tables.xlsx")
    assert len(joined[0].facts) == 10 + 175 + 15
    assert {fact.location.file for fact in joined[0].facts} == {"a/tables.xlsx"}
    assert joined[0].elsewhere == ()


def test_halves_in_other_folders_or_of_other_agencies_stay_apart() -> None:
    page = bind(
        half(
            "a/page.html",
            "云台市水务局2023年政府信息公开工作年度报告",
            "一、总体情况",
            PROSE[1],
            "二、主动公开政府信息情况",
            "见附件。",
            "五、存在的主要问题及改进情况",
            PROSE[5],
        ),
        rulebook(),
    )
    other = bind(half("b/tables.xlsx", proactive(), requests(), remedies()), rulebook())
    assert len(join_parts([page, other])) == 2
    named = bind(half("a/tables.xlsx", "云台市民政局2023年政府信息公开工作年度报告", proactive(), requests(), remedies()), rulebook())
    assert len(join_parts([page, named])) == 2


def test_whole_report_reads_as_one() -> None:
    report = bind(whole(), rulebook())
    assert (report.status, report.document, report.scope) == ("read", "annual_report", "entity")


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        ("根据条例，现公布《云台市水务局2023年政府信息公开工作年度报告》。", "云台市水务局"),
        ("按照要求，现发布《2023年云台市水务局政府信息公开工作年度报告》，请社会各界监督。", "云台市水务局"),
        ("经审核，现形成《云台市水务局2023年度政府信息公开年度报告》。", "云台市水务局"),
        (
            "按照《云台市人民政府办公室关于做好2023年政府信息公开工作年度报告编制工作的通知》，结合云台市水务局工作实际编制。",
            "云台市水务局",
        ),
        ("本报告由云台市教育局结合工作实际编制。", "云台市教育局"),
        ("由云台市临河镇人民政府结合2023年政府信息公开工作情况编制本报告。", "云台市临河镇人民政府"),
        ("现将2023年度云台市水务局信息公开工作情况报告如下。", "云台市水务局"),
        ("现将解放街道2023年度政府信息公开年度工作情况报告如下：", "解放街道"),
        ("根据条例规定，现公布区统计局2023年政府信息公开工作年度报告。", "区统计局"),
        ("编制云台州2023年政府信息公开工作年度报告。", "云台州"),
        ("如对本报告有疑问，请与云台市水务局办公室联系。", "云台市水务局"),
        ("按照《云台市人民政府办公室关于做好2023年政府信息公开工作年度报告编制工作的通知》编制。", None),
        ("结合全市政务公开工作实际，现将我局工作情况报告如下。", None),
        ("结合2023年工作情况，现将本机关政府信息公开工作报告如下。", None),
        ("如对本报告有疑问，请与云台市人民政府办公室联系。", None),
    ],
)
def test_agency_from_a_sentence_of_the_beginning(sentence: str, agency: str | None) -> None:
    assert bound(sentence, "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive()).agency == agency


@pytest.mark.parametrize(
    "line",
    [
        "• 云台市水务局2023年政府信息公开工作年度报告",
        "名 称：云台市水务局2023年政府信息公开工作年度报告  发布日期：2024-01-12",
        "名称 云台市水务局2023年政府信息公开工作年度报告",
        "索引号：0001  名称：云台市水务局2023年政府信息公开工作年度报告  文号：无",
        "附件1：云台市水务局2023年政府信息公开工作年度报告",
        "云台市水务局2023年政务信息公开工作开展年度报告",
        "云台市水务局关于公布2023年政府信息公开工作年度报告的公告",
    ],
)
def test_title_behind_a_mark_or_a_label(line: str) -> None:
    report = bound(line, "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive())
    assert (report.agency, report.year) == ("云台市水务局", 2023)
    assert report.title is not None
    assert "名" not in report.title.text


def test_name_above_the_date_at_the_end_helps_where_nothing_else_names_the_agency() -> None:
    report = bound("一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(), "云台市水务局", "2024年1月20日")
    assert report.agency == "云台市水务局"
