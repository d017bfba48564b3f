"""Files by URL on any storage fsspec knows (local, S3-compatible, HDFS …); plain paths work without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.errors import UsageError


def list_urls(url: str) -> tuple[str, ...]:
    """All files below a URL (or the file itself), sorted, as URLs of the same scheme; hidden files and litter left out."""
    from auditor.batch.inputs import is_litter

    system, root = _open(url)
    found = system.find(root) if system.isdir(root) else [root]
    base = str(root).rstrip("/")
    return tuple(system.unstrip_protocol(path) for path in sorted(found) if not is_litter(str(path)[len(base) :]))


def read_url(url: str) -> bytes:
    """The bytes at a URL. Raises OSError when they cannot be had."""
    system, path = _open(url)
    data: bytes = system.cat_file(path)
    return data


def write_url(url: str, data: bytes) -> None:
    """Write a file whole: under another name first, so that nobody sees half of it."""
    system, path = _open(url)
    system.makedirs(path.rpartition("/")[0], exist_ok=True)
    system.pipe_file(path + ".new", data)
    system.mv(path + ".new", path)


def exists(url: str) -> bool:
    """Whether there is a file at a URL."""
    system, path = _open(url)
    return bool(system.exists(path))


def join(folder: str, name: str) -> str:
    """The URL of a file in a folder."""
    return folder.rstrip("/") + "/" + name


def batches(urls: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """The URLs in order in groups of ``size``."""
    return [tuple(urls[start : start + size]) for start in range(0, len(urls), size)]


def _open(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise UsageError("URLs need fsspec: pip install 'auditor[remote]'") from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url}: {error}") from error
    return system, path
