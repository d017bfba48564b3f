"""The type of a rule written in Python."""

from __future__ import annotations

from collections.abc import Callable

from auditor.check.context import Context, Outcome

Check = Callable[[Context], Outcome]
