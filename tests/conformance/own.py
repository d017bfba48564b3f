"""``python -m tests.conformance.own KIT OUT``: our own program over an unpacked kit, in this process; what it prints for the documents of each
kind and for each folder goes to OUT, as ``tests.conformance.score`` takes it.

``--kinds txt,html`` does a part; the rest of OUT stays.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from auditor import api


def main(arguments: list[str]) -> int:
    """Audit and write. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Audit an unpacked conformance kit.")
    parser.add_argument("kit", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kinds", default="docx,html,txt")
    given = parser.parse_args(arguments)
    (given.out / "folders").mkdir(parents=True, exist_ok=True)
    for kind in given.kinds.split(","):
        told = api.audit(*sorted((given.kit / "documents").glob(f"*.{kind}")))
        (given.out / f"{kind}.json").write_text(told.to_json(), encoding="utf-8")
        for folder in sorted((given.kit / "folders").glob(f"*.{kind}")):
            roster = folder / "roster.csv"
            before = folder / "previous"
            told = api.audit(folder / "reports", roster=roster if roster.is_file() else None, previous=(before,) if before.is_dir() else ())
            (given.out / "folders" / f"{folder.name}.json").write_text(told.to_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
