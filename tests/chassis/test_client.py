"""Calls to other services: a deadline, safe repeats, and their refusals handed on as they were said."""

import httpx2
import pytest

from chassis import client as client_module
from chassis.client import ServiceClient, ServiceTokens
from chassis.problems import Problem, Unavailable
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.neighbour import GATEWAY_URL, TOKEN_PATH, Asked, Neighbour
from tests.support.service import ServiceUnderTest, key

PATH = "/v1/things/1"


class Time:
    """Monotonic time that passes only by sleeping and by slow answers."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(client_module, "monotonic", time.monotonic)
    monkeypatch.setattr(client_module, "sleep", time.sleep)
    return time


@pytest.fixture
def neighbour() -> Neighbour:
    return Neighbour()


@pytest.fixture
def tokens(neighbour: Neighbour, time: Time) -> ServiceTokens:
    http = httpx2.Client(transport=neighbour.transport())
    return ServiceTokens(http, f"{GATEWAY_URL}{TOKEN_PATH}", "counter", "secret")


@pytest.fixture
def client(neighbour: Neighbour, tokens: ServiceTokens) -> ServiceClient:
    return ServiceClient(httpx2.Client(transport=neighbour.transport()), GATEWAY_URL, tokens.token)


def passing_faults(neighbour: Neighbour, method: str, faults: int, status: int = 503) -> None:
    """Fail so many times, then answer."""

    def answer(_: Asked) -> httpx2.Response:
        if len(neighbour.asked(method, PATH)) <= faults:
            return httpx2.Response(status)
        return httpx2.Response(200, json={"said": "yes"})

    neighbour.answer_with(method, PATH, answer)


def test_an_answer_is_its_json(client: ServiceClient, neighbour: Neighbour) -> None:
    neighbour.answer("GET", PATH, {"said": "yes"})
    assert client.get(PATH, {"on": "2026-01-31"}) == {"said": "yes"}
    (asked,) = neighbour.asked("GET", PATH)
    assert asked.query == {"on": "2026-01-31"}
    assert asked.headers["authorization"] == "Bearer of-the-service"


def test_an_empty_answer_is_none(client: ServiceClient, neighbour: Neighbour) -> None:
    neighbour.answer("PUT", PATH, status=204)
    assert client.put(PATH, {"seats": 2}) is None
    assert neighbour.asked("PUT", PATH)[0].json == {"seats": 2}


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_fault_is_tried_again(client: ServiceClient, neighbour: Neighbour, status: int) -> None:
    for method in ("GET", "PUT"):
        passing_faults(neighbour, method, 2, status)
    assert client.get(PATH) == {"said": "yes"}
    assert client.put(PATH, {}) == {"said": "yes"}
    assert [len(neighbour.asked(method, PATH)) for method in ("GET", "PUT")] == [3, 3]


def test_a_post_is_repeated_under_the_same_key_only(client: ServiceClient, neighbour: Neighbour) -> None:
    passing_faults(neighbour, "POST", 1)
    assert client.post(PATH, {}, idempotency_key="one") == {"said": "yes"}
    assert [asked.headers["idempotency-key"] for asked in neighbour.asked("POST", PATH)] == ["one", "one"]


def test_three_tries_and_no_more(client: ServiceClient, neighbour: Neighbour, time: Time) -> None:
    passing_faults(neighbour, "GET", 99)
    with pytest.raises(Unavailable):
        client.get(PATH)
    assert len(neighbour.asked("GET", PATH)) == 3
    assert len(time.slept) == 2
    assert time.slept[0] < time.slept[1] * 2


@pytest.mark.parametrize("status", [400, 404, 409, 422, 429, 500])
def test_an_answer_that_says_no_is_not_asked_for_again(
    client: ServiceClient, neighbour: Neighbour, status: int
) -> None:
    neighbour.refuse("GET", PATH, status, "no-such-luck", "Not today.", clause="2.1", last_day="2026-01-14")
    with pytest.raises(Problem) as refused:
        client.get(PATH)
    told = refused.value
    assert (told.status, told.code, told.detail, told.clause) == (status, "no-such-luck", "Not today.", "2.1")
    assert told.facts == {"last_day": "2026-01-14"}
    assert len(neighbour.asked("GET", PATH)) == 1


@pytest.mark.parametrize(("sent", "allowed"), [({}, 4.0), ({"seconds": 25.0}, 25.0)])
def test_a_large_answer_may_take_longer(tokens: ServiceTokens, sent: dict[str, float], allowed: float) -> None:
    seen: list[float] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.extensions["timeout"]["read"])
        return httpx2.Response(200, json={})

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    ServiceClient(http, GATEWAY_URL, tokens.token).post(PATH, {}, idempotency_key="one", **sent)
    assert seen == [allowed]


def test_the_deadline_holds_over_all_tries(client: ServiceClient, neighbour: Neighbour, time: Time) -> None:
    allowed = []

    def slow(asked: Asked) -> httpx2.Response:
        time.now += 3.9
        allowed.append(time.now)
        raise httpx2.ReadTimeout("too slow")

    started = time.now
    neighbour.answer_with("GET", PATH, slow)
    with pytest.raises(Unavailable):
        client.get(PATH)
    assert time.now - started < 8.5 + 3.9
    assert len(allowed) == 3 or time.now - started >= 8.0


def test_each_try_is_given_what_is_left_of_the_deadline(
    neighbour: Neighbour, tokens: ServiceTokens, time: Time
) -> None:
    given: list[float] = []

    def note(request: httpx2.Request) -> httpx2.Response:
        given.append(request.extensions["timeout"]["read"])
        time.now += 3.5
        return httpx2.Response(503)

    client = ServiceClient(httpx2.Client(transport=httpx2.MockTransport(note)), GATEWAY_URL, tokens.token)
    with pytest.raises(Unavailable):
        client.get(PATH)
    assert given[0] == 4.0
    assert given[-1] < 1.0
    assert time.now < 1000 + 8 + 4


@pytest.mark.parametrize(
    "error", [httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError, httpx2.ReadError]
)
def test_nobody_there_is_a_503(client: ServiceClient, neighbour: Neighbour, error: type[httpx2.TransportError]) -> None:
    def fail(_: Asked) -> httpx2.Response:
        raise error("gone")

    neighbour.answer_with("GET", PATH, fail)
    with pytest.raises(Unavailable) as told:
        client.get(PATH)
    assert "gone" not in told.value.detail


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}", b"null", b'"x"'])
def test_a_refusal_that_cannot_be_read_is_a_503(client: ServiceClient, neighbour: Neighbour, content: bytes) -> None:
    neighbour.answer_with("GET", PATH, lambda _: httpx2.Response(500, content=content))
    with pytest.raises(Unavailable):
        client.get(PATH)


def test_a_success_that_cannot_be_read_is_a_503(client: ServiceClient, neighbour: Neighbour) -> None:
    neighbour.answer_with("GET", PATH, lambda _: httpx2.Response(200, content=b"<html>"))
    with pytest.raises(Unavailable):
        client.get(PATH)


def test_a_token_is_asked_for_once_and_anew_before_it_ends(
    client: ServiceClient, neighbour: Neighbour, time: Time
) -> None:
    neighbour.answer("GET", PATH, {})
    for _ in range(3):
        client.get(PATH)
    assert len(neighbour.asked("POST", TOKEN_PATH)) == 1
    assert b"grant_type=client_credentials" in neighbour.asked("POST", TOKEN_PATH)[0].content
    time.now += 3600 - 29
    client.get(PATH)
    assert len(neighbour.asked("POST", TOKEN_PATH)) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_of_ours_that_is_not_accepted_is_not_the_callers_fault(
    client: ServiceClient, neighbour: Neighbour, status: int
) -> None:
    neighbour.refuse("GET", PATH, status, "unauthorized", "No.")
    with pytest.raises(Unavailable):
        client.get(PATH)
    assert len(neighbour.asked("GET", PATH)) == 1


def test_no_token_no_call(client: ServiceClient, neighbour: Neighbour) -> None:
    for answer in (httpx2.Response(401), httpx2.Response(200, content=b"{}"), httpx2.Response(200, content=b"x")):
        neighbour.answer_with("POST", TOKEN_PATH, lambda _, answer=answer: answer)  # type: ignore[misc]  # bound now
        with pytest.raises(Unavailable):
            client.get(PATH)
    assert neighbour.asked("GET", PATH) == []


def test_a_request_carries_its_ids_on_and_its_refusal_back(api: ServiceUnderTest) -> None:
    path = f"/v1/counters/{counter.make(api.platform, 'a')}/neighbours/b"
    headers = {"x-request-id": "request-1234", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    api.neighbour.answer("GET", "/v1/neighbours/b", {"said": "yes"})
    assert ok(api.client("sales").post(path, headers=headers))["said"] == "yes"
    (asked,) = api.neighbour.asked("GET", "/v1/neighbours/b")
    assert asked.headers["x-request-id"] == "request-1234"
    assert asked.headers["traceparent"] == headers["traceparent"]
    api.neighbour.refuse("GET", "/v1/neighbours/b", 409, "session-full", "Full.", clause="2.1")
    refusal = problem(api.client("sales").post(path), 409, "session-full")
    assert (refusal["clause"], refusal["instance"]) == ("2.1", path)
    api.neighbour.fail("GET", "/v1/neighbours/b")
    response = api.client("sales").post(path)
    problem(response, 503, "unavailable")
    assert response.headers["retry-after"] == "1"


def test_a_key_is_new_each_time() -> None:
    assert key() != key()
