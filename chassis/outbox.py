"""Events out: written to the outbox in the transaction of the fact they state."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import insert
from sqlmodel import Session

from chassis import telemetry
from chassis.clock import real_now
from chassis.tables import outbox
from chassis.values.identifiers import new_id


def publish(session: Session, event_type: str, subject: str, data: BaseModel, occurred_at: datetime) -> None:
    """Write an event to the outbox; it leaves after the commit, in order for its subject.

    The caller holds the row that the subject names: PostgreSQL numbers events as they are written, not as they
    are committed.
    """
    session.connection().execute(
        insert(outbox).values(
            id=new_id(),
            type=event_type,
            subject=subject,
            occurred_at=occurred_at,
            data=data.model_dump(mode="json"),
            request_id=telemetry.request_id.get(),
            traceparent=telemetry.traceparent.get(),
            attempts=0,
            not_before=real_now(),
            dead=False,
        )
    )
