"""``auditor rules``, ``auditor explain`` and ``auditor formats``: what is checked, and against what."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.echo import echo, echo_json
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
@click.option("--update", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=phrase("help.rules_update"))
@click.option("--sha256", default="", metavar="HASH", help=phrase("help.rules_sha256"))
def rules(config: Path | None, lang: str | None, format_: str, pack: Path | None, prove: bool, update: Path | None, sha256: str) -> int:
    """The catalogue of rules, whether a pack can be used, the proof of the equations (1 where they contradict each other), or an update."""
    if update is not None:
        return _update(config, update, sha256)
    if prove:
        return _prove(config, lang, format_, pack)
    if pack is not None:
        return _check_pack(pack)
    from auditor.render import catalogue

    run = options.prepare(config, lang)
    render = {"text": catalogue.rules_text, "json": catalogue.rules_json, "md": catalogue.rules_markdown}[format_]
    echo(render(run.rulebook, run.settings.lang), nl=False)
    return 0


def _prove(config: Path | None, lang: str | None, format_: str, pack: Path | None) -> int:
    import msgspec

    from auditor.check.prove import prove
    from auditor.render.catalogue import proof_markdown, proof_text
    from auditor.rulebook import load_rulebook

    run = options.prepare(config, lang)
    rulebook = load_rulebook((*(Path(one) for one in run.packs), pack)) if pack is not None else run.rulebook
    proved = prove(rulebook)
    if format_ == "json":
        echo_json(msgspec.json.format(msgspec.json.encode(proved), indent=2))
    else:
        render = proof_markdown if format_ == "md" else proof_text
        echo(render(proved, rulebook, frozenset(rule.id for rule in load_rulebook().rules), run.settings.lang), nl=False)
    return 1 if any(one.forced_zero for one in proved) else 0


def _update(config: Path | None, file: Path, sha256: str) -> int:
    """Compare the hash and enter the update in the configuration; 2 where no hash was given."""
    import os

    from auditor.atomic import write_whole
    from auditor.rulebook import load_rulebook
    from auditor.rulebook.config import CONFIG_NAME, find_config, load_config
    from auditor.rulebook.update import Seal, check_milder, entered, hash_of, read_sealed

    if not sha256.strip():
        echo(phrase("help.rules_unsigned", file=file.name, sha256=hash_of(file)))
        return 2
    update = read_sealed(file, sha256)
    check_milder(update, load_rulebook(), file)
    target = config or find_config(Path.cwd()) or Path(CONFIG_NAME)
    if target.is_file():
        load_config(target)
    told = target.read_text(encoding="utf-8") if target.is_file() else ""
    where = os.path.relpath(file.resolve(), target.resolve().parent).replace(os.sep, "/")
    write_whole(target, entered(told, Seal(file=where, sha256=hash_of(file))).encode("utf-8"))
    echo(phrase("help.rules_updated", version=update.version, count=len(update.rule), config=target.name))
    return 0


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
    from auditor.rulebook.tried import said_of_examples

    run = options.prepare(config, lang)
    rule = run.rulebook.rule(rule_id.upper()) or run.rulebook.rule(rule_id)
    if rule is None:
        raise UsageError(phrase("usage.no_rule", given=rule_id))
    said = said_of_examples(rule, run.rulebook, run.settings.lang)
    echo(rule_text(rule, run.rulebook, run.settings.lang, said), nl=False)
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
    echo(render(run.rulebook, run.settings.lang), nl=False)
    return 0
