"""The way to the other services: HTTP through the gateway, with a deadline and safe retries."""

import logging
import random
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any

import httpx2

from chassis.problems import Problem, Unavailable
from chassis.telemetry import outgoing_ids

_DEADLINE_SECONDS = 8.0
_ATTEMPT_SECONDS = 4.0
_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.1
_TOKEN_MARGIN_SECONDS = 30
_PASSING = frozenset({502, 503, 504})
# A caller whose own token holds must not hear that it lacks one.
_OURS = frozenset({401, 403})
_log = logging.getLogger("client")


class ServiceTokens:
    """This service's own access token, by client credentials, kept until shortly before it expires."""

    def __init__(self, http: httpx2.Client, token_url: str, client_id: str, client_secret: str) -> None:
        self._http = http
        self._url = token_url
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        """A token that still holds; Unavailable where the issuer does not give one."""
        if monotonic() >= self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        try:
            answer = self._http.post(self._url, data=self._form, timeout=_ATTEMPT_SECONDS)
            answer.raise_for_status()
            body = answer.json()
            self._token = str(body["access_token"])
            self._until = monotonic() + float(body.get("expires_in", 0)) - _TOKEN_MARGIN_SECONDS
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            raise Unavailable("The token issuer does not answer; send the request again.") from error


class ServiceClient:
    """JSON over HTTP to the gateway.

    GET and PUT (and a POST with an idempotency key) are sent again, within the deadline, where no answer
    came or a passing fault was answered; nothing else ever is. Call it outside a unit of work.
    """

    def __init__(self, http: httpx2.Client, base_url: str, token: Callable[[], str]) -> None:
        self._http = http
        self._base = base_url
        self._token = token

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON that the path answers; Problem as the other service gave it, Unavailable where it is away."""
        return self._send("GET", path, params=params)

    def put(self, path: str, json: Any) -> Any:
        """Put a JSON body; answers and errors as `get`."""
        return self._send("PUT", path, json=json)

    def post(self, path: str, json: Any, idempotency_key: str, seconds: float = _ATTEMPT_SECONDS) -> Any:
        """Post a JSON body under a key that makes repeating it safe; answers and errors as `get`.

        seconds: how long one answer may take, where it is a large one that nobody waits for.
        """
        headers = {"idempotency-key": idempotency_key}
        return self._send("POST", path, headers, seconds, json=json)

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        seconds: float = _ATTEMPT_SECONDS,
        **content: Any,
    ) -> Any:
        deadline, pause = monotonic() + max(seconds, _DEADLINE_SECONDS), _FIRST_PAUSE_SECONDS
        for attempt in range(1, _ATTEMPTS + 1):
            allowed = max(0.1, min(seconds, deadline - monotonic()))
            answer = self._attempt(method, path, allowed, headers or {}, content)
            if answer is not None:
                return _read(answer)
            if attempt < _ATTEMPTS:
                sleep(min(pause * (1 + random.random()), max(0.0, deadline - monotonic())))
                pause *= 2
            if monotonic() >= deadline:
                break
        raise Unavailable("Another part of the platform does not answer; send the request again.")

    def _attempt(
        self, method: str, path: str, allowed: float, headers: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx2.Response | None:
        sent = {"authorization": f"Bearer {self._token()}", **outgoing_ids(), **headers}
        try:
            answer = self._http.request(method, f"{self._base}{path}", headers=sent, timeout=allowed, **content)
        except httpx2.TransportError:
            return None
        return None if answer.status_code in _PASSING else answer


def _read(answer: httpx2.Response) -> Any:
    try:
        body: Any = answer.json() if answer.content else None
        if answer.is_success:
            return body
        if answer.status_code in _OURS:
            _log.error("another service does not accept this one's token", extra={"status": answer.status_code})
            raise Unavailable("Parts of the platform do not agree with one another; it is logged.")
        code = str(body["type"]).rpartition("/")[2]
        facts = {name: body[name] for name in body if name not in _ENVELOPE}
        raise Problem(answer.status_code, code, str(body["detail"]), body.get("clause"), **facts)
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("Another part of the platform gave an answer that cannot be read.") from error


_ENVELOPE = frozenset({"type", "title", "status", "detail", "instance", "clause"})
