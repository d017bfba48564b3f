"""``auditor rules``, ``auditor explain`` and ``auditor formats``: what is checked, and against what."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.echo import echo
from auditor.cli.phrases import phrase
from auditor.errors import UsageError


@click.command(help=phrase("help.rules"))
@options.config_option
@options.lang_option
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["text", "json", "md"]),
    default="text",
    show_default=True,
    help=phrase("help.rules_format"),
)
@click.option("--check", "pack", type=click.Path(path_type=Path), metavar="PACK", help=phrase("help.rules_check"))
@click.option("--prove", is_flag=True, help=phrase("help.rules_prove"))
def rules(config: Path | None, lang: str | None, format_: str, pack: Path | None, prove: bool) -> int:
    """The catalogue of rules, whether a pack can be used, or the proof of the equations (1 where they contradict each other)."""
    if prove:
        return _prove(config, lang, format_, pack)
    if pack is not None:
        return _check_pack(pack)
    from auditor.render import catalogue

    run = options.prepare(config, lang)
    render = {"text": catalogue.rules_text, "json": catalogue.rules_json, "md": catalogue.rules_markdown}[format_]
    click.echo(render(run.rulebook, run.settings.lang), nl=False)
    return 0


def _prove(config: Path | None, lang: str | None, format_: str, pack: Path | None) -> int:
    import msgspec

    from auditor.check.prove import prove
    from auditor.render.catalogue import proof_text
    from auditor.rulebook import load_rulebook

    run = options.prepare(config, lang)
    rulebook = load_rulebook((*(Path(one) for one in run.packs), pack)) if pack is not None else run.rulebook
    proved = prove(rulebook)
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(proved), indent=2).decode())
    else:
        click.echo(proof_text(proved, rulebook, frozenset(rule.id for rule in load_rulebook().rules), run.settings.lang), nl=False)
    return 1 if any(one.forced_zero for one in proved) else 0


def _check_pack(pack: Path) -> int:
    from auditor.rulebook import load_rulebook

    known = {rule.id for rule in load_rulebook().rules}
    added = [rule for rule in load_rulebook((pack,)).rules if rule.id not in known]
    examples = sum(len(rule.examples) for rule in added)
    echo(phrase("help.rules_accepted", file=pack.name, rules=len(added), examples=examples))
    return 0


@click.command(help=phrase("help.explain"))
@click.argument("rule_id", metavar="ID")
@options.config_option
@options.lang_option
def explain(rule_id: str, config: Path | None, lang: str | None) -> int:
    """One rule in full."""
    from auditor.render.catalogue import rule_text

    run = options.prepare(config, lang)
    rule = run.rulebook.rule(rule_id.upper()) or run.rulebook.rule(rule_id)
    if rule is None:
        raise UsageError(phrase("usage.no_rule", given=rule_id))
    click.echo(rule_text(rule, run.rulebook, run.settings.lang), nl=False)
    return 0


@click.command(help=phrase("help.formats"))
@options.config_option
@options.lang_option
@click.option(
    "--format", "-f", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help=phrase("help.rules_format")
)
def formats(config: Path | None, lang: str | None, format_: str) -> int:
    """The format eras."""
    from auditor.render import catalogue

    run = options.prepare(config, lang)
    render = {"text": catalogue.formats_text, "json": catalogue.formats_json}[format_]
    click.echo(render(run.rulebook, run.settings.lang), nl=False)
    return 0
