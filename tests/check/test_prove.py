"""The proof of the rule set: our own forms are consistent; a local pack that contradicts or repeats it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.check.prove import prove
from auditor.rulebook import load_rulebook
from tests.cli.running import auditor

CARD = """
[[rule]]
id = "XX-01"
title = {{ zh = "本地等式", en = "Local equation" }}
severity = "warning"
needs = ["t3"]
basis = ["P-PRACTICE"]
check = "equation"
params = {{ table = "t3", left = {left}, right = {right} }}
formula = "left = right"
why = {{ zh = "本地要求。", en = "A local demand." }}
cautions = [{{ zh = "示例。", en = "An example." }}]
action = {{ zh = "请核对。", en = "Please check." }}
problem = {{ zh = "本地等式不成立", en = "The local equation fails" }}
examples = [
  {{ verdict = "pass", fill = ["t3"] }},
  {{ verdict = "fail", fill = ["t3"], facts = {{ "{first}" = "3" }} }},
  {{ verdict = "unknown", fill = ["t3"], absent = ["{first}"] }},
]
[rule.messages]
unequal = {{ zh = "{{place}}：{{left_sum}} ≠ {{right_sum}}", en = "{{place}}: {{left_sum}} ≠ {{right_sum}}" }}
jointly = {{ zh = "{{place}}：{{left}} ≠ {{right}}", en = "{{place}}: {{left}} ≠ {{right}}" }}
blank = {{ zh = "{{place}}：{{cells}}", en = "{{place}}: {{cells}}" }}
"""
APPLICANTS = ("natural_person", "commercial", "research", "social", "legal_service", "other_org")


def pack(folder: Path, left: list[str], right: list[str]) -> Path:
    path = folder / "local.toml"
    path.write_text(CARD.format(left=left, right=right, first=left[0]).replace("'", '"'), encoding="utf-8")
    return path


def test_the_equations_of_every_form_can_hold_together() -> None:
    proved = prove(load_rulebook())
    assert {one.form for one in proved} >= {"era_2019", "era_2021", "era_stat"}
    assert not [one for one in proved if one.forced_zero or one.contradicting]


def test_totals_of_totals_are_the_only_equations_that_follow_from_others() -> None:
    implied = {one.form: one.implied for one in prove(load_rulebook())}
    assert implied["era_2021"] == (("T3-03", "result_total"), ("T3-03", "carried_forward"))


@pytest.mark.parametrize("form", ["era_2019", "era_2021"])
def test_tables_3_and_4_are_covered_and_table_2_is_not(form: str) -> None:
    uncovered = next(one.uncovered for one in prove(load_rulebook()) if one.form == form)
    assert uncovered
    assert {key.partition(".")[0] for key in uncovered} == {"t2"}


def test_a_pack_that_contradicts_the_form_is_named_with_what_it_forces(tmp_path: Path) -> None:
    # A total of two of the six applicants only: the other four could never be filled in.
    path = pack(tmp_path, ["t3.granted.total"], ["t3.granted.natural_person", "t3.granted.commercial"])
    ran = auditor("rules", "--prove", "--check", path)
    assert ran.code == 1
    assert "XX-01" in ran.out
    assert "科研机构" in ran.out


def test_a_pack_that_says_nothing_new_is_named(tmp_path: Path) -> None:
    path = pack(tmp_path, ["t3.granted.total"], [f"t3.granted.{name}" for name in APPLICANTS])
    ran = auditor("rules", "--prove", "--check", path)
    assert ran.code == 0
    assert "多余的本地规则" in ran.out
    assert "XX-01" in ran.out


@pytest.mark.parametrize("pack", sorted(Path(__file__).parents[2].glob("examples/**/*.toml")), ids=lambda path: path.name)
def test_every_pack_we_give_out_agrees_with_every_form(pack: Path) -> None:
    if "[[rule]]" not in pack.read_text(encoding="utf-8"):
        pytest.skip("no pack of rules")
    ran = auditor("rules", "--prove", "--check", pack)
    assert ran.code == 0
    assert "多余的本地规则" not in ran.out


def test_the_proof_as_json(tmp_path: Path) -> None:
    told = auditor("rules", "--prove", "--format", "json").json()
    assert all(one["forced_zero"] == [] for one in told)


def test_the_page_of_the_proof_is_the_one_the_program_writes() -> None:
    """It lists the cells in no equation of every form; ``make docs`` writes it anew."""
    told = auditor("rules", "--prove", "--format", "md").out
    assert (Path(__file__).parents[2] / "docs" / "proof.md").read_text(encoding="utf-8") == told
    assert told.count("\n## ") == len(prove(load_rulebook()))
    assert "`t2.license.decisions`" in told


def test_two_local_packs_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    """Each agrees with the form; only both together leave no report that could be filled in."""
    first = pack(tmp_path, ["t2.license.decisions"], ["t2.penalty.decisions"])
    text = first.read_text(encoding="utf-8").replace('"t3"', '"t2"')
    first.write_text(text, encoding="utf-8")
    assert auditor("rules", "--prove", "--check", first).code == 0
    second = tmp_path / "second.toml"
    second.write_text(
        text.replace("XX-01", "XX-02").replace('["t2.penalty.decisions"]', '["t2.penalty.decisions", "t2.coercion.decisions"]'),
        encoding="utf-8",
    )
    config = tmp_path / "auditor.toml"
    config.write_text('rule_packs = ["local.toml"]\n', encoding="utf-8")
    ran = auditor("rules", "--prove", "--check", second, "--config", config)
    assert ran.code == 1
    assert "XX-01" in ran.out
    assert "XX-02" in ran.out
