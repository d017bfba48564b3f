"""What may not be in an output, by kind of file: commands for a terminal, formulas and links that came from outside, active parts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import openpyxl

from tests.hostile.names import HOST

_DIRECTION: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
COMMANDS: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_DIRECTION}]")
"""Characters that a terminal or a program showing text obeys."""
_FORMULA_START: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＠", "＋")
_OWN_FORMULA: Final = re.compile(r"=(?:HYPERLINK\(\"#|COUNTIFS?\(|SUM\(|COUNTA\(|IF\(|SUBTOTAL\(|[A-Z]{1,3}\d+[+\-A-Z0-9]*$)")
_ACTIVE_PART: Final = re.compile(r"vbaProject|externalLink|embeddings/(?!.*\.xlsx$)|activeX|ctrlProps|connections\.xml|queryTable", re.I)
_ACTIVE_FIELD: Final = re.compile(r"DDE|INCLUDE|LINK\b|MACRO|HYPERLINK(?! +\\l)|IMPORT|DATABASE", re.I)


def faults_of(path: Path) -> list[str]:
    """What is wrong with a file that was written; empty where nothing is. Files whose kind holds text as it was (SQLite, Parquet) have none."""
    ending = path.suffix.lower()
    data = path.read_bytes()
    if data[:4] == b"PK\x03\x04":
        return list(_package(data, path.name))
    if ending in (".json", ".sarif"):
        json.loads(data)
    if ending in (".jsonl",):
        for line in data.decode("utf-8").splitlines():
            json.loads(line)
    if ending in (".xml", ".junit", ".svg"):
        ElementTree.fromstring(data)
    if ending in (".json", ".sarif", ".jsonl", ".xml", ".junit", ".csv", ".txt", ".console", ".md", ".html"):
        text = data.decode("utf-8-sig")
        found = [f"character {match[0]!r} in {text[max(0, match.start() - 30) : match.end() + 10]!r}" for match in COMMANDS.finditer(text)]
        return [*found[:5], *(_cells(text) if ending == ".csv" else ())]
    return []


def _cells(text: str) -> Iterator[str]:
    """Cells of a CSV file that a spreadsheet would reckon."""
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            if cell.startswith(_FORMULA_START) and not re.fullmatch(r"[-+]?\d+(?:\.\d+)?%?", cell):
                yield f"a cell that a spreadsheet reckons: {cell[:60]!r}"


def _package(data: bytes, name: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        for part in names:
            if _ACTIVE_PART.search(part):
                yield f"active part {part}"
            if not part.endswith((".xml", ".rels")):
                continue
            content = package.read(part).decode("utf-8")
            ElementTree.fromstring(content)
            if match := COMMANDS.search(content):
                yield f"{part}: character {match[0]!r} in {content[max(0, match.start() - 40) : match.end() + 20]!r}"
            if part.endswith(".rels"):
                yield from (f"{part}: {found}" for found in re.findall(r"<[^>]*TargetMode=\"External\"[^>]*>", content))
            for field in re.findall(r"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)\"", content):
                if _ACTIVE_FIELD.search("".join(field)):
                    yield f"{part}: field {''.join(field)[:60]!r}"
        formulas = any(re.search(rb"<f[ >]", package.read(part)) for part in names if part.startswith("xl/worksheets/sheet"))
    if formulas:
        for sheet in openpyxl.load_workbook(io.BytesIO(data)):
            for row in sheet.iter_rows():
                for cell in row:
                    text = str(cell.value)
                    if cell.data_type == "f" and (not _OWN_FORMULA.match(text) or HOST in text or "cmd" in text):
                        yield f"{sheet.title}!{cell.coordinate}: formula {text[:80]!r}"


def terminal_faults(shown: str) -> list[str]:
    """What a program wrote to a terminal without colours and should not have: all but line ends and what erases and moves on a line of progress."""
    left = re.sub(r"\x1b\[(?:\d*[KAG]|\?25[hl]|(?:[012347](?:;[012347])*)?m)|\r", "", shown)
    return [f"{match[0]!r} in {left[max(0, match.start() - 30) : match.end() + 20]!r}" for match in COMMANDS.finditer(left)][:5]


_ACTIVE_TAGS: Final = (
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "link",
    "base",
    "portal",
    "audio",
    "video",
    "source",
    "track",
    "template",
)
_LOADING: Final = (
    "src",
    "srcset",
    "poster",
    "background",
    "data",
    "lowsrc",
    "dynsrc",
    "ping",
    "formaction",
    "action",
    "codebase",
    "longdesc",
)


def active_parts(page: bytes) -> list[str]:
    """What of a page, as browsers build it, would run, fetch or lead away when it is opened; links that a person follows do not count."""
    from selectolax.lexbor import LexborHTMLParser

    found = []
    for node in LexborHTMLParser(page.decode("utf-8")).css("*"):
        tag, given = str(node.tag).lower(), {name.lower(): value or "" for name, value in node.attributes.items()}
        if tag in _ACTIVE_TAGS or (tag == "meta" and given.get("http-equiv", "").strip().lower() in ("refresh", "set-cookie")):
            found.append(f"<{tag}>")
        if tag == "style" and re.search(r"url\s*\(|@import|image-set|\\", node.text() or "", re.IGNORECASE):
            found.append("a style that loads")
        for name, value in given.items():
            loads = name in _LOADING and not value.startswith("data:image/")
            leads = name.endswith("href") and (
                tag not in ("a", "area") or re.match(r"[\s\x00-\x20]*(?:java|vb)script:|\s*data:", value, re.IGNORECASE)
            )
            styled = name == "style" and re.search(r"url\s*\(|image-set|\\", value, re.IGNORECASE)
            if name.startswith("on") or loads or leads or styled:
                found.append(f"<{tag} {name}={value[:60]!r}>")
    return found
