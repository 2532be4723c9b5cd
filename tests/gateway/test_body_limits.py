"""Bodies that are too large or too slow, declared or streaming: refused, and no service sees the rest."""

import asyncio
import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx2
from aiohttp import web

from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess, read_answer, talk

LIMIT = 12 * 1024 * 1024
PIECE = b"x" * 65_536
CHUNK = b"%x\r\n" % len(PIECE) + PIECE + b"\r\n"
POST = b"POST /v1/course-imports HTTP/1.1\r\nHost: g\r\n"


class Listener:
    """Reads a body piece by piece and remembers how it ended."""

    def __init__(self, service: FakeService) -> None:
        self.read = 0
        self.whole = False
        self.broken = False
        service.on("POST", "/v1/course-imports", self._read)

    async def _read(self, request: web.Request) -> web.Response:
        try:
            async for piece in request.content.iter_any():
                self.read += len(piece)
        except (asyncio.CancelledError, OSError, web.HTTPException):
            self.broken = True
            raise
        self.whole = True
        return web.json_response({"bytes": self.read})

    def wait(self) -> None:
        until = time.monotonic() + 3
        while not self.broken and time.monotonic() < until:
            time.sleep(0.01)


def test_a_declared_body_over_the_limit_is_refused_unread(gateway: GatewayProcess, catalog: FakeService) -> None:
    answer = talk(gateway.port, POST + b"Content-Length: %d\r\n\r\n" % (LIMIT + 1) + PIECE)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert json.loads(body)["type"] == "/problems/body-too-large"
    assert json.loads(body)["limit_bytes"] == LIMIT
    assert b"x-request-id: " in head
    assert not catalog.seen


def test_a_client_that_sends_all_before_it_reads_sees_the_refusal(gateway: GatewayProcess) -> None:
    """Closing at once would reset the connection under its hands."""
    body = b"x" * (LIMIT + 4 * 1024 * 1024)
    answer = talk(gateway.port, POST + b"Content-Length: %d\r\n\r\n" % len(body) + body, 20)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_client_that_asks_first_is_not_told_to_go_on(gateway: GatewayProcess) -> None:
    request = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1)
    assert talk(gateway.port, request).startswith(b"HTTP/1.1 413 ")
    request = POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    assert talk(gateway.port, request, 0.5).startswith(b"HTTP/1.1 100 ")


def test_the_largest_body_allowed_passes(gateway: GatewayProcess, catalog: FakeService) -> None:
    listener = Listener(catalog)
    answer = talk(gateway.port, POST + b"Content-Length: %d\r\n\r\n" % LIMIT + b"x" * LIMIT, 20)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert listener.read == LIMIT


def test_a_streaming_body_over_the_limit_is_cut(gateway: GatewayProcess, catalog: FakeService) -> None:
    listener = Listener(catalog)
    pieces = LIMIT // len(PIECE) + 40
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(pieces):
            connection.sendall(CHUNK)
        answer = read_answer(connection)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in answer
    listener.wait()
    assert listener.broken and not listener.whole
    assert listener.read <= LIMIT


def test_a_control_route_reads_no_more_than_the_limit(gateway: GatewayProcess) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as connection:
        connection.sendall(b"POST /v1/sandbox/tokens HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(LIMIT // len(PIECE) + 40):
            connection.sendall(CHUNK)
        assert read_answer(connection).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_does_not_come_gives_408(gateway: GatewayProcess, catalog: FakeService) -> None:
    """BODY_DEADLINE is 3 s here; a small body is awaited before any service is asked, a large one streams."""
    for length in (10, 1_000_000):
        started = time.monotonic()
        answer = talk(gateway.port, POST + b"Content-Length: %d\r\n\r\nabc" % length, 12)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert 2.9 < time.monotonic() - started < 5
    assert not catalog.seen


def test_who_has_no_token_sends_no_large_body(services: dict[str, FakeService], tmp_path: Path) -> None:
    """A service reads and parses a body before it looks at who sent it."""
    services["catalog"].answer("POST", "/v1/course-imports", {})
    services["payments"].answer("POST", "/webhooks/opco/atlas", {})
    small, large = b"x" * 65_536, b"x" * 65_537
    with ExitStack() as stack:
        strict = GatewayProcess(services, tmp_path, VISITOR_BODY_LIMIT="65536")
        stack.callback(strict.stop)
        url = f"{strict.url}/v1/course-imports"
        assert httpx2.post(url, content=small, trust_env=False).status_code == 200
        refused = httpx2.post(url, content=large, trust_env=False)
        assert (refused.status_code, refused.json()["limit_bytes"]) == (413, 65_536)
        assert httpx2.post(f"{strict.url}/webhooks/opco/atlas", content=large, trust_env=False).status_code == 200
    assert services["catalog"].paths() == ["POST /v1/course-imports"]
