"""Laws of the one grammar of tokens: however a figure is printed it has one value, and nothing else has any."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.rulebook.binding import load_binding
from auditor.text.chars import fold, label_key
from auditor.text.tokens import (
    ARABIC,
    BRACKETED,
    CHAPTER,
    ENUMERATED,
    LEADING_NUMBER,
    are_numbers,
    is_number,
    looks_like_value,
    read_cell,
    values_behind,
)

WORDS = load_binding()
COUNTS = st.integers(min_value=0, max_value=10**8)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
PADDING = st.sampled_from(["", " ", "\n", "\u3000", "\u00a0", "\u200b"])
UNITS = st.sampled_from(["件", "条", "份", "个"])
DASHES = st.text(alphabet="-—–－―/", min_size=1, max_size=4)
WRITTEN = st.text(alphabet="政府信息公开申请的数量情况", min_size=2, max_size=12)

laws = settings(max_examples=150, deadline=None)


@laws
@given(COUNTS, PADDING, PADDING)
def test_a_figure_has_its_value_whatever_stands_around_it(count: int, before: str, after: str) -> None:
    reading = read_cell(f"{before}{count}{after}", WORDS)
    assert reading.value == count
    assert reading.state == ("zero" if count == 0 else "number")


@laws
@given(COUNTS)
def test_full_width_thousands_and_decimals_say_the_same(count: int) -> None:
    for printed in (str(count).translate(FULL_WIDTH), f"{count:,}", f"{count:,}".replace(",", "，").translate(FULL_WIDTH), f"{count}.00"):
        assert read_cell(printed, WORDS).value == count, printed


@laws
@given(st.integers(min_value=1, max_value=10**8), UNITS)
def test_a_unit_behind_a_figure_is_named_and_changes_no_value(count: int, unit: str) -> None:
    reading = read_cell(f"{count}{unit}", WORDS)
    assert (reading.value, reading.unit, reading.state) == (Decimal(count), unit, "unit_text")


@laws
@given(COUNTS, COUNTS)
def test_a_note_in_brackets_is_no_part_of_the_figure(count: int, part: int) -> None:
    reading = read_cell(f"{count}（其中修订{part}件）", WORDS)
    assert reading.value == count
    assert "bracket" in reading.notes


@laws
@given(DASHES)
def test_dashes_have_no_value(text: str) -> None:
    assert read_cell(text, WORDS)[:2] == ("dash", None)


@laws
@given(st.text(max_size=40))
def test_any_text_is_read_without_a_fault_and_no_blank_is_a_number(text: str) -> None:
    reading = read_cell(text, WORDS)
    assert (reading.value is None) or reading.state in ("number", "zero", "unit_text", "text")
    if not text.strip():
        assert reading.value is None
    if is_number(text, WORDS) and len(text) <= 60:
        assert looks_like_value(text, WORDS)


@laws
@given(WRITTEN)
def test_words_are_no_value(text: str) -> None:
    assert read_cell(text, WORDS).value is None
    assert not is_number(text, WORDS)


@laws
@given(WRITTEN, st.lists(st.integers(min_value=0, max_value=9999), min_size=1, max_size=8))
def test_values_behind_a_label_are_parted_from_it(label: str, values: list[int]) -> None:
    printed = " ".join([label, *map(str, values)])
    assert values_behind(printed) == (label, tuple(map(str, values)))
    assert values_behind(label) == (label, ())


@laws
@given(st.lists(st.integers(min_value=0, max_value=9999), min_size=5, max_size=9))
def test_five_figures_side_by_side_are_several(values: list[int]) -> None:
    assert are_numbers(" ".join(map(str, values)), WORDS)


@pytest.mark.parametrize("text", ["1 234", "12 345 678"])
def test_thousands_parted_by_spaces_are_one_figure(text: str) -> None:
    assert not are_numbers(text, WORDS)
    assert read_cell(text, WORDS).value == Decimal(text.replace(" ", ""))


NUMBERS = st.sampled_from(["一", "三", "十", "十二", "1", "7", "12"])


@laws
@given(NUMBERS, WRITTEN, st.sampled_from(["{}、", "（{}）", "({})", "{}.", "{}．"]))
def test_a_number_before_a_label_is_set_aside_and_the_label_stays(number: str, label: str, form: str) -> None:
    printed = fold(form.format(number) + label)
    assert ENUMERATED.match(printed)
    assert label_key(ENUMERATED.sub("", printed)) == label_key(LEADING_NUMBER.sub("", printed)) == label_key(label)


@laws
@given(WRITTEN)
def test_a_label_without_a_number_has_none(label: str) -> None:
    assert not ENUMERATED.match(label)
    assert not ARABIC.match(label)
    assert not BRACKETED.match(label)


@pytest.mark.parametrize(("text", "chapter", "second", "third"), [
    ("一、总体情况", True, False, False),
    ("第二部分 主动公开", True, False, False),
    ("（一）主动公开", False, True, False),
    ("1.属于国家秘密", True, False, True),
])  # fmt: skip
def test_levels_of_headings_are_told_apart(text: str, chapter: bool, second: bool, third: bool) -> None:
    folded = fold(text)
    assert bool(CHAPTER.match(folded)) == chapter
    assert bool(BRACKETED.match(folded)) == second
    assert bool(ARABIC.match(folded)) == third
