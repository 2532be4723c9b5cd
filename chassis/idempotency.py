"""Idempotency-Key: a POST that makes money or a contract takes effect once, however often it is sent.

The key is kept in the transaction of its effect: a crash before the commit frees it, a refusal too.
"""

from dataclasses import dataclass
from hashlib import sha256
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

_MAX_KEY = 200
_WAIT = "5s"
_USUAL_WAIT = "10s"
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

        Waits up to 5 s for another request under the same key (on SQLite for the one writer there is, which answers
        503 in the end). Raises Replayed where that one had its
        effect, Problem 409 where it is still under way, Problem 422 where it asked for something else.
        """
        row = {"caller": self.caller, "key": self.key, "fingerprint": self.fingerprint, "kept_at": real_now()}
        try:
            _limit_wait(session, _WAIT)
            taken = insert_once(session, kept_answer, row)
            _limit_wait(session, _USUAL_WAIT)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            detail = "A request under this Idempotency-Key is still under way; send it again later."
            raise Problem(409, "request-under-way", detail) from error
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


def _limit_wait(session: Session, wait: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SET LOCAL lock_timeout = '{wait}'"))


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
    asked = sha256(
        f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    ).hexdigest()
    status = getattr(request.scope["route"], "status_code", None) or 200
    return Once(caller.subject, idempotency_key, asked, status)


RequiredOnce = Annotated[Once, Depends(_required_once)]
