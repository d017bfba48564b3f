"""Who may ask the desk: the browser that was opened with the one-time token, on this PC, from the desk's own pages.

- The server listens on the loopback address; a request must name it as ``Host`` (so no other name that resolves to this PC can be used).
- The token in the address is exchanged once for a cookie that scripts cannot read and other sites cannot send.
- A change must come from our own origin and carry a content type that a form of another site cannot send without asking first.
- Answers forbid scripts and styles other than our own files, frames, and every request to elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "auditor_desk"
LARGEST_CHANGE: Final = 1024 * 1024
LARGEST_FILE: Final = 512 * 1024 * 1024
"""Bytes of one uploaded file."""
_CHANGES: Final = frozenset({"application/json", "application/octet-stream"})
_SECURITY: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware around the desk. ``token`` opens it once; afterwards the cookie does. ``hosts``: allowed ``Host`` headers."""

    def __init__(self, app: ASGIApp, token: str, hosts: tuple[str, ...]) -> None:
        self._app, self._token, self._hosts = app, token, hosts
        self._session = secrets.token_urlsafe(32)
        self._used = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer refused requests here, hand on all others."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web socket is ever opened
            return
        answer = self._refused(scope)
        if answer is not None:
            await answer(scope, receive, self._secured(send))
            return
        await self._app(scope, _bounded(scope, receive), self._secured(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._hosts:
            return PlainTextResponse("host", status_code=421)
        change = scope["method"] not in ("GET", "HEAD")
        if not change and scope["path"] == "/":
            given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
            if given:
                return self._let_in(given)
        cookie = SimpleCookie()
        cookie.load(headers.get("cookie", ""))
        shown = cookie[COOKIE].value if COOKIE in cookie else ""
        if not hmac.compare_digest(shown.encode(), self._session.encode()):
            return PlainTextResponse("token", status_code=403)
        if change:
            if headers.get("origin", "") not in {f"http://{host}" for host in self._hosts}:
                return PlainTextResponse("origin", status_code=403)
            if headers.get("content-type", "").partition(";")[0].strip().lower() not in _CHANGES:
                return PlainTextResponse("content type", status_code=415)
            length = headers.get("content-length", "")
            if not length.isdecimal() or int(length) > _largest(headers):
                return PlainTextResponse("too large", status_code=413)
        elif headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("site", status_code=403)
        return None

    def _let_in(self, given: str) -> Response:
        if self._used or not hmac.compare_digest(given.encode(), self._token.encode()):
            return PlainTextResponse("token", status_code=403)
        self._used = True
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(COOKIE, self._session, httponly=True, samesite="strict", path="/")
        return answer

    def _secured(self, send: Send) -> Send:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        return secured


def _largest(headers: Headers) -> int:
    upload = headers.get("content-type", "").startswith("application/octet-stream")
    return LARGEST_FILE if upload else LARGEST_CHANGE


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """No more bytes than the header said, whatever is sent."""
    left = int(Headers(scope=scope).get("content-length", "0") or 0)

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return bounded
