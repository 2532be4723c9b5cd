"""One client's connection: what the HTTP parser lets through and the application would never see.

`uvicorn … --http gateway.connections:Connection`. llhttp refuses most of what two servers could read differently, but
takes requests without an HTTP version and lines of any length; uvicorn waits for a head as long as it takes, shows of
a target its path only, and puts trailers among the headers.
"""

import asyncio
import logging
import secrets
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chassis.problems import MEDIA_TYPE, Problem, problem_body
from gateway.guards import malformed
from gateway.headers import security_headers

HEAD_BYTES: Final = 32 * 1024
HEADERS: Final = 100
HEAD_SECONDS: Final = 10.0
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_log = logging.getLogger("gateway.connections")


class Connection(HttpToolsProtocol):
    """uvicorn's own protocol, with a limit to every head and to whatever brings neither a head nor a body."""

    _refusal: Problem | None = None
    _refused = False
    _late: asyncio.TimerHandle | None = None
    _in_body = False
    _moved_on = False
    _idle_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there: its first head is due."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_awaiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came; the parser calls back what it finds in them."""
        if not self._refused:
            self._moved_on = False
            super().data_received(data)
            self._look_after(len(data))

    def _look_after(self, size: int) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._idle_bytes = 0 if self._moved_on else self._idle_bytes + size
        if self._idle_bytes > HEAD_BYTES:
            self._refuse(_too_large())
        elif not self._in_body and not self._is_answering and self._late is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """A head is whole. What is raised here, the parser hands to `send_400_response`."""
        self._moved_on = True
        self._check_head()
        self._stop_awaiting()
        super().on_headers_complete()
        self._in_body = True
        # The request keeps the list that it was given; what comes now are trailers.
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._moved_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.headers:
            self._reject(malformed("trailers", "Send no header behind the body."))
        self._moved_on = True
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, and close, once those are answered that came whole before it."""
        self._refused = True
        if self._is_answering and not self._in_body:
            self.cycle.keep_alive = False
            return
        if not self._is_answering or self._is_next:
            problem = self._refusal or malformed("malformed-request", "This is not HTTP/1.1 as RFC 9112 writes it.")
            self.transport.write(_written(problem))
        if self._is_answering:
            # Else its answer would still be written behind this one.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]  # at first

    @property
    def _is_next(self) -> bool:
        return not self.pipeline and not self.cycle.response_started

    def _check_head(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or len(self.headers) > HEADERS:
            self._reject(_too_large())
        if self.parser.get_http_version() not in _VERSIONS:
            self._reject(malformed("http-version", "Speak HTTP/1.1."))
        if not self.url.startswith(b"/") or b"#" in self.url:
            self._reject(malformed("malformed-path", "Write the target as a path that begins with a slash."))
        if self.parser.should_upgrade():
            # The parser takes what follows for the other protocol: a body would be lost.
            self._reject(malformed("upgrade", "Ask for no other protocol: this speaks HTTP/1.1 only."))

    def _reject(self, problem: Problem) -> None:
        self._refusal = problem
        raise problem

    def _refuse(self, problem: Problem) -> None:
        self._refusal = problem
        self.send_400_response(problem.detail)

    def _await_head(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self._on_late)

    def _stop_awaiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _on_late(self) -> None:
        if not self._idle_bytes:
            self.transport.close()
            return
        self._refuse(Problem(HTTPStatus.REQUEST_TIMEOUT, "head-too-slow", "The headers did not arrive in time."))


def _too_large() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers-too-large",
        f"A request's target and headers have {HEAD_BYTES} bytes at most, in {HEADERS} headers.",
    )


def _written(problem: Problem) -> bytes:
    identifier, body = secrets.token_hex(16), problem_body(problem, "")
    _log.warning("a request was refused unread", extra={"reason": problem.code, "refused_id": identifier})
    headers = [
        *security_headers(over_tls=False),
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", identifier.encode()),
        (b"connection", b"close"),
    ]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return STATUS_LINE[problem.status] + lines + b"\r\n" + body
