"""The season's store → what the workbook shows of it; and what was shown, remembered so that people's changes can be told from ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from auditor import office
from auditor.model.rule import Text
from auditor.office import FindingRow, SeasonStore
from auditor.render.season_sheet import AgencyProgress, Closed, FindingLine, SeasonSheet
from auditor.text.privacy import mask
from auditor.text.words import say

Words = Mapping[str, Text]
SHEETS = "workbook:sheets"
ROWS = "workbook:rows"


def season_sheet(store: SeasonStore, words: Words, lang: str, today: str) -> SeasonSheet:
    """What stands in the workbook beside the findings."""
    rows = office.findings(store, today)
    aliases = store.rows("SELECT id, key FROM alias")
    by_key = {row.key: row for row in rows}
    lines: dict[tuple[str, str], FindingLine] = {}
    columns: dict[str, None] = {}
    for row in rows:
        line = line_of(row, words, lang)
        path = "" if row.report_key == "corpus" else row.path
        lines[path, row.finding.id] = line
        if row.presence == "gone":
            lines[row.path, row.finding.id] = line
        columns |= {heading: None for heading, _ in row.extra}
    for id_, key in aliases:
        if key in by_key:
            row = by_key[key]
            lines["" if row.report_key == "corpus" else row.path, id_] = line_of(row, words, lang)
    # A report that two files say: each shows its findings with the same line.
    by_report: dict[str, list[FindingRow]] = {}
    for row in rows:
        by_report.setdefault(row.report_key, []).append(row)
    for version in office.versions(store):
        for row in by_report.get(version.report_key, ()):
            if (version.path, row.finding.id) not in lines:
                lines[version.path, row.finding.id] = line_of(row, words, lang)
    rounds = tuple(entry.number for entry in office.rounds(store))
    return SeasonSheet(
        lines=lines,
        closed=tuple(
            Closed(finding=row.finding, agency=row.agency, year=row.year, path=row.path, severity=row.severity)
            for row in rows
            if row.presence == "gone" and row.parent is None
        ),
        progress=tuple(_progress(entry, rounds) for entry in office.agencies(store, today)),
        rounds=rounds,
        columns=tuple(columns),
        rows=tuple(json.loads(value) for _, value in sorted(store.values(ROWS).items())),
        sheets=tuple((name, tuple(tuple(cells) for cells in json.loads(value))) for name, value in sorted(store.values(SHEETS).items())),
    )


def line_of(row: FindingRow, words: Words, lang: str) -> FindingLine:
    """One finding's line."""
    closed = ""
    if row.presence == "gone":
        closed = say(words, lang, "workbook.round.closed", round=row.gone_round)
    state = say(words, lang, f"office.gone.{row.gone_as}") if row.presence == "gone" else say(words, lang, f"office.state.{row.state}")
    waived = row.waiver.reason if row.waiver is not None else row.waived_by_file
    return FindingLine(
        number=row.number,
        state=state,
        confirmation=say(words, lang, f"workbook.confirmation.{row.confirmation}") if row.confirmation else "",
        status=row.handling or (say(words, lang, "workbook.waived") if row.state == "waived" else _status(row, words, lang)),
        waived=waived,
        deadline=row.deadline,
        reply="\n".join(dict.fromkeys(mask(reply.text) for reply in row.replies)),
        closed=closed,
        extra=row.extra,
    )


def remember(store: SeasonStore, sheet: SeasonSheet, rows: Sequence[FindingRow], words: Words, lang: str) -> None:
    """Note what the workbook shows of values that people may change there."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM printed")
        connection.executemany(
            "INSERT OR REPLACE INTO printed VALUES (?, ?, ?)",
            [
                (row.key, name, value)
                for row in rows
                for line in (line_of(row, words, lang),)
                for name, value in (*typed_of(line).items(), *((f"column:{heading}", text) for heading, text in line.extra))
            ],
        )
        assert sheet is not None


def typed_of(line: FindingLine) -> dict[str, str]:
    """The values of a line that people may change, by column."""
    return {
        "confirmation": line.confirmation,
        "status": line.status,
        "waived": line.waived,
        "deadline": line.deadline,
        "reply": line.reply,
    }


def _status(row: FindingRow, words: Words, lang: str) -> str:
    if row.presence == "gone":
        return say(words, lang, "workbook.corrected") if row.gone_as == "fixed" else ""
    if not row.asks:
        return say(words, lang, "workbook.nothing")
    answer = row.replies[-1].answer if row.replies else "unclear"
    if row.state == "answered" and answer in ("corrected", "explained", "disputed"):
        return say(words, lang, "workbook.refused" if answer == "disputed" else f"workbook.{answer}")
    return say(words, lang, "workbook.open")


def _progress(entry: office.AgencyRow, rounds: Sequence[int]) -> AgencyProgress:
    seen = {number: (found, fixed) for number, found, fixed in entry.by_round}
    told: list[tuple[int, int, int | None]] = []
    asked = done = 0
    for number in rounds:
        found, fixed = seen.get(number, (0, 0))
        asked, done = asked + found, done + fixed
        told.append((found, fixed, None if not asked else 100 * done // asked))
    return AgencyProgress(
        agency=entry.agency,
        year=entry.year,
        asked=entry.asked,
        fixed=entry.fixed,
        open=entry.open,
        regressed=entry.regressed,
        waived=entry.waived,
        rejected=entry.rejected,
        rate=entry.rate,
        rounds=tuple(told),
    )
