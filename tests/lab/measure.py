"""How exactly a document was read: each printed cell is exact, declared unread, silently missing, or wrong."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditor.model.report import Report
from tests.lab.variants import Case

SURE = 0.6
"""From this confidence on a wrong or silently blank reading counts as wrong, below it as declared."""

OUTCOMES = ("exact", "declared", "silent", "wrong", "invented")


@dataclass(frozen=True)
class Reading:
    """What became of the cells of one document; ``details`` lists those that are not exact, as (key, printed, read)."""

    cells: Counter[str]
    details: tuple[tuple[str, str, str, str], ...] = ()
    status: str = "read"
    calibration: Counter[str] = field(default_factory=Counter)
    """Cells read, by confidence and truth: ``0.90 right``, ``0.90 wrong``."""


BANDS = (1.0, 0.9, 0.6, 0.3, 0.0)
"""Lower ends of the bands of confidence in the table of calibration."""


def compare(truth: Mapping[str, str], report: Report, *, pictured: bool = False) -> Reading:
    """Cells of a bound report against what was printed. White space is not compared, everything else is.

    ``pictured``: the cells were only to be seen, so that forms which look alike (４ and 4, － and —) count as the same.
    """
    counts: Counter[str] = Counter()
    calibration: Counter[str] = Counter()
    details = []
    facts = {str(fact.key): fact for fact in report.facts}
    admits = report.status != "read" or bool(report.problems)
    found = {table.id: table for table in report.tables}
    for key, printed in truth.items():
        fact = facts.get(key)
        table = found.get(key.partition(".")[0])
        if fact is None:
            told = admits or key.partition(".")[0] in report.elsewhere or (table is not None and table.confidence < 1)
            outcome = "declared" if told else "silent"
        elif fact.state == "unreadable":
            outcome = "declared"
        elif squeezed(fact.raw) == squeezed(printed) or (pictured and _looks(fact.raw) == _looks(printed)):
            outcome = "exact"
        else:
            outcome = "wrong" if fact.confidence >= SURE else "declared"
        counts[outcome] += 1
        if fact is not None and fact.state != "unreadable":
            calibration[_band(fact.confidence, right=outcome == "exact")] += 1
        if outcome != "exact":
            details.append((outcome, key, printed, "" if fact is None else fact.raw))
    for key, fact in facts.items():
        if key not in truth and fact.state != "unreadable" and squeezed(fact.raw):
            outcome = "invented" if fact.confidence >= SURE else "declared"
            counts[outcome] += 1
            calibration[_band(fact.confidence, right=False)] += 1
            details.append((outcome, key, "", fact.raw))
    return Reading(counts, tuple(details), report.status, calibration)


def _band(confidence: float, *, right: bool) -> str:
    band = next(low for low in BANDS if confidence >= low)
    return f"{band:.2f} {'right' if right else 'wrong'}"


def _looks(text: str) -> str:
    return "".join("—" if char in "-–—―－" else char for char in unicodedata.normalize("NFKC", squeezed(text)))


def squeezed(text: str) -> str:
    """Text without white space of any kind."""
    return "".join(text.split()).replace("\u00a0", "").replace("\u200b", "")


CUT = "cut off"
"""What stands for the kind of files that were cut off, whatever they were."""
_FLAT = ("documents", "whole", "identity", "crashed", "unhedged", "unmade", "calibration")
_NESTED = ("kinds", "features", "rules", "scans")


@dataclass
class Sheet:
    """Counts by kind and by feature, and by rule. The only thing in the laboratory that changes while it runs."""

    documents: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    features: dict[str, Counter[str]] = field(default_factory=dict)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)
    identity: Counter[str] = field(default_factory=Counter)
    crashed: Counter[str] = field(default_factory=Counter)
    scans: dict[str, Counter[str]] = field(default_factory=dict)
    unhedged: Counter[str] = field(default_factory=Counter)
    unmade: Counter[str] = field(default_factory=Counter)
    calibration: Counter[str] = field(default_factory=Counter)

    def add(self, other: Sheet) -> None:
        """Count what another piece of the same run counted."""
        for name in _FLAT:
            getattr(self, name).update(getattr(other, name))
        for name in _NESTED:
            for key, counts in getattr(other, name).items():
                getattr(self, name).setdefault(key, Counter()).update(counts)
        self.failures += other.failures

    def as_json(self) -> dict[str, object]:
        """The counts as plain data."""
        return {name: getattr(self, name) for name in (*_FLAT, *_NESTED, "failures")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sheet:
        """The sheet of :meth:`as_json`."""
        flat: dict[str, Any] = {name: Counter(data.get(name, {})) for name in _FLAT}
        nested: dict[str, Any] = {name: {key: Counter(counts) for key, counts in data[name].items()} for name in _NESTED}
        return cls(**flat, **nested, failures=[(name, fault) for name, fault in data["failures"]])

    def add_reading(self, case: Case, reading: Reading) -> None:
        """Count the cells of one document; those of files that were cut off count apart, as what is lost cannot be read."""
        kind = CUT if case.kept < 1 else case.kind
        self.documents[kind] += 1
        self.whole[kind] += set(reading.cells) <= {"exact"}
        self.kinds.setdefault(kind, Counter()).update(reading.cells)
        if case.kept < 1:
            return
        self.calibration.update(reading.calibration)
        for feature in case.features:
            self.features.setdefault(feature, Counter()).update(reading.cells)
        for dpi in (feature for feature in case.features if feature.endswith("_dpi")):
            worn = "" if "scan_flat" in case.features else ", seal, pen or camera"
            counts = self.scans.setdefault(f"{dpi.split('_')[1]} dpi{worn}", Counter())
            counts.update({**reading.cells, "documents": 1, "whole": int(set(reading.cells) <= {"exact"})})

    def add_identity(self, case: Case, report: Report) -> None:
        """Count whether agency, year and sections were found."""
        self.identity["documents"] += 1
        self.identity["agency"] += report.agency == case.plan.agency
        self.identity["year"] += report.year == case.plan.year
        expected = [entry.key for entry in case.plan.sections if entry.title is None and entry.key[0] in "sf"]
        found = [section.key for section in report.sections]
        self.identity["sections"] += all(key in found for key in expected)

    def add_rules(self, case: Case, fired: Mapping[str, str], cards: Container[str]) -> tuple[str, ...]:
        """Count planted, found, missed and false findings; ``fired`` maps rule ids to their severity, ``cards`` are the rules that
        the rule book has. Answers the false ones.
        """
        must = case.defect.must if case.defect is not None else None
        may = case.defect.may if case.defect is not None else frozenset()
        if must is not None and must in cards:
            counts = self.rules.setdefault(must, Counter())
            counts["planted"] += 1
            counts["found" if must in fired else "missed"] += 1
        false = tuple(rule for rule, severity in fired.items() if severity == "error" and rule != must and rule not in may)
        for rule in false:
            self.rules.setdefault(rule, Counter())["false"] += 1
        return false
