"""Raw bytes on a socket: what is refused reaches no service."""

import json

import pytest

from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess, talk


@pytest.mark.parametrize(
    "target",
    [
        b"//v1/courses",
        b"/v1//courses",
        b"/v1/courses/%2e%2e/%2e%2e/sandbox/clock",
        b"/v1/courses/%2E./terms",
        b"/v1/courses/..%2fterms",
        b"/v1/courses/%5c..%5cterms",
        b"/v1/courses/..\\terms",
        b"/v1/courses/../../events",
        b"/v1/courses/./x",
        b"/v1/courses/a%00b",
        b"/v1/courses?q=%00",
    ],
)
def test_a_target_written_in_two_ways_is_refused(
    gateway: GatewayProcess, services: dict[str, FakeService], target: bytes
) -> None:
    answer = talk(gateway.port, b"GET " + target + b" HTTP/1.1\r\nHost: gateway\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["type"] in {"/problems/malformed-path", "/problems/malformed-query"}
    assert not any(service.seen for service in services.values())


@pytest.mark.parametrize(
    "headers",
    [
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
    ],
)
def test_an_ambiguous_request_is_refused(
    gateway: GatewayProcess, services: dict[str, FakeService], headers: bytes
) -> None:
    request = b"POST /v1/courses HTTP/1.1\r\nHost: gateway\r\n" + headers + b"\r\n0\r\n\r\n"
    answer = talk(gateway.port, request)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 "))
    assert not any(service.seen for service in services.values())


def test_internal_paths_of_the_services_cannot_be_reached(
    gateway: GatewayProcess, services: dict[str, FakeService]
) -> None:
    for path in (b"/sandbox/clock", b"/v1/duties/gateway", b"/v1/unknown", b"/catalog/events"):
        answer = talk(gateway.port, b"GET " + path + b" HTTP/1.1\r\nHost: gateway\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 404 ")
    assert not any(service.seen for service in services.values())
