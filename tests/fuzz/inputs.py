"""The inputs of a fuzzing run: ``(kind, number, seed)`` names one, and always the same one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from auditor.model.rulebook import Rulebook
from tests.fuzz.bytes_of import BEGINNINGS, MARKUP, ODD_BYTES, PLAIN, Mutation, in_package
from tests.fuzz.hostile import FILES, sized

_DOCS = Path(__file__).resolve().parents[1] / "read" / "doc" / "files"
SUFFIX = {
    "text": "txt",
    "docx": "docx",
    "html": "html",
    "pdf": "pdf",
    "xlsx": "xlsx",
    "mht": "mht",
    "zip": "zip",
    "rtf": "rtf",
    "doc": "doc",
    "ofd": "ofd",
}
KINDS = (*SUFFIX, "sniff", "document", "season", "hostile")
_PACKAGES = ("docx", "xlsx", "ofd", "zip")


@dataclass(frozen=True, slots=True)
class Item:
    """One input of a run."""

    kind: str
    number: int
    seed: int


def data_of(item: Item) -> tuple[str, bytes]:
    """Name and bytes of an input. Not for the kind ``document``, which has no bytes."""
    random = Random(f"{item.seed} {item.kind} {item.number}")
    if item.kind == "hostile":
        name = sorted(FILES)[item.number % len(FILES)]
        return f"{name}.bin", sized(name, random) if item.number >= len(FILES) else FILES[name]()
    if item.kind == "sniff":
        return f"x{random.choice(('', '.pdf', '.docx', '.zip', '.txt', '.doc', '.html', '.xlsx', '.wps', '.'))}", _beginnings(random)
    data = original(item.kind, random.randrange(6))
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_mutations(item.kind))(data, random)
    return f"{item.kind}-{item.number}.{SUFFIX[item.kind]}", data


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """The rule book, loaded once a process."""
    from auditor.rulebook import load_rulebook

    return load_rulebook()


def _beginnings(random: Random) -> bytes:
    """A file made of the beginnings of several kinds, to be told apart by their bytes."""
    pieces = [random.choice((*ODD_BYTES, *BEGINNINGS)) for _ in range(random.randrange(1, 9))]
    return b"".join(piece * random.choice((1, 1, 2, 60)) for piece in pieces) + random.randbytes(random.choice((0, 5, 600)))


def _mutations(kind: str) -> tuple[Mutation, ...]:
    if kind in _PACKAGES:
        return (in_package, in_package, in_package, in_package, *PLAIN[:2])
    if kind in ("text", "html", "mht", "rtf"):
        return (*MARKUP, *PLAIN)
    return PLAIN


@lru_cache(maxsize=100)
def original(kind: str, variant: int) -> bytes:
    """An undamaged file of this kind."""
    if kind == "doc":
        files = sorted(_DOCS.glob("*.doc"))
        return files[variant % len(files)].read_bytes()
    if kind == "ofd":
        from tests.read.test_ofd import package, table_marks

        return package(table_marks())
    if kind == "rtf":
        return _rtf(variant)
    from tests.lab.variants import make_case

    case = make_case(variant, 5, kind)
    assert case.render is not None
    return case.render(case.plan)


def _rtf(variant: int) -> bytes:
    """A report as rich text: paragraphs and tables with cells at even steps."""
    from auditor.model.document import Table
    from tests.lab.compose import balanced_plan
    from tests.lab.compose.memory import to_document

    def escaped(text: str) -> str:
        return "".join(char if char.isascii() and char not in "\\{}" else f"\\u{ord(char)}?" for char in text)

    parts = ["{\\rtf1\\ansi\\ansicpg936 "]
    for block in to_document(balanced_plan(variant, ("layout_2021", "layout_2019")[variant % 2])).blocks:
        if not isinstance(block, Table):
            parts.append(f"\\pard {escaped(block.text)}\\par\n")
            continue
        for row in range(block.rows):
            cells = [cell for cell in block.cells if cell.row == row]
            parts.append("\\trowd" + "".join(f"\\cellx{(cell.column + cell.colspan) * 700}" for cell in cells))
            parts.append("".join(f"\\pard\\intbl {escaped(cell.text)}\\cell " for cell in cells) + "\\row\n")
    return "".join([*parts, "}"]).encode("ascii")
