"""What one transaction can do: rows, events, duties, files, mails and a kept answer, all or nothing."""

from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import Session

from chassis import duties, files, mail, outbox
from chassis.clock import BusinessClock
from chassis.duties import Duty
from chassis.idempotency import Once
from chassis.mail import Mail

A = TypeVar("A", bound=BaseModel)


class Transaction:
    """One unit of work under way. Its business day is the one at its start."""

    def __init__(self, session: Session, clock: BusinessClock, once: Once | None) -> None:
        self.session = session
        self.today: date = clock.today()
        self.now: datetime = clock.now()
        self.has_messages = False
        self._once = once
        self.answered = once is None
        if once is not None:
            once.claim(session)

    def publish(self, event_type: str, subject: str, data: BaseModel) -> None:
        """State a fact to the other services; a subject's events keep their order."""
        self.session.flush()
        outbox.publish(self.session, event_type, subject, data, self.now)
        self.has_messages = True

    def send_mail(self, message: Mail) -> None:
        """Send a mail once this transaction is committed."""
        mail.write_mail(self.session, message)
        self.has_messages = True

    def store_file(self, content: bytes, media_type: str) -> str:
        """Keep a file; the SHA-256 that names it."""
        return files.store_file(self.session, content, media_type)

    def put_duty(self, kind: str, subject: str, due_on: date, clause: str, data: dict[str, Any] | None = None) -> None:
        """Set a dated duty, or move it where it stands undone."""
        duties.put_duty(self.session, Duty(kind, subject, due_on, clause, data or {}))

    def drop_duty(self, kind: str, subject: str) -> None:
        """Drop a dated duty that has lost its ground."""
        duties.drop_duty(self.session, kind, subject)

    def answer(self, view: A) -> A:
        """Keep the answer of a keyed request beside its effect, and hand it back."""
        if self._once is not None:
            self.session.flush()
            self._once.keep(self.session, view)
            self.answered = True
        return view
