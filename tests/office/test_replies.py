"""Answers of agencies, right and in the ways a clerk does it wrong: none is lost, none goes to another finding."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from auditor import office
from auditor.deliver import write_season
from auditor.deliver.answers import Heard, hear, judge
from auditor.deliver.folder import issue_drafts
from auditor.deliver.returned import ids_in
from tests.support.season import rulebook, season
from tests.support.soffice import convert, needs_office

TEXT = "已更正，见本机关网站"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A season of six agencies whose notices were issued."""
    target = tmp_path / "season"
    write_season(target, season(6), rulebook())
    with office.open_season(target) as store:
        issue_drafts(store, number="〔2026〕1号", date="2026-03-02")
    return target


def letter(folder: Path) -> Path:
    return sorted(folder.glob("*/整改通知书.docx"))[0]


def table_of(document: Any) -> Any:
    return next(table for table in document.tables if len(table.columns) == 9)


def saved(document: Any, path: Path) -> Path:
    out = io.BytesIO()
    document.save(out)
    path.write_bytes(out.getvalue())
    return path


def heard(folder: Path, *paths: Path, agency: str = "") -> tuple[Heard, ...]:
    with office.open_season(folder) as store:
        return hear(store, paths, agency)


def numbers(folder: Path, path: Path) -> list[str]:
    """The short numbers in a letter, in its order."""
    cells = [row.cells[7].text for row in table_of(docx.Document(str(path))).rows[1:]]
    return [next(name for name in ids_in(cell) if name.startswith("2024-")) for cell in cells]


def in_column(document: Any) -> None:
    for row in table_of(document).rows[1:]:
        row.cells[8].text = TEXT


def tracked(document: Any) -> None:
    for row in table_of(document).rows[1:]:
        paragraph = row.cells[8].paragraphs[0]._p
        inserted = paragraph.makeelement(qn("w:ins"), {qn("w:id"): "1", qn("w:author"): "clerk"})
        run = inserted.makeelement(qn("w:r"), {})
        text = run.makeelement(qn("w:t"), {})
        text.text = TEXT
        run.append(text)
        inserted.append(run)
        paragraph.append(inserted)


def ids_typed_over(document: Any) -> None:
    in_column(document)
    for row in table_of(document).rows[1:]:
        cell = row.cells[7]
        number = next(name for name in ids_in(cell.text) if name.startswith("2024-"))
        cell.text = " " + number.replace("-", "－").translate(str.maketrans("0123456789", "０１２３４５６７８９")) + " "


def ids_gone_into_another_column(document: Any) -> None:
    in_column(document)
    for row in table_of(document).rows[1:]:
        row.cells[0].text = f"{row.cells[0].text} {row.cells[7].text}"
        row.cells[7].text = ""


def head_renamed_row_added(document: Any) -> None:
    in_column(document)
    table_of(document).add_row().cells[2].text = "另附说明一份"


RIGHT: list[Callable[[Any], None]] = [in_column, tracked, ids_typed_over, ids_gone_into_another_column, head_renamed_row_added]


@pytest.mark.parametrize("way", RIGHT)
def test_answers_in_the_column_are_certain_however_they_got_there(way: Callable[[Any], None], folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(letter(folder)))
    way(document)
    (one,) = heard(folder, saved(document, tmp_path / "回复.docx"))
    assert len(one.replies) == len(numbers(folder, letter(folder)))
    assert {reply.text for reply in one.replies} == {TEXT}
    assert all(reply.certain and reply.answer == "corrected" for reply in one.replies)
    assert {reply.how for reply in one.replies} == {"tracked" if way is tracked else "column"}


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("kind", ["doc", "rtf", "pdf", "odt"])
def test_answers_in_other_kinds_of_files_saved_from_the_notice(kind: str, folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(letter(folder)))
    in_column(document)
    data = saved(document, tmp_path / "n.docx").read_bytes()
    returned = tmp_path / f"回复.{kind}"
    returned.write_bytes(convert(data, "n.docx", kind, tmp_path))
    (one,) = heard(folder, returned)
    if kind == "odt":  # not read: said, never taken for silence
        assert one.error
        return
    assert sorted(reply.finding for reply in one.replies) == sorted(key_of(folder, number) for number in numbers(folder, letter(folder)))
    assert {reply.text.replace("\n", "") for reply in one.replies} == {TEXT}


def key_of(folder: Path, number: str) -> str:
    with office.open_season(folder) as store:
        return str(office.find_key(store, number))


def test_text_in_another_column_or_below_the_table_is_shown_to_a_person(folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(letter(folder)))
    rows = table_of(document).rows[1:]
    rows[0].cells[6].text += "\n我单位已核对登记簿并更正"
    document.add_paragraph("以上其余问题均已说明原因，见附件。")
    (one,) = heard(folder, saved(document, tmp_path / "回复.docx"))
    assert one.replies
    assert not any(reply.certain for reply in one.replies)
    first = key_of(folder, numbers(folder, letter(folder))[0])
    assert [reply.text for reply in one.replies if reply.finding == first] == ["我单位已核对登记簿并更正"]
    assert {reply.finding for reply in one.replies} == {key_of(folder, number) for number in numbers(folder, letter(folder))}
    with office.open_season(folder) as store:
        office.record_replies(store, one.replies)
        assert "look_at_reply" in {entry.kind for entry in office.todo(store, "2026-03-03")}


def test_numbers_of_the_register_are_shown_to_a_person_and_answer_no_finding(folder: Path, tmp_path: Path) -> None:
    """The table of numbers that no check can see stands behind the findings: what is typed there is not the last finding's."""
    written = letter(folder)
    document = docx.Document(str(written))
    own = next((table for table in document.tables if len(table.columns) == 6), None)
    assert own is not None
    name, printed = own.rows[1].cells[0].text, own.rows[1].cells[1].text
    own.rows[1].cells[2].text = "与台账不符，应为 12"
    (one,) = heard(folder, saved(document, tmp_path / "notice.docx"))
    assert one.replies == ()
    assert len(one.loose) == 1
    assert all(text in one.loose[0] for text in (name, printed, "与台账不符，应为 12"))


def test_notice_sent_back_without_an_answer_has_none(folder: Path, tmp_path: Path) -> None:
    (one,) = heard(folder, saved(docx.Document(str(letter(folder))), tmp_path / "回复.docx"))
    assert one.replies == ()
    assert one.loose == ()
    assert not one.error


def test_findings_of_another_agency_are_refused_and_named(folder: Path, tmp_path: Path) -> None:
    document = docx.Document(str(letter(folder)))
    in_column(document)
    path = saved(document, tmp_path / "回复.docx")
    with office.open_season(folder) as store:
        other = next(row.agency for row in office.findings(store) if row.agency not in letter(folder).parent.name)
    (one,) = heard(folder, path, agency=other)
    assert one.replies == ()
    assert [number for number, _ in one.refused] == numbers(folder, letter(folder))
    assert all(agency in letter(folder).parent.name for _, agency in one.refused)


def test_two_answers_to_one_finding_are_both_kept(folder: Path, tmp_path: Path) -> None:
    paths = []
    for name, text in (("一.docx", TEXT), ("二.docx", "数据正确，不认可")):
        document = docx.Document(str(letter(folder)))
        table_of(document).rows[1].cells[8].text = text
        paths.append(saved(document, tmp_path / name))
    told = heard(folder, *paths)
    with office.open_season(folder) as store:
        for one in told:
            office.record_replies(store, one.replies)
        key = key_of(folder, numbers(folder, letter(folder))[0])
        row = next(row for row in office.findings(store) if row.key == key)
        assert {reply.answer for reply in row.replies} == {"corrected", "disputed"}
        assert row.state == "answered"


def test_folder_and_archive_of_answers_and_files_that_are_none(folder: Path, tmp_path: Path) -> None:
    import zipfile

    place = tmp_path / "回复"
    place.mkdir()
    document = docx.Document(str(letter(folder)))
    in_column(document)
    path = saved(document, tmp_path / "x.docx")
    with zipfile.ZipFile(place / "a.zip", "w") as archive:
        archive.write(path, "甲/回复.docx")
    (place / "坏.docx").write_bytes(b"PK\x03\x04 no document")
    told = {Path(one.file).name: one for one in heard(folder, place)}
    assert told["回复.docx"].replies
    assert told["坏.docx"].error


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("已更正", "corrected"),
        ("未更正", "unclear"),
        ("因口径不同，说明如下", "explained"),
        ("经核实数据无误", "disputed"),
        ("收悉", "unclear"),
    ],
)
def test_words_of_an_answer(text: str, answer: str) -> None:
    assert judge(text) == answer


def test_ids_are_found_in_any_writing() -> None:
    assert ids_in("２０２４－０１７") == ("2024-017",)
    assert ids_in("2024—\n017") == ("2024-017",)
    assert ids_in("C93B55B7\n26455809") == ("c93b55b726455809",)
    assert set(ids_in("2024-017\nc93b55b726455809")) == {"2024-017", "c93b55b726455809"}
    assert ids_in("2024年3月1日 12件") == ()
