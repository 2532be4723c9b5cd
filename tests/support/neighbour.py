"""The gateway and all behind it, played for one service: what it answers is told, what it was asked is kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx2

GATEWAY_URL = "http://gateway.test"
TOKEN_PATH = "/oauth/token"
EVENTS_PATH = "/events"


@dataclass(frozen=True)
class Asked:
    """One request as it came: path without the query, headers in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


Answer = Callable[[Asked], httpx2.Response]


class Neighbour:
    """`neighbour.answer("GET", "/v1/courses/MRK", {...})`, then look at `neighbour.requests`.

    Tokens and events are answered without being told. What nobody told it fails the test.
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self._answers: dict[tuple[str, str], Answer] = {}
        self._lock = Lock()
        self.answer("POST", TOKEN_PATH, {"access_token": "of-the-service", "token_type": "Bearer", "expires_in": 3600})
        self.answer("POST", EVENTS_PATH, status=202)

    def answer(self, method: str, path: str, body: Any = None, status: int = 200) -> None:
        """Answer this from now on; a status of 400 and more is sent as problem+json."""
        kind = "application/json" if status < 400 else "application/problem+json"
        content = b"" if body is None else json.dumps(body).encode()
        self.answer_with(
            method, path, lambda _: httpx2.Response(status, content=content, headers={"content-type": kind})
        )

    def refuse(self, method: str, path: str, status: int, code: str, detail: str = "No.", **facts: Any) -> None:
        """Answer with a problem from now on: `clause="2.1"` and other facts as members."""
        body = {"type": f"/problems/{code}", "title": "Refused", "status": status, "detail": detail, **facts}
        self.answer(method, path, body, status)

    def fail(self, method: str, path: str) -> None:
        """From now on this cannot be reached."""

        def unreachable(_: Asked) -> httpx2.Response:
            raise httpx2.ConnectError("nobody answers")

        self.answer_with(method, path, unreachable)

    def answer_with(self, method: str, path: str, answer: Answer) -> None:
        """Answer with whatever the function makes of the request; it may raise httpx2's errors."""
        self._answers[method, path] = answer

    def asked(self, method: str, path: str) -> list[Asked]:
        """The requests of this kind so far."""
        return [request for request in self.requests if (request.method, request.path) == (method, path)]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The CloudEvents that were posted to it, repeated ones too."""
        return [request.json for request in self.asked("POST", EVENTS_PATH)]

    def transport(self) -> httpx2.MockTransport:
        """What takes the network's place in the service."""
        return httpx2.MockTransport(self._handle)

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        asked = Asked(request.method, request.url.path, dict(request.url.params), dict(request.headers), request.read())
        with self._lock:
            self.requests.append(asked)
        answer = self._answers.get((asked.method, asked.path))
        if answer is None:
            raise AssertionError(f"the service asked for {asked.method} {asked.path}, which no test told of")
        return answer(asked)
