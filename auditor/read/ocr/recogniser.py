"""Recognition of one printed line: a picture of it in, its characters and their scores out.

The network is the one that the ``rapidocr`` package carries inside its wheel. It is called directly, one line at a time on one
thread, so that nothing is fetched, nothing depends on what else is on the page, and the same picture gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

from auditor.read.ocr import figures
from auditor.read.ocr.runtime import network

HEIGHT: Final = 48
"""Pixels to which a line is scaled."""
_WIDEST: Final = 1600
_PADDING: Final = 0.22  # of the line's height, left and right
_DIGITS: Final = frozenset("0123456789")
_FIGURE: Final = frozenset("0123456789.,-+%/—")
_ZEROS: Final = "0OoＯΟ〇○"
"""The figure 0, and what looks the same where nothing of the same type is beside it."""
_LETTERS: Final = frozenset("OoQDCIl|!SsZzBbº°〇")
_LOOKALIKES: Final = _LETTERS | frozenset("口日")
"""What a lone figure is taken for."""
_UNITS: Final = frozenset("件元万个宗份条项次人户")
"""What may follow a figure in its cell."""
DISPUTED: Final = 0.5
"""Score, at most, of a figure whose two readings differ."""

Image = Any
"""A grey picture: a two-dimensional array of bytes, 255 is paper."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Text of a line without spaces; ``score`` is the probability of its least certain character (0 to 1)."""

    text: str
    score: float


class LineReader(Protocol):
    """An engine that reads one line; :func:`load` says which one. Pictures are cut close around the ink of the line.

    The same picture gives the same text; the score of a wrong figure must be low (``tools/bench_scans.py`` measures the time,
    ``tests/read/ocr`` and ``make lab`` whether wrong figures are sure of themselves).
    """

    def read(self, image: Image) -> Recognised:
        """A line of prose."""

    def read_cell(self, image: Image) -> Recognised:
        """A line in a cell of a table: a number, most often."""

    def read_whole(self, image: Image) -> tuple[str, float]:
        """The characters of a line and how likely they are on average (0 to 1), to tell which way up it stands."""


def is_available() -> bool:
    """Whether the parts of the extra ``ocr`` are installed. Imports none of them."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "numpy")) and _model() is not None


def _model() -> Path | None:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        return None
    found = sorted((Path(spec.origin).parent / "models").glob("*_rec_*.onnx"))
    return found[-1] if found else None


class Recogniser:
    """Holds the network. Deterministic; not for several threads."""

    def __init__(self, model: Path) -> None:
        self.figures = figures.load()
        self.session = network(model, memory_kept=False)  # pictures of many widths would each leave their memory behind
        self.input = self.session.get_inputs()[0].name
        listed = self.session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.characters = ["", *listed, " "]
        self.figure_indexes = [0, *(index for index, char in enumerate(self.characters) if char in _FIGURE | _UNITS)]
        self.zero_indexes = [self.characters.index(char) for char in _ZEROS if char in self.characters]

    def read(self, image: Image) -> Recognised:
        """The text of a line cut close around its ink."""
        return self._decode(self._scores(_normalised(image, _PADDING)), None)

    def read_cell(self, image: Image) -> Recognised:
        """The text of a line in a cell. A number is read a second time: piece by piece, and where that is not sure of the same figure, in
        another framing and among figures alone.

        Where the two differ the score is low: what is printed is then uncertain. A circle among figures is a zero.
        """
        scores = self._scores(_normalised(image, _PADDING))
        free = self._decode(scores, None)
        if not _may_be_figure(free.text):
            return free
        free = self._decode(self._with_one_zero(scores), None)
        pieces = self.figures.read(image)
        if pieces is not None and pieces[0] == free.text:
            return _agreed(free, Recognised(*pieces))
        again = self._decode(self._with_one_zero(self._scores(_normalised(image, 0.6))), self.figure_indexes)
        if free.text == again.text:
            return _agreed(free, again)
        if set(free.text) <= _FIGURE | _UNITS or not set(again.text) & _DIGITS:
            return Recognised(free.text, min(free.score, DISPUTED))
        return Recognised(again.text, min(again.score, DISPUTED))

    def _with_one_zero(self, scores: Any) -> Any:
        """The scores with all circles counted as the figure 0: a lone one looks the same as the letter O."""
        folded = scores.copy()
        folded[:, self.zero_indexes] = 0.0
        folded[:, self.zero_indexes[0]] = scores[:, self.zero_indexes].sum(axis=1)
        return folded

    def read_whole(self, image: Image) -> tuple[str, float]:
        """The characters of a line and how likely they are on average (0 to 1); 0 where none is found."""
        scores = self._scores(_normalised(image, _PADDING))
        best = scores.argmax(axis=1)
        found = scores.max(axis=1)[best > 0]
        return self._decode(scores, None).text, float(found.mean()) if len(found) else 0.0

    def _scores(self, image: Any) -> Any:
        return self.session.run(None, {self.input: image})[0][0]

    def _decode(self, scores: Any, allowed: Iterable[int] | None) -> Recognised:
        """The best class at each step, repeats joined and blanks left out; ``allowed`` restricts the classes."""
        if allowed is not None:
            indexes = list(allowed)
            part = scores[:, indexes]
            chosen = [indexes[place] for place in part.argmax(axis=1)]
        else:
            chosen = [int(index) for index in scores.argmax(axis=1)]
        text: list[str] = []
        least = 1.0
        last, best = 0, 0.0
        for step, index in enumerate(chosen):
            value = float(scores[step, index])
            if index != last:
                if last:
                    least = min(least, best)
                best = value
                if index:
                    text.append(self.characters[index] if index < len(self.characters) else "")
            else:
                best = max(best, value)
            last = index
        if last:
            least = min(least, best)
        found = "".join("".join(text).split())
        return Recognised(found, round(least, 3) if found else 0.0)


def _agreed(one: Recognised, other: Recognised) -> Recognised:
    """Two readings of the same text: as sure as the surer one, unless one of them is a guess."""
    least, most = sorted((one.score, other.score))
    return Recognised(one.text, most if least > 0.5 else least)


def _may_be_figure(text: str) -> bool:
    """Whether a text is a figure, with a unit perhaps, or something that a figure is taken for."""
    if text[-1:] in _UNITS:
        return len(text) > 1 and set(text[:-1].rstrip("万")) <= _FIGURE | _LETTERS
    return bool(text) and set(text) <= _FIGURE | _LOOKALIKES


@lru_cache(maxsize=1)
def load() -> LineReader:
    """The recogniser of this process. Raises :class:`RuntimeError` when the extra is not installed (see :func:`is_available`)."""
    model = _model()
    if model is None:
        raise RuntimeError("the extra 'ocr' is not installed")
    return Recogniser(model)


def _normalised(image: Image, padding: float) -> Any:
    """The line as the network takes it: 48 pixels high, paper around it, values from -1 to 1."""
    import cv2
    import numpy

    height, width = image.shape
    side, rim = round(padding * height) + 1, max(1, round(0.12 * height))
    paper = int(numpy.percentile(image, 95)) if image.size else 255
    framed = cv2.copyMakeBorder(image, rim, rim, side, side, cv2.BORDER_CONSTANT, value=paper)
    height, width = framed.shape
    scaled_width = min(_WIDEST, max(HEIGHT, round(width * HEIGHT / height)))
    scaled = cv2.resize(framed, (scaled_width, HEIGHT), interpolation=cv2.INTER_CUBIC if height < HEIGHT else cv2.INTER_AREA)
    values = (scaled.astype(numpy.float32) / 255.0 - 0.5) / 0.5
    return numpy.ascontiguousarray(numpy.broadcast_to(values, (1, 3, *values.shape)))
