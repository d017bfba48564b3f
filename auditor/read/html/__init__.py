"""Pages as saved from a site."""

from auditor.read.html.reader import read_html

__all__ = ["read_html"]
