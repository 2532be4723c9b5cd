"""Every way of saying no is problem+json, and says what to do without telling of the inside."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.app import MAX_BODY_BYTES
from chassis.body_limit import BodyLimit
from tests.support.client import Client, ok, problem
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest, key

COUNTERS = "/v1/counters"


@pytest.fixture
def sales(api: ServiceUnderTest) -> Client:
    return api.client("sales")


def test_a_path_that_is_not_there(sales: Client) -> None:
    body = problem(sales.get("/v1/nowhere"), 404, "not-found")
    assert body["instance"] == "/v1/nowhere"


def test_a_row_that_is_not_there(sales: Client) -> None:
    body = problem(sales.get(f"{COUNTERS}/{key()}"), 404, "not-found")
    assert body["detail"] == "The counter was not found."


def test_an_identifier_that_is_none(sales: Client) -> None:
    problem(sales.get(f"{COUNTERS}/seven"), 422, "invalid-request")


def test_a_method_that_is_not_offered(sales: Client) -> None:
    response = sales.delete(COUNTERS)
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"]


WRONG_BODIES = [
    pytest.param({"name": "a", "nmae": "b"}, "nmae", "Extra inputs are not permitted", id="unknown field"),
    pytest.param({}, "name", "Field required", id="missing field"),
    pytest.param({"name": "  "}, "name", "at least 1 character", id="blank"),
    pytest.param({"name": "a", "amount": "1.234"}, "amount", "at most two decimals", id="three decimals"),
    pytest.param({"name": "a", "amount": 12.5}, "amount", "as a string", id="amount as a number"),
    pytest.param({"name": "a", "amount": "1e3"}, "amount", "at most two decimals", id="exponent"),
    pytest.param({"name": "a", "amount": "NaN"}, "amount", "at most two decimals", id="not a number"),
    pytest.param({"name": "a", "reset_on": "2026-02-30"}, "reset_on", "not a date", id="no such day"),
    pytest.param({"name": "a", "reset_on": "30/01/2026"}, "reset_on", "year-month-day", id="French form of a day"),
    pytest.param({"name": "a", "reset_on": 20260130}, "reset_on", "year-month-day", id="day as a number"),
    pytest.param({"name": "a\u0000"}, "name", "no zero byte", id="a zero byte, which PostgreSQL cannot keep"),
]


@pytest.mark.parametrize(("body", "at", "said"), WRONG_BODIES)
def test_a_body_of_the_wrong_shape_says_where(sales: Client, body: dict[str, Any], at: str, said: str) -> None:
    refusal = problem(sales.post(COUNTERS, json=body, once=key()), 422, "invalid-request")
    assert [error["at"] for error in refusal["errors"]] == [at]
    assert said in refusal["errors"][0]["detail"]


@pytest.mark.parametrize("content", [b"{", b"", b"[]", b"null", b'{"name": "\\ud800"}'])
def test_a_body_that_is_not_the_json_object_asked_for(sales: Client, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    problem(sales.post(COUNTERS, content=content, headers=headers, once=key()), 422, "invalid-request")


def test_a_body_that_is_not_utf_8(sales: Client) -> None:
    headers = {"content-type": "application/json"}
    problem(sales.post(COUNTERS, content=b'{"name": "\xff"}', headers=headers, once=key()), 400)


def test_every_fault_is_told_at_once(sales: Client) -> None:
    refusal = problem(sales.post(COUNTERS, json={"amount": "x", "reset_on": "y"}, once=key()), 422)
    assert {error["at"] for error in refusal["errors"]} == {"name", "amount", "reset_on"}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=WzFd", "cursor=%F0%9F"])
def test_a_query_of_the_wrong_shape(sales: Client, query: str) -> None:
    problem(sales.get(f"{COUNTERS}?{query}"), 422, "invalid-request")


def test_a_rule_that_refuses_names_its_clause_and_facts(api: ServiceUnderTest, sales: Client) -> None:
    identifier = counter.make(api.platform, "a")
    refusal = problem(sales.post(f"{COUNTERS}/{identifier}/steps", json={"by": 1001}), 409, "counter-full")
    assert (refusal["clause"], refusal["last"], refusal["title"]) == ("9.9", 0, "Conflict")


def test_a_broken_unique_constraint_is_its_refusal(sales: Client) -> None:
    ok(sales.post(COUNTERS, json={"name": "a"}, once=key()))
    assert problem(sales.post(COUNTERS, json={"name": "a"}, once=key()), 409, "name-taken")["clause"] == "9.2"


def test_a_broken_check_constraint_is_its_refusal(api: ServiceUnderTest, sales: Client) -> None:
    identifier = counter.make(api.platform, "a")
    problem(sales.post(f"{COUNTERS}/{identifier}/steps", json={"by": -1}), 409, "below-zero")


def test_a_body_too_large(sales: Client) -> None:
    headers = {"content-type": "application/json"}
    content = b" " * (MAX_BODY_BYTES + 1)
    problem(sales.post(COUNTERS, content=content, headers=headers, once=key()), 413, "body-too-large")


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    sent: list[Any] = []

    async def never(*_: Any) -> Any:
        raise AssertionError("it was read, or let through")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": COUNTERS, "headers": [(b"content-length", b"1048577")]}
    asyncio.run(BodyLimit(never, max_bytes=1024 * 1024)(scope, never, send))
    assert sent[0]["status"] == 413
    assert b"1 MiB" in sent[1]["body"]


def test_a_body_too_large_that_does_not_say_its_length(sales: Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 1):
            yield b" " * 65536

    headers = {"content-type": "application/json"}
    problem(sales.post(COUNTERS, content=parts(), headers=headers, once=key()), 413, "body-too-large")


def test_an_error_of_ours_tells_nothing_of_the_inside(api: ServiceUnderTest) -> None:
    response = api.client("sales").get(f"{COUNTERS}/{key()}/fault")
    problem(response, 500, "internal-error")
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_ids_of_a_request_are_on_its_refusal_too(sales: Client) -> None:
    response = sales.get("/v1/nowhere", headers={"x-request-id": "given-by-caller"})
    assert response.headers["x-request-id"] == "given-by-caller"


def test_pages_follow_one_another(api: ServiceUnderTest, sales: Client) -> None:
    for name in ("c", "a", "b"):
        counter.make(api.platform, name)
    first = ok(sales.get(COUNTERS, params={"limit": 2}))
    rest = ok(sales.get(COUNTERS, params={"limit": 2, "cursor": first["next_cursor"]}))
    assert [item["name"] for item in first["items"] + rest["items"]] == ["a", "b", "c"]
    assert rest["next_cursor"] is None


def test_who_edits_what_changed_meanwhile_is_told(api: ServiceUnderTest, sales: Client) -> None:
    path = f"{COUNTERS}/{counter.make(api.platform, 'a')}"
    tag = sales.get(path).headers["etag"]
    problem(sales.put(path, json={"name": "b"}), 428, "if-match-missing")
    ok(sales.put(path, json={"name": "b"}, if_match=tag))
    problem(sales.put(path, json={"name": "c"}, if_match=tag), 412, "changed-meanwhile")
    assert ok(sales.get(path))["name"] == "b"
