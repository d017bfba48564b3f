"""The wrong cell is named, and only claimed where nothing else explains as well."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from auditor.check.engine import check
from auditor.check.identities import Identity, identities_of
from auditor.model.finding import Finding
from auditor.model.settings import Settings
from tests.check.tables import BOOK, balanced, report_of

ARITHMETIC = Settings(select=("T3-01", "T3-02", "T3-03", "T4-01", "T4-02", "T4-03"))


def findings(cells: dict[str, str], year: int = 2023) -> tuple[Finding, ...]:
    return check(report_of(cells, year), BOOK, ARITHMETIC).findings


def all_rules(found: tuple[Finding, ...]) -> list[str]:
    return sorted(entry.rule for top in found for entry in (top, *top.children))


def single_corrections(cells: dict[str, str], identities: tuple[Identity, ...]) -> set[str]:
    """By trying each: the cells for which some value makes every equation hold."""
    values = {key: int(text) for key, text in cells.items()}

    def holds(identity: Identity, changed: dict[str, int]) -> bool:
        side = [sum(changed.get(key, values[key]) for key in keys) for keys in (identity.left, identity.right)]
        return side[0] == side[1]

    first = next(identity for identity in identities if not holds(identity, {}))
    found = set()
    for key in first.keys:
        # The one value with which the first failing equation holds; all others are then tried with it.
        sign = 1 if key in first.left else -1
        value = values[key] - sign * (sum(values[k] for k in first.left) - sum(values[k] for k in first.right))
        if value >= 0 and all(holds(identity, {key: value}) for identity in identities):
            found.add(key)
    return found


@pytest.mark.parametrize("year", [2020, 2023])
def test_each_cell_changed_by_one_fails_exactly_its_identities(year: int) -> None:
    cells = balanced(year, year)
    identities = identities_of(report_of(cells, year), BOOK)
    assert findings(cells, year) == ()
    for key, text in cells.items():
        expected = sorted(identity.rule for identity in identities if key in identity.keys)
        assert expected
        for step in (1, -1):
            if int(text) + step >= 0:
                assert all_rules(findings({**cells, key: str(int(text) + step)}, year)) == expected, key


def test_the_true_cell_comes_first_where_it_can_be_identified() -> None:
    chance = random.Random(7)
    cells = balanced(11)
    identities = identities_of(report_of(cells), BOOK)
    right = identifiable = 0
    for key, text in cells.items():
        wrong = str(chance.choice([value for value in (int(text) + 1, int(text) + 9, max(0, int(text) - 2)) if value != int(text)]))
        changed = {**cells, key: wrong}
        explanations = single_corrections(changed, identities)
        assert key in explanations
        top = findings(changed)[0]
        assert top.culprit is not None
        assert top.culprit.certain == (len(explanations) == 1), key
        assert {candidate.key for candidate in top.culprit.candidates} == explanations
        if len(explanations) == 1:
            identifiable += 1
            first = top.culprit.candidates[0]
            right += first.key == key and first.likely == text and first.printed == wrong
    assert identifiable > 150
    assert right == identifiable


def test_a_cause_keeps_all_it_explains_as_children() -> None:
    cells = balanced(3)
    cells["t3.result_total.natural_person"] = str(int(cells["t3.result_total.natural_person"]) + 5)
    (top,) = findings(cells)
    assert top.rule == "T3-01"
    assert [child.rule for child in top.children] == ["T3-02", "T3-03"]
    assert all(child.severity == "error" for child in top.children)


def test_independent_errors_stay_apart() -> None:
    cells = balanced(5)
    cells["t3.granted.natural_person"] = str(int(cells["t3.granted.natural_person"]) + 2)
    cells["t4.review_total"] = str(int(cells["t4.review_total"]) + 1)
    found = findings(cells)
    assert len(found) == 2
    assert [finding.culprit is not None and finding.culprit.certain for finding in found] == [True, False]


def test_two_offsetting_columns_are_one_cause_without_certainty() -> None:
    cells = balanced(9)
    for column, step in (("natural_person", 1), ("other_org", -1)):
        key = f"t3.new_received.{column}"
        cells[key] = str(int(cells[key]) + step)
    (top,) = findings(cells)
    assert all_rules((top,)) == ["T3-01", "T3-01"]
    assert top.culprit is not None
    assert not top.culprit.certain
    assert {candidate.kind for candidate in top.culprit.candidates} <= {"offset", "swapped"}


def test_two_exchanged_cells_are_named_together() -> None:
    cells = balanced(21) | {
        "t4.review_upheld": "3",
        "t4.review_corrected": "0",
        "t4.review_other": "0",
        "t4.review_pending": "0",
        "t4.review_total": "3",
    }
    one, two = "t3.granted.natural_person", "t3.granted.commercial"
    for column, value in (("natural_person", 17), ("commercial", 4)):
        delta = value - int(cells[f"t3.granted.{column}"])
        for row in ("granted", "result_total", "new_received"):
            for place in (column, "total"):
                cells[f"t3.{row}.{place}"] = str(int(cells[f"t3.{row}.{place}"]) + delta)
    assert findings(cells) == ()
    cells[one], cells[two] = cells[two], cells[one]
    (top,) = findings(cells)
    assert top.culprit is not None
    best = top.culprit.candidates[0]
    assert best.kind == "swapped"
    assert {best.key, best.others[0][0]} == {one, two}


def test_transposed_digits_are_told() -> None:
    cells = balanced(2)
    key = "t3.new_received.total"
    delta = 152 - int(cells[key])
    for row in ("new_received", "carried_forward"):
        for column in ("natural_person", "total"):
            cells[f"t3.{row}.{column}"] = str(int(cells[f"t3.{row}.{column}"]) + max(delta, 0))
    printed = cells[key]
    wrong = printed[0] + printed[2] + printed[1] if len(printed) == 3 else printed[::-1]
    assert wrong != printed
    (top,) = findings({**cells, key: wrong})
    assert top.culprit is not None
    assert top.culprit.certain
    assert top.culprit.candidates[0].kind == "transposed"
    assert Decimal(top.culprit.candidates[0].likely) == Decimal(printed)
