"""``python -m tests.conformance.kit FILE.zip``: the conformance kit as one file, for anybody with a program that prints the check JSON.

Holds ``documents/`` (every case in three kinds), ``expected.json``, ``run.py`` (needs Python alone), ``errata.toml`` and ``README.md``. The same
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
from tests.conformance.generate import ERRATA, RENDER, documents, expectations
from tests.lab import tested

_DAY = (2020, 1, 1, 0, 0, 0)
README = """# Conformance kit {version}

{documents} documents in {kinds}, made from the examples of {rules} rules. Each is a whole report of an invented agency of its own that fails, passes or
leaves undecided one rule; `expected.json` says which. Of its other rules nothing is promised.

1. Have your program audit `documents/` and print one JSON document: `audits`, each with `source.path`, `status`, `findings` (`rule`, `children`) and
   `unknown` (`rule`, `verdict`).
2. `python run.py CHECK.json` prints the scoring sheet.

Silence is no pass: a document on which a rule must stay silent counts only for a program that spoke up in every document of that kind in which
the same rule must fail. What no single document shows is not in the kit (several reports, a roster, parts that were not read): {left} examples, named in `expected.json`
under `not_documents`. A rule that needs such input says `needs_other_input`.
Errata are in `errata.toml`; a case named there is not scored.
"""


def entries() -> Iterator[tuple[str, bytes]]:
    """Every file of the kit by name, in order."""
    cases, left = conformance_cases(tested.rulebook())
    told = expectations()
    facts = {"documents": len(cases) * len(RENDER), "kinds": ", ".join(sorted(RENDER)), "rules": len({case.rule for case in cases})}
    yield "README.md", README.format(version=told["version"], left=len(left), **facts).encode()
    yield "errata.toml", ERRATA.read_bytes()
    yield "expected.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    yield "run.py", Path(run.__file__).read_bytes()
    for name, data in documents():
        yield f"documents/{name}", data


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
