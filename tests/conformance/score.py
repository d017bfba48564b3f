"""``python -m tests.conformance.score CHECK.json… FOLDER``: the page docs/conformance.md, from the output of our own program on the kit."""

from __future__ import annotations

import sys

from tests.conformance.generate import expectations
from tests.conformance.run import failures, sheet, told

HEAD = """# Conformance

`make conformance-kit` writes `build/conformance-kit.zip`: whole reports in three kinds, each of an invented agency, which one rule must find wrong,
find right or leave undecided, and folders of several reports, with earlier ones and a roster, for the rules that compare them; the expectations;
and a runner that needs only a program which prints the check JSON. Silence is no pass: a case on which a rule must stay silent counts only where
the same rule spoke up in every case of that kind in which it must; where the kit has no case that the rule must find wrong, its silent ones never
count. This page is our own score, and that of our own program deliberately weakened, written by the same command.

All examples reach their verdicts when a report is built from them directly (every start of the tests proves it). What no document can show
is not in the kit: parts or cells that were not read, a scope that cannot be told. Those examples are counted below and named in `expected.json`.

"""


def main(arguments: list[str]) -> int:
    """Print the page. Returns the exit code."""
    if not arguments:
        print("arguments: outputs of check on the documents, and the folder of outputs on the folders", file=sys.stderr)
        return 2
    expected = expectations()
    check, folders = told(arguments)
    wrong = failures(check, expected, folders)
    page = HEAD + sheet(check, expected, folders)
    left, errata = expected["not_documents"], expected["errata"]
    assert isinstance(left, list)
    assert isinstance(errata, dict)
    page += f"\nExamples that no document and no folder shows: {len(left)}.\n"
    if errata:
        page += "\nErrata (not scored):\n\n" + "".join(f"- {case}: {reason}\n" for case, reason in errata.items())
    if wrong:
        page += "\nNot as expected:\n\n" + "".join(f"- {line}\n" for line in wrong)
    sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
