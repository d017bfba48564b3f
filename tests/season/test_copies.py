"""Pairs and clusters of copied text and equal tables (F-09, H-10): known again when late reports enlarge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.settings import Settings
from auditor.season import audit_season
from auditor.season.similarity import SectionMarks, told_by
from tests.check.tables import BOOK
from tests.check.whole import printed, table3
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import Prose
from tests.lab.mutate import change_section

TEXT = (
    "窗口人员对新流程还不熟悉，告知书的格式前后不一。",
    "栏目只有一人维护，节假日之后更新常常落后几天。",
    "图解偏少，群众查找较早的通知时要绕路，检索框也不认简称。",
    "明年安排两人轮值，每月抽查一次栏目，把结果写进例会纪要。",
    "内部流转单写明各科室的时限，退件须注明理由，避免来回往复。",
)


def of(name: str, text: Sequence[str], granted: int, path: str) -> Audit:
    """A report with this text in section five and this number in table 3."""
    plan = printed(table3(granted={"natural_person": granted, "legal_business": 2, "legal_research": 3}))
    plan = change_section(plan, "s5_problems", lambda section: replace(section, prose=(Prose("".join(text)),)))
    report = bind(to_document(plan), BOOK)
    source = msgspec.structs.replace(report.source, path=path, sha256=path.encode().hex().ljust(64, "0")[:64])
    return check(msgspec.structs.replace(report, source=source, agency=name), BOOK, Settings())


def found(audits: Sequence[Audit], about: str) -> list[Finding]:
    """What is said of copies of this section or table."""
    return [entry for entry in audit_season(audits, BOOK).findings if entry.rule in ("F-09", "H-10") and about in entry.message]


def test_a_pair_of_texts_keeps_its_id_when_further_agencies_have_it_too() -> None:
    pair = [of("青山市水务局", TEXT, 5, "b/1.docx"), of("临河县教育局", TEXT, 6, "b/2.docx")]
    about = "存在的主要问题"
    one = found(pair, about)
    assert [(entry.rule, len(entry.agencies)) for entry in one] == [("F-09", 2)]
    # Before the others by path and by name, with a sentence of its own.
    late = of("安吉县民政局", (*TEXT, "下半年走访街道。"), 7, "a/0.docx")
    grown = found([late, *pair], about)
    assert [(entry.rule, len(entry.agencies)) for entry in grown] == [("H-10", 3)]
    again = found([of("安吉县民政局", TEXT, 7, "a/0.docx"), *pair], about)
    assert {entry.id for entry in (*one, *grown, *again)} == {one[0].id}
    assert found([pair[1], pair[0]], about)[0].id == one[0].id


def test_a_cluster_of_equal_tables_keeps_its_id() -> None:
    names = ("安吉县民政局", "青山市水务局", "临河县教育局", "白塔区民政局")
    audits = [of(name, TEXT[number:], 5, f"{number}.docx") for number, name in enumerate(names)]
    three, four = found(audits[1:], "表三"), found(audits, "表三")
    assert [(entry.rule, len(entry.agencies)) for entry in (*three, *four)] == [("H-10", 3), ("H-10", 4)]
    assert three[0].id == four[0].id


def test_two_clusters_with_a_sentence_in_common_are_two() -> None:
    """What stands in both tells neither apart, also where it is their longest."""
    marks = {place: SectionMarks(prints=prints, lengths=lengths) for place, (prints, lengths) in enumerate([
        ((1, 2, 3), (20, 30, 99)), ((1, 2, 3), (20, 30, 99)), ((4, 5, 3), (20, 30, 99)), ((4, 5, 3), (20, 30, 99)),
    ])}  # fmt: skip
    assert told_by([(0, 1), (2, 3)], marks) == [2, 5]
    assert told_by([(0, 1)], marks) == [3]
