"""Writes the real output of commands into the README and the pages of the manual: ``python -m tools.readme``.

A block that follows ``<!-- output: ARGUMENTS -->`` is replaced by what ``auditor ARGUMENTS`` prints; with ``--bench`` the block after
``<!-- bench -->`` and the table after ``<!-- throughput -->`` are measured anew.
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
BENCH = re.compile(r"(<!-- bench -->\n```text\n)(?P<text>.*?)(```)", re.DOTALL)


def output_of(*command: str) -> str:
    """What a module of this project prints on standard output, line ends trimmed."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=README.parent, capture_output=True, encoding="utf-8", check=False)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def refreshed(text: str) -> str:
    """The README with the blocks of command output as the program prints them now."""
    return OUTPUT.sub(lambda match: match[1] + output_of("auditor", *match["arguments"].split()) + match[4], text)


def main(arguments: Sequence[str]) -> None:
    text = refreshed(README.read_text(encoding="utf-8"))
    if "--bench" in arguments:
        text = BENCH.sub(lambda match: match[1] + output_of("tools.bench") + match[3], text)
        text = TABLE.sub(lambda match: match[1] + output_of("tools.throughput"), text)
    README.write_text(text, encoding="utf-8")
    for page in sorted(MANUAL.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        if (after := refreshed(before)) != before:
            page.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
