"""What is refused before anything is looked up: ways to write a request that two servers could read differently."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from chassis.problems import Problem

# Doubled slashes, encoded dots, slashes, semicolons, backslashes, control characters and percent signs, dot segments,
# broken escapes, and whatever is not a visible ASCII character.
_BAD_PATH = re.compile(
    r"//|%(?:2[ef5]|3b|5c|[01][0-9a-f]|7f)|%(?![0-9a-f]{2})|\\|/\.{1,2}(?:/|;|$)|#|[^\x21-\x7e]",
    re.IGNORECASE | re.ASCII,
)
_BAD_QUERY = re.compile(rb"%00|#|[^\x21-\x7e]")
# RFC 9110, 7.2: a name or an address, and a port.
_HOST = re.compile(rb"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ONCE = frozenset(
    {
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"content-type",
        b"authorization",
        b"idempotency-key",
        b"origin",
        b"webhook-id",
        b"webhook-timestamp",
    }
)


@dataclass(frozen=True, slots=True)
class Framing:
    """How the request says its body ends: `length` in bytes, or chunked; neither means that there is none."""

    length: int | None
    chunked: bool


def check_target(method: str, path: str, query: bytes) -> None:
    """Refuse a method or a target that the services should never see; path and query are still percent-encoded."""
    if method not in _METHODS:
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "method-not-allowed",
            f"{method} is not used here.",
            headers={"Allow": ", ".join(sorted(_METHODS))},
        )
    if _BAD_PATH.search(path) or not path.startswith("/"):
        raise malformed(
            "malformed-path",
            "Write the path plainly: no doubled slash, no dot segment, no backslash, no encoded dot or slash.",
        )
    if _BAD_QUERY.search(query):
        raise malformed("malformed-query", "The query holds a character that must be percent-encoded, or a NUL.")


def single_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers that may stand once only, by lower-case name; refused where one stands twice."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _ONCE:
            if name in found:
                raise malformed("duplicate-header", f"The header {name.decode('ascii')} may stand once only.")
            found[name] = value
    return found


def check_host(single: Mapping[bytes, bytes]) -> None:
    """Refuse a request that does not say once and plainly whom it is for."""
    if not _HOST.fullmatch(single.get(b"host", b"")):
        raise malformed("malformed-host", "Say in a Host header whom the request is for: a name, with or without port.")


def announces_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a body follows the headers."""
    return any(name in {b"content-length", b"transfer-encoding"} and value != b"0" for name, value in headers)


def check_framing(single: Mapping[bytes, bytes], http_version: str, limit: int) -> Framing:
    """How the body is framed; refused where that is ambiguous, 413 where its declared size is over `limit` bytes."""
    encoding, declared = single.get(b"transfer-encoding"), single.get(b"content-length")
    if encoding is not None:
        if declared is not None:
            raise malformed("ambiguous-length", "Transfer-Encoding and Content-Length may not stand together.")
        if http_version != "1.1":
            raise malformed("transfer-encoding", "Chunked bodies are HTTP/1.1's: older versions know no chunks.")
        if encoding.lower() != b"chunked":
            raise malformed("transfer-encoding", "The only transfer encoding accepted is chunked.")
        return Framing(None, True)
    if declared is None:
        return Framing(None, False)
    if not declared.isdigit():
        raise malformed("content-length", "Content-Length must be a whole number of bytes.")
    length = int(declared)
    if length > limit:
        raise too_large(limit)
    return Framing(length, False)


def too_large(limit: int) -> Problem:
    """The 413 answer; `limit` in bytes."""
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large",
        f"The body may have {limit} bytes at most.",
        limit_bytes=limit,
    )


def malformed(code: str, detail: str) -> Problem:
    """The 400 answer; the connection closes, as what comes behind could be read in two ways as well."""
    return Problem(HTTPStatus.BAD_REQUEST, code, detail, headers={"Connection": "close"})
