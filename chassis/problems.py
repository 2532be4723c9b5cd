"""RFC 9457 problem+json: the one form in which this platform says no."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.types import Send

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is not a success.

    code: stable slug; the problem's `type` is "/problems/<code>".
    detail: what is wrong and what to do about it, for the person who asked.
    clause: the clause or article that it rests on, where a rule says no.
    facts: JSON-ready members added to the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        clause: str | None = None,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.clause = clause
        self.headers = dict(headers or {})
        self.facts = facts


class NotFound(Problem):
    """404: there is none, or none that the caller may see (the same answer for both)."""

    def __init__(self, what: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "not-found", f"{what} was not found.")


class Invalid(Problem):
    """422: the request's shape is wrong; `errors` are {"at": place, "detail": sentence}."""

    def __init__(self, detail: str, errors: Iterable[Mapping[str, str]] = ()) -> None:
        listed = [dict(error) for error in errors]
        facts: dict[str, Any] = {"errors": listed} if listed else {}
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, **facts)


class Unauthorized(Problem):
    """401: a token is needed, or the one presented does not hold."""

    def __init__(self, detail: str) -> None:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        super().__init__(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers=headers)


class Forbidden(Problem):
    """403: the caller's roles do not allow it."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "forbidden", detail)


class Unavailable(Problem):
    """503: something this service stands on does not answer; the same request may be sent again."""

    def __init__(self, detail: str, retry_after_seconds: int = 1) -> None:
        headers = {"Retry-After": str(retry_after_seconds)}
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers=headers)


def problem_body(problem: Problem, instance: str) -> bytes:
    """The problem as JSON bytes; `instance` is the path that was asked for."""
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": int(problem.status),
        "detail": problem.detail,
        "instance": instance,
    }
    if problem.clause is not None:
        body["clause"] = problem.clause
    body.update(problem.facts)
    return json.dumps(body, ensure_ascii=False).encode()


async def send_problem(
    send: Send, problem: Problem, instance: str = "", headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Answer an ASGI request with the problem."""
    body = problem_body(problem, instance)
    own = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                *own,
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
