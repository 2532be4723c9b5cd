"""An event is taken in once, however often it comes."""

from typing import Any

import pytest

from chassis.values.identifiers import new_id
from tests.chassis.conftest import Twin
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest, cloud_event
from tests.support.together import together

ASKED = "asker.asked.v1"


def asked(by: int = 1, name: str = "a", **changed: Any) -> dict[str, Any]:
    return {**cloud_event(ASKED, name, {"name": name, "by": by, "and": "more"}), **changed}


def test_twice_is_once(api: ServiceUnderTest) -> None:
    identifier = counter.make(api.platform, "a")
    event = asked()
    api.deliver(event)
    api.deliver(event)
    api.restart()
    api.deliver(event)
    assert counter.value(api.platform, identifier) == 1
    api.deliver(asked())
    assert counter.value(api.platform, identifier) == 2


def test_an_event_of_another_source_than_its_type_names_is_refused(api: ServiceUnderTest) -> None:
    """Else one service could take the place of another's event, which would then count as known."""
    identifier = counter.make(api.platform, "a")
    event = asked()
    forged = api.client("service").post("/events", json={**event, "source": "/elsewhere"})
    assert problem(forged, 422)["type"] == "/problems/event-foreign"
    api.deliver(event)
    assert counter.value(api.platform, identifier) == 1


def test_eight_at_once_are_once(api: ServiceUnderTest, twin: Twin) -> None:
    identifier = counter.make(api.platform, "a")
    event = asked()
    with twin() as second:
        together([lambda: api.deliver(event), lambda: second.deliver(event)] * 4)
    assert counter.value(api.platform, identifier) == 1


def test_an_effect_that_fails_can_come_again(api: ServiceUnderTest) -> None:
    identifier = counter.make(api.platform, "a")
    event = asked(1001)
    service = api.client("service")
    problem(service.post("/events", json=event), 409, "counter-full")
    with api.commits_fail():
        problem(service.post("/events", json=asked(1, id=event["id"])), 503)
    ok(service.post("/events", json=asked(1, id=event["id"])))
    assert counter.value(api.platform, identifier) == 1


def test_what_cannot_be_read_is_refused_and_not_remembered(api: ServiceUnderTest) -> None:
    identifier = counter.make(api.platform, "a")
    service, event = api.client("service"), asked()
    refusal = problem(service.post("/events", json={**event, "data": {"name": "a"}}), 422, "event-malformed")
    assert "by" in refusal["detail"]
    problem(service.post("/events", json={**event, "type": "asker.unknown.v1"}), 422, "event-not-subscribed")
    api.deliver(event)
    assert counter.value(api.platform, identifier) == 1


@pytest.mark.parametrize("missing", ["id", "source", "type", "subject", "time", "data"])
def test_an_envelope_that_lacks_something_is_refused(api: ServiceUnderTest, missing: str) -> None:
    event = {name: value for name, value in asked().items() if name != missing}
    problem(api.client("service").post("/events", json=event), 422, "invalid-request")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"3"])
def test_what_is_no_event_is_refused(api: ServiceUnderTest, content: bytes) -> None:
    problem(api.client("service").post("/events", content=content), 422, "invalid-request")


def test_only_services_hand_in_events(api: ServiceUnderTest) -> None:
    problem(api.anonymous().post("/events", json=asked()), 401)
    problem(api.client("sales", "customer", customer_id=new_id()).post("/events", json=asked()), 403)
