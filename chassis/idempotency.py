"""Idempotency-Key: a POST that makes money or a contract takes effect once, however often it is sent.

The key is kept in the transaction of its effect: a crash before the commit frees it, a refusal too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Condition
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from chassis.auth import Caller
from chassis.clock import real_now
from chassis.database import insert_once
from chassis.problems import Problem
from chassis.tables import kept_answer

_SECRET_KEY = 32
_MAX_KEY = 200
_WAIT_SECONDS = 5.0
_USUAL_WAIT_SECONDS = 10.0
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code


class Replayed(Exception):
    """The request had its effect before: this is the answer that was given then."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__("answered before")
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Once:
    """One keyed request: who sent it, under which key, what it asks for, and the status of its success."""

    caller: str
    key: str
    fingerprint: str
    status: int

    def claim(self, session: Session) -> None:
        """Take the key for this transaction.

        Waits up to 5 s for another process's request under the same key. Raises Replayed where that one had its
        effect, Problem 409 where it is still under way, Problem 422 where it asked for something else.
        """
        row = {"caller": self.caller, "key": self.key, "fingerprint": self.fingerprint, "kept_at": real_now()}
        try:
            _limit_wait(session, _WAIT_SECONDS)
            taken = insert_once(session, kept_answer, row)
            _limit_wait(session, _USUAL_WAIT_SECONDS)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise _under_way() from error
        if not taken:
            self._replay(session)

    def peek(self, session: Session) -> None:
        """Before anything is asked of another service: Replayed or Problem 422 as `claim`, nothing for a new key."""
        if session.connection().execute(select(kept_answer.c.key).where(self._is_this())).first() is not None:
            self._replay(session)

    def _replay(self, session: Session) -> None:
        kept = session.connection().execute(select(kept_answer).where(self._is_this())).one()
        if kept.fingerprint != self.fingerprint:
            raise Problem(
                422, "idempotency-key-reused", "This Idempotency-Key came with another request before: use a new key."
            )
        raise Replayed(kept.status, kept.body)

    def keep(self, session: Session, answer: BaseModel) -> None:
        """Keep the answer beside its effect."""
        kept = update(kept_answer).where(self._is_this()).values(status=self.status, body=answer.model_dump_json())
        session.connection().execute(kept)

    def _is_this(self) -> ColumnElement[bool]:
        return and_(kept_answer.c.caller == self.caller, kept_answer.c.key == self.key)


class Turns:
    """Within one process, requests under the same key one after the other, before they ask for a connection.

    Where SQLite's one writer is taken, whoever waits for the same key is told so, and not that the database is busy.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._taken: set[tuple[str, str]] = set()

    @contextmanager
    def of(self, once: Once | None) -> Iterator[None]:
        """Hold the turn; Problem 409 where another request under this key has it for 5 s. Nothing without a key."""
        if once is None:
            yield
            return
        turn = (once.caller, once.key)
        with self._changed:
            if not self._changed.wait_for(lambda: turn not in self._taken, _WAIT_SECONDS):
                raise _under_way()
            self._taken.add(turn)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(turn)
                self._changed.notify_all()


def _under_way() -> Problem:
    detail = "A request under this Idempotency-Key is still under way; send it again later."
    return Problem(409, "request-under-way", detail)


def _limit_wait(session: Session, seconds: float) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SET LOCAL lock_timeout = '{seconds}s'"))


async def _required_once(
    request: Request,
    caller: Caller,
    idempotency_key: Annotated[
        str | None, Header(description="A new unique value for each request; the same one when it is sent again.")
    ] = None,
) -> Once:
    if idempotency_key is None or not idempotency_key.strip():
        raise Problem(
            400, "idempotency-key-missing", "Send an Idempotency-Key header: a new unique value for each request."
        )
    if len(idempotency_key) > _MAX_KEY or not idempotency_key.isprintable():
        raise Problem(400, "idempotency-key-invalid", f"An Idempotency-Key is at most {_MAX_KEY} printable characters.")
    if not caller.subject and len(idempotency_key) < _SECRET_KEY:
        # Whoever guesses the key of somebody without a name would be given their answer.
        detail = f"Without a token, an Idempotency-Key has {_SECRET_KEY} random characters or more, such as a UUID."
        raise Problem(400, "idempotency-key-invalid", detail)
    asked = sha256(
        f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    ).hexdigest()
    status = getattr(request.scope["route"], "status_code", None) or 200
    return Once(caller.subject, idempotency_key, asked, status)


RequiredOnce = Annotated[Once, Depends(_required_once)]
