"""The page's parts put together: one file, everything inline, nothing that could reach out or run what a report contains."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from importlib import resources

from auditor.model.report import Report
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.render.page.data import About, page_data, title_of
from auditor.text.words import say

# Nothing may be fetched from anywhere, whatever a report's text says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(
    result: Result,
    rulebook: Rulebook,
    lang: str = "zh",
    previous: Mapping[tuple[str, int], Report] | None = None,
    about: About | None = None,
) -> str:
    """The page as text (UTF-8). The same result gives the same page.

    ``about``: what its head says, and links to the files about each report.
    ``previous``: earlier reports by (agency, year); reports of several years in the result itself need not be named.
    """
    known = {**_by_year(result), **(previous or {})}
    data = json.dumps(page_data(result, rulebook, lang, known, about), ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only "<" could end it; the separators are line ends to a script.
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        data = data.replace(char, f"\\u{ord(char):04x}")
    assets = resources.files("auditor.render.page") / "assets"
    parts = {name: (assets / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "page.js")}
    return (
        parts["page.html"]
        .replace("%LANG%", say(rulebook.words, lang, "language.html"))
        .replace("%POLICY%", _POLICY)
        .replace("%TITLE%", html.escape(title_of(rulebook, lang)))
        .replace("%NOSCRIPT%", html.escape(say(rulebook.words, lang, "page.no_script")))
        .replace("%CSS%", parts["page.css"])
        .replace("%JS%", parts["page.js"])
        .replace("%DATA%", data)
    )


def _by_year(result: Result) -> dict[tuple[str, int], Report]:
    """The reports of the run by agency and year, where there is one and not several."""
    found: dict[tuple[str, int], Report | None] = {}
    for counted in result.audits:
        report = counted.audit.report
        if report is not None and report.agency and report.year is not None:
            key = (report.agency, report.year)
            found[key] = None if key in found else report
    return {key: report for key, report in found.items() if report is not None}
