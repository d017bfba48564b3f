"""The one question of every repair: which split of these pieces gives whole labels of the form?"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def whole_split(pieces: Sequence[str], is_label: Callable[[str], bool], joint: str = "") -> tuple[str, ...]:
    """The labels that neighbouring pieces make where they are one whole label or two, and only one such split is there; else none.

    ``joint`` stands between pieces of one label.

    >>> whole_split(["结果", "维持"], {"结果维持"}.__contains__)
    ('结果维持',)
    >>> whole_split(["其他", "结果", "维持"], {"其他", "结果维持"}.__contains__)
    ('其他', '结果维持')
    >>> whole_split(["其他", "结果"], {"其他", "结果", "其他结果"}.__contains__)
    ()
    """
    splits = [(joint.join(pieces[:at]), joint.join(pieces[at:])) for at in range(1, len(pieces))]
    found = [split for split in ((joint.join(pieces),), *splits) if all(map(is_label, split))]
    return found[0] if len(found) == 1 else ()


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
