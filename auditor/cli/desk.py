"""``auditor desk``: the season in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError


@click.command(help=phrase("help.desk"))
@click.argument("season", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=False, metavar="N", help=phrase("help.port"))
@click.option("--no-browser", is_flag=True, help=phrase("help.no_browser"))
@options.config_option
@options.lang_option
def desk(season: Path | None, port: int, no_browser: bool, config: Path | None, lang: str | None) -> int:
    """Serve until Ctrl+C."""
    from auditor.text.words import say

    run = options.prepare(config, lang)
    try:
        from auditor.desk.serve import serve
    except ImportError as error:
        raise UsageError(say(run.rulebook.words, run.settings.lang, "desk.needs_extra")) from error

    folder = season if season is not None else Path(say(run.rulebook.words, run.settings.lang, "desk.default_folder"))
    serve(folder, run.rulebook, run.settings.lang, port=port, browser=not no_browser, tell=lambda text: echo(text, err=True))
    return 0
