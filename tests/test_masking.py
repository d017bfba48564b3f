"""No text leaves a report unmasked, whatever field it stands in: private data is planted in every field of every record by its type."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from auditor.batch.outcome import count
from auditor.cli.options import FILE_FORMATS
from auditor.model.finding import Audit, Candidate, Culprit, Finding
from auditor.model.result import Result
from auditor.model.source import Location, Problem
from auditor.text.masked import KEPT, holds_text, masked_audit, masked_finding
from tests.support.season import audited, rulebook, wrong_plan

MOBILE, NAME = "13812345678", "王建国"
SECRET = f"，申请人{NAME}，电话{MOBILE}"


def _planted(value: Any, hint: Any, secret: str) -> Any:
    """The value with the secret at the end of every text in it that may be any text."""
    if isinstance(value, str):
        return value + secret if holds_text(hint) else value
    if isinstance(value, Struct):
        kind = type(value)
        hints = get_type_hints(kind)
        kept = KEPT.get(kind, frozenset())
        changes = {
            field: _planted(getattr(value, field), hints[field], secret)
            for field in kind.__struct_fields__
            if field not in kept and holds_text(hints[field])
        }
        return msgspec.structs.replace(value, **changes)
    if isinstance(value, tuple):
        parts = [part for part in get_args(hint) if part not in (Ellipsis, type(None))] or [str]
        inner = next((get_args(part) for part in parts if get_args(part)), parts)
        return tuple(_planted(entry, (inner[0] if len(inner) == 1 else str), secret) for entry in value)
    if isinstance(value, dict):
        return {key: _planted(entry, str, secret) for key, entry in value.items()}
    return value


def _made(kind: type[Struct], secret: str, within: tuple[type, ...] = ()) -> Any:
    """A record with the secret in every field that can hold text, kept ones too, and records inside it likewise."""
    hints = get_type_hints(kind)
    values = {}
    for field in kind.__struct_fields__:
        values[field] = _value_of(hints[field], secret, (*within, kind))
    return kind(**{field: value for field, value in values.items() if value is not _LEAVE})


_LEAVE = object()


def _value_of(hint: Any, secret: str, within: tuple[type, ...]) -> Any:
    if hint is str:
        return secret
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _LEAVE if hint in within else _made(hint, secret, within)
    origin, parts = getattr(hint, "__origin__", None), get_args(hint)
    if origin is tuple:
        inner = [_value_of(part, secret, within) for part in parts if part is not Ellipsis]
        return () if _LEAVE in inner else tuple(inner)
    if origin is dict:
        return {secret if parts[0] is str else get_args(parts[0])[0]: _value_of(parts[1], secret, within)}
    if origin is not None and str(origin) == "typing.Literal":
        return parts[0]
    if parts:  # a union
        return next((made for part in parts if part is not type(None) and (made := _value_of(part, secret, within)) is not _LEAVE), None)
    return {int: 1, float: 1.0, bool: True, Decimal: Decimal(7)}.get(hint, secret)


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a record with the record and field it stands in."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field), f"{type(value).__name__}.{field}")
    elif isinstance(value, (tuple, list)):
        for entry in value:
            yield from _texts(entry, place)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(key, place)
            yield from _texts(entry, place)


def test_only_the_fields_that_are_declared_stay_clear() -> None:
    made = _made(Audit, SECRET)
    everywhere = {place for place, text in _texts(made) if MOBILE in text}
    assert len(everywhere) > 60, "the secret was planted in every record"
    clear = {place for place, text in _texts(masked_audit(made)) if MOBILE in text or NAME in text}
    declared = {f"{kind.__name__}.{field}" for kind, fields in KEPT.items() for field in fields}
    assert clear <= declared
    assert {f"{kind.__name__}.{field}" for kind, fields in KEPT.items() for field in fields if field not in kind.__struct_fields__} == set()


def test_a_new_field_is_masked_without_being_named_anywhere() -> None:
    class Wider(Finding, frozen=True, kw_only=True):
        remark: str = ""
        more: dict[str, tuple[str, ...]]

    found = masked_finding(Wider(id="1", rule="X-01", severity="error", title="", message="", remark=SECRET, more={"a": (SECRET,)}))
    assert isinstance(found, Wider)
    assert not [text for _, text in _texts(found) if MOBILE in text or NAME in text]


def test_a_private_print_takes_its_value_along() -> None:
    made = masked_audit(_made(Audit, MOBILE))
    assert made.report is not None
    assert made.report.facts[0].value is None
    assert made.findings[0].facts[0].value is None
    assert made.statements[0].value is None


@pytest.fixture(scope="module")
def result() -> Result:
    """A run over a report whose every text carries a secret, as if a reader and every rule had put it there."""
    audit = audited(wrong_plan(0), "报告/1.docx")
    finding = audit.findings[0]
    rich = msgspec.structs.replace(
        finding,
        question="问",
        calculation="1 ≠ 2",
        expected="3",
        actual="4",
        passages=(("甲", "乙"),),
        children=(finding,),
        related=(Location(sheet="表"),),
        culprit=Culprit(certain=True, candidates=(Candidate(key="t3.granted.total", printed="1", likely="2", kind="value"),)),
    )
    audit = msgspec.structs.replace(
        audit, findings=(rich, *audit.findings[1:]), problems=(Problem(code="READ-ENCODING", details={"encoding": "x"}),)
    )
    planted = _planted(audit, Audit, SECRET)
    assert sum(MOBILE in text for _, text in _texts(planted)) > 300
    corpus = masked_finding(_planted(rich, Finding, SECRET))
    return Result(audits=(count(planted),), corpus_findings=(corpus,), version="1", rules_sha256=rulebook().sha256)


def _made_by(name: str) -> Callable[[Result], bytes | str]:
    from auditor.cli.rendered import Extras, Letters, render
    from auditor.model.settings import InForce, Settings

    class Run:
        settings, told, packs = Settings(), InForce(), ()

    Run.rulebook = rulebook()  # type: ignore[attr-defined]

    def made(result: Result) -> bytes:
        found = render(name, result, Run(), Extras(letters=Letters()))  # type: ignore[arg-type]
        return found if isinstance(found, bytes) else b"".join(found)

    return made


def _clear(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(re.sub("<[^>]*>", "", package.read(name).decode("utf-8", "replace")) for name in package.namelist())


@pytest.mark.parametrize("name", [name for name in FILE_FORMATS if name != "console"])
def test_no_output_holds_it(name: str, result: Result) -> None:
    clear = _clear(_made_by(name)(result))
    assert MOBILE not in clear
    assert NAME not in clear
    assert "138" in clear, "it was there, masked"


def test_the_letter_holds_none_of_it(result: Result) -> None:
    from auditor.render.letters import circular, notice

    for data in (notice(result.audits[0].audit, rulebook()), circular(result, rulebook())):
        assert data is not None
        clear = _clear(data)
        assert MOBILE not in clear
        assert NAME not in clear


def test_helpers_see_what_they_look_for() -> None:
    """That the secret would be found: in JSON, in CSV, across tags."""
    assert MOBILE in _clear(json.dumps(SECRET, ensure_ascii=False))
    out = io.StringIO()
    csv.writer(out).writerow([SECRET])
    assert MOBILE in _clear(out.getvalue())
