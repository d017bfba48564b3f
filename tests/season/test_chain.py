"""One wrong figure of a county is named once, by the county; the city's sum and the next year's opening stock are not accused."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec
import pytest

from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.rulebook.examples import build_report
from auditor.season import audit_season, chain
from auditor.season.roster import roster_of
from tests.check.tables import APPLICANTS, BOOK, balanced

RULES = Settings(select=("T3", "T4", "D-01", "D-02", "E-01", "E-02"))
CITY, COUNTIES = "青禾市人民政府", ("甲溪县人民政府", "乙岭县人民政府", "丙川县人民政府")
ROSTER: list[list[object]] = [
    ["机关名称", "类型", "上级"],
    [CITY, "government", ""],
    *[list[object]((name, "government", CITY)) for name in COUNTIES],
]
Cells = dict[str, str]


@dataclass
class World:
    """A city and its counties over two years: cells by agency and year."""

    cells: dict[tuple[str, int], Cells]
    rules: ClassVar[Settings] = RULES
    roster: ClassVar[list[list[object]]] = ROSTER

    def audits(self) -> dict[tuple[str, int], Audit]:
        audits = []
        for number, ((name, year), cells) in enumerate(self.cells.items()):
            report = build_report({"facts": cells, "report": {"agency": name, "year": year, "scope": "consolidated"}}, BOOK)
            source = Source(path=f"in/{number}.docx", sha256=f"{number:064d}", kind="docx")
            audits.append(check(msgspec.structs.replace(report, source=source), BOOK, self.rules))
        done = audit_season(audits, BOOK, self.rules, roster=roster_of(self.roster)).audits
        return dict(zip(self.cells, done, strict=True))


def follow(cells: Cells, closing: Mapping[str, int]) -> Cells:
    """A balanced report that carries over what the year before carried forward."""
    values = {key: int(text) for key, text in cells.items()}
    for column in APPLICANTS:
        delta = closing[column] - values[f"t3.carried_over.{column}"]
        for row, step in (("carried_over", delta), ("carried_forward", max(delta, 0)), ("new_received", max(-delta, 0))):
            values[f"t3.{row}.{column}"] += step
            values[f"t3.{row}.total"] += step
    return {key: str(value) for key, value in values.items()}


def world(seed: int) -> World:
    """Balanced reports that agree with each other in every cell."""
    cells: dict[tuple[str, int], Cells] = {}
    for place, name in enumerate(COUNTIES):
        first = balanced(seed * 10 + place)
        closing = {column: int(first[f"t3.carried_forward.{column}"]) for column in (*APPLICANTS, "total")}
        cells[name, 2023], cells[name, 2024] = first, follow(balanced(seed * 10 + place + 5), closing)
    for year in (2023, 2024):
        cells[CITY, year] = {key: str(sum(int(cells[name, year][key]) for name in COUNTIES)) for key in cells[COUNTIES[0], 2023]}
    return World(cells)


def off(cells: Cells, key: str, by: int) -> None:
    cells[key] = str(int(cells[key]) + by)


def loud(audit: Audit) -> list[Finding]:
    return [finding for finding in audit.findings if finding.severity != "notice"]


def test_reports_that_agree_have_no_findings() -> None:
    assert not [finding for audit in world(1).audits().values() for finding in audit.findings]


def test_city_and_next_year_that_print_the_right_figure_are_asked_for_nothing() -> None:
    one = world(2)
    key = "t3.carried_forward.natural_person"
    off(one.cells[COUNTIES[0], 2023], key, 7)
    audits = one.audits()
    (top,) = loud(audits[COUNTIES[0], 2023])
    assert top.culprit is not None
    assert top.culprit.certain
    assert top.culprit.candidates[0].key == key
    assert {(other.agency, other.year) for other in top.explains} == {(CITY, 2023), (COUNTIES[0], 2024)}
    for place in ((CITY, 2023), (COUNTIES[0], 2024)):
        assert not loud(audits[place])
        (finding,) = audits[place].findings
        (root,) = finding.explained_by
        assert (root.agency, root.year, root.key) == (COUNTIES[0], 2023, key)
        assert COUNTIES[0] in finding.message
        assert "无需更正" in finding.message
    assert sum(len(loud(audit)) for audit in audits.values()) == 1


def test_a_figure_copied_by_city_and_next_year_is_led_back_to_the_county() -> None:
    one = world(3)
    off(one.cells[COUNTIES[1], 2023], "t3.carried_forward.commercial", 4)
    off(one.cells[CITY, 2023], "t3.carried_forward.commercial", 4)
    off(one.cells[COUNTIES[1], 2024], "t3.carried_over.commercial", 4)
    off(one.cells[CITY, 2024], "t3.carried_over.commercial", 4)
    audits = one.audits()
    for place, audit in audits.items():
        for finding in loud(audit):
            if place == (COUNTIES[1], 2023):
                assert finding.explains
                continue
            assert [(root.agency, root.year) for root in finding.explained_by] == [(COUNTIES[1], 2023)]
            assert "沿用" in finding.message
    assert len(loud(audits[CITY, 2023])) == 1
    assert len(loud(audits[CITY, 2024])) == 1


def test_the_city_alone_tells_which_part_of_a_block_is_wrong() -> None:
    one = world(4)
    off(one.cells[COUNTIES[2], 2024], "t4.review_other", 3)
    audits = one.audits()
    (top,) = loud(audits[COUNTIES[2], 2024])
    assert top.culprit is not None
    assert top.culprit.certain
    assert [candidate.key for candidate in top.culprit.candidates] == ["t4.review_other"]
    assert not loud(audits[CITY, 2024])


def test_where_two_cells_explain_equally_nothing_is_certain() -> None:
    """The city copied the wrong part: any part of the county's block with the same of the city's would do."""
    one = world(5)
    for name in (COUNTIES[0], CITY):
        off(one.cells[name, 2024], "t4.review_other", 3)
    for audit in one.audits().values():
        for finding in audit.findings:
            assert finding.culprit is None or not finding.culprit.certain
            assert not finding.explained_by
            assert not finding.explains


def test_a_city_that_adds_up_wrongly_is_accused_itself() -> None:
    one = world(6)
    off(one.cells[CITY, 2024], "t3.granted.natural_person", 5)
    audits = one.audits()
    assert loud(audits[CITY, 2024])
    assert not [finding for (name, _), audit in audits.items() if name != CITY for finding in audit.findings]
    assert not [finding for audit in audits.values() for finding in audit.findings if finding.explained_by]


def planted(seed: int) -> tuple[World, tuple[str, int], str]:
    """A county's cell wrong, copied by some of those that come after it and not by others."""
    chance = random.Random(seed)
    one = world(seed)
    name = chance.choice(COUNTIES)
    year = chance.choice((2023, 2024))
    rows = ["carried_forward"] * 6 + sorted({key.split(".")[1] for key in one.cells[CITY, 2023] if key.startswith("t3.")})
    row, column = chance.choice(rows), chance.choice((*APPLICANTS, "total"))
    key, by = f"t3.{row}.{column}", chance.choice((1, 2, 5, 9, 10, 30))
    off(one.cells[name, year], key, by)
    city = chance.random() < 0.5
    if city:
        off(one.cells[CITY, year], key, by)
    if row == "carried_forward" and year == 2023 and chance.random() < 0.5:
        off(one.cells[name, 2024], f"t3.carried_over.{column}", by)
        if chance.random() < 0.5:
            off(one.cells[CITY, 2024], f"t3.carried_over.{column}", by)
    return one, (name, year), key


STOCKS = Settings(select=("D-03", "E-03"))
YEARS = (2022, 2023, 2024)
DECISIONS = ("license", "penalty", "coercion")
PROVINCE, CITIES = "云岭省人民政府", (CITY, "白沙市人民政府")
PYRAMID: list[list[object]] = [
    ["机关名称", "类型", "上级"],
    [PROVINCE, "government", ""],
    *[list[object]((name, "government", PROVINCE)) for name in CITIES],
    *[list[object]((name, "government", CITY)) for name in COUNTIES],
]


class Proactive(World):
    """Table 2 of a province, its cities, and the counties of one city over three years."""

    rules = STOCKS
    roster = PYRAMID


def proactive(seed: int) -> Proactive:
    """Tables 2 that agree with each other: stocks over the years, decisions over the tree."""
    chance = random.Random(seed)
    cells: dict[tuple[str, int], Cells] = {}
    for name in (*COUNTIES, CITIES[1]):
        stock = dict.fromkeys(("regulation", "normative_doc"), 0) | {"normative_doc": chance.randint(10, 40)}
        for year in YEARS:
            own: dict[str, int] = {}
            for row in stock:
                issued, repealed = chance.randint(0, 9), chance.randint(0, min(4, stock[row]))
                stock[row] += issued - repealed
                own |= {f"t2.{row}.issued": issued, f"t2.{row}.repealed": repealed, f"t2.{row}.effective": stock[row]}
            own |= {f"t2.{row}.decisions": chance.randint(0, 400) for row in DECISIONS}
            cells[name, year] = {key: str(value) for key, value in own.items()} | {"t2.admin_fee.fee_amount": "0"}
    for year in YEARS:
        for name, below in ((CITY, COUNTIES), (PROVINCE, CITIES)):
            keys = cells[below[0], year]
            cells[name, year] = {key: str(sum(int(cells[child, year][key]) for child in below)) for key in keys}
    return Proactive(cells)


def certain(audit: Audit) -> list[str]:
    """The cells that findings of a report name for certain."""
    return [f.culprit.candidates[0].key for f in audit.findings if f.culprit is not None and f.culprit.certain]


def test_tables_2_that_agree_have_no_findings() -> None:
    assert not [finding for audit in proactive(1).audits().values() for finding in audit.findings]


def test_documents_in_force_wrong_in_one_year_are_named_once() -> None:
    one = proactive(2)
    off(one.cells[COUNTIES[0], 2023], "t2.normative_doc.effective", 6)
    audits = one.audits()
    assert certain(audits[COUNTIES[0], 2023]) == ["t2.normative_doc.effective"]
    (finding,) = audits[COUNTIES[0], 2024].findings
    assert finding.severity == "notice"
    assert [(root.agency, root.year) for root in finding.explained_by] == [(COUNTIES[0], 2023)]
    assert sum(len(loud(audit)) for audit in audits.values()) == 1


def test_documents_in_force_that_the_next_year_goes_on_from_leave_three_cells_open() -> None:
    """The wrong stock was carried on: issued, repealed or in force may be wrong, and nothing is certain."""
    one = proactive(3)
    for year in (2023, 2024):
        off(one.cells[COUNTIES[0], year], "t2.normative_doc.effective", 6)
    audits = one.audits()
    (finding,) = [finding for audit in audits.values() for finding in audit.findings]
    assert finding.culprit is not None
    assert not finding.culprit.certain
    assert not finding.explains


def test_a_city_that_province_and_counties_speak_against_is_named() -> None:
    one = proactive(4)
    off(one.cells[CITY, 2023], "t2.penalty.decisions", 30)
    audits = one.audits()
    assert certain(audits[CITY, 2023]) == ["t2.penalty.decisions"]
    assert not loud(audits[PROVINCE, 2023])
    assert not [finding for (name, _), audit in audits.items() if name in COUNTIES for finding in audit.findings]


def test_a_sum_that_only_its_children_speak_against_names_nobody() -> None:
    one = proactive(5)
    off(one.cells[CITY, 2023], "t2.penalty.decisions", 30)
    off(one.cells[PROVINCE, 2023], "t2.penalty.decisions", 30)
    audits = one.audits()
    assert not [key for audit in audits.values() for key in certain(audit)]
    assert not [finding for audit in audits.values() for finding in audit.findings if finding.explained_by]


def test_a_body_that_the_roster_leaves_out_is_no_slip() -> None:
    """The city counts a body of its own in every cell, which province and counties do not: one cell after the other would look like a slip."""
    one = proactive(6)
    for row in DECISIONS:
        off(one.cells[CITY, 2023], f"t2.{row}.decisions", 17)
    assert not [key for audit in one.audits().values() for key in certain(audit)]


def test_two_slips_of_two_counties_in_the_same_cell_are_both_named() -> None:
    one = world(7)
    key = "t3.granted.natural_person"
    off(one.cells[COUNTIES[0], 2024], key, 5)
    off(one.cells[COUNTIES[2], 2024], key, 9)
    audits = one.audits()
    for name in (COUNTIES[0], COUNTIES[2]):
        assert certain(audits[name, 2024]) == [key]
    assert not loud(audits[CITY, 2024])
    (finding,) = [finding for finding in audits[CITY, 2024].findings if finding.rule == "E-01"]
    assert {root.agency for root in finding.explained_by} == {COUNTIES[0], COUNTIES[2]}


def test_a_tree_of_too_many_reports_says_that_it_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "MOST", 5)
    one = world(2)
    off(one.cells[COUNTIES[0], 2023], "t3.carried_forward.natural_person", 7)
    audits = one.audits()
    (finding,) = [finding for finding in audits[CITY, 2023].findings if finding.rule == "E-01"]
    assert "没有在全部报告之间查找共同原因" in finding.message
    assert finding.severity == "warning"


Planted = tuple[World, dict[tuple[str, int], list[str]]]
"""Reports, and the cells that are wrong by themselves in each of them."""


def planted_one(seed: int) -> Planted:
    """A county's cell of table 3."""
    one, place, key = planted(seed)
    return one, {place: [key]}


def planted_two(seed: int) -> Planted:
    """Two counties' cells of table 3 or 4 in one year: the same cell, or two; the city copies some of them."""
    chance = random.Random(seed)
    one = world(seed)
    year = chance.choice((2023, 2024))
    first, second = chance.sample(COUNTIES, 2)
    keys = [key for key in sorted(one.cells[CITY, year]) if "carried" not in key]
    key = chance.choice(keys)
    other = key if chance.random() < 0.5 else chance.choice(keys)
    for name, cell, by in ((first, key, chance.choice((2, 5, 11))), (second, other, chance.choice((3, 7, 20)))):
        off(one.cells[name, year], cell, by)
        if chance.random() < 0.3:
            off(one.cells[CITY, year], cell, by)
    return one, {(first, year): [key], (second, year): [other]}


def planted_stock(seed: int) -> Planted:
    """A stock of documents in table 2 that the next year does not go on from, or a city's decisions that province and counties do not have."""
    chance = random.Random(seed)
    one = proactive(seed)
    if chance.random() < 0.5:
        place, key = (chance.choice(COUNTIES), 2023), f"t2.{chance.choice(('regulation', 'normative_doc'))}.effective"
    else:
        place, key = (CITY, chance.choice(YEARS)), f"t2.{chance.choice(DECISIONS)}.decisions"
    off(one.cells[place], key, chance.choice((1, 4, 10, 100)))
    return one, {place: [key]}


KINDS = {"one cell of table 3": planted_one, "two counties": planted_two, "table 2": planted_stock}


def by_force(kind: str, first: int, tries: int) -> tuple[int, int, int, int]:
    """Chains planted and tried: how many wrong cells are named first and for certain, of how many; reports accused that are right; cells
    named for certain that are right.
    """
    named = wrong = accused = mistaken = 0
    for seed in range(first, first + tries):
        one, slips = KINDS[kind](seed)
        copies = {(place, key) for place, cells in one.cells.items() for key in cells if any(key in keys for keys in slips.values())}
        for place, audit in one.audits().items():
            tops = loud(audit)
            heads = [top.culprit.candidates[0].key for top in tops if top.culprit is not None and top.culprit.certain]
            wrong += len(slips.get(place, []))
            named += len(set(heads) & set(slips.get(place, [])))
            accused += place not in slips and any(not finding.explained_by for finding in tops)
            mistaken += len([key for key in heads if key not in slips.get(place, []) and (place, key) not in copies])
    return named, wrong, accused, mistaken


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_planted_chains_name_the_wrong_cells_first(kind: str) -> None:
    """A few; ``python -m tests.season.test_chain 60`` plants sixty of each kind."""
    named, wrong, accused, mistaken = by_force(kind, 100, 3 if kind == "two counties" else 5)
    assert named >= wrong * 0.95
    assert not mistaken
    assert not accused


if __name__ == "__main__":
    for name in KINDS:
        named, wrong, accused, mistaken = by_force(name, 200, int(sys.argv[1]))
        print(
            f"{name}: {named} of {wrong} wrong cells named first for certain; {accused} right reports accused, {mistaken} right cells named",
            flush=True,
        )
