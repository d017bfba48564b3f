"""What came with the second half of the desk: cells that people read, leftovers of answers, rosters, views, later rounds."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor import office
from auditor.desk.sentences import aligned, pairs_of
from auditor.desk.snapshot import address_of
from auditor.desk.state import Desk
from auditor.model.finding import Audit
from auditor.office import AnswerFile, LeftOver
from tests.desk.desks import JSON, ORIGIN, asking, desk_with, guest
from tests.lab.compose import ReportPlan
from tests.lab.mutate import set_facts
from tests.support.season import audited, counted, season, wrong_plan

BYTES = {"content-type": "application/octet-stream", "origin": ORIGIN}
HOSTILE = "<script>alert(1)</script>\u202e局育教"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = desk_with(tmp_path / "season")
    found.background.queue = lambda arguments: None  # type: ignore[method-assign]  # no process beside the tests
    return found


@pytest.mark.parametrize("view", ["rules", "heat", "years", "pairs", "tree", "nonsense"])
def test_every_view_answers_and_can_be_taken_away(desk: Desk, view: str) -> None:
    client = guest(desk)
    assert client.get("/overview", params={"view": view}).status_code == 200
    answer = client.get("/take/view.csv", params={"view": view})
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_what_is_taken_away_is_what_is_seen(desk: Desk) -> None:
    client = guest(desk)
    lines = client.get("/take/view.csv", params={"view": "heat", "words": "第3分局"}).text.splitlines()
    assert len(lines) == 1 + client.get("/overview", params={"view": "heat", "words": "第3分局"}).text.count('<th scope="row">')
    assert all("第3分局" in line for line in lines[1:])


def test_a_cell_read_by_a_person_is_kept_with_the_file_and_can_be_taken_back(desk: Desk) -> None:
    client, row = guest(desk), asking(desk)
    version = desk.snapshot().current(row.report_key)
    assert version is not None
    audit = office.audit_of_version(desk.store, version.id)
    assert audit is not None
    assert audit.report is not None
    key = str(audit.report.facts[0].key)
    body = {"of": version.id, "cells": [{"cell": key, "value": "１７", "version": 0}]}
    assert client.post("/do/read-cells", json=body, headers=JSON).status_code == 200
    (kept,) = office.readings(desk.store)
    assert (kept.sha256, kept.cell, kept.value, kept.who, kept.corrected) == (audit.source.sha256, key, "１７", "甲", True)
    assert client.post("/do/read-cells", json=body, headers=JSON).status_code == 409  # another window, an older look
    page = client.get(f"/cells/{address_of(row.report_key)}").text
    assert "重新审核后采用" in page
    assert "尚未重新审核" in client.get("/").text
    assert client.post("/do/undo", json={}, headers=JSON).status_code == 200
    assert office.readings(desk.store) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"of": 99999, "cells": [{"cell": "t3.granted.total", "value": "1"}]},
        {"of": 1, "cells": [{"cell": "../../etc/passwd", "value": "1"}]},
        {"of": 1, "cells": [{"cell": "t3.granted.total", "value": "1" * 201}]},
        {"of": 1, "cells": [{"cell": "t3.granted.total", "value": 7}]},
        {"of": 1, "cells": ["t3.granted.total"]},
        {"of": 1, "cells": []},
        {"of": 1},
    ],
)
def test_a_cell_that_is_none_is_refused(desk: Desk, body: dict[str, object]) -> None:
    assert guest(desk).post("/do/read-cells", json=body, headers=JSON).status_code == 400
    assert office.readings(desk.store) == ()


def test_what_was_not_understood_is_assigned_by_hand(desk: Desk) -> None:
    client, row = guest(desk), asking(desk)
    left = (LeftOver(kind="loose", text=f"我局已更正{HOSTILE}"), LeftOver(kind="unknown", text="2024-999"))
    office.note_answer_file(desk.store, AnswerFile(source="收到的答复/函.docx", sha256="ab", left=left))
    page = client.get("/replies").text
    assert "没有归入任何问题的内容" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    body = {"source": "收到的答复/函.docx", "place": 0, "finding": f"{row.number} 甲局", "answer": "corrected"}
    assert client.post("/do/assign-left-over", json=body | {"finding": "2024-998"}, headers=JSON).status_code == 400
    assert client.post("/do/assign-left-over", json=body | {"source": "../x"}, headers=JSON).status_code == 400
    assert client.post("/do/assign-left-over", json=body, headers=JSON).status_code == 200
    assert (
        client.post("/do/assign-left-over", json={"source": "收到的答复/函.docx", "place": 1, "aside": True}, headers=JSON).status_code
        == 200
    )
    (reply,) = office.replies(desk.store)
    assert (reply.finding, reply.answer, reply.how) == (row.key, "corrected", "typed")
    assert "没有归入任何问题的内容" not in client.get("/replies").text
    office.note_answer_file(desk.store, AnswerFile(source="收到的答复/函.docx", sha256="ab", left=left))  # read once more
    assert office.answer_files(desk.store)[0].waiting == ()


def test_reading_answers_is_not_what_undo_takes_back(desk: Desk) -> None:
    client, row = guest(desk), asking(desk)
    client.post("/do/decide", json={"key": row.key, "confirmation": "confirmed"}, headers=JSON)
    office.note_answer_file(desk.store, AnswerFile(source="收到的答复/函.docx", sha256="ab"))
    client.post("/do/undo", json={}, headers=JSON)
    assert asking(desk).key == row.key
    assert [one.source for one in office.answer_files(desk.store)] == ["收到的答复/函.docx"]


def test_a_roster_is_shown_with_its_columns_before_it_is_kept(desk: Desk) -> None:
    client = guest(desk)
    content = f"各单位情况\n序号,所属部门,由谁主管\n1,甲局,\n2,乙局,甲局\n3,{HOSTILE},丙局\n".encode()
    assert client.post("/upload", params={"kind": "roster", "name": "../名册.csv"}, content=content, headers=BYTES).status_code == 200
    page = client.get("/roster").text
    assert "请指定哪一列是机关名称" in page
    assert "<script>alert" not in page
    chosen = {"c1": "name", "c2": "parent"}
    assert "共 3 个机关，其中 2 个有上级" in client.get("/roster", params=chosen).text
    assert client.post("/do/keep-roster", json={}, headers=JSON).status_code == 400
    assert office.roster_file(desk.store) is None
    assert client.post("/do/keep-roster", json=chosen, headers=JSON).json() == {"agencies": 3}
    kept = office.roster_file(desk.store)
    assert kept is not None
    assert kept[0] == "名册.csv"
    assert "甲局" in client.get("/overview", params={"view": "tree"}).text
    assert "乙局" in client.get("/overview", params={"view": "tree", "parent": "甲局"}).text


@pytest.mark.parametrize("content", [b"\x00\xff\xfe\xd8", b"PK\x03\x04broken", b"\n\n", b"x" * 10])
def test_a_roster_that_is_none_is_refused_in_words(desk: Desk, content: bytes) -> None:
    client = guest(desk)
    answer = client.post("/upload", params={"kind": "roster", "name": "r.xlsx"}, content=content, headers=BYTES)
    if answer.status_code == 200:  # text it is, a roster it is not
        assert client.post("/do/keep-roster", json={}, headers=JSON).status_code == 400
    else:
        assert "名册" in answer.json()["error"]
    assert office.roster_file(desk.store) is None


def test_what_is_dropped_is_told_apart_by_content(desk: Desk) -> None:
    client = guest(desk)
    answer = client.post("/upload", params={"kind": "any", "name": "a.txt"}, content="普通文字".encode(), headers=BYTES)
    assert answer.json()["kind"] == "report"
    assert [path.name for path in desk.incoming.iterdir()] == ["a.txt"]


def test_the_second_round_says_what_was_closed_and_what_changed_unasked(tmp_path: Path) -> None:
    def version(plan: ReportPlan, path: str) -> Audit:
        audit = audited(plan, path)
        assert audit.report is not None
        source = replace(audit.source, sha256=sha256(path.encode()).hexdigest())
        return replace(audit, source=source, report=replace(audit.report, source=source))

    first, key, other = wrong_plan(2), "t3.new_received.natural_person", "t4.review_upheld"
    better = set_facts(first, {key: int(first.facts[key]) - 3, other: int(first.facts[other]) + 1})
    result = season(1)
    desk = desk_with(tmp_path / "season", replace(result, audits=(counted(version(first, "a.docx")),)))
    office.record_round(desk.store, replace(result, audits=(counted(version(better, "b.docx")),)))
    client = guest(desk)
    page = client.get("/replies").text
    assert "第2轮审核的结果" in page
    closed = [row for row in office.findings(desk.store) if row.gone_as == "fixed"]
    assert closed
    report = closed[0].report_key
    assert f"销号 {len([row for row in closed if row.parent is None])}" in page
    compared = client.get(f"/compare/{address_of(report)}").text
    assert compared.count('<tr class="unasked">') == 1
    assert "未要求而改动" in compared


def test_sentences_are_lined_up() -> None:
    left = ["一、全年公开信息10条。", "收到申请3件。", "均已办结。"]
    right = ["收到申请3件。", "新增一句。", "均已按时办结。"]
    lines = aligned(left, right)
    assert [line["same"] for line in lines] == [False, True, False, False]
    assert lines[1]["left"][0][0] == lines[1]["right"][0][0] == "收到申请3件。"
    assert ("按时", False) in lines[3]["right"]
    (numbers,) = aligned(["结转下年度继续办理10件。"], ["结转下年度继续办理1件。"])  # a number is whole: 10 and 1 share nothing
    assert ("10", False) in numbers["left"]
    assert ("1", False) in numbers["right"]
    assert pairs_of([("甲", "甲。乙。"), ("乙", "乙。丙。")])[0]["shared"] == 1
    (pair,) = pairs_of([("甲", "甲。"), ("乙", "乙。"), ("甲", "乙。"), ("乙", "丙。")])  # pieces of two texts, not four texts
    assert (pair["left"], pair["right"], pair["shared"]) == ("甲", "乙", 1)
    assert pairs_of([]) == pairs_of([("甲", "甲。")]) == []


def test_an_issued_notice_prints_what_was_recorded_of_it(desk: Desk) -> None:
    from io import BytesIO

    from docx import Document

    client, row = guest(desk), asking(desk)
    office.set_settings(desk.store, office="某市政府办公室", contact="张三 0100-1234")
    client.post("/do/decide", json={"key": row.key, "confirmation": "confirmed"}, headers=JSON)
    body = {"reports": [row.report_key], "number": "政公开〔2025〕#号", "first": 7, "date": "2025-03-09", "deadline": "2025年4月30日"}
    assert client.post("/do/issue", json=body, headers=JSON).status_code == 200
    (notice,) = office.notices(desk.store)
    answer = client.get(f"/take/notice/{notice.id}.docx")
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs)
    for told in ("政公开〔2025〕7号", "2025年3月9日", "2025年4月30日", "某市政府办公室", "张三"):
        assert told in text
    assert client.post("/do/issue", json=body, headers=JSON).status_code == 400  # nothing new to ask for
    assert client.get(f"/take/notice/{notice.id}.docx").content == answer.content


def test_notices_are_made_on_the_template_of_the_office(desk: Desk) -> None:
    from io import BytesIO

    from docx import Document

    client, row = guest(desk), asking(desk)
    for content in (b"x", b"PK\x03\x04 no document"):
        answer = client.post("/upload", params={"kind": "template", "name": "../t.docx"}, content=content, headers=BYTES)
        assert answer.status_code == 400
    document, buffer = Document(), BytesIO()
    document.add_paragraph("本局专用格式 {{agency}}")
    document.add_paragraph("{{findings}}")
    document.save(buffer)
    client.post("/upload", params={"kind": "template", "name": "t.docx"}, content=buffer.getvalue(), headers=BYTES)
    client.post("/do/decide", json={"key": row.key, "confirmation": "confirmed"}, headers=JSON)
    shown = Document(BytesIO(client.get("/take/preview.docx", params={"report": address_of(row.report_key)}).content))
    assert any("本局专用格式" in paragraph.text for paragraph in shown.paragraphs)
    client.post("/do/forget-template", json={}, headers=JSON)
    shown = Document(BytesIO(client.get("/take/preview.docx", params={"report": address_of(row.report_key)}).content))
    assert not any("本局专用格式" in paragraph.text for paragraph in shown.paragraphs)


def test_the_dataset_is_taken_away(desk: Desk) -> None:
    answer = guest(desk).get("/take/dataset.xlsx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


def test_an_upload_larger_than_its_kind_may_be_is_refused(desk: Desk) -> None:
    client = guest(desk)
    for kind in ("roster", "template"):
        answer = client.post("/upload", params={"kind": kind, "name": "x"}, content=b"x" * (16 * 1024 * 1024 + 1), headers=BYTES)
        assert answer.status_code == 400
        assert "太大" in answer.json()["error"]


def test_pieces_of_answers_are_listed_and_assigned_by_command(desk: Desk) -> None:
    from click.testing import CliRunner

    from auditor.cli.season import season as command

    row = asking(desk)
    office.note_answer_file(desk.store, AnswerFile(source="函.docx", sha256="ab", left=(LeftOver(kind="loose", text="正在核对"),)))
    folder = str(desk.store.folder)
    assert "函.docx #0" in CliRunner().invoke(command, ["show", folder, "left"]).output
    CliRunner().invoke(command, ["assign", folder, "函.docx", "0", row.number, "--as", "explained"])
    assert [(one.finding, one.answer) for one in office.replies(desk.store)] == [(row.key, "explained")]


def test_the_watch_takes_in_each_new_file_once(desk: Desk) -> None:
    import os

    from auditor.desk.runs import look_for_new, not_audited, not_heard

    asked: list[tuple[str, ...]] = []
    desk.background.queue = lambda arguments: asked.append(tuple(arguments))  # type: ignore[method-assign]
    client = guest(desk)
    assert client.post("/do/watch", json={"on": True}, headers=JSON).status_code == 200
    for name in ("收到的报告/甲.docx", "收到的答复/一/回.docx", "收到的答复/二/回.docx"):
        path = desk.store.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    assert (not_audited(desk), not_heard(desk)) == (["甲.docx"], ["一/回.docx", "二/回.docx"])
    assert look_for_new(desk)
    assert [arguments[0] for arguments in asked] == ["check", "reply"]
    assert not look_for_new(desk)  # what the runs left out is not tried again
    office.note_answer_file(desk.store, AnswerFile(source="收到的答复/一/回.docx"))
    assert not_heard(desk) == ["二/回.docx"]
    (desk.store.folder / "收到的报告" / "乙.docx").write_bytes(b"y")
    os.utime(desk.store.folder / "收到的报告" / "乙.docx", (0, 0))
    assert look_for_new(desk)
    assert client.get("/progress").status_code == 200
