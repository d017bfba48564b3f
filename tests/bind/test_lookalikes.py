"""Documents that resemble an annual report and are none, whatever number of the six headings they use; and their near misses."""

from __future__ import annotations

import msgspec
import pytest

from auditor.bind import bind
from auditor.model.document import Block
from tests.bind.made import PROSE, document, grid, proactive, remedies, requests, rulebook

FILLER = "会议要求，要把公开贯穿工作全过程，明确责任人员，细化时限要求，做到事事有人管、件件有着落，并定期通报进展。"
SIX = [
    "一、总体情况", "写明主动公开、依申请公开、信息管理、平台建设和监督保障。",
    "二、主动公开政府信息情况", "数字取自台账。",
    "三、收到和处理政府信息公开申请情况", "按申请人类别分列。",
    "四、政府信息公开行政复议、行政诉讼情况", "与法制机构核对。",
    "五、存在的主要问题及改进情况", "问题要具体，措施要可行。",
    "六、其他需要报告的事项", "写明信息处理费。",
]  # fmt: skip
TABLES: list[Block | str] = [
    "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况", requests(),
    "四、政府信息公开行政复议、行政诉讼情况", remedies(),
]  # fmt: skip


def kind(*blocks: Block | str, **more: object) -> str:
    return bind(document(*blocks, **more), rulebook()).document  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "lines",
    [
        ["云台市人民政府办公室关于编制2023年政府信息公开工作年度报告的通知", "各部门：", "现就有关事项通知如下：", *SIX, FILLER],
        ["云台市政务公开办关于2023年度政府信息公开工作年度报告编制工作的提示函", *SIX, FILLER],
        ["云台市水务局2023年政府信息公开工作年度报告", "编制说明", *SIX, FILLER],
        ["云台市水务局关于2023年政府信息公开工作年度报告整改落实情况的报告", "市政府办公室：", *SIX, FILLER],
        ["关于政府信息公开年度报告问题整改工作的情况说明", "现将整改情况报告如下：", *SIX, FILLER],
        ["云台市2023年政府信息公开工作年度报告评估情况通报", *SIX, FILLER],
        ["基层政府信息公开年度报告的文本分析——以某省为例", "【摘要】本文收集年度报告两百份。", *SIX, FILLER],
        ["政府信息公开年度报告制度研究", "内容摘要：年度报告是法定制度。", *SIX, FILLER],
        ["云台市政府信息公开工作年度报告发布制度", "第一条 为规范编制工作，制定本制度。", "第二条 各部门每年编制。", "第三条 报告应当公布。", FILLER],
        ["第一条 制定依据。", "第二条 编制主体为各部门。", "第三条 政府信息公开年度报告包括六项内容。", "第四条 本制度自印发之日起施行。", FILLER],
        ["云台职业技术学院2023年信息公开工作年度报告", "根据《高等学校信息公开办法》编制。", "一、概述", "学院重视公开。", "二、主动公开情况", FILLER],
        ["云台市第三中学2023年信息公开年度报告", "一、总体情况", "学校重视公开。", "二、主动公开政府信息情况", FILLER],
        ["2022—2023学年信息公开工作年度报告", "一、概述", FILLER],
        ["云台市人民医院2023年信息公开工作年度报告", "根据《医疗卫生机构信息公开管理办法》编制。", "一、总体情况", FILLER],
        ["云台燃气有限公司2023年度信息公开工作年度报告", "一、总体情况", FILLER, "二、主动公开政府信息情况", "公告80条。"],
        ["云台市水务局2023年党务公开工作年度报告", "一、总体情况", FILLER, "五、存在的主要问题及改进情况", FILLER],
        ["云台市2023年村务公开工作情况报告", "一、总体情况", FILLER],
        ["一图读懂云台市2023年政府信息公开工作年度报告", "一、总体情况", FILLER],
        ["云台市水务局2023年度行政执法统计年报", "一、总体情况", FILLER],
        ["云台市召开2023年政府信息公开工作年度报告编制培训会", FILLER, FILLER],
        ["云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"],
        ["云台市水务局2023年政府信息公开工作年度报告 2024-01-12", "云台市教育局2023年政府信息公开工作年度报告 2024-01-13", "云台市民政局2023年政府信息公开工作年度报告 2024-01-14"],
    ],
)  # fmt: skip
def test_lookalike_is_another_document(lines: list[str]) -> None:
    assert kind(*lines) == "other"


@pytest.mark.parametrize(
    "lines",
    [
        ["云台市水务局2023年政府信息公开工作年度报告"],
        ["云台市质量技术监督局2023年政府信息公开工作年度报告"],
        ["云台市政策研究室2023年政府信息公开工作年度报告"],
        ["云台市评估中心2023年政府信息公开工作年度报告"],
        ["云台市水务局关于2023年政府信息公开工作年度报告的公告"],
        ["云台市水务局关于印发2023年政府信息公开工作年度报告的通知", "现印发给你们。"],
        ["云台市水务局关于报送2023年政府信息公开工作年度报告的函", "现将年度报告报送你办，请审阅。"],
        ["云台职业技术学院2023年政府信息公开工作年度报告", "根据《政府信息公开条例》编制。"],
        [
            "云台市教育局2023年政府信息公开工作年度报告",
            "根据《中华人民共和国政府信息公开条例》编制，指导学校落实《高等学校信息公开办法》。",
        ],
        ["云台市水务集团公司2023年信息公开工作年度报告"],
    ],
)
def test_what_holds_filled_tables_is_a_report(lines: list[str]) -> None:
    assert kind(*lines, *TABLES) == "annual_report"


@pytest.mark.parametrize(
    "lines",
    [
        ["云台市水务局2012年政府信息公开工作年度报告", "一、概述", FILLER, "二、主动公开政府信息情况", "公开信息20条。"],
        [
            "云台市教育局2012年政府信息公开年度报告",
            "根据《中华人民共和国政府信息公开条例》编制。",
            "一、概述",
            "推进高等学校信息公开。",
            FILLER,
        ],
        ["云台市人民医院2012年政府信息公开工作年度报告", "根据《中华人民共和国政府信息公开条例》编制。", "一、概述", FILLER, FILLER],
        [
            "云台市国资委2015年政府信息公开工作年度报告",
            "根据《中华人民共和国政府信息公开条例》编制。",
            "一、概述",
            "督促企业信息公示。",
            FILLER,
        ],
        [
            "云台市水务局2012年政府信息公开年度报告",
            "根据条例第五章的规定编制。",
            "一、概述",
            "第一季度开展培训。",
            "第二十条规定的信息全部公开。",
            FILLER,
        ],
    ],
)
def test_report_of_prose_alone_is_a_report(lines: list[str]) -> None:
    assert kind(*lines) == "annual_report"


def test_title_with_an_attachment_is_a_report_elsewhere() -> None:
    page = msgspec.structs.replace(
        document("云台市水务局2023年政府信息公开工作年度报告"), attachments=(("年度报告.pdf", "up/年度报告.pdf"),)
    )
    assert bind(page, rulebook()).document == "annual_report"


def test_corrections_in_a_table_of_their_own_are_no_report() -> None:
    listed = grid([["序号", "问题", "整改措施"], ["1", "表三合计有误", "已改正"]])
    assert (
        kind("云台市水务局2023年政府信息公开工作年度报告有关问题整改情况的报告", "一、存在的问题", listed, "二、整改情况", FILLER)
        == "other"
    )
