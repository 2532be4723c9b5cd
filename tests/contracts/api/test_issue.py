"""Issuing: complete or refused with the list, frozen, numbered without a gap, once for each key."""

from typing import Any

import httpx2
import pytest

from tests.contracts.api import stories
from tests.support.client import ok, problem
from tests.support.neighbour import Asked
from tests.support.service import ServiceUnderTest, key


def test_an_incomplete_proposal_is_refused_with_all_that_is_missing(api: ServiceUnderTest) -> None:
    made = ok(stories.sales(api).post("/v1/proposals", json={"customer_id": stories.parties(api)}))
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{made['id']}/issue", once=key()), 409)
    assert (refusal["type"], refusal["clause"]) == ("/problems/proposal-incomplete", "2.1")
    assert refusal["missing"] == [
        "seller",
        "course_title",
        "course_reference",
        "dates",
        "place",
        "duration",
        "trainees",
        "lines",
    ]


@pytest.mark.parametrize(
    ("changed", "missing"),
    [({"lines": []}, ["lines"]), ({"trainees": []}, ["trainees"]), ({"seller": None}, ["seller"])],
)
def test_one_thing_alone_is_named(api: ServiceUnderTest, changed: dict[str, Any], missing: list[str]) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    draft = stories.drafted(api, **changed)
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409)
    assert refusal["missing"] == missing


def test_a_course_without_a_session_lacks_its_dates(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    draft = stories.drafted(api, session_id=None)
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409)
    assert refusal["missing"] == ["dates", "place", "duration"]


def test_an_individual_orders_by_another_way(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    stories.parties(api)
    person = {name: value for name, value in stories.COMPANY.items() if name not in ("siret", "vat_number")}
    customer = ok(stories.sales(api).post("/v1/customers", json={**person, "kind": "individual"}))["id"]
    draft = ok(stories.sales(api).post("/v1/proposals", json=stories.content(customer)))
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409)
    assert (refusal["type"], refusal["clause"]) == ("/problems/individual-contract-needed", "2.1")


def test_what_is_issued_never_changes(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    path = f"/v1/proposals/{proposal['id']}"
    body = stories.content(proposal["customer_id"])
    refusal = problem(stories.sales(api).put(path, json=body, if_match='"2"'), 409, "proposal-issued")
    assert refusal["number"] == "P2025-000001"
    problem(stories.sales(api).post(f"{path}/issue", once=key()), 409, "proposal-issued")
    moved = {**stories.COMPANY, "name": "Ateliers du Sud"}
    ok(stories.sales(api).put(f"/v1/customers/{proposal['customer_id']}", json=moved, if_match='"1"'))
    before = stories.sales(api).get(f"{path}/document").content
    api.move_to("2026-01-06")
    ok(stories.sales(api).post(f"{path}/acceptance", json=stories.RETURNED, once=key()))
    (event,) = api.published("contracts.contract-signed.v1")
    assert event["data"]["customer"]["name"] == "Ateliers du Rhône"
    assert stories.sales(api).get(f"{path}/document").content == before


def test_the_same_key_replays_the_answer_even_where_the_catalog_is_away(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    path, once = f"/v1/proposals/{stories.drafted(api)['id']}/issue", key()
    first = ok(stories.sales(api).post(path, once=once))
    api.neighbour.fail("GET", stories.SESSION)
    again = stories.sales(api).post(path, once=once)
    assert (ok(again), again.headers["idempotency-replayed"]) == (first, "true")


def test_a_key_is_needed(api: ServiceUnderTest) -> None:
    draft = stories.drafted(api)
    problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue"), 400, "idempotency-key-missing")


def test_refused_issues_leave_no_gap_in_the_numbers(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    numbers = []
    for lines in ([stories.LINE], [{**stories.LINE, "vat_rate": "19.6"}], [stories.LINE]):
        answer = stories.sales(api).post(f"/v1/proposals/{stories.drafted(api, lines=lines)['id']}/issue", once=key())
        numbers += [ok(answer)["number"]] if answer.is_success else []
    assert numbers == ["P2025-000001", "P2025-000002"]
    api.move_to("2026-01-02")
    next_year = ok(stories.sales(api).post(f"/v1/proposals/{stories.drafted(api)['id']}/issue", once=key()))
    assert next_year["number"] == "P2026-000001"


def test_a_vat_rate_not_in_force_is_refused_with_those_that_are(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    draft = stories.drafted(api, lines=[{**stories.LINE, "vat_rate": "19.60"}])
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409)
    assert (refusal["clause"], refusal["rates"]) == ("3.1", ["20", "10", "5.5", "2.1"])


def test_the_place_written_on_the_draft_is_the_place(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api, place="Valence, 3 rue Neuve")
    assert proposal["session"]["place"] == "Valence, 3 rue Neuve"


def test_a_session_of_another_course_is_refused(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.neighbour.answer("GET", stories.SESSION, stories.catalog_session(reference="MRK-OPE-09"))
    draft = stories.drafted(api)
    problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409, "session-of-another-course")


def test_what_the_catalog_does_not_know_is_refused(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    path = f"/v1/proposals/{stories.drafted(api)['id']}/issue"
    api.neighbour.refuse("GET", stories.REVISION, 404, "not-found")
    problem(stories.sales(api).post(path, once=key()), 409, "course-not-published")
    api.neighbour.refuse("GET", stories.SESSION, 404, "not-found")
    problem(stories.sales(api).post(path, once=key()), 409, "session-unknown")


def test_an_operator_that_nobody_knows_is_refused(api: ServiceUnderTest) -> None:
    """Else its approval would count as not named on the agreement, and the client would be billed for all."""
    stories.tell_catalog(api)
    api.neighbour.refuse("GET", "/v1/opcos/atlas-1", 404, "not-found")
    draft = stories.drafted(api, opco="atlas-1")
    refusal = problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409, "opco-unknown")
    assert (refusal["clause"], refusal["opco"]) == ("3.3", "atlas-1")


def test_a_catalog_that_is_away_is_a_passing_fault_and_changes_nothing(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    draft = stories.drafted(api)
    api.neighbour.fail("GET", stories.SESSION)
    problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 503)
    assert ok(stories.sales(api).get(f"/v1/proposals/{draft['id']}")) == draft


def test_a_session_that_started_cannot_be_proposed(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    draft = stories.drafted(api)
    api.move_to("2026-01-30")
    problem(stories.sales(api).post(f"/v1/proposals/{draft['id']}/issue", once=key()), 409, "session-started")


def test_a_draft_changed_while_the_catalog_was_asked_is_not_issued(api: ServiceUnderTest) -> None:
    stories.tell_catalog(api)
    api.move_to("2025-12-15")
    draft = stories.drafted(api)
    path = f"/v1/proposals/{draft['id']}"

    def changes(_: Asked) -> httpx2.Response:
        body = stories.content(draft["customer_id"], place="Valence")
        ok(stories.sales(api).put(path, json=body, if_match='"1"'))
        return httpx2.Response(200, json=stories.catalog_session())

    api.neighbour.answer_with("GET", stories.SESSION, changes)
    problem(stories.sales(api).post(f"{path}/issue", once=key()), 409, "changed-meanwhile")
    assert ok(stories.sales(api).get(path))["state"] == "draft"
