"""The manual as a site: built without a warning, every page in it, nothing fetched from anywhere, searched in Chinese."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.cli.running import ROOT
from tools.readme import MANUAL, refreshed

NEEDS_MKDOCS = pytest.mark.skipif(
    importlib.util.find_spec("material") is None or importlib.util.find_spec("jieba") is None,
    reason="mkdocs-material is not installed (extra manual)",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=1200, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@NEEDS_MKDOCS
def test_every_page_is_in_the_site_and_chinese_comes_first(site: Path) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        assert (site / page.relative_to(ROOT / "docs").with_suffix(".html")).is_file()
    first = (site / "index.html").read_text(encoding="utf-8")
    assert '<html lang="zh"' in first
    assert first.index("核对一份报告") < first.index("Architecture")


@NEEDS_MKDOCS
def test_nothing_is_fetched_from_anywhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|link|img|iframe|source|object)[^>]*(?:src|href|data)=[\"']?(?:https?:)?//[^\"' >]+", text), (
            page.name
        )
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\([\"']?(?:https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet.name


@NEEDS_MKDOCS
def test_search_knows_chinese_words(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert "zh" in index["config"]["lang"]
    compiled = next(entry for entry in index["docs"] if entry["location"] == "manual/compile.html")
    assert "\u200b" in compiled["text"]  # cut into words
    assert (site / "search" / "search_index.js").is_file()  # read without a server
    assert (site / "javascripts" / "offline-search.js").is_file()


@NEEDS_MKDOCS
@pytest.mark.browser
@pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium here")
def test_a_word_typed_into_the_search_is_found_without_a_server(site: Path) -> None:
    with chromium.Page(1366, 900) as page:
        page.send("Page.navigate", url=(site / "index.html").as_uri())
        page.wait("document.readyState === 'complete' && document.querySelector('[data-md-component=search-query]')")
        page.run("document.querySelector('label[for=__search]').click()")
        page.run("document.querySelector('[data-md-component=search-query]').focus()")
        page.send("Input.insertText", text="汇总")
        page.wait("[...document.querySelectorAll('.md-search-result__item h1')].some(one => one.textContent.includes('汇'))")
        assert not [address for address in page.requests if address.startswith("http")]


def test_output_in_the_manual_is_what_the_program_prints() -> None:
    pages = sorted(MANUAL.glob("*.md"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert refreshed(text) == text, "run: make docs"
