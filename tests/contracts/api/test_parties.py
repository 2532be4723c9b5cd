"""Legal entities and customers: checked, versioned, seen by those who may."""

from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Role
from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

LEGAL_ENTITY = "/v1/legal-entities/lexom"


def test_a_legal_entity_is_kept_and_putting_the_same_again_changes_nothing(api: ServiceUnderTest) -> None:
    admin = api.client(Role.ADMIN)
    assert admin.put(LEGAL_ENTITY, json=stories.SELLER).headers["etag"] == '"1"'
    again = admin.put(LEGAL_ENTITY, json=stories.SELLER)
    assert again.headers["etag"] == '"1"'
    assert ok(api.client(Role.SALES).get(LEGAL_ENTITY)) == ok(again)
    assert ok(again)["share_capital"] == "25000.00"


def test_a_legal_entity_is_changed_by_whoever_read_its_newest_version(api: ServiceUnderTest) -> None:
    admin = api.client(Role.ADMIN)
    ok(admin.put(LEGAL_ENTITY, json=stories.SELLER))
    moved = {**stories.SELLER, "iban": "FR7630006000011234567890189"}
    problem(admin.put(LEGAL_ENTITY, json=moved), 428, "if-match-missing")
    assert admin.put(LEGAL_ENTITY, json=moved, if_match='"1"').headers["etag"] == '"2"'
    problem(admin.put(LEGAL_ENTITY, json=stories.SELLER, if_match='"1"'), 412, "changed-meanwhile")
    assert ok(admin.get(LEGAL_ENTITY))["iban"] == moved["iban"]


def test_there_is_no_legal_entity_before_it_is_put(api: ServiceUnderTest) -> None:
    problem(api.client(Role.SALES).get(LEGAL_ENTITY), 404)
    problem(api.client(Role.SALES).put(LEGAL_ENTITY, json=stories.SELLER), 403)


def test_a_customer_is_kept_with_its_numbers_in_their_plain_form(api: ServiceUnderTest) -> None:
    written = {**stories.COMPANY, "siret": "732 829 320 00074", "vat_number": "fr 44 732 829 320"}
    made = ok(stories.sales(api).post("/v1/customers", json=written), 201)
    assert (made["siret"], made["vat_number"]) == ("73282932000074", "FR44732829320")
    read = stories.sales(api).get(f"/v1/customers/{made['id']}")
    assert (ok(read), read.headers["etag"]) == (made, '"1"')


BAD_INPUT: list[tuple[dict[str, Any], str, str]] = [
    ({"siret": "73282932000075"}, "siret", "SIRET"),
    ({"vat_number": "FR45732829320"}, "vat_number", "VAT number"),
    ({"vat_number": "FR74510869274"}, "", "not of the company"),
    ({"siret": None}, "", "siret is needed"),
    ({"email": "nobody"}, "email", "not an e-mail address"),
    ({"kind": "association"}, "kind", "company"),
    ({"name": "Ateliers\x00"}, "name", "zero byte"),
    ({"billing_address": {**stories.ADDRESS, "postal_code": "69\x0002"}}, "billing_address", "zero byte"),
    ({"discount": "5"}, "discount", "Extra inputs"),
    ({"billing_address": {**stories.ADDRESS, "postal_code": "6900"}}, "billing_address", "five digits"),
    ({"billing_address": {**stories.ADDRESS, "country": "France"}}, "billing_address.country", "pattern"),
    ({"kind": "individual"}, "", "neither siret"),
]


def test_bad_input_is_answered_by_where_and_why(api: ServiceUnderTest) -> None:
    for changed, at, said in BAD_INPUT:
        body = problem(stories.sales(api).post("/v1/customers", json={**stories.COMPANY, **changed}), 422)
        (error,) = body["errors"]
        assert error["at"].startswith(at), changed
        assert said in error["detail"], changed


@pytest.mark.parametrize("kind", ["sole_trader", "individual"])
def test_other_kinds_are_kept_too(api: ServiceUnderTest, kind: str) -> None:
    body = {**stories.COMPANY, "kind": kind}
    if kind == "individual":
        body = {name: value for name, value in body.items() if name not in ("siret", "vat_number")}
    assert ok(stories.sales(api).post("/v1/customers", json=body), 201)["kind"] == kind


def test_two_people_never_overwrite_each_other_unseen(api: ServiceUnderTest) -> None:
    made = ok(stories.sales(api).post("/v1/customers", json=stories.COMPANY), 201)
    path = f"/v1/customers/{made['id']}"
    moved = {**stories.COMPANY, "contact_name": "Paul Blanc"}
    problem(stories.sales(api).put(path, json=moved), 428)
    changed = stories.sales(api).put(path, json=moved, if_match='"1"')
    assert (ok(changed)["contact_name"], changed.headers["etag"]) == ("Paul Blanc", '"2"')
    problem(stories.sales(api).put(path, json=stories.COMPANY, if_match='"1"'), 412)


def test_a_customer_sees_itself_and_nobody_else(api: ServiceUnderTest) -> None:
    made = ok(stories.sales(api).post("/v1/customers", json=stories.COMPANY), 201)
    path = f"/v1/customers/{made['id']}"
    assert ok(api.client(Role.CUSTOMER, customer_id=made["id"]).get(path)) == made
    problem(api.client(Role.CUSTOMER, customer_id=UUID(int=1)).get(path), 404)
    problem(api.client(Role.TRAINER).get(path), 403)
    problem(api.anonymous().get(path), 401)
    problem(stories.sales(api).get(f"/v1/customers/{UUID(int=1)}"), 404)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"iban": "FR0012345678901"}, "IBAN"),
        ({"iban": "FR7630006000011234567890188"}, "IBAN"),
        ({"naf": "٨٥.٥٩A"}, "pattern"),
        ({"activity_number": "٨" * 11}, "pattern"),
    ],
)
def test_the_mentions_of_a_legal_entity_are_checked(api: ServiceUnderTest, changed: dict[str, str], said: str) -> None:
    answer = api.client(Role.ADMIN).put(LEGAL_ENTITY, json={**stories.SELLER, **changed})
    (error,) = problem(answer, 422)["errors"]
    assert [error["at"]] == list(changed)
    assert said in error["detail"]
