"""Pictures of printed figures with their text, as they are cut out of a scan: tight around the ink, grey, at 200 dots an inch.

One of :data:`OTHER_SHARE` is no figure at all, or a figure with something across it: the network must learn to refuse it.
All chance comes from one numpy generator, so that a seed gives the same pictures on the same fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

Image = Any
Random = numpy.random.Generator

OTHER: Final = "x"
"""Stands for any character that is no figure, point or comma."""
OTHER_SHARE: Final = 0.3
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"  # without those that look like 0 and 1
_SIGNS: Final = "%()/\\*?+=:;-—~￥$&#@《》【】、（）：；"
_WORDS: Final = "一二三四五六七八九十无件个条项万元人次类上下年本新收结转合计其中不予公开答复政府信息处理总计日口目田白自由甲电旧百里"
_LARGE: Final = 4  # times the size at which text is drawn before it is worn


@dataclass(frozen=True)
class Sample:
    """A cut line: its picture, its text (:data:`OTHER` for what is no figure) and the middle of each character in pixels from the left.

    ``spoilt``: something lies across it, so that the text must not be read.
    """

    picture: Image
    text: str
    middles: tuple[float, ...]
    spoilt: bool = False


@dataclass(frozen=True)
class Fonts:
    """Font files by what they can draw."""

    latin: tuple[Path, ...]
    chinese: tuple[Path, ...]


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def draw(random: Random, fonts: Fonts) -> Sample | None:
    """One cut line; ``None`` where nothing of it is left or a font lacks a character."""
    text, chinese = _text(random)
    path = _choice(random, fonts.chinese if chinese else fonts.latin)
    em = random.uniform(7.5, 18.0) * 200 / 72  # pixels at 200 dots an inch
    drawn = _drawn(random, text, path, em)
    if drawn is None:
        return None
    picture, middles = drawn
    spoilt = False
    if random.random() < 0.12:
        touched = _spoilt(random, picture)
        spoilt = _is_touched(picture, touched)
        picture = touched if spoilt else picture
    worn, to_left, scale = _worn(random, picture)
    box = _ink_box(worn)
    if box is None:
        return None
    left, top, right, bottom = box
    if bottom - top < 9:
        return None
    shown = worn[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    plain = "".join(char if char in "0123456789.," else OTHER for char in text)
    where = tuple((middle * scale + to_left) - max(0, left - 1) for middle in middles)
    return Sample(shown, plain, where, spoilt)


def _choice(random: Random, values: Sequence[Any]) -> Any:
    return values[int(random.integers(len(values)))]


def _text(random: Random) -> tuple[str, bool]:
    """A text and whether it takes a Chinese font."""
    kind = random.random()
    if kind < OTHER_SHARE * 0.35:
        return "".join(_choice(random, _WORDS) for _ in range(int(random.integers(1, 5)))), True
    if kind < OTHER_SHARE * 0.65:
        return "".join(_choice(random, _LETTERS + _SIGNS[:16]) for _ in range(int(random.integers(1, 4)))), False
    if kind < OTHER_SHARE:
        figure = list(_figure(random))
        figure.insert(int(random.integers(len(figure) + 1)), _choice(random, _WORDS + _SIGNS))
        return "".join(figure), True
    return _figure(random), random.random() < 0.5


def _figure(random: Random) -> str:
    """A figure as tables print it: most have one to three digits, some points or commas."""
    length = int(random.choice([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8]))
    digits = "".join(str(int(digit)) for digit in random.integers(0, 10, length))
    chance = random.random()
    if chance < 0.12:
        return f"{digits}.{random.integers(0, 10)}" + (str(random.integers(0, 10)) if random.random() < 0.6 else "")
    if chance < 0.2 and length > 3:
        return f"{int(digits):,}"
    return digits


def _drawn(random: Random, text: str, path: Path, em: float) -> tuple[Image, list[float]] | None:
    """The text in black on white, large, and the middles of its characters."""
    size = 6 * max(3, round(em * _LARGE / 12))  # few sizes, so that each font is opened for each once
    font = _font(path, size)
    spread = random.choice([0.0, 0.0, 0.0, random.uniform(-0.03, 0.12)]) * size
    margin = size
    x = float(margin)
    places, middles = [], []
    for char in text:
        if font.getmask(char).getbbox() is None:
            return None
        left, _, right, _ = font.getbbox(char)
        places.append((x, char))
        middles.append(x + (left + right) / 2)
        x += font.getlength(char) + spread
    sheet = Pictures.new("L", (round(x) + margin, size * 3), 255)
    pen = ImageDraw.Draw(sheet)
    for place, char in places:
        pen.text((place, size), char, font=font, fill=0)
    return numpy.asarray(sheet).copy(), middles


def _spoilt(random: Random, picture: Image) -> Image:
    """Something lies over the text: a stroke along or across it, white paint, a blot, or a part is cut off."""
    ys, xs = numpy.nonzero(picture < 128)
    if not len(ys):
        return picture
    top, bottom, left, right = int(ys.min()), int(ys.max()), int(xs.min()), int(xs.max())
    tall = max(4, bottom - top)
    out = picture.copy()
    kind = int(random.choice([0, 0, 1, 1, 1, 2, 2, 3, 4]))
    if kind == 0:  # struck through
        level = top + int(tall * random.uniform(0.3, 0.7))
        cv2.line(
            out, (left - tall // 4, level), (right + tall // 4, level + int(tall * random.uniform(-0.15, 0.15))), 0, max(2, tall // 14)
        )
    elif kind == 1:  # a pen
        points = [
            (int(random.uniform(left - tall, right + tall)), int(random.uniform(top - tall / 2, bottom + tall / 2))) for _ in range(3)
        ]
        cv2.polylines(
            out, [numpy.array(points, numpy.int32)], False, int(random.integers(0, 90)), max(2, int(tall * random.uniform(0.06, 0.2)))
        )
    elif kind == 2:  # painted over in part
        start = int(random.uniform(left, right))
        high = top + int(tall * random.uniform(0.0, 0.5))
        out[high : high + int(tall * random.uniform(0.3, 0.6)), start : start + int(tall * random.uniform(0.3, 0.7))] = 255
    elif kind == 3:  # a blot
        middle = (int(random.uniform(left, right)), int(random.uniform(top, bottom)))
        cv2.circle(out, middle, int(tall * random.uniform(0.15, 0.35)), int(random.integers(0, 120)), -1)
    else:  # cut at one side
        if random.random() < 0.5:
            out[: top + int(tall * random.uniform(0.3, 0.6))] = 255
        else:
            out[top + int(tall * random.uniform(0.4, 0.7)) :] = 255
    return out


def _is_touched(before: Image, after: Image) -> bool:
    """Whether enough of what lies within the text changed for its reading to be in doubt."""
    ys, xs = numpy.nonzero(before < 128)
    if not len(ys):
        return False
    inside = slice(int(ys.min()), int(ys.max()) + 1), slice(int(xs.min()), int(xs.max()) + 1)
    changed = int((cv2.absdiff(before, after)[inside] > 90).sum())
    return changed > 0.08 * len(ys)


def _worn(random: Random, picture: Image) -> tuple[Image, float, float]:
    """The picture as scanned at 100 to 300 dots an inch and seen at 200; how far it moved to the right, and its scale."""
    height, width = picture.shape
    ink = picture
    if random.random() < 0.35:  # ink runs, or a copy is pale
        side = int(random.integers(2, max(3, height // 60) + 1))
        kernel = numpy.ones((side, side), numpy.uint8)
        ink = cv2.erode(ink, kernel) if random.random() < 0.6 else cv2.dilate(ink, kernel)
    if random.random() < 0.5:
        lean, turn = random.uniform(-0.04, 0.04), random.uniform(-0.035, 0.035)
        matrix = numpy.array([[1.0, lean, -lean * height / 2], [turn, 1.0, -turn * width / 2]])
        ink = cv2.warpAffine(ink, matrix, (width, height), borderValue=255)
    dots = float(random.choice([100, 150, 150, 150, 200, 200, 300]))
    first = 2 / _LARGE * dots / 200
    small = cv2.resize(ink, None, fx=first, fy=first, interpolation=cv2.INTER_AREA)
    dark, light = random.uniform(0, 110), random.uniform(200, 255)
    seen = dark + small.astype(numpy.float32) / 255 * (light - dark)
    if random.random() < 0.5:
        seen = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.3, 0.9) * max(1.0, dots / 200))
    if random.random() < 0.5:
        seen = seen + random.normal(0, random.uniform(2, 22), seen.shape)
    seen = seen.clip(0, 255).astype(numpy.uint8)
    if random.random() < 0.4:
        _, coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(40, 92))])
        seen = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    if random.random() < 0.12:
        level, _ = cv2.threshold(seen, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        seen = numpy.where(seen > level + random.uniform(-25, 25), 255, 0).astype(numpy.uint8)
    if dots != 200:
        seen = cv2.resize(seen, None, fx=200 / dots, fy=200 / dots, interpolation=cv2.INTER_AREA if dots > 200 else cv2.INTER_CUBIC)
    return seen, 0.0, 2 / _LARGE


def _ink_box(picture: Image) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the ink, as the page's own threshold finds it."""
    level = min(cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0], 190.0)
    ink = (picture <= level).astype(numpy.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = numpy.isin(labels, [index for index in range(1, count) if stats[index, cv2.CC_STAT_AREA] >= 4])
    ys, xs = numpy.nonzero(kept)
    if not len(ys):
        return None
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
