"""Waits until nothing is on its way any more: no event, no mail, in any service."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from chassis.problems import Problem
from gateway.sandbox.fleet import Fleet

SETTLE_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.25

Scan = Mapping[str, Mapping[str, Any]]


async def settle(fleet: Fleet, seconds: float = SETTLE_SECONDS) -> int:
    """Answer how many scans it took until two in a row saw nothing pending and nothing newly published.

    One scan is not enough: while the services are asked one after the other, an event may leave one that was not
    asked yet and arrive at one that was. Problem 409 where a service holds a dead letter, 504 after `seconds`.
    """
    pause, scans = _FIRST_PAUSE_SECONDS, 0
    before: Scan = {}
    now: Scan = {}
    try:
        async with asyncio.timeout(seconds):
            while True:
                now = await fleet.get("/sandbox/pending")
                scans += 1
                _refuse_dead_letters(now)
                if _quiet(now) and _quiet(before) and _published(now) == _published(before):
                    return scans
                before = now
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
    except TimeoutError:
        raise _not_quiet(now, seconds) from None


def _quiet(scan: Scan) -> bool:
    return bool(scan) and all(state["outbox"] == 0 and state["mails"] == 0 for state in scan.values())


def _published(scan: Scan) -> dict[str, int]:
    return {service: state["published"] for service, state in scan.items()}


def _refuse_dead_letters(scan: Scan) -> None:
    for service, state in scan.items():
        if state["dead"]:
            detail = f"The service {service} holds {state['dead']} event(s) that could not be delivered: replay them."
            raise Problem(HTTPStatus.CONFLICT, "dead-letters", detail, service=service, dead=state["dead"])


def _not_quiet(scan: Scan, seconds: float) -> Problem:
    pending = {
        service: {"outbox": state["outbox"], "mails": state["mails"]}
        for service, state in scan.items()
        if state["outbox"] or state["mails"]
    }
    detail = f"Something was still on its way after {seconds:g} seconds."
    return Problem(HTTPStatus.GATEWAY_TIMEOUT, "not-settled", detail, pending=pending)
