"""The service: its routes, what it subscribes to, and what it does on dated duties."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session, select

from chassis.app import Service
from chassis.auth import Caller, Role, allow
from chassis.duties import Duty
from chassis.etag import IfMatch, check_match, etag
from chassis.fields import Amount, Body, Day, Event, Page, PageSize, ShortText, View, decode_cursor, encode_cursor
from chassis.idempotency import RequiredOnce
from chassis.inbox import Subscription
from chassis.platform import Ctx, Platform
from chassis.problems import NotFound
from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO
from chassis.values.refusals import Refused
from tests.support.counter.tables import CounterRow, Table

router = APIRouter(prefix="/v1/counters", tags=["counters"])
MANY = 1000


class NewCounter(Body):
    name: ShortText
    amount: Amount = ZERO
    reset_on: Day | None = None


class Step(Body):
    by: int = 1


class CounterView(View):
    id: UUID
    name: str
    value: int
    amount: Amount


class Counted(Event):
    name: str
    value: int


class Asked(Event):
    """What the counter reads of somebody's wish to have it counted up."""

    name: str
    by: int


def row_of(session: Session, identifier: UUID, *, lock: bool = False) -> CounterRow:
    wanted = select(CounterRow).where(CounterRow.id == identifier)
    row = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound("The counter")
    return row


def add(tx: Transaction, row: CounterRow, by: int) -> None:
    """Count up, within a limit that stands for a rule."""
    if row.value + by > MANY:
        raise Refused("counter-full", "The counter is full.", "9.9", last=row.value)
    row.value += by
    row.version += 1
    row.counted_at, row.counted_on = tx.now, tx.today
    tx.session.add(row)
    tx.publish("counter.counted.v1", row.name, Counted(name=row.name, value=row.value))


@router.post("", status_code=201, **allow(Role.SALES))
def create(body: NewCounter, platform: Ctx, once: RequiredOnce) -> CounterView:
    with platform.unit_of_work(once) as tx:
        row = CounterRow(name=body.name, amount=body.amount)
        tx.session.add(row)
        if body.reset_on is not None:
            tx.put_duty("reset", str(row.id), body.reset_on, "9.1")
        return tx.answer(CounterView.model_validate(row))


@router.get("", **allow(Role.VISITOR))
def find(platform: Ctx, limit: Annotated[PageSize, Query()] = 20, cursor: str | None = None) -> Page[CounterView]:
    with platform.reading() as session:
        wanted = select(CounterRow).order_by(CounterRow.name).limit(limit + 1)
        if cursor is not None:
            wanted = wanted.where(CounterRow.name > decode_cursor(cursor, str)[0])
        rows = session.exec(wanted).all()
    shown = [CounterView.model_validate(row) for row in rows[:limit]]
    return Page(items=shown, next_cursor=encode_cursor(shown[-1].name) if len(rows) > limit else None)


@router.get("/{identifier}", **allow(Role.SALES, Role.CUSTOMER))
def read(identifier: UUID, platform: Ctx, response: Response, caller: Caller) -> CounterView:
    if not caller.sees_customer(identifier):
        raise NotFound("The counter")
    with platform.reading() as session:
        row = row_of(session, identifier)
    response.headers["ETag"] = etag(row.version)
    return CounterView.model_validate(row)


@router.put("/{identifier}", **allow(Role.SALES))
def rename(identifier: UUID, body: NewCounter, platform: Ctx, if_match: IfMatch) -> CounterView:
    with platform.unit_of_work() as tx:
        row = row_of(tx.session, identifier, lock=True)
        check_match(if_match, row.version)
        row.name, row.version = body.name, row.version + 1
        tx.session.add(row)
        return CounterView.model_validate(row)


@router.post("/{identifier}/steps", **allow(Role.SALES))
def step(identifier: UUID, body: Step, platform: Ctx) -> CounterView:
    with platform.unit_of_work() as tx:
        row = row_of(tx.session, identifier, lock=True)
        add(tx, row, body.by)
        return CounterView.model_validate(row)


@router.post("/{identifier}/paid-steps", status_code=201, **allow(Role.SALES))
def paid_step(identifier: UUID, body: Step, platform: Ctx, once: RequiredOnce) -> CounterView:
    with platform.unit_of_work(once) as tx:
        row = row_of(tx.session, identifier, lock=True)
        add(tx, row, body.by)
        return tx.answer(CounterView.model_validate(row))


@router.post("/{identifier}/open-steps", status_code=201, **allow(Role.VISITOR))
def open_step(identifier: UUID, body: Step, platform: Ctx, once: RequiredOnce) -> CounterView:
    return paid_step(identifier, body, platform, once)


@router.post("/{identifier}/neighbours/{name}", **allow(Role.SALES))
def ask_neighbour(identifier: UUID, name: str, platform: Ctx) -> dict[str, str]:
    answer = platform.client.get(f"/v1/neighbours/{name}")
    return {"said": str(answer["said"]), "about": str(identifier)}


@router.get("/{identifier}/fault", **allow(Role.SALES))
def fault(identifier: UUID) -> CounterView:
    raise RuntimeError(f"a secret of the inside: {identifier}")


def on_asked(tx: Transaction, event: Asked) -> None:
    row = tx.session.exec(select(CounterRow).where(CounterRow.name == event.name).with_for_update()).one()
    add(tx, row, event.by)


def reset(tx: Transaction, duty: Duty) -> None:
    """On its day a counter is counted up by one hundred: doing it twice would show."""
    row = row_of(tx.session, UUID(duty.subject), lock=True)
    add(tx, row, 100)


def make(platform: Platform, name: str, reset_on: date | None = None) -> UUID:
    """A counter made below HTTP."""
    with platform.unit_of_work() as tx:
        row = CounterRow(name=name)
        tx.session.add(row)
        if reset_on is not None:
            tx.put_duty("reset", str(row.id), reset_on, "9.1")
        return row.id


def value(platform: Platform, identifier: UUID) -> int:
    """What the counter stands at."""
    with platform.reading() as session:
        return row_of(session, identifier).value


SERVICE = Service(
    name="counter",
    title="Counters",
    metadata=Table.metadata,
    routers=[router],
    subscriptions={"asker.asked.v1": Subscription(Asked, on_asked)},
    duties={"reset": reset},
    constraints={
        "uq_counter_name": lambda: Refused("name-taken", "Another counter bears this name.", "9.2"),
        "ck_counter_a_counter_is_never_below_zero": lambda: Refused("below-zero", "A counter is never below zero."),
    },
)
