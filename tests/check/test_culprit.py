"""The wrong cell is named, and only claimed where nothing else explains as well."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from auditor.check.engine import check
from auditor.check.identities import Identity, identities_of
from auditor.model.finding import Finding
from auditor.model.settings import Settings
from auditor.rulebook.examples import build_report
from tests.check.tables import APPLICANTS, BOOK, balanced, report_of

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


def _moved_row(cells: dict[str, str], row: str) -> dict[str, str]:
    """The applicants of a row each one place to the right, the last one having been 0."""
    keys = [f"t3.{row}.{column}" for column in APPLICANTS]
    numbers = [cells[key] for key in keys]
    return {**cells, **dict(zip(keys, ["0", *numbers[:-1]], strict=True))}


def _with_row(cells: dict[str, str], row: str, numbers: tuple[int, ...]) -> dict[str, str]:
    """A row with these applicants; the sums and the new requests follow."""
    values = {key: int(text) for key, text in cells.items()}
    for column, number in zip(APPLICANTS, numbers, strict=True):
        delta = number - values[f"t3.{row}.{column}"]
        for name in (row, "result_total", "new_received"):
            values[f"t3.{name}.{column}"] += delta
            values[f"t3.{name}.total"] += delta
    return {key: str(value) for key, value in values.items()}


def test_a_row_shifted_by_one_column_is_one_slip() -> None:
    cells = _with_row(balanced(31), "granted", (90, 7, 13, 41, 5, 0))
    assert findings(cells) == ()
    (top,) = findings(_moved_row(cells, "granted"))
    assert top.culprit is not None
    best = top.culprit.candidates[0]
    assert best.kind == "shifted_row"
    likely = {best.key: best.likely} | {key: value for key, _, value in best.others}
    assert all(likely.get(f"t3.granted.{column}", cells[f"t3.granted.{column}"]) == cells[f"t3.granted.{column}"] for column in APPLICANTS)
    assert top.culprit.certain


def test_part_of_a_column_shifted_by_one_row_is_one_slip() -> None:
    cells = balanced(33)
    rows = ("denied_state_secret", "denied_law", "denied_safety", "denied_third_party")
    for row, number in zip(rows, (11, 23, 37, 0), strict=True):
        cells = _with_row(cells, row, (number, number % 7, 0, 0, 0, 0))
    assert findings(cells) == ()
    keys = [f"t3.{row}.natural_person" for row in rows]
    printed = cells | dict(zip(keys, ("0", "11", "23", "37"), strict=True))
    (top,) = findings(printed)
    assert top.culprit is not None
    best = top.culprit.candidates[0]
    assert best.kind == "shifted_column"
    likely = {best.key: best.likely} | {key: value for key, _, value in best.others}
    assert likely == {key: cells[key] for key in keys}


def test_a_row_printed_twice_is_a_candidate() -> None:
    cells = _with_row(_with_row(balanced(35), "granted", (50, 7, 13, 41, 5, 2)), "partial", (9, 1, 4, 2, 30, 6))
    assert findings(cells) == ()
    columns = (*APPLICANTS, "total")
    printed = cells | {f"t3.partial.{column}": cells[f"t3.granted.{column}"] for column in columns}
    (top,) = findings(printed)
    assert top.culprit is not None
    assert not top.culprit.certain, "either of the two equal rows may be the copy"
    assert {candidate.kind for candidate in top.culprit.candidates} == {"repeated_row"}
    rows = {candidate.key.split(".")[1] for candidate in top.culprit.candidates}
    assert rows == {"granted", "partial"}


def test_a_blank_is_filled_before_anything_printed_is_doubted() -> None:
    cells = _with_row(balanced(37), "granted", (50, 7, 13, 41, 5, 2))
    (top,) = findings({**cells, "t3.granted.research": ""})
    assert top.culprit is not None
    assert top.culprit.certain
    assert (top.culprit.candidates[0].kind, top.culprit.candidates[0].key) == ("blank", "t3.granted.research")
    assert top.culprit.candidates[0].likely == "13"


def _review(total: int, parts: tuple[int, int, int, int]) -> dict[str, str]:
    names = ("upheld", "corrected", "other", "pending")
    return {"t4.review_total": str(total), **{f"t4.review_{name}": str(part) for name, part in zip(names, parts, strict=True)}}


def _with_text(cells: dict[str, str], text: str) -> tuple[Finding, ...]:
    report = build_report({"facts": cells, "text": {"s1_overview": text}}, BOOK)
    return check(report, BOOK, Settings(select=("T3-01", "T3-02", "T3-03", "T4-01", "T4-02", "T4-03", "C-01", "C-05", "C-12"))).findings


def test_the_prose_decides_between_explanations_that_are_equal_for_the_tables() -> None:
    cells = balanced(41) | _review(12, (5, 1, 1, 2))
    (alone,) = _with_text(cells, "全年政府信息公开行政复议情况见下表。")
    assert alone.culprit is not None
    assert not alone.culprit.certain
    assert len(alone.culprit.candidates) == 5
    (told,) = _with_text(cells, "因政府信息公开引起行政复议9件，其中维持5件，纠正1件，其他结果1件，尚未审结2件。")
    assert told.culprit is not None
    assert told.culprit.certain
    assert [(c.key, c.printed, c.likely) for c in told.culprit.candidates] == [("t4.review_total", "12", "9")]
    assert [child.rule for child in told.children] == ["C-12"], "one cause, one finding"


def test_prose_that_repeats_the_printed_number_takes_certainty_away() -> None:
    cells = balanced(43)
    key = "t3.granted.total"
    printed = str(int(cells[key]) + 20)
    (top,) = _with_text({**cells, key: printed}, "")
    assert top.culprit is not None
    assert top.culprit.certain
    denied = _with_text({**cells, key: printed}, f"依申请公开办理结果中，予以公开{printed}件。")[0]
    assert denied.culprit is not None
    assert denied.culprit.candidates[0].key == key
    assert not denied.culprit.certain


def test_two_wrong_cells_of_one_column_are_both_named() -> None:
    true = balanced(61)
    wrong = {key: str(int(true[key]) + step) for key, step in (("t3.granted.social", 3), ("t3.partial.social", 8))}
    (top,) = findings({**true, **wrong})
    assert top.culprit is not None
    assert top.culprit.certain
    (best,) = top.culprit.candidates
    assert {best.key: best.likely} | {key: likely for key, _, likely in best.others} == {key: true[key] for key in wrong}


def test_two_or_three_wrong_cells_are_never_claimed_falsely() -> None:
    chance = random.Random(5)
    certain = 0
    for seed in range(30):
        true = balanced(seed)
        cells = dict(true)
        for key in chance.sample(sorted(cells), 2 + seed % 2):
            cells[key] = str(int(cells[key]) + chance.choice((1, 2, 9)))
        for top in findings(cells):
            if top.culprit is not None and top.culprit.certain:
                certain += 1
                (best,) = top.culprit.candidates
                assert all(true[key] == likely for key, _, likely in ((best.key, best.printed, best.likely), *best.others)), seed
    assert certain > 20
