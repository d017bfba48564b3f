"""What stopped people who used the desk for the first time: each thing that was mended."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest
from docx import Document
from msgspec import structs

from auditor import office
from auditor.desk.cells import turns_of
from auditor.desk.intake import rows_in
from auditor.desk.runs import received
from auditor.desk.sketch import marks_of
from auditor.desk.state import Desk, open_desk
from auditor.pipeline import extract_file
from tests.desk.desks import JSON, ORIGIN, asking, desk_with, guest
from tests.lab.compose import balanced_plan, to_pdf, to_text
from tests.lab.mutate import DEFECTS, plant
from tests.support.season import audited, rulebook, wrong_plan

BYTES = {"content-type": "application/octet-stream", "origin": ORIGIN}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = desk_with(tmp_path / "season")
    found.background.queue = lambda arguments: None  # type: ignore[method-assign]  # no process beside the tests
    return found


def table(rows: list[list[str]]) -> bytes:
    document = Document()
    made = document.add_table(len(rows), len(rows[0]))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            made.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_new_season_says_where_it_lies_and_what_comes_first(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "季", rulebook(), "zh", "甲")
    client = guest(desk)
    shown = client.get("/").text
    assert str((tmp_path / "季").resolve()) in shown
    assert "现在没有需要做的事" not in shown
    assert 'data-do="audit"' not in shown  # nothing to audit yet
    client.post("/upload", params={"kind": "report", "name": "甲局.txt"}, content=b"1", headers=BYTES)
    assert "已收到 1 份，尚未审核" in client.get("/").text
    assert 'data-do="audit"' in client.get("/").text


def test_a_copy_of_an_audited_file_is_no_file_that_waits(desk: Desk) -> None:
    version = desk.snapshot().versions[0]
    content = b"the audited bytes"
    desk.store.connection.execute("UPDATE version SET sha256 = ? WHERE id = ?", (sha256(content).hexdigest(), version.id))
    desk.incoming.mkdir(exist_ok=True)
    (desk.incoming / "甲局 - 副本.docx").write_bytes(content)
    (desk.incoming / "乙局.docx").write_bytes(b"other bytes")
    assert received(desk).new == ("乙局.docx",)
    assert [name for name, _ in received(desk).copies] == ["甲局 - 副本.docx"]
    assert "不重复审核" in guest(desk).get("/files").text


def test_a_letter_is_an_answer_and_a_report_is_not(desk: Desk) -> None:
    client = guest(desk)
    letter = "关于年度报告整改情况的函\n我局统计期限系笔误，正在更正，将于本月底前重新公布。\n某市商务局".encode()
    for name, content, kind in (("复函.txt", letter, "reply"), ("更正.txt", to_text(balanced_plan(1, year=2024)), "report")):
        assert client.post("/upload", params={"kind": "any", "name": name}, content=content, headers=BYTES).json()["kind"] == kind


def test_a_roster_may_be_a_table_in_word_and_keeps_its_line_numbers(desk: Desk, tmp_path: Path) -> None:
    rows = [["市直机关名录", ""], ["序号", "机关全称"], ["1", "甲局"], ["", ""], ["2", "乙局"]]
    client = guest(desk)
    content = table(rows)
    assert client.post("/upload", params={"kind": "roster", "name": "名录.docx"}, content=content, headers=BYTES).json()["kind"] == "roster"
    assert client.post("/do/keep-roster", json={}, headers=JSON).json() == {"agencies": 2}
    from auditor.desk.seasonviews import known_roster

    kept = known_roster(desk)
    assert kept is not None
    assert [(agency.name, agency.line) for agency in kept.agencies] == [("甲局", 3), ("乙局", 5)]
    wrong = tmp_path / "名册.xlsx"
    wrong.write_bytes(to_pdf(balanced_plan(1)))
    assert rows_in(wrong) == []


def test_a_file_is_given_only_to_an_agency_that_there_is(desk: Desk) -> None:
    client = guest(desk)
    version = desk.snapshot().versions[0]
    names = sorted({row.agency for row in desk.snapshot().agencies})
    refused = client.post("/do/assign", json={"version": version.id, "agency": "没有这个机关"}, headers=JSON)
    assert refused.status_code == 400
    assert client.post("/do/assign", json={"version": version.id, "agency": names[0]}, headers=JSON).status_code == 200


def test_a_year_may_be_written_out_and_a_conflict_is_told_without_keys(desk: Desk) -> None:
    client = guest(desk)
    assert client.post("/do/settings", json={"year": "2025年度"}, headers=JSON).status_code == 200
    assert office.settings(desk.store).year == 2025
    row = asking(desk)
    body = {"key": row.key, "version": row.version, "confirmation": "confirmed"}
    assert client.post("/do/decide", json=body, headers=JSON).status_code == 200
    second = client.post("/do/decide", json=body, headers=JSON)
    assert second.status_code == 409
    assert row.key not in second.json()["error"]


def test_the_sentence_is_marked_beside_the_cell_and_the_culprit_before_the_sum() -> None:
    prose = next(defect for defect in DEFECTS if defect.name == "prose_carried")
    planted = next(found for seed in range(9) if (found := plant(balanced_plan(seed, size="medium", year=2024), prose, seed)) is not None)
    finding = next(one for one in audited(planted.plan, "a.docx").findings if one.rule == "C-02")
    assert next(mark.mark for mark in marks_of(finding)) == "place"
    certain = next(
        one for seed in range(12) for one in audited(wrong_plan(seed), "a.docx").findings if one.culprit is not None and one.culprit.certain
    )
    assert certain.culprit is not None
    first = marks_of(certain)[0]
    assert (first.mark, first.key) == ("question", certain.culprit.candidates[0].key)


def test_the_last_decision_says_what_comes_next(desk: Desk) -> None:
    client = guest(desk)
    rows = [row for row in office.findings(desk.store) if row.counts and row.asks and row.parent is None]
    for row in rows:
        assert client.post("/do/decide", json={"key": row.key, "confirmation": "confirmed"}, headers=JSON).status_code == 200
    assert "全部认定完毕" in client.get(f"/finding/{rows[-1].key}").text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_cell_cut_out_of_a_turned_page_stands_upright(turn: int, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(to_pdf(balanced_plan(1, year=2024)))
    report = extract_file(path, rulebook())
    width, height = 595.0, 842.0

    def laid(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Where a box lies on the page that has to be turned by so many degrees clockwise to stand upright."""
        left, top, right, bottom = box
        return {
            0: box,
            90: (top, width - right, bottom, width - left),
            180: (width - right, height - bottom, width - left, height - top),
            270: (height - bottom, left, height - top, right),
        }[turn]

    facts = [
        structs.replace(fact, location=structs.replace(fact.location, box=laid(fact.location.box)))
        for fact in report.facts
        if fact.location.box is not None
    ]
    assert len(facts) > 100
    pages = {fact.location.page or 1 for fact in facts}
    assert turns_of(facts) == (dict.fromkeys(pages, turn) if turn else {})
