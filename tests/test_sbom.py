"""The bill of materials lists all that is installed with the program, and the same packages give the same bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tools import sbom


def wheel(folder: Path, name: str, *lines: str, version: str = "1.0") -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    told = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines, ""])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", told)
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    more = ("Requires-Dist: Some_Reader>=1", "Requires-Dist: picture; extra == 'ocr'", "Requires-Dist: winonly; sys_platform == 'nowhere'")
    wheel(folder, "auditor", "License-Expression: Apache-2.0", *more)
    wheel(folder, "some_reader", "Classifier: License :: OSI Approved :: MIT License")
    wheel(folder, "picture", "License: BSD-3-Clause")
    return folder


def test_wheels_with_hashes_licences_and_needs(wheels: Path, tmp_path: Path) -> None:
    arguments = ["--wheels", str(wheels), "--output", str(tmp_path / "sbom.json"), "--requirements", str(tmp_path / "hashes.txt")]
    sbom.main(arguments)
    first = (tmp_path / "sbom.json").read_bytes()
    sbom.main(arguments)
    assert (tmp_path / "sbom.json").read_bytes() == first
    found = json.loads(first)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    assert found["metadata"]["component"]["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    components = {entry["name"]: entry for entry in found["components"]}
    assert sorted(components) == ["picture", "some-reader"]
    assert components["some-reader"]["licenses"] == [{"license": {"name": "MIT License"}}]
    needs = {entry["ref"]: entry["dependsOn"] for entry in found["dependencies"]}
    assert needs["pkg:pypi/auditor@1.0"] == ["pkg:pypi/some-reader@1.0"], "extras are not asked for, other systems not meant"
    lines = (tmp_path / "hashes.txt").read_text().splitlines()
    digest = hashlib.sha256((wheels / "picture-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    assert f"picture==1.0 --hash=sha256:{digest}" in lines
    assert len(lines) == 3


def test_a_folder_without_the_program_is_refused(tmp_path: Path) -> None:
    wheel(tmp_path, "other")
    with pytest.raises(SystemExit, match="no wheel of auditor"):
        sbom.main(["--wheels", str(tmp_path)])


def test_what_is_installed_is_listed_with_its_licence(capsys: pytest.CaptureFixture[str]) -> None:
    packages = sbom.installed(())
    if sbom.PROGRAM not in packages:
        pytest.skip("the package is not installed here")
    assert {"lxml", "msgspec", "pypdfium2", "click"} <= set(packages)
    assert [package.name for package in packages.values() if not package.licence] == []
    assert [package.name for package in packages.values() if "AGPL" in package.licence or package.licence.startswith("GPL")] == []
