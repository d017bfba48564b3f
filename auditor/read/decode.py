"""Bytes to text: byte order mark, UTF-16 by its zero bytes, UTF-8, then GB18030; what was lost is said."""

from __future__ import annotations

import codecs
from typing import Final

from auditor.model.source import Problem

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Pages declare the small sets and contain characters of the large one.
_LARGER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
}
_SAMPLE: Final = 8192
# A damaged UTF-8 file keeps nearly all its characters; other encodings read as UTF-8 lose most of them.
_DAMAGE: Final = 0.02


def decode(data: bytes, declared: str | None = None) -> tuple[str, str, tuple[Problem, ...]]:
    """The text of ``data``, the name of its encoding, and ``READ-ENCODING`` where characters were lost.

    ``declared`` is what the file says of itself (``charset=gb2312``); valid UTF-8 outweighs it, because wrong declarations are
    common and Chinese text in another encoding is practically never valid UTF-8. A byte order mark is not part of the text.
    Up to three bytes of a character cut at the end are dropped with a problem. Never raises.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lossy(data[len(mark) :], name)
    if b"\0" in data[:_SAMPLE] and (wide := _wide_encoding(data)):
        return _lossy(data, wide)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and error.start > 0:
            return data[: error.start].decode("utf-8"), "utf-8", (_problem("utf-8", 1),)
    for choice in dict.fromkeys((_known(declared), "gb18030")):
        if choice is None or choice == "utf-8":
            continue
        try:
            return data.decode(choice), choice, ()
        except UnicodeDecodeError:
            continue
    return _best_loss(data, _known(declared))


def _known(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        name = codecs.lookup(declared.strip().strip("'\"")).name
    except LookupError:
        return None
    larger = _LARGER.get(name, name)
    # A page that says UTF-16 in ASCII letters is not UTF-16, and the Latin sets accept any bytes at all.
    return None if larger.startswith(("utf-16", "utf-32", "iso8859", "cp125", "latin", "ascii")) else larger


def _best_loss(data: bytes, declared: str | None) -> tuple[str, str, tuple[Problem, ...]]:
    unicode = data.decode("utf-8", "replace")
    wide = sum(1 for char in unicode if char > "\x7f")
    if unicode.count("\ufffd") <= max(1, wide * _DAMAGE):
        return unicode, "utf-8", (_problem("utf-8", unicode.count("\ufffd")),)
    name = declared if declared and declared != "utf-8" else "gb18030"
    return _lossy(data, name)


def _lossy(data: bytes, name: str) -> tuple[str, str, tuple[Problem, ...]]:
    try:
        return data.decode(name), name, ()
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
        return text, name, (_problem(name, text.count("\ufffd")),)


def _problem(name: str, lost: int) -> Problem:
    return Problem(code="READ-ENCODING", details={"encoding": name, "lost": str(lost)})


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: the byte order under which nearly all characters are ones that Chinese text uses.

    The place of the zero bytes alone does not tell: 一 and the ideographic space have a zero low byte too.
    """
    sample = data[: _SAMPLE & ~1]
    best: tuple[float, str] = (0.0, "")
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        usual = sum(1 for char in text if " " <= char <= "~" or char in "\r\n\t" or "　" <= char <= "龥" or "！" <= char <= "￥")
        best = max(best, (usual / max(1, len(text)), name))
    return best[1] if best[0] > 0.8 else None
