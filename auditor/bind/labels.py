"""The one question of every repair: which split of these pieces gives whole labels of the form?"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def whole_labels(pieces: Sequence[str], is_label: Callable[[str], bool]) -> list[str]:
    """The labels that runs of consecutive pieces make, longest runs first from the left; pieces that belong to none are left out.

    >>> whole_labels(["行政", "复议", "结果", "维持"], {"行政复议", "结果维持"}.__contains__)
    ['行政复议', '结果维持']
    """
    found: list[str] = []
    start = 0
    while start < len(pieces):
        end = next((end for end in range(len(pieces), start, -1) if is_label("".join(pieces[start:end]))), start)
        if end > start:
            found.append("".join(pieces[start:end]))
        start = max(end, start + 1)
    return found


def two_labels(text: str, is_label: Callable[[str], bool]) -> tuple[str, str] | None:
    """The two labels that the lines of a text are, where it is none as a whole and there is only one way to part them."""
    if "\n" not in text or is_label(text):
        return None
    lines = text.split("\n")
    splits = [("\n".join(lines[:at]), "\n".join(lines[at:])) for at in range(1, len(lines))]
    whole = [halves for halves in splits if all(map(is_label, halves))]
    return whole[0] if len(whole) == 1 else None


def are_halves(first: str, second: str, is_label: Callable[[str], bool]) -> bool:
    """Whether two pieces are one label together, and not one label each."""
    return is_label(first + second) and not (is_label(first) and is_label(second))
