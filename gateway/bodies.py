"""Request bodies: read up to a limit, and hung up on politely where they go over it."""

import asyncio
from http import HTTPStatus

from starlette.types import Message, Receive, Send

from chassis.problems import MEDIA_TYPE, Problem, problem_body, send_problem
from gateway.guards import too_large

_LINGER_SECONDS = 10.0
_LINGER_FACTOR = 4


class ClientGone(Exception):
    """The client hung up before its request was whole."""


class Incoming:
    """A request's messages as the server gives them, and whether its body has all come in."""

    __slots__ = ("_receive", "whole")

    def __init__(self, receive: Receive, *, has_body: bool) -> None:
        self._receive = receive
        self.whole = not has_body

    async def __call__(self) -> Message:
        """The next message."""
        message = await self._receive()
        if not message.get("more_body", False):
            self.whole = True
        return message


async def read_body(receive: Receive, limit: int, seconds: float) -> bytes:
    """The whole body; 413 over `limit` bytes, 408 after `seconds`, ClientGone where the client hangs up."""
    body, whole = await read_start(receive, limit, seconds)
    if not whole:
        raise too_large(limit)
    return body


async def read_start(receive: Receive, most: int, seconds: float) -> tuple[bytes, bool]:
    """The body and True, or what has come once that is over `most` bytes, and False; raises as `read_body`."""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while size <= most:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk = message.get("body", b"")
                size += len(chunk)
                chunks.append(chunk)
                if size <= most and not message.get("more_body", False):
                    return b"".join(chunks), True
    except TimeoutError:
        raise body_too_slow() from None
    return b"".join(chunks), False


def body_too_slow() -> Problem:
    """408: the client did not send its body in time."""
    return Problem(HTTPStatus.REQUEST_TIMEOUT, "body-too-slow", "The request's body did not arrive in time.")


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body already read, then what the client does next."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def answer_problem(send: Send, incoming: Incoming, problem: Problem, instance: str, limit: int) -> None:
    """Answer with the problem; where the body has not all come in, close the connection afterwards.

    Closing at once would reset the connection while the client still writes, and it might never see the answer:
    so the rest is read and dropped for a while, bounded in time and to a few times `limit` bytes.
    """
    if incoming.whole:
        await send_problem(send, problem, instance)
        return
    body = problem_body(problem, instance)
    own = {**problem.headers, "Connection": "close"}
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in own.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await _drop_rest(incoming, limit * _LINGER_FACTOR)
    await send({"type": "http.response.body", "body": b""})


async def _drop_rest(incoming: Incoming, most: int) -> None:
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while most > 0 and not incoming.whole:
                message = await incoming()
                most -= len(message.get("body", b""))
    except TimeoutError:
        return
