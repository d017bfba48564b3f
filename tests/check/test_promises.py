"""The page of what was promised and tried is the one that its data gives, and pieces of a trial add up."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tests.check.promises import DATA, added, page


def test_the_page_is_written_from_the_data() -> None:
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    assert (Path(__file__).parents[2] / "docs" / "promises.md").read_text(encoding="utf-8") == page(told)


def test_pieces_of_a_trial_add_up() -> None:
    one = {"changes": 4, "cells": 2, "found": 1, "located": 1, "blind_changes": 2, "blind_caught": 0, "confirmed": 1, "otherwise": []}
    pieces = [json.dumps({**one, "broken": []}), json.dumps({**one, "broken": [["7", "found", "t3.granted.total", "1", "2"]]})]
    assert added(pieces)["changes"] == 8
    assert added(pieces)["reports"] == 2
    assert added(pieces)["broken"] == 1
