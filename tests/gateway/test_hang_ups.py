"""Clients that hang up: the service learns of it, and nothing of theirs stays behind."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from aiohttp import web

from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess

HANG_UPS = 10_000
AT_ONCE = 250
AFTERWARDS = 100
GET = b"GET /v1/courses/slow HTTP/1.1\r\nHost: g\r\n\r\n"
HALF = b"POST /v1/course-imports HTTP/1.1\r\nHost: g\r\nContent-Length: 200000\r\n\r\nxxxx"
WHOLE = b"POST /v1/course-imports HTTP/1.1\r\nHost: g\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000


@pytest.fixture
def patient(services: dict[str, FakeService], folder: Path) -> Iterator[GatewayProcess]:
    """A gateway whose deadlines are far away: only the hang-ups themselves can free what they hold."""
    made = GatewayProcess(services, folder, UPSTREAM_DEADLINE="600", BODY_DEADLINE="600")
    yield made
    made.stop()


async def _sleep(_: web.Request) -> web.Response:
    await asyncio.sleep(600)
    raise AssertionError


async def _read_and_sleep(request: web.Request) -> web.Response:
    await request.read()
    return await _sleep(request)


def _wait_for(service: FakeService, hang_ups: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while service.hung_up < hang_ups and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize(
    "request_bytes", [GET, HALF, WHOLE], ids=["waiting for the answer", "in the middle of the body", "after the body"]
)
def test_the_service_learns_that_the_client_hung_up(
    patient: GatewayProcess, catalog: FakeService, request_bytes: bytes
) -> None:
    catalog.on("GET", "/v1/courses/slow", _sleep)
    catalog.on("POST", "/v1/course-imports", _read_and_sleep)
    with socket.create_connection(("127.0.0.1", patient.port)) as connection:
        connection.sendall(request_bytes)
        time.sleep(0.3)
        assert catalog.hung_up == 0
    _wait_for(catalog, 1, 3)
    assert catalog.hung_up == 1


def test_the_service_learns_that_the_client_stopped_reading(patient: GatewayProcess, catalog: FakeService) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65_536)

    catalog.on("GET", "/v1/courses/slow", endless)
    with socket.create_connection(("127.0.0.1", patient.port)) as connection:
        connection.sendall(GET)
        connection.recv(1000)
        time.sleep(0.3)
    _wait_for(catalog, 1, 3)
    assert catalog.hung_up == 1


async def _hang_up(port: int, number: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HALF if number % 4 == 0 else GET)
    await writer.drain()
    # Some at once, some while the service works on it.
    await asyncio.sleep(0.0 if number % 2 else 0.05)
    writer.transport.abort()


async def _hang_ups(port: int) -> None:
    numbers = iter(range(HANG_UPS))

    async def some() -> None:
        for number in numbers:
            await _hang_up(port, number)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def _answered(url: str) -> int:
    async def ask(client: httpx2.AsyncClient) -> bool:
        return (await client.get("/v1/courses")).is_success

    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=5) as client:
        answers = await asyncio.gather(*(ask(client) for _ in range(AFTERWARDS)), return_exceptions=True)
    return sum(answer is True for answer in answers)


def test_all_are_answered_after_ten_thousand_hung_up(patient: GatewayProcess, catalog: FakeService) -> None:
    catalog.on("GET", "/v1/courses/slow", _sleep)
    catalog.on("POST", "/v1/course-imports", _sleep)
    started = time.monotonic()
    asyncio.run(_hang_ups(patient.port))
    storm = time.monotonic() - started
    answered = asyncio.run(_answered(patient.url))
    print(
        f"\n{answered} of {AFTERWARDS} answered after {HANG_UPS} clients hung up in {storm:.1f} s; "
        f"{catalog.hung_up} of them while the service worked for them"
    )
    assert answered == AFTERWARDS
    assert catalog.hung_up > AT_ONCE * 4
