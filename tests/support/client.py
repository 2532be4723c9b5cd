"""Requests as one caller, and what comes back read strictly.

made = ok(sales.post("/v1/proposals", json={...}, once=key()))
refusal = problem(sales.post("/v1/…", json={...}, once=key()), 409)
"""

from typing import Any

import httpx2

FAILURE = 400


class Client:
    """As an httpx2 client: `get`, `post`, `put`, `delete`, `request` answer the response, unchecked.

    once: the Idempotency-Key; if_match: the ETag that a change rests on.
    """

    def __init__(self, http: httpx2.Client, headers: dict[str, str]) -> None:
        self._http = http
        self.headers = headers

    def get(self, path: str, **sent: Any) -> httpx2.Response:
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> httpx2.Response:
        return self.request("POST", path, **sent)

    def put(self, path: str, **sent: Any) -> httpx2.Response:
        return self.request("PUT", path, **sent)

    def delete(self, path: str, **sent: Any) -> httpx2.Response:
        return self.request("DELETE", path, **sent)

    def request(
        self,
        method: str,
        path: str,
        *,
        once: str | None = None,
        if_match: str | None = None,
        headers: dict[str, str] | None = None,
        **sent: Any,
    ) -> httpx2.Response:
        extra = {"idempotency-key": once, "if-match": if_match}
        given = {name: value for name, value in extra.items() if value is not None}
        return self._http.request(method, path, headers={**self.headers, **given, **(headers or {})}, **sent)


def ok(response: httpx2.Response, status: int | None = None) -> Any:
    """The JSON of a success (None for an empty one), of exactly that status where one is given."""
    assert response.status_code < FAILURE, f"{response.status_code}: {response.text}"
    assert status in (None, response.status_code), f"{response.status_code}: {response.text}"
    return response.json() if response.content else None


def problem(response: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem+json of a refusal with that status, and of that code where one is given."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    assert response.headers["content-type"] == "application/problem+json", response.headers
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"].startswith("/problems/")
    assert code in (None, body["type"].removeprefix("/problems/")), body
    return body
