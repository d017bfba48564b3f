"""Looking up elements by lists finds what trying each selector on each element finds."""

from __future__ import annotations

from random import Random
from typing import Any

import cssselect
import pytest
from lxml import etree

from auditor.read.html.selectors import Finder, WorkError

Element = Any
"""An lxml element."""

TAGS = ("div", "p", "td", "a", "span")
NAMES = ("a", "b", "menu", "x-y", "数")
COMPOUNDS = (
    "*", "div", "p", "TD", "span", ".a", ".b", ".menu", ".x-y", ".数", "#a", "#b", "p.a", "div.a.b", "td#a", "[title]", "[title=x]", "[TITLE='x y']",
    "[title~=y]", "[title|=x]", "[title^=x]", "[title$=y]", "[title*=' ']", "[title^='']", "[title=X i]", "a[href]", ":first-child", "p:last-child",
    ":nth-child(2n+1)", "p:nth-of-type(2)", ":only-child", ":empty", ":root", "a:hover", "a:link", ".a:not(.b)", ":not(p)", ":not(div p)",
    "div:has(p)", "div:has(> .a)", ":is(p, .a)", ":is(div p, .b)", ":where(.a) ", "ns|p", ":unknown", "p::before", ":scope", ":not(*)",
)  # fmt: skip


def _page(random: Random) -> Element:
    root: Element = etree.Element("html")
    nodes: list[Element] = [root]
    for _ in range(60):
        above = random.choice(nodes[-8:])
        if random.random() < 0.1:
            above.append(etree.Comment("x"))
        node = etree.SubElement(above, random.choice(TAGS))
        if random.random() < 0.5:
            node.set("class", random.choice((" ", "\n", "\u3000")).join(random.sample(NAMES, random.randint(1, 3))))
        if random.random() < 0.2:
            node.set("id", random.choice(NAMES))
        if random.random() < 0.3:
            node.set("title", random.choice(("x", "x y", "y", "x-y", "")))
        if random.random() < 0.3:
            node.set("href", "#")
        nodes.append(node)
    return root


def _by_xpath(root: Element, selector: cssselect.Selector) -> list[Element]:
    try:
        found = root.xpath(cssselect.HTMLTranslator().selector_to_xpath(selector))
    except (cssselect.SelectorError, etree.XPathError):
        return []
    return [node for node in found if isinstance(node.tag, str)]


def test_finds_what_xpath_finds() -> None:
    random = Random(7)
    for _ in range(12):
        root = _page(random)
        finder = Finder(root)
        for _ in range(60):
            text = random.choice(COMPOUNDS)
            for _ in range(random.choice((0, 0, 1, 2, 3))):
                text += random.choice((" ", " ", " > ", " + ", " ~ ")) + random.choice(COMPOUNDS)
            try:
                selectors = cssselect.parse(text)
            except cssselect.SelectorError:
                continue
            if ":scope" in text:
                continue
            for selector in selectors:
                assert finder.matching(selector) == _by_xpath(root, selector), text


def _look_up(finder: Finder, selector: cssselect.Selector, times: int) -> None:
    for _ in range(times):
        finder.matching(selector)


@pytest.mark.parametrize(
    "text",
    [
        "div div div div div div div div .none",
        "div ~ div ~ div ~ div ~ p.none",
        ":has(:has(:has(.none)))",
        ":nth-child(2n+1):nth-last-child(3n) p.none",
        "[class*=a][title^=b]",
        " ".join(["div"] * 2_000),
    ],
)
def test_work_is_bounded(text: str) -> None:
    """Hundreds of costly selectors are given up before they cost anything, and selectors that mean nothing here cost nothing."""
    root: Element = etree.fromstring("<body>" + "<div class='a'>" * 40 + "<p class='none'/><div/>" * 500 + "</div>" * 40 + "</body>")
    finder = Finder(root)
    finder.left //= 10
    selector = cssselect.parse(text)[0]
    with pytest.raises(WorkError):
        _look_up(finder, selector, times=2_000)
    assert Finder(root).matching(cssselect.parse("div > p ~ p .nowhere")[0]) == []
