"""Whether two findings across reports are about the same thing, told from one round to the next."""

from __future__ import annotations

import re

from auditor.model.finding import Finding


def same_kind(one: Finding, other: Finding) -> bool:
    """Whether two findings are about the same thing of perhaps other agencies: one rule, one message but for names and numbers."""
    return one.rule == other.rule and _skeleton(one) == _skeleton(other)


def _skeleton(finding: Finding) -> str:
    text = finding.message
    for name in sorted(finding.agencies, key=len, reverse=True):
        text = text.replace(name, "")
    return re.sub(r"[\d%、…，,]+", "", text)
