"""The sweep: does the duties that are due, each once, however many sweep at the same time.

Command line: `python -m chassis.sweep services.payments` sweeps the database that DATABASE_URL names, by the real
day in Paris, and ends: 0 where all that was due is done, 1 where something failed and stays due. Events and mails
that it writes are delivered by the service's running processes.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from uuid import UUID

from sqlalchemy import and_, select, update

from chassis.clock import BusinessClock
from chassis.database import Database
from chassis.duties import DONE, PENDING, Duty
from chassis.settings import SweepSettings, load_settings
from chassis.tables import duty
from chassis.telemetry import configure_logging
from chassis.unit_of_work import Transaction

Handlers = Mapping[str, Callable[[Transaction, Duty], None]]
UnitOfWork = Callable[[], AbstractContextManager[Transaction]]
_log = logging.getLogger("duties")


@dataclass(frozen=True, slots=True)
class Swept:
    """How many duties a sweep did, and how many failed and stay due."""

    done: int
    failed: int


def sweep(database: Database, unit_of_work: UnitOfWork, handlers: Handlers, today: date) -> Swept:
    """Do all that is due by the business day, each in its own transaction.

    One that fails is logged, stays due, and does not keep the others waiting.
    """
    done = failed = 0
    with database.reading() as session:
        due = select(duty.c.id).where(duty.c.state == PENDING, duty.c.due_on <= today)
        ids = session.connection().execute(due.order_by(duty.c.due_on, duty.c.id)).scalars().all()
    for identifier in ids:
        try:
            with unit_of_work() as tx:
                was_due = _do(tx, handlers, identifier, today)
            done += was_due
        except Exception:
            failed += 1
            _log.exception("a duty failed and stays due", extra={"duty_id": str(identifier)})
    return Swept(done, failed)


def _do(tx: Transaction, handlers: Handlers, identifier: UUID, today: date) -> bool:
    wanted = and_(duty.c.id == identifier, duty.c.state == PENDING, duty.c.due_on <= today)
    locked = select(duty).where(wanted).with_for_update(skip_locked=True)
    row = tx.session.connection().execute(locked).one_or_none()
    if row is None:
        return False
    tx.session.connection().execute(update(duty).where(duty.c.id == identifier).values(state=DONE, done_on=today))
    handlers[row.kind](tx, Duty(row.kind, row.subject, row.due_on, row.clause, row.data))
    return True


def main(package: str) -> int:
    """Sweep one service's database once; the exit code."""
    settings = load_settings(SweepSettings)
    configure_logging(package.rpartition(".")[2], settings.log_level)
    handlers: Handlers = import_module(f"{package}.app").SERVICE.duties
    database, clock = Database(settings.database_url, connections=1), BusinessClock()

    @contextmanager
    def unit_of_work() -> Iterator[Transaction]:
        with database.writing() as session:
            yield Transaction(session, clock, None)

    try:
        swept = sweep(database, unit_of_work, handlers, clock.today())
    except Exception:
        _log.exception("the sweep could not look for what is due")
        return 1
    finally:
        database.close()
    _log.info("swept", extra={"done": swept.done, "failed": swept.failed})
    return 1 if swept.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
