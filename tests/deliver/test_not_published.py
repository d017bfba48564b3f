"""Whether an agency is said not to have published, over the runs of a season: an unreadable file may be its report, a read one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor import office
from auditor.deliver import SeasonRequest, audit_into_season
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.office import FindingRow
from tests.lab.compose import balanced_plan, to_pdf, to_text
from tests.lab.compose.plan import ReportPlan
from tests.support.season import rulebook

AGENCIES = ("清源市财政局", "清源市教育局", "清源市审计局", "清源市档案馆")


def plan(number: int) -> ReportPlan:
    made = balanced_plan(number, year=2025)
    agency = AGENCIES[number]
    return replace(made, agency=agency, title=None, preamble=tuple(text.replace(made.agency, agency) for text in made.preamble))


def audited(season: Path, *paths: Path, roster: Path | None = None) -> None:
    request = SeasonRequest(
        folder=season, paths=paths, rulebook=rulebook(), settings=Settings(), who="甲", today="2026-04-01", roster=roster
    )
    with Ledger(season.parent / "a.db") as ledger:
        audit_into_season(ledger, request)


def missing(season: Path) -> dict[str, FindingRow]:
    with office.open_season(season, read_only=True) as store:
        return {row.agency: row for row in office.findings(store) if row.finding.rule == "H-01"}


def test_an_unreadable_file_keeps_its_agency_from_being_accused_until_its_report_is_read(tmp_path: Path) -> None:
    season, folder = tmp_path / "季", tmp_path / "收到"
    folder.mkdir()
    roster = tmp_path / "名册.csv"
    roster.write_text("机关名称\n" + "\n".join(AGENCIES) + "\n", encoding="utf-8")
    (folder / "财政局.txt").write_bytes(to_text(plan(0)))
    (folder / "教育局.txt").write_bytes(to_text(plan(1)))
    (folder / "审计局 损坏.pdf").write_bytes(to_pdf(plan(2))[:4000])
    audited(season, folder, roster=roster)
    assert {agency: row.finding.confidence for agency, row in missing(season).items()} == {"清源市审计局": "medium", "清源市档案馆": "high"}

    again = tmp_path / "更正" / "财政局.txt"  # a run over another file alone says nothing else of the agency
    again.parent.mkdir()
    again.write_bytes(to_text(plan(0).with_facts(t2__regulation__issued="1")))
    audited(season, again)
    assert missing(season)["清源市审计局"].finding.confidence == "medium"
    assert "审计局 损坏.pdf" in missing(season)["清源市审计局"].finding.message

    (folder / "审计局.txt").write_bytes(to_text(plan(2)))  # the unreadable file still lies there
    audited(season, folder)
    found = missing(season)
    assert found["清源市审计局"].state == "closed"
    assert found["清源市审计局"].gone_as == "fixed"
    assert found["清源市档案馆"].counts
    with office.open_season(season, read_only=True) as store:
        told = office.season_result(store, rulebook().words)
    assert [finding.agencies for finding in told.corpus_findings if finding.rule == "H-01" and not finding.waived] == [("清源市档案馆",)]


def test_an_agency_named_by_hand_for_an_unread_file_clears_the_doubt_about_all_others(tmp_path: Path) -> None:
    season, folder = tmp_path / "季", tmp_path / "收到"
    folder.mkdir()
    roster = tmp_path / "名册.csv"
    roster.write_text("机关名称\n" + "\n".join(AGENCIES) + "\n", encoding="utf-8")
    (folder / "财政局.txt").write_bytes(to_text(plan(0)))
    (folder / "教育局.txt").write_bytes(to_text(plan(1)))
    (folder / "扫描件0001.pdf").write_bytes(to_pdf(plan(2))[:4000])  # anybody's, by its name
    audited(season, folder, roster=roster)
    assert {agency: row.finding.confidence for agency, row in missing(season).items()} == {
        "清源市审计局": "medium",
        "清源市档案馆": "medium",
    }
    with office.open_season(season, who="甲") as store:
        unread = next(version for version in office.versions(store) if version.state == "unread")
        office.set_extra(store, f"version:{unread.id}", {"agency": "清源市审计局"})
    audited(season, folder)
    found = missing(season)
    assert {agency: row.finding.confidence for agency, row in found.items()} == {"清源市审计局": "medium", "清源市档案馆": "high"}
    assert "扫描件0001.pdf" in found["清源市审计局"].finding.message
    assert "扫描件0001.pdf" not in found["清源市档案馆"].finding.message
    with office.open_season(season, read_only=True) as store:
        assert office.last_round(store) == 1  # the same files read again
