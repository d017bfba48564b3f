"""A listener on this machine whose address stands in many inputs: whoever calls there has fetched something."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from tests.fuzz.bytes_of import ADDRESS


class Listener:
    """Counts the calls at :data:`ADDRESS` while it is open; ``calls`` has the first line of each."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        port = int(ADDRESS.split(":")[2].split("/")[0])
        self._socket = socket.create_server(("127.0.0.1", port), reuse_port=False)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError, ConnectionError):
                try:
                    connection, _ = self._socket.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1.0)
                    self.calls.append("?")
                    self.calls[-1] = connection.recv(200).decode("latin-1").partition("\r\n")[0]
