"""The routes that every service has: health, events in, duties, dead letters, and the sandbox's."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import insert, select, text, update
from starlette.concurrency import run_in_threadpool

from chassis import duties, relay
from chassis.auth import Role, allow
from chassis.clock import BusinessClock
from chassis.cloudevents import CloudEvent
from chassis.database import Database
from chassis.fields import Body, Day, View
from chassis.inbox import Subscription, receive
from chassis.platform import Ctx
from chassis.problems import Invalid, Problem
from chassis.tables import duty, mail, outbox, sandbox_clock


class Health(View):
    """A service that answers."""

    status: str


class DutyView(View):
    """What falls due, when, by which clause."""

    kind: str
    subject: str
    due_on: date
    clause: str


class DutyList(View):
    """The duties that stand undone, by day."""

    as_of: date
    items: list[DutyView]


class DeadLetterView(View):
    """An event, or a mail, that was refused too often."""

    id: UUID
    what: str
    subject: str | None
    written_at: datetime
    attempts: int
    last_error: str | None


class DeadLetterList(View):
    """Oldest first."""

    items: list[DeadLetterView]


class Replayed(View):
    """How many dead letters were given a new life."""

    replayed: int


class ClockView(View):
    """The business day; the next day on which something falls due, where one was asked for; whether all is empty."""

    today: date
    next_due: date | None
    empty: bool


class ClockMove(Body):
    """The day to move to."""

    today: Day


class SweepView(View):
    """How many duties a sweep did."""

    done: int


class PendingView(View):
    """What has still to leave, and all that was ever published."""

    outbox: int
    mails: int
    dead: int
    published: int


def health_routes() -> APIRouter:
    """Liveness (never touches the database) and readiness (does)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> Health:
        return Health(status="ok")

    @router.get("/readyz")
    def readyz(platform: Ctx) -> Health:
        with platform.reading() as session:
            session.connection().execute(text("SELECT 1 FROM alembic_version")).one()
        return Health(status="ready")

    return router


def message_routes(name: str, subscriptions: Mapping[str, Subscription]) -> APIRouter:
    """Events in, the duty list, and the dead letters' way back."""
    router = APIRouter(tags=[name])

    @router.post("/events", status_code=204, include_in_schema=False, **allow(Role.SERVICE))
    async def take_event(request: Request, platform: Ctx) -> Response:
        event = _envelope(await request.body())
        await run_in_threadpool(_take, platform, event, subscriptions)
        return Response(status_code=204)

    @router.get(f"/v1/duties/{name}", **allow(Role.SALES, Role.ACCOUNTING, Role.DPO))
    def list_duties(platform: Ctx, until: Annotated[Day | None, Query()] = None) -> DutyList:
        """What falls due in this service, through `until` (all of it without)."""
        with platform.reading() as session:
            due = duties.due_list(session, until)
        return DutyList(as_of=platform.clock.today(), items=[DutyView.model_validate(item) for item in due])

    @router.get(f"/v1/dead-letters/{name}", **allow(Role.ADMIN))
    def list_dead_letters(platform: Ctx) -> DeadLetterList:
        """The events and mails that were refused too often; a dead event holds its subject's later ones back."""
        with platform.reading() as session:
            letters = relay.dead_letters(session)
        return DeadLetterList(items=[DeadLetterView.model_validate(letter) for letter in letters])

    @router.post(f"/v1/dead-letters/{name}/replay", **allow(Role.ADMIN))
    def replay_dead_letters(platform: Ctx) -> Replayed:
        """Deliver again the events and mails that were refused too often."""
        return Replayed(replayed=relay.replay_dead(platform.database))

    return router


def _envelope(body: bytes) -> CloudEvent:
    try:
        return CloudEvent.model_validate(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is not a CloudEvent in structured JSON mode.") from error


def _take(platform: Ctx, event: CloudEvent, subscriptions: Mapping[str, Subscription]) -> None:
    with platform.unit_of_work() as tx:
        receive(tx, event, subscriptions)


def sandbox_routes() -> APIRouter:
    """The moved business day and what a demo waits on; never mounted outside the sandbox."""
    router = APIRouter(prefix="/sandbox", include_in_schema=False)

    @router.get("/clock", **allow(Role.SERVICE))
    def read_clock(platform: Ctx, until: Annotated[Day | None, Query()] = None) -> ClockView:
        return _clock(platform, until)

    @router.put("/clock", **allow(Role.SERVICE))
    def move_clock(move: ClockMove, platform: Ctx) -> ClockView:
        view = _clock(platform, None)
        if move.today < view.today and not view.empty:
            raise Problem(409, "clock-backward", "The sandbox's day moves back only while it is empty.")
        _keep_day(platform, move.today)
        return _clock(platform, None)

    @router.post("/sweep", **allow(Role.SERVICE))
    def sweep_now(platform: Ctx) -> SweepView:
        return SweepView(done=platform.sweep())

    @router.get("/pending", **allow(Role.SERVICE))
    def read_pending(platform: Ctx) -> PendingView:
        return PendingView(**relay.pending(platform.database))

    return router


def _clock(platform: Ctx, until: date | None) -> ClockView:
    with platform.reading() as session:
        due = duties.next_due(session, until) if until is not None else None
        connection = session.connection()
        empty = all(connection.execute(select(table).limit(1)).first() is None for table in (outbox, duty, mail))
    return ClockView(today=platform.clock.today(), next_due=due, empty=empty)


def _keep_day(platform: Ctx, day: date) -> None:
    with platform.unit_of_work() as tx:
        connection = tx.session.connection()
        if connection.execute(update(sandbox_clock).values(today=day)).rowcount == 0:
            connection.execute(insert(sandbox_clock).values(id=1, today=day))
    platform.clock.move_to(day)


def restore_day(database: Database, clock: BusinessClock) -> None:
    """Put the sandbox's clock back on the day it was moved to before the process ended."""
    with database.reading() as session:
        day = session.connection().execute(select(sandbox_clock.c.today)).scalar_one_or_none()
    if day is not None:
        clock.move_to(day)
