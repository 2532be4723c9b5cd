"""The platform's public API as a caller uses it, through the gateway."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx2

_TIMEOUT_SECONDS = 40.0


class Refused(Exception):
    """The platform answered with a problem; `problem` is its JSON, `status` its status."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('type', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


class Platform(AbstractContextManager["Platform"]):
    """The way to one running platform; `caller` speaks for one role."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def caller(self, role: str | None = None) -> "Api":
        """Somebody who bears the role, or who has no token at all."""
        return Api(self._http, self.token(role) if role is not None else None)

    def token(self, role: str, customer_id: str | None = None) -> str:
        """An access token of the sandbox's issuer for one role."""
        body = {"role": role, **({"customer_id": customer_id} if customer_id is not None else {})}
        return str(_read(self._http.post("/v1/sandbox/tokens", json=body))["access_token"])


class Api:
    """One caller: a token, and JSON both ways."""

    def __init__(self, http: httpx2.Client, token: str | None) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}"} if token is not None else {}

    def get(self, path: str, **params: str) -> Any:
        """The JSON of a resource."""
        return _read(self._http.get(path, params=params, headers=self._headers))

    def fetch(self, path: str) -> bytes:
        """The bytes of a document."""
        answer = self._http.get(path, headers=self._headers)
        if not answer.is_success:
            _read(answer)
        return answer.content

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Post JSON under a new Idempotency-Key."""
        headers = {**self._headers, "idempotency-key": str(uuid4())}
        return _read(self._http.post(path, json=body, headers=headers))

    def put(self, path: str, body: Mapping[str, Any], if_match: str | None = None) -> Any:
        """Put JSON."""
        conditions = {"if-match": if_match} if if_match is not None else {}
        return _read(self._http.put(path, json=body, headers={**self._headers, **conditions}))

    def deliver(self, path: str, content: bytes, headers: Mapping[str, str]) -> Any:
        """Post bytes as they are, with headers of their own: a webhook."""
        sent = {**self._headers, "content-type": "application/json", **headers}
        return _read(self._http.post(path, content=content, headers=sent))


def _read(answer: httpx2.Response) -> Any:
    body = answer.json() if answer.content else None
    if not answer.is_success:
        raise Refused(answer.status_code, body if isinstance(body, dict) else {})
    return body
