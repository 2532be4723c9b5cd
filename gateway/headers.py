"""Which headers pass, in both directions; whatever is not listed here stops at the gateway.

Hop-by-hop headers, cookies and forwarding headers are in neither list, so they never pass.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from starlette.types import Message, Send

from chassis.problems import Problem

Headers = Iterable[tuple[bytes, bytes]]

# The request and trace ids are not listed: they are set from this request's context.
_TO_SERVICE: Final = frozenset(
    {
        b"accept",
        b"accept-language",
        b"authorization",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"tracestate",
    }
)
_WEBHOOK: Final = b"webhook-"
_TO_CLIENT: Final = frozenset(
    {
        b"age",
        b"allow",
        b"cache-control",
        b"content-disposition",
        b"content-language",
        b"content-length",
        b"content-type",
        b"etag",
        b"idempotency-replayed",
        b"last-modified",
        b"link",
        b"location",
        b"retry-after",
        b"vary",
        b"www-authenticate",
    }
)
_SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_TRANSPORT_SECURITY: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_BODILESS: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def to_service(headers: Headers, ids: dict[str, str]) -> list[tuple[str, str]]:
    """What the service gets: the listed headers with their values untouched, and this request's ids."""
    try:
        passed = [
            (name.decode("ascii"), value.decode())
            for name, value in headers
            if name in _TO_SERVICE or name.startswith(_WEBHOOK)
        ]
    except UnicodeDecodeError:
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed-header", "A header is neither ASCII nor UTF-8.") from None
    passed.extend(ids.items())
    return passed


def to_client(headers: Headers, status: int) -> list[tuple[bytes, bytes]]:
    """What the client gets of a service's headers; an answer without a body states no length."""
    passed = [(name, value) for raw, value in headers if (name := raw.lower()) in _TO_CLIENT]
    if status in _BODILESS:
        return [pair for pair in passed if pair[0] != b"content-length"]
    return passed


def security_headers(*, over_tls: bool) -> list[tuple[bytes, bytes]]:
    """The headers of every answer that does not state its own; `over_tls` adds HSTS."""
    return [*_SECURITY, _TRANSPORT_SECURITY] if over_tls else list(_SECURITY)


def first(headers: Headers, wanted: bytes) -> bytes | None:
    """The first value of that (lower-case) name."""
    for name, value in headers:
        if name == wanted:
            return value
    return None


class Outgoing:
    """A `send` that completes the answer's headers: `defaults` where it has none of that name, `always` in any case."""

    __slots__ = ("_always", "_defaults", "_send", "started")

    def __init__(self, send: Send, defaults: Headers, always: Headers) -> None:
        self._send = send
        self._defaults = defaults
        self._always = always
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Send one message of the answer."""
        if not self.started:
            self.started = True
            own = message["headers"]
            named = {name for name, _ in own}
            added = [pair for pair in self._defaults if pair[0] not in named]
            message = {**message, "headers": [*own, *added, *self._always]}
        await self._send(message)
