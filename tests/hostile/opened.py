"""Papers and CSV files opened in LibreOffice: formulas, links and active parts of what it has in memory then, as flat OpenDocument."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.support.soffice import PROGRAM

_SHEETS: Final = (".xlsx", ".csv")
_OWN: Final = frozenset(
    (
        "HYPERLINK",
        "COUNTIF",
        "COUNTIFS",
        "SUM",
        "COUNTA",
        "IF",
        "SUBTOTAL",
        "AND",
        "OR",
        "N",
        "ABS",
        "COUNT",
        "ISNUMBER",
        "IFERROR",
        "VALUE",
        "ASC",
    )
)
"""Functions that our own workbooks use; of a data set as CSV none."""
_FORMULA: Final = re.compile(r'table:formula="([^"]*)"')
_LINK: Final = re.compile(r'(?:xlink:href|table:filter-name|office:dde-\w+|text:connection-name)="([^"#][^"]*)"')
_ACTIVE: Final = re.compile(
    r"<(?:script:event-listener|presentation:event-listener|office:event-listeners|ooo:module|text:script|text:execute-macro|text:dde-connection|"
    r"table:dde-link|table:cell-range-source|draw:applet|draw:plugin|draw:floating-frame|"
    r"draw:object(?!-ole)(?![^<>]*>\s*(?:<loext:p/>\s*)?<office:document\s[^>]*office:mimetype=\"application/vnd\.oasis\.opendocument\.chart\")|form:form)\b"
)
_PATIENCE: Final = 180
"""Seconds by the clock for a file, beside other work; what hangs ends some time."""
_CHART: Final = re.compile(r'(<chart:chart\s[^>]*?)xlink:href="\.{1,2}"')
"""A chart in the document, which names the document itself as its address."""


def flat(paths: Sequence[Path], place: Path, *, batch: int = 20) -> dict[Path, str]:
    """Each file as LibreOffice saves it after opening: flat OpenDocument. Formulas of CSV files count. Files it does not open are left out.

    The files are copied into ``place`` under numbers, so that no name of ours is on a command line.
    """
    assert PROGRAM is not None
    found: dict[Path, str] = {}
    for sheets, ending in ((True, "fods"), (False, "fodt")):
        out, copies = place / ending, place / f"copies {ending}"
        for old in (out, copies):
            shutil.rmtree(old, ignore_errors=True)
            old.mkdir(parents=True)
        chosen = [path for path in paths if (path.suffix in _SHEETS) == sheets]
        names = {f"{number:04}": path for number, path in enumerate(chosen)}
        for name, path in names.items():
            shutil.copy(path, copies / f"{name}{path.suffix}")
        for suffix in sorted({path.suffix for path in chosen}):
            _convert(sorted(copies.glob(f"*{suffix}")), ending, out, place, batch)
        for name, path in names.items():
            made = out / f"{name}.{ending}"
            if made.is_file():
                found[path] = made.read_text(encoding="utf-8")
    return found


def printed(paths: Sequence[Path], place: Path, *, batch: int = 20) -> list[Path]:
    """Those that LibreOffice does not print as a PDF."""
    assert PROGRAM is not None
    out, copies = place / "pdf", place / "copies"
    for old in (out, copies):
        shutil.rmtree(old, ignore_errors=True)
        old.mkdir(parents=True)
    for number, path in enumerate(paths):
        shutil.copy(path, copies / f"{number:04}{path.suffix}")
    _convert(sorted(copies.iterdir()), "pdf", out, place, batch)
    made = [out / f"{number:04}.pdf" for number in range(len(paths))]
    return [path for path, pdf in zip(paths, made, strict=True) if not pdf.is_file() or pdf.stat().st_size < 1000]


def _convert(files: Sequence[Path], to: str, out: Path, place: Path, batch: int) -> None:
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    for start in range(0, len(files), batch):
        command = [str(PROGRAM), profile, "--headless", "--infilter=CSV:44,34,76,1,,0,false,true", "--convert-to", to, "--outdir", str(out)]
        if files[start].suffix != ".csv":
            command = [part for part in command if not part.startswith("--infilter")]
        subprocess.run([*command, *map(str, files[start : start + batch])], capture_output=True, timeout=_PATIENCE * batch)


def faults_of_flat(text: str) -> Iterator[str]:
    """Formulas that are not ours, links that lead out of the document, and active parts."""
    for formula in _FORMULA.findall(text):
        plain = re.sub(r"&quot;.*?&quot;", '""', formula.removeprefix("of:"))
        functions = set(re.findall(r"([A-Z][A-Z.]*)\(", plain))
        outward = re.search(r"HYPERLINK\(&quot;(?!#)|HYPERLINK\([^&]|file:|https?:|\|", formula)
        if not functions <= _OWN or outward or not (functions or "[." in plain):
            yield f"formula {formula[:80]}"
    yield from (f"link {found[:80]}" for found in _LINK.findall(_CHART.sub(r"\1", text)))
    yield from (f"active part {found}" for found in _ACTIVE.findall(text))
