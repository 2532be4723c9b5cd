"""A keyed request takes effect once, however often and however much at once it is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx2
import pytest
from sqlalchemy import event as sqlalchemy_event

from chassis import database, idempotency
from tests.chassis.conftest import Twin
from tests.support.client import Client, ok, problem
from tests.support.counter import app as counter
from tests.support.databases import Kind
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together

AT_ONCE = 50


@pytest.fixture
def path(api: ServiceUnderTest) -> str:
    return f"/v1/counters/{counter.make(api.platform, 'a')}"


@pytest.fixture
def sales(api: ServiceUnderTest) -> Client:
    return api.client("sales")


def value(api: ServiceUnderTest, path: str) -> int:
    return int(ok(api.client("sales").get(path))["value"])


def test_without_a_key_it_is_refused(sales: Client, path: str) -> None:
    problem(sales.post(f"{path}/paid-steps", json={}), 400, "idempotency-key-missing")
    problem(sales.post(f"{path}/paid-steps", json={}, once=" "), 400, "idempotency-key-missing")
    problem(sales.post(f"{path}/paid-steps", json={}, once="k" * 201), 400, "idempotency-key-invalid")


def test_the_same_again_replays_the_answer(api: ServiceUnderTest, sales: Client, path: str) -> None:
    sent: dict[str, Any] = {"json": {"by": 2}, "once": key()}
    first, second = (sales.post(f"{path}/paid-steps", **sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert value(api, path) == 2


def test_the_answer_outlives_the_process(api: ServiceUnderTest, sales: Client, path: str) -> None:
    sent: dict[str, Any] = {"json": {"by": 2}, "once": key()}
    first = ok(sales.post(f"{path}/paid-steps", **sent))
    api.restart()
    assert ok(api.client("sales").post(f"{path}/paid-steps", **sent)) == first
    assert value(api, path) == 2


def test_the_answer_is_the_first_ones_though_things_moved_on(sales: Client, path: str) -> None:
    sent: dict[str, Any] = {"json": {"by": 2}, "once": key()}
    first = ok(sales.post(f"{path}/paid-steps", **sent))
    ok(sales.post(f"{path}/steps", json={"by": 5}))
    assert ok(sales.post(f"{path}/paid-steps", **sent)) == first


def test_another_body_under_the_same_key_is_refused(api: ServiceUnderTest, sales: Client, path: str) -> None:
    once = key()
    ok(sales.post(f"{path}/paid-steps", json={"by": 2}, once=once))
    problem(sales.post(f"{path}/paid-steps", json={"by": 3}, once=once), 422, "idempotency-key-reused")
    assert value(api, path) == 2


def test_another_path_under_the_same_key_is_refused(sales: Client, path: str) -> None:
    once = key()
    ok(sales.post(f"{path}/paid-steps", json={"by": 2}, once=once))
    problem(sales.post("/v1/counters", json={"name": "b"}, once=once), 422, "idempotency-key-reused")


def test_a_key_is_its_callers_own(api: ServiceUnderTest, sales: Client, path: str) -> None:
    once = key()
    ok(sales.post(f"{path}/paid-steps", json={"by": 2}, once=once))
    ok(api.client("admin").post(f"{path}/paid-steps", json={"by": 3}, once=once))
    assert value(api, path) == 5


def test_whoever_has_no_name_needs_a_key_that_nobody_guesses(api: ServiceUnderTest, sales: Client, path: str) -> None:
    refused = api.anonymous().post(f"{path}/open-steps", json={"by": 2}, once="k" * 31)
    problem(refused, 400, "idempotency-key-invalid")
    ok(api.anonymous().post(f"{path}/open-steps", json={"by": 2}, once="k" * 32), 201)
    ok(sales.post(f"{path}/open-steps", json={"by": 3}, once="k"), 201)
    assert value(api, path) == 5


def test_a_refusal_leaves_the_key_free(api: ServiceUnderTest, sales: Client, path: str) -> None:
    ok(sales.post(f"{path}/steps", json={"by": 1000}))
    sent: dict[str, Any] = {"json": {"by": 1}, "once": key()}
    problem(sales.post(f"{path}/paid-steps", **sent), 409, "counter-full")
    ok(sales.post(f"{path}/steps", json={"by": -10}))
    assert ok(sales.post(f"{path}/paid-steps", **sent), 201)["value"] == 991


def test_a_commit_that_fails_leaves_the_key_free(api: ServiceUnderTest, sales: Client, path: str) -> None:
    sent: dict[str, Any] = {"json": {"by": 1}, "once": key()}
    with api.commits_fail():
        problem(sales.post(f"{path}/paid-steps", **sent), 503)
    assert ok(sales.post(f"{path}/paid-steps", **sent), 201)["value"] == 1


def test_fifty_at_once_have_one_effect(api: ServiceUnderTest, twin: Twin, path: str) -> None:
    """Over two processes: what one of them holds in memory cannot be what keeps the promise."""
    sent: dict[str, Any] = {"json": {"by": 1}, "once": key()}
    with twin() as second:
        clients = [api.client("sales"), second.client("sales")]

        def job(client: Client) -> Callable[[], httpx2.Response]:
            return lambda: client.post(f"{path}/paid-steps", **sent)

        answers = together([job(clients[number % 2]) for number in range(AT_ONCE)])
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert value(api, path) == 1
    assert len(api.published()) == 1


def test_one_still_under_way_is_waited_for_but_not_for_ever(
    api: ServiceUnderTest, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second caller gives up before the gateway does, and is told why, though SQLite's one writer is taken."""
    monkeypatch.setattr(idempotency, "_WAIT_SECONDS", 0.2)
    sent: dict[str, Any] = {"json": {"by": 1}, "once": key()}
    with under_way(api, path, sent) as first:
        problem(api.client("sales").post(f"{path}/paid-steps", **sent), 409, "request-under-way")
    assert ok(first[0], 201)["value"] == 1
    assert ok(api.client("sales").post(f"{path}/paid-steps", **sent), 201)["value"] == 1


def test_one_under_way_in_another_process_is_not_waited_for_for_ever_either(
    api: ServiceUnderTest, twin: Twin, kind_of: Kind, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only PostgreSQL, which alone is served by several, can tell that it is the same key."""
    monkeypatch.setattr(idempotency, "_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    sent: dict[str, Any] = {"json": {"by": 1}, "once": key()}
    with twin() as second, under_way(api, path, sent) as first:
        refusal = second.client("sales").post(f"{path}/paid-steps", **sent)
    if kind_of == "postgresql":
        problem(refusal, 409, "request-under-way")
    else:
        problem(refusal, 503, "unavailable")
    assert ok(first[0], 201)["value"] == 1


@contextmanager
def under_way(api: ServiceUnderTest, path: str, sent: dict[str, Any]) -> Iterator[list[httpx2.Response]]:
    """A request that stands just before its commit, and ends on leaving; its answer is there then."""
    begun, go_on = Event(), Event()

    def hold(connection: object) -> None:
        begun.set()
        assert go_on.wait(20)

    sqlalchemy_event.listen(api.platform.database.engine, "commit", hold, once=True)
    answers: list[httpx2.Response] = []
    sales = api.client("sales")
    first = Thread(target=lambda: answers.append(sales.post(f"{path}/paid-steps", **sent)))
    first.start()
    try:
        assert begun.wait(20)
        yield answers
    finally:
        go_on.set()
        first.join()


def test_a_keyed_request_that_keeps_no_answer_is_a_fault_of_ours(api: ServiceUnderTest) -> None:
    once = idempotency.Once("caller", key(), "fingerprint", 201)
    with pytest.raises(RuntimeError, match="left no answer"), api.platform.unit_of_work(once):
        pass
