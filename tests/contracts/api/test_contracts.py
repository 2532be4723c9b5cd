"""Contracts: completed when they may be, listed, seen by those who may; the terms, seen by all."""

from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Role
from chassis.fields import encode_cursor
from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, cloud_event, key


def complete(api: ServiceUnderTest, contract: dict[str, Any], *hours: str, **changed: Any) -> Any:
    """The raw answer to a completion."""
    body = {**stories.attendance(contract, *hours), **changed}
    return stories.sales(api).post(f"/v1/contracts/{contract['id']}/completion", json=body, once=key())


def test_a_contract_is_not_completed_before_it_is_concluded(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    api.move_to("2026-01-31")
    refusal = problem(complete(api, contract), 409, "contract-not-concluded")
    assert (refusal["clause"], refusal["deposit"]) == ("2.2", "720.00")


def test_a_contract_is_not_completed_before_the_training_ends_nor_twice(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-01-30")
    assert problem(complete(api, contract), 409, "training-not-ended")["ends_on"] == "2026-01-31"
    api.move_to("2026-02-02")
    assert ok(complete(api, contract))["ended_on"] == "2026-01-31"
    problem(complete(api, contract), 409, "contract-completed")
    assert len(api.published("contracts.contract-completed.v1")) == 1


@pytest.mark.parametrize("ended_on", ["2026-01-30", "2026-02-03"])
def test_the_training_ended_between_its_last_day_and_today(api: ServiceUnderTest, ended_on: str) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-02-02")
    problem(complete(api, contract, ended_on=ended_on), 409, "end-day-impossible")
    later = ok(complete(api, contract, ended_on="2026-02-02"))
    assert (later["opco_due_on"], later["client_billed_from"]) == ("2026-03-02", "2026-03-03")


@pytest.mark.parametrize(
    ("hours", "code"),
    [(("14.00", "14.01"), "attendance-hours-impossible"), (("-0.01", "14.00"), "attendance-hours-impossible")],
)
def test_hours_are_between_none_and_the_planned(api: ServiceUnderTest, hours: tuple[str, ...], code: str) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-01-31")
    assert problem(complete(api, contract, *hours), 409, code)["clause"] == "3.7"


def test_every_trainee_is_named(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-01-31")
    (first, second) = stories.attendance(contract)["attendance"]
    refusal = problem(complete(api, contract, attendance=[first]), 409, "attendance-incomplete")
    assert refusal["person_ids"] == [second["person_id"]]
    problem(complete(api, contract, attendance=[first, second, first]), 409, "attendance-named-twice")
    stranger = {"person_id": str(UUID(int=1)), "attended_hours": "1"}
    problem(complete(api, contract, attendance=[first, second, stranger]), 409, "attendance-unknown-person")
    problem(complete(api, contract, attendance=[{**first, "attended_hours": 7}]), 422)


def test_an_event_about_an_unknown_contract_is_left_with_its_sender(api: ServiceUnderTest) -> None:
    event = cloud_event(
        "payments.deposit-paid.v1",
        str(UUID(int=1)),
        {"contract_id": str(UUID(int=1)), "amount": "720.00", "paid_on": "2026-01-12"},
    )
    problem(api.client(Role.SERVICE).post("/events", json=event), 404)


def test_a_customer_sees_its_own_contracts(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    path = f"/v1/contracts/{contract['id']}"
    owner = api.client(Role.CUSTOMER, customer_id=contract["customer_id"])
    stranger = api.client(Role.CUSTOMER, customer_id=UUID(int=1))
    assert ok(owner.get(path)) == contract
    assert ok(owner.get("/v1/contracts"))["items"] == [contract]
    assert ok(owner.get(f"{path}/timeline"))["items"]
    for hidden in (path, f"{path}/timeline", f"/v1/contracts?customer_id={contract['customer_id']}"):
        problem(stranger.get(hidden), 404)
    assert ok(stranger.get("/v1/contracts"))["items"] == []
    problem(api.client(Role.CUSTOMER).get("/v1/contracts"), 404)
    problem(owner.post(f"{path}/completion", json=stories.attendance(contract), once=key()), 403)


def test_contracts_are_listed_page_by_page(api: ServiceUnderTest) -> None:
    api.move_to("2025-12-15")
    stories.tell_catalog(api)
    customer, ids = stories.parties(api), []
    for _ in range(3):
        draft = ok(stories.sales(api).post("/v1/proposals", json=stories.content(customer)))
        proposal = ok(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()))
        stories.tell_catalog(api, proposal["contract_id"])
        path = f"/v1/proposals/{draft['id']}/acceptance"
        ids.append(ok(stories.sales(api).post(path, json=stories.RETURNED, once=key()))["contract_id"])
    first = ok(stories.sales(api).get(f"/v1/contracts?customer_id={customer}&limit=2"))
    rest = ok(stories.sales(api).get(f"/v1/contracts?limit=2&cursor={first['next_cursor']}"))
    assert [each["id"] for each in first["items"] + rest["items"]] == ids
    assert rest["next_cursor"] is None
    assert [each["number"] for each in first["items"]] == ["C2025-000001", "C2025-000002"]
    assert ok(stories.sales(api).get(f"/v1/contracts?customer_id={UUID(int=1)}"))["items"] == []
    problem(stories.sales(api).get("/v1/contracts?cursor=nonsense"), 422)
    problem(stories.sales(api).get("/v1/contracts?limit=0"), 422)


def test_everybody_reads_the_terms(api: ServiceUnderTest) -> None:
    api.move_to("2026-01-06")
    current = ok(api.anonymous().get("/v1/terms/current"))
    assert (current["version"], current["in_force_from"]) == ("2024-01", "2024-01-01")
    assert current["values"]["deposit_rate"] == {"value": "30", "clause": "2.1, 2.2"}
    assert current["values"]["recovery_fee"] == {"value": "40.00", "clause": "3.4, C. com. D441-5"}
    assert current["values"]["proposal_validity_days"] == {"value": 30, "clause": "2.1"}
    assert current["values"]["postponement_credits_deposit"] == {"value": False, "clause": "3.6"}
    assert ok(api.anonymous().get("/v1/terms/2024-01")) == current
    problem(api.anonymous().get("/v1/terms/1999-01"), 404)


def test_a_contract_signed_while_somebody_pages_is_not_missed(api: ServiceUnderTest) -> None:
    """The order of the numbers, which the signature gives: not that of the ids, which the issue gave."""
    first, second, third = (stories.issued(api) for _ in range(3))
    for proposal in (second, third):
        stories.tell_catalog(api, proposal["contract_id"])
        ok(stories.sales(api).post(f"/v1/proposals/{proposal['id']}/acceptance", json=stories.RETURNED, once=key()))
    page = ok(stories.sales(api).get("/v1/contracts?limit=1"))
    stories.tell_catalog(api, first["contract_id"])
    ok(stories.sales(api).post(f"/v1/proposals/{first['id']}/acceptance", json=stories.RETURNED, once=key()))
    seen = [each["number"] for each in page["items"]]
    while page["next_cursor"]:
        page = ok(stories.sales(api).get(f"/v1/contracts?limit=1&cursor={page['next_cursor']}"))
        seen += [each["number"] for each in page["items"]]
    assert seen == ["C2025-000001", "C2025-000002", "C2025-000003"]
    problem(stories.sales(api).get(f"/v1/contracts?cursor={encode_cursor('nonsense')}"), 422)


def test_a_deposit_with_a_value_date_to_come_stays_with_its_sender(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    data = {"contract_id": contract["id"], "amount": "720.00", "paid_on": "2026-01-07"}
    event = cloud_event("payments.deposit-paid.v1", contract["id"], data)
    problem(api.client(Role.SERVICE).post("/events", json=event), 409, "value-date-impossible")
    api.move_to("2026-01-07")
    api.deliver(event)
    assert ok(stories.sales(api).get(f"/v1/contracts/{contract['id']}"))["concluded_on"] == "2026-01-07"
