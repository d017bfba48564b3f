"""``auditor ledger``."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.echo import echo, echo_json
from auditor.cli.phrases import phrase

_LISTS = ("runs", "agencies", "findings", "facts", "problems", "publications", "waivers", "replies")


@click.command(help=phrase("help.ledger_list"), short_help=phrase("help.ledger_list_short"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("what", type=click.Choice(_LISTS), default="runs")
@click.option("--run", "number", type=click.IntRange(min=1), default=None, help=phrase("help.ledger_run"))
@click.option(
    "--format", "-f", "format_", type=click.Choice(["text", "csv", "jsonl"]), default="text", show_default=True, help=phrase("help.format")
)
@options.lang_option
def ledger(file: Path, what: str, number: int | None, format_: str, lang: str | None) -> int:
    """List what a ledger holds; ``text`` is separated by tabs."""
    import msgspec

    from auditor.ledger import Ledger
    from auditor.ledger.listing import listing
    from auditor.render.csv import safe_cell

    with Ledger(file, create=False) as book:
        columns, rows = listing(book, what, number)
        if format_ == "jsonl":
            for row in rows:
                echo_json(msgspec.json.encode(dict(zip(columns, row, strict=True))))
            return 0
        texts = (["" if value is None else str(value) for value in row] for row in rows)
        if format_ == "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([safe_cell(text) for text in row] for row in texts)
            return 0
        echo("\t".join(columns))
        for line in texts:
            echo("\t".join(" ".join(text.split()) for text in line))
    return 0
