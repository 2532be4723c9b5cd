"""What a consumer reads of an event, its publisher always writes; what is published, somebody may rely on.

By convention the event `contracts.contract-signed.v1` is the model `ContractSigned` in the events module of the
service that its type names; a consumer's model stands in its subscription.
"""

import importlib
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from chassis.fields import Event
from chassis.inbox import Subscription
from tests.architecture.source import SERVICES


def subscriptions() -> list[tuple[str, str, Subscription]]:
    """(consumer, event type, what it does with it)."""
    return [
        (service, event_type, subscription)
        for service in SERVICES
        for event_type, subscription in importlib.import_module(f"services.{service}.app").SERVICE.subscriptions.items()
    ]


def published(event_type: str) -> type[BaseModel]:
    publisher, name, version = event_type.split(".")
    assert version == "v1"
    model = getattr(importlib.import_module(f"services.{publisher}.events"), name.title().replace("-", ""), None)
    assert model is not None, f"{publisher} publishes no {event_type}"
    assert issubclass(model, Event)
    return model  # type: ignore[no-any-return]  # found by name in a module


def plain(annotation: Any) -> tuple[Any, bool]:
    """The type below Annotated and Optional, and whether null is allowed."""
    if get_origin(annotation) is Annotated:
        return plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        others = [each for each in get_args(annotation) if each is not type(None)]
        assert len(others) == 1, annotation
        inner, _ = plain(others[0])
        return inner, True
    return annotation, False


def gaps(reader: type[BaseModel], writer: type[BaseModel], place: str = "") -> Iterator[str]:
    """What the reader wants and the writer does not promise."""
    for name, field in reader.model_fields.items():
        at = f"{place}{name}"
        source = writer.model_fields.get(name)
        if source is None:
            if field.is_required():
                yield f"{at} is not published"
            else:
                yield f"{at} is read where it is there, and never is"
            continue
        wanted, may_be_null = plain(field.annotation)
        written, can_be_null = plain(source.annotation)
        if can_be_null and not may_be_null:
            yield f"{at} may be null"
        yield from _type_gaps(wanted, written, at)


def _type_gaps(wanted: Any, written: Any, at: str) -> Iterator[str]:
    if get_origin(wanted) in (list, tuple) and get_origin(written) in (list, tuple):
        yield from _type_gaps(plain(get_args(wanted)[0])[0], plain(get_args(written)[0])[0], f"{at}[]")
    elif _is_model(wanted) and _is_model(written):
        yield from gaps(wanted, written, f"{at}.")
    elif get_origin(wanted) is Literal and written is str:
        return  # the reader narrows: an unknown word is refused, kept as a dead letter, and seen
    elif wanted is not written:
        yield f"{at} is written as {written} and read as {wanted}"


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


@pytest.mark.parametrize(("consumer", "event_type", "subscription"), subscriptions())
def test_a_consumer_reads_only_what_is_published(consumer: str, event_type: str, subscription: Subscription) -> None:
    assert not event_type.startswith(f"{consumer}."), "a service does not listen to itself"
    assert list(gaps(subscription.model, published(event_type))) == []


def test_every_event_of_the_story_is_listened_to() -> None:
    heard = {event_type for _, event_type, _ in subscriptions()}
    assert {"contracts.contract-signed.v1", "contracts.contract-completed.v1", "payments.deposit-paid.v1"} <= heard


class Written(Event):
    """A publisher."""

    name: str
    amount: int
    note: str | None


@pytest.mark.parametrize(
    ("reader", "gap"),
    [
        (type("R", (Event,), {"__annotations__": {"names": str}}), "names is not published"),
        (type("R", (Event,), {"__annotations__": {"note": str}}), "note may be null"),
        (type("R", (Event,), {"__annotations__": {"amount": str}}), "amount is written as"),
    ],
)
def test_a_gap_is_found(reader: type[BaseModel], gap: str) -> None:
    assert any(line.startswith(gap) for line in gaps(reader, Written))
