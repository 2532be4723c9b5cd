"""Events in, from the services' outboxes: each goes to every service that subscribed to its type.

The sender hears 2xx only when every subscriber has taken the event; otherwise it sends the event again, and the
subscribers that have it already recognise it by source and id.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from chassis.auth import Caller, Principal, Role, allow
from chassis.cloudevents import source_of
from chassis.problems import Forbidden, Invalid, Problem
from gateway.routes import CATALOG, CONTRACTS, PAYMENTS
from gateway.upstreams import SUCCESS, Upstreams

SUBSCRIBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "contracts.contract-signed.v1": (CATALOG, PAYMENTS),
    "contracts.contract-concluded.v1": (PAYMENTS,),
    "contracts.contract-completed.v1": (PAYMENTS,),
    "contracts.contract-withdrawn.v1": (CATALOG, PAYMENTS),
    "payments.deposit-paid.v1": (CONTRACTS,),
    "payments.funding-approved.v1": (CONTRACTS,),
    "payments.funding-refused.v1": (CONTRACTS,),
    "payments.client-billed-after-grace.v1": (CONTRACTS,),
    "payments.refund-paid.v1": (CONTRACTS,),
    # Nobody reads these yet: the suspension of a late customer's trainings is to come.
    "payments.account-overdue.v1": (),
    "payments.account-cleared.v1": (),
}

# Below the 10 s after which the sender gives up: it then hears which subscriber failed.
_DELIVERY_SECONDS = 8.0
# What a subscriber's rules say no to; anything else may pass by itself.
_REFUSALS: Final = frozenset({400, 404, 409, 413, 422})
_PASSED = ("authorization", "content-type")
_log = logging.getLogger("gateway.events")


def routes(upstreams: Upstreams) -> APIRouter:
    """POST /events, for the services."""
    router = APIRouter(include_in_schema=False)

    @router.post("/events", status_code=HTTPStatus.NO_CONTENT, **allow(Role.SERVICE))
    async def take_event(request: Request, caller: Caller) -> Response:
        return await deliver(request, caller, upstreams)

    return router


async def deliver(request: Request, caller: Principal, upstreams: Upstreams) -> Response:
    """204 when every subscriber took the event.

    422 for an unknown type, and where nothing but a subscriber's refusal is in the way; 403 for an event of
    another service; 502 where sending it again may help.
    """
    body = await request.body()
    event_type = _type_of(body)
    if f"/{caller.subject}" != source_of(event_type):
        raise Forbidden("A service sends its own events only: its client id is its name.")
    headers = {name: request.headers[name] for name in _PASSED if name in request.headers}

    async def post(service: str) -> int:
        try:
            answer = await upstreams.ask(
                service, "POST", "/events", body=body, headers=headers, seconds=_DELIVERY_SECONDS
            )
        except Problem as problem:
            return problem.status
        if not answer.is_success:
            _log.warning(
                "a subscriber refused an event",
                extra={"upstream": service, "status": answer.status, "answer": answer.excerpt},
            )
        return answer.status

    services = SUBSCRIBERS[event_type]
    statuses = await asyncio.gather(*(post(service) for service in services))
    _check_all_took(event_type, dict(zip(services, statuses, strict=True)))
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _type_of(body: bytes) -> str:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON; send a CloudEvent in structured mode.") from None
    event_type = event.get("type") if isinstance(event, dict) else None
    if not isinstance(event_type, str):
        raise Invalid("The event has no type; send a CloudEvent in structured mode.")
    if event_type not in SUBSCRIBERS:
        detail = f"No service subscribed to events of type {event_type}."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "event-type-unknown", detail)
    return event_type


def _check_all_took(event_type: str, statuses: Mapping[str, int]) -> None:
    failed = {service: status for service, status in statuses.items() if status not in SUCCESS}
    if not failed:
        return
    refused = all(status in _REFUSALS for status in failed.values())
    raise Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.BAD_GATEWAY,
        "event-refused" if refused else "event-not-delivered",
        f"{event_type} was not taken by {', '.join(failed)}; send it again{' once that is mended' if refused else ''}.",
        deliveries=dict(statuses),
    )
