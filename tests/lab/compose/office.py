"""Conversions by installed programs: LibreOffice (many files in one call) and headless Chromium."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.lab.compose.docx import DocxStyle, to_docx
from tests.lab.compose.html import HtmlStyle, to_html
from tests.lab.compose.plan import ReportPlan

_FILTERS = {
    "doc": "doc:MS Word 97",
    "docx": "docx:MS Word 2007 XML",
    "pdf": "pdf",
    "rtf": "rtf",
    "html": "html:HTML (StarWriter)",
    "xls": "xls",
}


def libreoffice() -> str | None:
    """The program, or ``None`` where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def chromium() -> str | None:
    """The program, or ``None`` where it is not installed."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)


def convert(sources: Sequence[Path], kind: str, folder: Path, *, batch: int = 60) -> dict[Path, Path]:
    """Convert files with LibreOffice into ``folder``; the answer maps each source that was converted to its result.

    ``kind`` is the target's suffix. Raises FileNotFoundError without LibreOffice; subprocess.TimeoutExpired when a batch hangs.
    """
    program = libreoffice()
    if program is None:
        raise FileNotFoundError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as profile:
        for start in range(0, len(sources), batch):
            part = [str(path) for path in sources[start : start + batch]]
            command = [
                program,
                f"-env:UserInstallation=file://{profile}",
                "--headless",
                "--convert-to",
                _FILTERS[kind],
                "--outdir",
                str(folder),
            ]
            subprocess.run([*command, *part], check=False, capture_output=True, timeout=600 + 60 * len(part))
    made = {path: folder / f"{path.stem}.{kind}" for path in sources}
    return {source: target for source, target in made.items() if target.is_file()}


def print_pages(sources: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Print web pages to PDF with headless Chromium, as a user does with the browser's print command.

    Raises FileNotFoundError without Chromium.
    """
    program = chromium()
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    made = {}
    with tempfile.TemporaryDirectory() as profile:
        for path in sources:
            target = folder / f"{path.stem}.pdf"
            options = ["--headless", "--disable-gpu", "--no-sandbox", f"--user-data-dir={profile}", "--no-pdf-header-footer"]
            command = [program, *options, f"--print-to-pdf={target}", path.resolve().as_uri()]
            subprocess.run(command, check=False, capture_output=True, timeout=600)
            if target.is_file():
                made[path] = target
    return made


def to_pdf_via_libreoffice(plans: Mapping[str, ReportPlan], folder: Path, style: DocxStyle | None = None) -> dict[str, Path]:
    """Each plan (by a name for its file) as a DOCX that LibreOffice exports to PDF."""
    sources = _written(plans, folder, "docx", lambda plan: to_docx(plan, style or DocxStyle()))
    return {path.stem: made for path, made in convert(sources, "pdf", folder).items()}


def to_doc(plans: Mapping[str, ReportPlan], folder: Path, style: DocxStyle | None = None) -> dict[str, Path]:
    """Each plan as a Word 97 file written by LibreOffice."""
    sources = _written(plans, folder, "docx", lambda plan: to_docx(plan, style or DocxStyle()))
    return {path.stem: made for path, made in convert(sources, "doc", folder).items()}


def to_pdf_via_chromium(plans: Mapping[str, ReportPlan], folder: Path, style: HtmlStyle | None = None) -> dict[str, Path]:
    """Each plan as a web page printed by Chromium."""
    sources = _written(plans, folder, "html", lambda plan: to_html(plan, style or HtmlStyle()))
    return {path.stem: made for path, made in print_pages(sources, folder).items()}


def _written(plans: Mapping[str, ReportPlan], folder: Path, kind: str, render: Callable[[ReportPlan], bytes]) -> list[Path]:
    out = []
    for name, plan in plans.items():
        path = folder / f"{name}.{kind}"
        path.write_bytes(render(plan))
        out.append(path)
    return out
