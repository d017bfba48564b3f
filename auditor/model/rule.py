"""A rule as a card, loaded from ``rules/packs/*.toml``."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from auditor.model.language import LANGUAGES

Severity = Literal["error", "warning", "notice"]
Verdict = Literal["pass", "fail", "unknown", "not_applicable", "needs_other_input"]


class Text(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same text in Chinese and English."""

    zh: str
    en: str

    def said(self, lang: str) -> str:
        """The text in a language of :data:`LANGUAGES`. Raises AttributeError for another one."""
        text: str = getattr(self, lang)
        return text

    def wordings(self) -> tuple[str, ...]:
        """The text in every language."""
        return tuple(self.said(lang) for lang in LANGUAGES)


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A runnable example: a small report given by its parts, and the verdict the rule must reach on it.

    ``note`` is its name: what it shows, in a few words, different for each example of a card (every built-in example has one).
    ``facts`` maps keys to the printed text of cells; unnamed cells of ``fill`` tables read "0"; ``text`` maps section keys to prose;
    ``report`` overrides fields such as agency, year, title, scope; ``previous`` and ``others`` are further reports of the same shape
    for rules that look at several.
    """

    verdict: Verdict
    note: str = ""
    facts: dict[str, str] = {}
    fill: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    text: dict[str, str] = {}
    report: dict[str, Any] = {}
    previous: dict[str, Any] | None = None
    others: tuple[dict[str, Any], ...] = ()
    roster: tuple[dict[str, Any], ...] = ()
    severity: Severity | None = None


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of the rule book. ``check`` names the check kind of :mod:`auditor.check.kinds` or ``"coded"``.

    ``basis``: source ids with item or article (keys of ``rules/sources.toml``); ``level``: what the rule looks at; ``params``:
    parameters of the check kind; ``messages``: one template per way of failing. A rule applies to every report unless the card
    says why not: ``valid_from`` and ``valid_to`` are the first and last report year, ``needs`` the tables, rows or cells that the
    form of the report's year must have (``t3``, ``t2.license.decisions``, alternatives as ``t3|st``). ``eras`` limits a rule to
    forms by their ids, which also shuts it out of every later form.
    ``title`` says what the rule asks (表三各列收支平衡), ``problem`` what is wrong where it fails (表三收支不平衡), ``action`` what the
    agency should do, as a notice says it.
    """

    id: str
    title: Text
    problem: Text | None = None
    severity: Severity
    level: Literal["report", "previous", "children", "corpus", "roster"] = "report"
    valid_from: int | None = None
    valid_to: int | None = None
    needs: tuple[str, ...] = ()
    eras: tuple[str, ...] = ()
    basis: tuple[str, ...]
    check: str
    params: dict[str, Any] = {}
    formula: str = ""
    why: Text
    cautions: tuple[Text, ...]
    messages: dict[str, Text]
    action: Text | None = None
    examples: tuple[Example, ...]
    status: Literal["stable", "trial", "guard", "retired"] = "stable"
    pack: str = ""

    @property
    def problem_title(self) -> Text:
        """The title of a finding of this rule: what is wrong; the rule's own title where the card gives none."""
        return self.problem or self.title

    @property
    def group(self) -> str:
        """The part of the id before the dash: ``A``, ``T3``, ``C`` …"""
        return self.id.partition("-")[0]
