"""Dated duties: what falls due on a day, moved in the transaction of the fact it hangs on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlmodel import Session

from chassis.database import insert_once
from chassis.tables import duty
from chassis.values.identifiers import new_id

PENDING, DONE, DROPPED = "pending", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Duty:
    """What is to be done, for whom, from which business day on, by which clause."""

    kind: str
    subject: str
    due_on: date
    clause: str
    data: dict[str, Any]


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


def _is(kind: str, subject: str) -> ColumnElement[bool]:
    return and_(duty.c.kind == kind, duty.c.subject == subject)
