"""The documents say what the program does: commands run, output is real, every command and rule is named."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from auditor.cli.options import FILE_FORMATS, FORMATS
from auditor.rulebook import load_rulebook
from auditor.rulebook.config import load_config, load_waivers
from tests.cli.running import ROOT, auditor
from tools.readme import README, refreshed

TEXT = README.read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^(auditor [^#\n]+?)\s*(?:#.*)?$", TEXT, re.MULTILINE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_run(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample_reports", tmp_path / "sample_reports")
    (tmp_path / "build").mkdir()
    ran = auditor(*shlex.split(command)[1:], cwd=tmp_path)
    assert ran.code in (0, 1), ran.err
    assert ran.out


def test_readme_names_every_command() -> None:
    commands = re.findall(r"^  (\w+)  ", auditor("--help").out.partition("命令:")[2], re.MULTILINE)
    assert {"check", "extract", "rules", "explain", "formats"} <= set(commands)
    assert not [name for name in commands if f"auditor {name}" not in TEXT]


def test_output_in_the_readme_is_what_the_program_prints() -> None:
    assert refreshed(TEXT) == TEXT, "run: make docs"


@pytest.mark.parametrize("name", FILE_FORMATS)
def test_help_and_readme_name_every_output(name: str) -> None:
    help_text = load_rulebook().words["help.output"]
    assert "json" in help_text.zh
    for text in (*help_text.wordings(), TEXT) if name not in FORMATS else (TEXT,):
        assert re.search(rf"(?<![a-z]){name}(?![a-z])", text), f"{name}: help.output in rules/messages/help.toml, README.md (--output)"


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in (
        README,
        ROOT / "CONTRIBUTING.md",
        *sorted({*(ROOT / "docs").rglob("*.md")} - {ROOT / "docs" / "rules.md"}),
    ):  # formulas look like links
        targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
        assert not [target for target in targets if not (page.parent / target).exists()]


def test_options_and_commands_of_the_manuals_exist() -> None:
    helps: dict[str, str] = {}
    manual = sorted(f"manual/{page.name}" for page in (ROOT / "docs" / "manual").glob("*.md"))
    for page in ("office.md", "developers.md", "dataset.md", *manual):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for line in re.findall(r"auditor (?!-)([a-z]+\b[^`\n]*)", text):
            command, *words = line.split("#")[0].split()
            if command == "season" and words and words[0].isascii():
                command = f"season {words.pop(0)}"
            if command not in helps:
                ran = auditor(*command.split(), "--help")
                assert ran.code == 0, f"{page}: auditor {command}"
                helps[command] = ran.out
            for word in words:
                assert not word.startswith("--") or word in helps[command], f"{page}: auditor {command} {word}"


def test_placeholders_of_the_manual_are_those_of_the_letters() -> None:
    from auditor.render.letters import circular, notice

    manual = (ROOT / "docs" / "office.md").read_text(encoding="utf-8")
    described = re.findall(r"\{\{([a-z_]+)\}\}", f"{circular.__doc__} {notice.__doc__}")
    assert len(set(described)) >= 15
    assert {name for name in described if f"{{{{{name}}}}}" not in manual} == set()
    assert set(re.findall(r"\{\{([a-z_]+)\}\}", manual)) == set(described)


def test_pictures_are_small_and_all_are_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in (README, *(ROOT / "docs").rglob("*.md")))
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < 200_000
        assert picture.name in shown


def test_rule_page_is_generated_and_complete() -> None:
    page = ROOT / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == auditor("rules", "--format", "md").out, "run: make docs"
    assert all(f"### {rule.id} " in page.read_text(encoding="utf-8") for rule in load_rulebook().rules)


def test_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    manuals = TEXT + "".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("office.md", "developers.md"))
    for target in set(re.findall(r"(?:`|^)make ([\w-]+)", manuals, re.MULTILINE)):
        assert f"\n{target}:" in makefile


def test_example_configuration_pack_and_waivers_are_valid() -> None:
    folder = ROOT / "examples"
    configuration = load_config(folder / "auditor.toml")
    book = load_rulebook(configuration.rule_packs)
    local = [rule for rule in book.rules if rule.pack == "province_pack"]
    assert local
    assert all(rule.valid_from for rule in local)
    assert load_waivers(folder / "waivers.toml")
    shown = auditor("check", "--show-settings", "--config", folder / "auditor.toml").json()
    assert Path(shown["rule_packs"][0]).name == "province_pack.toml"


def test_changelog_has_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"].get("version")
    from auditor import __version__

    assert version is None
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
