"""What happens when a service is slow, breaks off, or is not there."""

import asyncio
import socket
import time
from pathlib import Path

import httpx2
from aiohttp import web

from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess, free_port, read_answer


def test_a_slow_service_is_given_up_after_the_deadline(client: httpx2.Client, catalog: FakeService) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        raise AssertionError

    catalog.on("POST", "/v1/courses", never)
    started = time.monotonic()
    answer = client.post("/v1/courses", content=b"{}")
    assert 1.4 < time.monotonic() - started < 3
    assert answer.status_code == 504
    body = answer.json()
    assert body["type"] == "/problems/upstream-deadline" and body["service"] == "catalog"
    assert body["instance"] == "/v1/courses"
    until = time.monotonic() + 2
    while not catalog.hung_up and time.monotonic() < until:
        time.sleep(0.01)
    assert catalog.hung_up == 1


def test_an_answer_that_stands_still_is_cut_and_never_looks_whole(
    gateway: GatewayProcess, client: httpx2.Client, catalog: FakeService
) -> None:
    async def stall(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"the beginning")
        await asyncio.sleep(60)
        return answer

    catalog.on("GET", "/v1/courses/stall", stall)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=5) as connection:
        connection.sendall(b"GET /v1/courses/stall HTTP/1.1\r\nHost: g\r\n\r\n")
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 200 ") and b"the beginning" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    assert client.get("/v1/courses").is_success


def test_an_answer_that_keeps_flowing_may_take_longer_than_the_deadline(
    client: httpx2.Client, catalog: FakeService
) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(4):
            await answer.write(b"drop")
            await asyncio.sleep(0.6)
        return answer

    catalog.on("GET", "/v1/courses/trickle", trickle)
    assert client.get("/v1/courses/trickle").text == "drop" * 4


def test_a_service_that_breaks_off_gives_502(client: httpx2.Client, catalog: FakeService) -> None:
    async def break_off(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    catalog.on("POST", "/v1/courses", break_off)
    started = time.monotonic()
    answer = client.post("/v1/courses", content=b"{}")
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/upstream-broken")
    assert "connection" not in answer.headers
    assert time.monotonic() - started < 1


def test_no_more_connections_are_opened_than_allowed(services: dict[str, FakeService], folder: Path) -> None:
    working, most = 0, 0

    async def work(_: web.Request) -> web.Response:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0.1)
        working -= 1
        return web.Response()

    async def ask(url: str) -> list[int]:
        async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
            return [
                answer.status_code for answer in await asyncio.gather(*(client.get("/v1/courses") for _ in range(20)))
            ]

    services["catalog"].on("GET", "/v1/courses", work)
    gateway = GatewayProcess(services, folder, UPSTREAM_CONNECTIONS="5")
    try:
        assert asyncio.run(ask(gateway.url)) == [200] * 20
        assert most == 5
    finally:
        gateway.stop()


def test_a_service_that_is_down_gives_503(services: dict[str, FakeService], folder: Path) -> None:
    gateway = GatewayProcess(services, folder, CATALOG_URL=f"http://127.0.0.1:{free_port()}")
    try:
        with httpx2.Client(base_url=gateway.url, trust_env=False) as client:
            answer = client.get("/v1/courses")
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
            assert answer.headers["retry-after"] == "1" and answer.json()["service"] == "catalog"
            assert client.get("/v1/terms/current").is_success
            ready = client.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["services"] == {"catalog": False, "contracts": True, "payments": True, "gdpr": True}
            assert client.get("/healthz").is_success
    finally:
        gateway.stop()
