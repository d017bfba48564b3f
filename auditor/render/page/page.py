"""The page's parts put together: one file, everything inline, nothing that could reach out or run what a report contains."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from importlib import resources

from auditor.model.report import Report
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.render.page.data import page_data, title_of

# Nothing may be fetched from anywhere, whatever a report's text says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def page(result: Result, rulebook: Rulebook, lang: str = "zh", previous: Mapping[tuple[str, int], Report] | None = None) -> str:
    """The page as text (UTF-8). The same result gives the same page."""
    data = json.dumps(page_data(result, rulebook, lang, previous or {}), ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only "<" could end it; the separators are line ends to a script.
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        data = data.replace(char, f"\\u{ord(char):04x}")
    assets = resources.files("auditor.render.page") / "assets"
    parts = {name: (assets / name).read_text(encoding="utf-8") for name in ("page.html", "page.css", "page.js")}
    return (
        parts["page.html"]
        .replace("%LANG%", "zh-CN" if lang == "zh" else "en")
        .replace("%POLICY%", _POLICY)
        .replace("%TITLE%", html.escape(title_of(rulebook, lang)))
        .replace("%CSS%", parts["page.css"])
        .replace("%JS%", parts["page.js"])
        .replace("%DATA%", data)
    )
