"""Writes ``sample_reports/`` and ``tests/lab/samples_expected.json``: ``python -m tests.lab.make_samples [--check]``.

The same bytes each time; ``--check`` writes nothing and exits with 1 when a file on disk differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.lab.samples import Sample, samples

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sample_reports"
EXPECTED = Path(__file__).with_name("samples_expected.json")


def files() -> dict[Path, bytes]:
    """Every file to be written, with its content."""
    entries = samples()
    out = {FOLDER / entry.file: entry.render(entry.plan) for entry in entries}
    out[FOLDER / "README.md"] = _readme(entries).encode()
    out[EXPECTED] = (json.dumps(expected(entries), ensure_ascii=False, indent=1) + "\n").encode()
    return out


def expected(entries: tuple[Sample, ...]) -> dict[str, object]:
    """Per file: agency, year, every printed cell, error rules that must or may be found, and warnings to be seen."""
    return {
        entry.file: {
            "report": entry.report,
            "agency": entry.plan.agency or None,
            "year": entry.plan.year if entry.report else None,
            "layouts": dict(entry.plan.layouts),
            "must": list(entry.must),
            "may": list(entry.may),
            "warnings": list(entry.warnings),
            "halves": entry.halves,
            "facts": entry.plan.truth(),
        }
        for entry in entries
    }


def _readme(entries: tuple[Sample, ...]) -> str:
    lines = [
        "# 示例报告",
        "",
        "以下机关、人员和数字均为虚构，文件由 `python -m tests.lab.make_samples` 生成，可用来试运行：`auditor check sample_reports`。",
        "",
        "Invented agencies and figures, made by `python -m tests.lab.make_samples`. What an audit must find is in",
        "`tests/lab/samples_expected.json`.",
        "",
        "| 文件 file | 情况 | What it is | 错误 errors | 警告 warnings |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in entries:
        marks = [", ".join(rules) or "—" for rules in (entry.must, entry.warnings)]
        lines.append(f"| `{entry.file}` | {entry.zh} | {entry.en} | {marks[0]} | {marks[1]} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Write or check the files. Returns the exit code."""
    made = files()
    if "--check" in arguments:
        differing = [path for path, content in made.items() if not path.is_file() or path.read_bytes() != content]
        for path in differing:
            print(f"differs: {path.relative_to(ROOT)}")
        return 1 if differing else 0
    FOLDER.mkdir(exist_ok=True)
    for path, content in made.items():
        path.write_bytes(content)
    print(f"{len(made)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
