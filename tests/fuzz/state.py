"""Fuzzing of what is no report: ``python -m tests.fuzz.state --inputs 2000 --seed 1``.

Rosters, templates, settings, waivers, packs, returned notices, ledgers and parts, each a good one with bytes flipped, cut, doubled or
exchanged. Each must be taken or refused in words (an :class:`~auditor.errors.AuditorError`); time is processor time.
"""

from __future__ import annotations

import argparse
import io
import resource
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from auditor.errors import AuditorError
from auditor.supervise import Limits, run

KINDS = ("roster.csv", "roster.xlsx", "template.docx", "auditor.toml", "waivers.toml", "pack.toml", "reply.docx", "book.db", "part.jsonl")
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Item:
    """The ``number``-th input of a kind under a seed."""

    kind: str
    number: int
    seed: int


def good(kind: str) -> bytes:
    """An unharmed one."""
    if kind == "roster.csv":
        return "机关名称,编号,上级,类型\n某县人民政府,1,,政府\n某县财政局,2,1,部门\n某县水务局,3,1,部门\n".encode()
    if kind == "roster.xlsx":
        import openpyxl

        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (("机关名称", "编号"), ("某县财政局", "1"), ("某县水务局", "2")):
            book.active.append(row)
        book.save(out)
        return out.getvalue()
    if kind in ("template.docx", "reply.docx"):
        import docx

        document, out = docx.Document(), io.BytesIO()
        document.add_paragraph("{{agency}}：请于{{deadline}}前整改。")
        table = document.add_table(2, 3)
        for cell, text in zip(table._cells, ("序号", "编号", "反馈", "1", "0123456789abcdef", "已更正"), strict=True):
            cell.text = text
        document.save(out)
        return out.getvalue()
    if kind == "auditor.toml":
        return b'select = ["T3", "F-11"]\nfail_on = "warning"\n[severity]\n"T3-01" = "notice"\n[agency_kind.township]\nignore = ["F"]\n'
    if kind == "waivers.toml":
        return '[[waiver]]\nrule = "T3-01"\nagency = "某县财政局"\nreason = "已说明"\nwho = "李明"\nuntil = 2027-01-31\n'.encode()
    if kind == "pack.toml":
        from auditor.rulefiles import rules_folder

        return (rules_folder() / "packs" / "t4.toml").read_bytes()
    if kind == "book.db":
        from auditor.ledger import Ledger

        with tempfile.TemporaryDirectory() as folder:
            Ledger(Path(folder) / "book.db").close()
            connection = sqlite3.connect(Path(folder) / "book.db")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.close()
            return (Path(folder) / "book.db").read_bytes()
    from auditor.scale.part import Head, Line, Tail, encoded

    return encoded(Head(name="1/1", reader="r", checker="c")) + encoded(Line(path="a.txt")) + encoded(Tail(files=1))


def harmed(data: bytes, random: Random) -> bytes:
    """The bytes with one or two injuries."""
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


def use(kind: str, path: Path) -> object:
    """What the program does with such a file."""
    if kind.startswith("roster"):
        from auditor.season import read_roster

        return read_roster(path)
    if kind == "template.docx":
        from auditor.render.letters.template import open_template

        return open_template(path, ())
    if kind == "reply.docx":
        from auditor.deliver.returned import read_returned

        return read_returned(path.read_bytes(), path.name)
    if kind == "auditor.toml":
        from auditor.rulebook.config import load_config

        return load_config(path)
    if kind == "waivers.toml":
        from auditor.rulebook.config import load_waivers

        return load_waivers(path)
    if kind == "pack.toml":
        from auditor.rulebook import load_rulebook

        return load_rulebook((path,))
    if kind == "book.db":
        from auditor.ledger import Ledger

        with Ledger(path, create=False) as ledger:
            return ledger.reading("x", "y", "z")
    from auditor.scale.part import read_part, require_unchanged

    rows = path.read_bytes().splitlines(keepends=True)
    require_unchanged(path.name, rows)
    return list(read_part(path.name, rows)[1])


def state_of(item: Item) -> str:
    """``taken`` or ``refused``, with the processor time in tenths of a second; anything else raises."""
    random = Random(f"{item.seed} {item.kind} {item.number}")
    data = harmed(good(item.kind), random)
    with tempfile.TemporaryDirectory(prefix="auditor-fuzz-") as folder:
        path = Path(folder) / item.kind
        path.write_bytes(data)
        before = resource.getrusage(resource.RUSAGE_SELF)
        try:
            use(item.kind, path)
            state = "taken"
        except AuditorError:
            state = "refused"
        after = resource.getrusage(resource.RUSAGE_SELF)
    return f"{state} {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.1f}"


def fuzz(
    inputs: int, seed: int, kinds: tuple[str, ...] = KINDS, seen: Callable[[Item, str], None] = lambda item, state: None
) -> list[tuple[Item, str]]:
    """Run them; those that ended in neither way."""
    bad: list[tuple[Item, str]] = []
    items = (Item(kinds[number % len(kinds)], number // len(kinds), seed) for number in range(inputs))
    for item, outcome in run(state_of, items, 1, Limits(seconds=SECONDS, memory=1024**3)):
        seen(item, outcome.value or outcome.kind)
        if outcome.value is None:
            bad.append((item, f"{outcome.kind}: {outcome.detail}"))
    return bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    slowest: dict[str, float] = {}

    def seen(item: Item, state: str) -> None:
        name, _, seconds = state.partition(" ")
        counts[f"{item.kind} {name}"] += 1
        slowest[item.kind] = max(slowest.get(item.kind, 0.0), float(seconds or 0))

    bad = fuzz(given.inputs, given.seed, seen=seen)
    for name, count in sorted(counts.items()):
        print(f"{name:28} {count}")
    for name, seconds in sorted(slowest.items()):
        print(f"{name:28} at most {seconds:.1f} s")
    for item, told in bad:
        print(item, told)


if __name__ == "__main__":
    main()
