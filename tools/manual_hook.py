"""What ``mkdocs build`` does beside its own, so that the site needs nothing from anywhere.

Links that lead out of ``docs`` (examples, CONTRIBUTING) become plain text; the one script that the theme would fetch from elsewhere, for
search without a server, is ours.
"""

from __future__ import annotations

import re
from typing import Any

_OUT = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?!manual/|images/|office\.md|dataset\.md|rules\.md)[^)]*\)")
_REMOTE = re.compile(r'<script src="?https?://[^ ">]+"?></script>')
_OURS = "javascripts/offline-search.js"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text of a page without links out of the site."""
    return markdown if page.file.src_uri.startswith("manual/") else _OUT.sub(r"\1", markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """The page with our script in place of the remote one."""
    return _local(output, "../" * page.file.src_uri.count("/"))


def on_post_template(output_content: str, **_: Any) -> str:
    """The same for pages that no text is behind."""
    return _local(output_content, "")


def _local(output: str, base: str) -> str:
    return _REMOTE.sub(f'<script src="{base}{_OURS}"></script>', output)
