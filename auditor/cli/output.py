"""Where results go: standard output clean of anything else, files beside it, progress on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from auditor.atomic import write_whole
from auditor.cli.options import FORMATS
from auditor.cli.phrases import phrase
from auditor.errors import UsageError
from auditor.render.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.batch import Progress

Renderer: TypeAlias = Callable[[str], bytes | Iterator[bytes]]
"""Name of a format → its bytes, whole or piece by piece."""

_FILE_WIDTH = 100


def parse_outputs(outputs: tuple[str, ...], formats: tuple[str, ...] = FORMATS) -> tuple[tuple[str, Path], ...]:
    """``json=result.json`` … → pairs. Raises UsageError for an unknown format or a folder that does not exist."""
    found = []
    for given in outputs:
        name, _, path = given.partition("=")
        if name not in formats or not path:
            raise UsageError(phrase("usage.bad_output", formats=", ".join(formats), given=given))
        if not Path(path).parent.is_dir():
            raise UsageError(phrase("usage.cannot_write", path=path, reason="no such folder"))
        found.append((name, Path(path)))
    return tuple(found)


def deliver(format_: str, outputs: tuple[tuple[str, Path], ...], render: Renderer, show: Callable[[Console], None]) -> None:
    """Write the files asked for, then standard output. ``show`` prints on a console; the other formats come from ``render``."""
    for name, path in outputs:
        content = _plain(show) if name == "console" else render(name)
        try:
            write_whole(path, content, follow=True)
        except OSError as error:
            raise UsageError(phrase("usage.cannot_write", path=path, reason=error.strerror)) from error
    if format_ == "console":
        show(screen())
        return
    stream = sys.stdout.buffer
    stream.writelines(_pieces(render(format_)))
    stream.flush()


def _pieces(content: bytes | Iterator[bytes]) -> Iterator[bytes]:
    return iter((content,)) if isinstance(content, bytes) else content


def screen() -> Console:
    """A console on standard output; 100 columns wide where it is no terminal. ``NO_COLOR`` is honoured by rich."""
    from rich.console import Console

    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else _FILE_WIDTH, highlight=False, markup=False, emoji=False)


def followed() -> bool:
    """Whether another program follows this one by its lines of progress and shows by itself what came of it."""
    return os.environ.get("AUDITOR_PROGRESS") == "lines"


@contextmanager
def progress_bar(label: str, quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on standard error with rate and remaining time, only on a terminal; else ``None``.

    With ``AUDITOR_PROGRESS=lines``, as the desk sets it, each step is a line of ``progress``, done, known, path, parted by tabs.
    """
    if followed():

        def tell(done: int, known: int, path: str) -> None:
            print("progress", done, known, printable(path), sep="\t", file=sys.stderr, flush=True)

        yield tell
        return
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[path]}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, path="")

        def advance(done: int, known: int, path: str) -> None:
            bar.update(task, completed=done, total=known, path=printable(path[-40:]))

        yield advance


def _plain(show: Callable[[Console], None]) -> bytes:
    import io

    from rich.console import Console

    buffer = io.StringIO()
    show(Console(file=buffer, width=_FILE_WIDTH, highlight=False, markup=False, emoji=False, no_color=True, force_terminal=False))
    return buffer.getvalue().encode()
