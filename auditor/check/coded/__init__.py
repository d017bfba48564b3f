"""Rules written in Python, each behind a card: ``CODED`` maps rule ids to functions.

One module a group; every module has a table ``RULES``. A module enters the list below when its file exists.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.check.context import Context, Outcome

Check = Callable[[Context], Outcome]

CODED: dict[str, Check] = {}
