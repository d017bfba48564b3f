"""One folder that runs without installation: ``python -m tools.portable --for linux|win_amd64|linux_aarch64 --out build/portable``.

Linux on this machine's architecture: a copy of this interpreter with the libraries it needs beside the C library. Windows (and other
platforms given an interpreter as a zip): the embeddable Python zip of the office, the wheels for that platform unpacked, hashes checked; no
Windows is needed to build. Linux of another architecture: a relocatable interpreter as a tar archive and the wheels for it, every binary
looked at for its architecture. The folder is moved and updated by replacing it; seasons lie beside it, never in it.
"""

from __future__ import annotations

import argparse
import ast
import base64
import csv
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

EXTRAS = "desk"
_LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "__pycache__", "site-packages", "pydoc_data"}
_WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
_ONLY_WINDOWS = ("colorama",)
_C_LIBRARY = re.compile(r"^(ld-linux.*|libc|libm|libpthread|libdl|librt|libutil|libresolv|libnsl|linux-vdso)\.so")
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)")

LINUX_START = """#!/bin/sh
# Starts the program of this folder; no installation, no administrator.
case $0 in */*) here=$(CDPATH= cd -- "${0%/*}" && pwd) ;; *) here=$(pwd) ;; esac
export PYTHONHOME="$here/python" PYTHONNOUSERSITE=1 PYTHONUTF8=1
export LD_LIBRARY_PATH="$here/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
"""
LINUX_DESK = LINUX_START + 'cd "$here/.." && exec "$here/python/bin/python3" -m auditor desk "$@"\n'
LINUX_CHECK = LINUX_START + 'exec "$here/python/bin/python3" -m auditor "$@"\n'
# Nothing but ASCII inside, so that no code page can spoil them; CRLF as cmd wants it.
WINDOWS_HEAD = "@echo off\r\nchcp 65001 >nul\r\nsetlocal\r\nset PYTHONUTF8=1\r\nset PYTHONNOUSERSITE=1\r\n"
WINDOWS_DESK = WINDOWS_HEAD + 'cd /d "%~dp0.."\r\n"%~dp0python\\python.exe" -m auditor desk %*\r\nif errorlevel 1 pause\r\n'
WINDOWS_CHECK = (
    WINDOWS_HEAD
    + 'if "%~1"=="" (\r\n  echo Drop files or a folder on this file.\r\n  pause\r\n  exit /b 2\r\n)\r\n'
    + '"%~dp0python\\python.exe" -m auditor check %* --fail-on never --output "html=%~dp0..\\auditor-result.html"\r\n'
    + 'if exist "%~dp0..\\auditor-result.html" start "" "%~dp0..\\auditor-result.html"\r\npause\r\n'
)
WINDOWS_COMMAND = WINDOWS_HEAD + '"%~dp0python\\python.exe" -m auditor %*\r\n'


def build_linux(folder: Path, wheel: Path) -> dict[str, str]:
    """A folder for this architecture; what it holds, in words."""
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    (python / "bin").mkdir(parents=True)
    shutil.copy2(os.path.realpath(base / "bin" / version), python / "bin" / "python3")
    stdlib = Path(sysconfig.get_paths()["stdlib"])

    def left_out(directory: str, names: list[str]) -> set[str]:
        top = Path(directory) == stdlib
        return {
            name
            for name in names
            if (top and name in _LEFT_OUT)
            or name in ("__pycache__", "test", "tests")
            or name.startswith(("_test", "xx", "_xx", "config-3", "_tkinter", "nis.", "ossaudiodev"))
        }

    shutil.copytree(stdlib, python / "lib" / version, ignore=left_out, symlinks=False)
    site = python / "lib" / version / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--target", str(site),
         f"{wheel}[{EXTRAS}]"],
        check=True,
    )  # fmt: skip
    shutil.rmtree(site / "bin", ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(site / "auditor"), str(site)], check=False
    )
    native = folder / "native"
    native.mkdir()
    for library in _needed(python):
        shutil.copy2(library, native / library.name)
    for name, text in (("审核台.sh", LINUX_DESK), ("auditor", LINUX_CHECK)):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    return {"size": f"{_size(folder) / 1e6:.0f} MB", "glibc": f"2.{_least_glibc(folder)}", "python": platform.python_version()}


def _needed(python: Path) -> list[Path]:
    """Shared libraries that the interpreter and its modules load, the C library's own left out."""
    found: dict[str, Path] = {}
    for path in (*python.rglob("*.so*"), python / "bin" / "python3"):
        ran = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False)
        for name, target in re.findall(r"^\s*(\S+) => (/.+?) \(0x", ran.stdout, re.MULTILINE):
            if not _C_LIBRARY.match(name) and not Path(target).resolve().is_relative_to(python.resolve()):
                found.setdefault(name, Path(target))
    return [path for _, path in sorted(found.items())]


def _least_glibc(folder: Path) -> int:
    """The second number of the newest version of the C library that any binary of the folder asks for."""
    binaries = [path for path in folder.rglob("*") if path.is_file() and (".so" in path.name or path.name == "python3")]
    return max((int(number) for path in binaries for number in _GLIBC.findall(path.read_bytes())), default=0)


def build_elsewhere(folder: Path, python_zip: Path, wheels: Iterable[Path]) -> dict[str, str]:
    """A Windows folder from the embeddable zip and wheels. Raises ValueError for another zip, or a wheel unlike its record."""
    shutil.rmtree(folder, ignore_errors=True)
    python, site = folder / "python", folder / "site-packages"
    python.mkdir(parents=True)
    with zipfile.ZipFile(python_zip) as archive:
        _unpack(archive, python)
    found = sorted(python.glob("python3*._pth"))
    if len(found) != 1 or not (python / "python.exe").is_file():
        raise ValueError(
            f"{python_zip.name}: not an embeddable Python (python.exe and python3*._pth expected); download the “embeddable package”"
        )
    archive_name = next((path.name for path in python.glob("python3*.zip")), "python3.zip")
    found[0].write_text(f"{archive_name}\r\n.\r\n..\\site-packages\r\n", encoding="ascii", newline="")
    site.mkdir()
    for wheel in wheels:
        unpack_wheel(wheel, site)
    for name, text in (("审核台.bat", WINDOWS_DESK), ("审核.bat", WINDOWS_CHECK), ("auditor.bat", WINDOWS_COMMAND)):
        (folder / name).write_bytes(text.encode("ascii"))
    missing = unresolved(site) + missing_requirements(site)
    if missing:
        raise ValueError("imports or requirements without a wheel: " + ", ".join(missing))
    return {"size": f"{_size(folder) / 1e6:.0f} MB", "python": found[0].stem}


LINUX_ELSEWHERE = LINUX_START.replace(
    'export LD_LIBRARY_PATH="$here/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"', 'export PYTHONPATH="$here/site-packages"'
)
_ELF_MACHINES = {"x86_64": 62, "aarch64": 183, "loongarch64": 258}


def build_linux_elsewhere(folder: Path, machine: str, python_tar: Path, wheels: Iterable[Path]) -> dict[str, str]:
    """A Linux folder for another architecture from a relocatable interpreter (a tar archive with ``python/bin/python3`` in it) and wheels.

    Raises ValueError for another archive, a wheel unlike its record, a binary of another architecture, an import without a wheel.
    """
    shutil.rmtree(folder, ignore_errors=True)
    site = folder / "site-packages"
    site.mkdir(parents=True)
    with tarfile.open(python_tar) as archive:
        archive.extractall(folder, filter="data")
    binary = folder / "python" / "bin" / "python3"
    if not binary.exists():
        raise ValueError(f"{python_tar.name}: no python/bin/python3 in it; a relocatable interpreter (install_only) is expected")
    for wheel in wheels:
        unpack_wheel(wheel, site)
    for name, text in (("审核台.sh", "-m auditor desk"), ("auditor", "-m auditor")):
        path = folder / name
        path.write_text(LINUX_ELSEWHERE + f'exec "$here/python/bin/python3" {text} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    wrong = foreign_binaries(folder, machine)
    if wrong:
        raise ValueError(f"binaries of another architecture than {machine}: " + ", ".join(wrong[:5]))
    missing = unresolved(site) + missing_requirements(site, _LINUX | {"platform_machine": machine})
    if missing:
        raise ValueError("imports or requirements without a wheel: " + ", ".join(missing))
    return {"size": f"{_size(folder) / 1e6:.0f} MB", "glibc": f"2.{_least_glibc(folder)}"}


def foreign_binaries(folder: Path, machine: str) -> list[str]:
    """ELF files of a folder whose header names another machine."""
    wrong = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                head = file.read(20)
            if head[:4] == b"\x7fELF" and int.from_bytes(head[18:20], "little") != _ELF_MACHINES[machine]:
                wrong.append(path.relative_to(folder).as_posix())
    return wrong


def unpack_wheel(wheel: Path, site: Path) -> None:
    """Unpack a wheel as pip would, every file held against the hash of its record. Raises ValueError."""
    with zipfile.ZipFile(wheel) as archive:
        record = next((name for name in archive.namelist() if name.endswith(".dist-info/RECORD")), None)
        if record is None:
            raise ValueError(f"{wheel.name}: no RECORD; not a wheel")
        hashes = {row[0]: row[1] for row in csv.reader(io.StringIO(archive.read(record).decode())) if len(row) >= 2}
        for info in archive.infolist():
            if info.is_dir():
                continue
            content = archive.read(info)
            told = hashes.get(info.filename, "")
            if info.filename != record and not info.filename.endswith((".jws", ".p7s")):
                made = "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                if told != made:
                    raise ValueError(f"{wheel.name}: {info.filename} does not match its record")
            parts = PurePosixPath(info.filename).parts
            if parts[0].endswith(".data"):
                if len(parts) < 3 or parts[1] not in ("purelib", "platlib"):
                    continue  # scripts and headers are not needed
                parts = parts[2:]
            _put(site, parts, content)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    for info in archive.infolist():
        if not info.is_dir():
            _put(folder, PurePosixPath(info.filename).parts, archive.read(info))


def _put(folder: Path, parts: tuple[str, ...], content: bytes) -> None:
    if not parts or any(part in ("..", "/") or ":" in part or "\\" in part for part in parts):
        raise ValueError("a path that leads out of the folder: " + "/".join(parts))
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def unresolved(site: Path) -> list[str]:
    """Modules that our own package imports at its core and that are neither in the standard library nor among the unpacked wheels."""
    there = {path.stem if path.suffix == ".py" else path.name.split(".")[0] for path in site.iterdir()}
    optional = {"cv2", "duckdb", "fsspec", "numpy", "onnxruntime", "rapidocr", "ray", "pyarrow", "polars"}
    names: set[str] = set()
    for path in (site / "auditor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return sorted(names - there - optional - set(sys.stdlib_module_names) - {"auditor"})


def missing_requirements(site: Path, target: dict[str, str] | None = None) -> list[str]:
    """What the unpacked wheels ask for on the target and is not there; pip, which runs here, asks only for what this machine needs.

    ``target``: markers of the target, those of Windows where none are given.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    there: set[str] = set()
    asked: set[str] = set()
    for folder in site.glob("*.dist-info"):
        there.add(canonicalize_name(folder.name.removesuffix(".dist-info").rpartition("-")[0]))
        for line in (folder / "METADATA").read_text(encoding="utf-8").split("\n\n")[0].splitlines():
            if line.startswith("Requires-Dist: "):
                wanted = Requirement(line.removeprefix("Requires-Dist: "))
                extras = ("", EXTRAS) if folder.name.startswith("auditor-") else ("",)
                if wanted.marker is None or any(wanted.marker.evaluate({**(target or _WINDOWS), "extra": extra}) for extra in extras):
                    asked.add(canonicalize_name(wanted.name))
    return sorted(asked - there)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _wheel() -> Path:
    found = sorted(Path("dist").glob("auditor-*.whl"))
    if not found:
        raise SystemExit("no wheel in dist/: run make wheel first")
    return found[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--for", dest="target", default="")
    parser.add_argument("--python-zip", type=Path)
    parser.add_argument("--wheels", type=Path, help="wheels for the target; fetched where not given")
    parser.add_argument("--out", type=Path, default=Path("build/portable"))
    given = parser.parse_args()
    wheel = _wheel()
    if given.python_zip is None and given.target in ("", f"linux_{platform.machine()}"):
        folder = given.out / f"auditor-linux-{platform.machine()}"
        told = build_linux(folder, wheel)
    else:
        if given.python_zip is None:
            raise SystemExit(
                "give the Python of the target: PYTHON_ZIP=python-3.12.x-embed-amd64.zip (Windows), "
                "PYTHON_ZIP=cpython-3.12.x-aarch64-unknown-linux-gnu-install_only.tar.gz (Linux of another architecture)"
            )
        wheels = given.wheels or _fetch(given.target, given.python_zip, wheel, given.out / "wheels")
        folder = given.out / f"auditor-{given.target}"
        if given.target.startswith("linux_"):
            machine = given.target.removeprefix("linux_")
            told = build_linux_elsewhere(folder, machine, given.python_zip, sorted(wheels.glob("*.whl")))
            print(f"{folder}: " + ", ".join(f"{name} {value}" for name, value in told.items()))
            return
        told = build_elsewhere(folder, given.python_zip, sorted(wheels.glob("*.whl")))
    print(f"{folder}: " + ", ".join(f"{name} {value}" for name, value in told.items()))


def _fetch(target: str, python_zip: Path, wheel: Path, folder: Path) -> Path:
    version = re.search(r"python-3\.(\d+)", python_zip.name)
    platforms = [target]
    if target.startswith("linux_"):
        platforms = [f"manylinux_2_{number}_{target.removeprefix('linux_')}" for number in (17, 24, 26, 27, 28)]
        platforms.append(f"manylinux2014_{target.removeprefix('linux_')}")
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(folder), "--only-binary=:all:",
         *(word for name in platforms for word in ("--platform", name)),
         "--python-version", f"3.{version[1] if version else 12}", "--implementation", "cp", f"{wheel}[{EXTRAS}]",
         *(_ONLY_WINDOWS if target.startswith("win") else ())],
        check=True,
    )  # fmt: skip
    return folder


if __name__ == "__main__":
    main()
