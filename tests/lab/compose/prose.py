"""The words of composed reports: all our own, in agreement with the tables."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.compose.plan import Prose, SectionPlan

Facts = Mapping[str, int | str]


def preamble_for(agency: str, us: str, year: int) -> tuple[str, ...]:
    """Legal basis, sections and period, as agencies print them before the first section."""
    if year >= 2021:
        basis = "《中华人民共和国政府信息公开条例》（国务院令第711号）"
        basis += "和《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）"
    elif year >= 2019:
        basis = "《中华人民共和国政府信息公开条例》（国务院令第711号）和国办公开办函〔2019〕60号文件"
    else:
        basis = "《中华人民共和国政府信息公开条例》（国务院令第492号）"
    start = "5月1日" if year == 2008 else "1月1日"
    return (
        f"本报告由{agency}根据{basis}的要求编制。",
        f"本报告所列数据的统计期限自{year}年{start}起至{year}年12月31日止。如对内容有疑问，请与{agency}办公室联系。",
    )


def sections_for(us: str, whole: bool, year: int, layout: str, facts: Facts, salt: int) -> tuple[SectionPlan, ...]:
    """The six sections of the era with prose and tables. ``salt`` varies wording and one figure outside the tables."""
    if layout in ("layout_2019", "layout_2021"):
        return _modern(us, whole, year, facts, salt)
    return _older(us, year, layout, facts, salt)


def _modern(us: str, whole: bool, year: int, facts: Facts, salt: int) -> tuple[SectionPlan, ...]:
    return (
        SectionPlan("s1_overview", _overview(us, year, facts, salt)),
        SectionPlan("s2_proactive", tables=("t2",)),
        SectionPlan("s3_requests", tables=("t3",)),
        SectionPlan("s4_review_litigation", tables=("t4",)),
        SectionPlan("s5_problems", _problems(us, salt)),
        SectionPlan("s6_other", (Prose(_fee(us, year)),)),
    )


def _overview(us: str, year: int, facts: Facts, salt: int) -> tuple[Prose, ...]:
    opening = (
        f"{year}年，{us}按照公开为常态、不公开为例外的原则推进政府信息公开，重点做了以下几个方面的工作。",
        f"{year}年，{us}围绕群众关心的事项充实公开内容，改进答复方式，各项任务按计划完成。",
    )[salt % 2]
    normative = _normative(us, facts)
    return (
        Prose(opening),
        Prose("（一）主动公开", 2),
        Prose(f"本年度在门户网站发布各类信息{salt + 120}条，及时更新机构职能、办事指南等栏目。{normative}"),
        Prose("（二）依申请公开", 2),
        Prose(_requests(us, facts)),
        Prose("（三）政府信息管理", 2),
        Prose("制定信息发布前的审查表，对公文逐件标注公开属性，每季度清理一次失效内容，保证公开内容准确一致。"),
        Prose("（四）平台建设", 2),
        Prose("优化公开专栏的检索功能，增加无障碍浏览和智能问答，查阅场所安排专人接待。"),
        Prose("（五）监督保障", 2),
        Prose("把政府信息公开纳入年度工作考核，组织社会评议并听取代表意见，本年度没有因信息公开工作被责任追究的情形；举办业务培训两期。"),
    )


def _normative(us: str, facts: Facts) -> str:
    issued = facts.get("t2.normative_doc.issued")
    return f"本年制发行政规范性文件{issued}件。" if issued is not None and int(issued) > 0 else ""


def _requests(us: str, facts: Facts) -> str:
    new, carried = (int(facts[f"t3.{row}.total"]) for row in ("new_received", "carried_over"))
    closed, forward = (int(facts[f"t3.{row}.total"]) for row in ("result_total", "carried_forward"))
    if not new + carried:
        return f"{us}本年度未收到政府信息公开申请。"
    last = f"，结转下年度继续办理{forward}件" if forward else ""
    first = f"{us}本年度新收政府信息公开申请{new}件" + (f"，上年结转{carried}件" if carried else "")
    return f"{first}，办结{closed}件{last}。答复文书统一编号、统一存档。"


def _problems(us: str, salt: int) -> tuple[Prose, ...]:
    return (
        Prose(
            f"存在的主要问题：一是部分栏目更新间隔偏长；"
            f"二是基层工作人员对公开范围的把握还不够{('准确', '熟练')[salt % 2]}；三是政策解读的形式较少。"
        ),
        Prose("改进情况：明确栏目责任人和更新时限，编写常见申请答复要点，增加图表和短视频解读，全年抽查四次并逐项整改。"),
    )


def _fee(us: str, year: int) -> str:
    if year >= 2021:
        return "本年度没有收取政府信息公开信息处理费。除此之外，没有其他需要报告的事项。"
    return "本年度没有其他需要报告的事项。"


def _older(us: str, year: int, layout: str, facts: Facts, salt: int) -> tuple[SectionPlan, ...]:
    received = int(facts.get("st.req_received", salt % 9))
    review, suits = int(facts.get("st.rv_total", 0)), int(facts.get("st.lt_total", 0))
    published = facts.get("st.proactive_total", salt + 40)
    asked = f"{year}年收到政府信息公开申请{received}件，均已答复。" if received else f"{year}年没有收到政府信息公开申请。"
    disputes = (
        f"{year}年发生行政复议{review}件、行政诉讼{suits}件。" if review + suits else f"{year}年没有因政府信息公开发生行政复议和行政诉讼。"
    )
    sections = (
        SectionPlan("f1_proactive", (Prose(f"{year}年{us}主动公开政府信息{published}条，内容包括机构职能、政策文件和工作动态。"),)),
        SectionPlan("f2_requests", (Prose(asked),)),
        SectionPlan("f3_fees", (Prose("本年度没有收取费用，也没有减免费用的情形。"),)),
        SectionPlan("f4_review_litigation", (Prose(disputes),)),
        SectionPlan("f5_problems", (Prose("主要问题是公开目录的分类不够细，查阅不够方便。已重新整理目录，并指定专人维护。"),)),
        SectionPlan("f6_other", (Prose("没有其他需要报告的事项。"),)),
    )
    if layout == "layout_stat":
        return (*sections, SectionPlan("annex", tables=("st",), title="附件：政府信息公开情况统计表", ordinal=0))
    return sections
