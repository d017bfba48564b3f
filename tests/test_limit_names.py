"""Every limit and defect of a file that a reader names has a text in both languages: a message never shows a name used in the program, nor
what a library says."""

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


def _literals(keyword: str, code: str) -> set[str]:
    """Values given to this detail of a problem or error with this code, where they stand in the program as they are."""
    found: set[str] = set()
    for file in sorted(Path(auditor.__file__).parent.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if code not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            given = {entry.arg: entry.value for entry in node.keywords}
            first = [*node.args, *([given["code"]] if "code" in given else [])]
            if not any(isinstance(part, ast.Constant) and part.value == code for part in first):
                continue
            for part in (*node.args, *given.values()):
                if isinstance(part, ast.Dict):
                    given |= {
                        str(key.value): value for key, value in zip(part.keys, part.values, strict=True) if isinstance(key, ast.Constant)
                    }
            value = given.get(keyword)
            if isinstance(value, ast.Constant):
                found.add(str(value.value))
            elif code == "READ-DAMAGED" and value is None:
                found.add(f"none given in {file.name}:{node.lineno}")
    return found


@pytest.mark.parametrize(
    ("code", "name"),
    [("READ-DAMAGED", "what"), ("READ-UNSAFE", "what"), ("READ-TRUNCATED", "what"), ("READ-UNSUPPORTED", "found")],
)
def test_what_is_wrong_with_a_file_is_told_in_words_of_the_language(code: str, name: str) -> None:
    words = load_rulebook().words
    values = _literals(name, code)
    assert values
    for value in values:
        assert f"{name}.{value.replace(' ', '_')}" in words, value
        problem = Problem(
            code=code, details={name: value, "reason": "Failed to load document (PDFium: Data format error).", "save_as": "docx"}
        )
        assert not re.search("[\u4e00-\u9fff]", problem_text(problem, words, "en"))
        assert "PDFium" not in problem_text(problem, words, "zh") + problem_text(problem, words, "en")


def test_every_kind_of_file_has_a_name() -> None:
    from typing import get_args

    from auditor.model.source import Kind

    words = load_rulebook().words
    assert [kind for kind in get_args(Kind) if kind != "unknown" and f"kind.{kind}" not in words] == []


def test_what_the_system_says_is_told_in_words_of_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.errors import ReadError
    from auditor.pipeline import as_problem
    from auditor.read import load

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.txt").write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(ReadError) as caught:
        load(tmp_path / "a.txt")
    words = load_rulebook().words
    assert "没有权限" in problem_text(as_problem(caught.value), words, "zh")
    assert "no permission" in problem_text(as_problem(caught.value), words, "en")
