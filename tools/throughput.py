"""Files per second and peak memory for each kind of file: ``python -m tools.throughput [--files 12]``.

Reports of invented agencies are composed, then audited one after the other in a process of its own for each kind, started fresh so
that its peak memory is that kind's. Start-up and one file to warm up are not counted; memory includes the interpreter and the rule book.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.lab.compose.office import convert, libreoffice
from tests.lab.tested import has_reader
from tests.lab.variants import SUFFIX, make_case

KINDS = ("text", "docx", "html", "pdf", "xlsx", "xls", "mht", "doc", "rtf", "ofd", "scan")
_SEED = 3
_FEW = 3
"""Scans take seconds each."""

_WORKER = """
import json, resource, sys, time
from pathlib import Path
from auditor.model.settings import Settings
from auditor.pipeline import audit_file
from auditor.rulebook import load_rulebook
rulebook, settings = load_rulebook(), Settings()
paths = [Path(line) for line in sys.argv[1:]]
audit_file(paths[0], rulebook, settings)
start = time.perf_counter()
audits = [audit_file(path, rulebook, settings) for path in paths]
seconds = time.perf_counter() - start
status = Path("/proc/self/status")  # elsewhere the figure of the process that started this one may be mixed in
marks = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {}
peak = int(marks["VmHWM"].split()[0]) / 1024 if "VmHWM" in marks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "read": sum(audit.status != "unreadable" for audit in audits)}))
"""


def files_of(kind: str, count: int, folder: Path) -> list[Path]:
    """``count`` files of this kind in ``folder``; none where the program to make them is missing."""
    sources = []
    for number in range(_FEW if kind == "scan" else count):
        case = make_case(number, _SEED, kind, defects=False)
        assert case.render is not None
        path = folder / f"{case.name}.{SUFFIX[case.kind]}"
        path.write_bytes(case.render(case.plan))
        sources.append(path)
    if kind not in ("doc", "rtf", "xls"):
        return sources
    if libreoffice() is None:
        return []
    return list(convert(sources, kind, folder).values())


def measure(paths: list[Path]) -> dict[str, float]:
    """Seconds, peak memory (MB) and number of files read, of one fresh process."""
    done = subprocess.run([sys.executable, "-c", _WORKER, *map(str, paths)], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--kinds", default=",".join(KINDS))
    chosen = parser.parse_args(arguments)
    print("| kind | files | files/s | peak MB |\n| --- | ---: | ---: | ---: |")
    for kind in chosen.kinds.split(","):
        if kind in ("scan",) and not has_reader(kind):
            print(f"| {kind} | the extra ocr is not installed | | |")
            continue
        with tempfile.TemporaryDirectory() as folder:
            paths = files_of(kind, chosen.files, Path(folder))
            if not paths:
                print(f"| {kind} | LibreOffice is needed to make them | | |")
                continue
            found = measure(paths)
        print(f"| {kind} | {int(found['read'])} of {len(paths)} | {len(paths) / found['seconds']:.2g} | {found['peak']:.0f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
