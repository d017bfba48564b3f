"""Straight ink: which strokes and fills are ruling lines."""

from __future__ import annotations

from auditor.read.pdf.marks import Point, Rule

THIN = 3.0
"""Ink thinner than this (points) is a line, whether it was stroked or filled."""


def is_thin(x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether a box of ink is thin enough for a rule."""
    return y1 - y0 <= THIN or x1 - x0 <= THIN


class RuleCollector:
    """Gathers horizontal and vertical rules of one page from boxes and segments in displayed coordinates."""

    def __init__(self) -> None:
        self.horizontals: list[Rule] = []
        self.verticals: list[Rule] = []

    def add_box(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Take a box of ink as a rule if it is thin; answers whether it was thin.

        A dot counts both ways: it may be part of a dotted line or the corner piece of two rules.
        """
        if not is_thin(x0, y0, x1, y1):
            return False
        width, height = x1 - x0, y1 - y0
        if height <= THIN:
            self.horizontals.append(((y0 + y1) / 2, x0, x1))
        if width <= THIN:
            self.verticals.append(((x0 + x1) / 2, y0, y1))
        return True

    def add_segment(self, start: Point, end: Point) -> None:
        """Take a stroked straight segment if it runs along an axis."""
        (xa, ya), (xb, yb) = start, end
        dx, dy = abs(xa - xb), abs(ya - yb)
        if dy < 1.0 and dx >= 1.0:
            self.horizontals.append(((ya + yb) / 2, min(xa, xb), max(xa, xb)))
        elif dx < 1.0 and dy >= 1.0:
            self.verticals.append(((xa + xb) / 2, min(ya, yb), max(ya, yb)))

    def add_filled(self, segments: list[tuple[Point, Point]]) -> None:
        """Take the outline of a filled area: where two parallel sides lie close together, the ink between is a rule.

        This finds lines in frames and in paths that hold many thin rectangles, and no edges of shaded cells.
        """
        level: list[Rule] = []
        upright: list[Rule] = []
        for (xa, ya), (xb, yb) in segments:
            if abs(ya - yb) < 0.2 and abs(xa - xb) > THIN:
                level.append(((ya + yb) / 2, min(xa, xb), max(xa, xb)))
            elif abs(xa - xb) < 0.2 and abs(ya - yb) > THIN:
                upright.append(((xa + xb) / 2, min(ya, yb), max(ya, yb)))
        self.horizontals.extend(_thin_pairs(level))
        self.verticals.extend(_thin_pairs(upright))


def _thin_pairs(sides: list[Rule]) -> list[Rule]:
    sides = sorted(sides)
    found: list[Rule] = []
    for index, (position, start, end) in enumerate(sides):
        for other, other_start, other_end in sides[index + 1 : index + 40]:
            if other - position > THIN:
                break
            low, high = max(start, other_start), min(end, other_end)
            if high - low > THIN:
                found.append(((position + other) / 2, low, high))
    return found
