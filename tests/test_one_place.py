"""Each piece of knowledge about the form is held in one place. A row of this file for each kind of knowledge; exceptions have their reason.

That no layout, row, column, group or label stands in code is held by ``tests/forms/test_no_form_in_code.py``; the shape of a table by
``tests/forms/test_axes.py``; that registered functions and coded cards belong together by ``tests/test_rulebook.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.rulebook import load_rulebook

PACKAGE = Path(__file__).resolve().parents[1] / "auditor"
RULES = PACKAGE.parent / "rules"

ENUMERATORS = {
    "bind/sections.py": "a bracketed number whose brackets another program turned",
    "bind/split.py": "the first section of a further report",
    "check/coded/a.py": "points listed inside a sentence (一是, 其次)",
    "check/coded/f_drafting.py": "points listed inside a sentence",
    "check/coded/f_wording.py": "order of second-level headings",
    "read/ended.py": "where a text breaks off",
    "read/html/walk.py": "lines that a page joins with spaces",
    "read/pdf/furniture.py": "page numbers",
    "read/pdf/paragraphs.py": "which lines of a page begin a paragraph",
    "read/pdf/pieces.py": "row labels cut by ruling lines",
    "read/pdf/stitch.py": "row labels cut by a page end",
    "read/raised.py": "marks of notes",
    "read/text/lines.py": "which lines of a text begin a paragraph",
    "read/text/separated.py": "headings between tables without lines",
}
"""File → what other question it asks of a number at the beginning than ``text/tokens.py`` answers. The list only gets shorter."""

BY_ID = {
    "check/engine.py": "A-01: a file without a table is not asked about its cells",
    "season/group.py": "T4-06, T4-07: rules on one report that several years decide better",
    "season/wide.py": "H-01: agencies without any report have no report to run it over",
}
"""File → which rules it treats by id."""


def sources(*folders: str) -> dict[str, str]:
    places = [PACKAGE / folder for folder in folders] or [PACKAGE]
    found = [path for place in places for path in place.rglob("*.py")]
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(found)}


def holding(pattern: str, *folders: str) -> set[str]:
    expression = re.compile(pattern, re.MULTILINE)
    return {name for name, text in sources(*folders).items() if expression.search(text)}


def test_what_begins_with_a_number() -> None:
    """``text/tokens.py`` knows chapters, headings of three levels and numbered labels; readers ask their own questions of a line."""
    begins = r"[一1](?:二三四五六七八九十)?[^\n]{0,30}[、.．)）][^\n]{0,12}(?:\"|\]|\|)"
    own = {name for name in holding(begins) & holding("一二三四五六七八九十|\\[一1\\]") if name != "text/tokens.py"}
    assert own - {"text/numerals.py", "season/similarity.py", "check/narrative/numbers.py", "check/narrative/tokens.py"} <= set(ENUMERATORS)


def test_what_is_a_figure_in_a_cell() -> None:
    """``text/tokens.py`` alone turns the print of a cell into a number; the binder makes none of its own."""
    assert holding(r"\bDecimal\(", "bind") == set()
    assert holding(r"^def (?:read_cell|is_number)\b") == {"text/tokens.py"}


def test_mending_a_cut_label() -> None:
    """``bind/labels.py`` alone tries where a text may be split; every repair asks it."""
    assert holding(r"\[:at\]\)?,? .*\[at:\]", "bind") - {"bind/labels.py"} == set()
    assert {"bind/repair.py", "bind/streams.py"} <= holding("from auditor.bind.labels import")


@pytest.mark.parametrize(
    "user", ["bind/axes.py", "bind/tables.py", "bind/single.py", "render/form/grid.py", "render/form/xlsx.py", "check/blanks.py"]
)
def test_geometry_of_a_table(user: str) -> None:
    """Trees and totals of a table are drawn by ``model/axes.py``; who needs the shape asks there."""
    assert "from auditor.model.axes import" in sources()[user]
    assert holding(r"def (?:row_tree|column_tree|leaves_under|column_totals|row_totals)\b") == {"model/axes.py"}


def test_applicants_and_blocks() -> None:
    """Named sets of the form: the code names one applicant only to set apart what the prose calls organisations."""
    # A rule may name the three cells it is about.
    members = r"\"(?:commercial|research|social|legal_service|other_org)\"|after_review_(?:upheld|corrected|other|pending)"
    assert holding(members) == {"check/coded/c_claims.py"}


def test_which_reports_a_rule_applies_to() -> None:
    """Dates and needs on the card, never a list of forms."""
    cards = "\n".join(path.read_text(encoding="utf-8") for path in sorted((RULES / "packs").glob("*.toml")))
    assert re.search(r"(?m)^eras\s*=", cards) is None
    assert all(not rule.eras for rule in load_rulebook().rules)


def test_which_function_a_rule_runs() -> None:
    """One registry for the rules of all levels; what treats a rule by its id is named above."""
    assert holding(r"^REGISTRY: Final") == {"check/registry.py"}
    by_id = holding(r"rule\.id (?:==|in|!=) [\"(]", "check", "season", "bind", "batch", "pipeline")
    assert by_id <= set(BY_ID), "a rule that is treated by its id is forgotten when another is added"


def test_columns_of_a_stored_reading() -> None:
    """``ledger/schema.py`` declares them; what is written and taken out asks there (``tests/ledger/test_versions.py``)."""
    assert holding(r"agency_kind[^\n]{0,40}year[^\n]{0,20}era") == {"ledger/schema.py"}
