"""What the website asks for a seat: kept by sales, read by everybody."""

import pytest

from chassis.auth import Role
from tests.contracts.api import stories, website
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def test_everybody_sees_the_price_the_session_and_what_an_order_of_today_gives(api: ServiceUnderTest) -> None:
    website.offered(api)
    answer = api.anonymous().get(website.OFFER)
    assert answer.headers["etag"] == '"1"'
    offer = ok(answer)
    assert offer["price"] == {"excl_tax": "833.35", "vat": "166.67", "incl_tax": "1000.02"}
    assert (offer["deposit"], offer["withdrawal_days"], offer["terms_version"]) == ("300.00", 14, "2024-01")
    assert (offer["withdrawal_ends_on"], offer["orderable"]) == (website.LAST_DAY, True)
    assert offer["terms_document"] == website.TERMS_DOCUMENT
    assert offer["mediator"]["website"] == "https://cnpm-mediation-consommation.eu/"
    assert offer["session"] == {
        "course_reference": stories.REFERENCE,
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-05",
        "place": "Lyon",
        "planned_hours": "14.00",
        "seats_left": 10,
    }
    api.move_to("2026-04-20")
    assert ok(api.anonymous().get(website.OFFER))["orderable"] is False
    api.move_to(website.ORDERED_ON)
    website.tell_catalog(api, seats_taken=10)
    assert ok(api.anonymous().get(website.OFFER))["orderable"] is False


def test_a_price_is_changed_by_whoever_read_it(api: ServiceUnderTest) -> None:
    website.offered(api)
    dearer = {**website.OFFERED, "unit_price": "900.00"}
    problem(stories.sales(api).put(website.OFFER, json=dearer), 428)
    assert ok(stories.sales(api).put(website.OFFER, json=website.OFFERED))["price"]["incl_tax"] == "1000.02"
    changed = stories.sales(api).put(website.OFFER, json=dearer, if_match='"1"')
    assert (ok(changed)["price"]["incl_tax"], changed.headers["etag"]) == ("1080.00", '"2"')
    problem(stories.sales(api).put(website.OFFER, json=website.OFFERED, if_match='"1"'), 412)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"description": "Coaching"}, 409, "line-not-training"),
        ({"vat_rate": "19.6"}, 409, "vat-rate-not-in-force"),
        ({"unit_price": "0.02"}, 409, "price-too-small"),
        ({"unit_price": "0.00"}, 422, "invalid-request"),
        ({"seller": "nobody"}, 422, "invalid-request"),
        ({"trainer_qualifications": " "}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_offered(api: ServiceUnderTest, changed: dict[str, str], status: int, code: str) -> None:
    website.offered(api)
    body = {**website.OFFERED, **changed}
    problem(stories.sales(api).put(website.OFFER, json=body, if_match='"1"'), status, code)


def test_a_seller_without_a_mediator_offers_nothing_to_individuals(api: ServiceUnderTest) -> None:
    website.offered(api)
    without = {name: value for name, value in stories.SELLER.items() if name != "mediator"}
    ok(api.client(Role.ADMIN).put("/v1/legal-entities/lexom", json=without, if_match='"1"'))
    refusal = problem(stories.sales(api).put(website.OFFER, json=website.OFFERED), 409, "mediator-missing")
    assert refusal["clause"] == "C. conso L616-1"
    offer = ok(api.anonymous().get(website.OFFER))
    assert (offer["orderable"], offer["mediator"]) == (False, None), "the offer stood before"
    problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "mediator-missing")


def test_nothing_is_offered_before_the_terms_can_be_handed_over(api: ServiceUnderTest) -> None:
    api.move_to(website.ORDERED_ON)
    website.tell_catalog(api)
    ok(api.client(Role.ADMIN).put("/v1/legal-entities/lexom", json=stories.SELLER))
    refusal = problem(stories.sales(api).put(website.OFFER, json=website.OFFERED), 409, "terms-document-missing")
    assert refusal["clause"] == "C. conso L221-13"


def test_an_offer_that_is_taken_back_takes_no_order_and_leaves_those_that_were_placed(api: ServiceUnderTest) -> None:
    order = website.placed(api)
    sales = stories.sales(api)
    assert [sales.delete(website.OFFER).status_code for _ in range(2)] == [204, 204]
    problem(api.anonymous().get(website.OFFER), 404)
    problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "session-not-offered")
    assert ok(sales.get(f"/v1/contracts/{order['contract_id']}"))["state"] == "signed"
    ok(website.declare(api, order))
    again = sales.put(website.OFFER, json=website.OFFERED)
    assert (ok(again)["price"]["incl_tax"], again.headers["etag"]) == ("1000.02", '"3"')
    problem(sales.put(website.OFFER, json={**website.OFFERED, "unit_price": "900.00"}, if_match='"1"'), 412)
    website.ordered(api)


def test_only_an_offer_can_be_taken_back(api: ServiceUnderTest) -> None:
    problem(stories.sales(api).delete(website.OFFER), 404)
    problem(api.client(Role.CUSTOMER).delete(website.OFFER), 403)


def test_a_session_for_one_company_is_not_for_the_website(api: ServiceUnderTest) -> None:
    website.offered(api)
    website.tell_catalog(api, kind="in_company")
    problem(stories.sales(api).put(website.OFFER, json=website.OFFERED), 409, "session-unknown")
    problem(api.anonymous().post("/v1/orders", json=website.order_body(), once=key()), 409, "session-unknown")


def test_what_is_not_offered_is_not_found(api: ServiceUnderTest) -> None:
    problem(api.client(Role.SALES).get(website.OFFER), 404)
