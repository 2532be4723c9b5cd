"""What is wrong is answered clearly, through the gateway, as whoever calls it will meet it."""

from collections.abc import Iterator
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.sandbox import cast
from deploy.sandbox.api import Platform
from deploy.sandbox.processes import Processes, Sandbox
from deploy.sandbox.samples import SELLER

pytestmark = [pytest.mark.parametrize("kind", ["sqlite"], indirect=True), pytest.mark.timeout(240)]
_SESSION = {
    "course_reference": cast.COURSE,
    "kind": "open",
    "place": "Privas",
    "seats_max": 10,
    "trainer": "Hélène Garnier",
    "half_days": cast.HALF_DAYS,
}


class Caller:
    """Sends what is wrong and reads the problem."""

    def __init__(self, http: httpx2.Client, token: str) -> None:
        self.http = http
        self.token = token

    def problem(self, method: str, path: str, body: Any, status: int, token: str | None = None) -> dict[str, Any]:
        """The problem that such a request is answered with."""
        headers = {"authorization": f"Bearer {token or self.token}", "idempotency-key": path}
        content: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = self.http.request(method, path, headers=headers, **content)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        found: dict[str, Any] = answer.json()
        assert found["status"] == status and found["type"].startswith("/problems/") and found["detail"]
        return found


@pytest.fixture
def caller(sandbox: Sandbox, platform: Processes) -> Iterator[Caller]:
    with Platform(sandbox.url) as front, httpx2.Client(base_url=sandbox.url, trust_env=False, timeout=30) as http:
        yield Caller(http, front.token("sales"))


def _places(found: dict[str, Any]) -> list[str]:
    return [error["at"] for error in found["errors"]]


def test_each_kind_of_bad_input_says_what_is_wrong(caller: Caller, sandbox: Sandbox) -> None:
    broken = caller.problem("POST", "/v1/course-imports", {"text": "2\nJours\n\nUne formation sans programme"}, 422)
    assert broken["type"] == "/problems/sheet-broken" and broken["errors"]

    wrong = {**cast.CUSTOMER, "siret": "911 223 345 00025"}
    assert _places(caller.problem("POST", "/v1/customers", wrong, 422)) == ["siret"]

    unknown = {**cast.CUSTOMER, "nickname": "Vidal"}
    assert _places(caller.problem("POST", "/v1/customers", unknown, 422)) == ["nickname"]

    days = [{**half, "day": "2026-02-30"} for half in cast.HALF_DAYS]
    found = caller.problem("POST", "/v1/sessions", {**_SESSION, "half_days": days}, 422)
    assert "half_days.0.day" in _places(found) and "2026-02-30" in found["detail"]

    too_large = caller.problem("POST", "/v1/course-imports", b"x" * (12 * 1024 * 1024 + 1), 413)
    assert too_large["limit_bytes"] == 12 * 1024 * 1024

    stranger = jwt.encode(
        {
            "iss": sandbox.url,
            "aud": "training-provider-platform",
            "sub": "x",
            "roles": ["admin"],
            "exp": 2**33,
            "iat": 1,
        },
        rsa.generate_private_key(65537, 2048),
        "RS256",
        headers={"kid": "theirs"},
    )
    assert caller.problem("GET", "/v1/duties/payments", None, 401, stranger)["type"] == "/problems/unauthorized"


def test_an_amount_and_a_state_that_do_not_allow_it(caller: Caller, sandbox: Sandbox) -> None:
    with Platform(sandbox.url) as front:
        sales = front.caller("sales")
        customer = sales.post("/v1/customers", cast.CUSTOMER)["id"]
        draft = {"customer_id": customer, "seller": SELLER, "lines": [{**cast.LINES[0], "unit_price": "2000.001"}]}
        found = caller.problem("POST", "/v1/proposals", draft, 422)
        assert _places(found) == ["lines.0.unit_price"] and "two decimals" in found["detail"]
        proposal = sales.post("/v1/proposals", {**draft, "lines": cast.LINES})["id"]

    missing = caller.problem("POST", f"/v1/proposals/{proposal}/issue", None, 409)
    assert missing["clause"] == "2.1" and "trainees" in missing["missing"]

    returned = dict.fromkeys(("initialled", "stamped", "signed", "terms_initialled", "terms_signed"), True)
    early = {**returned, "statement": "Bon pour accord"}
    refused = caller.problem("POST", f"/v1/proposals/{proposal}/acceptance", early, 409)
    assert (refused["type"], refused["clause"]) == ("/problems/proposal-not-issued", "2.1")
