"""Style sheets in small pieces: declarations, media queries, nested rules, colours and lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

Declaration = tuple[str, str, bool]
"""Property, value in lower case, whether important."""
Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity, 0 to 1."""

_SCREEN: Final = 1280.0
_DEEP: Final = 4
_VARIABLES: Final = 8
"""Variables resolved in one value."""
_KEPT: Final = frozenset({
    "display", "visibility", "opacity", "text-decoration", "text-decoration-line", "vertical-align", "font-size", "color", "background",
    "background-color", "background-image", "background-clip", "-webkit-background-clip", "left", "right", "top", "bottom", "text-indent",
    "mso-hide", "mso-text-raise", "clip", "clip-path", "overflow", "overflow-x", "overflow-y", "width", "height", "max-width",
    "max-height", "transform", "filter", "position", "float", "order", "flex-direction", "margin-left", "content", "content-visibility",
    "direction", "unicode-bidi", "-webkit-text-security", "-webkit-text-fill-color", "border", "border-top", "border-bottom",
    "font-variant-position",
})  # fmt: skip
_LENGTH: Final = re.compile(r"\s*(-?(?:\d+(?:\.\d+)?|\.\d+))(px|pt|em|rem|ex|cm|mm|in|vw|vh|%)?")
_POINTS: Final = {"px": 0.75, "": 0.75, "pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0, "vw": 9.6, "vh": 7.2}
_WIDTH: Final = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*(\d+(?:\.\d+)?)\s*(px|em|rem)?\s*\)")
_VARIABLE: Final = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?[^()]*))?\)")
_CASED: Final = frozenset({"content"})


@lru_cache(maxsize=4096)
def declarations(text: str) -> tuple[Declaration, ...]:
    """The declarations of a style that say how text is seen, and the variables it sets, in order."""
    import tinycss2

    found = []
    for entry in tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True):
        if entry.type == "declaration" and (entry.lower_name in _KEPT or entry.name.startswith("--")):
            value = tinycss2.serialize(entry.value).strip()
            name = entry.name if entry.name.startswith("--") else entry.lower_name
            found.append((name, value if name in _CASED or name.startswith("--") else value.lower(), entry.important))
    return tuple(found)


def rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selector and body of the rules of a sheet that hold for a screen, nested ones included."""
    import tinycss2

    yield from _flat(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), "", 0)


def _flat(nodes: Any, above: str, depth: int) -> Iterator[tuple[str, str]]:
    import tinycss2

    for rule in nodes:
        if rule.type == "qualified-rule":
            selector = _under(above, tinycss2.serialize(rule.prelude).strip())
            body = tinycss2.serialize(rule.content)
            yield selector, body
            if depth < _DEEP and "{" in body:
                inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
                yield from _flat(inner, selector, depth + 1)
        elif rule.type == "at-rule" and rule.content is not None and depth < _DEEP:
            name = rule.lower_at_keyword
            if name in ("supports", "layer", "container") or (name == "media" and for_screen(tinycss2.serialize(rule.prelude))):
                if above:
                    yield above, tinycss2.serialize(rule.content)
                else:
                    yield from _flat(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), "", depth + 1)


def _under(above: str, selector: str) -> str:
    """A nested selector written out."""
    if not above:
        return selector
    outer = f":is({above})" if "," in above else above
    return selector.replace("&", outer) if "&" in selector else f"{outer} {selector}"


def for_screen(query: str) -> bool:
    """Whether a media query holds for a desktop screen of usual width."""
    return not query.strip() or any(_holds(part.lower()) for part in query.split(","))


def _holds(query: str) -> bool:
    if re.search(r"\b(?:print|speech|not)\b|orientation\s*:\s*portrait|prefers-color-scheme\s*:\s*dark", query):
        return False
    for bound, size, unit in _WIDTH.findall(query):
        width = float(size) * (16 if unit in ("em", "rem") else 1)
        if (bound == "min" and width > _SCREEN) or (bound == "max" and width < _SCREEN):
            return False
    return True


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """A value with its variables put in; one that is set nowhere gives its fallback, or nothing."""
    for _ in range(_VARIABLES):
        match = _VARIABLE.search(value)
        if match is None:
            break
        value = value[: match.start()] + variables.get(match[1], match[2] or "") + value[match.end() :]
    return value


@lru_cache(maxsize=1024)
def colour(text: str | None) -> Colour | None:
    """A colour, ``None`` for what is none (``inherit``, ``currentcolor``)."""
    if not text:
        return None
    from tinycss2.color4 import parse_color

    try:
        found = parse_color(text.strip())
        if found is None or isinstance(found, str):
            return None
        plain = found.to("srgb") if found.space != "srgb" else found
        red, green, blue = (float(part or 0.0) for part in plain.coordinates)
        return red, green, blue, 1.0 if plain.alpha is None else float(plain.alpha)
    except (NotImplementedError, ValueError, TypeError):
        return None


def length(text: str | None) -> float | None:
    """The number a value begins with, whatever its unit."""
    match = _LENGTH.match(text or "")
    return float(match[1]) if match else None


def points(text: str | None) -> float | None:
    """A length in points; ``None`` for shares and multiples, unless they are zero."""
    match = _LENGTH.match(text or "")
    if match is None:
        return None
    number, unit = float(match[1]), match[2] or ""
    if not number:
        return 0.0
    return number * _POINTS[unit] if unit in _POINTS else None
