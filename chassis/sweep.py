"""The sweep: does the duties that are due, each once, however many sweep at the same time."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select, update

from chassis.database import Database
from chassis.duties import DONE, PENDING, Duty
from chassis.tables import duty
from chassis.unit_of_work import Transaction

Handlers = Mapping[str, Callable[[Transaction, Duty], None]]
UnitOfWork = Callable[[], AbstractContextManager[Transaction]]
_log = logging.getLogger("duties")


def sweep(database: Database, unit_of_work: UnitOfWork, handlers: Handlers, today: date) -> int:
    """Do all that is due by the business day, each in its own transaction; how many were done.

    One that fails is logged, stays due, and does not keep the others waiting.
    """
    done = 0
    with database.reading() as session:
        due = select(duty.c.id).where(duty.c.state == PENDING, duty.c.due_on <= today)
        ids = session.connection().execute(due.order_by(duty.c.due_on, duty.c.id)).scalars().all()
    for identifier in ids:
        try:
            with unit_of_work() as tx:
                was_due = _do(tx, handlers, identifier, today)
            done += was_due
        except Exception:
            _log.exception("a duty failed and stays due", extra={"duty_id": str(identifier)})
    return done


def _do(tx: Transaction, handlers: Handlers, identifier: UUID, today: date) -> bool:
    wanted = and_(duty.c.id == identifier, duty.c.state == PENDING, duty.c.due_on <= today)
    locked = select(duty).where(wanted).with_for_update(skip_locked=True)
    row = tx.session.connection().execute(locked).one_or_none()
    if row is None:
        return False
    tx.session.connection().execute(update(duty).where(duty.c.id == identifier).values(state=DONE, done_on=today))
    handlers[row.kind](tx, Duty(row.kind, row.subject, row.due_on, row.clause, row.data))
    return True
