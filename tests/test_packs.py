"""A rule pack that cannot run is refused when it is loaded, by file, line and id, for the fault it has."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import RulebookError
from auditor.rulebook import load_rulebook
from auditor.rulebook.proof import example_faults, faults_of
from tests.cli.running import auditor

SOUND = """
[[rule]]
id = "YY-01"
title = { zh = "予以公开不多于办理结果总计", en = "Disclosed no more than all outcomes" }
severity = "warning"
needs = ["t3"]
valid_from = 2022
basis = ["P-ARITHMETIC"]
check = "at_most"
params = { table = "t3", pairs = [{ small = "t3.granted.total", large = "t3.result_total.total" }] }
formula = "t3.granted.total ≤ t3.result_total.total"
why = { zh = "部分不大于总数。", en = "A part is no more than the whole." }
cautions = [{ zh = "无。", en = "None." }]
examples = [
  { verdict = "pass", fill = ["t3"], facts = { "t3.granted.total" = "3", "t3.result_total.total" = "4" } },
  { verdict = "fail", severity = "warning", fill = ["t3"], facts = { "t3.granted.total" = "5", "t3.result_total.total" = "4" } },
]
[rule.messages]
larger = { zh = "{small}为{small_value}，大于{large}的{large_value}", en = "{small} is {small_value}, more than {large_value} in {large}" }
"""

Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def without(key: str) -> Change:
    return lambda text: re.sub(rf"^{key} = .*\n", "", text, flags=re.MULTILINE)


# what is changed, the line of the fault, what the message must name
BROKEN: dict[str, tuple[Change, int, str]] = {
    "kind": (swap('check = "at_most"', 'check = "at_msot"'), 9, "did you mean at_most"),
    "coded": (swap('check = "at_most"', 'check = "coded"'), 9, "no function for YY-01"),
    "coded, several reports": (swap('check = "at_most"', 'check = "coded"\nlevel = "children"'), 9, "no function for YY-01"),
    "level": (swap('check = "at_most"', 'check = "at_most"\nlevel = "previous"'), 10, "at_most looks at report"),
    "parameter": (swap("pairs =", "pair ="), 10, "params.pair: no such key; did you mean pairs"),
    "parameter missing": (without("params"), 2, "params.table: this key is missing"),
    "parameter type": (swap('pairs = [{ small = "t3.granted.total", ', "pairs = [{ small = 3, "), 10, "Expected `str`, got `int`"),
    "cell": (swap('large = "t3.result_total.total"', 'large = "t3.result_totals.total"'), 10, "no such cell t3.result_totals.total"),
    "cell of another table": (swap('table = "t3"', 'table = "t4"'), 10, "not in this table"),
    "cell in the formula": (swap('formula = "t3.granted.total', 'formula = "t3.grant.total'), 11, "no such cell t3.grant.total"),
    "message": (swap("larger =", "lager ="), 19, "at_most has no message lager; did you mean larger"),
    "placeholder": (swap("大于{large}", "大于{larg}"), 19, "no placeholder {larg}; did you mean large"),
    "brace": (swap("{large_value}", "{large_value"), 19, "messages.larger: the template cannot be filled"),
    "language": (swap(', en = "None."', ""), 13, "missing required field `en`"),
    "empty text": (swap('zh = "部分不大于总数。"', 'zh = " "'), 12, "why: must not be empty"),
    "severity": (swap('severity = "warning"\n', 'severity = "severe"\n'), 5, "severity"),
    "year": (swap("valid_from = 2022", "valid_from = 20222"), 7, "no plausible report year"),
    "year type": (swap("valid_from = 2022", 'valid_from = "2022"'), 7, "Expected `int | null`, got `str`"),
    "years": (swap("valid_from = 2022", "valid_from = 2022\nvalid_to = 2020"), 7, "valid_from (2022) is after valid_to (2020)"),
    "never": (swap("valid_from = 2022", "valid_to = 2018"), 7, "applies to no report year"),
    "need": (swap('needs = ["t3"]', 'needs = ["t5"]'), 6, "no form has t5"),
    "form": (swap('needs = ["t3"]', 'eras = ["era_2018"]'), 6, "no such form era_2018"),
    "source": (swap("P-ARITHMETIC", "SRC-999"), 8, "SRC-999 is no source"),
    "key": (swap("why =", "explains = []\nwhy ="), 12, "explains: no such key"),
    "table of the file": (swap("[[rule]]", "[[rules]]"), 2, "rules: no such key; did you mean rule"),
    "id": (swap('id = "YY-01"', 'id = "YY1"'), 3, "expected a group, a dash and two digits"),
    "id of a built-in rule": (swap('id = "YY-01"', 'id = "T3-01"'), 3, "T3-01 is already in pack t3"),
    "id twice": (lambda text: text + text, 22, "YY-01 is already in pack local"),
    "no examples": (
        lambda text: re.sub(r"examples = \[.*?\n\]", "examples = []", text, flags=re.DOTALL),
        14,
        "no example with the verdict",
    ),
    "another verdict": (swap('"t3.granted.total" = "3"', '"t3.granted.total" = "6"'), 14, "example 1 says"),
    "another severity": (swap('severity = "warning", fill', 'severity = "error", fill'), 14, "example 2 says severity “error”"),
    "example of a year without the rule": (
        swap('{ verdict = "pass",', '{ verdict = "pass", report = { year = 2021 },'),
        14,
        "example 1 says",
    ),
    "field of the report": (swap('{ verdict = "pass",', '{ verdict = "pass", report = { yaer = 2024 },'), 14, "yaer: no such key"),
    "cell of an example": (swap('"t3.granted.total" = "3"', '"t3.granted.totl" = "3"'), 14, "no such cell t3.granted.totl"),
    "TOML": (swap('severity = "warning"\n', "severity = warning\n"), 5, "not valid TOML"),
    "number of many digits": (swap("valid_from = 2022", "valid_from = " + "1" * 5000), 1, "not valid TOML"),
    "nothing": (lambda text: "# no card\n", 1, "the file has no [[rule]]"),
}


@pytest.mark.parametrize(("change", "line", "part"), BROKEN.values(), ids=BROKEN)
def test_a_broken_pack_is_refused_for_its_own_fault(tmp_path: Path, change: Change, line: int, part: str) -> None:
    pack = tmp_path / "local.toml"
    pack.write_text(change(SOUND), encoding="utf-8")
    with pytest.raises(RulebookError) as raised:
        load_rulebook((pack,))
    told = raised.value.told("en")
    assert part in told
    assert any(text.startswith(f"local.toml:{line}:") for text in told.split("\n")[1:]), told
    assert "local.toml 第" in str(raised.value)


@pytest.mark.parametrize("text", [SOUND, SOUND.replace("\n", "\r\n"), "\ufeff" + SOUND], ids=["plain", "crlf", "mark"])
def test_a_sound_pack_is_accepted(tmp_path: Path, text: str) -> None:
    pack = tmp_path / "local.toml"
    pack.write_bytes(text.encode())
    assert load_rulebook((pack,)).rule("YY-01") is not None


def test_a_pack_may_bring_its_sources(tmp_path: Path) -> None:
    source = '[[source]]\nid = "YY-S1"\ncite = { zh = "某市通知", en = "a notice" }\ntag = "L"\n'
    pack = tmp_path / "local.toml"
    pack.write_text(source + SOUND.replace("P-ARITHMETIC", "YY-S1"), encoding="utf-8")
    assert load_rulebook((pack,)).rule("YY-01") is not None


def test_all_faults_of_all_packs_are_told_at_once(tmp_path: Path) -> None:
    for name, (change, _, _) in list(BROKEN.items())[:3]:
        (tmp_path / f"{name}.toml").write_text(change(SOUND), encoding="utf-8")
    with pytest.raises(RulebookError) as raised:
        load_rulebook((tmp_path,))
    assert all(f"{name}.toml" in str(raised.value) for name in list(BROKEN)[:3])


def test_check_by_command(tmp_path: Path) -> None:
    pack = tmp_path / "local.toml"
    pack.write_text(SOUND, encoding="utf-8")
    ran = auditor("rules", "--check", pack)
    assert ran.code == 0
    assert "1 条规则、2 个例子" in ran.out
    pack.write_text(SOUND.replace("at_most", "at_least"), encoding="utf-8")
    ran = auditor("rules", "--check", pack)
    assert ran.code == 2
    assert "local.toml 第9行 YY-01" in ran.err


def test_every_built_in_card_can_run() -> None:
    book = load_rulebook()
    wrong = [(rule.id, found.key, found.code, found.values) for rule in book.rules for found in faults_of(rule, book)]
    assert not wrong


def test_every_example_of_a_built_in_card_reaches_its_verdict() -> None:
    book = load_rulebook()
    rules = [rule for rule in book.rules if rule.level == "report"]
    assert not [(rule.id, found.key, found.code, found.values) for rule in rules for found in example_faults(rule, book)]
