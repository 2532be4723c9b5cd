"""An individual orders on the website: one contract, one seat, no money before the period is over."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from chassis.auth import Role
from tests.contracts.api import stories, website
from tests.contracts.api.test_story import text_of
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def seats_asked(api: ServiceUnderTest) -> list[str]:
    return [each.path for each in api.neighbour.requests if each.method == "PUT"]


def test_an_order_signs_the_contract_and_tells_the_days(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    assert (order["contract_number"], order["order_number"]) == ("C2026-000001", "W2026-000001")
    assert (order["signed_on"], order["withdrawal_ends_on"]) == (website.ORDERED_ON, website.LAST_DAY)
    assert order["deposit"] == {"amount": "300.00", "callable_on": website.CALLABLE_ON, "due_on": "2026-04-07"}
    assert order["instalments"] == [
        {"due_on": "2026-05-04", "amount": "350.01"},
        {"due_on": "2026-05-05", "amount": "350.01"},
    ]
    (seat,) = seats_asked(api)
    assert seat == stories.seats_path(order["contract_id"])
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    assert (contract["state"], contract["withdrawal_ends_on"], contract["withdrawn_on"]) == (
        "signed",
        website.LAST_DAY,
        None,
    )
    assert contract["instalments"] == order["instalments"]
    assert [trainee["family_name"] for trainee in contract["trainees"]] == ["Morel"]
    customer = ok(stories.sales(api).get(f"/v1/customers/{contract['customer_id']}"))
    assert (customer["kind"], customer["name"], customer["siret"]) == ("individual", "Inès Morel", None)


def test_the_signed_contract_tells_payments_the_period_and_the_instalments(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    (event,) = api.published("contracts.contract-signed.v1")
    data: dict[str, Any] = event["data"]
    assert (event["subject"], data["proposal_number"], data["seats"]) == (order["contract_id"], "W2026-000001", 1)
    assert (data["customer"]["kind"], data["opco_named"]) == ("individual", None)
    assert (data["withdrawal_ends_on"], data["deposit"]["callable_on"]) == (website.LAST_DAY, website.CALLABLE_ON)
    assert data["instalments"] == order["instalments"]


def test_the_contract_goes_out_at_once_with_the_right_to_withdraw_and_the_code(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    (mail,) = api.mails()
    assert mail.to == "ines@morel.example"
    for said in (order["order_code"], "lundi\u00a023\u00a0mars\u00a02026", "24\u00a0mars\u00a02026", "300,00"):
        assert said in mail.body
    page = text_of(mail.attachments["C2026-000001.pdf"])
    for said in ("Inès Morel", "Modèle de formulaire de rétractation", "lundi 23 mars 2026", "Master de marketing"):
        assert said in page
    general_terms = mail.attachments["conditions-generales-2024-01.pdf"]
    assert "Le texte des conditions générales" in text_of(general_terms)
    assert api.anonymous().get(website.TERMS_DOCUMENT).content == general_terms
    assert sha256(general_terms).hexdigest() in page.replace(" ", ""), "the contract names what was handed over"
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    stored = stories.sales(api).get(f"/v1/proposals/{contract['proposal_id']}/document").content
    assert stored == mail.attachments["C2026-000001.pdf"]


def test_only_the_hash_of_the_code_stands_beside_the_order(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    with api.platform.reading() as session:
        (kept,) = session.connection().execute(text("SELECT code_sha256 FROM website_order")).scalars()
    assert kept == sha256(order["order_code"].encode()).hexdigest()


def test_somebody_else_may_be_trained(api: ServiceUnderTest) -> None:
    website.offered(api)
    order = website.ordered(api, trainee={"given_name": "Paul", "family_name": "Lefèvre"})
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    assert [trainee["given_name"] for trainee in contract["trainees"]] == ["Paul"]
    assert "Paul Lefèvre" in text_of(api.mails()[0].attachments["C2026-000001.pdf"])


def test_the_same_request_is_one_order_and_one_seat(api: ServiceUnderTest) -> None:
    website.offered(api)
    once, body = key(), website.order_body()
    first = ok(api.anonymous().post("/v1/orders", json=body, once=once), 201)
    again = api.anonymous().post("/v1/orders", json=body, once=once)
    assert (ok(again, 201), again.headers["idempotency-replayed"]) == (first, "true")
    assert len(seats_asked(api)) == len(api.mails()) == len(api.published()) == 1
    problem(
        api.anonymous().post("/v1/orders", json=website.order_body(statement="x"), once=once),
        422,
        "idempotency-key-reused",
    )


def test_a_crash_before_the_commit_takes_no_second_seat(api: ServiceUnderTest) -> None:
    website.offered(api)
    once, body = key(), website.order_body()
    with api.commits_fail():
        problem(api.anonymous().post("/v1/orders", json=body, once=once), 503)
    assert not api.published() and not api.mails()
    api.restart()
    api.move_to(website.ORDERED_ON)
    order = ok(api.anonymous().post("/v1/orders", json=body, once=once), 201)
    assert seats_asked(api) == [stories.seats_path(order["contract_id"])] * 2
    assert order["contract_number"] == "C2026-000001"


def test_orders_at_once_under_one_key_are_one(api: ServiceUnderTest) -> None:
    website.offered(api)
    once, body = key(), website.order_body()

    def place(_: int) -> httpx2.Response:
        return api.anonymous().post("/v1/orders", json=body, once=once)

    with ThreadPoolExecutor(8) as pool:
        answers = [ok(answer, 201) for answer in pool.map(place, range(8))]
    assert all(answer == answers[0] for answer in answers)
    assert len(api.published()) == 1
    assert set(seats_asked(api)) == {stories.seats_path(answers[0]["contract_id"])}


def test_orders_at_once_are_numbered_without_a_gap(api: ServiceUnderTest) -> None:
    website.offered(api)
    with ThreadPoolExecutor(8) as pool:
        people = [{**website.PERSON, "email": f"p{n}@morel.example"} for n in range(8)]
        orders = list(pool.map(lambda person: website.ordered(api, person=person), people))
    assert sorted(order["contract_number"] for order in orders) == [f"C2026-{n:06d}" for n in range(1, 9)]
    assert len({order["contract_id"] for order in orders}) == len({order["order_code"] for order in orders}) == 8


def order_at_once(api: ServiceUnderTest, emails: list[str]) -> Counter[int]:
    def place(email: str) -> int:
        body = website.order_body(person={**website.PERSON, "email": email})
        return api.anonymous().post("/v1/orders", json=body, once=key()).status_code

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(place, emails))


def test_an_address_has_three_orders_in_a_day_even_at_once(api: ServiceUnderTest) -> None:
    website.offered(api)
    assert order_at_once(api, ["ines@morel.example", "Ines@Morel.example"] * 4) == {201: 3, 429: 5}
    assert len(api.mails()) == 3
    asked = len(seats_asked(api))
    answer = api.anonymous().post("/v1/orders", json=website.order_body(), once=key())
    problem(answer, 429, "too-many-orders")
    assert 23 * 3600 < int(answer.headers["retry-after"]) <= 24 * 3600
    assert len(seats_asked(api)) == asked, "no seat is held for what is refused"
    website.ordered(api, person={**website.PERSON, "email": "other@morel.example"})
    api.move_to("2026-03-09")
    website.ordered(api)


def test_a_session_has_ten_orders_in_a_day_even_at_once(api: ServiceUnderTest) -> None:
    website.offered(api)
    assert order_at_once(api, [f"p{n}@morel.example" for n in range(14)]) == {201: 10, 429: 4}


@pytest.mark.parametrize(
    ("changed", "code", "fact"),
    [
        ({"total_incl_tax": "999.99"}, "price-changed", ("incl_tax", "1000.02")),
        ({"statement": "oui"}, "acceptance-statement-missing", ("acceptance_statement", "BON POUR ACCORD")),
        ({"terms_version": "2019-01"}, "terms-changed", ("terms_version", "2024-01")),
    ],
)
def test_an_order_for_something_else_than_what_was_shown_is_refused(
    api: ServiceUnderTest, changed: dict[str, str], code: str, fact: tuple[str, str]
) -> None:
    website.offered(api)
    refusal = problem(api.anonymous().post("/v1/orders", json=website.order_body(**changed), once=key()), 409, code)
    assert refusal[fact[0]] == fact[1]
    assert not seats_asked(api), "no seat is held for what is refused"


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (("2026-03-23", "2026-03-24"), "session-inside-withdrawal"),
        (("2026-03-05", "2026-03-06"), "session-ended"),
    ],
)
def test_a_session_too_soon_or_over_is_refused(api: ServiceUnderTest, days: tuple[str, str], code: str) -> None:
    website.offered(api)
    website.tell_catalog(api, *days)
    refusal = problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, code)
    assert refusal["clause"] in ("2.1", "2.2")
    assert not seats_asked(api)


def test_a_full_session_is_refused_as_the_catalog_says(api: ServiceUnderTest) -> None:
    website.offered(api)
    full = {"type": "/problems/session-full", "title": "Conflict", "status": 409, "detail": "No.", "seats_left": 0}
    answer = httpx2.Response(409, json=full, headers={"content-type": "application/problem+json"})
    api.neighbour.answer_under("PUT", f"{stories.SESSION}/seats/", lambda _: answer)
    refusal = problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "session-full")
    assert refusal["seats_left"] == 0
    assert not api.published()


def test_what_is_not_offered_cannot_be_ordered(api: ServiceUnderTest) -> None:
    api.move_to(website.ORDERED_ON)
    problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "session-not-offered")


def test_a_price_that_changes_while_the_catalog_is_asked_is_refused(api: ServiceUnderTest) -> None:
    """The decision is taken again where it is written."""
    website.offered(api)

    def dearer(_: Any) -> httpx2.Response:
        body = {**website.OFFERED, "unit_price": "900.00"}
        ok(stories.sales(api).put(website.OFFER, json=body, if_match='"1"'))
        return httpx2.Response(200, json={"seats": 1})

    api.neighbour.answer_under("PUT", f"{stories.SESSION}/seats/", dearer)
    refusal = problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "price-changed")
    assert refusal["incl_tax"] == "1080.00"
    assert not api.published()


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        ("person.address.postal_code", {"address": {"street": "1 rue X", "postal_code": "690", "city": "Lyon"}}),
        ("person.email", {"email": "ines"}),
        ("person.family_name", {"family_name": "M" * 100}),
        ("person.phone", {"phone": "call me"}),
    ],
)
def test_bad_input_is_named(api: ServiceUnderTest, at: str, changed: dict[str, Any]) -> None:
    person = {**website.PERSON, **changed}
    answer = api.anonymous().post("/v1/orders", json=website.order_body(person=person), once=key())
    places = [error["at"] for error in problem(answer, 422, "invalid-request")["errors"]]
    assert any(place.startswith(at.rpartition(".")[0]) for place in places), places


def test_it_is_concluded_and_completed_as_any_other(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    api.move_to("2026-03-30")
    stories.pay_deposit(api, order["contract_id"], "300.00", "2026-03-30")
    contract = ok(stories.sales(api).get(f"/v1/contracts/{order['contract_id']}"))
    assert (contract["state"], contract["concluded_on"]) == ("concluded", "2026-03-30")
    api.move_to("2026-05-05")
    body = stories.attendance(contract, "14.00")
    path = f"/v1/contracts/{order['contract_id']}/completion"
    assert ok(stories.sales(api).post(path, json=body, once=key()))["state"] == "completed"


def test_a_customer_sees_its_own_order_only(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    path = f"/v1/contracts/{order['contract_id']}"
    customer_id = ok(stories.sales(api).get(path))["customer_id"]
    assert ok(api.client(Role.CUSTOMER, customer_id=customer_id).get(path))["number"] == order["contract_number"]
    problem(api.client(Role.CUSTOMER).get(path), 404)
    problem(api.anonymous().get(path), 401)
