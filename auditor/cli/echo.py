"""Lines for a terminal: names of files and members cannot steer it."""

from __future__ import annotations

import click

from auditor.text.patterns import re_pattern

_TEXT = re_pattern(r"[^\n\t]+")


def echo(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print like ``click.echo``, with control and direction characters shown as ``\\x1b``; line breaks and tabs stay."""
    from auditor.render.printable import printable

    click.echo(_TEXT.sub(lambda match: printable(match[0]), str(text)), err=err, nl=nl)


def echo_json(document: str | bytes) -> None:
    """Print a JSON document with the same values and nothing in it that a terminal obeys."""
    from auditor.render.printable import json_text

    click.echo(json_text(document if isinstance(document, str) else document.decode("utf-8")))
