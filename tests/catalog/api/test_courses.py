"""Drafts with their ETag, revisions that never change."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis import kept_answers
from chassis.auth import Role
from services.catalog.domain.course import CourseSheet
from services.catalog.domain.search import terms_of
from services.catalog.use_cases import courses as course_use_cases
from tests.catalog.api.helpers import DRAFT, REFERENCE, draft_with, imported, publish, published
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

COURSE = f"/v1/courses/{REFERENCE}"


def test_a_draft_is_not_to_be_read_or_found_by_visitors(api: ServiceUnderTest) -> None:
    imported(api)
    problem(api.anonymous().get(COURSE), 404)
    problem(api.anonymous().get(f"{COURSE}/revisions/1"), 404)
    problem(api.anonymous().get(DRAFT), 401)
    assert ok(api.anonymous().get("/v1/courses?q=marketing"))["items"] == []
    assert ok(api.anonymous().get("/v1/courses"))["items"] == []


def test_published_it_is_read_as_the_website_would(api: ServiceUnderTest) -> None:
    api.move_to("2025-12-01")
    imported(api)
    made = publish(api)
    assert (made["revision"], made["published_on"]) == (1, "2025-12-01")
    answer = api.anonymous().get(COURSE)
    assert ok(answer) == made
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert ok(api.anonymous().get(f"{COURSE}/revisions/1")) == made
    problem(api.anonymous().get(f"{COURSE}/revisions/2"), 404)
    problem(api.anonymous().get("/v1/courses/MRK-OPE-99"), 404)


def test_who_has_the_newest_revision_is_told_so(api: ServiceUnderTest) -> None:
    published(api)
    for known in ('"1"', 'W/"1"', '"7", "1"'):
        answer = api.anonymous().get(COURSE, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
    assert api.anonymous().get(COURSE, headers={"If-None-Match": '"2"'}).status_code == 200


def test_a_read_within_the_second_costs_the_database_nothing(
    api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "monotonic", lambda: 0.0)
    made = published(api)
    assert ok(api.anonymous().get(COURSE)) == made
    monkeypatch.setattr(api.platform, "reading", None)
    assert ok(api.anonymous().get(COURSE)) == made


def test_a_new_revision_is_read_at_once(api: ServiceUnderTest) -> None:
    published(api)
    assert ok(api.anonymous().get(COURSE))["revision"] == 1
    ok(api.client(Role.SALES).put(DRAFT, json=draft_with(api, title="Un autre titre"), if_match='"1"'))
    publish(api)
    assert ok(api.anonymous().get(COURSE))["revision"] == 2


def test_a_draft_is_changed_by_who_read_it(api: ServiceUnderTest) -> None:
    imported(api)
    sales = api.client(Role.SALES)
    tag = sales.get(DRAFT).headers["etag"]
    changed = draft_with(api, title="Un autre titre")
    problem(sales.put(DRAFT, json=changed), 428, "if-match-missing")
    answer = sales.put(DRAFT, json=changed, if_match=tag)
    assert ok(answer)["title"] == "Un autre titre"
    assert answer.headers["etag"] != tag
    problem(sales.put(DRAFT, json=changed, if_match=tag), 412, "changed-meanwhile")
    problem(sales.put("/v1/courses/AAA-BBB-01/draft", json={**changed, "reference": "AAA-BBB-01"}, if_match=tag), 404)


def test_of_two_changes_at_once_one_holds(api: ServiceUnderTest) -> None:
    imported(api)
    sales = api.client(Role.SALES)
    tag = sales.get(DRAFT).headers["etag"]
    bodies = [draft_with(api, title=f"Titre {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: sales.put(DRAFT, json=body, if_match=tag), bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"days": 3}, "programme"),
        ({"days": 0}, "days"),
        ({"days": "2"}, "days"),
        ({"days": 10**9}, "days"),
        ({"price": "2000.00"}, "price"),
        ({"objectives": []}, "objectives"),
        ({"objectives": ["Savoir", ""]}, "objectives.1"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"domain": "x" * 201}, "domain"),
        ({"subdomain": "x" * 201}, "subdomain"),
        ({"methods": ["x" * 2001]}, "methods.0"),
        ({"methods": ["a\x00b"]}, "methods.0"),
        ({"audience": ["x"] * 201}, "audience"),
        ({"reference": "MRK-OPE-09"}, "reference"),
        ({"assessment": {"final_test": False, "later_test": True, "statements": ["À froid"]}}, "assessment.final_test"),
        ({"assessment": {"final_test": "yes", "later_test": True, "statements": []}}, "assessment.final_test"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_by_name(api: ServiceUnderTest, changes: dict[str, Any], at: str) -> None:
    imported(api)
    refusal = problem(api.client(Role.SALES).put(DRAFT, json=draft_with(api, **changes), if_match='"1"'), 422)
    assert at in [error["at"] for error in refusal["errors"]]


def test_a_gap_in_the_sections_is_named(api: ServiceUnderTest) -> None:
    imported(api)
    draft = draft_with(api)
    draft["programme"][2]["sections"][0]["number"] = 9
    refusal = problem(api.client(Role.SALES).put(DRAFT, json=draft, if_match='"1"'), 422)
    assert [error["at"] for error in refusal["errors"]] == ["programme.2.sections.0.number"]


def test_an_unchanged_draft_is_not_published_again(api: ServiceUnderTest) -> None:
    published(api)
    refusal = problem(api.client(Role.SALES).post(f"{COURSE}/publish"), 409, "draft-unchanged")
    assert refusal["revision"] == 1
    imported(api)
    problem(api.client(Role.SALES).post(f"{COURSE}/publish"), 409, "draft-unchanged")


def test_many_faults_of_a_list_are_one(api: ServiceUnderTest) -> None:
    imported(api)
    draft = draft_with(api, methods=[""] * 200)
    refusal = problem(api.client(Role.SALES).put(DRAFT, json=draft, if_match='"1"'), 422)
    assert [error["at"] for error in refusal["errors"]] == ["methods.0"]


def test_the_longest_names_are_published_and_found(api: ServiceUnderTest) -> None:
    imported(api)
    sales, longest = api.client(Role.SALES), "".join(chr(0x4E00 + 41 * place) for place in range(200))
    body = draft_with(api, title=longest, domain=longest, subdomain=longest)
    ok(sales.put(DRAFT, json=body, if_match='"1"'))
    publish(api)
    found = ok(api.anonymous().get("/v1/courses", params={"domain": longest, "subdomain": longest}))
    assert [item["title"] for item in found["items"]] == [longest]


def test_terms_are_worked_out_before_the_transaction(api: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(api)
    sales, body = api.client(Role.SALES), draft_with(api, title="Zoologie")

    def slowly(sheet: CourseSheet) -> dict[str, int]:
        # Somebody writes meanwhile: nothing is locked.
        if sheet.title != "Zoologie":
            ok(sales.put(DRAFT, json=body, if_match='"1"'))
        return terms_of(sheet)

    monkeypatch.setattr(course_use_cases, "terms_of", slowly)
    problem(sales.post(f"{COURSE}/publish"), 409, "changed-meanwhile")
    problem(api.anonymous().get(COURSE), 404)
    assert publish(api)["title"] == "Zoologie"
    assert [item["reference"] for item in ok(api.anonymous().get("/v1/courses?q=zoologie"))["items"]] == [REFERENCE]


def test_what_was_published_stays_as_it_was(api: ServiceUnderTest) -> None:
    first = published(api)
    sales = api.client(Role.SALES)
    body = draft_with(api, title="Fidéliser par la relation")
    ok(sales.put(DRAFT, json=body, if_match='"1"'))
    assert ok(api.anonymous().get(COURSE)) == first
    second = publish(api)
    assert (second["revision"], second["title"]) == (2, "Fidéliser par la relation")
    assert ok(api.anonymous().get(f"{COURSE}/revisions/1")) == first
    assert ok(api.anonymous().get(COURSE)) == second


def test_publishing_with_if_match_publishes_what_was_read(api: ServiceUnderTest) -> None:
    imported(api)
    imported(api)
    sales = api.client(Role.SALES)
    problem(sales.post(f"{COURSE}/publish", if_match='"1"'), 412)
    assert ok(sales.post(f"{COURSE}/publish", if_match='"2"'))["revision"] == 1


def test_published_by_two_at_once_it_is_published_once(api: ServiceUnderTest) -> None:
    imported(api)
    sales = api.client(Role.SALES)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: sales.post(f"{COURSE}/publish"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]


def test_where_the_commit_fails_nothing_is_published_or_found(api: ServiceUnderTest) -> None:
    imported(api)
    with api.commits_fail():
        problem(api.client(Role.SALES).post(f"{COURSE}/publish"), 503)
    problem(api.anonymous().get(COURSE), 404)
    assert ok(api.anonymous().get("/v1/courses?q=client"))["items"] == []
    assert publish(api)["revision"] == 1


@pytest.mark.parametrize("reference", ["%00", "a", "x" * 300, "MRK OPE", "é"])
def test_odd_references_are_no_courses(api: ServiceUnderTest, reference: str) -> None:
    assert api.anonymous().get(f"/v1/courses/{reference}").status_code in {404, 422}


def test_only_sales_publish(api: ServiceUnderTest) -> None:
    imported(api)
    for refused in (Role.CUSTOMER, Role.ACCOUNTING, Role.TRAINER, Role.DPO, Role.SERVICE):
        problem(api.client(refused).post(f"{COURSE}/publish"), 403)
        problem(api.client(refused).get(DRAFT), 403)
    assert ok(api.client(Role.ADMIN).post(f"{COURSE}/publish"))["revision"] == 1
