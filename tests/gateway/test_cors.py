import httpx2
import pytest

from tests.gateway.fakes import FakeService
from tests.gateway.processes import ORIGIN

ELSEWHERE = "https://www.formation.example.evil.example"


def preflight(client: httpx2.Client, origin: str) -> httpx2.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization,if-match",
    }
    return client.options("/v1/courses/MRK/draft", headers=headers)


def test_the_website_may_ask(client: httpx2.Client, catalog: FakeService) -> None:
    answer = preflight(client, ORIGIN)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "PUT" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "if-match", "idempotency-key", "content-type"} <= set(allowed)
    assert answer.headers["vary"] == "origin"
    assert "access-control-allow-credentials" not in answer.headers
    assert not catalog.seen


@pytest.mark.parametrize("origin", [ELSEWHERE, "null", "http://www.formation.example", f"{ORIGIN}:8443"])
def test_other_origins_may_not(client: httpx2.Client, catalog: FakeService, origin: str) -> None:
    answer = preflight(client, origin)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/origin-not-allowed")
    assert "access-control-allow-origin" not in answer.headers
    assert not catalog.seen


def test_an_answer_names_the_origin_that_may_read_it(client: httpx2.Client) -> None:
    answer = client.get("/v1/courses", headers={"origin": "https://preview.formation.example"})
    assert answer.headers["access-control-allow-origin"] == "https://preview.formation.example"
    assert "etag" in answer.headers["access-control-expose-headers"]
    answer = client.get("/v1/courses", headers={"origin": ELSEWHERE})
    assert answer.is_success and "access-control-allow-origin" not in answer.headers
    assert client.get("/v1/courses").headers["vary"] == "origin"


def test_the_website_can_read_refusals_too(client: httpx2.Client) -> None:
    answer = client.get("/v1/nothing", headers={"origin": ORIGIN})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, ORIGIN)
    answer = client.get("/v1/courses", headers={"origin": ORIGIN, "authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, ORIGIN)


def test_options_that_is_no_preflight_goes_to_the_service(client: httpx2.Client, catalog: FakeService) -> None:
    client.options("/v1/courses")
    assert catalog.paths() == ["OPTIONS /v1/courses"]
