"""``python -m tests.conformance.kit FILE.zip``: the conformance kit as one file, for anybody with a program that prints the check JSON.

Holds ``documents/`` (every case in three kinds), ``folders/`` (cases of several reports), ``expected.json``, ``run.py`` (needs Python alone), ``errata.toml`` and ``README.md``. The same
rules give the same bytes.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.conformance import run
from tests.conformance.cases import conformance_cases
from tests.conformance.folders import folder_cases
from tests.conformance.generate import ERRATA, RENDER, documents, expectations, folders
from tests.lab import tested

_DAY = (2020, 1, 1, 0, 0, 0)
README = """# Conformance kit {version}

{documents} documents and {folders} folders of documents in {kinds}, made from the examples of {rules} rules. Each is a whole report of an invented
agency (or a few of them) that fails, passes or leaves undecided one rule; `expected.json` says which. Of the other rules nothing is promised.

1. Have your program audit `documents/` and print one JSON document: `audits`, each with `source.path`, `status`, `findings` (`rule`, `children`) and
   `unknown` (`rule`, `verdict`).
2. Have it audit each folder NAME below `folders/` by itself: `reports/`, with `previous/` (earlier reports to compare with) and `roster.csv` where they are
   there, and write the output to `out/NAME.json`; findings of the whole run stand in `corpus.findings`. Asked is what is said of the report whose
   file name begins with 1, or of the whole run.
3. `python run.py CHECK.json out` prints the scoring sheet.

Silence is no pass: a case on which a rule must stay silent counts only for a program that spoke up in every case of that kind in which
the same rule must fail. What no document shows is not in the kit (parts that were not read): {left} examples, named in `expected.json`
under `not_documents`. A rule that needs such input says `needs_other_input`.
Errata are in `errata.toml`; a case named there is not scored.
"""


def entries() -> Iterator[tuple[str, bytes]]:
    """Every file of the kit by name, in order."""
    cases, several = conformance_cases(tested.rulebook())[0], folder_cases(tested.rulebook())[0]
    told = expectations()
    left = told["not_documents"]
    assert isinstance(left, list)
    facts = {
        "documents": len(cases) * len(RENDER),
        "folders": len(several) * len(RENDER),
        "kinds": ", ".join(sorted(RENDER)),
        "rules": len({case.rule for case in cases} | {case.rule for case in several}),
    }
    yield "README.md", README.format(version=told["version"], left=len(left), **facts).encode()
    yield "errata.toml", ERRATA.read_bytes()
    yield "expected.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    yield "run.py", Path(run.__file__).read_bytes()
    for name, data in documents():
        yield f"documents/{name}", data
    for path, data in folders():
        yield f"folders/{path}", data


def main(arguments: list[str]) -> int:
    """Write the kit. Returns the exit code."""
    if len(arguments) != 1:
        print("one argument: the file to write", file=sys.stderr)
        return 2
    target = Path(arguments[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries():
            archive.writestr(zipfile.ZipInfo(f"conformance-kit/{name}", _DAY), data, zipfile.ZIP_DEFLATED)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
