"""A season played from the first round to the second: audits, decisions, the workbook typed in, notices, answers, corrected versions.

Each step is done as the commands do it. ``Play`` notes outside the season's folder what was acknowledged, so that a kill at any point
can be held against it. ``python -m tests.season.play --size 40 --every 1`` tries every point (long).
"""

from __future__ import annotations

import argparse
import io
import json
import pickle
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
from msgspec.structs import replace

from auditor import office
from auditor.deliver import folder, issue_drafts, readback, write_season, write_views
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.render.json_v1 import summary
from tests.support.faults import KILLED, Fault, count_points, run_with_fault
from tests.support.season import counted, not_published, rulebook, season

TODAY = "2026-03-20"
OWN = {"说明.txt": "本办自己的说明".encode(), "通报.docx": b"the office's own circular", "另存/index.html": b"<p>ours</p>"}
"""Files of the office that lie in the folder from the beginning; one has a name we would use."""


def corrected(one: Counted) -> Counted:
    """The report as the agency publishes it after the notice: other bytes, its first finding gone."""
    audit = one.audit
    assert audit.report is not None
    source = replace(audit.source, sha256=audit.source.sha256[::-1])
    facts = (replace(audit.report.facts[0], raw=audit.report.facts[0].raw + "0"), *audit.report.facts[1:])
    return counted(replace(audit, source=source, report=replace(audit.report, source=source, facts=facts), findings=audit.findings[1:]))


def short(one: Counted) -> Counted:
    """The report with few cells: what is tried hundreds of times must be small."""
    report = one.audit.report
    return one if report is None else replace(one, audit=replace(one.audit, report=replace(report, facts=report.facts[:9])))


class Play:
    """The steps in the season's folder; ``notes`` is where acknowledgements go."""

    def __init__(self, place: Path, notes: Path, size: int = 4, answers: int = 3) -> None:
        self.folder, self.notes, self.size, self.answers = place, notes, size, answers
        whole = season(size, corpus=[not_published("乙局")])
        self.first: Result = replace(whole, audits=tuple(map(short, whole.audits)))
        self.second: Result = replace(self.first, audits=tuple(map(corrected, self.first.audits[: size // 2])))

    def steps(self) -> tuple[Callable[[], None], ...]:
        return (self.round_one, self.decide, self.typed, self.issue, self.reply, self.round_two, self.keep)

    def all(self) -> None:
        """Every step; one that was done before a fault is found done and passed over."""
        for step in self.steps():
            step()

    def rows(self) -> list[office.FindingRow]:
        with office.open_season(self.folder) as store:
            return [row for row in office.findings(store, TODAY) if row.parent is None]

    def round_one(self) -> None:
        if not (office.is_season(self.folder) and self._rounds()):
            write_season(self.folder, self.first, rulebook(), today=TODAY, who="甲")

    def decide(self) -> None:
        rows = [row for row in self.rows() if row.severity == "error"]
        with office.open_season(self.folder, who="甲") as store:
            office.set_finding(store, rows[0].number, confirmation="confirmed", note="已电话核实")
            self._done("note", rows[0].key)
            office.set_finding(store, rows[-1].number, confirmation="rejected")
            self._done("rejected", rows[-1].key)
            office.set_finding(store, rows[-2].number, waiver=office.Waiver(reason="系统切换", who="李四", until="2026-12-31"))
            self._done("waived", rows[-2].key)

    def typed(self) -> None:
        """A copy of the workbook is filled in elsewhere and read back."""
        copy = self.notes.parent / "typed.xlsx"
        key = next(row.key for row in self.rows() if row.severity == "error")
        if not copy.exists():
            with office.open_season(self.folder) as store:
                write_views(store, rulebook(), today=TODAY)
            copy.write_bytes(filled((self.folder / "问题台账.xlsx").read_bytes(), key))
        with office.open_season(self.folder, who="乙") as store:
            readback.import_workbook(store, copy, rulebook())
        self._done("typed", key)

    def issue(self) -> None:
        with office.open_season(self.folder, who="甲") as store:
            if not office.notices(store):
                write_views(store, rulebook(), today=TODAY)
                for notice in issue_drafts(store, number="〔2026〕1号", date="2026-03-02"):
                    self._done("notice", f"{notice.agency} {notice.path} {notice.sha256}")

    def reply(self) -> None:
        with office.open_season(self.folder, who="甲") as store:
            for notice in office.notices(store)[: self.answers]:
                given = office.Reply(finding=notice.findings[0], agency=notice.agency, text="已更正", answer="corrected", source_sha256="1")
                office.record_replies(store, [given])
                self._done("reply", notice.findings[0])

    def round_two(self) -> None:
        write_season(self.folder, self.second, rulebook(), today=TODAY, who="甲")

    def keep(self) -> None:
        with office.open_season(self.folder) as store:
            office.backup(store, self.folder / "备份.zip")

    def _rounds(self) -> int:
        with office.open_season(self.folder) as store:
            return office.last_round(store) if (self.folder / "results.json").exists() else 0

    def _done(self, what: str, about: str) -> None:
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps([what, about], ensure_ascii=False) + "\n")


def filled(data: bytes, key: str) -> bytes:
    """The workbook as an official fills it in: a status, a deadline, a column and a row of their own, a sheet of their own."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["问题台账"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads["编号"]).value == key)
    sheet.cell(row, heads["办理状态"]).value = "已转业务科"
    sheet.cell(row, heads["期限"]).value = "2026-04-10"
    own = sheet.max_column + 1
    sheet.cell(1, own).value = "经办人"
    sheet.cell(row, own).value = "王五"
    sheet.cell(sheet.max_row + 1, heads["问题"]).value = "口头接到的另一个问题"
    book.create_sheet("会议纪要")["A1"] = "3月5日会议"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def check(play: Play) -> None:
    """Nothing acknowledged is lost, nothing half-written, nothing foreign touched. Raises AssertionError."""
    for name, content in OWN.items():
        assert (play.folder / name).read_bytes() == content, name
    for path in play.folder.rglob("*"):
        if path.suffix in (".docx", ".xlsx", ".zip") and path.name not in OWN:
            with zipfile.ZipFile(path) as package:
                assert package.testzip() is None, path
    if (play.folder / "results.json").exists():
        json.loads((play.folder / "results.json").read_bytes())
    if not office.is_season(play.folder):
        assert not play.notes.exists()
        return
    with office.open_season(play.folder) as store:
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not play.notes.exists():
            return
        rows = {row.key: row for row in office.findings(store, TODAY)}
        notices = {f"{notice.agency} {notice.path} {notice.sha256}": notice for notice in office.notices(store)}
        for line in play.notes.read_text(encoding="utf-8").splitlines():
            what, about = json.loads(line)
            if what == "notice":
                assert about in notices
                import hashlib

                sent = (play.folder / notices[about].path).read_bytes()
                assert hashlib.sha256(sent).hexdigest() == notices[about].sha256
                continue
            row = rows[about]
            assert {
                "note": row.note == "已电话核实" and row.confirmation == "confirmed",
                "rejected": row.confirmation == "rejected",
                "waived": row.waiver is not None and row.waiver.reason == "系统切换",
                "typed": row.handling == "已转业务科" and row.deadline == "2026-04-10" and dict(row.extra).get("经办人") == "王五",
                "reply": "已更正" in [reply.text for reply in row.replies],
            }[what], (what, row)


def figures(place: Path) -> dict[str, tuple[int, int]]:
    """Errors and warnings as each output counts them, findings across reports included."""
    found: dict[str, tuple[int, int]] = {}
    with office.open_season(place) as store:
        counts = office.counts(store, TODAY)
        found["store"] = (counts.error, counts.warning)
        result = office.season_result(store, rulebook().words, "zh", TODAY)
        told = summary(result)["findings"]
        found["console"] = (told["error"], told["warning"])
        across = [finding for finding in result.corpus_findings if finding.waived is None]
    told = json.loads((place / "results.json").read_bytes())["summary"]["findings"]
    found["json"] = (told["error"], told["warning"])
    data = json.loads((place / "index.html").read_text(encoding="utf-8").split('id="data">')[1].split("</script>")[0])
    severities = data["summary"]["severities"]
    found["page"] = (severities.get("error", 0), severities.get("warning", 0))
    sheet = openpyxl.load_workbook(place / "问题台账.xlsx")["问题台账"]
    heads = [cell.value for cell in sheet[1]]
    lines = [dict(zip(heads, (cell.value or "" for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    open_ = [line for line in lines if not (line["同因于"] or line["豁免理由"] or line["销号轮次"] or line["认定"] == "不认定")]
    found["workbook"] = (sum(line["程度"] == "错误" for line in open_), sum(line["程度"] == "警告" for line in open_))
    import re

    name = next(path for path in (place / "通报（审核）.docx", place / "通报.docx") if path.exists())
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(name)).paragraphs)
    errors, warnings = re.search(r"错误(\d+)处、警告(\d+)处", text).groups()  # type: ignore[union-attr]
    more = {severity: sum(finding.severity == severity for finding in across) for severity in ("error", "warning")}
    found["circular"] = (int(errors) + more["error"], int(warnings) + more["warning"])
    return found


def ending(play: Play) -> dict[str, Any]:
    """What the season holds at its end, without times."""
    with office.open_season(play.folder) as store:
        rows = office.findings(store, TODAY)
        return {
            "findings": [(row.key, row.number, row.state, row.note, row.handling, row.deadline, row.extra) for row in rows],
            "replies": sorted((reply.finding, reply.text) for reply in office.replies(store)),
            "notices": sorted((notice.agency, notice.ordinal, notice.number) for notice in office.notices(store)),
            "rounds": office.last_round(store),
            "rows": sorted(store.values("workbook:rows").values()),
            "sheets": sorted(store.values("workbook:sheets")),
        }


def fresh(place: Path, size: int, answers: int = 3) -> Play:
    """A play in an empty place, with the office's own files in the folder."""
    if place.exists():
        shutil.rmtree(place)
    target = place / "season"
    for name, content in OWN.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return Play(target, place / "acknowledged.jsonl", size, answers)


def here() -> None:
    """Read the workbook in this process, as a forked child that dies on purpose starts no workers; and make equal letters, pages and
    workbooks once: renderers are functions of what they are given."""

    def read(function: Callable[..., Any], path: Path, *arguments: object) -> Any:
        return function(path.read_bytes(), *arguments)

    readback.read_in_worker = read  # type: ignore[assignment,attr-defined]
    for module, name in (
        (folder, "notice"),
        (folder, "circular"),
        (folder, "page"),
        (folder, "workbook"),
        (sys.modules[__name__], "filled"),
    ):
        function = getattr(module, name)
        if not hasattr(function, "made"):
            setattr(module, name, _once(function))


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    made: dict[bytes, Any] = {}

    def call(*arguments: Any, **named: Any) -> Any:
        key = pickle.dumps(([one for one in arguments if not isinstance(one, Rulebook)], sorted(named.items())))
        if key not in made:
            made[key] = function(*arguments, **named)
        return made[key]

    call.made = made  # type: ignore[attr-defined]
    return call


def try_points(place: Path, size: int, faults: tuple[Fault, ...], every: int, answers: int = 3) -> Iterator[tuple[Fault, int, str]]:
    """Put each fault at every ``every``-th step of the play, check, go on to the end and compare with a play without faults."""
    whole = fresh(place / "whole", size, answers)
    whole.all()
    expected = ending(whole)
    assert len(set(figures(whole.folder).values())) == 1, figures(whole.folder)
    points = count_points(place / "count" / "season", fresh(place / "count", size, answers).all)
    for number, fault in enumerate(faults):
        for at in range(1 + number, points + 1, every):
            play = fresh(place / "tried", size, answers)
            code, told = run_with_fault(play.folder, play.all, fault, at)
            assert (code == KILLED) if fault == "kill" else code != 0, (fault, at, code, told)
            check(play)
            play.all()
            check(play)
            assert ending(play) == expected, (fault, at)
            assert len(set(figures(play.folder).values())) == 1, (fault, at, figures(play.folder))
            yield fault, at, told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=4)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--faults", default="kill,full")
    given = parser.parse_args()
    here()
    with tempfile.TemporaryDirectory() as place:
        count = 0
        for fault, at, told in try_points(Path(place), given.size, tuple(given.faults.split(",")), given.every):
            count += 1
            print(fault, at, told.strip(), flush=True)
        print(f"{count} points, nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
