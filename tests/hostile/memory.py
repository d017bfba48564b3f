"""Every output over a season whose agencies bear the hostile names, made in memory: no reader takes such a name for an agency's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditor.cli.options import FILE_FORMATS
from auditor.cli.rendered import Extras, Letters, render
from auditor.deliver.folder import Choices, write_season
from auditor.model.result import Result
from auditor.model.settings import InForce, Settings
from auditor.render.brief.docx import brief_docx
from auditor.render.brief.page import brief_html
from auditor.render.brief.xlsx import brief_xlsx
from auditor.render.compiled import compiled_docx, compiled_xlsx, overview_xlsx
from auditor.season.brief import Request, make_brief
from auditor.season.compiled import compile_government
from auditor.season.link import link
from auditor.season.roster import Agency, Roster
from tests.hostile.names import GOVERNMENT, HOSTILE
from tests.support.season import YEAR, not_published, rulebook, season

FORMATS = tuple(name for name in FILE_FORMATS if name != "console")


def hostile_season(names: Sequence[str] = HOSTILE) -> Result:
    """One report for each name, and one more agency that published none."""
    return season(len(names) + 4, names, corpus=[not_published(*names[:3]), not_published(names[-1], rule="H-10")])


def roster(names: Sequence[str] = HOSTILE) -> Roster:
    """The agencies below one government, with a column of the office's own."""
    members = (
        Agency(name=name, kind="department", parent=GOVERNMENT, line=line + 3, extra=((HOSTILE[21], name), ("地区", name)))
        for line, name in enumerate(names)
    )
    return Roster(agencies=(Agency(name=GOVERNMENT, kind="government", line=2), *members), unknown_columns=(HOSTILE[21],))


def from_memory(out: Path, names: Sequence[str] = HOSTILE) -> None:
    """Write ``memory.*``, brief, compilation and a season folder ``named`` into a folder."""
    result = hostile_season(names)
    told = HOSTILE[0] + HOSTILE[30] + HOSTILE[34]
    for name in FORMATS:
        (out / f"memory.{name}").write_bytes(rendered(name, result, told))
    choices = Choices(office=told, deadline=HOSTILE[21] + HOSTILE[32], number=HOSTILE[22], contact=HOSTILE[34])
    write_season(out / "named", result, rulebook(), choices=choices, today="2026-03-20", who=told)
    reports = [counted.audit.report for counted in result.audits]
    known = roster(names)
    linked = link(reports, (), known)
    form = next(form for form in rulebook().formats if form.id == "era_2021")
    made = compile_government(linked, known.agencies[0], YEAR, form, rulebook())
    assert len(made.members) >= len(names)
    (out / "memory compiled.docx").write_bytes(compiled_docx(made, rulebook()))
    (out / "memory compiled.xlsx").write_bytes(compiled_xlsx(made, rulebook()))
    (out / "memory overview.xlsx").write_bytes(overview_xlsx([made, made], rulebook()))
    brief = make_brief(rulebook(), linked, result.audits, Request(year=YEAR, office=told, date=HOSTILE[21]))
    assert brief is not None
    (out / "memory brief.docx").write_bytes(brief_docx(brief, rulebook()))
    (out / "memory brief.html").write_text(brief_html(brief, rulebook()), encoding="utf-8")
    (out / "memory brief.xlsx").write_bytes(brief_xlsx(brief, rulebook()))


def rendered(name: str, result: Result, office: str) -> bytes:
    """One kind of output of ``auditor check``."""
    run = _Run()
    found = render(name, result, run, Extras(letters=Letters(office=office)))  # type: ignore[arg-type]
    return found if isinstance(found, bytes) else b"".join(found)


class _Run:
    """What a command knows of its settings."""

    settings, told, packs, rulebook = Settings(), InForce(), (), property(lambda self: rulebook())

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
