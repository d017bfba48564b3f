"""Pictures inside Word files: where one holds a table or text, its blocks stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from auditor.errors import ReadError
from auditor.model.document import Block, Cell, Document, Table
from auditor.model.source import Location, Problem, Source
from auditor.read.docx.reader import placeholder, read_with_pictures
from auditor.read.ocr.document import decode
from auditor.read.ocr.page import read_page
from auditor.read.ocr.recogniser import load
from auditor.read.pdf.assemble import assemble
from auditor.read.pdf.marks import Marks

MAX_PICTURES: Final = 30
_LEAST: Final = 20  # characters from which a picture without a table holds text; seals and logos have fewer
_PLACE: Final = re.compile("\ufffc(\\d+)\ufffc")


def read_docx_pictures(data: bytes, source: Source) -> Document:
    """The document of a Word file with its pictures of tables and text recognised. Raises what :func:`read_docx` raises."""
    document, pictures = read_with_pictures(data, source)
    found: dict[str, tuple[Block, ...]] = {}
    for index, (image, width) in enumerate(pictures):
        found[placeholder(index)] = _recognised(image, width, source) if index < MAX_PICTURES else ()
    read = sum(1 for blocks in found.values() if blocks)
    tables = sum(1 for blocks in found.values() if any(isinstance(block, Table) for block in blocks))
    problems = list(document.problems)
    if read:
        problems.append(Problem(code="READ-OCR-PICTURE", details={"count": str(read)}))
    return msgspec.structs.replace(
        document,
        engine="docx+ocr" if read else document.engine,
        blocks=tuple(_numbered(_placed(document.blocks, found))),
        images=max(0, document.images - tables),
        problems=tuple(problems),
    )


def _recognised(image: bytes, width: float, source: Source) -> tuple[Block, ...]:
    """The blocks of a picture; none for what cannot be decoded or holds no text."""
    try:
        picture = decode(image, width)
    except ReadError:
        return ()
    blocks = assemble(Marks(pages=[read_page(picture, 1, load()).page]), source, "ocr").blocks
    if any(isinstance(block, Table) for block in blocks):
        return blocks
    return blocks if sum(len(block.text) for block in blocks if not isinstance(block, Table)) >= _LEAST else ()


def _placed(blocks: Sequence[Block], found: dict[str, tuple[Block, ...]]) -> Iterator[Block]:
    """The blocks with what was found in the pictures in their places."""
    for block in blocks:
        if isinstance(block, Table):
            yield _without_places(block)
            inside = [mark for cell in block.cells for mark in _PLACE.findall(cell.text)]
        elif _PLACE.fullmatch(block.text.strip()):
            inside = _PLACE.findall(block.text)
        else:
            yield block
            continue
        for mark in inside:
            for new in found.get(placeholder(int(mark)), ()):
                yield _anchored(new, block.location.anchor)


def _without_places(table: Table) -> Table:
    if not any(_PLACE.search(cell.text) for cell in table.cells):
        return table
    cells = tuple(msgspec.structs.replace(cell, text=_PLACE.sub("", cell.text).strip()) for cell in table.cells)
    return msgspec.structs.replace(table, cells=cells)


def _anchored(block: Block, anchor: str | None) -> Block:
    """A recognised block with the place of its picture in the file."""
    if not isinstance(block, Table):
        return msgspec.structs.replace(block, location=Location(anchor=anchor))
    cells = tuple(
        msgspec.structs.replace(cell, location=Location(row=cell.row + 1, column=cell.column + 1, anchor=anchor)) for cell in block.cells
    )
    return msgspec.structs.replace(block, cells=cells, location=Location(anchor=anchor))


def _numbered(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks with tables and paragraphs numbered anew in reading order."""
    tables = paragraphs = 0
    for block in blocks:
        if isinstance(block, Table):
            tables += 1
            yield msgspec.structs.replace(
                block,
                location=msgspec.structs.replace(block.location, table=tables),
                cells=tuple(_in_table(cell, tables) for cell in block.cells),
            )
        else:
            paragraphs += 1
            place = msgspec.structs.replace(block.location, paragraph=paragraphs)
            yield msgspec.structs.replace(block, location=place)


def _in_table(cell: Cell, table: int) -> Cell:
    return msgspec.structs.replace(cell, location=msgspec.structs.replace(cell.location, table=table))
