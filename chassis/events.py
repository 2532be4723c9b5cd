"""Events as CloudEvents 1.0: written to the outbox with the fact they state, taken in once through the inbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import insert
from sqlmodel import Session

from chassis import telemetry
from chassis.clock import real_now
from chassis.database import insert_once
from chassis.fields import Event
from chassis.problems import Problem
from chassis.tables import inbox, outbox
from chassis.values.identifiers import new_id

if TYPE_CHECKING:
    from chassis.unit_of_work import Transaction

MEDIA_TYPE = "application/cloudevents+json"


class CloudEvent(BaseModel):
    """The envelope in which events travel (structured JSON mode); `partitionkey` orders a subject's events."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: Annotated[str, Field(max_length=100)]
    type: Annotated[str, Field(max_length=100)]
    subject: Annotated[str, Field(max_length=100)]
    time: datetime
    sequence: str
    partitionkey: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service does with one type of event: the fields that it reads, and the effect, in one transaction."""

    model: type[Event]
    handle: Callable[["Transaction", Any], None]


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


def source_of(event_type: str) -> str:
    """The source that events of this type have: the service that its first part names."""
    return f"/{event_type.partition('.')[0]}"


def receive(tx: "Transaction", event: CloudEvent, subscriptions: Mapping[str, Subscription]) -> bool:
    """Take an event in, once; whether it was new.

    Problem 422 for a type that this service did not subscribe to, or data that lack what it reads.
    """
    if event.source != source_of(event.type):
        raise Problem(422, "event-foreign", "An event's source is the service that its type names.")
    subscription = subscriptions.get(event.type)
    if subscription is None:
        raise Problem(422, "event-not-subscribed", f"This service has no use for {event.type}.")
    row = {"source": event.source, "event_id": event.id, "type": event.type, "received_at": real_now()}
    if not insert_once(tx.session, inbox, row):
        return False
    try:
        data = subscription.model.model_validate(event.data)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise Problem(422, "event-malformed", f"{event.type} lacks what this service reads: {places}.") from error
    subscription.handle(tx, data)
    return True
