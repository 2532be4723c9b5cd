"""Drafts: incomplete as they may be, edited with their ETag, people who keep their ids."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from chassis.auth import Role
from services.contracts.tables import PersonRow
from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def test_a_draft_may_have_nothing_but_its_customer(api: ServiceUnderTest) -> None:
    made = ok(stories.sales(api).post("/v1/proposals", json={"customer_id": stories.parties(api)}), 201)
    assert (made["state"], made["number"], made["price"], made["lines"]) == ("draft", None, None, [])
    read = stories.sales(api).get(f"/v1/proposals/{made['id']}")
    assert (ok(read), read.headers["etag"]) == (made, '"1"')
    problem(stories.sales(api).get(f"/v1/proposals/{made['id']}/document"), 404)


def test_a_draft_shows_what_its_lines_come_to(api: ServiceUnderTest) -> None:
    line = {**stories.LINE, "unit_price": "33.33"}
    made = stories.drafted(api, lines=[line, line, line])
    assert made["price"] == {"excl_tax": "99.99", "vat": "20.00", "incl_tax": "119.99"}


BAD_INPUT: list[tuple[dict[str, Any], str]] = [
    ({"lines": [{**stories.LINE, "unit_price": "33.333"}]}, "lines.0.unit_price"),
    ({"lines": [{**stories.LINE, "unit_price": 2000}]}, "lines.0.unit_price"),
    ({"lines": [{**stories.LINE, "unit_price": "-1.00"}]}, "lines.0.unit_price"),
    ({"lines": [{**stories.LINE, "unit_price": "1000000.01"}]}, "lines.0.unit_price"),
    ({"lines": [{**stories.LINE, "quantity": "0"}]}, "lines.0.quantity"),
    ({"lines": [{**stories.LINE, "quantity": "1.001"}]}, "lines.0.quantity"),
    ({"lines": [{**stories.LINE, "vat_rate": "101"}]}, "lines.0.vat_rate"),
    ({"lines": [{**stories.LINE, "discount": "1"}]}, "lines.0.discount"),
    ({"trainees": [{"given_name": "Anna"}]}, "trainees.0.family_name"),
    ({"preparation_cost": "0.00"}, "preparation_cost"),
    ({"session_id": "tomorrow"}, "session_id"),
    ({"seller": "nobody"}, "seller"),
    ({"customer_id": str(UUID(int=1))}, "customer_id"),
    ({"trainees": [{**stories.TRAINEES[0], "person_id": str(UUID(int=1))}]}, "trainees.0.person_id"),
]


def test_bad_input_is_answered_by_where(api: ServiceUnderTest) -> None:
    whole = stories.content(stories.parties(api))
    for changed, at in BAD_INPUT:
        errors = problem(stories.sales(api).post("/v1/proposals", json={**whole, **changed}), 422)["errors"]
        assert [error["at"] for error in errors] == [at], changed


@pytest.mark.parametrize("description", ["Coaching d'équipe", "ACCOMPAGNEMENT au changement"])
def test_a_line_that_is_no_training_is_refused(api: ServiceUnderTest, description: str) -> None:
    body = stories.content(stories.parties(api), lines=[stories.LINE, {**stories.LINE, "description": description}])
    refusal = problem(stories.sales(api).post("/v1/proposals", json=body), 409, "line-not-training")
    assert (refusal["clause"], refusal["line"]) == ("2.1", 1)


def test_a_draft_is_changed_as_a_whole_with_its_etag(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    path = f"/v1/proposals/{made['id']}"
    smaller = stories.content(made["customer_id"], trainees=stories.TRAINEES[:1], opco=None)
    problem(stories.sales(api).put(path, json=smaller), 428)
    changed = stories.sales(api).put(path, json=smaller, if_match='"1"')
    assert changed.headers["etag"] == '"2"'
    assert [trainee["given_name"] for trainee in ok(changed)["trainees"]] == ["Anna"]
    assert ok(changed)["opco"] is None
    problem(stories.sales(api).put(path, json=smaller, if_match='"1"'), 412)


def test_a_person_keeps_the_id_that_is_given_back(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    path = f"/v1/proposals/{made['id']}"
    anna, bruno = made["trainees"]
    swapped = stories.content(made["customer_id"], trainees=[bruno, anna])
    changed = ok(stories.sales(api).put(path, json=swapped, if_match='"1"'))
    assert [trainee["person_id"] for trainee in changed["trainees"]] == [bruno["person_id"], anna["person_id"]]
    another = ok(stories.sales(api).post("/v1/proposals", json=stories.content(made["customer_id"], trainees=[anna])))
    assert another["trainees"][0]["person_id"] == anna["person_id"]


def test_somebody_no_longer_named_anywhere_is_not_kept(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    bruno = made["trainees"][1]
    ok(stories.sales(api).post("/v1/proposals", json=stories.content(made["customer_id"], trainees=[bruno])))
    empty = stories.content(made["customer_id"], trainees=[])
    ok(stories.sales(api).put(f"/v1/proposals/{made['id']}", json=empty, if_match='"1"'))
    with api.platform.reading() as session:
        kept = session.exec(select(PersonRow)).all()
    assert [person.given_name for person in kept] == ["Bruno"]


def test_a_person_is_nobody_else(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    anna = made["trainees"][0]
    renamed = stories.content(made["customer_id"], trainees=[{**anna, "family_name": "Dupont"}])
    problem(stories.sales(api).post("/v1/proposals", json=renamed), 422)
    other = ok(stories.sales(api).post("/v1/customers", json=stories.COMPANY))["id"]
    problem(stories.sales(api).post("/v1/proposals", json=stories.content(other, trainees=[anna])), 422)
    twice = stories.content(made["customer_id"], trainees=[anna, anna])
    problem(stories.sales(api).post("/v1/proposals", json=twice), 422)


def test_a_customer_sees_its_proposal_once_it_is_issued(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    path = f"/v1/proposals/{made['id']}"
    customer = api.client(Role.CUSTOMER, customer_id=made["customer_id"])
    problem(customer.get(path), 404)
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    ok(stories.sales(api).post(f"{path}/issue", once=key()))
    ok(stories.sales(api).post(f"{path}/acceptance", json={**stories.RETURNED, "stamped": False}, once=key()))
    seen = ok(customer.get(path))
    assert seen["number"] == "P2025-000001"
    assert [(each["missing"], each["checked_by"]) for each in seen["returns"]] == [(["stamp"], None)]
    assert customer.get(f"{path}/document").content.startswith(b"%PDF")
    stranger = api.client(Role.CUSTOMER, customer_id=UUID(int=1))
    problem(stranger.get(path), 404)
    problem(stranger.get(f"{path}/document"), 404)
    problem(customer.put(path, json={}), 403)


def test_an_address_given_anew_is_kept(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    anna = made["trainees"][0]
    corrected = stories.content(made["customer_id"], trainees=[{**anna, "email": "anna.martin@ateliers.example"}])
    changed = ok(stories.sales(api).put(f"/v1/proposals/{made['id']}", json=corrected, if_match='"1"'))
    assert changed["trainees"][0]["email"] == "anna.martin@ateliers.example"
    del anna["email"]
    silent = stories.content(made["customer_id"], trainees=[anna])
    again = ok(stories.sales(api).post("/v1/proposals", json=silent), 201)
    assert again["trainees"][0]["email"] == "anna.martin@ateliers.example"
