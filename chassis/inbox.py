"""Events in: each has its effect once, however often it comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from chassis.clock import real_now
from chassis.cloudevents import CloudEvent, source_of
from chassis.database import insert_once
from chassis.fields import Event
from chassis.problems import Problem
from chassis.tables import inbox
from chassis.unit_of_work import Transaction


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service does with one type of event: the fields that it reads, and the effect, in one transaction."""

    model: type[Event]
    handle: Callable[[Transaction, Any], None]


def receive(tx: Transaction, event: CloudEvent, subscriptions: Mapping[str, Subscription]) -> bool:
    """Take an event in, once; whether it was new.

    Problem 422 for a type that this service did not subscribe to, an event of another source than its type
    names, or data that lack what the service reads.
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
