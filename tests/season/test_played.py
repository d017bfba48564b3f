"""A season played in two rounds: all outputs count alike, and no kill and no full disk loses anything that was entered.

``python -m tests.season.play`` tries every point; here some of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from auditor import office
from tests.season.play import Play, check, ending, figures, fresh, here, try_points


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Forty agencies, twenty answers, half of the reports corrected."""
    play = fresh(tmp_path_factory.mktemp("forty") / "play", 40, 20)
    play.all()
    return play


def test_all_outputs_count_alike_and_the_offices_own_files_are_as_they_were(played: Play) -> None:
    check(played)
    told = figures(played.folder)
    assert len(set(told.values())) == 1, told
    assert played.folder.joinpath("通报（审核）.docx").is_file()


def test_findings_fixed_in_round_two_are_closed_and_stay_with_what_was_entered(played: Play) -> None:
    rows = played.rows()
    closed = [row for row in rows if row.state == "closed"]
    assert closed
    assert all((row.round, row.gone_as) == (2, "fixed") for row in closed)
    assert sum(bool(row.replies) for row in rows) == 20
    assert any(row.replies and row.state == "closed" for row in rows)
    agencies = {row.agency for row in closed}
    with office.open_season(played.folder) as store:
        rates = {row.agency: row.rate for row in office.agencies(store)}
    assert all(rates[agency] for agency in agencies if rates[agency] is not None)


def test_the_same_play_again_changes_nothing(played: Play) -> None:
    before = ending(played)
    played.round_two()
    assert ending(played) == before


@pytest.mark.skipif(sys.platform == "win32", reason="faults need fork")
def test_a_kill_or_a_full_disk_at_any_step_loses_nothing_entered(tmp_path: Path) -> None:
    here()
    assert len(list(try_points(tmp_path, 4, ("kill", "full"), 64))) >= 12
