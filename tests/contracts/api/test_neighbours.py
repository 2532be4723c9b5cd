"""What the catalog and payments answer: kept answers need them no more, a wrong one is a passing fault."""

from typing import Any

import pytest

from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def accept(api: ServiceUnderTest, proposal: dict[str, Any], once: str | None = None, **changed: Any) -> Any:
    """The raw answer to a return, complete unless changed."""
    path = f"/v1/proposals/{proposal['id']}/acceptance"
    return stories.sales(api).post(path, json={**stories.RETURNED, **changed}, once=once or key())


def test_an_incomplete_return_is_replayed_where_the_catalog_is_away(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    first = ok(accept(api, proposal, once, stamped=False))
    api.neighbour.fail("GET", stories.SESSION)
    again = accept(api, proposal, once, stamped=False)
    assert (ok(again), again.headers["idempotency-replayed"]) == (first, "true")


def test_a_key_that_came_with_another_return_takes_no_seat(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    ok(accept(api, proposal, once, stamped=False))
    problem(accept(api, proposal, once), 422, "idempotency-key-reused")
    assert not api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))


def test_a_key_that_came_with_another_issue_asks_the_catalog_nothing(api: ServiceUnderTest) -> None:
    api.move_to("2025-12-15")
    stories.tell_catalog(api)
    first, second, once = stories.drafted(api), stories.drafted(api), key()
    ok(stories.sales(api).post(f"/v1/proposals/{first['id']}/issue", once=once))
    api.neighbour.fail("GET", stories.SESSION)
    answer = stories.sales(api).post(f"/v1/proposals/{second['id']}/issue", once=once)
    problem(answer, 422, "idempotency-key-reused")


@pytest.mark.parametrize("wrong", [{"id": stories.SESSION_ID}, [], None, "closed"])
def test_a_session_of_a_wrong_shape_is_a_passing_fault(api: ServiceUnderTest, wrong: Any) -> None:
    proposal = stories.issued(api)
    api.neighbour.answer("GET", stories.SESSION, wrong)
    problem(accept(api, proposal), 503, "unavailable")
    stories.tell_catalog(api, proposal["contract_id"])
    assert ok(accept(api, proposal))["state"] == "complete"


@pytest.mark.parametrize("path", [stories.REVISION, "/v1/opcos/atlas"])
def test_an_issue_waits_for_an_answer_that_can_be_read(api: ServiceUnderTest, path: str) -> None:
    api.move_to("2025-12-15")
    stories.tell_catalog(api)
    draft = stories.drafted(api)
    api.neighbour.answer("GET", path, {"title": 7})
    problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 503, "unavailable")
    assert ok(stories.sales(api).get(f"/v1/proposals/{draft['id']}")) == draft


def test_a_neighbour_that_fails_is_a_passing_fault(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    path = stories.seats_path(proposal["contract_id"])
    api.neighbour.refuse("PUT", path, 500, "internal-error")
    problem(accept(api, proposal), 503, "unavailable")
    api.neighbour.refuse("GET", stories.SESSION, 500, "internal-error")
    problem(accept(api, proposal), 503, "unavailable")
    assert not api.published()


def test_a_session_that_goes_away_before_its_seats_are_held_voids_the_proposal(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.neighbour.refuse("PUT", stories.seats_path(proposal["contract_id"]), 404, "not-found")
    assert problem(accept(api, proposal), 409, "proposal-void")["clause"] == "2.1"
