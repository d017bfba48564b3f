"""What was promised and what trial by force showed, by version: the page docs/promises.md, from promises.toml alone.

``python -m tests.check.promises > docs/promises.md`` writes the page; ``python -m tests.check.promises PIECE.jsonl…`` adds up the pieces that
``tests.check.reach_by_force --out`` wrote and prints the entry for promises.toml.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("promises.toml")
_COUNTS = ("changes", "cells", "found", "located", "blind_changes", "blind_caught", "confirmed")

HEAD = """# Promises held by force

Written by `python -m tests.check.promises` from `tests/check/promises.toml`; do not edit by hand. Each version adds its rows, all of one build.

"""
MAP = """## The blind map

The map says of every printed number whether an error in it would be found, and whether it would be located (named first and for certain). Here
every number of laboratory reports (every second with a planted defect) and of two published reports is changed: one more, one less, one
digit, and two further values, and each changed report is audited anew. *broken*: a change that was promised to be found or located and was
not. *blind*: changes of numbers for which nothing was promised, and how many were caught all the same. Audits leave out rules that looked
at no number; every fiftieth change was audited with all rules as well (*in full*), and *otherwise* counts those that then came out differently.

| build | reports | changes | broken | numbers | to be found | to be located | blind: changes | caught | in full | otherwise |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
CHAINS = """
## One wrong figure over county, city and years

Planted in balanced reports of a city, its counties and several years, and copied or not by those that come after; all reports of a world are audited
together. *named*: wrong cells named first and for certain by their own report. *accused*: right reports with a finding that no other explains.
*mistaken*: right cells named for certain.

| build | planted | wrong cells | named | accused | mistaken |
| --- | --- | ---: | ---: | ---: | ---: |
"""
PACKS = """
## Local packs

`auditor rules --prove --check PACK` over every form, with a pack that contradicts the form and one that says nothing new
(`tests/check/test_prove.py` has both, two packs that contradict each other, and every pack that is given out).

| build | pack | exit code | said |
| --- | --- | ---: | --- |
"""
KIT = """
## Conformance kit

`make conformance-kit` in a clean clone; the scoring sheets stand in [conformance.md](conformance.md). *otherwise*: cases that a weakened program lost
without cause or kept although it should have lost them.

| build | kit | cases | right | wrong | silent | weakened programs | otherwise |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def added(lines: Iterable[str]) -> dict[str, int]:
    """The sums over pieces of a trial, a line of JSON for each report."""
    whole: Counter[str] = Counter()
    for line in lines:
        one: dict[str, Any] = json.loads(line)
        whole["reports"] += one["cells"] > 0
        whole["broken"] += len(one["broken"])
        whole["otherwise"] += len(one["otherwise"])
        whole.update({name: one[name] for name in _COUNTS})
    return dict(whole)


def page(told: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """The page."""
    out = HEAD + MAP
    for one in told["map"]:
        what = f"{one['what']} ({one['reports']})" if one["reports"] > 1 else one["what"]
        numbers = ("changes", "broken", "cells", "found", "located", "blind_changes", "blind_caught", "confirmed", "otherwise")
        out += f"| {one['build']} | {what} | " + " | ".join(f"{one[name]:,}" for name in numbers) + " |\n"
    out += CHAINS
    for one in told["chain"]:
        out += f"| {one['build']} | {one['what']} | {one['wrong']} | {one['named']} | {one['accused']} | {one['mistaken']} |\n"
    out += PACKS
    for one in told["pack"]:
        out += f"| {one['build']} | {one['what']} | {one['code']} | {one['said']} |\n"
    out += KIT
    for one in told["kit"]:
        out += (
            "| "
            + " | ".join(str(one[name]) for name in ("build", "kit", "cases", "right", "wrong", "silent", "weakened", "otherwise"))
            + " |\n"
        )
    return out


def main(arguments: list[str]) -> int:
    """See the module."""
    if arguments:
        lines = (line for path in arguments for line in Path(path).read_text(encoding="utf-8").splitlines())
        print("[[map]]", *(f"{name} = {value}" for name, value in added(lines).items()), sep="\n")
    else:
        sys.stdout.write(page(tomllib.loads(DATA.read_text(encoding="utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
