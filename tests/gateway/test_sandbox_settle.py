"""Settle: it answers when nothing is on its way any more."""

import asyncio
import json
import threading
import time
from typing import Any

import httpx2
import pytest
from aiohttp import web

from chassis.problems import Problem
from gateway.sandbox.settle import settle
from tests.gateway.rehearsals import Fleet


def test_settle_waits_until_nothing_is_on_its_way(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["contracts"].outbox = 3
    fleet["payments"].mails = 1
    threading.Timer(0.5, lambda: setattr(fleet["payments"], "mails", 0)).start()
    started = time.monotonic()
    assert client.post("/v1/sandbox/settle").json() == {"settled": True}
    assert 0.5 <= time.monotonic() - started < 2


def test_settle_sees_an_event_that_travels_between_two_scans(client: httpx2.Client, fleet: Fleet) -> None:
    """No scan ever finds the outbox filled: only the totals tell that something was published meanwhile."""
    scans = 0

    async def travelling(_: web.Request) -> web.Response:
        nonlocal scans
        scans += 1
        return web.json_response({"outbox": 0, "mails": 0, "dead": 0, "published": min(scans, 5)})

    fleet["payments"].service.on("GET", "/sandbox/pending", travelling)
    assert client.post("/v1/sandbox/settle").is_success
    assert scans == 6


def test_settle_names_the_service_that_holds_dead_letters(client: httpx2.Client, fleet: Fleet) -> None:
    fleet["payments"].dead = 2
    fleet["payments"].outbox = 1_000
    answer = client.post("/v1/sandbox/settle")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/dead-letters")
    assert (answer.json()["service"], answer.json()["dead"]) == ("payments", 2)


def test_settle_gives_up_after_a_while_and_says_what_is_pending() -> None:
    class Busy:
        async def get(self, _: str) -> dict[str, dict[str, Any]]:
            return {"payments": {"outbox": 7, "mails": 0, "dead": 0, "published": 9}}

    with pytest.raises(Problem) as given_up:
        asyncio.run(settle(Busy(), seconds=0.2))  # type: ignore[arg-type]
    assert given_up.value.status == 504
    assert json.dumps(given_up.value.facts) == '{"pending": {"payments": {"outbox": 7, "mails": 0}}}'
