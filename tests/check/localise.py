"""How often the wrong cell is found: every cell of tables 3 and 4 made wrong, one at a time.

``python -m tests.check.localise [--corpus DIR] [--reports N]`` goes over all cells of the real reports beside the checkout and of N
generated ones, and prints the counts. The tests take a sample of the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec

from auditor.bind import bind
from auditor.check.engine import check
from auditor.check.identities import Identity, identities_of
from auditor.model.finding import Finding
from auditor.model.report import Fact, Report
from auditor.model.settings import Settings
from auditor.read import read_file
from tests.check.tables import BOOK
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document

ARITHMETIC = Settings(select=("T3-01", "T3-02", "T3-03", "T4-01", "T4-02", "T4-03"))
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus"


@dataclass(slots=True)
class Tally:
    """Changes made; those only one cell explains; of these named first; certain but wrong; explained by several, yet certain."""

    changes: int = 0
    identifiable: int = 0
    first: int = 0
    certain_but_wrong: int = 0
    too_certain: int = 0

    def __str__(self) -> str:
        share = self.first / self.identifiable if self.identifiable else 0.0
        return (
            f"{self.changes} changes, {self.identifiable} identifiable, true cell first in {self.first} ({share:.1%}); "
            f"certain but wrong {self.certain_but_wrong}, certain where several explain equally {self.too_certain}"
        )


def real_reports(folder: Path = CORPUS) -> list[Report]:
    """One balanced reading of each real report."""
    return [bind(read_file(path), BOOK) for path in sorted(folder.glob("*/report.docx"))]


def made_reports(count: int) -> Iterator[Report]:
    """Balanced reports of both forms in several sizes."""
    sizes = ("small", "medium", "large")
    for seed in range(count):
        layout = "layout_2019" if seed % 3 == 2 else "layout_2021"
        yield bind(to_document(balanced_plan(seed, layout, sizes[seed % len(sizes)])), BOOK)


def slips(value: int) -> Iterator[int]:
    """One more, one less, a digit too many, two neighbouring digits exchanged."""
    text = str(value)
    swapped = [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)]
    yield from dict.fromkeys(n for n in (value + 1, value - 1, value * 10, *map(int, swapped)) if n >= 0 and n != value)


def explanations(values: dict[str, int], identities: Sequence[Identity]) -> set[str]:
    """All cells with a value that makes every equation hold, found by trying each."""

    def difference(identity: Identity, changed: dict[str, int]) -> int:
        left = sum(changed.get(key, values[key]) for key in identity.left)
        return left - sum(changed.get(key, values[key]) for key in identity.right)

    first = next((identity for identity in identities if difference(identity, {})), None)
    found: set[str] = set()
    if first is None:
        return found
    for key in first.keys:
        value = values[key] - (1 if key in first.left else -1) * difference(first, {})
        if value >= 0 and not any(difference(identity, {key: value}) for identity in identities):
            found.add(key)
    return found


def measure(report: Report, every: int = 1, begin: int = 0) -> Tally:
    """Each ``every``-th change of a report that balances; reports that do not give an empty tally."""
    tally = Tally()
    if check(report, BOOK, ARITHMETIC).findings:
        return tally
    there = {str(fact.key) for fact in report.facts}
    identities = [identity for identity in identities_of(report, BOOK) if there.issuperset(identity.keys)]
    used = {key for identity in identities for key in identity.keys}
    values = {str(fact.key): int(fact.value or 0) for fact in report.facts if fact.key in used}
    number = begin
    for place, fact in enumerate(report.facts):
        if fact.key not in used or fact.value is None:
            continue
        for wrong in slips(int(fact.value)):
            number += 1
            if number % every == 0:
                _one(report, place, fact, wrong, values, identities, tally)
    return tally


def _one(report: Report, place: int, fact: Fact, wrong: int, values: dict[str, int], identities: Sequence[Identity], tally: Tally) -> None:
    changed = msgspec.structs.replace(fact, raw=str(wrong), value=Decimal(wrong))
    facts = (*report.facts[:place], changed, *report.facts[place + 1 :])
    found = explanations({**values, str(fact.key): wrong}, identities)
    tops: tuple[Finding, ...] = check(msgspec.structs.replace(report, facts=facts), BOOK, ARITHMETIC).findings
    culprit = tops[0].culprit if tops else None
    right = culprit is not None and culprit.candidates[0].key == fact.key and int(culprit.candidates[0].likely) == fact.value
    tally.changes += 1
    tally.identifiable += found == {fact.key}
    tally.first += found == {fact.key} and right
    if culprit is not None and culprit.certain:
        tally.certain_but_wrong += not right
        tally.too_certain += len(found) > 1 and not right


def main() -> None:
    """Print the counts for the real and the generated reports."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--reports", type=int, default=3)
    options = parser.parse_args()
    for report in (*real_reports(options.corpus), *made_reports(options.reports)):
        print(f"{report.agency} {report.year}: {measure(report)}", flush=True)


if __name__ == "__main__":
    main()
