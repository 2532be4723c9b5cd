"""Sessions: what the story opens, and what cannot be opened."""

from typing import Any

import pytest

from chassis.auth import Role
from chassis.values.identifiers import new_id
from tests.catalog.api.helpers import HALF_DAYS, imported, opened, publish, published, session_body
from tests.catalog.sheets import sample_text
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest


def test_the_session_of_the_story(api: ServiceUnderTest) -> None:
    session = opened(api)
    assert (session["course_reference"], session["course_revision"]) == ("MRK-OPE-08", 1)
    assert (session["starts_on"], session["ends_on"], session["planned_hours"]) == ("2026-01-30", "2026-01-31", "14.00")
    assert (session["seats_max"], session["seats_taken"], session["place"]) == (10, 0, "Privas")
    assert session["half_days"] == HALF_DAYS
    assert ok(api.client(Role.SERVICE).get(f"/v1/sessions/{session['id']}")) == session


def test_hours_are_told_with_two_decimals_whatever_was_written(api: ServiceUnderTest) -> None:
    written = [
        {**half_day, "hours": hours} for half_day, hours in zip(HALF_DAYS, ["3", "3.5", "4.25", "0.01"], strict=True)
    ]
    session = opened(api, half_days=written)
    assert [part["hours"] for part in session["half_days"]] == ["3.00", "3.50", "4.25", "0.01"]
    assert session["planned_hours"] == "10.76"
    assert ok(api.client(Role.SALES).get(f"/v1/sessions/{session['id']}")) == session


def test_a_session_keeps_the_revision_it_was_opened_for(api: ServiceUnderTest) -> None:
    session = opened(api)
    imported(api, sample_text().replace("Cinq questions", "Six questions"))
    publish(api)
    assert ok(api.client(Role.SALES).get(f"/v1/sessions/{session['id']}"))["course_revision"] == 1
    assert ok(api.client(Role.SALES).post("/v1/sessions", json=session_body()), 201)["course_revision"] == 2


def half_day(place: int, **changed: Any) -> list[dict[str, Any]]:
    return [{**part, **changed} if index == place else part for index, part in enumerate(HALF_DAYS)]


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"colour": "blue"}, "colour"),
        ({"half_days": half_day(0, day="2026-02-30")}, "half_days.0.day"),
        ({"half_days": half_day(0, day="30/01/2026")}, "half_days.0.day"),
        ({"half_days": half_day(1, hours="3.505")}, "half_days.1.hours"),
        ({"half_days": half_day(1, hours=3.5)}, "half_days.1.hours"),
        ({"half_days": half_day(1, hours="0")}, "half_days.1.hours"),
        ({"half_days": half_day(1, hours="24.01")}, "half_days.1.hours"),
        ({"half_days": half_day(1, half="evening")}, "half_days.1.half"),
        ({"half_days": half_day(1, half="morning")}, "half_days.1.half"),
        ({"half_days": half_day(1, note="x")}, "half_days.1.note"),
        ({"half_days": HALF_DAYS[:2]}, "half_days"),
        ({"half_days": HALF_DAYS * 2}, "half_days"),
        ({"half_days": []}, "half_days"),
        ({"half_days": [*HALF_DAYS[2:], *HALF_DAYS[:2]]}, "half_days.2.day"),
        ({"seats_max": 0}, "seats_max"),
        ({"seats_max": "10"}, "seats_max"),
        ({"place": " "}, "place"),
        ({"kind": "remote"}, "kind"),
        ({"course_reference": "XXX-XXX-01"}, "course_reference"),
    ],
)
def test_sessions_that_cannot_be_are_refused_by_name(api: ServiceUnderTest, changed: dict[str, Any], at: str) -> None:
    published(api)
    refusal = problem(api.client(Role.SALES).post("/v1/sessions", json=session_body(**changed)), 422)
    assert at in [error["at"] for error in refusal["errors"]]
    assert ok(api.client(Role.SALES).get("/v1/sessions"))["items"] == []


def test_a_course_that_is_only_a_draft_has_no_sessions(api: ServiceUnderTest) -> None:
    imported(api)
    problem(api.client(Role.SALES).post("/v1/sessions", json=session_body()), 409, "course-not-published")


def test_sessions_are_listed_by_their_start(api: ServiceUnderTest) -> None:
    first = opened(api)
    later = [{**part, "day": part["day"].replace("2026-01", "2026-03")} for part in HALF_DAYS]
    sales = api.client(Role.SALES)
    others = [ok(sales.post("/v1/sessions", json=session_body(half_days=days)), 201) for days in (later, HALF_DAYS)]
    expected = [first["id"], others[1]["id"], others[0]["id"]]
    listed = ok(api.anonymous().get("/v1/sessions?course_reference=MRK-OPE-08"))
    assert [item["id"] for item in listed["items"]] == expected
    page = ok(api.anonymous().get("/v1/sessions?limit=1"))
    seen = page["items"]
    while page["next_cursor"] is not None:
        page = ok(api.anonymous().get(f"/v1/sessions?limit=1&cursor={page['next_cursor']}"))
        seen += page["items"]
    assert [item["id"] for item in seen] == expected
    assert ok(api.anonymous().get("/v1/sessions?course_reference=ZZZ"))["items"] == []
    problem(api.anonymous().get("/v1/sessions?course_reference=a%00b"), 422)
    for cursor in ("x", "WyJhIiwgImIiXQ"):
        problem(api.anonymous().get(f"/v1/sessions?cursor={cursor}"), 422)


def test_visitors_see_open_sessions_without_the_trainers_name(api: ServiceUnderTest) -> None:
    shown = opened(api)
    hidden = ok(api.client(Role.SALES).post("/v1/sessions", json=session_body(kind="in_company")), 201)
    for caller in (api.anonymous(), api.client(Role.CUSTOMER, customer_id=new_id()), api.client(Role.TRAINER)):
        assert ok(caller.get(f"/v1/sessions/{shown['id']}")) == {**shown, "trainer": None}
        problem(caller.get(f"/v1/sessions/{hidden['id']}"), 404)
        assert [item["id"] for item in ok(caller.get("/v1/sessions"))["items"]] == [shown["id"]]
    assert len(ok(api.client(Role.SERVICE).get("/v1/sessions"))["items"]) == 2


def test_only_sales_open_sessions(api: ServiceUnderTest) -> None:
    published(api)
    problem(api.anonymous().post("/v1/sessions", json=session_body()), 401)
    problem(api.client(Role.SERVICE).post("/v1/sessions", json=session_body()), 403)
    problem(api.anonymous().get(f"/v1/sessions/{new_id()}"), 404)
    problem(api.anonymous().get("/v1/sessions/7"), 422)
