"""Events: one in, one copy to every subscriber, and 2xx only when all took it."""

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from aiohttp import web

from chassis.auth import Role
from gateway.events import SUBSCRIBERS
from gateway.sandbox.issuer import Issuer
from tests.gateway.fakes import FakeService
from tests.gateway.processes import AUDIENCE, GatewayProcess

KIND = "application/cloudevents+json"
SIGNED = json.dumps({"specversion": "1.0", "type": "contracts.contract-signed.v1", "data": {"é": "\u00e9"}}).encode()


@pytest.fixture
def post(gateway: GatewayProcess, client: httpx2.Client) -> "Post":
    return Post(gateway, client)


class Post:
    """Posts events as a service does."""

    def __init__(self, gateway: GatewayProcess, client: httpx2.Client) -> None:
        self._client = client
        self._issuer = Issuer(Path(gateway._log.name).parent / "issuer", gateway.url, AUDIENCE)

    def __call__(self, body: bytes, role: Role = Role.SERVICE, sender: str = "contracts") -> httpx2.Response:
        self.token = self._issuer.token(sender, [role], timedelta(minutes=5))
        headers = {"authorization": f"Bearer {self.token}", "content-type": KIND}
        return self._client.post("/events", content=body, headers=headers)


def event(event_type: str) -> bytes:
    return json.dumps({"specversion": "1.0", "type": event_type}).encode()


def test_every_subscriber_gets_the_same_bytes_and_the_callers_token(
    post: Post, services: dict[str, FakeService]
) -> None:
    body = SIGNED.replace(b", ", b" ,\n")
    assert post(body).status_code == 204
    for name in ("catalog", "payments"):
        (seen,) = services[name].seen
        assert (seen.method, seen.target, seen.body) == ("POST", "/events", body)
        assert seen.headers["authorization"] == f"Bearer {post.token}"
        assert seen.headers["content-type"] == KIND
        assert seen.headers["x-request-id"] and seen.headers["traceparent"]
    assert not services["contracts"].seen and not services["gdpr"].seen


@pytest.mark.parametrize(("event_type", "subscribers"), SUBSCRIBERS.items())
def test_the_table_says_who_gets_what(
    post: Post, services: dict[str, FakeService], event_type: str, subscribers: tuple[str, ...]
) -> None:
    assert post(event(event_type), sender=event_type.partition(".")[0]).status_code == 204
    assert {name for name, service in services.items() if service.seen} == set(subscribers)


def test_it_is_not_delivered_unless_all_took_it(post: Post, services: dict[str, FakeService]) -> None:
    services["payments"].answer("POST", "/events", {}, status=500)
    answer = post(SIGNED)
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/event-not-delivered")
    assert answer.json()["deliveries"] == {"catalog": 200, "payments": 500}
    services["payments"].reset()
    assert post(SIGNED).status_code == 204


def test_a_refusal_by_the_rules_is_told_apart_from_an_outage(post: Post, services: dict[str, FakeService]) -> None:
    services["payments"].answer("POST", "/events", {}, status=422)
    answer = post(SIGNED)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/event-refused")
    services["catalog"].answer("POST", "/events", {}, status=503)
    assert post(SIGNED).status_code == 502


def test_a_service_sends_its_own_events_only(post: Post, services: dict[str, FakeService]) -> None:
    assert post(SIGNED, sender="payments").status_code == 403
    assert post(SIGNED, Role.ADMIN, sender="contracts").status_code == 403
    assert not any(service.seen for service in services.values())


def test_a_subscriber_that_breaks_off_counts_as_not_delivered(post: Post, services: dict[str, FakeService]) -> None:
    async def break_off(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    services["payments"].on("POST", "/events", break_off)
    assert post(SIGNED).json()["deliveries"] == {"catalog": 200, "payments": 503}


def test_subscribers_are_asked_at_once(post: Post, services: dict[str, FakeService]) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response(status=204)

    for name in ("catalog", "payments"):
        services[name].on("POST", "/events", slow)
    started = time.monotonic()
    assert post(SIGNED).status_code == 204
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (event("contracts.contract-burnt.v1"), "event-type-unknown"),
        (b'{"specversion": "1.0"}', "invalid-request"),
        (b'{"type": 3}', "invalid-request"),
        (b"[]", "invalid-request"),
        (b"{", "invalid-request"),
        (b"\xff", "invalid-request"),
        (b"", "invalid-request"),
    ],
)
def test_what_is_no_known_event_is_refused(
    post: Post, services: dict[str, FakeService], body: bytes, problem: str
) -> None:
    answer = post(body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert not any(service.seen for service in services.values())


def test_only_services_post_events(client: httpx2.Client, post: Post, services: dict[str, FakeService]) -> None:
    assert client.post("/events", content=SIGNED).status_code == 401
    assert post(SIGNED, Role.SALES).status_code == 403
    assert not any(service.seen for service in services.values())
