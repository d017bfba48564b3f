"""Copies of the originals with the findings marked at their places; nothing else of the document changes."""

from auditor.render.marked.notes import Note

__all__ = ["Note"]
