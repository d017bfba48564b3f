"""The folders that run without installation: what can be checked of Windows without Windows, and the Linux one in a bare root."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.portable import (
    WINDOWS_CHECK,
    WINDOWS_COMMAND,
    WINDOWS_DESK,
    build_elsewhere,
    build_linux_elsewhere,
    missing_requirements,
    unpack_wheel,
    unresolved,
)

ROOT = Path(__file__).resolve().parents[1]


def wheel(folder: Path, name: str, files: dict[str, bytes], *, spoiled: bool = False) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {**files, f"{info}/METADATA": files.get(f"{info}/METADATA", b"Name: x\n\n")}
    record = "".join(
        f"{file},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for file, data in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data + b" " if spoiled and file.endswith(".py") else data)
        archive.writestr(f"{info}/RECORD", record)
    return path


def embeddable(folder: Path) -> Path:
    path = folder / "python-3.12.0-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("python.exe", "python312.zip"):
            archive.writestr(name, b"x")
        archive.writestr("python312._pth", "python312.zip\n.\n")
    return path


def test_a_windows_folder_is_made_without_windows(tmp_path: Path) -> None:
    own = wheel(tmp_path, "auditor", {"auditor/__init__.py": b"import click\nimport os\n"})
    other = wheel(tmp_path, "click", {"click/__init__.py": b""})
    folder = tmp_path / "中文 文件夹" / "auditor"
    build_elsewhere(folder, embeddable(tmp_path), [own, other])
    assert (folder / "python" / "python312._pth").read_bytes() == b"python312.zip\r\n.\r\n..\\site-packages\r\n"
    assert (folder / "site-packages" / "click" / "__init__.py").is_file()
    assert {path.name for path in folder.glob("*.bat")} == {"审核台.bat", "审核.bat", "auditor.bat"}


def test_a_wheel_unlike_its_record_or_leading_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not match"):
        unpack_wheel(wheel(tmp_path, "bad", {"bad/a.py": b"1"}, spoiled=True), tmp_path / "site")
    with pytest.raises(ValueError, match="out of the folder"):
        unpack_wheel(wheel(tmp_path, "worse", {"../evil.py": b"1"}), tmp_path / "site")
    assert not (tmp_path / "evil.py").exists()


def test_a_missing_library_and_another_zip_are_named(tmp_path: Path) -> None:
    own = wheel(tmp_path, "auditor", {"auditor/__init__.py": b"import openpyxl\n"})
    with pytest.raises(ValueError, match="openpyxl"):
        build_elsewhere(tmp_path / "a", embeddable(tmp_path), [own])
    with pytest.raises(ValueError, match="embeddable"):
        build_elsewhere(tmp_path / "b", own, [own])
    asks = wheel(
        tmp_path,
        "asks",
        {
            "asks/__init__.py": b"",
            "asks-1.0.dist-info/METADATA": b'Name: asks\nRequires-Dist: colorama ; sys_platform == "win32"\nRequires-Dist: uvloop ; sys_platform == "linux"\n\n',
        },
    )
    unpack_wheel(asks, tmp_path / "site")
    assert missing_requirements(tmp_path / "site") == ["colorama"]


@pytest.mark.parametrize("text", [WINDOWS_DESK, WINDOWS_CHECK, WINDOWS_COMMAND])
def test_batch_files_survive_any_code_page_and_paths_with_spaces(text: str) -> None:
    assert text.isascii()
    assert text.count("\n") == text.count("\r\n")
    assert "chcp 65001" in text
    assert '"%~dp0python\\python.exe"' in text


def test_everything_our_package_imports_is_known(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "auditor").symlink_to(ROOT / "auditor")
    core = {"click", "cssselect", "docx", "jinja2", "lxml", "msgspec", "olefile", "openpyxl", "pdfplumber", "pdfminer", "PIL", "pypdfium2",
            "rapidfuzz", "regex", "rich", "selectolax", "starlette", "tinycss2", "uvicorn", "xlrd", "xlsxwriter", "xxhash", "pypdfium2_raw"}  # fmt: skip
    assert set(unresolved(site)) <= core


WINDOWS = """
import importlib, pkgutil, sys
import click, docx, jinja2, lxml.etree, lxml.html, msgspec, multiprocessing.connection, olefile, openpyxl, pdfplumber, pypdfium2
import rapidfuzz, regex, rich.console, rich.progress, rich.table, starlette.applications, starlette.staticfiles, uvicorn, xlrd, xlsxwriter
import subprocess, socket, tempfile, asyncio, zipfile, uuid, getpass, shutil, ssl, webbrowser
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "resource", "pwd", "grp", "termios", "pty", "posix_ipc"):
            raise ImportError("not on Windows: " + name)
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Absent())
sys.platform = "win32"
import auditor
failed = []
for module in pkgutil.walk_packages(auditor.__path__, "auditor."):
    if module.name.endswith("__main__") or ".ocr" in module.name or "ray_engine" in module.name:
        continue
    try:
        importlib.import_module(module.name)
    except Exception as error:
        failed.append(f"{module.name}: {type(error).__name__}: {error}")
print("\\n".join(failed))
sys.exit(bool(failed))
"""


def test_no_module_needs_what_windows_lacks() -> None:
    ran = subprocess.run([sys.executable, "-c", WINDOWS], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + (3).to_bytes(2, "little") + machine.to_bytes(2, "little") + bytes(44)


def interpreter(folder: Path, machine: int, name: str = "python/bin/python3") -> Path:
    path = folder / "cpython-3.12.0-aarch64-unknown-linux-gnu-install_only.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file, content in ((name, elf(machine)), ("python/lib/python3.12/os.py", b"")):
            info = tarfile.TarInfo(file)
            info.size, info.mode = len(content), 0o755
            archive.addfile(info, io.BytesIO(content))
    return path


def test_a_folder_for_another_architecture_is_made_and_its_binaries_looked_at(tmp_path: Path) -> None:
    own = wheel(tmp_path, "auditor", {"auditor/__init__.py": b"import lxml\n"})
    right = wheel(tmp_path, "lxml", {"lxml/__init__.py": b"", "lxml/etree.so": elf(183)})
    folder = tmp_path / "中文 文件夹" / "auditor"
    build_linux_elsewhere(folder, "aarch64", interpreter(tmp_path, 183), [own, right])
    start = (folder / "auditor").read_text(encoding="utf-8")
    assert '"$here/python/bin/python3" -m auditor "$@"' in start
    assert 'PYTHONPATH="$here/site-packages"' in start
    assert (folder / "auditor").stat().st_mode & 0o111
    wrong = wheel(tmp_path, "lxml", {"lxml/__init__.py": b"", "lxml/etree.so": elf(62)})
    with pytest.raises(ValueError, match="another architecture"):
        build_linux_elsewhere(folder, "aarch64", interpreter(tmp_path, 183), [own, wrong])
    with pytest.raises(ValueError, match="install_only"):
        build_linux_elsewhere(folder, "aarch64", interpreter(tmp_path, 183, "bin/python"), [own, right])
    with pytest.raises(ValueError, match="lxml"):
        build_linux_elsewhere(folder, "aarch64", interpreter(tmp_path, 183), [own])


SPAWN = """
import multiprocessing, os, sys
multiprocessing.get_all_start_methods = lambda: ["spawn"]
if __name__ == "__main__":
    from auditor.cli import main
    main(sys.argv[1:])
"""


def test_workers_start_as_on_windows(tmp_path: Path) -> None:
    """Windows knows no fork: every worker is a new interpreter that loads the program anew."""
    script = tmp_path / "as on windows.py"
    script.write_text(SPAWN, encoding="utf-8")
    out = tmp_path / "结果 1.json"
    files = [str(path) for path in sorted((ROOT / "sample_reports").glob("0[16]_*"))]
    ran = subprocess.run(
        [sys.executable, str(script), "check", *files, "-j", "2", "-q", "--output", f"json={out}"],
        capture_output=True,
        cwd=ROOT,
        timeout=1200,
    )
    assert ran.returncode == 1, ran.stderr.decode(errors="replace")
    import json

    verdicts = [audit["verdict"] for audit in json.loads(out.read_text(encoding="utf-8"))["audits"]]
    assert verdicts == ["clean", "findings"]
