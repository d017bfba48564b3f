"""Whole reports with one sentence that resembles a slip of drafting and is none, or is one: F-01 … F-07, F-14, F-17 … F-22, A-06, A-13, A-21."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.bind.made import PROSE, document, proactive, remedies, requests

BOOK = load_rulebook()
RULES = tuple(rule.id for rule in BOOK.rules if rule.group in ("A", "F") and rule.level == "report")
TITLE = "云台市水务局2025年政府信息公开工作年度报告"
PREAMBLE = "根据《中华人民共和国政府信息公开条例》编制本报告，统计期限为2025年1月1日至2025年12月31日。"
ASPECTS = ("（二）依申请公开。未收到申请。", "（三）政府信息管理。逐条审核。", "（四）平台建设。维护专栏。", "（五）监督保障。开展培训。")


def said(first: str = "及时发布信息。", preamble: str = PREAMBLE, title: str = TITLE, year: int = 2025) -> set[str]:
    """The rules of groups A and F that say something about a whole report with this first aspect, preamble and title."""
    lines = [*title.split("\n"), *preamble.split("\n"), "一、总体情况", f"（一）主动公开。{first}", *ASPECTS]
    report = bind(
        document(
            *lines, "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况", requests(),
            "四、政府信息公开行政复议、行政诉讼情况", remedies(), "五、存在的主要问题及改进情况", PROSE[5], "六、其他需要报告的事项", PROSE[6],
        ),
        BOOK,
    )  # fmt: skip
    assert report.year == year
    audit = check(report, BOOK, Settings(select=RULES))
    return {finding.rule for finding in audit.findings} - {"A-04"}


@pytest.mark.parametrize(
    "first",
    [
        "全年公开信息1,234条，其中政策文件12件、解读8篇，微信公众号推送3百余篇。",
        "做到件件有回音、事事有着落，逐条梳理，一件一件办理。",
        "在今日头条等平台发布信息，公开条目清晰，规范主动公开件和依申请公开件。",
        "召开推进会3次、培训会2场，培训人次达到120人次；组织检查数次、开展自查多次。",
        "发布《2024年水资源公报》《节水行动方案（2023—2025年）》，公开2024年部门决算。",
        "及时公开X光机、5G基站和PPP项目信息，A类企业名录按月更新。",
        "申请人李某某、某某公司的申请均按期答复。",
        "水务系统公开栏更新及时，政务信息信息化水平提高，政务服务中心中心组带头学习。",
        "1）政策公开；2）预算公开（含收费目录）；3）权责公开。",
        "严把“政治关、法律关”；办事指南（含流程图）、权责清单（2025年版）已公布。",
        "回复热线47件，回复率和满意率均达100%，费用0元，占比0%。",
        "落实国办发〔2014〕32号文件，编制《政府信息公开指南》。",
        "按照法释〔2025〕8号规范答复，该解释取代法释〔2011〕17号。",
        "2024年遗留问题已办结，较2024年增长5%，2026年将继续推进。",
        "各级政府部门协同，部分地区试点，我局公开信息。",
    ],
)
def test_what_only_resembles_a_slip_is_let_be(first: str) -> None:
    assert said(first) <= {"F-03"} if "〔2014〕32号" in first else said(first) == set()


@pytest.mark.parametrize(
    "preamble",
    [
        PREAMBLE + "本报告由六个部分组成。",
        PREAMBLE + "针对2024年政府信息公开工作年度报告评估指出的问题，逐项整改。",
        PREAMBLE + "如有疑问，请与云台市水务局办公室联系（地址：云台市人民路1号，邮编：123456，电话：0100-1234567）。",
        "按照《政府信息公开条例》和《云台市关于做好2024年政府信息公开工作年度报告编制发布工作的通知》编制，数据截止日期为2025年12月31日。",
        "按照《政府信息公开条例》编制2025年政府信息公开工作年度报告，统计期限为2025年度。",
    ],
)
def test_preamble_without_fault(preamble: str) -> None:
    assert said(preamble=preamble) == set()


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("F-06", "全年公开信息××条。"),
        ("F-06", "发布政策解读__篇，公开文件（）件。"),
        ("F-06", "（此处填写主动公开情况）"),
        ("F-06", "20XX年，我局推进公开。"),
        ("F-17", "按照法释〔2011〕17号应诉。"),
        ("F-19", "全年主动公开信息条，受理咨询。"),
        ("F-19", "群众满意率为%。"),
        ("F-20", "切实加强加强领导。"),
        ("F-20", "公布办事指南（含流程图，方便群众。"),
        ("F-20", "发布各类信息，152条。"),
    ],
)
def test_slip_is_found(rule: str, first: str) -> None:
    assert said(first) == {rule}


@pytest.mark.parametrize(
    ("rule", "preamble"),
    [
        ("F-18", "现公布《云台市水务局2024年政府信息公开工作年度报告》。" + PREAMBLE),
        ("F-18", "现编制2023年度政府信息公开工作年度报告。" + PREAMBLE),
        ("F-21", "市政府办公室：\n现将我局2025年政府信息公开工作年度报告报上，请审阅。\n" + PREAMBLE),
        ("F-06", PREAMBLE + "电子版可在（填写网址）下载。"),
        ("F-04", PREAMBLE.replace("条例》", "条列》")),
        ("F-04", PREAMBLE + "格式按照国办公开函〔2021〕30号。"),
        ("A-21", PREAMBLE + "本报告由五个部分组成。"),
        ("A-13", "根据《中华人民共和国政府信息公开条例》编制，数据统计截至2024年12月31日。"),
    ],
)
def test_fault_of_the_preamble_is_found(rule: str, preamble: str) -> None:
    assert rule in said(preamble=preamble)


def test_date_of_publication_in_a_line_above_the_report() -> None:
    assert said(title="发布日期：2025-12-30\n" + TITLE) == {"F-14"}
    assert said(title="发布日期：2026-01-30\n" + TITLE) == set()


def test_number_of_another_notice_beside_a_title_is_left_alone() -> None:
    """A number that none of the format notices has may be of a local notice: nothing is said, and nothing breaks."""
    assert "F-04" not in said(preamble=PREAMBLE + "按照《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕1号）编制。")
