"""What everybody may be told for a second is worked out once a second.

A route says so by its Cache-Control. Its answer is then given again, without asking the route, until a second of
real time has passed since it was asked for, and no longer than this process does nothing but read: whoever changes
something reads the change at once. Another process of the same service is at most that second behind.
"""

from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.etag import is_known

FOR_A_SECOND = "public, max-age=1"
_MARK = (b"cache-control", FOR_A_SECOND.encode())
_SECONDS = 1.0
_MOST = 500
_LARGEST_BYTES = 65_536
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Rounded up: who keeps the answer further on adds no second of its own to this one.
_AGE = (b"age", b"1")
_OF_NOT_MODIFIED = frozenset({b"etag", b"cache-control"})
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    headers: Headers
    body: bytes


class KeptAnswers:
    """Pure ASGI: keeps what was answered to a GET without query and without a token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, _Kept] = {}
        self._changes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, from what is kept where that is fresh."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] not in _READS:
            await self._app(scope, receive, self._forgetting(send))
        elif scope["method"] != "GET" or scope["query_string"] or _header(scope, b"authorization"):
            await self._app(scope, receive, send)
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked_at = monotonic()
        kept = self._kept.get(scope["path"])
        if kept is not None and kept.until > asked_at:
            await _give(kept, _header(scope, b"if-none-match"), send)
        else:
            await self._app(scope, receive, self._keeping(scope["path"], asked_at + _SECONDS, send))

    def _forgetting(self, send: Send) -> Send:
        """A change is committed before its answer begins, and is read by whoever asks after that."""

        async def forget_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._changes += 1
                self._kept.clear()
            await send(message)

        return forget_and_send

    def _keeping(self, path: str, until: float, send: Send) -> Send:
        changes, headers, pieces = self._changes, Headers(), list[bytes]()

        async def keep_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == HTTPStatus.OK and _MARK in message["headers"]:
                    headers.extend(message["headers"])
            elif headers:
                pieces.append(message.get("body", b""))
                # What was read before a change may be what it changed.
                if not message.get("more_body", False) and changes == self._changes:
                    self._keep(path, _Kept(until, headers, b"".join(pieces)))
            await send(message)

        return keep_and_send

    def _keep(self, path: str, answer: _Kept) -> None:
        if len(answer.body) > _LARGEST_BYTES:
            return
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[path] = answer


async def _give(kept: _Kept, known: str, send: Send) -> None:
    tag = next((value.decode("latin-1") for name, value in kept.headers if name == b"etag"), None)
    status, headers, body = HTTPStatus.OK.value, kept.headers, kept.body
    if known and tag is not None and is_known(known, tag):
        status, body = HTTPStatus.NOT_MODIFIED.value, b""
        headers = [pair for pair in headers if pair[0] in _OF_NOT_MODIFIED]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, _AGE]})
    await send({"type": "http.response.body", "body": body})


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return ""
