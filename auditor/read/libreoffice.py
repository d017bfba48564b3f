"""Word documents that no reader of ours takes, converted by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from auditor.errors import ReadError
from auditor.model.document import Document
from auditor.model.source import Problem, Source
from auditor.read.limits import OFFICE_SECONDS, OFFICE_WAIT
from auditor.scratch import scratch_folder
from auditor.supervise import in_worker

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

    A profile of its own in a temporary folder keeps a running office and its settings apart, loads nothing over the network and runs no
    macros; where the system allows it the program has no network at all. The time limit ends all its processes, and in a worker they
    end with the worker.
    """
    program = find_office()
    if program is None:
        return None
    with scratch_folder() as place:
        given = place / f"in.{suffix}"
        given.write_bytes(data)
        output = place / "out"
        user = place / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_REGISTRY, encoding="utf-8")
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
            start_new_session=sys.platform != "win32" and not in_worker(),
            env={**os.environ, **_NO_PROXY, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))},
            preexec_fn=_bounded if sys.platform == "linux" else None,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    try:
        return process.wait(OFFICE_WAIT) == 0
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
        elif in_worker():
            for child in (*_below(process.pid), *([process.pid] if process.poll() is None else [])):
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _below(process: int) -> list[int]:
    """Processes started by a process, and by those, as far as the system tells (Linux)."""
    found: list[int] = []
    waiting = [process]
    while waiting:
        parent = waiting.pop()
        with contextlib.suppress(OSError, ValueError):
            children = [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]
            found += children
            waiting += children
    return found


def _bounded() -> None:
    """In the new process before it becomes LibreOffice: no network, and an end of its own should nobody be left to end it."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(OFFICE_SECONDS) + 5, int(OFFICE_SECONDS) + 10))
    _without_network()


def _without_network() -> None:
    """In the new process before it becomes LibreOffice: a network of its own without any way out, where the system lets users do that."""
    import ctypes

    user, network = 0x10000000, 0x40000000
    uid, gid = os.getuid(), os.getgid()
    with contextlib.suppress(OSError, AttributeError):
        if ctypes.CDLL(None, use_errno=True).unshare(user | network) == 0:
            for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
                with contextlib.suppress(OSError), open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(content)


_NO_PROXY: Final = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
"""A proxy that takes no connections (the discard port), for what asks the environment."""


def _item(path: str, name: str, value: str) -> str:
    return f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'


_REGISTRY: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + "".join(
        _item(*entry)
        for entry in (
            ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
            ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
            ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
            ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
            ("Office.Common/Security", "DisableEmbeddedObjects", "true"),
            ("Office.Writer/Content/Update", "Link", "0"),
            ("Office.Calc/Content/Update", "Link", "2"),
            ("Office.Common/Save/Document", "LoadPrinter", "false"),
            ("Inet/Settings", "ooInetProxyType", "2"),
            ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
            ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
            ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
            ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
        )
    )
    + "</oor:items>\n"
)
"""Settings of the profile: no macros, no active content, links never updated, and a proxy that takes no connections."""
