"""What happens to paper before it is a scan: seals, pens, and a camera in place of a scanner. All by a seed, in colour."""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

RED, BLUE = (206, 32, 44), (38, 58, 150)
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def with_seal(page: Image.Image, dpi: int, random: Random) -> Image.Image:
    """A round red seal of 42 mm with a star, anywhere on the page; what is printed below shows through."""
    size = round(42 / 25.4 * dpi)
    seal = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(seal)
    width = max(2, size // 32)
    pen.ellipse((2, 2, size - 3, size - 3), outline=RED, width=width)
    middle = size / 2
    star = [
        (middle + size * reach * math.sin(turn * math.pi / 5), middle - size * reach * math.cos(turn * math.pi / 5))
        for turn in range(10)
        for reach in ((0.15,) if turn % 2 == 0 else (0.06,))
    ]
    pen.polygon(star, fill=RED)
    for step in range(13):  # in place of the characters along the rim: strokes of the same size
        turn = math.radians(-130 + step * 260 / 12)
        x, y = middle + 0.36 * size * math.sin(turn), middle - 0.36 * size * math.cos(turn)
        half = size * 0.045
        for _ in range(4):
            ends = [x + random.uniform(-half, half), y - half, x + random.uniform(-half, half), y + half]
            pen.line(ends if random.random() < 0.5 else [ends[1] - y + x, ends[0] - x + y, ends[3] - y + x, ends[2] - x + y], RED, width)
    seal = seal.rotate(random.uniform(-25, 25), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    left, top = random.randint(0, page.width - size), random.randint(0, page.height - size)
    out = page.copy()
    out.paste(ImageChops.multiply(page.crop((left, top, left + size, top + size)), seal), (left, top))
    return out


def with_pen(page: Image.Image, dpi: int, random: Random) -> Image.Image:
    """Some strokes of a ball pen: ticks, circles, a wavy line below something."""
    out = page.copy()
    pen = ImageDraw.Draw(out)
    width = max(1, round(0.4 / 25.4 * dpi))
    for _ in range(random.randint(2, 5)):
        x, y = random.uniform(0.1, 0.85) * page.width, random.uniform(0.1, 0.9) * page.height
        reach = random.uniform(3, 9) / 25.4 * dpi
        kind = random.choice(("tick", "circle", "wave"))
        if kind == "tick":
            line = [(x, y), (x + 0.3 * reach, y + 0.4 * reach), (x + reach, y - 0.7 * reach)]
        elif kind == "circle":
            line = [(x + reach * math.cos(turn / 4), y + 0.6 * reach * math.sin(turn / 4) + random.uniform(-1, 1)) for turn in range(27)]
        else:
            line = [(x + reach * 0.1 * step, y + 0.08 * reach * math.sin(step)) for step in range(40)]
        pen.line(line, fill=BLUE, width=width, joint="curve")
    return out


def photographed(page: Image.Image, random: Random) -> Image.Image:
    """The page as a hand-held camera sees it: on a grey desk, not quite from above, lit from one side."""
    width, height = page.size
    corners = [
        (
            x * width + (-1 if x == 0 else 1) * random.uniform(0.005, 0.035) * width,
            y * height + (-1 if y == 0 else 1) * random.uniform(0.005, 0.035) * height,
        )
        for x, y in _CORNERS
    ]
    seen = page.transform(
        page.size, Image.Transform.PERSPECTIVE, _onto(corners, width, height), Image.Resampling.BICUBIC, fillcolor=(96, 92, 88)
    )
    bright, dark = random.uniform(0.94, 1.0), random.uniform(0.62, 0.8)
    light = Image.linear_gradient("L").point([round(255 * (dark + (bright - dark) * value / 255)) for value in range(256)])
    light = light.rotate(random.choice((0, 90, 180, 270))).resize(page.size, Image.Resampling.BICUBIC)
    lit = ImageChops.multiply(seen, Image.merge("RGB", (light, light, light)))
    return lit.filter(ImageFilter.GaussianBlur(width / 4000))


def _onto(corners: list[tuple[float, float]], width: int, height: int) -> tuple[float, ...]:
    """Coefficients of the projection that takes the corners of a picture onto these, clockwise from the top left."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    whole = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / whole, (dx1 * sy - sx * dy1) / whole
    a, b, d, e = x1 - x0 + g * x1, x3 - x0 + h * x3, y1 - y0 + g * y1, y3 - y0 + h * y3
    return a / width, b / height, x0, d / width, e / height, y0, g / width, h / height
