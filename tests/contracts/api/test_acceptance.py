"""Returns of a proposal: in time, on unchanged dates, once, whatever is sent twice or dies in between."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Role
from services.contracts.repository import proposals
from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def accept(api: ServiceUnderTest, proposal: dict[str, Any], once: str | None = None, **changed: Any) -> Any:
    """The raw answer to a return, complete unless changed; None takes something away."""
    body = {name: value for name, value in {**stories.RETURNED, **changed}.items() if value is not None}
    return stories.sales(api).post(f"/v1/proposals/{proposal['id']}/acceptance", json=body, once=once or key())


def test_it_is_accepted_through_the_last_day_and_refused_the_day_after(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-01-15")
    refusal = problem(accept(api, proposal), 409, "proposal-expired")
    assert (refusal["clause"], refusal["last_day"]) == ("2.1", "2026-01-14")
    api.move_to("2026-01-14")
    assert ok(accept(api, proposal))["state"] == "complete"


def test_a_return_received_in_time_counts_when_it_is_recorded_later(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-01-22")
    accepted = ok(accept(api, proposal, received_on="2026-01-06"))
    contract = ok(stories.sales(api).get(f"/v1/contracts/{accepted['contract_id']}"))
    assert contract["signed_on"] == "2026-01-06"
    assert contract["deposit"] == {"amount": "720.00", "callable_on": "2026-01-06", "due_on": "2026-01-22"}


@pytest.mark.parametrize("received_on", ["2025-12-14", "2026-01-07"])
def test_a_return_is_received_between_the_issue_and_today(api: ServiceUnderTest, received_on: str) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-01-06")
    problem(accept(api, proposal, received_on=received_on), 409, "receipt-day-impossible")


BAD_INPUT: list[tuple[dict[str, Any], str]] = [
    ({"received_on": "2026-02-30"}, "received_on"),
    ({"received_on": "06/01/2026"}, "received_on"),
    ({"signed": "yes"}, "signed"),
    ({"approved": True}, "approved"),
    ({"statement": "bon\x00pour accord"}, "statement"),
    ({"document": {**stories.SIGNED_PDF, "content_base64": "*"}}, "document.content_base64"),
    ({"document": {**stories.SIGNED_PDF, "content_base64": ""}}, "document.content_base64"),
    ({"document": {**stories.SIGNED_PDF, "media_type": "text/html"}}, "document.media_type"),
]


def test_bad_input_is_answered_by_where(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    for changed, at in BAD_INPUT:
        errors = problem(accept(api, proposal, **changed), 422)["errors"]
        assert [error["at"] for error in errors] == [at], changed


def test_all_that_lacks_is_named_and_nothing_is_held(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    nothing: dict[str, Any] = dict.fromkeys(
        ("initialled", "stamped", "signed", "terms_initialled", "terms_signed"), False
    )
    answer = ok(accept(api, proposal, statement="lu et approuvé", document=None, **nothing))
    assert answer["state"] == "incomplete"
    assert answer["missing"] == [
        "document",
        "initials",
        "stamp",
        "signature",
        "acceptance_statement",
        "terms_initials",
        "terms_signature",
    ]
    assert not api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))


def test_an_incomplete_return_does_not_stand_in_the_way_of_a_complete_one(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-01-05")
    ok(accept(api, proposal, stamped=False))
    api.move_to("2026-01-06")
    assert ok(accept(api, proposal))["contract_number"] == "C2026-000001"
    returns = ok(stories.sales(api).get(f"/v1/proposals/{proposal['id']}"))["returns"]
    assert [(each["state"], each["missing"]) for each in returns] == [("incomplete", ["stamp"]), ("complete", [])]


def test_an_accepted_proposal_is_not_accepted_again(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    first = ok(accept(api, proposal))
    refusal = problem(accept(api, proposal), 409, "proposal-accepted")
    assert refusal["contract_id"] == first["contract_id"]
    assert len(api.published("contracts.contract-signed.v1")) == 1


def test_the_database_itself_keeps_one_complete_acceptance(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    ok(accept(api, proposal))
    with api.platform.unit_of_work() as tx:
        row = proposals.one(tx.session, UUID(proposal["id"]))
        assert row is not None
        row.state = "issued"  # as if the lock on the row had not held
    problem(accept(api, proposal), 409, "proposal-accepted")
    assert len(api.published("contracts.contract-signed.v1")) == 1


def test_the_same_key_replays_even_after_the_last_day_and_with_the_catalog_away(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    first = ok(accept(api, proposal, once))
    api.neighbour.fail("GET", stories.SESSION)
    api.move_to("2026-03-01")
    assert ok(accept(api, proposal, once)) == first
    problem(accept(api, proposal, once, stamped=False), 422, "idempotency-key-reused")
    assert len(api.mails()) == 1


def test_the_same_key_replays_an_incomplete_return_even_after_the_last_day(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    first = ok(accept(api, proposal, once, stamped=False))
    api.move_to("2026-03-01")
    assert ok(accept(api, proposal, once, stamped=False)) == first
    assert len(api.mails()) == 1


def test_a_full_session_is_refused_as_the_catalog_says_and_nothing_is_signed(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    path = stories.seats_path(proposal["contract_id"])
    api.neighbour.refuse("PUT", path, 409, "session-full", "1 seat is left.", clause="2.1", seats_left=1)
    refusal = problem(accept(api, proposal), 409, "session-full")
    assert (refusal["clause"], refusal["seats_left"]) == ("2.1", 1)
    assert ok(stories.sales(api).get(f"/v1/proposals/{proposal['id']}"))["state"] == "issued"
    assert not api.published()


@pytest.mark.parametrize("days", [("2026-02-06", "2026-02-07"), ("2026-01-30",), ("2026-01-29", "2026-01-31")])
def test_dates_that_changed_void_the_proposal(api: ServiceUnderTest, days: tuple[str, ...]) -> None:
    proposal = stories.issued(api)
    api.neighbour.answer("GET", stories.SESSION, stories.catalog_session(*days))
    refusal = problem(accept(api, proposal), 409, "proposal-void")
    assert (refusal["clause"], refusal["days"]) == ("2.1", list(days))
    assert not api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))


def test_a_session_that_is_gone_voids_the_proposal(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.neighbour.refuse("GET", stories.SESSION, 404, "not-found")
    problem(accept(api, proposal), 409, "proposal-void")


def test_a_session_that_started_cannot_be_ordered(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    with api.platform.unit_of_work() as tx:
        row = proposals.one(tx.session, UUID(proposal["id"]))
        assert row is not None
        row.last_day = date(2026, 3, 14)  # as if the terms gave it longer
    api.move_to("2026-01-30")
    problem(accept(api, proposal), 409, "session-started")
    api.move_to("2026-01-31")
    assert ok(accept(api, proposal, received_on="2026-01-29"))["state"] == "complete"


def test_a_draft_cannot_be_accepted(api: ServiceUnderTest) -> None:
    draft = stories.drafted(api)
    problem(accept(api, draft), 409, "proposal-not-issued")
    problem(accept(api, {"id": "0194b0a0-0000-7000-8000-0000000000ff"}), 404)


def test_it_is_recorded_by_sales_only_and_needs_a_key(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    path = f"/v1/proposals/{proposal['id']}/acceptance"
    customer = api.client(Role.CUSTOMER, customer_id=proposal["customer_id"])
    problem(customer.post(path, json=stories.RETURNED, once=key()), 403)
    problem(stories.sales(api).post(path, json=stories.RETURNED), 400, "idempotency-key-missing")


def test_a_commit_that_fails_leaves_nothing_and_the_same_request_succeeds_after(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    with api.commits_fail():
        problem(accept(api, proposal, once), 503)
    assert not api.published()
    assert not api.mails()
    problem(stories.sales(api).get(f"/v1/contracts/{proposal['contract_id']}"), 404)
    api.restart()
    api.move_to("2025-12-15")
    assert ok(accept(api, proposal, once))["contract_number"].endswith("-000001")
    seats = api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))
    assert [each.json for each in seats] == [{"seats": 2}, {"seats": 2}]


def test_nothing_is_signed_once_the_session_has_ended(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    api.move_to("2026-02-01")
    refusal = problem(accept(api, proposal, received_on="2026-01-06"), 409, "session-ended")
    assert (refusal["clause"], refusal["ends_on"]) == ("2.2", "2026-01-31")
    assert not api.neighbour.asked("PUT", stories.seats_path(proposal["contract_id"]))


def test_mail_goes_where_the_customer_is_reached_today(api: ServiceUnderTest) -> None:
    """Who ordered stays as issued; how to reach it does not."""
    proposal = stories.issued(api)
    moved = {
        **stories.COMPANY,
        "name": "Ateliers du Sud",
        "email": "new@ateliers.example",
        "contact_name": "Paul Blanc",
    }
    ok(stories.sales(api).put(f"/v1/customers/{proposal['customer_id']}", json=moved, if_match='"1"'))
    ok(accept(api, proposal, stamped=False))
    ok(accept(api, proposal))
    assert [mail.to for mail in api.mails()] == ["new@ateliers.example"] * 2
    (event,) = api.published("contracts.contract-signed.v1")
    told = event["data"]["customer"]
    assert (told["email"], told["contact_name"]) == ("new@ateliers.example", "Paul Blanc")
    assert told["name"] == "Ateliers du Rhône"
