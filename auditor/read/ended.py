"""Whether a text ends, or breaks off."""

from __future__ import annotations

from typing import Final

from auditor.text.patterns import re_pattern

_ENDED: Final = re_pattern(
    r"[。！？.!?：:”’）)》】\]…]\s*$|[\d〇○零一二三四五六七八九十]\s*[年月日]\s*$|(?:19|20)\d\d\D{1,3}\d{1,2}\D{1,3}\d{1,2}\D?\s*$"
)
_HEADING: Final = re_pattern(r"(?:情况|措施|事项)\s*$")
_SIGNATURE: Final = 30
_ORDINAL: Final = re_pattern(r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．])")
_SIGNED: Final = re_pattern(r"[\u4e00-\u9fff]{2,}[局办厅室府委会院所站处部署司馆社校园队团镇乡心街道]\s*$")
_PARTICULARS: Final = re_pattern(r"[^：:（(，,。]{1,8}[：:]\s*\S")
_SENTENCE: Final = re_pattern(r"[。！？.!?]\s*$")
_BARS: Final = "|｜│┃\t"
_FIGURE: Final = re_pattern(r"[\d０-９.,，．%％]+\s*[件条元项万宗]*")


def breaks_off(last: str, *before: str) -> bool:
    """Whether a text with this last line, and these before it, stops in the middle: within a sentence, or at a figure among figures."""
    text = last.strip()
    if _FIGURE.fullmatch(text):
        return any(_FIGURE.fullmatch(line.strip()) for line in before)
    return len(text) > _SIGNATURE and not _ENDED.search(text)


def has_no_end(last: str, before: str) -> bool:
    """Whether a last line is none that a text ends with: no end of a sentence, date, signature, name of an agency or line of particulars
    (电话：…), but a heading or label with nothing after it, a piece of a table, a few words.

    ``before`` is the line before it. This is a weaker sign than :func:`breaks_off`: web pages that were copied end with anything.
    """
    text = last.strip()
    if any(mark in text for mark in _BARS) or _FIGURE.fullmatch(before.strip()):
        return True
    if _ORDINAL.match(text):
        return not _SENTENCE.search(text)
    return not (_ENDED.search(text) or _SIGNED.search(text) or _PARTICULARS.match(text))


def ends_in_table(last: str) -> bool:
    """Whether a last line right below a table looks like the first part of a cell: neither the end of a text nor a whole heading."""
    return not _ENDED.search(last.strip()) and not _HEADING.search(last)
