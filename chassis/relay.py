"""What leaves after the commit: events to the event sink, mails to the mail server, at least once.

A message is claimed by a lease column, never by a row lock held across the network. Of a subject's
undelivered events only the oldest can be claimed, so they arrive in order. What fails too often is kept
as a dead letter: it holds its subject's later events back until somebody replays it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
from sqlalchemy import Row, and_, exists, func, or_, select, update

from chassis.clock import real_now
from chassis.database import Database
from chassis.events import MEDIA_TYPE, CloudEvent
from chassis.mail import Post, read_queued
from chassis.tables import mail, outbox

_BATCH = 20
_LEASE = timedelta(seconds=30)
_TIMEOUT_SECONDS = 10.0
_FIRST_PAUSE = timedelta(seconds=0.2)
_LONGEST_PAUSE = timedelta(seconds=60)
_DEAD_AFTER = 20
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
            self._note_failure(row, str(error) or type(error).__name__)
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

    def _note_failure(self, row: Row[tuple[object, ...]], reason: str) -> None:
        attempts = row.attempts + 1
        dead = attempts >= _DEAD_AFTER
        level = logging.ERROR if dead else logging.WARNING
        _log.log(level, "an event was not delivered", extra={"event_id": str(row.id), "reason": reason, "dead": dead})
        self._note(
            row,
            attempts=attempts,
            not_before=real_now() + _pause(attempts),
            leased_until=None,
            dead=dead,
            last_error=reason[:500],
        )

    def _note(self, row: Row[tuple[object, ...]], **values: object) -> None:
        with self._database.writing() as session:
            session.connection().execute(update(outbox).where(outbox.c.sequence == row.sequence).values(**values))


def replay_dead(database: Database) -> int:
    """Give every dead letter a new life; how many."""
    with database.writing() as session:
        revived = update(outbox).where(outbox.c.dead.is_(True), outbox.c.delivered_at.is_(None))
        result = session.connection().execute(revived.values(dead=False, attempts=0, not_before=real_now()))
    return result.rowcount


class MailRelay:
    """Sends the queued mails; one that nobody takes is tried again, ever more slowly, and never dropped."""

    def __init__(self, database: Database, post: Post, sender: str) -> None:
        self._database = database
        self._post = post
        self._sender = sender

    def step(self) -> bool:
        """Send what can be sent now; whether there was anything."""
        rows = self._claim()
        for row in rows:
            self._send(row)
        return bool(rows)

    def _claim(self) -> list[Row[tuple[object, ...]]]:
        now = real_now()
        ready = and_(
            mail.c.sent_at.is_(None),
            mail.c.not_before <= now,
            or_(mail.c.leased_until.is_(None), mail.c.leased_until < now),
        )
        with self._database.reading() as session:
            if session.connection().execute(select(mail.c.sequence).where(ready).limit(1)).first() is None:
                return []
        chosen = select(mail.c.sequence).where(ready).order_by(mail.c.sequence).limit(_BATCH)
        with self._database.writing() as session:
            claimed = update(mail).where(mail.c.sequence.in_(chosen.with_for_update(skip_locked=True)))
            rows = session.connection().execute(
                claimed.values(leased_until=now + _LEASE).returning(mail.c.sequence, mail.c.id, mail.c.attempts)
            )
            return sorted(rows.all(), key=lambda row: row.sequence)

    def _send(self, row: Row[tuple[object, ...]]) -> None:
        try:
            with self._database.reading() as session:
                queued = read_queued(session, row.id, self._sender)
            self._post.send(queued)
            values: dict[str, object] = {"sent_at": real_now(), "leased_until": None, "last_error": None}
        except Exception as error:  # whatever it is, it must not keep the rest of the batch waiting
            _log.warning("a mail was not sent", extra={"mail_id": str(row.id), "reason": str(error)})
            values = _later(row.attempts + 1, real_now(), str(error))
        with self._database.writing() as session:
            session.connection().execute(update(mail).where(mail.c.sequence == row.sequence).values(**values))


def _later(attempts: int, now: datetime, reason: str) -> dict[str, object]:
    return {
        "attempts": attempts,
        "not_before": now + _pause(attempts),
        "leased_until": None,
        "last_error": reason[:500],
    }


def pending(database: Database) -> dict[str, int]:
    """How much has still to leave: undelivered events, unsent mails, dead letters; and all events ever written."""
    with database.reading() as session:
        connection = session.connection()
        waiting = select(func.count()).where(outbox.c.delivered_at.is_(None), outbox.c.dead.is_(False))
        dead = select(func.count()).where(outbox.c.delivered_at.is_(None), outbox.c.dead.is_(True))
        return {
            "outbox": connection.execute(waiting).scalar_one(),
            "mails": connection.execute(select(func.count()).where(mail.c.sent_at.is_(None))).scalar_one(),
            "dead": connection.execute(dead).scalar_one(),
            "published": connection.execute(select(func.coalesce(func.max(outbox.c.sequence), 0))).scalar_one(),
        }
