"""``PYTHONPATH=VERSION python tests/lab/fired.py FOLDER > FIRED.json``: the rules that each report of a folder makes speak at error or warning.

Stands alone, so that any version of the program can be asked: it imports nothing but that version's ``auditor``. Each file is audited by itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def fired(folder: Path) -> dict[str, list[str]]:
    """Rules by file name, those explained by others included; ``-`` alone where the file could not be read."""
    from auditor.model.settings import Settings
    from auditor.pipeline import check_report, extract_bytes
    from auditor.rulebook import load_rulebook

    rulebook, out = load_rulebook(), {}
    for path in sorted(folder.iterdir()):
        audit = check_report(extract_bytes(path.read_bytes(), path.name, rulebook), rulebook, Settings())
        waiting: list[Any] = list(audit.findings)
        rules: set[str] = {"-"} if audit.status == "unreadable" else set()
        while waiting:
            finding = waiting.pop()
            waiting += finding.children
            if finding.severity in ("error", "warning"):
                rules.add(finding.rule)
        out[path.name] = sorted(rules)
    return out


if __name__ == "__main__":
    from auditor import __version__

    json.dump({"version": __version__, "fired": fired(Path(sys.argv[1]))}, sys.stdout, ensure_ascii=False)
