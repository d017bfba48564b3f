"""Inputs that are no reports: the office's own files, each a good one with injuries (bytes flipped, cut, doubled, exchanged).

Rosters, templates, settings, waivers, packs, returned notices and workbooks, compiled drafts, saved results, ledgers, parts, seasons and
their backups. Each must be taken or refused in words (an :class:`~auditor.errors.AuditorError`). :mod:`tests.fuzz.run` runs them.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from random import Random

from auditor.errors import AuditorError
from tests.fuzz.bytes_of import in_package
from tests.fuzz.inputs import Item

STATE_KINDS = (
    "roster.csv", "roster.xlsx", "template.docx", "auditor.toml", "waivers.toml", "pack.toml", "reply.docx", "reply.xlsx", "draft.docx",
    "results.json", "book.db", "part.jsonl", "season.db", "backup.zip",
)  # fmt: skip
_TODAY = "2026-03-05"


@lru_cache(maxsize=20)
def good(kind: str) -> bytes:
    """An unharmed one."""
    match kind:
        case "roster.csv":
            return "机关名称,编号,上级,类型\n某县人民政府,1,,政府\n某县财政局,2,1,部门\n某县水务局,3,1,部门\n".encode()
        case "roster.xlsx":
            import openpyxl

            book, out = openpyxl.Workbook(), io.BytesIO()
            for row in (("机关名称", "编号"), ("某县财政局", "1"), ("某县水务局", "2")):
                book.active.append(row)
            book.save(out)
            return out.getvalue()
        case "template.docx" | "reply.docx":
            import docx

            document, out = docx.Document(), io.BytesIO()
            document.add_paragraph("{{agency}}：请于{{deadline}}前整改。")
            table = document.add_table(2, 3)
            for cell, text in zip(table._cells, ("序号", "编号", "反馈", "1", "0123456789abcdef", "已更正"), strict=True):
                cell.text = text
            document.save(out)
            return out.getvalue()
        case "auditor.toml":
            return b'select = ["T3", "F-11"]\nfail_on = "warning"\n[severity]\n"T3-01" = "notice"\n[agency_kind.township]\nignore = ["F"]\n'
        case "waivers.toml":
            return '[[waiver]]\nrule = "T3-01"\nagency = "某县财政局"\nreason = "已说明"\nwho = "李明"\nuntil = 2027-01-31\n'.encode()
        case "pack.toml":
            from auditor.rulefiles import rules_folder

            return (rules_folder().parent / "examples" / "province_pack.toml").read_bytes()
        case "results.json":
            return _result_json()
        case "draft.docx":
            return _draft()
        case "part.jsonl":
            return _part()
        case "book.db":
            return _book()
        case _:
            return _season(kind)


def _result_json() -> bytes:
    from auditor.render.json_v1 import check_json
    from tests.fuzz.inputs import rulebook
    from tests.support.season import season

    return check_json(season(2), rulebook().words, "zh").encode()


def _draft() -> bytes:
    """A government's tables as ``compile`` writes them."""
    from auditor.render.compiled import compiled_docx
    from auditor.season.compiled import compile_government
    from auditor.season.link import link
    from auditor.season.roster import Agency, Roster
    from tests.fuzz.inputs import rulebook

    roster = Roster(agencies=(Agency(name="某县人民政府", id="1", line=2), Agency(name="某县财政局", id="2", parent="1", line=3)))
    form = next(form for form in rulebook().formats if form.id == "era_2021")
    return compiled_docx(compile_government(link((), (), roster), roster.agencies[0], 2024, form, rulebook(), None), rulebook())


def _one_report(folder: Path) -> Path:
    from tests.fuzz.inputs import original

    path = folder / "reports" / "a.docx"
    path.parent.mkdir()
    path.write_bytes(original("docx", 1))
    return path


def _book() -> bytes:
    """A ledger with one report in it."""
    import auditor

    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder = Path(place)
        with auditor.open_ledger(folder / "book.db") as ledger:
            auditor.audit(_one_report(folder), ledger=ledger)
        connection = sqlite3.connect(folder / "book.db")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        return (folder / "book.db").read_bytes()


def _part() -> bytes:
    """A part with one report in it."""
    import hashlib

    from auditor.batch.recorded import keys_of
    from auditor.ledger import recorded
    from auditor.model.settings import Settings
    from auditor.pipeline import check_report, extract_bytes
    from auditor.scale.part import Head, PartLine, Tail, encoded
    from tests.fuzz.inputs import original, rulebook

    keys = keys_of(rulebook(), Settings(), "pdfium")
    data = original("docx", 1)
    report = extract_bytes(data, "a.docx", rulebook())
    record = recorded(check_report(report, rulebook(), Settings()))
    lines = encoded(Head(name="1/1", reader=keys.reader, checker=keys.checker)) + encoded(
        PartLine.of("a.docx", report.source.sha256, record)
    )
    return lines + encoded(Tail(files=1, sha256=hashlib.sha256(lines).hexdigest()))


@lru_cache(maxsize=1)
def _played() -> dict[str, bytes]:
    """A season that was played through: notices, replies, decisions; its file, its workbook, its backup."""
    from auditor import office
    from tests.season.play import fresh, here

    here()  # a worker may start none itself
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        play = fresh(Path(place), 4)
        play.all()
        with office.open_season(play.folder) as store:
            office.backup(store, Path(place) / "backup.zip")
        return {
            "season.db": (play.folder / office.STORE_NAME).read_bytes(),
            "reply.xlsx": (play.folder / "问题台账.xlsx").read_bytes(),
            "backup.zip": (Path(place) / "backup.zip").read_bytes(),
        }


def _season(kind: str) -> bytes:
    return _played()[kind]


def harmed(kind: str, random: Random) -> bytes:
    """A file of this kind with one or two injuries."""
    data = good(kind)
    if kind.endswith((".docx", ".xlsx", ".zip")) and random.random() < 0.7:
        return in_package(data, random)
    if kind.endswith(".db") and random.random() < 0.6:
        return _in_tables(data, random)
    out = bytearray(data)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(out)) if out else 0
        match random.randrange(6):
            case 0 if out:
                out[at] ^= 1 << random.randrange(8)
            case 1:
                del out[at : at + random.randrange(1, 200)]
            case 2:
                out[at:at] = out[: random.randrange(1, 400)]
            case 3:
                out[at:at] = random.choice(
                    (b"\0", b"[" * 3000, b"{a=" * 500, b"a." * 3000, b'"', b"\xff\xfe", b"9" * 5000, "（".encode() * 500)
                )
            case 4:
                del out[at:]
            case _:
                out[at : at + 8] = random.randbytes(8)
    return bytes(out)


_ODD = (None, "", "x", -1, 0, 2**62, 1e300, b"\x00", b"x" * 3000, "{", "[]", "null", '"', "2026-13-45", "\u202e", "9" * 400, b"\x78\x9c")


def _in_tables(data: bytes, random: Random) -> bytes:
    """The database with values of some rows exchanged for odd ones, so that the injury gets past the pages of the file."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        path = Path(place) / "x.db"
        path.write_bytes(data)
        connection = sqlite3.connect(path)
        with contextlib.suppress(sqlite3.Error):
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            tables = [
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            ]
            filled = [name for name in tables if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
            for _ in range(random.choice((1, 1, 3))):
                table = random.choice(filled)
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                column: str = random.choice(columns)
                value: object = random.choice(_ODD)
                if random.random() < 0.3:
                    stored = connection.execute(f"SELECT {column} FROM {table} ORDER BY random() LIMIT 1").fetchone()[0]
                    value = _bent(stored, random)
                with contextlib.suppress(sqlite3.Error):
                    connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
            for _, sql in triggers:
                connection.execute(sql)
            connection.commit()
        connection.close()
        return path.read_bytes()


def _bent(stored: object, random: Random) -> object:
    """A stored value with one byte or character changed."""
    if isinstance(stored, bytes) and stored:
        at = random.randrange(len(stored))
        return stored[:at] + bytes((stored[at] ^ 1 << random.randrange(8),)) + stored[at + 1 :]
    if isinstance(stored, str) and stored:
        at = random.randrange(len(stored))
        return stored[:at] + random.choice('0"{}x一') + stored[at + 1 :]
    return stored


def use(kind: str, path: Path) -> object:
    """What the program does with such a file."""
    match kind:
        case "roster.csv" | "roster.xlsx":
            from auditor.season import read_roster

            return read_roster(path)
        case "template.docx":
            from auditor.render.letters.template import open_template

            return open_template(path, ())
        case "reply.docx":
            from auditor.deliver.returned import read_returned

            return read_returned(path.read_bytes(), path.name)
        case "auditor.toml":
            from auditor.rulebook.config import load_config

            return load_config(path)
        case "waivers.toml":
            from auditor.rulebook.config import load_waivers

            return load_waivers(path)
        case "pack.toml":
            from auditor.rulebook import load_rulebook

            return load_rulebook((path,))
        case "results.json":
            from auditor.cli.rendered import load_baseline

            return load_baseline(path)
        case "draft.docx":
            from auditor.pipeline import extract_file
            from tests.fuzz.inputs import rulebook

            return extract_file(path, rulebook()).status
        case "book.db":
            return _use_book(path)
        case "part.jsonl":
            return _use_part(path)
        case "reply.xlsx":
            return _use_workbook(path)
        case "season.db":
            return _use_season(path)
        case _:
            from auditor import office

            return office.restore(path, path.parent / "restored")


def _use_book(path: Path) -> object:
    import auditor

    folder = path.parent
    report = _one_report(folder)
    with auditor.open_ledger(path, create=False) as ledger:
        return auditor.audit(report, ledger=ledger).to_json()


def _use_part(path: Path) -> object:
    from auditor.ledger import Ledger
    from auditor.model.settings import Settings
    from auditor.render.json_v1 import check_json
    from auditor.scale.reduce import reduce_parts
    from tests.fuzz.inputs import rulebook

    with Ledger(path.parent / "run.db") as ledger:
        done = reduce_parts(ledger, [(path.name, path)], rulebook(), Settings(), full=True)
        return check_json(done.result, rulebook().words, "zh")


def _use_workbook(path: Path) -> object:
    """Read back into its season. The worker of :func:`read_in_worker` is this process."""
    from auditor import office
    from auditor.deliver import readback
    from tests.fuzz.inputs import rulebook

    def here(function, place, *arguments):  # type: ignore[no-untyped-def]
        try:
            return function(place.read_bytes(), *arguments)
        except MemoryError:
            raise
        except Exception:
            return None  # as a worker whose task raised

    folder = path.parent / "season"
    folder.mkdir()
    (folder / office.STORE_NAME).write_bytes(good("season.db"))
    kept, readback.read_in_worker = readback.read_in_worker, here  # type: ignore[attr-defined,assignment]
    try:
        with office.open_season(folder) as store:
            return readback.import_workbook(store, path, rulebook())
    finally:
        readback.read_in_worker = kept  # type: ignore[attr-defined]


def _use_season(path: Path) -> object:
    """All that is shown of a season, and a change to it."""
    from auditor import office
    from tests.fuzz.inputs import rulebook

    folder = path.parent / "season"
    folder.mkdir()
    shutil.move(path, folder / office.STORE_NAME)
    with office.open_season(folder, who="甲") as store:
        rows = office.findings(store, _TODAY)
        for look in (office.notices, office.replies, office.rounds, office.settings, office.versions, office.readings, office.last_round):
            look(store)
        for look_today in (office.agencies, office.todo, office.counts):
            look_today(store, _TODAY)
        store.log()
        office.season_result(store, rulebook().words, "zh", _TODAY)
        if rows:
            office.set_finding(store, rows[0].key, note="看过")
            office.history(store, rows[0].key)
        return office.undo(store)


def state_of(item: Item) -> str:
    """``taken`` or ``refused``; anything else raises."""
    random = Random(f"{item.seed} {item.kind} {item.number}")
    data = harmed(item.kind, random)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / item.kind
        path.write_bytes(data)
        try:
            use(item.kind, path)
        except AuditorError as error:
            return f"refused: {type(error).__name__}"
        return "taken:"


def is_package(data: bytes) -> bool:
    """Whether these bytes are a zip."""
    return zipfile.is_zipfile(io.BytesIO(data))
