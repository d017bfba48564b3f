"""The words of composed reports: all our own, in agreement with the tables."""

from __future__ import annotations

import zlib
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
        Prose(_pick(_MANAGEMENT, us, salt)),
        Prose("（四）平台建设", 2),
        Prose(_pick(_PLATFORM, us, salt + 1)),
        Prose("（五）监督保障", 2),
        Prose(_pick(_SUPERVISION, us, salt + 2)),
    )


# Several wordings each, so that two composed agencies do not read as copies of one another.
_MANAGEMENT = (
    "制定信息发布前的审查表，对公文逐件标注公开属性，每季度清理一次失效内容，保证公开内容准确一致。",
    "{us}把公开属性的认定放在发文之前，由起草科室提出、办公室复核，全年复核文件时退回修改的占一成左右。",
    "对历年文件重新编目，能公开的补充公开，已经失效的加注说明，旧栏目的内容迁移到新目录下统一管理。",
    "发布实行起草、审核、签发三道把关，涉及个人的内容先作处理再上网，发现差错当日更正并登记原因。",
    "{us}建立文件公开台账，写明形成时间、公开方式和不公开的理由，半年核对一次，台账与网站内容保持一致。",
)
_PLATFORM = (
    "优化公开专栏的检索功能，增加无障碍浏览和智能问答，查阅场所安排专人接待。",
    "{us}把分散的栏目合并为五类，按办事环节重新排列，手机上可以直接下载表格，群众反映查找比过去方便。",
    "在政务服务大厅设立查阅点，配备自助终端，全年接待查阅和咨询的群众，并按月公布常见问题。",
    "政务新媒体与网站同步发布，账号数量减少，内容由专人统一审核，停用的账号已经注销并公告。",
    "更换了站内搜索，支持按文号和日期查找，历史文件补录了扫描件，链接失效的页面全部修复。",
)
_SUPERVISION = (
    "把政府信息公开纳入年度工作考核，组织社会评议并听取代表意见，本年度没有因信息公开工作被责任追究的情形；举办业务培训两期。",
    "{us}将公开情况列入科室考核内容，邀请服务对象参加社会评议，未发生责任追究；新进人员全部参加了业务培训。",
    "全年组织自查四次，结果与工作考核挂钩；委托群众代表开展社会评议，满意度较高；没有出现需要责任追究的问题。",
    "由分管负责人牵头，按季度通报栏目更新情况，考核结果书面反馈；社会评议以问卷形式进行；没有人员因此被追究责任，责任追究事项为零。",
    "{us}修订了考核办法，把答复质量作为重点；公开征求社会评议意见；本年度责任追究情况为无，并已在内部通报。",
)


def _pick(variants: tuple[str, ...], us: str, salt: int) -> str:
    """One wording, told by the salt alone, so that the same plan has the same words."""
    return variants[zlib.crc32(f"{salt} {variants[0]}".encode()) % len(variants)].format(us=us)


def _normative(us: str, facts: Facts) -> str:
    issued = facts.get("t2.normative_doc.issued")
    return f"本年制发行政规范性文件{issued}件。" if issued is not None and int(issued) > 0 else ""


def _requests(us: str, facts: Facts) -> str:
    new, carried = (int(facts[f"t3.{row}.total"]) for row in ("new_received", "carried_over"))
    closed, forward = (int(facts[f"t3.{row}.total"]) for row in ("result_total", "carried_forward"))
    if not new + carried:
        return f"{us}本年度未收到政府信息公开申请。"
    last = f"，结转下年度继续办理{forward}件" if forward else ""
    closing = _pick(
        ("答复文书统一编号、统一存档。", "疑难申请由科室会商后答复。", "对申请人逐一电话沟通，说明办理进度。"), us, new + carried
    )
    first = f"{us}本年度新收政府信息公开申请{new}件" + (f"，上年结转{carried}件" if carried else "")
    return f"{first}，办结{closed}件{last}。{closing}{_remedies(facts)}"


def _remedies(facts: Facts) -> str:
    """Corrected cases are spoken of, without figures: the table has them."""
    corrected = sum(int(facts.get(f"t4.{block}_corrected", 0)) for block in ("review", "direct", "after_review"))
    return "对复议和诉讼中被纠正的案件逐件分析原因，重新作出答复。" if corrected else ""


def _problems(us: str, salt: int) -> tuple[Prose, ...]:
    if salt % 4 == 1:
        return (
            Prose("目前存在的问题主要有：公开目录的分类偏粗，群众不易查找；答复申请时对理由的说明不够充分。"),
            Prose(f"针对上述问题，{us}细化了目录，编印答复范例，并安排法律顾问参与审核，改进后重复申请有所减少。"),
        )
    if salt % 4 == 2:
        return (
            Prose(f"{us}的主要问题：新媒体发布的内容与群众关心的事项结合不紧；基层单位的联络员变动频繁，工作衔接不上。"),
            Prose("改进措施：每月根据咨询热点调整选题；联络员变动须提前报备，并由接任人员参加一次培训后上岗。"),
        )
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
