"""What a user sees when files come in the encodings of Chinese agencies."""

from __future__ import annotations

import pytest

from auditor.read.decode import decode

TEXT = "一、总体情况\n　　2024年新收 12 件，㎡、朱镕基、〇。\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"),
    ],
)
def test_text_survives_each_encoding(encoding: str, mark: bytes) -> None:
    text, name, problems = decode(mark + TEXT.encode(encoding))
    assert (text, name, problems) == (TEXT, encoding, ())


def test_gb2312_declared_means_the_large_set() -> None:
    assert decode("朱镕基".encode("gb18030"), "gb2312") == ("朱镕基", "gb18030", ())


def test_traditional_page_declared_as_big5() -> None:
    assert decode("政府信息公開工作年度報告".encode("big5"), "big5")[0] == "政府信息公開工作年度報告"


def test_wrong_declaration_does_not_break_utf8() -> None:
    assert decode(TEXT.encode(), "gb2312")[0] == TEXT


def test_unknown_declaration_is_ignored() -> None:
    assert decode(TEXT.encode("gb18030"), "x-no-such-set")[0] == TEXT


@pytest.mark.parametrize("cut", [1, 2])
def test_cut_in_the_middle_of_a_character_is_said(cut: int) -> None:
    text, name, problems = decode("共收到申请".encode()[:-cut])
    assert (text, name) == ("共收到申", "utf-8")
    assert [problem.code for problem in problems] == ["READ-ENCODING"]


def test_one_bad_byte_costs_one_character_and_is_said() -> None:
    good = TEXT.encode("gb18030")
    text, name, problems = decode(good + b"\xff" + good)
    assert name == "gb18030"
    assert text.count("\ufffd") == 1
    assert problems[0].details["lost"] == "1"


def test_one_bad_byte_in_utf8_does_not_turn_the_file_into_gb18030() -> None:
    good = (TEXT * 5).encode()
    text, name, problems = decode(good + b"\xff" + good)
    assert name == "utf-8"
    assert text.replace("\ufffd", "") == TEXT * 10
    assert problems


def test_stray_zero_byte_is_not_utf16() -> None:
    assert decode(b"a\0" + TEXT.encode()) == ("a\0" + TEXT, "utf-8", ())
