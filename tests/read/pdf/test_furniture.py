"""Running heads and feet of any number of lines: the search ends, takes what runs, and leaves what the pages say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.read.pdf.furniture import furniture_of
from auditor.read.pdf.lines import Line, make_line

HEIGHT = 842.0
WORDS = ("云杉区档案局", "政府信息公开", "年度报告汇编", "内部资料编号")


def line(page: int, text: str, top: float, left: float = 90.0, size: float = 9.0) -> Line:
    return make_line(page, [(left + index * size, top, left + (index + 1) * size, top + size, char, 0) for index, char in enumerate(text)])


def page_lines(number: int, head: list[str], foot: list[str], body: list[str], numbers: str) -> list[Line]:
    lines = [line(number, text.replace("#", str(number)), 24 + 13 * index) for index, text in enumerate(head)]
    lines += [line(number, text, 120 + 20 * index) for index, text in enumerate(body)]
    lines += [line(number, text.replace("#", str(number)), 770 + 13 * index) for index, text in enumerate(foot)]
    if numbers == "foot":
        lines.append(line(number, f"— {number} —", 770 + 13 * len(foot), 280))
    elif numbers == "head":
        lines.insert(0, line(number, str(number), 11, 500))
    return lines


def some_lines() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*WORDS, "第#页", "#", "2023年度#号"]), max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    head=some_lines(),
    foot=some_lines(),
    pages=st.integers(1, 6),
    numbers=st.sampled_from(["none", "foot", "head"]),
    empty=st.sets(st.integers(0, 5)),
    bound_twice=st.booleans(),
)
def test_search_ends_and_the_text_of_pages_stays(
    head: list[str], foot: list[str], pages: int, numbers: str, empty: set[int], bound_twice: bool
) -> None:
    """Pages without free text of their own hold only a table; a page bound twice has the same lines as the one before."""
    bodies = [[] if number in empty else [f"这是第{number}页的正文甲", f"这是第{number}页的正文乙"] for number in range(pages)]
    sheets = [page_lines(number + 1, head, foot, body, numbers) for number, body in enumerate(bodies)]
    if bound_twice:
        sheets.insert(1, sheets[0])
        bodies.insert(1, bodies[0])
    found = furniture_of(sheets, [HEIGHT] * len(sheets))
    for lines, body, taken in zip(sheets, bodies, found, strict=True):
        left = [entry.text for index, entry in enumerate(lines) if index not in taken]
        assert [text for text in left if "正文" in text] == body


@settings(max_examples=60, deadline=None)
@given(head=st.integers(0, 2), foot=st.integers(0, 2), pages=st.integers(2, 6), numbers=st.sampled_from(["none", "foot"]))
def test_heads_and_feet_of_up_to_two_lines_are_taken_whole(head: int, foot: int, pages: int, numbers: str) -> None:
    sheets = [page_lines(n + 1, list(WORDS[:head]), list(WORDS[2 : 2 + foot]), [f"第{n}页的正文"], numbers) for n in range(pages)]
    for lines, taken in zip(sheets, furniture_of(sheets, [HEIGHT] * pages), strict=True):
        assert [entry.text for index, entry in enumerate(lines) if index not in taken] == [lines[head].text]


def test_page_number_above_a_head_of_three_levels_ends() -> None:
    sheets = [page_lines(number + 1, list(WORDS[:2]), [], [], "head") for number in range(3)]
    assert [len(taken) for taken in furniture_of(sheets, [HEIGHT] * 3)] == [3, 3, 3]
