"""Rich text: code pages, Unicode, tables with merged cells, what is not printed."""

from __future__ import annotations

import pytest

from auditor.errors import LimitError
from auditor.model.document import Document, Heading, Table
from auditor.read import read_bytes


def reading(body: str) -> Document:
    return read_bytes(
        ("{\\rtf1\\ansi\\ansicpg936\\uc1{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset0 Times;}}" + body + "}").encode("ascii"),
        "a.rtf",
    )


def escaped(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def unicode(text: str) -> str:
    return "".join(f"\\u{ord(char) - 65536 if ord(char) > 32767 else ord(char)}?" for char in text)


def texts(body: str) -> list[str]:
    return ["\n".join(c.text for c in b.cells) if isinstance(b, Table) else b.text for b in reading(body).blocks]


@pytest.mark.parametrize("write", [escaped, unicode])
def test_chinese(write: object) -> None:
    assert texts("{\\f0 " + write("青禾县，收到１２件。") + "}\\par") == ["青禾县，收到１２件。"]  # type: ignore[operator]


def test_replacement_characters_are_skipped() -> None:
    assert texts("\\uc2\\u38738\\'c7\\'e0\\u31166??x\\par") == ["青禾x"]
    assert texts("{\\uc0\\u38738}\\u31166?x\\par") == ["青禾x"]
    assert texts("\\u-10179?\\u-8704?\\par") == ["\U0001f600"]


def test_what_is_not_printed() -> None:
    body = (
        "{\\*\\generator x;}{\\stylesheet{\\s1 heading;}}{\\info{\\author Li}{\\title t}}{\\header head}{\\pict 89504e47}"
        "{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}{\\v secret} seen{\\deleted gone}{\\*\\unknown x}{\\*\\bkmkstart b}\\par"
    )
    document = reading(body)
    assert [b.text for b in document.blocks if not isinstance(b, Table)] == ["7 seen"]
    assert sorted((r.kind, r.text) for r in document.residues) == [("author", "Li"), ("deletion", "gone"), ("hidden", "secret")]


def test_list_numbers_are_printed() -> None:
    assert texts("{\\listtext\\f0 " + escaped("一、") + "\\tab}{\\f0 " + escaped("概述") + "}\\par") == ["一、概述"]


def test_heading_level() -> None:
    (block,) = reading("\\pard\\outlinelevel1 title\\par").blocks
    assert isinstance(block, Heading)
    assert block.level == 2


def test_table_with_merges() -> None:
    body = (
        "\\trowd\\clvmgf\\cellx1000\\clmgf\\cellx2000\\clmrg\\cellx3000\\pard\\intbl a\\cell b\\cell\\cell\\row"
        "\\trowd\\clvmrg\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl\\cell 1\\line 2\\cell\\cell\\row\\pard after\\par"
    )
    table, after = reading(body).blocks
    assert isinstance(table, Table)
    assert [(c.row, c.column, c.rowspan, c.colspan, c.text) for c in table.cells] == [
        (0, 0, 2, 1, "a"),
        (0, 1, 1, 2, "b"),
        (1, 1, 1, 1, "1\n2"),
        (1, 2, 1, 1, ""),
    ]
    assert not isinstance(after, Table)
    assert after.text == "after"


def test_sliver_between_rows_is_no_column() -> None:
    body = "\\trowd\\cellx1000\\cellx2000\\pard\\intbl a\\cell b\\cell\\row\\trowd\\cellx1010\\cellx2005\\pard\\intbl c\\cell d\\cell\\row\\pard x\\par"
    table = reading(body).blocks[0]
    assert isinstance(table, Table)
    assert (table.rows, table.columns) == (2, 2)


def test_file_cut_off_says_so() -> None:
    document = read_bytes(b"{\\rtf1\\ansi text \\b bold", "a.rtf")
    assert [p.code for p in document.problems] == ["READ-TRUNCATED"]


def test_more_groups_than_any_program_writes_are_refused_and_those_of_a_long_report_are_read() -> None:
    usual = reading(r"{\b\fs24\lang2052 x}{\fs24 }\par " * 3_000)
    assert len(usual.blocks) == 3_000
    with pytest.raises(LimitError) as caught:
        reading("{}" * 60_001)
    assert (caught.value.code, caught.value.details["limit"]) == ("READ-LIMIT", "groups")


def test_row_in_which_a_file_is_cut_off_is_not_read() -> None:
    whole = "\\trowd\\cellx1000\\cellx2000\\pard\\intbl a\\cell 1\\cell\\row"
    document = read_bytes(f"{{\\rtf1\\ansi {whole}\\pard\\intbl b\\cell 12".encode(), "a.rtf")
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells] == ["a", "1"]


def test_depth_is_limited() -> None:
    with pytest.raises(LimitError):
        reading("{" * 5000)


CELL = "\\trowd\\cellx1000\\cellx2000\\intbl a\\cell %s\\cell\\row\\pard after\\par"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{\\strike 9}73", "73"),
        ("{\\striked1 9}{\\strike0 73}", "73"),
        ("73{\\super 1}", "73"),
        ("73{\\super [}{\\super 1]}", "73"),
        ("73{\\up12\\fs12 1}", "73"),
        ("{\\super 73}", "73"),
        ("120m{\\super 2}", "120m2"),
    ],
)
def test_struck_out_and_raised(written: str, read: str) -> None:
    (table, _) = reading(CELL % written).blocks
    assert isinstance(table, Table)
    assert (table.cells[1].text, table.cells[1].confidence) == (read, 1.0)


@pytest.mark.parametrize("written", ["{\\strike 73}", "{\\pict\\picw20 89504e47}"])
def test_cell_with_ink_and_no_text_is_unread(written: str) -> None:
    (table, _) = reading(CELL % written).blocks
    assert isinstance(table, Table)
    assert (table.cells[1].text, table.cells[1].confidence) == ("", 0.0)
