"""``python -m tests.conformance.score CHECK.json``: the page docs/conformance.md, from the output of our own program on the kit."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.conformance.generate import expectations
from tests.conformance.run import failures, sheet

HEAD = """# Conformance

`make conformance-kit` writes `build/conformance-kit.zip`: whole reports in three kinds, each of an invented agency of its own, which one rule must
find wrong, find right or leave undecided; the expectations; and a runner that needs only a program which prints the check JSON. Silence is no
pass: a document on which a rule must stay silent counts only where the same rule spoke up in every document of that kind in which it must; where
the kit has no document that the rule must find wrong, its silent ones never count. This page is our own score.

All examples reach their verdicts when a report is built from them directly (every start of the tests proves it). What no single document can show
is not in the kit: several reports, a roster, parts or cells that were not read. Those examples are counted below and named in `expected.json`.

"""


def main(arguments: list[str]) -> int:
    """Print the page. Returns the exit code."""
    expected = expectations()
    check = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    wrong = failures(check, expected)
    told = HEAD + sheet(check, expected)
    left = expected["not_documents"]
    assert isinstance(left, list)
    told += f"\nExamples that no single document shows: {len(left)}.\n"
    if wrong:
        told += "\nNot as expected:\n\n" + "".join(f"- {line}\n" for line in wrong)
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
