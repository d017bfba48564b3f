"""A batch with files that hang, eat memory or crash native code: all others are audited, the bad ones listed with the reason."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from auditor.batch.inputs import Input
from auditor.batch.remembered import audit_with_ledger
from auditor.batch.task import FileTask
from auditor.ledger import Ledger
from auditor.model.finding import Audit
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.supervise import Limits
from tests.lab.compose import balanced_plan, to_text

FILES = int(os.environ.get("AUDITOR_POISON_FILES", "60"))
"""Files of the batch, a hundredth of them bad but at least five; 500 by command."""
POISONS = ("hang", "memory", "crash")
REASONS = {"hang": "RUN-TIMEOUT", "memory": "RUN-MEMORY", "crash": "RUN-CRASH"}


class PoisonedTask(FileTask, frozen=True, kw_only=True):
    """Reads as the program does, except that bad files do to the worker what broken libraries do."""

    def audit(self, entry: Input) -> Audit:
        match entry.path.name.partition("_")[0]:
            case "hang":
                while True:
                    pass
            case "memory":
                bytearray(64 * 1024**3)
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
        return FileTask.audit(self, entry)


@pytest.mark.skipif(os.name == "nt", reason="no memory limit and no SIGSEGV on Windows")
def test_the_bad_cost_only_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    bad: dict[str, str] = {}
    every = FILES // max(5, FILES // 100)
    for number in range(FILES):
        name = f"report_{number:04}.txt"
        if number % every == every // 2:
            poison = POISONS[len(bad) % len(POISONS)]
            name = f"{poison}_{number:04}.txt"
            bad[name] = REASONS[poison]
        (folder / name).write_bytes(to_text(balanced_plan(number)))
    rulebook, settings = load_rulebook(), Settings()

    with Ledger(tmp_path / "season.db") as ledger:
        limits = Limits(seconds=4, memory=2 * 1024**3)
        ran = audit_with_ledger(
            ledger, [folder], rulebook, settings, jobs=2, limits=limits, formats=("json",), task=PoisonedTask(settings=settings)
        )
        found = {counted.audit.source.path.rpartition("/")[2]: counted for counted in ran.result.audits}
        stored = ledger.connection.execute("SELECT count(*) FROM reading").fetchone()[0]
    assert len(found) == FILES
    assert {name: counted.audit.problems[0].code for name, counted in found.items() if counted.audit.status != "read"} == bad
    assert all(counted.audit.verdicts for name, counted in found.items() if name not in bad)
    assert stored == FILES - len(bad)

    # What failed is tried again, and only that: the file may have been as good as any on a less loaded machine.
    with Ledger(tmp_path / "season.db") as ledger:
        again = audit_with_ledger(ledger, [folder], rulebook, settings, jobs=2)
        assert again.read == len(bad)
        assert {counted.audit.status for counted in again.result.audits} == {"read"}
