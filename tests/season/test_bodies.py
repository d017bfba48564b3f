"""Two bodies of one name do not share the ids of their findings; versions of one body do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.batch.remembered import audit_with_ledger
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.season.audit import SeasonResult, audit_season
from auditor.season.names import names_a_place
from auditor.season.roster import Agency, Roster
from tests.cli.running import sample
from tests.support.season import audited, rulebook, wrong_plan


def _ids(folder: Path, book: Path, roster: Path | None = None) -> dict[str, set[str]]:
    with Ledger(book) as ledger:
        done = audit_with_ledger(ledger, [folder], load_rulebook(), Settings(select=("T3",)), roster=roster)
        return {
            counted.audit.source.path.removeprefix(f"{folder.as_posix()}/"): {finding.id for finding in counted.audit.findings}
            for counted in done.result.audits
        }


def test_bodies_of_one_name_in_two_folders(tmp_path: Path) -> None:
    data = sample("06").read_bytes()
    for place in ("单独/a.docx", "两县/甲县/a.docx", "两县/乙县/a.docx", "一县/a.docx", "一县/更正.docx"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(data)
    alone = _ids(tmp_path / "单独", tmp_path / "1.db")["a.docx"]
    assert alone
    two = _ids(tmp_path / "两县", tmp_path / "2.db")
    assert not two["甲县/a.docx"] & two["乙县/a.docx"]
    assert len(two["甲县/a.docx"]) == len(alone)
    versions = _ids(tmp_path / "一县", tmp_path / "3.db")
    assert versions["a.docx"] == versions["更正.docx"] == alone
    moved = tmp_path / "别处"
    (tmp_path / "两县").rename(moved)
    assert _ids(moved, tmp_path / "4.db") == two


NAME = "市场监督管理局"
"""A name that says no place: its 市 is no city."""


def _season(*paths: str, roster: Roster | None = None, seeds: tuple[int, ...] = (0, 2, 0, 2)) -> SeasonResult:
    """Reports under one name, those of even number with other figures than those of odd number."""
    audits = [audited(replace(wrong_plan(seed), agency=NAME), path) for path, seed in zip(paths, seeds, strict=False)]
    return audit_season(audits, rulebook(), roster=roster)


def test_two_bodies_whose_name_says_no_place_are_not_one_with_two_reports() -> None:
    told = _season("甲县/a.docx", "乙县/a.docx")
    assert not [finding for finding in told.findings if finding.rule == "H-04"]
    asked = [note.needs for note in told.audits[0].unknown if note.rule == "H-04"]
    assert len(asked) == 1
    assert "乙县/a.docx" in asked[0]
    assert "名册" in asked[0]


def test_two_reports_in_one_folder_are_still_told() -> None:
    told = _season("甲县/a.docx", "甲县/b.docx")
    assert [finding.sources for finding in told.findings if finding.rule == "H-04"] == [("甲县/a.docx", "甲县/b.docx")]


def test_findings_across_reports_of_bodies_of_one_name_have_ids_of_their_own() -> None:
    told = _season("甲县/a.docx", "甲县/b.docx", "乙县/a.docx", "乙县/b.docx")
    here = {finding.sources: finding.id for finding in told.findings if finding.rule == "H-04"}
    assert len(here) == 2
    # The order of the folders does not matter, so that what is said of one body never goes to the other.
    turned = _season("乙县/a.docx", "乙县/b.docx", "甲县/a.docx", "甲县/b.docx")
    assert {finding.sources: finding.id for finding in turned.findings if finding.rule == "H-04"} == here
    alone = _season("甲县/a.docx", "甲县/b.docx")
    assert {finding.id for finding in alone.findings} & set(here.values()) == set()


def test_missing_bodies_of_one_name_have_ids_of_their_own() -> None:
    def roster(*parents: str) -> Roster:
        return Roster(
            agencies=tuple(Agency(name=NAME, kind="department", parent=parent, line=line + 2) for line, parent in enumerate(parents))
        )

    def missing(*parents: str) -> list[str]:
        told = audit_season([audited(wrong_plan(0), "a.docx")], rulebook(), roster=roster(*parents))
        return [finding.id for finding in told.findings if finding.rule == "H-01"]

    both = missing("甲县", "乙县")
    assert len(set(both)) == 2
    assert missing("乙县", "甲县") == both[::-1]


def test_names_that_say_a_place() -> None:
    assert names_a_place("青禾市政府办公室")
    assert names_a_place("临湖县市场监督管理局")
    assert not names_a_place(NAME)
    assert not names_a_place("城市管理局")
    assert not names_a_place("乡村振兴局")
