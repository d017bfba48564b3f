"""Characters: one-to-one folding that keeps offsets, and keys for comparing labels.

:func:`fold` never changes the length of a text, so a match in the folded text has the same span in the printed one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from auditor.text.kept import forgettable
from auditor.text.patterns import re_pattern
from auditor.text.traditional import SIMPLIFIED

# Radical forms that Unicode normalisation leaves alone (CJK Radicals Supplement) and PDF text layers contain.
_RADICALS_SUPPLEMENT = {
    "⺀": "冫", "⺁": "厂", "⺄": "乙", "⺈": "刀", "⺊": "卜", "⺌": "小", "⺍": "小", "⺗": "心", "⺙": "攵", "⺝": "月",
    "⺞": "歹", "⺟": "母", "⺠": "民", "⺡": "水", "⺢": "水", "⺣": "火", "⺦": "爿", "⺨": "犬", "⺩": "王", "⺪": "疋",
    "⺫": "目", "⺬": "示", "⺭": "礻", "⺮": "竹", "⺯": "糸", "⺱": "网", "⺲": "网", "⺳": "网", "⺶": "羊", "⺷": "羊",
    "⺸": "羊", "⺹": "老", "⺺": "肀", "⺼": "肉", "⺽": "臼", "⺾": "艹", "⺿": "艹", "⻀": "艹", "⻁": "虎", "⻂": "衣",
    "⻃": "西", "⻄": "西", "⻅": "见", "⻆": "角", "⻈": "讠", "⻉": "贝", "⻊": "足", "⻋": "车", "⻌": "辶", "⻍": "辶",
    "⻎": "辶", "⻏": "阝", "⻐": "钅", "⻑": "長", "⻒": "長", "⻓": "长", "⻔": "门", "⻕": "阜", "⻖": "阝", "⻗": "雨",
    "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻠": "饣", "⻢": "马", "⻣": "骨", "⻤": "鬼",
    "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟",
}  # fmt: skip

_SPACES = dict.fromkeys("\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_QUOTES = dict.fromkeys("“”„‟〝〞＂「」『』", '"') | dict.fromkeys("‘’‚‛＇", "'")


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x2F00, 0x2FD6):  # Kangxi radicals have one-character compatibility forms
        table[code] = unicodedata.normalize("NFKC", chr(code))
    for code in range(0xFF01, 0xFF5F):  # full-width ASCII
        table[code] = chr(code - 0xFEE0)
    for code in range(0xF900, 0xFB00):  # compatibility ideographs
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = plain
    for source in (_RADICALS_SUPPLEMENT, _SPACES, _QUOTES, SIMPLIFIED):
        table.update({ord(key): value for key, value in source.items()})
    table[ord("〔")] = "["
    table[ord("〕")] = "]"
    table[ord("﹒")] = "."
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """The text with full-width forms, radicals, traditional characters, quotes and spaces made plain; same length, same offsets.

    >>> fold("１２件（⾏政）")
    '12件(行政)'
    """
    if text.isascii():
        return text.replace("\t", " ")
    return _fold_label(text) if len(text) <= _LABEL else text.translate(_FOLD)


_LABEL = 60  # characters: labels come back in every report, prose only from one rule to the next
REMEMBERED = 32768
"""Short texts of which the answer is kept: more than the longest document has lines, or each would be looked at anew by every step."""


@lru_cache(maxsize=REMEMBERED)
def _fold_label(text: str) -> str:
    return text.translate(_FOLD)


_PUNCTUATION_AFTER_FOLD = "\"'`,.，。、;:：；·•*＊()（）[]【】<>《》〈〉-—–−－_~～…!！?？|/\\"
_LABEL_DROP = {ord(char): None for char in _PUNCTUATION_AFTER_FOLD + _INVISIBLE + " \n\r\t\v\f"}


# How a word is pronounced, as mirrors for learners print it behind the word: 申请(shēnqǐng).
_READING = re_pattern(r"\([a-z\u00e0-\u00fc\u0101-\u01dc' ]+\)")


@lru_cache(maxsize=REMEMBERED)
def label_key(text: str) -> str:
    """What is left of a label when spaces, punctuation, quotes and character forms are set aside.

    >>> label_key("3.危及“三安全 一稳定”")
    '3危及三安全一稳定'
    """
    folded = fold(text)
    if "(" in folded:
        folded = _READING.sub("", folded)
    return folded.translate(_LABEL_DROP)


_BLANK_DROP = {ord(char): None for char in " \n\r\t\v\f" + _INVISIBLE}


def squeeze(text: str) -> str:
    """The folded text without any white space or invisible characters (offsets are lost)."""
    if text.isalnum() and text.isascii():
        return text
    return _squeeze_label(text) if len(text) <= _LABEL else _squeeze_prose(text)


@lru_cache(maxsize=512)
def _squeeze_prose(text: str) -> str:
    return fold(text).translate(_BLANK_DROP)


@lru_cache(maxsize=REMEMBERED)
def _squeeze_label(text: str) -> str:
    return fold(text).translate(_BLANK_DROP)


def clean(text: str) -> str:
    """The printed text without invisible characters, runs of spaces made one, trimmed; nothing else changes."""
    text = text.translate({ord(char): None for char in _INVISIBLE}).translate({ord(k): v for k, v in _SPACES.items()})
    return "\n".join(" ".join(line.split(" ")).strip() for line in text.splitlines()).strip()


def is_blank(text: str) -> bool:
    """Whether nothing is printed: empty, any kind of space, invisible characters."""
    return not text or (not text[0].isalnum() and not squeeze(text))


forgettable(label_key, _squeeze_prose)
