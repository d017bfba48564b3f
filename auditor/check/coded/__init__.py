"""Rules written in Python, each behind a card: ``CODED`` maps rule ids to functions.

One module a group with a table ``RULES``; a module enters ``_TABLES`` when its file exists. Rules of other levels than
``report`` live in the season layer.
"""

from __future__ import annotations

from auditor.check.coded import a, a_tables, c, e, f_format, f_wording, g, st, t2, t3, t4
from auditor.check.coded.check import Check

_TABLES: tuple[dict[str, Check], ...] = (
    a.RULES,
    a_tables.RULES,
    t2.RULES,
    t3.RULES,
    t4.RULES,
    st.RULES,
    c.RULES,
    e.RULES,
    f_format.RULES,
    f_wording.RULES,
    g.RULES,
)

CODED: dict[str, Check] = {rule: function for table in _TABLES for rule, function in table.items()}
