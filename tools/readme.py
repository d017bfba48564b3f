"""Writes the real output of commands into the README and the pages of the manual: ``python -m tools.readme``.

A block that follows ``<!-- output: ARGUMENTS -->`` is replaced by what ``auditor ARGUMENTS`` prints; with ``--bench`` the tables after
``<!-- bench -->`` (also in ``docs/benchmarks.md``, there with the goals) and ``<!-- throughput -->`` are measured anew.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
MANUAL = README.parent / "docs" / "manual"
OUTPUT = re.compile(r"(<!-- output: (?P<arguments>[^>]+) -->\n```text\n)(?P<text>.*?)(```)", re.DOTALL)
TABLE = re.compile(r"(<!-- throughput -->\n)(?P<text>(?:\|[^\n]*\n)*)")
BENCH = re.compile(r"(<!-- bench -->\n)(?P<text>(?:\|[^\n]*\n)*)")
BENCHMARKS = README.parent / "docs" / "benchmarks.md"


def output_of(*command: str) -> str:
    """What a module of this project prints on standard output, line ends trimmed."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=README.parent, capture_output=True, encoding="utf-8", check=False)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def refreshed(text: str) -> str:
    """The README with the blocks of command output as the program prints them now."""
    return OUTPUT.sub(lambda match: match[1] + output_of("auditor", *match["arguments"].split()) + match[4], text)


def without_goals(table: str) -> str:
    """The table with its first two columns only."""
    return "".join("|".join(line.split("|")[:3]) + "|\n" for line in table.splitlines())


def main(arguments: Sequence[str]) -> None:
    text = refreshed(README.read_text(encoding="utf-8"))
    if "--bench" in arguments:
        measured = output_of("tools.bench").partition("\n\n")[0] + "\n"
        text = BENCH.sub(lambda match: match[1] + without_goals(measured), text)
        BENCHMARKS.write_text(BENCH.sub(lambda match: match[1] + measured, BENCHMARKS.read_text(encoding="utf-8")), encoding="utf-8")
        text = TABLE.sub(lambda match: match[1] + output_of("tools.throughput"), text)
    README.write_text(text, encoding="utf-8")
    for page in sorted(MANUAL.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        if (after := refreshed(before)) != before:
            page.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
