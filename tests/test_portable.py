"""The folders that run without installation: what can be checked of Windows without Windows, and the Linux one in a bare root."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.portable import WINDOWS_CHECK, WINDOWS_COMMAND, WINDOWS_DESK, build_elsewhere, missing_requirements, unpack_wheel, unresolved

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
    asks = wheel(tmp_path, "asks", {"asks/__init__.py": b"", "asks-1.0.dist-info/METADATA": b'Name: asks\nRequires-Dist: colorama ; sys_platform == "win32"\nRequires-Dist: uvloop ; sys_platform == "linux"\n\n'})
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
