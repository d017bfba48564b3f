"""Marks of Markdown taken out of text, where a file uses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.read.text.lines import TextLine
from auditor.read.text.separated import is_mark_row
from auditor.text.patterns import re_pattern

_HEADING: Final = re_pattern(r" {0,3}(#{1,6})[ \t　]+(\S.*?)[ \t]*#*[ \t]*$|(#{1,6})(\S.*)$")
_BOLD: Final = re_pattern(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ESCAPE: Final = re_pattern(r"\\([!-/:-@\[-`{-~])")
_IMAGE: Final = re_pattern(r"!\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_LINK: Final = re_pattern(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)[^)]*\)")
_MARKED: Final = re_pattern(r" {0,3}#{1,6} \S|.*\*\*\S.*\S?\*\*|```")


def uses_markdown(lines: Iterable[TextLine]) -> bool:
    """Whether headings, bold words, fences or tables of Markdown occur."""
    return any(_MARKED.match(line.text) or is_mark_row(line.text) for line in lines)


def heading_of(text: str) -> tuple[int, str] | None:
    """Level from 1 and words of a ``#`` heading."""
    match = _HEADING.match(text)
    if match is None:
        return None
    return len(match[1] or match[3]), plain((match[2] or match[4]).strip())


def plain(text: str) -> str:
    """The text as displayed: bold marks, escapes, links and pictures replaced by their words."""
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _BOLD.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text).replace("&nbsp;", " ")


def pictures(text: str) -> int:
    """Number of pictures embedded in the line."""
    return len(_IMAGE.findall(text))


def links(text: str) -> list[tuple[str, str]]:
    """Links of the line as (words, target)."""
    return [(words, target) for words, target in _LINK.findall(text)]
