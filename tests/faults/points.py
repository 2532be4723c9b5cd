"""Where a process can be made to die: named points, wrapped around the chassis and the gateway in a child process.

Production code has none of this, nor of the witness (see there) that sees every effect. A point is passed with a
label that says what is being done there: the Idempotency-Key of a request, the type of an event, "duty" for a dated
duty.

    before-commit, after-commit   a unit of work, as its transaction is committed
    in-inbox                      an event's row stands in the inbox, its effect is not made yet
    claimed, posted               the sender has taken an event from its outbox; the gateway has said 2xx
    passed-on                     the gateway has handed an event ("<type> to <service>") to one subscriber
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, Table
from sqlmodel import Session

from chassis import database, inbox, relay, sweep, system_routes
from chassis.clock import real_now
from chassis.cloudevents import CloudEvent
from chassis.database import insert_once
from chassis.idempotency import Once
from chassis.inbox import Subscription, receive
from chassis.platform import Platform
from chassis.relay import EventRelay
from chassis.unit_of_work import Transaction
from gateway.upstreams import Answer, Upstreams
from tests.faults import witness

Passed = Callable[[str, str], None]
_doing: ContextVar[str | None] = ContextVar("doing", default=None)


def put(passed: Passed, later: timedelta = timedelta()) -> None:
    """Have `passed(point, label)` called at every point of this process, from now on.

    later: how far the clock by which messages are leased stands ahead of the real one. Who is started again after
    a crash finds the dead one's lease run out, without half a minute of waiting.
    """
    patch = pytest.MonkeyPatch()
    _put_on_units_of_work(patch, passed)
    _put_on_the_inbox(patch, passed)
    _put_on_duties(patch)
    _put_on_the_relay(patch, passed)
    _put_on_the_gateway(patch, passed)
    patch.setattr(relay, "real_now", lambda: real_now() + later)


def _put_on_units_of_work(patch: pytest.MonkeyPatch, passed: Passed) -> None:
    begin = Platform.unit_of_work

    @contextmanager
    def unit_of_work(platform: Platform, once: Once | None = None) -> Iterator[Transaction]:
        named = _doing.set(once.key if once is not None else "")
        try:
            with begin(platform, once) as tx:
                yield tx
        finally:
            _doing.reset(named)

    class Watched(Session):
        def commit(self) -> None:
            doing = _doing.get()
            if doing is not None:
                passed("before-commit", doing)
            super().commit()
            if doing is not None:
                passed("after-commit", doing)

    patch.setattr(Platform, "unit_of_work", unit_of_work)
    patch.setattr(database, "Session", Watched)


def _put_on_the_inbox(patch: pytest.MonkeyPatch, passed: Passed) -> None:
    def named(tx: Transaction, event: CloudEvent, subscriptions: Mapping[str, Subscription]) -> bool:
        _doing.set(event.type)
        is_new = receive(tx, event, subscriptions)
        if is_new:
            witness.see(tx.session, event.id)
        return is_new

    def insert(session: Session, table: Table, values: Mapping[str, Any]) -> bool:
        is_new = insert_once(session, table, values)
        passed("in-inbox", values["type"])
        return is_new

    patch.setattr(system_routes, "receive", named)
    patch.setattr(inbox, "insert_once", insert)


def _put_on_duties(patch: pytest.MonkeyPatch) -> None:
    do = sweep._do

    def named(tx: Transaction, handlers: sweep.Handlers, identifier: UUID, today: date) -> bool:
        was_due = do(tx, handlers, identifier, today)
        if was_due:
            _doing.set("duty")
            witness.see(tx.session, identifier)
        return was_due

    patch.setattr(sweep, "_do", named)


def _put_on_the_relay(patch: pytest.MonkeyPatch, passed: Passed) -> None:
    post = EventRelay._post

    def watched(self: EventRelay, row: Row[tuple[object, ...]]) -> None:
        passed("claimed", row.type)
        post(self, row)
        passed("posted", row.type)

    patch.setattr(EventRelay, "_post", watched)


def _put_on_the_gateway(patch: pytest.MonkeyPatch, passed: Passed) -> None:
    ask = Upstreams.ask

    async def watched(self: Upstreams, name: str, method: str, path: str, **sent: Any) -> Answer:
        answer = await ask(self, name, method, path, **sent)
        if path == "/events":
            passed("passed-on", f"{json.loads(sent['body'])['type']} to {name}")
        return answer

    patch.setattr(Upstreams, "ask", watched)
