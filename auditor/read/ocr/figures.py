"""Figures of cells read piece by piece: each piece of ink by itself, by a small network that knows nothing but digits, point and comma.

It is a reading of its own beside the recogniser's, which looks at whole lines: where the two agree, no other is needed. It was shown
strokes, blots, cut digits, letters and Chinese characters as "no figure" and was trained on free fonts, as ``tools/figures`` does it.
A figure takes it about half a CPU millisecond; the recogniser takes about ten.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from auditor.read.ocr.runtime import network

HEIGHT: Final = 24
"""Pixels to which a line is scaled."""
PIECE_WIDTH: Final = 28
"""Pixels of the field in whose middle a piece stands."""
CLASSES: Final = "0123456789.,x"
"""What a piece may be; the last is everything that is no figure."""
_WIDEST: Final = 320
_SURE: Final = 0.98
"""Probability that each piece must have."""
_SPECK: Final = 3  # pixels of dirt that is no piece
_MOST_PIECES: Final = 14

Image = Any
"""A grey picture: a two-dimensional array of bytes, 255 is paper."""


class FigureReader:
    """Holds the network. Deterministic; not for several threads."""

    def __init__(self, model: Path) -> None:
        self._session = network(model)

    def read(self, image: Image) -> tuple[str, float] | None:
        """The figure of a line cut close around its ink and the probability of its least certain piece (0 to 1).

        ``None`` where it is no figure or a piece is not sure to be what it looks most like.
        """
        import numpy

        even = evened(image)
        pieces = None if even is None else pieces_of(even)
        if pieces is None:
            return None
        scores = self._session.run(None, {"pieces": numpy.stack(pieces)[:, None]})[0]
        text = "".join(CLASSES[index] for index in scores.argmax(axis=1))
        sure = float(scores.max(axis=1).min())
        if sure < _SURE or CLASSES[-1] in text or not text[0].isdigit() or not text[-1].isdigit():
            return None
        return text, round(sure, 3)


@lru_cache(maxsize=1)
def load() -> FigureReader:
    """The reader of this process. Needs the extra ``ocr``."""
    return FigureReader(Path(__file__).parent / "models" / "figure_pieces.onnx")


def evened(image: Image) -> Image | None:
    """The line scaled to :data:`HEIGHT`, paper 0 and the darkest ink 1; ``None`` where there is no ink or it is too long for a figure."""
    import cv2
    import numpy

    height, width = image.shape
    wide = round(width * HEIGHT / max(1, height))
    if height < 6 or not 2 <= wide <= _WIDEST:
        return None
    paper, dark = float(numpy.percentile(image, 95)), float(numpy.percentile(image, 1))
    if paper - dark < 25:
        return None
    smooth = cv2.resize(image, (wide, HEIGHT), interpolation=cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC)
    values: Image = ((paper - smooth.astype(numpy.float32)) / (paper - dark)).clip(0.0, 1.0)
    return values


def pieces_of(even: Image) -> list[Image] | None:
    """The pieces of ink from left to right, each alone in a field of :data:`HEIGHT` × :data:`PIECE_WIDTH`; ``None``: too many."""
    found = boxes_and_pieces(even)
    return None if found is None else [piece for _, piece in found]


def boxes_and_pieces(even: Image) -> list[tuple[tuple[int, int], Image]] | None:
    """As :func:`pieces_of`, with the first and last column of each (the last one excluded)."""
    import cv2
    import numpy

    ink = (even > 0.45).astype(numpy.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = sorted(
        (int(left), int(left + width), [index])
        for index, (left, _, width, _, area) in enumerate(stats.tolist())
        if index and area >= _SPECK
    )
    if not parts or len(parts) > 3 * _MOST_PIECES or count > 60:
        return None
    joined: list[tuple[int, int, list[int]]] = [parts[0]]
    for left, right, indexes in parts[1:]:
        start, end, before = joined[-1]
        if min(right, end) - left > 0.5 * min(right - left, end - start):
            joined[-1] = (start, max(end, right), before + indexes)
        else:
            joined.append((left, right, indexes))
    if len(joined) > _MOST_PIECES:
        return None
    found = []
    for left, right, indexes in joined:
        mask = cv2.dilate(numpy.isin(labels, indexes).astype(numpy.uint8), numpy.ones((3, 3), numpy.uint8))
        part = (even * mask)[:, max(0, left - 1) : right + 1]
        if part.shape[1] > PIECE_WIDTH:
            part = cv2.resize(part, (PIECE_WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        field = numpy.zeros((HEIGHT, PIECE_WIDTH), numpy.float32)
        start = (PIECE_WIDTH - part.shape[1]) // 2
        field[:, start : start + part.shape[1]] = part
        found.append(((left, right), field))
    return found
