"""The season's file through its API: rounds, life of findings, decisions with undo and conflicts, notices, replies, backup, lock."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor import office
from auditor.errors import ConflictError, SeasonError
from auditor.model.finding import Finding, Undecided
from auditor.model.result import Counted, Result
from auditor.render.json_v1 import summary
from tests.support.season import counted, not_published, rulebook, season


@pytest.fixture
def store(tmp_path: Path) -> office.SeasonStore:
    return office.create_season(tmp_path / "season", who="甲")


def changed(one: Counted, sha: str, findings: tuple[Finding, ...] | None = None, path: str | None = None) -> Counted:
    """The same report in another version: other bytes, perhaps other findings."""
    audit = one.audit
    assert audit.report is not None
    source = replace(audit.source, sha256=sha * 64, path=path or audit.source.path)
    facts = tuple(
        replace(fact, raw=fact.raw + " ") if n else replace(fact, raw=fact.raw + "1") for n, fact in enumerate(audit.report.facts)
    )
    return counted(
        replace(
            audit,
            source=source,
            report=replace(audit.report, source=source, facts=facts),
            findings=audit.findings if findings is None else findings,
        )
    )


def cluster(*names: str, id_: str) -> Finding:
    return Finding(
        id=id_, rule="H-10", severity="warning", title="雷同", message=f"{len(names)}个机关的文字相同：{'、'.join(names)}", agencies=names
    )


def with_audits(result: Result, audits: list[Counted], corpus: tuple[Finding, ...] | None = None) -> Result:
    return replace(result, audits=tuple(audits), corpus_findings=result.corpus_findings if corpus is None else corpus)


def row_of(store: office.SeasonStore, key: str) -> office.FindingRow:
    return next(row for row in office.findings(store) if row.key == key)


def top(store: office.SeasonStore) -> office.FindingRow:
    return next(row for row in office.findings(store) if row.counts and row.severity == "error")


def test_a_round_makes_the_same_figures_as_the_run_and_the_same_run_adds_none(store: office.SeasonStore) -> None:
    result = season(12, corpus=[not_published("乙局")])
    told = office.record_round(store, result)
    assert told is not None
    assert told.new_round
    view = office.season_result(store, rulebook().words)
    assert summary(view) == summary(result)
    assert office.counts(store).error == summary(result)["findings"]["error"]
    again = office.record_round(store, result)
    assert again is not None
    assert (again.new_round, again.round, office.last_round(store)) == (False, 1, 1)


def test_run_over_fewer_files_changes_those_agencies_only(store: office.SeasonStore) -> None:
    result = season(12)
    office.record_round(store, result)
    before = summary(office.season_result(store, rulebook().words))
    office.record_round(store, with_audits(result, list(result.audits[:2])))
    assert summary(office.season_result(store, rulebook().words)) == before


def test_run_that_audits_nothing_or_was_interrupted_is_not_recorded(store: office.SeasonStore) -> None:
    result = season(4)
    office.record_round(store, result)
    assert office.record_round(store, replace(result, audits=())) is None
    assert office.record_round(store, replace(result, audits=result.audits[:1], interrupted=True)) is None
    assert office.last_round(store) == 1


def test_fixed_finding_is_closed_with_its_round_and_regressed_when_back(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    one = result.audits[0]
    key = one.audit.findings[0].id
    office.set_finding(store, key, note="记住", confirmation="confirmed")
    office.record_round(store, with_audits(result, [changed(one, "b", one.audit.findings[1:])]))
    row = row_of(store, key)
    assert (row.state, row.round, row.gone_as, row.note, row.counts) == ("closed", 2, "fixed", "记住", False)
    office.record_round(store, with_audits(result, [changed(one, "c")]))
    row = row_of(store, key)
    assert (row.state, row.round, row.confirmation, row.counts) == ("regressed", 3, "confirmed", True)


def test_same_file_judged_otherwise_is_not_said_to_be_fixed(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    one = result.audits[0]
    office.record_round(store, with_audits(result, [counted(replace(one.audit, findings=one.audit.findings[1:]))]))
    row = row_of(store, one.audit.findings[0].id)
    assert (row.state, row.gone_as) == ("closed", "dropped")
    assert office.agencies(store)[0].fixed == 0


def test_finding_whose_check_could_not_be_made_again_stays(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    one = changed(result.audits[0], "b", ())
    rule = result.audits[0].audit.findings[0].rule
    undecided = counted(replace(one.audit, verdicts=one.audit.verdicts | {rule: "unknown"}))
    office.record_round(store, with_audits(result, [undecided]))
    row = row_of(store, result.audits[0].audit.findings[0].id)
    assert (row.presence, row.state, row.counts) == ("unclear", "open", True)


def test_file_unreadable_for_one_run_loses_nothing(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    one = result.audits[0].audit
    assert one.report is not None
    key = one.findings[0].id
    unread = counted(
        replace(one, status="unreadable", findings=(), verdicts={}, report=replace(one.report, status="unreadable", agency=None, facts=()))
    )
    told = office.record_round(store, with_audits(result, [unread, *result.audits[1:]]))
    assert told is not None
    assert told.unread == (one.source.path, "报告/0006.pdf")
    row = row_of(store, key)
    assert (row.state, row.counts) == ("open", True)
    assert summary(office.season_result(store, rulebook().words)) == summary(result)


def test_cluster_that_grows_keeps_its_state(store: office.SeasonStore) -> None:
    result = season(6, corpus=[cluster("甲局", "乙局", id_="c1")])
    office.record_round(store, result)
    office.set_finding(store, "c1", confirmation="to_verify", note="已电话核实")
    office.record_round(store, replace(result, corpus_findings=(cluster("甲局", "乙局", "丙局", id_="c2"),)))
    rows = [row for row in office.findings(store) if row.finding.rule == "H-10"]
    assert [(row.key, row.finding.id, row.state, row.note) for row in rows] == [("c1", "c2", "to_verify", "已电话核实")]
    shown = office.season_result(store, rulebook().words).corpus_findings
    assert [(one.id, one.state, one.number) for one in shown] == [("c2", "to_verify", rows[0].number)]


def test_what_a_run_cannot_decide_across_reports_stays(store: office.SeasonStore) -> None:
    result = season(4, corpus=[not_published("乙局")])
    office.record_round(store, result)
    office.record_round(store, replace(result, corpus_findings=(), corpus_unknown=(Undecided(rule="H-01", needs="名册"),)))
    assert [one.rule for one in office.season_result(store, rulebook().words).corpus_findings] == ["H-01"]


def test_short_numbers_are_never_given_twice(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    first = {row.key: row.number for row in office.findings(store)}
    office.record_round(store, season(9))
    numbers = {row.key: row.number for row in office.findings(store) if row.parent is None}
    assert all(numbers[key] == number for key, number in first.items() if number)
    assert len(set(numbers.values())) == len(numbers)
    assert office.find_key(store, "2024-001") in first


def test_changes_are_logged_undone_and_refused_when_another_was_faster(store: office.SeasonStore) -> None:
    office.record_round(store, season(4))
    row = top(store)
    office.set_finding(store, row.number, confirmation="rejected", note="口径不同", expected=row.version)
    assert not row_of(store, row.key).counts
    with pytest.raises(ConflictError) as refused:
        office.set_finding(store, row.key, confirmation="confirmed", expected=row.version, who="乙")
    assert refused.value.details["who"] == "甲"
    office.undo(store)
    assert row_of(store, row.key).confirmation is None
    assert [entry.what for entry in store.log(subject=f"finding:{row.key}")][:1] == ["undo"]
    with pytest.raises(SeasonError):
        office.undo(store)


def test_rejected_and_waived_findings_count_nowhere(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    rows = [row for row in office.findings(store, "2026-03-01") if row.counts and row.severity == "error"]
    office.set_finding(store, rows[0].key, confirmation="rejected")
    office.set_finding(store, rows[1].key, waiver=office.Waiver(reason="系统切换", who="李四", until="2026-03-31"))
    errors = summary(result)["findings"]["error"] - 2
    assert office.counts(store, "2026-03-31").error == errors
    assert summary(office.season_result(store, rulebook().words, "zh", "2026-03-31"))["findings"]["error"] == errors
    assert office.counts(store, "2026-04-01").error == errors + 1
    assert {entry.kind for entry in office.todo(store, "2026-04-01")} >= {"waiver_over", "issue", "unread"}
    with pytest.raises(SeasonError):
        office.set_finding(store, rows[2].key, waiver=office.Waiver(reason=" "))


def test_notices_and_replies_are_facts_that_stay(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    row = top(store)
    notice = office.record_notice(store, row.agency, row.year, [row.key], number="〔2026〕1号", date="2026-03-02", content=b"letter")
    assert (notice.ordinal, notice.round, row_of(store, row.key).state) == (1, 1, "notified")
    assert office.notice_content(store, notice.id) == b"letter"
    given = office.Reply(finding=row.number, text="已更正", answer="corrected", source="甲.docx", source_sha256="1")
    told, unknown = office.record_replies(store, [given, given, office.Reply(finding="2024-999", text="?")])
    assert (len(told), unknown) == (1, ("2024-999",))
    second, _ = office.record_replies(store, [replace(given, text="另有说明", source_sha256="2")])
    assert len(second) == 1
    assert [reply.text for reply in row_of(store, row.key).replies] == ["已更正", "另有说明"]
    assert row_of(store, row.key).state == "answered"
    one = next(entry for entry in result.audits if entry.audit.source.path == row.path)
    office.record_round(store, with_audits(result, [changed(one, "d")]))
    assert row_of(store, row.key).state == "remains"
    assert office.record_notice(store, row.agency, row.year, [row.key]).ordinal == 2
    assert row_of(store, row.key).state == "notified"
    for table in ("notice", "reply", "log", "notice_item"):
        with pytest.raises(sqlite3.IntegrityError):
            store.connection.execute(f"DELETE FROM {table}")


def test_only_confirmed_findings_are_asked_where_the_office_confirms_first(store: office.SeasonStore) -> None:
    office.record_round(store, season(4))
    row = top(store)
    assert row.key in {one.key for one in office.to_ask(store, row.report_key)}
    office.set_settings(store, confirm_first=True, office="某市政府办公室", year=2024)
    assert office.to_ask(store, row.report_key) == ()
    office.set_finding(store, row.key, confirmation="confirmed")
    assert [one.key for one in office.to_ask(store, row.report_key)] == [row.key]


def test_newer_or_marked_version_replaces_the_older_and_equal_content_is_said(store: office.SeasonStore) -> None:
    result = season(4)
    one = result.audits[0]
    marked = changed(one, "e", (), path="报告/0001（更正）.docx")
    told = office.record_round(store, with_audits(result, [marked, *result.audits]))
    assert told is not None
    assert told.replaced == (("报告/0001.docx", "报告/0001（更正）.docx"),)
    assert marked.audit.report is not None
    agency = marked.audit.report.agency
    assert [version.path for version in office.versions(store) if version.agency == agency] == [marked.audit.source.path]
    again = replace(marked.audit, source=replace(marked.audit.source, sha256="f" * 64, path="报告/再报.docx"))
    told = office.record_round(store, with_audits(result, [counted(again)]))
    assert told is not None
    assert told.unchanged == ("报告/再报.docx",)


def test_two_versions_that_cannot_be_told_apart_wait_for_a_person(store: office.SeasonStore) -> None:
    result = season(4)
    other = changed(result.audits[0], "e", path="报告/0001b.docx")
    told = office.record_round(store, with_audits(result, [*result.audits, other]))
    assert told is not None
    assert set(told.undecided) == {"报告/0001.docx", "报告/0001b.docx"}
    wanted = next(version for version in office.versions(store) if version.path == "报告/0001b.docx")
    assert "choose" in {entry.kind for entry in office.todo(store)}
    office.choose_version(store, wanted.id)
    assert "choose" not in {entry.kind for entry in office.todo(store)}
    office.undo(store)
    assert "choose" in {entry.kind for entry in office.todo(store)}


def test_withdrawn_report_counts_no_more_and_comes_back(store: office.SeasonStore) -> None:
    result = season(6)
    office.record_round(store, result)
    before = office.counts(store)
    agency = top(store).agency
    office.withdraw(store, agency, "不属于本季")
    assert office.counts(store).reports == before.reports - 1
    office.record_round(store, result)
    assert office.counts(store).reports == before.reports - 1
    office.bring_back(store, agency)
    assert office.counts(store) == before


def test_readings_of_cells_are_kept_by_file_and_cell(store: office.SeasonStore) -> None:
    office.set_reading(store, "a" * 64, "t3.granted.total", "12", corrected=True)
    office.record_round(store, season(3))
    assert [(one.cell, one.value, one.corrected) for one in office.readings(store, "a" * 64)] == [("t3.granted.total", "12", True)]
    office.set_reading(store, "a" * 64, "t3.granted.total", None)
    assert office.readings(store) == ()


def test_backup_brings_everything_into_a_new_folder_and_overwrites_nothing(store: office.SeasonStore, tmp_path: Path) -> None:
    office.record_round(store, season(4))
    office.set_finding(store, top(store).key, note="重要")
    (store.folder / "附件.txt").write_text("x", encoding="utf-8")
    assert office.backup(store, tmp_path / "b.zip") == 2
    office.restore(tmp_path / "b.zip", tmp_path / "other")
    with office.open_season(tmp_path / "other") as other:
        assert office.findings(other) == office.findings(store)
    with pytest.raises(SeasonError):
        office.restore(tmp_path / "b.zip", tmp_path / "other")
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "附件.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SeasonError):
        office.restore(tmp_path / "b.zip", tmp_path / "third")
    assert not office.is_season(tmp_path / "third")


def test_second_run_is_refused_with_the_name_of_the_first(store: office.SeasonStore) -> None:
    with office.season_lock(store.folder, "check", "2026-03-01T09:00:00+08:00"):
        with pytest.raises(SeasonError) as refused, office.season_lock(store.folder, "check", "later"):
            pass
        assert refused.value.code == "locked"
        assert refused.value.details["task"] == "check"
    with office.season_lock(store.folder, "check", "later"):
        pass


def test_clock_set_back_is_noticed(tmp_path: Path) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=8))
    times = [datetime.datetime(2026, 3, 2, tzinfo=zone)]
    store = office.create_season(tmp_path, clock=lambda: times[0])
    assert store.clock_behind() is None
    office.set_settings(store, office="某办")
    times[0] = datetime.datetime(2019, 1, 1, tzinfo=zone)
    assert store.clock_behind() == "2026-03-02T00:00:00+08:00"


def test_a_file_that_is_no_season_or_is_newer_is_refused(tmp_path: Path) -> None:
    (tmp_path / office.STORE_NAME).write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(SeasonError) as refused:
        office.open_season(tmp_path)
    assert refused.value.code == "damaged"
    with pytest.raises(SeasonError) as refused:
        office.open_season(tmp_path / "nothing")
    assert refused.value.code == "no_season"
    other = office.create_season(tmp_path / "new")
    other.connection.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(SeasonError) as refused:
        office.open_season(tmp_path / "new")
    assert refused.value.code == "newer"


def test_received_report_is_kept_once_and_nothing_overwritten(store: office.SeasonStore) -> None:
    first = office.add_file(store, "../../甲.docx", b"1")
    assert first == store.folder / "收到的报告" / "甲.docx"
    assert office.add_file(store, "甲.docx", b"1", lang="en") == first
    assert office.add_file(store, "甲.docx", b"2").name == "甲_2.docx"
    assert first.read_bytes() == b"1"


def with_cell(one: Counted, key: str, **changes: object) -> Counted:
    """The same file with one of its cells read otherwise."""
    report = one.audit.report
    assert report is not None
    facts = tuple(replace(fact, **changes) if fact.key == key else fact for fact in report.facts)  # type: ignore[arg-type]
    return counted(replace(one.audit, report=replace(report, facts=facts)))


def test_cells_wait_for_a_person_until_they_are_read_and_audited(store: office.SeasonStore) -> None:
    from click.testing import CliRunner

    from auditor.cli.season import season as command
    from auditor.model.report import PersonReading

    result = season(3)
    first, *others = result.audits
    key, sha = "t3.new_received.total", first.audit.source.sha256

    def waiting() -> dict[str, tuple[str, ...]]:
        return {entry.kind: entry.cells for entry in office.todo(store) if entry.kind in ("read_cells", "reread", "partly_read")}

    office.record_round(store, with_audits(result, [with_cell(first, key, state="unreadable", value=None, raw=""), *others]))
    assert waiting() == {"read_cells": (key,)}
    shown = CliRunner().invoke(command, ["show", str(store.folder)]).output
    assert "对照原文填入没有把握的单元格" in shown
    assert "1 格（表三「一、本年新收政府信息公开申请数量」总计）" in shown
    office.set_reading(store, sha, key, "17", corrected=True)
    assert waiting() == {"reread": ()}
    by_hand = with_cell(first, key, raw="17", person=PersonReading(who="甲", at="2026-03-01", corrected=True))
    office.record_round(store, with_audits(result, [by_hand, *others]))
    assert waiting() == {}
