"""Known files read again: no new round before a notice was sent, and what they are found to say is kept."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from auditor import office
from auditor.model.companion import Question
from auditor.model.result import Result
from tests.support.season import season


def without_findings(result: Result, place: int) -> Result:
    """The same run, one report of which has nothing to correct: as after a person read a cell of it."""
    counted = result.audits[place]
    better = replace(counted, audit=replace(counted.audit, findings=()), verdict="clean")
    return replace(result, audits=(*result.audits[:place], better, *result.audits[place + 1 :]), counted=None)


def wrong(result: Result) -> int:
    return next(place for place, counted in enumerate(result.audits) if counted.audit.findings)


def test_reading_known_files_again_goes_on_with_the_round(tmp_path: Path) -> None:
    result = season(6)
    with office.create_season(tmp_path / "季") as store:
        office.record_round(store, result)
        before = {row.key: row for row in office.findings(store)}
        again = without_findings(result, wrong(result))
        told = office.record_round(store, replace(again, audits=(again.audits[wrong(result)],), counted=None))
        assert told is not None
        assert (told.new_round, told.round, office.last_round(store)) == (False, 1, 1)
        assert told.gone
        gone = [row for row in office.findings(store) if row.gone_round is not None]
        assert {(row.gone_round, row.gone_as) for row in gone} == {(1, "dropped")}
        (only,) = office.rounds(store)
        assert only.files == len(result.audits)
        stays = next(key for key, row in before.items() if key not in told.gone and row.parent is None)
        assert office.seen_in(store, stays) == ((1, "found"),)


def test_after_a_notice_the_next_reading_is_a_round(tmp_path: Path) -> None:
    result = season(6)
    with office.create_season(tmp_path / "季") as store:
        office.record_round(store, result)
        row = next(row for row in office.findings(store) if row.counts and row.asks)
        office.record_notice(store, row.agency, row.year, [row.key], content=b"x")
        told = office.record_round(store, without_findings(result, wrong(result)))
        assert told is not None
        assert (told.new_round, office.last_round(store)) == (True, 2)


def test_a_new_file_is_a_round(tmp_path: Path) -> None:
    with office.create_season(tmp_path / "季") as store:
        office.record_round(store, season(4))
        told = office.record_round(store, season(6))
        assert told is not None
        assert (told.new_round, told.round) == (True, 2)


def test_questions_of_other_sources_stay_in_the_season(tmp_path: Path) -> None:
    result = season(4)
    reports = [counted.audit.report for counted in result.audits]
    asked = tuple(
        Question(
            agency=report.agency or "", year=report.year or 0, path="a.docx", key="t2.penalty.decisions", ours="3", theirs="5",
            kind="enforcement", source="年报.docx", place="第1段", text="执法年报写5件", cautions="口径可能不同", basis="", agrees=False,
        )
        for report in reports[:2] if report is not None
    )  # fmt: skip
    with office.create_season(tmp_path / "季") as store:
        office.record_round(store, replace(result, questions=asked))
        assert office.season_result(store, {}).questions == asked
        office.record_round(store, without_findings(result, wrong(result)))  # without the other source at hand
        assert office.season_result(store, {}).questions == asked
