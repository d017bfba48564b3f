"""Opens a desk: a server on this PC only, a random port, the browser at its one-time address."""

from __future__ import annotations

import getpass
import json
import os
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from auditor.atomic import write_whole
from auditor.desk.app import create_app
from auditor.desk.state import open_desk
from auditor.errors import UsageError
from auditor.model.rulebook import Rulebook
from auditor.text.words import say

_HOST: Final = "127.0.0.1"
_ADDRESS: Final = "auditor-desk.json"
"""Says where the open desk of a season is; gone when the desk is closed."""


def serve(folder: Path, rulebook: Rulebook, lang: str, *, port: int = 0, browser: bool = True, tell: Callable[[str], None] = print) -> None:
    """Serve the season of a folder (made if there is none) until Ctrl+C. ``port`` 0 takes a free one.

    Raises UsageError when another desk has the season open, naming its address.
    """
    import uvicorn

    folder.mkdir(parents=True, exist_ok=True)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((_HOST, port))
    listening.listen(64)  # a browser opened a moment too early waits instead of failing
    number = listening.getsockname()[1]
    address = f"http://{_HOST}:{number}/"
    desk = open_desk(folder, rulebook, lang, _person())
    other = _open_elsewhere(folder)
    if other:
        listening.close()
        desk.store.close()
        raise UsageError(say(rulebook.words, lang, "desk.already", address=other))
    note = folder / _ADDRESS
    write_whole(note, json.dumps({"address": address, "process": os.getpid()}).encode())
    try:
        app = create_app(desk, (f"{_HOST}:{number}", f"localhost:{number}"))
        opened = f"{address}?token={desk.token}"
        tell(say(rulebook.words, lang, "desk.ready", address=opened))
        if browser:
            webbrowser.open(opened)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off"))
        server.run(sockets=[listening])
    finally:
        note.unlink(missing_ok=True)
        desk.background.cancel()
        desk.store.close()


def _open_elsewhere(folder: Path) -> str:
    """The address of a desk that has this season open and answers, or an empty text."""
    try:
        told = json.loads((folder / _ADDRESS).read_bytes())
        address = str(told["address"])
        port = int(address.rstrip("/").rpartition(":")[2])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    try:
        with socket.create_connection((_HOST, port), timeout=1):
            return address
    except OSError:
        return ""


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
