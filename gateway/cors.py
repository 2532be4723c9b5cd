"""Cross-origin requests: the website's own origins, named in the settings, and no other."""

from collections.abc import Iterable
from http import HTTPStatus

from starlette.types import Send

from chassis.problems import Problem

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = (
    b"accept-language, authorization, content-type, idempotency-key, if-match, if-none-match, "
    b"traceparent, tracestate, x-request-id"
)
_EXPOSED = b"content-disposition, etag, link, location, retry-after, x-request-id"
_MAX_AGE_SECONDS = b"600"


class Cors:
    """The origins whose pages may read answers. No cookies are used, so credentials are never allowed."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._vary = [(b"vary", b"origin")] if self._origins else []

    def answer_headers(self, origin: bytes | None) -> list[tuple[bytes, bytes]]:
        """What an answer to that origin carries; without the origin's permission a browser keeps it from the page."""
        if origin is None or origin not in self._origins:
            return self._vary
        return [
            *self._vary,
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _EXPOSED),
        ]

    def check_preflight(self, origin: bytes | None) -> None:
        """Refuse the preflight of an origin that is not the website's."""
        if origin not in self._origins:
            raise Problem(HTTPStatus.FORBIDDEN, "origin-not-allowed", "This origin may not call the API from a page.")


async def answer_preflight(send: Send) -> None:
    """The answer to an allowed preflight; `answer_headers` adds the origin."""
    headers = [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _REQUEST_HEADERS),
        (b"access-control-max-age", _MAX_AGE_SECONDS),
    ]
    await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
