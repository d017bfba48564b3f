"""Rules written in Python, each behind a card: importing this package puts them all into :data:`auditor.check.registry.REGISTRY`.

One module a group. A module marks its functions with ``@rule(…)``, or lists them in a table ``RULES``.
"""

from __future__ import annotations

from auditor.check.coded import a, a_parts, a_tables, c, e, f_drafting, f_format, f_wording, g, st, t2, t3, t4
from auditor.check.registry import rule

__all__ = ["a", "a_parts", "a_tables", "c", "e", "f_drafting", "f_format", "f_wording", "g", "st", "t2", "t3", "t4"]

for _table in (a.RULES, a_tables.RULES, c.RULES, f_drafting.RULES, f_format.RULES, f_wording.RULES, g.RULES):
    for _id, _function in _table.items():
        rule(_id)(_function)
