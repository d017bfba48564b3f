"""Notices ask for nothing: a report with notices only is clean for machines, told apart from one without any, and the exit code obeys --fail-on."""

from __future__ import annotations

import json

import msgspec

from auditor.batch.outcome import count, exit_code
from auditor.model.finding import Audit, Finding
from auditor.model.result import Result
from auditor.render.json_v1 import check_json
from auditor.render.letters.notice import notice
from tests.check.tables import BOOK
from tests.check.whole import audited, printed, table3


def _audit(*severities: str) -> Audit:
    audit = audited(printed(table3(granted={"natural_person": 3})))
    one = Finding(id="0", rule="F-11", severity="notice", title="…", message="…")
    findings = tuple(msgspec.structs.replace(one, id=str(number), severity=severity) for number, severity in enumerate(severities))
    return msgspec.structs.replace(audit, findings=findings)


def _result(audit: Audit) -> Result:
    return Result(audits=(count(audit),), version="0", rules_sha256="")


def test_notices_alone_leave_a_report_clean() -> None:
    result = _result(_audit("notice", "notice"))
    document = json.loads(check_json(result, BOOK.words, "zh"))
    assert document["audits"][0]["verdict"] == "clean"
    assert document["summary"]["findings"] == {"error": 0, "warning": 0, "notice": 2}
    assert (document["summary"]["to_correct"], document["summary"]["notices"]) == (0, 2)
    assert notice(result.audits[0].audit, BOOK) is None


def test_a_warning_is_a_problem() -> None:
    document = json.loads(check_json(_result(_audit("notice", "warning")), BOOK.words, "zh"))
    assert document["audits"][0]["verdict"] == "findings"
    assert (document["summary"]["to_correct"], document["summary"]["notices"]) == (1, 1)


def test_exit_code_is_what_fail_on_says() -> None:
    result = _result(_audit("notice"))
    assert exit_code(result, "error") == 0
    assert exit_code(result, "notice") == 1
    assert exit_code(result, "never") == 0
