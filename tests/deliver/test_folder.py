"""The season folder: names every file system takes, copies of members of archives and of reports in two files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.deliver import Choices, write_season
from auditor.deliver.copies import Maker, Originals, marked_copies, notes_of
from auditor.deliver.folder import folder_name
from auditor.errors import UsageError
from auditor.model.finding import Finding
from auditor.model.result import Result
from auditor.model.settings import Settings
from auditor.model.source import Location
from auditor.pipeline import audit_file, check_report, extract_bytes
from tests.lab.compose import DocxStyle, HtmlStyle, to_docx, to_html
from tests.support.season import counted, renamed, rulebook, season, wrong_plan


def test_folder_names_are_safe_everywhere() -> None:
    audit = season(1).audits[0].audit
    for name in ("../../etc/甲局", "甲\\乙:丙*?", "CON", "甲" * 200, "...", "\x00\u202e\ud800"):
        made = folder_name(renamed(audit, name, "a.docx"))
        assert made
        assert not set(made) & set('\\/:*?"<>|\x00\u202e')
        assert made.strip(". ") == made
        assert len(made) <= 70
        assert made.upper() != "CON"
        made.encode("utf-8")


def test_two_reports_of_one_agency_have_two_folders(tmp_path: Path) -> None:
    base = season(1).audits[0].audit
    assert base.report is not None
    other = replace(base, report=replace(base.report, facts=base.report.facts[:-1]))
    audits = tuple(counted(renamed(audit, "甲局", path)) for audit, path in ((base, "a.docx"), (other, "b.docx")))
    written = write_season(tmp_path, Result(audits=audits, version="1", rules_sha256="0"), rulebook())
    letters = [path.relative_to(tmp_path).as_posix() for path in written.files if path.name == "整改通知书.docx"]
    assert letters == ["甲局_2024/整改通知书.docx", "甲局_2024_2/整改通知书.docx"]
    assert written.unmarked == ("a.docx", "b.docx")  # the files themselves are not there


def test_member_of_an_archive_gets_its_marked_copy(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("县局/甲.docx", to_docx(wrong_plan(0), DocxStyle()))
    path = tmp_path / "a.zip"
    path.write_bytes(out.getvalue())
    shown = f"{path.as_posix()}!/县局/甲.docx"
    data = Maker().read(shown)
    audit = check_report(extract_bytes(data, shown, rulebook()), rulebook(), Settings())
    with Originals() as originals:
        copies = list(marked_copies(audit, originals))
    assert [copy.ending for copy in copies] == [".docx"]
    assert copies[0].content is not None
    assert b"word/comments.xml" in copies[0].content


def test_finding_in_another_file_is_marked_there_and_nowhere_else(tmp_path: Path) -> None:
    text, tables = tmp_path / "text.html", tmp_path / "tables.html"
    made = to_html(wrong_plan(0), HtmlStyle())
    for path in (text, tables):
        path.write_bytes(made if isinstance(made, bytes) else made.encode())
    audit = audit_file(text, rulebook(), Settings())

    def there(place: Location | None) -> Location | None:
        return None if place is None else Location(**{**{f: getattr(place, f) for f in place.__struct_fields__}, "file": tables.as_posix()})

    def moved(finding: Finding) -> Finding:
        facts = tuple(replace(used, location=there(used.location)) for used in finding.facts)
        return replace(finding, location=there(finding.location), facts=facts, children=tuple(map(moved, finding.children)))

    first, *others = audit.findings
    with Originals() as originals:
        copies = list(marked_copies(replace(audit, findings=(first, *map(moved, others))), originals))
    assert [copy.path for copy in copies] == [text.as_posix(), tables.as_posix()]
    numbers = {note.number for note in notes_of(audit) if note.title.startswith(first.rule)}
    assert copies[0].content is not None
    marks = len([note for note in notes_of(audit) if note.number in numbers]) + 1  # and the list at the head
    assert copies[0].content.count(b'data-auditor="') <= marks


def test_folder_that_cannot_be_written_is_an_error_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError):
        write_season(tmp_path / "file", season(1), rulebook(), choices=Choices(office="甲"))
