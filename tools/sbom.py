"""``make sbom``: what an installation consists of, as CycloneDX 1.5 JSON.

``python -m tools.sbom [--wheels FOLDER] [--extra NAME …] [--output FILE]`` lists this program and all that it needs, with versions,
licences and what needs what: from the wheels of a folder (with their SHA-256), else from what is installed here. The same packages give
the same bytes: there is no time and no random number in it. ``--requirements FILE`` also writes a file for ``pip --require-hashes``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from auditor import __version__

PROGRAM = "auditor"


@dataclass(frozen=True)
class Package:
    """A distribution: its metadata, and the SHA-256 of its wheel where there is one."""

    name: str
    version: str
    licence: str
    requires: tuple[str, ...]
    sha256: str = ""

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def package_of(told: Message, sha256: str = "") -> Package:
    """A package from its METADATA."""
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    short = (told.get("License") or "").strip()
    licence = told.get("License-Expression") or (short if short and "\n" not in short else " AND ".join(sorted(classifiers)))
    return Package(canonicalize_name(told["Name"]), told["Version"], licence, tuple(told.get_all("Requires-Dist", [])), sha256)


def of_wheels(folder: Path) -> dict[str, Package]:
    """The packages of all wheels in a folder."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
            told = Parser().parsestr(archive.read(name).decode())
        package = package_of(told, hashlib.sha256(path.read_bytes()).hexdigest())
        found[package.name] = package
    return found


def installed(extras: Iterable[str]) -> dict[str, Package]:
    """This program and what it needs here, as far as it is installed."""
    found: dict[str, Package] = {}
    waiting = [(PROGRAM, tuple(extras))]
    seen = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            package = package_of(metadata.metadata(name))  # type: ignore[arg-type]
        except metadata.PackageNotFoundError:
            continue
        if package.name == PROGRAM:  # of a checkout the metadata may be older
            package = replace(package, version=__version__)
        found[package.name] = package
        waiting += [(canonicalize_name(need.name), tuple(sorted(need.extras))) for need in needs(package, wanted)]
    return found


def needs(package: Package, extras: Sequence[str] = ()) -> list[Requirement]:
    """What a package needs here, with these extras."""
    required = map(Requirement, package.requires)
    return [
        need
        for need in required
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (*extras, ""))  # "" is the package without extras
    ]


def bill(packages: dict[str, Package], extras: Sequence[str] = ()) -> dict[str, Any]:
    """The CycloneDX document."""

    def component(package: Package) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "type": "application" if package.name == PROGRAM else "library",
            "bom-ref": package.purl,
            "name": package.name,
            "version": package.version,
            "purl": package.purl,
        }
        if package.licence:
            entry["licenses"] = [{"license": {"name": package.licence}}]
        if package.sha256:
            entry["hashes"] = [{"alg": "SHA-256", "content": package.sha256}]
        return entry

    ordered = sorted(packages.values(), key=lambda package: package.name)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[PROGRAM])},
        "components": [component(package) for package in ordered if package.name != PROGRAM],
        "dependencies": [
            {
                "ref": package.purl,
                "dependsOn": sorted(
                    {
                        packages[name].purl
                        for need in needs(package, extras if package.name == PROGRAM else ())
                        if (name := canonicalize_name(need.name)) in packages
                    }
                ),
            }
            for package in ordered
        ],
    }


def requirements(packages: dict[str, Package]) -> str:
    """Every package with its version and hash, a line each, for ``pip install --require-hashes``."""
    ordered = sorted(packages.values(), key=lambda package: package.name)
    return "".join(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n" for package in ordered)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--extra", action="append", default=[])
    parser.add_argument("--output", type=Path)
    parser.add_argument("--requirements", type=Path)
    given = parser.parse_args(arguments)
    packages = of_wheels(given.wheels) if given.wheels else installed(given.extra)
    if PROGRAM not in packages:
        sys.exit(f"no wheel of {PROGRAM} in {given.wheels}" if given.wheels else f"{PROGRAM} is not installed")
    text = json.dumps(bill(packages, given.extra), indent=2, ensure_ascii=False) + "\n"
    if given.output:
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    if given.requirements:
        if not given.wheels:
            parser.error("--requirements needs --wheels: hashes are those of wheels")
        given.requirements.write_text(requirements(packages), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
