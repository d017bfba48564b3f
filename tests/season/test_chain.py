"""One wrong figure of a county is named once, by the county; the city's sum and the next year's opening stock are not accused."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.rulebook.examples import build_report
from auditor.season import audit_season
from auditor.season.roster import roster_of
from tests.check.tables import APPLICANTS, BOOK, balanced

RULES = Settings(select=("T3", "T4", "D-01", "D-02", "E-01", "E-02"))
CITY, COUNTIES = "青禾市人民政府", ("甲溪县人民政府", "乙岭县人民政府", "丙川县人民政府")
ROSTER: list[list[object]] = [
    ["机关名称", "类型", "上级"],
    [CITY, "government", ""],
    *([name, "government", CITY] for name in COUNTIES),
]
Cells = dict[str, str]


@dataclass
class World:
    """A city and its counties over two years: cells by agency and year."""

    cells: dict[tuple[str, int], Cells]

    def audits(self) -> dict[tuple[str, int], Audit]:
        audits = []
        for number, ((name, year), cells) in enumerate(self.cells.items()):
            report = build_report({"facts": cells, "report": {"agency": name, "year": year, "scope": "consolidated"}}, BOOK)
            source = Source(path=f"in/{number}.docx", sha256=f"{number:064d}", kind="docx")
            audits.append(check(msgspec.structs.replace(report, source=source), BOOK, RULES))
        done = audit_season(audits, BOOK, RULES, roster=roster_of(ROSTER)).audits
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


def test_planted_chains_name_the_county_first() -> None:
    first = accused = 0
    tries = 24
    for seed in range(100, 100 + tries):
        one, place, key = planted(seed)
        audits = one.audits()
        tops = loud(audits[place])
        first += any(top.culprit is not None and top.culprit.certain and top.culprit.candidates[0].key == key for top in tops)
        for other, audit in audits.items():
            accused += other != place and any(not finding.explained_by for finding in loud(audit))
    assert first >= tries * 0.95
    assert accused <= tries * 0.05
