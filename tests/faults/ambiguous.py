"""Requests that two servers could read differently, or that no client in its right mind sends: bytes by name.

Each is refused with a 4xx, or its connection closed; whatever stands behind it on the connection is never answered.
"""

HOST = b"Host: gateway\r\n"
BEHIND = b"GET /v1/courses/behind HTTP/1.1\r\nHost: gateway\r\n\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_LAST = b"0\r\n\r\n"
_MEGABYTE = 1_000_000


def get(target: bytes = b"/v1/courses/x", headers: bytes = HOST, version: bytes = b"HTTP/1.1") -> bytes:
    """A GET, its Host apart."""
    return b"GET " + target + b" " + version + b"\r\n" + headers + b"\r\n"


def post(headers: bytes, body: bytes = b"", version: bytes = b"HTTP/1.1") -> bytes:
    """A POST with these framing headers."""
    return b"POST /v1/course-imports " + version + b"\r\n" + HOST + headers + b"\r\n" + body


def _lengths() -> dict[str, bytes]:
    written = {
        "a length as a list": b"2, 2",
        "a length with a sign": b"+2",
        "a length below zero": b"-2",
        "a length in hexadecimal": b"0x2",
        "two lengths and a space": b"2 2",
        "an empty length": b"",
        "a length past 64 bits": b"18446744073709551618",
    }
    return {name: post(b"Content-Length: " + length + b"\r\n", b"{}") for name, length in written.items()} | {
        "Transfer-Encoding before Content-Length": post(_CHUNKED + b"Content-Length: 5\r\n", _LAST),
        "Content-Length before Transfer-Encoding": post(b"Content-Length: 5\r\n" + _CHUNKED, _LAST),
        "one length twice": post(b"Content-Length: 2\r\nContent-Length: 2\r\n", b"{}"),
        "two lengths": post(b"Content-Length: 2\r\nContent-Length: 27\r\n", b"{}"),
    }


def _encodings() -> dict[str, bytes]:
    values = (
        b"xchunked",
        b"chunked, chunked",
        b"chunked\x0b",
        b"chunked\t",
        b"\x0bchunked",
        b"identity",
        b"gzip, chunked",
        b"chunked, identity",
        b"chunked;q=1",
        b'"chunked"',
        b"chunked,",
        b",chunked",
        b"chu\xe4nked",
        b"",
    )
    made = {f"Transfer-Encoding: {value!r}": post(b"Transfer-Encoding: " + value + b"\r\n", _LAST) for value in values}
    return made | {
        "chunked and identity apart": post(_CHUNKED + b"Transfer-Encoding: identity\r\n", _LAST),
        "chunked twice": post(_CHUNKED + _CHUNKED, _LAST),
        "a tab before the colon": post(b"Transfer-Encoding\t: chunked\r\n", _LAST),
        "chunked in HTTP/1.0": post(_CHUNKED, b"2\r\n{}\r\n" + _LAST, b"HTTP/1.0"),
        "chunked in HTTP/1.0, kept alive": post(_CHUNKED + b"Connection: keep-alive\r\n", _LAST, b"HTTP/1.0"),
    }


def _chunks() -> dict[str, bytes]:
    bodies = {
        "a chunk size ended by LF": b"2\n{}\r\n",
        "a chunk size with 0x": b"0x2\r\n{}\r\n",
        "a chunk size with a sign": b"-2\r\n{}\r\n",
        "a chunk size behind a space": b" 2\r\n{}\r\n",
        "a chunk size before a space": b"2 \r\n{}\r\n",
        "a chunk size with an underscore": b"0_2\r\n{}\r\n",
        "no chunk size": b"\r\n{}\r\n",
        "a chunk size past 64 bits": b"10000000000000002\r\n{}\r\n",
        "a chunk without its CRLF": b"2\r\n{}",
        "a chunk longer than said": b"1\r\n{}\r\n",
        "a chunk ended by LF": b"2\r\n{}\n",
        "a chunk extension with LF": b"2;a\n{}\r\n",
        "a chunk extension with LF and more": b"2;\nxx\r\n{}\r\n",
        "a chunk extension with CR": b"2;a\rb\r\n{}\r\n",
        "a chunk extension with NUL": b"2;a\x00b\r\n{}\r\n",
    }
    trailers = {
        "a trailer": b"X-Any: 1\r\n",
        "a token in a trailer": b"Authorization: Bearer a.b.c\r\n",
        "a key in a trailer": b"Idempotency-Key: smuggled\r\n",
        "a length in a trailer": b"Content-Length: 5\r\n",
        "a host in a trailer": b"Host: other\r\n",
        "a trailer without a colon": b"X Any\r\n",
    }
    return {name: post(_CHUNKED, body + _LAST) for name, body in bodies.items()} | {
        name: post(_CHUNKED, b"2\r\n{}\r\n0\r\n" + trailer + b"\r\n") for name, trailer in trailers.items()
    }


def _lines() -> dict[str, bytes]:
    headers = {
        "a header ended by LF": b"Accept: a\n",
        "CR alone in a header": b"Accept: \rTransfer-Encoding: chunked\r\n",
        "CR alone between headers": b"Accept: a\rX: b\r\n",
        "a folded header": b"Accept: a\r\n b\r\n",
        "a header folded by a tab": b"Accept: a\r\n\tb\r\n",
        "a folded Transfer-Encoding": b"Transfer-Encoding:\r\n chunked\r\n",
        "a space before the colon": b"Accept : a\r\n",
        "a space in a name": b"Acc ept: a\r\n",
        "no colon": b"Accept\r\n",
        "no name": b": a\r\n",
        "NUL in a value": b"Accept: a\x00b\r\n",
        "NUL in a name": b"Acc\x00ept: a\r\n",
    }
    return {name: get(headers=HOST + header) for name, header in headers.items()} | {
        "LF everywhere": b"GET /v1/courses HTTP/1.1\nHost: gateway\n\n",
        "LF at the end": b"GET /v1/courses HTTP/1.1\r\nHost: gateway\r\n\n",
        "CR everywhere": b"GET /v1/courses HTTP/1.1\rHost: gateway\r\r",
        "no version, LF": b"GET /v1/courses\nHost: gateway\r\nContent-Length: 0\r\n\r\n",
        "no version": b"GET /v1/courses\r\n\r\n",
        "a fold before any header": b"GET /v1/courses HTTP/1.1\r\n Host: other\r\nHost: gateway\r\n\r\n",
        "NUL before all": b"\x00" + get(),
        "a space before all": b" " + get(),
        "tabs in the first line": b"GET\t/v1/courses\tHTTP/1.1\r\n" + HOST + b"\r\n",
        "a space behind the version": get(version=b"HTTP/1.1 "),
        "a method in small letters": b"get /v1/courses HTTP/1.1\r\n" + HOST + b"\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(99),
    }


def _versions() -> dict[str, bytes]:
    return {
        **{f"HTTP/{version}": get(version=b"HTTP/" + version.encode()) for version in ("0.9", "1.2", "2.0", "11.1")},
        "HTTP/2 known beforehand": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "h2c": get(headers=HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n"),
        "WebSocket": get(headers=HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n"),
        "an upgrade with a body": post(b"Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n", b"{}"),
        "100-continue for what is refused": post(b"Expect: 100-continue\r\nTransfer-Encoding: gzip\r\n"),
    }


def _hosts() -> dict[str, bytes]:
    bad = (b"", b"a b", b"a, b", b"a/b", b"user@a", b"a:b", b"a:123456", b"[::1", b"a\xe9", b"a#b", b"a?b")
    made = {f"Host: {host!r}": get(headers=b"Host: " + host + b"\r\n") for host in bad}
    return made | {
        "no host": get(headers=b""),
        "no host in HTTP/1.0": get(headers=b"", version=b"HTTP/1.0"),
        "one host twice": get(headers=HOST + HOST),
        "two hosts": get(headers=HOST + b"Host: other\r\n"),
        "a space before the host's colon": get(headers=b"Host : gateway\r\n"),
    }


def _targets() -> dict[str, bytes]:
    paths = (
        *(b"//v1/courses", b"///v1/courses", b"/v1//courses", b"/v1/courses//", b"/v1/./courses", b"/v1/x/../courses"),
        *(b"/v1/%2e%2e/events", b"/v1/courses/%2E.", b"/v1/courses/.%2e/x", b"/v1/courses/%2f", b"/v1/courses/..%2fx"),
        *(b"/v1/courses/%5c", b"/v1/courses/..\\x", b"/v1\\courses", b"/v1/courses/%252e", b"/v1/courses/..;/x"),
        *(b"/v1/courses/;/../x", b"/v1/courses/..%3b/x", b"/v1/courses/.;a/x", b"/v1/courses/%2e%2e;/x"),
        *(b"/v1/courses/%00", b"/v1/courses/%0d%0aX:1", b"/v1/courses/%zz", b"/v1/courses/%u002e", b"/v1/courses/%"),
        *(b"/v1/cours\xe9s", "/v1/coursés".encode(), b"/v1/courses?q=%00", b"/v1/courses?q=\xe9", b"/v1/courses#x"),
        *(b"/v1/courses?q=a b", b"v1/courses", b"*", b"gateway:80", b"?q=a", b"#x"),
        *(b"http://gateway/v1/courses", b"https://other/v1/courses", b"HTTP://gateway", b"file:///v1/courses"),
    )
    return {f"target {path!r}": get(path) for path in paths} | {
        "CONNECT": b"CONNECT gateway:443 HTTP/1.1\r\n" + HOST + b"\r\n",
        "CONNECT to a path": b"CONNECT /v1/courses HTTP/1.1\r\n" + HOST + b"\r\n",
        "OPTIONS of the server": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    }


def _sizes() -> dict[str, bytes]:
    return {
        "a header of a megabyte": get(headers=HOST + b"X: " + b"a" * _MEGABYTE + b"\r\n"),
        "a header's name of a megabyte": get(headers=HOST + b"a" * _MEGABYTE + b": a\r\n"),
        "a target of a megabyte": get(b"/v1/courses?q=" + b"a" * _MEGABYTE),
        "a method of a megabyte": b"G" * _MEGABYTE + get(),
        "a header just too large": get(headers=HOST + b"X: " + b"a" * 32_768 + b"\r\n"),
        "a hundred and one headers": get(headers=HOST + b"X: a\r\n" * 100),
        "a hundred thousand headers": get(headers=HOST + b"X: a\r\n" * 100_000),
        "a chunk extension of a megabyte": post(_CHUNKED, b"2;" + b"a" * _MEGABYTE + b"\r\n{}\r\n" + _LAST),
        "a trailer of a megabyte": post(_CHUNKED, b"0\r\nX: " + b"a" * _MEGABYTE + b"\r\n\r\n"),
        "a hundred thousand trailers": post(_CHUNKED, b"0\r\n" + b"X: a\r\n" * 100_000 + b"\r\n"),
    }


REFUSED = {
    **_lengths(),
    **_encodings(),
    **_chunks(),
    **_lines(),
    **_versions(),
    **_hosts(),
    **_targets(),
    **_sizes(),
}
