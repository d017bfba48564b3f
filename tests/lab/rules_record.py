"""The record of the rules by version: how often each spoke at error or warning, and how often rightly, where the truth is known.

Three sources: the laboratory (balanced reports, where whatever is said is untrue, and planted defects, which say what must and may be said), the
field cases (where a folder is given), and our own sentences. All are written as files, so that any version of the program can be asked:

    python -m tests.lab.rules_record write FOLDER [--field FIELD]         # files, and what is true of each
    PYTHONPATH=VERSION python tests/lab/fired.py FOLDER/files > FIRED.json   # what a version says of them (without PYTHONPATH: this one)
    python -m tests.lab.rules_record enter FOLDER FIRED.json              # into rules_record.json, in the place of what stood there of that version
    python -m tests.lab.rules_record page > docs/rules-record.md          # from rules_record.json alone

``make rules-record`` does it for the version at hand; each release adds its own columns. A rule that is right less than 99 times in 100 at
*error* has to be lowered until it is mended.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec import json as codec

from auditor import __version__
from tests.check.narrative.patterns import FIRST_SIGHT, SETS, cases, report_of, tried
from tests.lab.compose import balanced_plan, to_text
from tests.lab.mutate import DEFECTS, plant
from tests.lab.tested import rulebook

DATA = Path(__file__).with_name("rules_record.json")
"""What each version said: see :class:`Record`."""
_PLANS = 8
_FOLLOWS = {"C-18": {"C-01", "C-02", "C-03", "C-04", "T3-01"}}
"""What is true wherever one of these is: numbers of which one was changed, in the prose or in both, do not balance either."""


class Truth(Struct, frozen=True, kw_only=True):
    """What is true of one file. ``right`` are the rules that speak rightly (``*``: all); ``only`` those that count (a group ends with ``-``; empty:
    all), ``base`` a file whose findings do not count here.
    """

    source: str
    right: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    base: str = ""


class Source(Struct):
    """What a version said of one source: number of files, and for each rule how often it spoke and how often rightly."""

    count: int = 0
    unread: int = 0
    rules: dict[str, tuple[int, int]] = field(default_factory=dict)


class Sentences(Struct, frozen=True, kw_only=True):
    """What a version did with a set of our own sentences."""

    consistent: int
    accused: int
    at_error: int
    wrong: int
    found: int
    numbers: int
    not_understood: int


class Version(Struct):
    """One version: its sources, and its sentences where it was asked while it was the version at hand."""

    sources: dict[str, Source] = field(default_factory=dict)
    sentences: dict[str, Sentences] = field(default_factory=dict)


def record() -> dict[str, Version]:
    """All versions, the oldest first."""
    return codec.decode(DATA.read_bytes(), type=dict[str, Version]) if DATA.is_file() else {}


Files = Iterator[tuple[str, bytes, Truth]]


def laboratory() -> Files:
    """Balanced reports and planted defects of several sizes and forms."""
    for seed in range(_PLANS):
        for layout, year in (("layout_2021", 2023), ("layout_2019", 2020)):
            plan = balanced_plan(seed, layout, ("small", "large")[seed % 2], year=year)
            base = f"lab-{seed}-{year}.txt"
            yield base, to_text(plan), Truth(source="laboratory")
            for number, defect in enumerate(DEFECTS):
                planted = plant(plan, defect, seed)
                if planted is not None:
                    follows = {rule for rule, causes in _FOLLOWS.items() if defect.must in causes}
                    right = tuple(sorted({defect.must} | defect.may | follows))
                    yield f"lab-{seed}-{year}-{number:02d}.txt", to_text(planted.plan), Truth(source="laboratory", right=right, base=base)


def field_cases(folder: Path) -> Files:
    """The sentences and reports of the field folder."""
    bases = {name: (folder / f"base_{name}.txt").read_text(encoding="utf8") for name in ("plain", "with_s4")}
    for line in (folder / "sentences.jsonl").read_text(encoding="utf8").splitlines():
        case: dict[str, Any] = json.loads(line)
        text = bases[case["base"]]
        for key in ("agency", "p", "r", "s4"):
            text = text.replace(f"«{key}»", case.get(key, f"«{key}»"))
        right = ("*",) if case["expect"] == "find" else ()
        yield f"field-{case['id']}.txt", text.encode(), Truth(source="field cases", right=right, only=("C-",))
    for number, case in enumerate(json.loads((folder / "reports.json").read_text(encoding="utf8"))["cases"]):
        must = {rule for want in case.get("must", ()) for rule in want[0].split("|")}
        only = tuple(sorted(must | set(case.get("silent", ()))))
        name = f"field-{number}-{Path(case['file']).name}"
        yield name, (folder / case["file"]).read_bytes(), Truth(source="field cases", right=tuple(sorted(must)), only=only or ("-",))


def own(name: str) -> Files:
    """A set of our own sentences."""
    for number, case in enumerate(cases(name)):
        right = ("*",) if case["expect"] == "find" else ()
        truth = Truth(source=f"own sentences, {name.replace('_', ' ')}", right=right, only=("C-",))
        yield f"own-{name}-{number:04d}.txt", to_text(report_of(case["text"], case.get("year", 2023))), truth


def counted(truths: Mapping[str, Truth], fired: Mapping[str, Sequence[str]]) -> dict[str, Source]:
    """What a version said, held against what is true."""
    out: dict[str, Source] = {}
    for name, truth in truths.items():
        source = out.setdefault(truth.source, Source())
        source.count += 1
        said = set(fired.get(name, ["-"]))
        source.unread += "-" in said
        said -= {"-", *(fired.get(truth.base, ()) if truth.base else ())}
        if truth.only:
            said = {rule for rule in said if rule in truth.only or rule.partition("-")[0] + "-" in truth.only}
        for rule in said:
            times, rightly = source.rules.get(rule, (0, 0))
            source.rules[rule] = times + 1, rightly + ("*" in truth.right or rule in truth.right)
    for source in out.values():
        source.rules = dict(sorted(source.rules.items()))
    return out


def write(folder: Path, field_folder: Path | None) -> None:
    """All files, and ``truth.json`` beside them."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    truths: dict[str, Truth] = {}
    sources = [laboratory(), *([field_cases(field_folder)] if field_folder is not None else []), *(own(name) for name in SETS)]
    for name, data, truth in (entry for source in sources for entry in source):
        (folder / "files" / name).write_bytes(data)
        truths[name] = truth
    (folder / "truth.json").write_bytes(codec.encode(truths))


def enter(folder: Path, fired: Path) -> None:
    """What one version said, into the data. Sources that were not asked this time stay; the sentences are those of the version at hand."""
    told = json.loads(fired.read_text(encoding="utf-8"))
    truths = codec.decode((folder / "truth.json").read_bytes(), type=dict[str, Truth])
    versions = record()
    version = versions.setdefault(told["version"], Version())
    version.sources.update(counted(truths, told["fired"]))
    if told["version"] == __version__:
        for name in SETS:
            done = tried(name)
            found = done.wrong - len(done.missed)
            version.sentences[name] = Sentences(
                consistent=done.consistent,
                accused=len(done.accused),
                at_error=done.at_error,
                wrong=done.wrong,
                found=found,
                numbers=done.numbers,
                not_understood=done.not_understood,
            )
    DATA.write_text(json.dumps(json.loads(codec.encode(dict(sorted(versions.items())))), indent=1) + "\n", encoding="utf-8")


def page(versions: Mapping[str, Version]) -> str:
    """The page from the data alone."""
    lines = ["# The record of the rules", ""]
    lines.append("Written by `make rules-record` from `tests/lab/rules_record.json`; do not edit by hand. Each version adds its columns.")
    lines += [
        "",
        "How many reports or sentences a rule spoke of at error or warning, and of how many rightly (rightly/fired), by source and version.",
    ]
    lines += [
        "Every version is asked the same files, each by itself, as the last commit that bears its number; a dash: it never spoke.",
        "",
    ]
    sources = list(dict.fromkeys(name for version in versions.values() for name in version.sources))
    columns = [(source, name) for source in sources for name, version in versions.items() if source in version.sources]
    counts = {
        source: max(version.sources[source].count for version in versions.values() if source in version.sources) for source in sources
    }
    lines.append("| rule | " + " | ".join(f"{source} ({counts[source]}), {name}" for source, name in columns) + " |")
    lines.append("| --- | " + " | ".join("---" for _ in columns) + " |")
    for rule in rulebook().rules:
        told = [versions[name].sources[source].rules.get(rule.id) for source, name in columns]
        if any(told):
            lines.append(f"| {rule.id} | " + " | ".join(f"{one[1]}/{one[0]}" if one else "–" for one in told) + " |")
    whole: list[Counter[str]] = []
    for source, name in columns:
        rules = versions[name].sources[source].rules.values()
        whole.append(Counter(fired=sum(times for times, _ in rules), rightly=sum(rightly for _, rightly in rules)))
    lines.append("| all | " + " | ".join(f"{one['rightly']}/{one['fired']}" for one in whole) + " |")
    unread = [(name, source, one.unread) for name, version in versions.items() for source, one in version.sources.items() if one.unread]
    lines += ["", *(f"Not read by {name}: {count} of {source}." for name, source, count in unread)] if unread else []
    for name, version in versions.items():
        for kind, done in version.sentences.items():
            lines += [
                "",
                f"{name}, own sentences, {kind.replace('_', ' ')}: {done.consistent} agree with their tables, {done.accused} of them accused "
                f"({done.at_error} at error); {done.wrong} do not, {done.found} of them found; "
                f"{done.not_understood} of {done.numbers} numbers not understood.",
            ]
    lines += ["", "## New sentences at first sight", ""]
    lines += ["Batches of sentences in wording not tried before, tried once before anything was mended after them.", ""]
    lines += [
        "| batch | agree with their tables | of them accused (at error) | do not agree | of them found |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {batch['name']} | {batch['consistent']} | {batch['accused']} ({batch['at_error']}) | {batch['wrong']} | {batch['found']} |"
        for batch in tomllib.loads(FIRST_SIGHT.read_text(encoding="utf8"))["batch"]
    ]
    errata = tomllib.loads((Path(__file__).with_name("errata.toml")).read_text(encoding="utf8"))["errata"]
    lines += ["", "## Errata", "", *(f"- {entry['version']}, {', '.join(entry['rules'])}: {entry['text']}" for entry in errata)]
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("write")
    step.add_argument("folder", type=Path)
    step.add_argument("--field", type=Path)
    step = steps.add_parser("enter")
    step.add_argument("folder", type=Path)
    step.add_argument("fired", type=Path)
    steps.add_parser("page")
    given = parser.parse_args(arguments)
    if given.step == "write":
        write(given.folder, given.field)
    elif given.step == "enter":
        enter(given.folder, given.fired)
    else:
        sys.stdout.write(page(record()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
