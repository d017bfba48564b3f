"""Word documents that no reader of ours takes, converted by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from auditor.errors import ReadError
from auditor.model.document import Document
from auditor.model.source import Problem, Source
from auditor.read.limits import OFFICE_SECONDS

_PROGRAMS: Final = ("soffice", "libreoffice", "soffice.com")
_PLACES: Final = (
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
)


def find_office() -> str | None:
    """Path of the LibreOffice program, or ``None``."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


def read_converted(data: bytes, source: Source, reason: str) -> Document | None:
    """The document by way of a converted copy, with the problem ``READ-CONVERTED``; ``None`` without LibreOffice or a usable result.

    ``data`` must have been recognised as a Word document before: LibreOffice makes a document of any bytes.
    """
    converted = convert(data, "doc", "docx")
    if converted is None:
        return None
    from auditor.read.docx import read_docx

    try:
        document = read_docx(converted, source)
    except ReadError:
        return None
    if not document.blocks:
        return None
    problem = Problem(code="READ-CONVERTED", details={"by": "LibreOffice", "reason": reason})
    return msgspec.structs.replace(document, engine="libreoffice docx", problems=(*document.problems, problem))


def convert(data: bytes, suffix: str, target: str) -> bytes | None:
    """The bytes of ``data`` (a file of kind ``suffix``) saved as ``target``; ``None`` when there is no LibreOffice or it fails.

    A profile of its own in a temporary folder keeps a running office and its settings apart; the time limit ends all its processes.
    """
    program = find_office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="auditor-office-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        given = place / f"in.{suffix}"
        given.write_bytes(data)
        output = place / "out"
        profile = (place / "profile").as_uri()
        command = [
            program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck", "--nodefault",
            "--nofirststartwizard", "--convert-to", target, "--outdir", str(output), str(given),
        ]  # fmt: skip
        if not _run(command, place):
            return None
        result = output / f"in.{target.split(':')[0]}"
        return result.read_bytes() if result.is_file() and result.stat().st_size else None


def _run(command: list[str], folder: Path) -> bool:
    """Whether the command ended well within the time limit."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
    except OSError:
        return False
    try:
        return process.wait(OFFICE_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and those it started: soffice is a launcher."""
    if process.poll() is not None and sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False, timeout=20)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
