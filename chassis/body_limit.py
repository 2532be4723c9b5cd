"""No body larger than the limit is taken in, whether it declares its length or not.

FastAPI's own `max_body_size` answers in plain text where the length is declared.
"""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.problems import Problem, send_problem

_MEBIBYTE = 1024 * 1024


class BodyLimit:
    """Pure ASGI: 413 as a problem, before anything is read where the length is declared."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._detail = f"The body is larger than the {max_bytes // _MEBIBYTE} MiB that are taken"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > self._max_bytes:
            problem = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-large", f"{self._detail}.")
            await send_problem(send, problem, scope["path"])
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_bytes:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._detail)
            return message

        await self._app(scope, receive_counted, send)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
