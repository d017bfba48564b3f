"""The state of an office's season: one folder with one file of truth, which the outputs are made from.

    from auditor import office

    with office.create_season(Path("审核2025"), who="张三") as store:
        office.set_settings(store, year=2025, office="某市政府办公室")
        office.record_round(store, result)                  # what a run found
        for row in office.findings(store, today="2026-03-01"):
            print(row.number, row.agency, row.state, row.finding.message)
        row = office.findings(store)[0]
        office.set_finding(store, row.key, confirmation="confirmed", expected=row.version)   # ConflictError when another was faster
        office.undo(store)
        office.record_notice(store, row.agency, row.year, [row.key], number="〔2026〕1号", date="2026-03-02", content=letter)
        office.record_replies(store, [office.Reply(finding=row.number, text="已更正", answer="corrected")])
        office.backup(store, Path("审核2025.zip"))

What people enter (decisions, notices, replies, waivers, readings, settings) is in tables of its own with an append-only log; what a run
finds is in others and can be made again. Every change is one transaction that is on the disk when the call returns. All functions raise
:class:`auditor.errors.SeasonError` (its ``code`` is a message key) and, for a change to something changed meanwhile, ``ConflictError``.
Findings are named by ``key``, by the id printed in any output, or by short number (2024-017).
"""

from auditor.office.adopt import adopt_ledger
from auditor.office.backup import backup, restore
from auditor.office.cells import is_doubtful, open_cells
from auditor.office.incoming import add_file, incoming_folder, incoming_names
from auditor.office.letters import (
    answer_files,
    answer_sources,
    is_to_ask,
    judge_reply,
    next_ordinal,
    note_answer_file,
    notice_content,
    record_notice,
    record_replies,
    settle_left_over,
    to_ask,
)
from auditor.office.life import findings, notices, replies
from auditor.office.lock import LOCK_NAME, season_lock
from auditor.office.people import (
    bring_back,
    cell_readings,
    choose_version,
    create_season,
    find_key,
    keep_explanations,
    named_files,
    open_season,
    readings,
    report_keys,
    roster_file,
    set_extra,
    set_finding,
    set_reading,
    set_roster,
    set_settings,
    settings,
    undo,
    withdraw,
)
from auditor.office.records import (
    COUNTED,
    AgencyRow,
    Answer,
    AnswerFile,
    Confirmation,
    Counts,
    FindingRow,
    LeftOver,
    LogEntry,
    LookedAtCell,
    Notice,
    OpenCells,
    Reply,
    RoundRow,
    SeasonSettings,
    State,
    Todo,
    VersionRow,
    Waiver,
)
from auditor.office.rounds import Recorded, last_round, record_round
from auditor.office.store import STORE_NAME, SeasonStore, is_season
from auditor.office.views import (
    agencies,
    audit_of_version,
    beside,
    counts,
    history,
    rounds,
    season_result,
    seen_in,
    todo,
    versions,
    with_states,
)

__all__ = [
    "COUNTED",
    "LOCK_NAME",
    "STORE_NAME",
    "AgencyRow",
    "Answer",
    "AnswerFile",
    "Confirmation",
    "Counts",
    "FindingRow",
    "LeftOver",
    "LogEntry",
    "LookedAtCell",
    "Notice",
    "OpenCells",
    "Recorded",
    "Reply",
    "RoundRow",
    "SeasonSettings",
    "SeasonStore",
    "State",
    "Todo",
    "VersionRow",
    "Waiver",
    "add_file",
    "adopt_ledger",
    "agencies",
    "answer_files",
    "answer_sources",
    "audit_of_version",
    "backup",
    "beside",
    "bring_back",
    "cell_readings",
    "choose_version",
    "counts",
    "create_season",
    "find_key",
    "findings",
    "history",
    "incoming_folder",
    "incoming_names",
    "is_doubtful",
    "is_season",
    "is_to_ask",
    "judge_reply",
    "keep_explanations",
    "last_round",
    "named_files",
    "next_ordinal",
    "note_answer_file",
    "notice_content",
    "notices",
    "open_cells",
    "open_season",
    "readings",
    "record_notice",
    "record_replies",
    "record_round",
    "replies",
    "report_keys",
    "restore",
    "roster_file",
    "rounds",
    "season_lock",
    "season_result",
    "seen_in",
    "set_extra",
    "set_finding",
    "set_reading",
    "set_roster",
    "set_settings",
    "settings",
    "settle_left_over",
    "to_ask",
    "todo",
    "undo",
    "versions",
    "with_states",
    "withdraw",
]
