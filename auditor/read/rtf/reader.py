"""Paragraphs and tables of a rich text file in reading order."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import Final

from auditor.errors import LimitError
from auditor.model.document import Document, Residue
from auditor.model.source import Problem, Source
from auditor.read.doc.rows import DocRow, Shape, grid_of
from auditor.read.limits import BYTES_PER_GROUP, DOC_CHARS, RTF_DEPTH, RTF_GROUPS, RTF_PARAGRAPHS, TABLE_DEPTH
from auditor.read.pieces import Para, Piece, to_blocks
from auditor.read.raised import is_note_mark
from auditor.read.rtf.tokens import RtfToken, tokens

_SKIPPED: Final = frozenset({
    "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote",
    "fldinst", "datafield", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping", "latentstyles",
    "datastore", "xmlnstbl", "mmathPr", "nonesttables", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "aftncn", "ftncn", "objdata",
    "objclass", "sp", "bkmkstart", "bkmkend", "pgptbl", "revtbl", "atnid", "atnref", "atntime", "atndate", "atnicn", "shppict",
    "nonshppict", "private", "wgrffmtfilter", "filetbl", "template", "title", "subject", "manager", "company", "operator", "category",
    "keywords", "comment", "doccomm", "creatim", "revtim", "printim", "buptim", "hlinkbase", "upr",
})  # fmt: skip
# Destinations marked as optional that hold text of the page all the same.
_KEPT: Final = frozenset({"shpinst", "shptxt", "nesttableprops", "ud", "annotation", "author", "atnauthor"})
_SIGNS: Final = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
_WORDS: Final = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
}  # fmt: skip
_CHARSETS: Final = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 204: "cp1251", 238: "cp1250"}
_HEADING: Final = re.compile(r"\bheading ([1-9])\b", re.IGNORECASE)
_RAISED_FROM: Final = 4
"""Half-points by which a character is raised that is a note."""
_CHINESE: Final = frozenset({2052, 4100})
_SHORT_CELL: Final = 3
"""Paragraphs of a cell that holds no running text."""
_TINY: Final = 2
"""Half-points below which nobody reads a character."""
_WHITE: Final = 250


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and its end restores. ``into`` names the destination whose text is gathered."""

    into: str = "body"
    skip: int = 1
    font: int | None = None
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    struck: bool = False
    raised: bool = False
    white: bool = False
    shaded: bool = False
    in_table: bool = False
    depth: int = 0
    level: int = 0
    style: int | None = None


@dataclass(slots=True)
class _Open:
    """A table being read and the row that is not yet complete."""

    number: int
    rows: list[DocRow] = field(default_factory=list)
    cells: list[list[Piece]] = field(default_factory=list)
    cell: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class _RowSettings:
    """The row's left edge and right edges of cells in twips, with the merge flags of :class:`Shape`; ``flag`` for the next cell."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    flag: int = 0
    shaded: bool = False


def read(data: bytes, source: Source) -> Document:
    """The document of a rich text file. Raises :class:`LimitError`."""
    return _Reader().document(data, source)


class _Reader:
    """State of one reading."""

    def __init__(self) -> None:
        self.state = _State()
        self.stack: list[_State] = []
        self.page = "cp1252"
        self.chinese = False
        self.fonts: dict[int, int] = {}
        self.raw = bytearray()
        self.text: list[str] = []
        self.raised: list[str] = []
        self.ink = False
        self.gathered: dict[str, list[str]] = {}
        self.to_skip = 0
        self.optional = False
        self.pieces: list[Piece] = []
        self.open: list[_Open] = []
        self.rows = {"body": _RowSettings(), "nesttableprops": _RowSettings()}
        self.tables = self.paragraphs = self.groups = self.chars = self.images = 0
        self.residues: list[Residue] = []
        self.noted = ("", -1)
        self.styles: dict[int, int] = {}
        self.colours: list[tuple[int, ...]] = []
        self.mix: dict[str, int] = {}

    def document(self, data: bytes, source: Source) -> Document:
        allowed = max(RTF_GROUPS, len(data) // BYTES_PER_GROUP)
        for token in tokens(data):
            self.groups += token.kind == "open"
            if self.groups > allowed:
                raise LimitError("READ-LIMIT", limit="groups", allowed=str(allowed))
            self._take(token)
            if self.paragraphs > RTF_PARAGRAPHS:
                raise LimitError("READ-LIMIT", limit="paragraphs", allowed=str(RTF_PARAGRAPHS))
        self._flush()
        if "".join(self.text).strip():
            self._end_paragraph()
        if self.stack:
            self._drop_half_row()
        self._close(0)
        cut = (Problem(code="READ-TRUNCATED", details={"what": "rtf"}),) if self.stack else ()
        return Document(
            source=source, engine="rtf", blocks=to_blocks(self.pieces), images=self.images, residues=tuple(self.residues), problems=cut
        )

    def _drop_half_row(self) -> None:
        """Leave out the row in which a cut file ends: what tells where its cells stand may come behind them. Running text stays."""
        for table in self.open:
            cells = [*table.cells, table.cell]
            if all(len(cell) <= _SHORT_CELL and all(isinstance(piece, Para) for piece in cell) for cell in cells):
                table.cells, table.cell = [], []

    def _take(self, token: RtfToken) -> None:
        if token.kind == "text":
            if self.to_skip and token.escaped:
                self.to_skip -= 1
                return
            data = token.data
            if self.to_skip:
                data, self.to_skip = data[self.to_skip :], max(0, self.to_skip - len(data))
            self.raw += data
            return
        if token.kind == "word" and self.to_skip and token.name != "u":
            self.to_skip -= 1
            return
        self.to_skip = 0
        if token.kind == "word" and token.name == "u":
            self._flush()
            self._write(chr((token.number or 0) & 0xFFFF))
            self.to_skip = self.state.skip
            return
        self._flush()
        if token.kind == "open":
            if len(self.stack) >= RTF_DEPTH:
                raise LimitError("READ-LIMIT", limit="group depth", allowed=str(RTF_DEPTH))
            self.stack.append(self.state)
            self.optional = False
        elif token.kind == "close":
            self._end_group()
        elif token.kind == "sign":
            if token.name == "*":
                self.optional = True
            elif token.name in "\r\n":
                self._end_paragraph()
            elif token.name in _SIGNS:
                self._write(_SIGNS[token.name])
        else:
            optional, self.optional = self.optional, False
            self._word(token.name, token.number, optional)

    def _word(self, name: str, number: int | None, optional: bool) -> None:
        state = self.state
        if state.into == "colortbl":
            self.mix[name] = number or 0
        elif name in _KEPT or name in ("colortbl", "listtext", "pntext", "fonttbl", "stylesheet", "object", "result", "info"):
            self._destination(name)
        elif name in _SKIPPED or (optional and name not in ("objectclass",)):
            if name == "pict":
                self.images += state.into == "body"
                self.ink = self.ink or state.into == "body"
            self.state = replace(state, into="" if name != "upr" or state.into != "body" else "upr")
        elif state.into == "fonttbl":
            if name == "f":
                self.state = replace(state, font=number)
            elif name == "fcharset" and state.font is not None:
                self.fonts[state.font] = number or 0
        elif state.into == "stylesheet":
            if name == "s":
                self.state = replace(state, style=number)
            elif name == "outlinelevel" and state.style is not None:
                self.styles[state.style] = _level(number or 0)
        elif name == "ansicpg":
            self.page = _known(f"cp{number}" if number != 936 else "gb18030") or self.page
        elif name in ("deflangfe", "deflang"):
            self.chinese = self.chinese or number in _CHINESE
        elif name == "uc":
            self.state = replace(state, skip=max(0, min(number or 0, 10)))
        elif name == "f":
            self.state = replace(state, font=number)
        elif name in ("v", "deleted", "revised"):
            on = number != 0
            if name == "v":
                self.state = replace(state, hidden=on)
            else:
                self.state = replace(state, deleted=on) if name == "deleted" else replace(state, inserted=on)
        elif name in ("strike", "striked"):
            self.state = replace(state, struck=number != 0)
        elif name in ("super", "sub", "nosupersub"):
            self.state = replace(state, raised=name != "nosupersub" and number != 0)
        elif name in ("up", "dn"):
            self.state = replace(state, raised=(number if number is not None else 6) >= _RAISED_FROM)
        elif name == "cf":
            self.state = replace(state, white=self._is_white(number))
        elif name in ("cb", "chcbpat", "highlight", "cbpat", "chshdng", "shading"):
            self.state = replace(state, shaded=bool(number) and not self._is_white(number))
        elif name == "fs":
            self.state = replace(state, hidden=state.hidden or 0 < (number or 24) <= _TINY)
        elif name == "plain":
            self.state = replace(state, hidden=False, deleted=False, inserted=False, struck=False, raised=False, white=False, shaded=False)
        elif state.into not in ("body", "nesttableprops"):
            if name in _WORDS:
                self._write(_WORDS[name])
        elif name in _WORDS:
            self._write(_WORDS[name])
        else:
            self._layout(name, number or 0)

    def _is_white(self, number: int | None) -> bool:
        """Whether a colour of the file's table is white."""
        return number is not None and 0 <= number < len(self.colours) and min(self.colours[number], default=0) >= _WHITE

    def _destination(self, name: str) -> None:
        if name in ("shpinst", "shptxt", "object", "result"):
            return
        if name == "ud":
            self.state = replace(self.state, into="body" if self.state.into == "upr" else self.state.into)
        elif self.state.into:
            self.state = replace(self.state, into=name)
            self.gathered[name] = []

    def _layout(self, name: str, number: int) -> None:
        state = self.state
        if name in ("par", "sect", "page"):
            self._end_paragraph()
        elif name == "pard":
            self.state = replace(state, in_table=False, depth=0, level=0)
        elif name == "intbl":
            self.state = replace(state, in_table=True)
        elif name == "itap":
            if number > TABLE_DEPTH:
                raise LimitError("READ-LIMIT", limit="table depth", allowed=str(TABLE_DEPTH))
            self.state = replace(state, depth=number, in_table=state.in_table or number > 0)
        elif name == "outlinelevel":
            self.state = replace(state, level=_level(number))
        elif name == "s":
            self.state = replace(state, level=self.styles.get(number, 0))
        elif name in ("cell", "nestcell"):
            self._end_cell(1 if name == "cell" else max(2, state.depth))
        elif name in ("row", "nestrow"):
            self._end_row(1 if name == "row" else max(2, len(self.open)))
        elif name in ("clcbpat", "clcfpat", "trcbpat"):
            self.rows[state.into].shaded |= bool(number) and not self._is_white(number)
        elif name == "trowd":
            self.rows[state.into] = _RowSettings()
        elif name == "trleft":
            self.rows[state.into].left = number
        elif name == "cellx":
            row = self.rows[state.into]
            row.edges.append(number)
            row.flags.append(row.flag)
            row.flag = 0
        elif name in ("clmgf", "clmrg", "clvmgf", "clvmrg"):
            self.rows[state.into].flag |= {"clmgf": 1, "clmrg": 2, "clvmgf": 0x60, "clvmrg": 0x20}[name]

    def _end_group(self) -> None:
        before = self.state
        if not self.stack:
            return
        self.state = self.stack.pop()
        after = self.state
        if before.into != after.into and before.into in self.gathered:
            words = _joined("".join(self.gathered.pop(before.into)))
            if before.into in ("listtext", "pntext") and after.into == "body":
                number = words.strip()
                if any(char.isalnum() for char in number):
                    self._write(number + (" " if number[-1].isalnum() else ""))
            elif before.into == "annotation" and words.strip():
                self.residues.append(Residue(kind="comment", text=words.strip()))
            elif before.into in ("author", "atnauthor") and words.strip():
                self.residues.append(Residue(kind="author", text=words.strip()))
        elif before.into == after.into == "stylesheet":
            if (match := _HEADING.search("".join(self.gathered["stylesheet"]))) and before.style is not None:
                self.styles.setdefault(before.style, int(match[1]))
            self.gathered["stylesheet"].clear()
        elif before.into == after.into == "body":
            # Paragraph and table settings outlast a group that holds only text.
            self.state = replace(after, in_table=before.in_table, depth=before.depth, level=before.level)

    def _flush(self) -> None:
        if not self.raw:
            return
        data = bytes(self.raw)
        self.raw.clear()
        self._write(data.decode("ascii") if data.isascii() else self._decoded(data))

    def _decoded(self, data: bytes) -> str:
        charset = self.fonts.get(self.state.font if self.state.font is not None else -1, 0)
        name = _CHARSETS.get(charset, self.page)
        if name == "cp1252" and self.chinese:
            try:
                return data.decode("gb18030")
            except UnicodeDecodeError:
                pass
        return data.decode(name, "replace")

    def _write(self, text: str) -> None:
        state = self.state
        self.chars += len(text)
        if self.chars > DOC_CHARS:
            raise LimitError("READ-LIMIT", limit="characters", allowed=str(DOC_CHARS))
        if state.into == "colortbl":
            for _ in range(text.count(";")):
                self.colours.append(tuple(self.mix.get(name, 0) for name in ("red", "green", "blue")) if self.mix else ())
                self.mix = {}
        elif state.into in self.gathered:
            self.gathered[state.into].append(text)
        elif state.into != "body":
            return
        elif state.hidden or state.deleted or (state.white and not state.shaded and not self.rows["body"].shaded):
            self._note("deletion" if state.deleted and not state.hidden else "hidden", text)
        else:
            if state.inserted:
                self._note("insertion", text)
            if state.struck:
                self.ink = self.ink or bool(text.strip())
            elif state.raised:
                self.raised.append(text)
            else:
                if self.raised:
                    self._settle()
                self.text.append(text)

    def _settle(self) -> None:
        """Raised text is a note mark behind what it marks, and else part of the line."""
        text, self.raised = "".join(self.raised), []
        if not is_note_mark(text.strip(), _joined("".join(self.text))):
            self.text.append(text)

    def _note(self, kind: str, text: str) -> None:
        """Words beside the text; what follows without a break is one residue."""
        if self.noted == (kind, len(self.text)) and self.residues:
            self.residues[-1] = Residue(kind=kind, text=self.residues[-1].text + text)  # type: ignore[arg-type]
        elif text.strip():
            self.residues.append(Residue(kind=kind, text=text.lstrip()))  # type: ignore[arg-type]
        self.noted = (kind, len(self.text) + (kind == "insertion"))

    def _para(self) -> Para:
        self.paragraphs += 1
        if self.raised:
            self._settle()
        text = _joined("".join(self.text))
        ink, self.ink = self.ink, False
        self.text = []
        return Para(text, f"p{self.paragraphs}", self.state.level if text.strip() else 0, ink=ink)

    def _end_paragraph(self) -> None:
        if self.state.into != "body":
            if self.state.into in self.gathered:
                self.gathered[self.state.into].append("\n")
            return
        para = self._para()
        self._reach(max(1, self.state.depth) if self.state.in_table else 0)
        (self.open[-1].cell if self.open else self.pieces).append(para)

    def _reach(self, depth: int) -> None:
        self._close(depth)
        while len(self.open) < depth:
            self.tables += 1
            self.open.append(_Open(self.tables))

    def _end_cell(self, depth: int) -> None:
        para = self._para()
        self._reach(depth)
        table = self.open[-1]
        table.cells.append([*table.cell, para])
        table.cell = []

    def _end_row(self, depth: int) -> None:
        self._reach(depth)
        table = self.open[-1]
        if "".join(self.text).strip():
            self._end_cell(depth)
        row = self.rows["nesttableprops" if depth > 1 else "body"]
        shape = Shape([min(row.left, row.edges[0]), *row.edges], list(row.flags)) if row.edges else None
        table.rows.append(DocRow(shape, table.cells))
        table.cells, table.cell = [], []

    def _close(self, depth: int) -> None:
        while len(self.open) > depth:
            table = self.open.pop()
            if table.cell:
                table.cells.append(table.cell)
            if table.cells:
                table.rows.append(DocRow(None, table.cells))
            if table.rows:
                grid = grid_of(table.rows, f"tbl{table.number}")
                (self.open[-1].cell if self.open else self.pieces).append(grid)


def _level(outline: int) -> int:
    """Outline level of the file (0 to 8, 9 for body text) → heading level from 1, 0 for none."""
    return outline + 1 if 0 <= outline < 9 else 0


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _known(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
