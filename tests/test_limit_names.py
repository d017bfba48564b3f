"""Every limit a reader names has a label in both languages: a message never shows the name used in the program."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import auditor
from auditor.model.source import Problem
from auditor.render.places import problem_text
from auditor.rulebook import load_rulebook

#: Functions that take the name of a limit as their first argument.
_HELPERS = ("_too_many",)


def limit_names() -> set[str]:
    """Names of limits given to ``LimitError`` or to a problem as ``limit=``, and those given to the helpers that raise it."""
    found: set[str] = set()
    for file in sorted(Path(auditor.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "limit" and isinstance(node.value, ast.Constant):
                found |= {node.value.value} if isinstance(node.value.value, str) else set()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HELPERS:
                found |= {str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    return found


def test_names_are_found() -> None:
    assert {"cells", "table depth", "merged cells"} <= limit_names()


@pytest.mark.parametrize("name", sorted(limit_names()))
def test_limit_is_told_in_words_of_the_language(name: str) -> None:
    words = load_rulebook().words
    problem = Problem(code="READ-LIMIT", details={"limit": name, "allowed": "10"})
    assert f"limit.{name.replace(' ', '_')}" in words
    assert not re.search("[A-Za-z]", problem_text(problem, words, "zh").replace("XML", ""))
    assert not re.search("[\u4e00-\u9fff]", problem_text(problem, words, "en"))
