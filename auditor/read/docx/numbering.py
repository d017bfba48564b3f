"""Automatic list numbers: what Word prints before a paragraph although the file holds no character of it.

Follows ECMA-376 part 1, 17.9 (numbering): a counter for each abstract list and level; a list instance may restart it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from auditor.read.docx.xml import VAL, Element, W, is_on, number, value

_DIGITS: Final = "零一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"


def _chinese(count: int, digits: str = _DIGITS, units: str = "十百千", bare_ten: bool = True) -> str:
    """一, 十, 十一, 二十, 一百零五; numbers from ten thousand up stay Arabic (no list is that long)."""
    if not 0 < count < 10_000:
        return str(count) if count else digits[0]
    out, gap = "", False
    for power in (3, 2, 1, 0):
        digit = count // 10**power % 10
        if digit:
            if gap:
                out += digits[0]
            one_ten = bare_ten and power == 1 and digit == 1 and not out
            out += ("" if one_ten else digits[digit]) + (units[power - 1] if power else "")
            gap = False
        else:
            gap = bool(out)
    return out


def _roman(count: int) -> str:
    out = ""
    for size, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
                       (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        times, count = divmod(count, size)
        out += sign * min(times, 100)
    return out


def _letters(count: int) -> str:
    """a … z, aa, bb: Word repeats the letter."""
    return chr(ord("a") + (count - 1) % 26) * min(100, (count - 1) // 26 + 1) if count > 0 else ""


def _from(first: str, size: int) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + count - 1) if 1 <= count <= size else str(count)


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": lambda count: "".join(chr(ord("０") + int(digit)) for digit in str(count)),
    "decimalFullWidth2": lambda count: "".join(chr(ord("０") + int(digit)) for digit in str(count)),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "koreanCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": lambda count: "".join(_DIGITS[int(digit)] for digit in str(count)).replace("零", "〇"),
    "japaneseDigitalTenThousand": _chinese,
    "taiwaneseDigital": lambda count: "".join(_DIGITS[int(digit)] for digit in str(count)).replace("零", "〇"),
    "chineseLegalSimplified": lambda count: _chinese(count, _FORMAL, "拾佰仟", bare_ten=False),
    "ideographLegalTraditional": lambda count: _chinese(count, "零壹貳參肆伍陸柒捌玖", "拾佰仟", bare_ten=False),
    "ideographTraditional": lambda count: _STEMS[(count - 1) % 10],
    "ideographZodiac": lambda count: _BRANCHES[(count - 1) % 12],
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "ordinal": str,
}  # fmt: skip


def number_text(count: int, format: str) -> str:
    """``count`` as a list prints it; ``format`` is a name of ECMA-376 such as ``chineseCounting``, unknown ones give digits."""
    return _FORMATS.get(format, str)(count)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    suffix: str
    legal: bool
    restarts: bool


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    by_style: dict[str, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of ``word/numbering.xml`` and their counters; :meth:`label` must be called in document order."""

    def __init__(self, root: Element | None) -> None:
        self._nodes: dict[str, Element] = {}
        self._lists: dict[str, _List] = {}
        """The lists that were asked for."""
        self._instances: dict[str, tuple[str, dict[int, int], dict[int, _Level]]] = {}
        self._used: set[tuple[str, int]] = set()
        if root is None:
            return
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for node in root.findall(W + "abstractNum"):
            key = node.get(W + "abstractNumId") or ""
            self._nodes[key] = node
            if link := value(node, "numStyleLink"):
                links[key] = link
            if name := value(node, "styleLink"):
                named[name] = key
        for node in root.findall(W + "num"):
            key = value(node, "abstractNumId") or ""
            key = named.get(links[key], key) if key in links else key
            starts: dict[int, int] = {}
            levels: dict[int, _Level] = {}
            for override in node.findall(W + "lvlOverride"):
                depth = number(override.get(W + "ilvl"))
                if (start := value(override, "startOverride")) is not None:
                    starts[depth] = number(start, 1)
                if (level := override.find(W + "lvl")) is not None:
                    levels[depth] = _read_level(level)
            self._instances[node.get(W + "numId") or ""] = (key, starts, levels)

    def label(self, num_id: str, depth: int, style: str | None) -> str:
        """Counts one paragraph of list ``num_id`` at level ``depth`` (0-based, -1: the level tied to its style); gives its number.

        Empty for no list, bullets and hidden numbers. A space follows a number that would otherwise run into the text.
        """
        if num_id == "0" or num_id not in self._instances:
            return ""
        key, starts, own = self._instances[num_id]
        if key not in self._nodes:
            return ""
        if key not in self._lists:
            self._lists[key] = _read_list(self._nodes[key])
        entry = self._lists[key]
        if depth < 0:
            depth = entry.by_style.get(style or "", 0)
        level = own.get(depth) or entry.levels.get(depth)
        if level is None:
            return ""
        counts = entry.counts
        if depth in starts and (num_id, depth) not in self._used:
            counts[depth] = starts[depth]
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        self._used.add((num_id, depth))
        for deeper in [other for other in counts if other > depth]:
            lower = own.get(deeper) or entry.levels.get(deeper)
            if lower is None or lower.restarts:
                del counts[deeper]
        if level.format in ("bullet", "none") or not level.text:
            return "" if level.format == "bullet" else level.text if "%" not in level.text else ""
        shown = level.text
        for place in range(depth + 1):
            if f"%{place + 1}" in shown:
                part = own.get(place) or entry.levels.get(place) or level
                style_of = str if level.legal else _FORMATS.get(part.format, str)
                shown = shown.replace(f"%{place + 1}", style_of(counts.get(place, part.start)))
        return shown + (" " if level.suffix != "nothing" and shown[-1:].isalnum() else "")


def _read_list(node: Element) -> _List:
    entry = _List()
    for level in node.findall(W + "lvl"):
        depth = number(level.get(W + "ilvl"))
        entry.levels[depth] = _read_level(level)
        if style := value(level, "pStyle"):
            entry.by_style[style] = depth
    return entry


def _read_level(node: Element) -> _Level:
    text = node.find(W + "lvlText")
    restart = value(node, "lvlRestart")
    return _Level(
        start=number(value(node, "start"), 1),
        format=value(node, "numFmt") or "decimal",
        text=(text.get(VAL) or "") if text is not None and not is_on(node.find(W + "rPr"), "vanish") else "",
        suffix=value(node, "suff") or "tab",
        legal=bool(is_on(node, "isLgl")),
        restarts=restart != "0",
    )
