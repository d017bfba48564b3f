"""What the settings of a run may have changed, in words for every output."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.rule import Text
from auditor.model.settings import InForce
from auditor.text.words import say


def weakened_note(told: InForce | None, words: Mapping[str, Text], lang: str) -> str:
    """How the settings may have made a verdict milder; empty where they have not."""
    if told is None or not told.weakened:
        return ""

    def part(key: str, **values: object) -> str:
        return say(words, lang, f"run.settings.{key}", **values)

    parts = [part("rules", on=told.rules_on, all=told.rules)]
    counts = {"waivers": told.waivers, "lowered": len(told.lowered), "thresholds": len(told.thresholds), "kinds": len(told.kinds)}
    parts += [part(name, count=count) for name, count in counts.items() if count]
    parts += [part("update", version=told.update)] if told.update is not None else []
    parts += [part("config", file=told.config)] if told.config is not None else []
    return part("told", parts=part("join").join(parts))
