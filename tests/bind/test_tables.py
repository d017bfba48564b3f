"""Every printed cell of the form lands under its key, whatever the layout; what cannot be placed is handed on."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from auditor.bind import bind
from auditor.model.document import Block, Document, Table
from auditor.model.report import Report
from tests.bind.made import Spec, document, form, grid, numbered, proactive, ragged, remedies, requests, rulebook, whole


def bound(made: Document) -> Report:
    return bind(made, rulebook())


def values(report: Report) -> dict[str, str]:
    return {fact.key: fact.raw for fact in report.facts}


def expected(layout: str, table: str) -> dict[str, str]:
    shape = form(table, layout)
    if table == "t4":
        return {f"t4.{c.key}": numbered("data", c.key) for c in shape.columns}
    rows = [row for row in shape.rows if not row.optional]
    return {f"{table}.{r.key}.{c}": numbered(r.key, c) for r in rows for c in (r.columns or [c.key for c in shape.columns])}


@pytest.mark.parametrize("layout", ["layout_2019", "layout_2021"])
def test_official_form_is_read_cell_by_cell(layout: str) -> None:
    year = 2020 if layout == "layout_2019" else 2023
    report = bound(whole(proactive(layout), requests(layout), year=year))
    assert values(report) == expected(layout, "t2") | expected(layout, "t3") | expected(layout, "t4")
    assert report.status == "read"
    assert report.document == "annual_report"
    assert report.layouts == {"t2": layout, "t3": layout}
    assert not report.unplaced
    assert all(fact.confidence == 1.0 for fact in report.facts)


def test_report_round_trips_through_json() -> None:
    report = bound(whole())
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_swapped_columns_follow_their_labels() -> None:
    keys = ["natural_person", "research", "commercial", "legal_service", "social", "other_org", "total"]
    report = bound(whole(t3=requests(columns=keys)))
    assert values(report).items() >= expected("layout_2021", "t3").items()


def test_missing_last_columns_are_absent_not_zero() -> None:
    keys = ["natural_person", "commercial", "research", "social", "legal_service"]
    report = bound(whole(t3=requests(columns=keys)))
    found = {fact.key for fact in report.facts if fact.key.startswith("t3.")}
    assert found == {f"t3.{r.key}.{k}" for r in form("t3", "layout_2021").rows for k in keys}
    table = report.table("t3")
    assert table is not None
    assert set(table.columns) == set(keys)


def test_2021_table_2_with_2019_table_3_gives_two_layouts() -> None:
    report = bound(whole(t3=requests("layout_2019")))
    assert report.layouts == {"t2": "layout_2021", "t3": "layout_2019"}
    assert report.fact("t3.other.total") is not None
    assert report.fact("t3.other_other.total") is None


def test_2019_table_2_in_a_later_report() -> None:
    report = bound(whole(proactive("layout_2019"), year=2023))
    assert report.era == "era_2021"
    assert report.layouts["t2"] == "layout_2019"
    assert values(report).items() >= expected("layout_2019", "t2").items()


def test_both_forms_in_one_table_are_said_to_be_mixed() -> None:
    made = proactive()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    rows += [
        [("第二十条第（九）项", 4, 1)],
        ["信息内容", ("采购项目数量", 1, 1), ("采购总金额", 2, 1)],
        ["政府集中采购", ("3", 1, 1), ("12.5", 2, 1)],
    ]
    report = bound(whole(t2=grid(rows)))
    table = report.table("t2")
    assert table is not None
    assert table.layout == "layout_2021"
    assert "采购总金额" in table.mixed
    assert [entry.text for entry in report.unplaced] == ["政府集中采购"]


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("denied_law", "2.其他法律行政止公开"),
        ("denied_safety", "3.危及三安全一稳定"),
        ("other_other", "3、其他"),
        ("partial", "（二）部分公开"),
        ("new_received", "一、本年新收政府信息 公开申请数量（件）"),
        ("carried_forward", "四、结转下一年度继续办理"),
        ("other_no_fee", "2.申请人逾期未按收费通知要求缴纳费用"),
        ("denied_internal", "5．属于三类内部事务信息"),
        ("rejected_confirm", "5.要求行政机关确认或重新\n出具已获取信息"),
    ],
)
def test_altered_labels_are_still_their_row(key: str, printed: str) -> None:
    report = bound(whole(t3=requests(labels={key: printed})))
    assert values(report).items() >= expected("layout_2021", "t3").items()
    table = report.table("t3")
    assert table is not None
    assert table.labels[f"row:{key}"] == printed


@pytest.mark.parametrize(("key", "printed"), [("issued", "本年(2023)制发件数"), ("effective", "现行有效件"), ("issued", "本年制发\n件数")])
def test_altered_column_labels_of_table_2(key: str, printed: str) -> None:
    assert values(bound(whole(t2=proactive(labels={key: printed})))).items() >= expected("layout_2021", "t2").items()


def test_row_of_another_name_is_handed_on_not_forced() -> None:
    made = requests()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    rows.append([("五、重大事项专项统计", 3, 1), "1", "2", "3", "4", "5", "6", "7"])
    report = bound(whole(t3=grid(rows)))
    assert [(entry.text, entry.values) for entry in report.unplaced] == [("五、重大事项专项统计", ("1", "2", "3", "4", "5", "6", "7"))]
    assert values(report).items() >= expected("layout_2021", "t3").items()


def test_row_printed_twice_counts_once() -> None:
    made = requests()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    rows.append([("一、本年新收政府信息公开申请数量", 3, 1), "9", "9", "9", "9", "9", "9", "9"])
    report = bound(whole(t3=grid(rows)))
    assert [entry.duplicate_of for entry in report.unplaced] == ["t3.new_received"]
    assert values(report)["t3.new_received.total"] == numbered("new_received", "total")


def test_row_over_two_lines_of_the_grid_is_printed_once() -> None:
    """A page end parts the cell beside it, so the row spans two lines."""
    made = requests()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    rows[-1] = [(spec[0], spec[1], 2) for spec in rows[-1] if not isinstance(spec, str)]
    report = bound(whole(t3=grid([*rows, []])))
    assert not report.unplaced
    assert values(report).items() >= expected("layout_2021", "t3").items()


def test_second_print_of_a_row_is_told_in_the_order_of_the_form() -> None:
    """Under columns in another order the numbers are those of the same columns as in the first print."""
    keys = [column.key for column in form("t3", "layout_2021").columns]
    made = requests(columns=[keys[0], *reversed(keys[1:-1]), keys[-1]])
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    report = bound(whole(t3=grid([*rows, rows[-1]])))
    assert [entry.values for entry in report.unplaced] == [tuple(numbered("carried_forward", key) for key in keys)]


def test_header_repeated_after_a_page_break_is_no_row() -> None:
    made = requests()
    rows = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    head = rows[:3]
    first = ragged_free(rows[:15])
    second = grid(
        [
            *head,
            [("（五）不予处理", 2, 1), "2.重复申请", *[numbered("rejected_duplicate", c.key) for c in form("t3", "layout_2021").columns]],
        ]
    )
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", first, second))
    assert values(report)["t3.rejected_duplicate.total"] == numbered("rejected_duplicate", "total")


def ragged_free(rows: list[list[tuple[str, int, int]]]) -> Table:
    """The first rows of a table whose vertical spans end with them."""
    height = len(rows)
    return grid([[(text, colspan, min(rowspan, height - number)) for text, colspan, rowspan in row] for number, row in enumerate(rows)])


def test_row_cut_by_a_page_end_keeps_its_numbers() -> None:
    numbers = [numbered("unable_not_held", c.key) for c in form("t3", "layout_2021").columns]
    head = [
        ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
        ["一、本年新收政府信息公开申请数量", *"1234567"],
        ["1.本机关不掌握", *[""] * 7],
    ]
    tail = grid([["相关政府信息", *numbers], ["2.没有现成信息需要另行制作", *"7654321"]])
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", grid(head), tail))
    assert [values(report)[f"t3.unable_not_held.{c.key}"] for c in form("t3", "layout_2021").columns] == numbers


def test_label_and_numbers_in_one_cell() -> None:
    rows = [
        ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
        ["一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21", *[""] * 7],
    ]
    rows += [["二、上年结转政府信息公开申请数量", *"0000000"], ["四、结转下年度继续办理", *"0000000"]]
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", grid(rows)))
    assert values(report)["t3.new_received.total"] == "21"
    assert values(report)["t3.new_received.research"] == "3"


def test_too_few_numbers_in_a_row_are_declared_unread() -> None:
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    rows = [
        head,
        ["一、本年新收政府信息公开申请数量", "0"],
        ["二、上年结转政府信息公开申请数量", "0", "0"],
        ["四、结转下年度继续办理", "0"],
    ]
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", ragged(rows)))
    assert {fact.state for fact in report.facts} == {"unreadable"}
    assert all(fact.value is None for fact in report.facts)
    assert report.status == "partly_read"
    assert any(problem.code == "BIND-ROW" for problem in report.problems)


def test_subtotal_column_is_kept_apart() -> None:
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "小计", "总计"]
    rows = [
        head,
        ["一、本年新收政府信息公开申请数量", *"123456", "20", "21"],
        ["二、上年结转政府信息公开申请数量", *"00000000"],
        ["（一）予以公开", *"00000000"],
    ]
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", grid(rows)))
    assert values(report)["t3.new_received.org_subtotal"] == "20"
    assert values(report)["t3.new_received.total"] == "21"


def test_value_in_a_column_of_another_block_is_handed_on() -> None:
    made = proactive("layout_2019")
    report = bound(whole(t2=made, t3=requests("layout_2019"), year=2020))
    assert report.fact("t2.admin_fee.decisions") is None


def test_blocks_of_table_2_as_tables_of_their_own() -> None:
    made = proactive()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    starts = [n for n, row in enumerate(rows) if row[0][0].startswith("第二十条")] + [len(rows)]
    parts = [grid(rows[a:b]) for a, b in itertools.pairwise(starts)]
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "二、主动公开政府信息情况", *parts))
    assert values(report) == expected("layout_2021", "t2")


def test_lost_header_words_lower_the_confidence() -> None:
    rows = [
        ["第二十条第（一）项", "", "", ""],
        ["信息内容", "本年新", "本年新", "对外公开总数量"],
        ["规章", "1", "2", "3"],
        ["规范性文件", "4", "5", "6"],
    ]
    report = bound(document("云台市水务局2020年政府信息公开工作年度报告", "二、主动公开政府信息情况", ragged(rows)))
    assert values(report)["t2.regulation.published"] == "2"
    assert report.fact("t2.regulation.published").confidence < 0.9  # type: ignore[union-attr]


def test_table_4_as_two_tables() -> None:
    keys = [c.key for c in form("t4", "layout_2021").columns]
    review = grid([[("行政复议", 5, 1)], ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"], [numbered("data", k) for k in keys[:5]]])
    suits = grid(
        [
            [("行政诉讼", 10, 1)],
            [("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)],
            ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2,
            [numbered("data", k) for k in keys[5:]],
        ]
    )
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "四、政府信息公开行政复议、行政诉讼情况", review, suits))
    assert values(report) == expected("layout_2021", "t4")


def test_table_4_turned() -> None:
    rows = [["", "行政复议", "未经复议直接起诉", "复议后起诉"]]
    for label, key in (
        ("结果维持", "upheld"),
        ("结果纠正", "corrected"),
        ("其他结果", "other"),
        ("尚未审结", "pending"),
        ("总计", "total"),
    ):
        rows.append([label, *[numbered("data", f"{block}_{key}") for block in ("review", "direct", "after_review")]])
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "四、政府信息公开行政复议、行政诉讼情况", grid(rows)))
    assert values(report) == expected("layout_2021", "t4")


def test_blank_cells_of_table_4_are_blank_facts() -> None:
    report = bound(whole(t4=remedies(lambda row, key: "" if key.startswith("after") else "0")))
    assert report.fact("t4.after_review_total").state == "blank"  # type: ignore[union-attr]
    assert report.fact("t4.review_total").state == "zero"  # type: ignore[union-attr]
    assert len([fact for fact in report.facts if fact.key.startswith("t4.")]) == 15


def test_own_table_of_the_agency_is_no_table_of_the_form() -> None:
    own = grid([["渠道", "数量"], ["网站", "120"], ["微信", "88"]])
    report = bound(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", "全年公开情况如下。", own, "二、主动公开政府信息情况", proactive()
        )
    )
    assert values(report) == expected("layout_2021", "t2")
    assert not report.unplaced


def test_rows_filled_up_at_the_end_keep_their_blanks() -> None:
    """A page saved as text: spans are lost, every row is filled up with empty cells to the width of the widest."""
    head = [
        ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况", *[""] * 8],
        ["自然人", "法人或其他组织", "总计", *[""] * 7],
    ]
    head.append(["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", *[""] * 5])
    rows = [*head, ["一、本年新收政府信息公开申请数量", *[""] * 6, "7", "", ""], ["二、上年结转政府信息公开申请数量", *"1234567", "", ""]]
    rows += [["三、本年度办理结果", "（一）予以公开", *[""] * 6, "5", ""], ["（三）不予公开", "1.属于国家秘密", *[""] * 6, "4", ""]]
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", ragged(rows)))
    assert {key: raw for key, raw in values(report).items() if raw and "carried_over" not in key} == {
        "t3.new_received.total": "7",
        "t3.granted.total": "5",
        "t3.denied_state_secret.total": "4",
    }
    assert values(report)["t3.carried_over.other_org"] == "6"


def test_stream_of_cells_is_put_into_rows_by_its_labels() -> None:
    cells = ["申请人情况", "自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    cells += ["一、本年新收政府信息公开申请数量", *[""] * 6, "3", "二、上年结转政府信息公开申请数量", *"0000000"]
    cells += ["三、本年度办理结果", "（一）予以公开", "1", *[""] * 5, "1", "四、结转下年度继续办理", *"2000002"]
    report = bound(
        document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", ragged([[cell] for cell in cells]))
    )
    assert values(report)["t3.new_received.total"] == "3"
    assert values(report)["t3.new_received.natural_person"] == ""
    assert values(report)["t3.granted.natural_person"] == "1"
    assert values(report)["t3.carried_forward.total"] == "2"


def test_mirror_in_traditional_characters_reads_the_same() -> None:
    from auditor.text.traditional import SIMPLIFIED

    back = {ord(simple): old for old, simple in SIMPLIFIED.items()}
    made = whole()
    blocks: list[Block] = []
    for block in made.blocks:
        if isinstance(block, Table):
            cells = tuple(msgspec.structs.replace(cell, text=cell.text.translate(back)) for cell in block.cells)
            blocks.append(msgspec.structs.replace(block, cells=cells))
        else:
            blocks.append(msgspec.structs.replace(block, text=block.text.translate(back)))
    mirror = bound(msgspec.structs.replace(made, blocks=tuple(blocks)))
    assert any("總計" in text for table in mirror.tables for text in table.labels.values())
    assert values(mirror) == values(bound(made))
    assert [section.key for section in mirror.sections] == [section.key for section in bound(made).sections]


def test_extra_row_below_an_empty_row_does_not_fill_it() -> None:
    made = requests(value=lambda row, column: "" if row == "denied_admin_query" else numbered(row, column))
    rows = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    place = next(number for number, row in enumerate(rows) if any("行政查询" in text for text, _, _ in row)) + 1
    widened = [[(text, colspan, rowspan + (n < place < n + rowspan)) for text, colspan, rowspan in row] for n, row in enumerate(rows)]
    group = next(row for row in widened if any("不予公开" in text for text, _, _ in row))
    group[[text for text, _, _ in group].index("（三）不予公开")] = ("（三）不予公开", 1, 9)
    widened.insert(place, [("9.其他情形", 1, 1), *[(str(n), 1, 1) for n in range(1, 8)]])
    report = bound(whole(t3=grid(widened)))
    assert values(report)["t3.denied_admin_query.total"] == ""
    assert [entry.text for entry in report.unplaced] == ["9.其他情形"]


def test_statistical_table_with_a_cell_a_line() -> None:
    lines = [
        "统计指标",
        "单位",
        "统计数",
        "三、依申请公开情况",
        "（一）收到申请数",
        "件",
        "12",
        "1.当面申请数",
        "件",
        "2",
        "2.传真申请数",
        "件",
        "0",
    ]
    lines += ["3.网络申请数", "件", "7", "4.信函申请数", "件", "3", "四、行政复议数量", "件", "1", "（一）维持具体行政行为数", "件", "1"]
    report = bound(document("云台市水务局2016年政府信息公开工作年度报告", "一、概述", "根据规定编制本报告。", *lines))
    assert values(report) == {
        "st.req_received": "12",
        "st.req_face": "2",
        "st.req_fax": "0",
        "st.req_online": "7",
        "st.req_letter": "3",
        "st.rv_total": "1",
        "st.rv_upheld": "1",
    }


def test_a_definition_printed_behind_a_label_is_set_aside() -> None:
    label = "规范性文件：是指行政机关依照法定程序制定并发布、在本行政区域内具有普遍约束力、能够反复适用的文件，内部管理制度不在其内。"
    cells = [
        "第二十条第（一）项",
        "信息内容",
        "本年新制作数量",
        "本年新公开数量",
        "对外公开总数量",
        "规章",
        "0",
        "0",
        "0",
        label,
        "1",
        "1",
        "7",
    ]
    title = "云台市水务局2020年政府信息公开工作年度报告"
    report = bound(document(title, "二、主动公开政府信息情况", ragged([[cell] for cell in cells])))
    assert [values(report)[f"t2.normative_doc.{column}"] for column in ("made", "published", "public_total")] == ["1", "1", "7"]


def test_an_instruction_in_brackets_behind_a_label_is_set_aside() -> None:
    rows = [
        ["第二十条第（一）项"],
        ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
        ["规章（设区的市人民政府应提供数据）", "0", "0", "3"],
        ["规范性文件（标题用“规定”“办法”“细则”的公文，一般属于规范性文件，内部管理制度不在其内，由办公室核对后填报）", "1", "1", "7"],
        ["内部制度（各科室自行制定的办法）", "5", "5", "5"],
    ]
    report = bound(document("云台市水务局2020年政府信息公开工作年度报告", "二、主动公开政府信息情况", ragged(rows)))
    assert [values(report)[f"t2.regulation.{column}"] for column in ("made", "published", "public_total")] == ["0", "0", "3"]
    assert [values(report)[f"t2.normative_doc.{column}"] for column in ("made", "published", "public_total")] == ["1", "1", "7"]
    assert [entry.text for entry in report.unplaced] == ["内部制度（各科室自行制定的办法）"]


def test_labels_wrapped_over_two_lines_of_a_text() -> None:
    lines = ["第二十条第（八）项", "信息内容", "上一年项", "目数量", "本年增", "/减", "行政事业性收费", "6", "-2"]
    lines += ["第二十条第（九）项", "信息内容", "采购项", "目数量", "采购总", "金额", "政府集中采购", "1", "37.59"]
    report = bound(document("云台市水务局2020年政府信息公开工作年度报告", "二、主动公开政府信息情况", *lines))
    assert values(report) == {
        "t2.admin_fee.prev_items": "6",
        "t2.admin_fee.change": "-2",
        "t2.gov_procurement.proc_count": "1",
        "t2.gov_procurement.proc_amount": "37.59",
    }


def test_a_stray_column_head_does_not_make_the_newer_form() -> None:
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    rows = [head, ["其他"], ["一、本年新收政府信息公开申请数量", *"0000000"], ["（六）其他处理", *"1000001"], ["（七）总计", *"1000001"]]
    report = bound(document("云台市水务局2020年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", ragged(rows)))
    assert report.layouts["t3"] == "layout_2019"
    assert values(report)["t3.other.total"] == "1"


def test_a_row_printed_outside_its_table_is_declared_unread_not_missing() -> None:
    made = proactive()
    rows: list[list[Spec]] = [[(c.text, c.colspan, c.rowspan) for c in made.cells if c.row == r] for r in range(made.rows)]
    report = bound(whole(grid(rows[:-1]), year=2023))
    assert report.fact("t2.admin_fee.fee_amount") is None
    blocks: list[Block | str] = [
        "云台市水务局2023年政府信息公开工作年度报告",
        "二、主动公开政府信息情况",
        grid(rows[:-1]),
        "行政事业性收费",
        "约若干",
    ]
    stray = bound(document(*blocks)).fact("t2.admin_fee.fee_amount")
    assert stray is not None
    assert stray.state == "unreadable"


def test_empty_rows_are_not_read_by_a_header_that_no_row_fits() -> None:
    lead = ("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况")
    names = [column.key for column in form("t3", "layout_2021").columns]
    damaged = [
        ["法律服务机构", "科研机构"],
        ["一、本年新收政府信息公开申请数量", *"2000002"],
        ["二、上年结转政府信息公开申请数量", *[""] * 8],
    ]
    report = bound(document(*lead, ragged(damaged)))
    assert {key for key in values(report) if "carried_over" in key} == {f"t3.carried_over.{name}" for name in names}
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    cut = [head, ["一、本年新收政府信息公开申请数量", *"200000"], ["二、上年结转政府信息公开申请数量", *[""] * 8]]
    fewer = bound(document(*lead, ragged(cut)))
    assert {key for key in values(fewer) if "carried_over" in key} == {f"t3.carried_over.{name}" for name in names[:-1]}


def test_a_statistical_row_without_its_figure_is_declared_unread() -> None:
    rows = [["统计指标", "单位", "统计数"], *[[label, "条", "1"] for label in STATISTICS], ["5.其他方式公开政府信息数"]]
    made = document("云台市水务局2016年政府信息公开年度报告", ragged(rows))
    report = bound(made)
    lost = report.fact("st.ch_other")
    assert lost is not None
    assert lost.state == "unreadable"
    assert report.status == "partly_read"
    assert values(report)["st.ch_website"] == "1"


def test_a_statistical_row_outside_its_table_is_declared_unread_and_one_inside_is_not() -> None:
    rows = [["统计指标", "单位", "统计数"], *[[label, "条", "1"] for label in STATISTICS]]
    report = bound(document("云台市水务局2016年政府信息公开年度报告", ragged(rows), "5.其他方式公开政府信息数", "条"))
    lost = report.fact("st.ch_other")
    assert lost is not None
    assert lost.state == "unreadable"
    again = bound(document("云台市水务局2016年政府信息公开年度报告", ragged(rows), "2.政府网站公开政府信息数", "条"))
    assert values(again)["st.ch_website"] == "1"
    assert again.status == "read"


STATISTICS = (
    "1.政府公报公开政府信息数",
    "2.政府网站公开政府信息数",
    "3.政务微博公开政府信息数",
    "4.政务微信公开政府信息数",
)


def test_header_words_cut_over_several_lines_name_their_columns() -> None:
    rows = [
        [("", 1), ("申请人情况", 7)],
        [("", 1), ("自然", 1), ("法人或其他组织", 5), ("总", 1)],
        [("", 1), ("人", 1), ("商业", 1), ("科研", 1), ("社会公益", 1), ("法律服务", 1), ("其他", 1), ("计", 1)],
        [("", 1), ("", 1), ("企业", 1), ("机构", 1), ("组织", 1), ("机构", 1), ("", 1), ("", 1)],
        [("一、本年新收政府信息公开申请数量", 1), *[(text, 1) for text in "1234567"]],
        [("（七）总计", 1), *[(text, 1) for text in "1234567"]],
        [("四、结转下年度继续办理", 1), *[(text, 1) for text in "0000000"]],
    ]
    made = grid([[(text, span, 1) for text, span in row] for row in rows])
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", made))
    keys = ("natural_person", "commercial", "research", "social", "legal_service", "other_org", "total")
    assert [values(report)[f"t3.new_received.{key}"] for key in keys] == list("1234567")


def test_heads_of_table_4_read_together_with_a_column_still_name_their_block() -> None:
    outcomes = ["结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结", "总\n计"]
    head = [
        "行政复议\n结果\n维持",
        *outcomes[1:],
        "行政诉讼\n未经复议直接起诉\n结果\n维持",
        *outcomes[1:],
        "复议后起诉\n结果\n维持",
        *outcomes[1:],
    ]
    made = ragged([head, [str(number) for number in range(1, 16)]])
    report = bound(document("云台市水务局2023年政府信息公开工作年度报告", "四、政府信息公开行政复议、行政诉讼情况", made))
    assert list(values(report).values()) == [str(number) for number in range(1, 16)]
    assert values(report)["t4.direct_upheld"] == "6"


def test_figures_without_a_readable_head_leave_their_table_unread_not_missing() -> None:
    title = "云台市水务局2023年政府信息公开工作年度报告"
    loose = ragged([[str(number) for number in range(15)]])
    doubted = msgspec.structs.replace(loose, cells=tuple(msgspec.structs.replace(cell, confidence=0.75) for cell in loose.cells))
    blocks: list[Block | str] = [
        title,
        "二、主动公开政府信息情况",
        proactive(),
        "三、收到和处理政府信息公开申请情况",
        requests(),
        "四、复议情况",
        "结",
        "果",
        "未经复议直接起诉",
    ]
    assert "t4" in bound(document(*blocks, doubted)).elsewhere
    assert "t4" not in bound(document(*blocks)).elsewhere
