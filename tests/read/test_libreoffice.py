"""Conversions by LibreOffice: no network, nothing left behind."""

from __future__ import annotations

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from auditor.read.libreoffice import convert, find_office

pytestmark = [pytest.mark.office, pytest.mark.skipif(find_office() is None, reason="needs LibreOffice")]


def test_a_linked_picture_is_not_fetched_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    asked.append(connection.recv(200))

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
            field = rb'{\field{\*\fldinst INCLUDEPICTURE "' + url.encode() + rb'" \\d}{\fldrslt x}}'
            made = convert(rb"{\rtf1\ansi " + field + rb" text\par}", "rtf", "docx")
        finally:
            stop.set()
            listener.join()
    assert made is not None
    assert made.startswith(b"PK")
    assert asked == []
    assert list(tmp_path.iterdir()) == []
