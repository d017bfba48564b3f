"""Text with a cell a line and empty cells: exact as exported, and never read wrongly when the export lost or added an empty line."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from auditor.read import read_bytes
from tests.lab import tested
from tests.lab.compose import TextStyle, balanced_plan, to_text
from tests.lab.compose.plan import ReportPlan
from tests.lab.measure import compare

SHAPES = list(itertools.product(("layout_2019", "layout_2021"), (1, 2, 3), ("empty", "omitted")))


def plan_of(layout: str, label_columns: int) -> ReportPlan:
    plan = balanced_plan(label_columns, layout, "small")
    blank = {key: "" if text == "0" else text for key, text in plan.facts.items()}
    return replace(plan, grid=replace(plan.grid, label_columns=label_columns), facts=blank)


def outcomes(plan: ReportPlan, lines: list[str]) -> Counter[str]:
    return compare(plan.truth(), tested.bind(read_bytes("\n".join(lines).encode(), "report.txt"))).cells


@pytest.mark.parametrize(("layout", "label_columns", "merged"), SHAPES)
def test_empty_lines_lost_or_added_are_noticed(layout: str, label_columns: int, merged: str) -> None:
    plan = plan_of(layout, label_columns)
    text = to_text(plan, TextStyle(flavour="cell_lines", merged="empty" if merged == "empty" else "omitted")).decode()
    lines = text.split("\n")
    assert set(outcomes(plan, lines)) == {"exact"}
    assert set(outcomes(plan, text.replace("\n", "\n\n").split("\n"))) == {"exact"}
    random = Random(f"{layout}/{label_columns}/{merged}")
    first = lines.index("")
    empty = [at for at, line in enumerate(lines) if not line and at > first][:-1]
    damaged = [lines[:at] + lines[at + 1 :] for at in random.sample(empty, 8)]
    damaged += [[*lines[:at], "", *lines[at:]] for at in random.sample(range(empty[0], len(lines)), 8)]
    damaged += [re.sub(r"\n\n+", "\n\n", text).split("\n"), [line for line in lines if line]]
    for some in damaged:
        assert not {"wrong", "silent", "invented"} & set(outcomes(plan, some))
