"""What leaves after the commit: events to the event sink, mails to the mail server, at least once.

A message is claimed by a lease column, never by a row lock held across the network. Of a subject's
undelivered events only the oldest can be claimed, so they arrive in order. What is refused too often (by a
subscriber, by the mail server) is kept as a dead letter until somebody replays it; a dead event holds its
subject's later events back. An outage makes no dead letters, however long.
"""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx2
from sqlalchemy import Row, Table, and_, exists, func, or_, select, update
from sqlmodel import Session

from chassis.clock import real_now
from chassis.cloudevents import MEDIA_TYPE, CloudEvent
from chassis.database import Database
from chassis.mail import Post, read_queued
from chassis.tables import mail, outbox

_BATCH = 20
_LEASE = timedelta(seconds=30)
# Nothing is begun that might not end before the lease does, so that nobody else begins it as well.
_BEGIN_BEFORE_END = timedelta(seconds=15)
_REFUSED = 422
_PERMANENT = 500
_TIMEOUT_SECONDS = 10.0
_FIRST_PAUSE = timedelta(seconds=0.2)
_LONGEST_PAUSE = timedelta(seconds=60)
_DEAD_AFTER = 20
_CLAIMED_OF_MAIL = (mail.c.sequence, mail.c.id, mail.c.attempts, mail.c.leased_until)
_log = logging.getLogger("relay")


def _pause(attempts: int) -> timedelta:
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(attempts, _DEAD_AFTER)
    return min(doubled, _LONGEST_PAUSE)


class EventRelay:
    """Posts the outbox to the event sink, as CloudEvents in structured JSON mode."""

    def __init__(
        self, database: Database, http: httpx2.Client, sink: str, source: str, token: Callable[[], str]
    ) -> None:
        self._database = database
        self._http = http
        self._sink = sink
        self._source = source
        self._token = token

    def step(self) -> bool:
        """Deliver what can be delivered now; whether there was anything."""
        rows = self._claim()
        for row in rows:
            if _may_begin(row):
                self._deliver(row)
        return bool(rows)

    def _claim(self) -> list[Row[tuple[object, ...]]]:
        now, older = real_now(), outbox.alias()
        waits = exists().where(
            older.c.subject == outbox.c.subject,
            older.c.sequence < outbox.c.sequence,
            older.c.delivered_at.is_(None),
        )
        ready = (
            select(outbox.c.sequence)
            .where(outbox.c.delivered_at.is_(None), outbox.c.dead.is_(False), outbox.c.not_before <= now)
            .where(or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now), ~waits)
            .order_by(outbox.c.sequence)
            .limit(_BATCH)
        )
        with self._database.reading() as session:
            if session.connection().execute(ready).first() is None:
                return []
        with self._database.writing() as session:
            claimed = update(outbox).where(outbox.c.sequence.in_(ready.with_for_update(skip_locked=True)))
            rows = session.connection().execute(claimed.values(leased_until=now + _LEASE).returning(outbox)).all()
        return sorted(rows, key=lambda row: row.sequence)

    def _deliver(self, row: Row[tuple[object, ...]]) -> None:
        try:
            self._post(row)
        except Exception as error:  # whatever it is, it must not keep the rest of the batch waiting
            self._note_failure(row, error)
        else:
            self._note(row, delivered_at=real_now(), leased_until=None, last_error=None)

    def _post(self, row: Row[tuple[object, ...]]) -> None:
        event = CloudEvent(
            id=row.id,
            source=self._source,
            type=row.type,
            subject=row.subject,
            time=row.occurred_at,
            sequence=f"{row.sequence:020d}",
            partitionkey=row.subject,
            data=row.data,
        )
        ids = {"x-request-id": row.request_id, "traceparent": row.traceparent}
        headers = {name: value for name, value in ids.items() if value}
        headers |= {"authorization": f"Bearer {self._token()}", "content-type": MEDIA_TYPE}
        answer = self._http.post(self._sink, content=event.model_dump_json(), headers=headers, timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()

    def _note_failure(self, row: Row[tuple[object, ...]], error: Exception) -> None:
        attempts, reason = row.attempts + 1, _reason(error)
        refused = isinstance(error, httpx2.HTTPStatusError) and error.response.status_code == _REFUSED
        dead = refused and attempts >= _DEAD_AFTER
        level = logging.ERROR if dead else logging.WARNING
        _log.log(level, "an event was not delivered", extra={"event_id": str(row.id), "reason": reason, "dead": dead})
        self._note(
            row,
            attempts=attempts,
            not_before=real_now() + _pause(attempts),
            leased_until=None,
            dead=dead,
            last_error=reason,
        )

    def _note(self, row: Row[tuple[object, ...]], **values: object) -> None:
        _note(self._database, outbox, row, values)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What was refused too often; what: an event's type, or "mail". Whom a mail was for is not repeated here."""

    id: UUID
    what: str
    subject: str | None
    written_at: datetime
    attempts: int
    last_error: str | None


def dead_letters(session: Session) -> list[DeadLetter]:
    """All that wait for somebody to mend their cause and to replay them, oldest first."""
    connection = session.connection()
    events = connection.execute(select(outbox).where(outbox.c.dead.is_(True)).order_by(outbox.c.sequence))
    mails = connection.execute(select(mail).where(mail.c.dead.is_(True)).order_by(mail.c.sequence))
    return [
        *(DeadLetter(row.id, row.type, row.subject, row.occurred_at, row.attempts, row.last_error) for row in events),
        *(DeadLetter(row.id, "mail", None, row.written_at, row.attempts, row.last_error) for row in mails),
    ]


def replay_dead(database: Database) -> int:
    """Give every dead letter, events and mails alike, a new life; how many."""
    new_life: dict[str, object] = {"dead": False, "attempts": 0, "not_before": real_now()}
    with database.writing() as session:
        connection = session.connection()
        return sum(
            connection.execute(update(table).where(table.c.dead.is_(True)).values(**new_life)).rowcount
            for table in (outbox, mail)
        )


class MailRelay:
    """Sends the queued mails; one that is not taken is tried again, ever more slowly, behind those that wait less."""

    def __init__(self, database: Database, post: Post, sender: str) -> None:
        self._database = database
        self._post = post
        self._sender = sender

    def step(self) -> bool:
        """Send what can be sent now; whether there was anything."""
        rows = self._claim()
        for row in rows:
            if _may_begin(row):
                self._send(row)
        return bool(rows)

    def _claim(self) -> list[Row[tuple[object, ...]]]:
        now = real_now()
        ready = and_(
            mail.c.sent_at.is_(None),
            mail.c.dead.is_(False),
            mail.c.not_before <= now,
            or_(mail.c.leased_until.is_(None), mail.c.leased_until < now),
        )
        with self._database.reading() as session:
            if session.connection().execute(select(mail.c.sequence).where(ready).limit(1)).first() is None:
                return []
        chosen = select(mail.c.sequence).where(ready).order_by(mail.c.not_before, mail.c.sequence).limit(_BATCH)
        with self._database.writing() as session:
            claimed = update(mail).where(mail.c.sequence.in_(chosen.with_for_update(skip_locked=True)))
            leased = claimed.values(leased_until=now + _LEASE).returning(*_CLAIMED_OF_MAIL)
            return sorted(session.connection().execute(leased).all(), key=lambda row: row.sequence)

    def _send(self, row: Row[tuple[object, ...]]) -> None:
        try:
            with self._database.reading() as session:
                queued = read_queued(session, row.id, self._sender)
            self._post.send(queued)
            values: dict[str, object] = {"sent_at": real_now(), "leased_until": None, "last_error": None}
        except Exception as error:  # whatever it is, it must not keep the rest of the batch waiting
            _log.warning("a mail was not sent", extra={"mail_id": str(row.id), "reason": _reason(error)})
            values = _not_sent(row.attempts + 1, error)
        _note(self._database, mail, row, values)


def _not_sent(attempts: int, error: Exception) -> dict[str, object]:
    return {
        "attempts": attempts,
        "not_before": real_now() + _pause(attempts),
        "leased_until": None,
        "dead": attempts >= _DEAD_AFTER and _is_permanent(error),
        "last_error": _reason(error),
    }


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, ValueError):
        # It cannot even be written as a message.
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= _PERMANENT


def _reason(error: Exception) -> str:
    """What failed, without what it failed on: addresses and contents stay out of logs and of this column."""
    if isinstance(error, httpx2.HTTPStatusError):
        return f"{type(error).__name__} {error.response.status_code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__


def _may_begin(row: Row[tuple[object, ...]]) -> bool:
    ends: datetime = row.leased_until
    return real_now() < ends - _BEGIN_BEFORE_END


def _note(database: Database, table: Table, row: Row[tuple[object, ...]], values: dict[str, object]) -> None:
    """Note how it went, while the lease is still ours; a fault here only means that it is tried again."""
    ours = and_(table.c.sequence == row.sequence, table.c.leased_until == row.leased_until)
    try:
        with database.writing() as session:
            session.connection().execute(update(table).where(ours).values(**values))
    except Exception:
        _log.exception("how a delivery went could not be noted")


def pending(database: Database) -> dict[str, int]:
    """How much has still to leave: undelivered events, unsent mails, dead letters; and all events ever written."""
    with database.reading() as session:
        connection = session.connection()
        waiting = select(func.count()).where(outbox.c.delivered_at.is_(None), outbox.c.dead.is_(False))
        unsent = select(func.count()).where(mail.c.sent_at.is_(None), mail.c.dead.is_(False))
        dead = [select(func.count()).where(table.c.dead.is_(True)) for table in (outbox, mail)]
        return {
            "outbox": connection.execute(waiting).scalar_one(),
            "mails": connection.execute(unsent).scalar_one(),
            "dead": sum(connection.execute(counted).scalar_one() for counted in dead),
            "published": connection.execute(select(func.coalesce(func.max(outbox.c.sequence), 0))).scalar_one(),
        }
