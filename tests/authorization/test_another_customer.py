"""A customer sees its own; what is another's is answered as if it were not there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chassis.auth import Role
from chassis.values.identifiers import new_id
from tests.authorization.matrix import rows
from tests.contracts.api import stories, website
from tests.payments.story import Case, Individual
from tests.support.client import ok, problem
from tests.support.databases import Databases, Kind
from tests.support.service import ServiceUnderTest, key, migrated, running


@dataclass(frozen=True)
class Owned:
    """A customer that has one of everything, and where each stands: path parameters by operation.

    bodies: what the operations that do something are sent.
    """

    api: ServiceUnderTest
    customer_id: str
    places: dict[str, dict[str, str]]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)


def own_of_contracts(api: ServiceUnderTest) -> Owned:
    stories.signed(api)
    order = website.withdrawn(api)
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    proposal = {"proposal_id": contract["proposal_id"]}
    places = {
        "GET /v1/customers/{customer_id}": {"customer_id": contract["customer_id"]},
        "GET /v1/proposals/{proposal_id}": proposal,
        "GET /v1/proposals/{proposal_id}/document": proposal,
        "GET /v1/contracts": {},
        "GET /v1/contracts/{contract_id}": {"contract_id": contract["id"]},
        "GET /v1/contracts/{contract_id}/timeline": {"contract_id": contract["id"]},
        "GET /v1/contracts/{contract_id}/withdrawal/document": {"contract_id": contract["id"]},
    }
    return Owned(api, contract["customer_id"], places)


def own_of_payments(api: ServiceUnderTest) -> Owned:
    other = Case(api, number="C2026-000002", file_number="A-2")
    other.sign()
    other.pay_deposit()
    other.ask_funding()
    case = Case(api)
    case.to_the_fallback()
    request, number = case.deposit_request()["id"], case.invoice("final")["number"]
    (funding,) = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"]
    early = Individual(api, customer_id=case.customer_id)
    early.sign()
    early.receive("720.00", "2026-03-07", early.number)
    places = {
        "GET /v1/deposit-requests": {},
        "POST /v1/deposit-requests/{request_id}/confirmation": {"request_id": early.ask()["id"]},
        "GET /v1/deposit-requests/{request_id}": {"request_id": request},
        "GET /v1/deposit-requests/{request_id}/document": {"request_id": request},
        "GET /v1/invoices": {},
        "GET /v1/invoices/{number}": {"number": number},
        "GET /v1/invoices/{number}.pdf": {"number": number},
        "GET /v1/invoices/{number}.xml": {"number": number},
        "GET /v1/funding-requests": {},
        "GET /v1/funding-requests/{request_id}": {"request_id": funding["id"]},
        "GET /v1/accounts/{customer_id}": {"customer_id": str(case.customer_id)},
    }
    return Owned(api, str(case.customer_id), places)


OWNED: dict[str, Callable[[ServiceUnderTest], Owned]] = {"contracts": own_of_contracts, "payments": own_of_payments}


def test_every_operation_of_customers_is_looked_at() -> None:
    """A new operation that customers may call needs a place in OWNED."""
    for_customers = {row.service for row in rows() if Role.CUSTOMER in row.roles}
    assert for_customers == set(OWNED)


@pytest.mark.parametrize("name", OWNED)
def test_own_is_seen_and_another_s_is_not_there(name: str, kind: Kind, databases: Databases, tmp_path: Path) -> None:
    with databases.fresh(name, kind, migrated(name)) as url, running(name, url, tmp_path) as api:
        owned = OWNED[name](api)
        listed = {row.operation for row in rows() if row.service == name and Role.CUSTOMER in row.roles}
        assert listed == set(owned.places)
        for operation, place in owned.places.items():
            method, path = operation.format(**place).split(" ")
            if method == "POST":
                _do(owned, path, owned.bodies.get(operation))
            elif place:
                _one(owned, path)
            else:
                _list(owned, path)


def _do(owned: Owned, path: str, body: dict[str, Any] | None) -> None:
    missing = path.replace(path.split("/")[3], str(new_id()))
    for stranger in _strangers(owned):
        hidden = problem(stranger.post(path, json=body, once=key()), 404, "not-found")
        nowhere = problem(stranger.post(missing, json=body, once=key()), 404, "not-found")
        assert hidden["detail"] == nowhere["detail"], "what is another's does not show by its answer"
    own = owned.api.client(Role.CUSTOMER, customer_id=owned.customer_id)
    assert own.post(path, json=body, once=key()).is_success, path


def _one(owned: Owned, path: str) -> None:
    assert owned.api.client(Role.CUSTOMER, customer_id=owned.customer_id).get(path).status_code == 200, path
    missing = path.replace(path.split("/")[3].removesuffix(".pdf").removesuffix(".xml"), str(new_id()))
    for stranger in _strangers(owned):
        hidden = problem(stranger.get(path), 404, "not-found")
        nowhere = problem(stranger.get(missing), 404, "not-found")
        assert hidden["detail"] == nowhere["detail"], "what is another's does not show by its answer"


def _list(owned: Owned, path: str) -> None:
    own = owned.api.client(Role.CUSTOMER, customer_id=owned.customer_id)
    staff = owned.api.client(Role.ACCOUNTING)
    others = {item["customer_id"] for item in ok(staff.get(path))["items"]} - {owned.customer_id}
    assert others, "there is something of another's to be seen"
    assert {item["customer_id"] for item in ok(own.get(path))["items"]} == {owned.customer_id}
    for other in others:
        shown = {item["customer_id"] for item in _items(own.get(path, params={"customer_id": other}))}
        assert shown <= {owned.customer_id}, "nor by asking for it"
    for stranger in _strangers(owned):
        for query in ({}, {"customer_id": owned.customer_id}):
            assert _items(stranger.get(path, params=query)) == []


def _strangers(owned: Owned) -> list[Any]:
    """Another customer, and a customer whose token names none."""
    return [owned.api.client(Role.CUSTOMER, customer_id=new_id()), owned.api.client(Role.CUSTOMER)]


def _items(response: Any) -> list[dict[str, Any]]:
    """What is listed; nothing where the list itself is not there for the caller."""
    if response.status_code == 404:
        return []
    items: list[dict[str, Any]] = ok(response)["items"]
    return items
