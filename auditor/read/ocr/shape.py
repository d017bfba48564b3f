"""What the shape of a lone stroke tells, where the recogniser goes by the look of whole words."""

from __future__ import annotations

from typing import Any, Final

Image = Any

_WHOLE: Final = 0.9  # of the height that a stroke runs through
_OFF: Final = 0.9  # pixels from its straight course, on average
_THICK: Final = 0.3  # of its height, at most


def lean_of(image: Image) -> float | None:
    """How far a single straight stroke leans: its way to the right on one step down; ``None`` for anything that is not one stroke."""
    import numpy

    paper, dark = float(numpy.percentile(image, 95)), float(image.min())
    ink = image < (paper + dark) / 2
    rows = numpy.flatnonzero(ink.any(axis=1))
    if len(rows) < 8 or len(rows) < _WHOLE * (rows[-1] - rows[0] + 1):
        return None
    first = ink[rows].argmax(axis=1)
    last = ink.shape[1] - 1 - ink[rows][:, ::-1].argmax(axis=1)
    middle = (first + last) / 2
    slope, start = numpy.polyfit(rows, middle, 1)
    off = float(numpy.abs(middle - start - slope * rows).mean())
    if off > _OFF or float((last - first + 1).max()) > max(4.0, _THICK * len(rows)):
        return None
    return float(slope)
