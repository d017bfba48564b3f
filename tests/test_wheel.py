"""The wheel, installed in an empty environment, audits a sample with the rule files it brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation: the build backend is a development dependency, and nothing is fetched.
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_rules_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.toml")}
    assert {f"auditor/_rules/{name}" for name in shipped} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "tools/", "sample_reports/"))]
    assert "auditor/py.typed" in names


def test_installed_wheel_audits_a_sample(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", wheel], check=True, capture_output=True
    )
    # Dependencies come from this environment, the package itself from the wheel only.
    site = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True, capture_output=True, text=True
    ).stdout.strip()
    Path(target, "borrowed.pth").write_text(str(site), encoding="utf-8")
    sample = next((ROOT / "sample_reports").glob("06_*"))
    command: list[str | Path] = [python, "-I", "-m", "auditor", "check", str(sample), "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {finding["rule"] for finding in report["audits"][0]["findings"] if finding["severity"] == "error"} == {"T3-01"}
    where = subprocess.run([python, "-I", "-c", "import auditor; print(auditor.__file__)"], cwd=tmp_path, capture_output=True, text=True)
    assert str(tmp_path) in where.stdout
