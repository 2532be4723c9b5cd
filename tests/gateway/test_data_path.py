"""What passes through the gateway, in both directions."""

import asyncio
import re
import socket
import time

import httpx2
from aiohttp import web

from tests.gateway.fakes import FakeService
from tests.gateway.processes import ORIGIN, GatewayProcess, read_answer

PIECE = b"x" * 65_536
PIECES = 160  # 10 MB


def test_path_query_and_body_pass_untouched(client: httpx2.Client, catalog: FakeService) -> None:
    target = "/v1/courses/caf%C3%A9;v=1?q=a%2Fb%20c&q=&cursor=x%3D"
    answer = client.request("PATCH", target, content=b'{"a": 1}', headers={"content-type": "application/json"})
    assert answer.json() == {"service": "catalog"}
    (seen,) = catalog.seen
    assert (seen.method, seen.target, seen.body) == ("PATCH", target, b'{"a": 1}')


def test_only_listed_headers_reach_the_service(client: httpx2.Client, catalog: FakeService) -> None:
    passed = {
        "accept": "application/json",
        "accept-language": "fr",
        "content-type": "application/json",
        "idempotency-key": "k-1",
        "if-match": '"3"',
        "if-none-match": '"2"',
        "tracestate": "a=1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x-request-id": "request-0001",
    }
    dropped = {
        "cookie": "a=1",
        "connection": "keep-alive, x-secret",
        "keep-alive": "timeout=5",
        "te": "trailers",
        "upgrade": "h2c",
        "proxy-authorization": "Basic eA==",
        "x-forwarded-for": "10.0.0.1",
        "forwarded": "for=10.0.0.1",
        "x-secret": "1",
        "accept-encoding": "gzip",
        "user-agent": "tests",
        "content-encoding": "br",
        "origin": ORIGIN,
    }
    client.post("/v1/courses", content=b"{}", headers={**passed, **dropped})
    (seen,) = catalog.seen
    assert seen.headers.pop("host") == catalog.url.removeprefix("http://")
    assert seen.headers.pop("content-length") == "2"
    assert seen.headers == passed


def test_only_listed_headers_reach_the_client(client: httpx2.Client, catalog: FakeService) -> None:
    passed = {
        "age": "1",
        "allow": "GET",
        "cache-control": "max-age=1",
        "content-disposition": "attachment; filename*=UTF-8''devis%20n%C2%B01.pdf",
        "content-type": "application/pdf",
        "etag": '"3"',
        "idempotency-replayed": "true",
        "link": "</v1/terms/current>; rel=terms-of-service",
        "location": "/v1/courses/1",
        "retry-after": "1",
        "www-authenticate": "Bearer",
    }
    dropped = {"server": "s", "set-cookie": "a=1", "x-powered-by": "x", "keep-alive": "1", "x-request-id": "other"}

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=b"%PDF", status=201, headers={**passed, **dropped})

    catalog.on("GET", "/v1/courses/1", give)
    answer = client.get("/v1/courses/1", headers={"x-request-id": "request-0002"})
    assert answer.status_code == 201 and answer.content == b"%PDF"
    assert passed.items() <= dict(answer.headers).items()
    assert answer.headers["x-request-id"] == "request-0002"
    assert not {"set-cookie", "x-powered-by", "keep-alive"} & set(answer.headers)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_answer_that_says_nothing_of_caches_is_kept_by_none(client: httpx2.Client) -> None:
    assert client.get("/v1/courses").headers["cache-control"] == "no-store"


def test_request_and_trace_ids_are_made_where_they_lack_or_are_malformed(
    client: httpx2.Client, catalog: FakeService
) -> None:
    answer = client.get("/v1/courses", headers={"x-request-id": "no spaces here!", "traceparent": "nonsense"})
    (seen,) = catalog.seen
    assert re.fullmatch(r"[0-9a-f]{32}", seen.headers["x-request-id"])
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", seen.headers["traceparent"])
    assert answer.headers["x-request-id"] == seen.headers["x-request-id"]


def test_a_webhook_passes_byte_for_byte(client: httpx2.Client, services: dict[str, FakeService]) -> None:
    body = b' {"type" :"funding.approved",\r\n "data":{"note":"\xc3\xa9\\u00e9"}}\n'
    headers = {
        "webhook-id": "msg_2Lh9KRb0pzN4LePd3XiA4v12Axj",
        "webhook-timestamp": "1768903200",
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1,AAAA v1a,BBBB",
        "content-type": "application/json; charset=utf-8",
    }
    assert client.post("/webhooks/opco/atlas", content=body, headers=headers).is_success
    (seen,) = services["payments"].seen
    assert (seen.target, seen.body) == ("/webhooks/opco/atlas", body)
    assert headers.items() <= seen.headers.items()


def test_an_answer_without_a_body_stays_so(client: httpx2.Client, catalog: FakeService) -> None:
    async def not_modified(_: web.Request) -> web.Response:
        return web.Response(status=304, headers={"etag": '"1"'})

    async def head(_: web.Request) -> web.Response:
        return web.Response(headers={"content-length": "1234"})

    catalog.on("GET", "/v1/courses/1", not_modified)
    catalog.on("HEAD", "/v1/courses/1", head)
    answer = client.get("/v1/courses/1", headers={"if-none-match": '"1"'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
    answer = client.head("/v1/courses/1")
    assert (answer.status_code, answer.headers["content-length"]) == (200, "1234")
    assert client.get("/v1/courses").status_code == 200


def test_a_redirect_is_passed_on_not_followed(client: httpx2.Client, catalog: FakeService) -> None:
    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=303, headers={"location": "/v1/courses/2"})

    catalog.on("POST", "/v1/courses", elsewhere)
    answer = client.post("/v1/courses")
    assert (answer.status_code, answer.headers["location"]) == (303, "/v1/courses/2")


def test_a_body_streams_in_before_it_is_whole(gateway: GatewayProcess, catalog: FakeService) -> None:
    """The client goes on only once the service has its first piece: a gateway that gathered first would stand still."""
    arrived: list[int] = []

    async def count(request: web.Request) -> web.Response:
        async for piece in request.content.iter_any():
            arrived.append(len(piece))  # noqa: PERF401 - the test looks at it meanwhile
        return web.json_response({"bytes": sum(arrived)})

    catalog.on("POST", "/v1/course-imports", count)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as connection:
        length = len(PIECE) * PIECES
        connection.sendall(b"POST /v1/course-imports HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % length)
        for _ in range(2):
            connection.sendall(PIECE)
        until = time.monotonic() + 3
        while not arrived and time.monotonic() < until:
            time.sleep(0.01)
        assert arrived, "nothing reached the service before the body was whole"
        for _ in range(PIECES - 2):
            connection.sendall(PIECE)
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 200 ") and b'{"bytes": %d}' % length in answer
    assert len(arrived) > 10


def test_an_answer_streams_out_before_it_is_whole(client: httpx2.Client, catalog: FakeService) -> None:
    """The service goes on only once the client has its first piece."""
    first_arrived = asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(PIECE)
        await asyncio.wait_for(first_arrived.wait(), 3)
        for _ in range(PIECES - 1):
            await answer.write(PIECE)
        return answer

    catalog.on("GET", "/v1/courses/long", stream)
    received = 0
    with client.stream("GET", "/v1/courses/long") as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            catalog._loop.call_soon_threadsafe(first_arrived.set)
    assert received == len(PIECE) * PIECES
