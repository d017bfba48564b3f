"""One file without a ledger gives what it gives with one; the compiled rule book is the rule book."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from auditor.batch.outcome import exit_code
from auditor.batch.remembered import audit_with_ledger
from auditor.batch.single import audit_single, single_input
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.render.csv import stream_csv
from auditor.render.json_v1 import stream_json, stream_jsonl
from auditor.rulebook import load_rulebook
from auditor.rulebook.built_in import read_built_in
from auditor.rulebook.compiled import digest_of, load_compiled, write_compiled
from auditor.rulefiles import rules_folder
from auditor.supervise import Limits
from tests.cli.running import SAMPLES, auditor, sample
from tests.lab.compose import balanced_plan, to_text


def _volume(folder: Path, *agencies: str) -> Path:
    """A file with a report of each agency."""
    texts = []
    for seed, name in enumerate(agencies, start=3):
        plan = balanced_plan(seed, "layout_2021", "small", year=2024)
        texts.append(to_text(plan).decode().replace(plan.agency, name))
    path = folder / "volume.txt"
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def _odd(folder: Path) -> list[Path]:
    """Files that are no single whole report: several reports in one, of one name, no report, torn, cut off, empty."""
    whole = sample("03").read_bytes()
    files = {
        "notice.txt": "关于做好2024年度政府信息公开工作年度报告编制工作的通知\n各单位：\n请于1月底前报送。\n".encode(),
        "torn.docx": sample("01").read_bytes()[:5000],
        "cut.txt": whole[: len(whole) // 2],
        "empty.txt": b"",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "twice").mkdir()
    several = [_volume(folder, "青禾县财政局", "青禾县水务局"), _volume(folder / "twice", "青禾县财政局", "青禾县财政局")]
    return [*several, *(folder / name for name in files)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_with_and_without_a_ledger(tmp_path: Path, lang: str) -> None:
    """Every sample, and every kind of file that is no single whole report: the same bytes on both roads."""
    book, settings = load_rulebook(), Settings(lang=lang)
    for number, path in enumerate([*sorted(SAMPLES.iterdir()), *_odd(tmp_path)]):
        entry = single_input((path,))
        if entry is None:
            continue
        alone = audit_single(entry, book, settings)
        with Ledger(tmp_path / f"{number}.db") as ledger:
            stored = audit_with_ledger(ledger, (path,), book, settings, jobs=1, formats=("json", "csv"), full=True).result
            for kind in (stream_json, stream_jsonl, stream_csv):
                assert b"".join(kind(alone, book.words, lang)) == b"".join(kind(stored, book.words, lang)), (path.name, kind.__name__)
            assert (exit_code(alone, "notice"), alone.notes) == (exit_code(stored, "notice"), stored.notes), path.name


@pytest.mark.parametrize("number", ["06", "18"])
def test_the_same_on_the_screen(tmp_path: Path, number: str) -> None:
    alone = auditor("check", sample(number))
    stored = auditor("check", sample(number), "--ledger", tmp_path / "season.db")
    assert (alone.code, alone.out, alone.err) == (stored.code, stored.out, stored.err)


def test_no_ledger_is_opened_for_one_file(tmp_path: Path) -> None:
    code = "import sys; from auditor.cli import group; group.main(['check', sys.argv[1], '-q'], standalone_mode=False); assert 'sqlite3' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code, str(sample("03"))], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_is_no_single_file_goes_the_other_way(tmp_path: Path) -> None:
    archive = tmp_path / "reports.zip"
    archive.write_bytes(b"PK\x05\x06" + b"\0" * 18)
    assert single_input((archive,)) is None
    assert single_input((SAMPLES,)) is None
    assert single_input((sample("01"), sample("02"))) is None
    assert single_input((tmp_path / "none.docx",)) is None
    assert single_input((sample("01"),)) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the worker must be a copy of this process to hang as it is told to")
def test_the_limits_of_a_worker_hold_for_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr("auditor.pipeline.extract_file", hang)
    entry = single_input((sample("03"),))
    assert entry is not None
    result = audit_single(entry, load_rulebook(), Settings(), limits=Limits(seconds=0.2))
    assert result is not None
    assert [problem.code for problem in result.audits[0].audit.problems] == ["RUN-TIMEOUT"]


def test_the_compiled_rule_book_is_the_one_of_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder, ignore=shutil.ignore_patterns("__pycache__", "*.bin"))
    assert load_compiled(folder, digest_of(folder)) is None
    book = read_built_in(folder)
    write_compiled(book, folder / "compiled.bin")
    compiled = load_compiled(folder, digest_of(folder))
    assert compiled is not None
    assert msgspec.to_builtins(compiled) == msgspec.to_builtins(book) == msgspec.to_builtins(load_rulebook())


def test_a_compiled_rule_book_of_other_files_or_torn_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder, ignore=shutil.ignore_patterns("__pycache__", "*.bin"))
    write_compiled(read_built_in(folder), folder / "compiled.bin")
    card = folder / "packs" / "t3.toml"
    card.write_text(card.read_text(encoding="utf-8").replace('severity = "error"', 'severity = "warning"', 1), encoding="utf-8")
    assert load_compiled(folder, digest_of(folder)) is None
    data = (folder / "compiled.bin").read_bytes()
    (folder / "compiled.bin").write_bytes(data[: len(data) // 2])
    assert load_compiled(folder, digest_of(folder)) is None


def test_a_file_of_several_reports_alone_is_audited_report_by_report(tmp_path: Path) -> None:
    volume = _volume(tmp_path, "青禾县财政局", "青禾县水务局")
    audits = auditor("check", volume, "--format", "json", "--fail-on", "never").json()["audits"]
    assert [audit["agency"] for audit in audits] == ["青禾县财政局", "青禾县水务局"]
