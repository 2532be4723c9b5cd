"""Dated duties: what falls due on a day, moved in the transaction of the fact it hangs on, done once by a sweep."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlmodel import Session

from chassis.database import insert_once
from chassis.tables import duty
from chassis.values.identifiers import new_id

if TYPE_CHECKING:
    from chassis.platform import Platform
    from chassis.unit_of_work import Transaction

PENDING, DONE, DROPPED = "pending", "done", "dropped"
_log = logging.getLogger("duties")


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done, for whom, from which business day on, by which clause."""

    kind: str
    subject: str
    due_on: date
    clause: str
    data: dict[str, Any]


Handlers = Mapping[str, Callable[["Transaction", Duty], None]]


def put_duty(session: Session, wanted: Duty) -> None:
    """Make the duty, or move the one of its kind and subject that stands undone; one that is done stays done."""
    values = {"due_on": wanted.due_on, "clause": wanted.clause, "data": wanted.data, "state": PENDING}
    made = insert_once(session, duty, {"id": new_id(), "kind": wanted.kind, "subject": wanted.subject, **values})
    if not made:
        moved = and_(_is(wanted.kind, wanted.subject), duty.c.state != DONE)
        session.connection().execute(update(duty).where(moved).values(**values))


def drop_duty(session: Session, kind: str, subject: str) -> None:
    """Drop the duty where it stands undone."""
    standing = and_(_is(kind, subject), duty.c.state == PENDING)
    session.connection().execute(update(duty).where(standing).values(state=DROPPED))


def next_due(session: Session, until: date) -> date | None:
    """The earliest day on which something undone falls due, no later than `until`."""
    due = select(func.min(duty.c.due_on)).where(duty.c.state == PENDING, duty.c.due_on <= until)
    day: date | None = session.connection().execute(due).scalar_one()
    return day


def due_list(session: Session, until: date | None) -> list[Duty]:
    """What stands undone, by day; all of it where `until` is None."""
    standing = select(duty).where(duty.c.state == PENDING).order_by(duty.c.due_on, duty.c.id)
    if until is not None:
        standing = standing.where(duty.c.due_on <= until)
    rows = session.connection().execute(standing)
    return [Duty(row.kind, row.subject, row.due_on, row.clause, row.data) for row in rows]


def sweep(platform: "Platform", handlers: Handlers) -> int:
    """Do all that is due by the business day, each in its own transaction, once however many sweep; how many done.

    One that fails is logged, stays due, and does not keep the others waiting.
    """
    today, done = platform.clock.today(), 0
    with platform.reading() as session:
        due = select(duty.c.id).where(duty.c.state == PENDING, duty.c.due_on <= today)
        ids = session.connection().execute(due.order_by(duty.c.due_on, duty.c.id)).scalars().all()
    for identifier in ids:
        try:
            done += _do(platform, handlers, identifier, today)
        except Exception:
            _log.exception("a duty failed and stays due", extra={"duty_id": str(identifier)})
    return done


def _do(platform: "Platform", handlers: Handlers, identifier: UUID, today: date) -> bool:
    with platform.unit_of_work() as tx:
        wanted = and_(duty.c.id == identifier, duty.c.state == PENDING, duty.c.due_on <= today)
        locked = select(duty).where(wanted).with_for_update(skip_locked=True)
        row = tx.session.connection().execute(locked).one_or_none()
        if row is None:
            return False
        tx.session.connection().execute(update(duty).where(duty.c.id == identifier).values(state=DONE, done_on=today))
        handlers[row.kind](tx, Duty(row.kind, row.subject, row.due_on, row.clause, row.data))
    return True


def _is(kind: str, subject: str) -> ColumnElement[bool]:
    return and_(duty.c.kind == kind, duty.c.subject == subject)
