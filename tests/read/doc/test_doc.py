"""Word 97 documents: every cell, merges, what is printed and what is not; damage is refused and nothing else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from auditor.errors import ReadError
from auditor.model.document import Document, Heading, Table
from auditor.read import libreoffice, read_bytes, read_file
from tests.lab.compose import balanced_plan, to_docx
from tests.read.doc.made import merged_docx

MERGED = Path(__file__).with_name("files") / "merged.doc"
CORPUS = Path(__file__).resolve().parents[3] / "../shared/corpus"

office = pytest.mark.skipif(libreoffice.find_office() is None, reason="LibreOffice is not installed")


def shape(document: Document) -> list[object]:
    """Everything a user would see of the blocks, places aside."""
    return [
        [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in block.cells]
        if isinstance(block, Table)
        else (type(block).__name__, getattr(block, "level", 0), block.text)
        for block in document.blocks
    ]


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "find_office", lambda: None)


def test_all_of_a_small_document() -> None:
    document = read_file(MERGED)
    assert (document.source.kind, document.engine, document.problems) == ("doc", "doc", ())
    assert shape(document) == [
        ("Heading", 1, "一、总体情况"),
        ("Paragraph", 0, "收到申请１２件。"),
        ("Paragraph", 0, "1.首先公开"),
        ("Paragraph", 0, "2.其次答复"),
        ("Paragraph", 0, "看得见新数"),
        [
            ("合并行", 0, 0, 2, 1),
            ("合并列", 0, 1, 1, 2),
            ("左", 1, 1, 1, 1),
            ("右", 1, 2, 1, 1),
            ("上\n下", 2, 0, 1, 1),
            ("", 2, 1, 1, 1),
            ("-5", 2, 2, 1, 1),
        ],
        ("Paragraph", 0, "隔"),
        # A table that mostly holds another one only arranges things.
        *(("Paragraph", 0, words) for words in "甲乙丙丁"),
        [("内一", 0, 0, 1, 1), ("内二", 0, 1, 1, 1)],
        ("Paragraph", 0, "尾"),
    ]
    assert isinstance(document.blocks[0], Heading)


def test_words_beside_the_text() -> None:
    found = {(residue.kind, residue.text) for residue in read_file(MERGED).residues}
    assert found == {("author", "禾某"), ("hidden", "看不见"), ("deletion", "旧数"), ("insertion", "新数")}


def test_cells_have_places() -> None:
    (table, *_) = [block for block in read_file(MERGED).blocks if isinstance(block, Table)]
    last = table.cells[-1].location
    assert (last.table, last.row, last.column, last.anchor) == (1, 3, 3, "tbl1/tr3/tc3")


def test_password() -> None:
    data = bytearray(MERGED.read_bytes())
    start = data.find(b"\xec\xa5")
    data[start + 11] |= 1
    with pytest.raises(ReadError) as caught:
        read_bytes(bytes(data), "a.doc")
    assert caught.value.code == "READ-ENCRYPTED"


@pytest.mark.usefixtures("no_office")
def test_word_95_is_refused_with_advice() -> None:
    data = bytearray(MERGED.read_bytes())
    start = data.find(b"\xec\xa5")
    data[start + 2 : start + 4] = b"\x68\x00"
    with pytest.raises(ReadError) as caught:
        read_bytes(bytes(data), "a.doc")
    assert (caught.value.code, caught.value.details) == ("READ-UNSUPPORTED", {"found": "word6", "save_as": "docx"})


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_are_refused_or_read_but_never_crash(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(MERGED.read_bytes())
    for _ in range(chance.choice((1, 8, 64, 512))):
        data[chance.randrange(512, len(data))] = chance.randrange(256)
    if seed % 4 == 0:
        del data[chance.randrange(1024, len(data)) :]
    try:
        document = read_bytes(bytes(data), "a.doc")
    except ReadError as error:
        assert error.code in {"READ-DAMAGED", "READ-LIMIT", "READ-ENCRYPTED", "READ-UNSUPPORTED"}  # noqa: PT017
    else:
        assert document.engine == "doc"


@office
@pytest.mark.office
@pytest.mark.parametrize("layout", ["layout_2019", "layout_2021"])
def test_forms_saved_by_libreoffice_have_the_cells_of_the_original(layout: str) -> None:
    original = to_docx(balanced_plan(11, layout, "small"))
    saved = libreoffice.convert(original, "docx", "doc")
    assert saved is not None
    assert shape(read_bytes(saved, "a.doc")) == shape(read_bytes(original, "a.docx"))


@office
@pytest.mark.office
def test_rich_text_saved_by_libreoffice_has_the_cells_of_the_original() -> None:
    original = merged_docx()
    saved = libreoffice.convert(original, "docx", "rtf")
    assert saved is not None
    assert shape(read_bytes(saved, "a.rtf")) == shape(read_bytes(original, "a.docx"))


@office
@pytest.mark.office
def test_what_we_refuse_is_converted_and_said_so() -> None:
    document = libreoffice.read_converted(MERGED.read_bytes(), read_file(MERGED).source, "READ-UNSUPPORTED")
    assert document is not None
    assert shape(document) == shape(read_file(MERGED))
    assert [(p.code, p.details["reason"]) for p in document.problems] == [("READ-CONVERTED", "READ-UNSUPPORTED")]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real reports are not here")
@pytest.mark.parametrize("case", ["huaian_2024", "lucheng_xjm_2020"])
def test_real_reports_have_all_figures(case: str) -> None:
    facts = json.loads((CORPUS / "truth" / f"{case}.json").read_text("utf-8"))["facts"]
    document = read_file(CORPUS / case / "report.doc")
    assert shape(document) == shape(read_file(CORPUS / case / "report.docx"))
    cells = [cell.text.strip() for block in document.blocks if isinstance(block, Table) for cell in block.cells]
    for value in {value for value in facts.values() if value}:
        assert cells.count(value) >= sum(1 for other in facts.values() if other == value)
