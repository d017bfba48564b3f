"""What an installed program would otherwise make at its first start: the compiled expressions of the rule files."""

from __future__ import annotations

from pathlib import Path

from auditor.model.rulebook import Rulebook


def write_patterns(book: Rulebook, root: Path, target: Path) -> None:
    """Audit the text samples of a checkout, which needs nearly every expression, and write what was compiled to ``target``."""
    from auditor.model.settings import Settings
    from auditor.pipeline import audit_file
    from auditor.text.patterns import keep, rule_table

    for sample in sorted((root / "sample_reports").glob("*.txt")):
        audit_file(sample, book, Settings())
    for table in ("messages/help.toml", "privacy.toml", "click.toml", "refusals.toml"):
        rule_table(*table.split("/"))
    keep(target)
