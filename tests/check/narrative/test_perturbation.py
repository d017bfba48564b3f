"""One number of the prose of a balanced report changed: found where it was held against something; an unknown word before it, never an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import msgspec
import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Finding
from auditor.model.report import Report
from auditor.model.settings import Settings
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.tested import rulebook

_UNKNOWN = "饕餮"
SETTINGS = Settings(select=("C",))


def loud(report: Report) -> list[Finding]:
    def flat(findings: tuple[Finding, ...]) -> Iterator[Finding]:
        for finding in findings:
            yield finding
            yield from flat(finding.children)

    found = flat(check(report, rulebook(), SETTINGS).findings)
    return [finding for finding in found if finding.severity in ("error", "warning")]


def with_text(report: Report, index: int, text: str) -> Report:
    passages = list(report.passages)
    passages[index] = msgspec.structs.replace(passages[index], text=text)
    return msgspec.structs.replace(report, passages=tuple(passages))


@pytest.mark.parametrize("seed", range(12))
def test_one_number_changed(seed: int) -> None:
    layout, year = (("layout_2021", 2023), ("layout_2019", 2020))[seed % 2]
    report = bind(to_document(balanced_plan(seed, layout, ("small", "large")[seed // 2 % 2], year=year)), rulebook())
    numbers = [entry for entry in check(report, rulebook(), SETTINGS).statements if re.search(r"\d", entry.printed)]
    if not numbers:
        return
    chosen = Random(seed).choice(numbers)
    assert chosen.location is not None
    assert chosen.location.span is not None
    start, end = chosen.location.span
    text = report.passages[chosen.passage].text
    new = re.sub(r"\d+", lambda match: str(int(match.group()) * 3 + 7), text[start:end], count=1)
    digits = re.findall(r"\d+", new)[0]
    changed = loud(with_text(report, chosen.passage, text[:start] + new + text[end:]))
    if chosen.state in ("compared", "internal"):
        assert any(digits in finding.message for finding in changed)
    unknown = loud(with_text(report, chosen.passage, text[:start] + _UNKNOWN + new + text[end:]))
    assert not [finding for finding in unknown if finding.severity == "error" and digits in finding.message]
