"""The data path: one request to the service that owns it, streamed both ways, cut when the client hangs up."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from starlette.types import Receive, Scope, Send

from chassis.problems import Problem
from chassis.telemetry import outgoing_ids
from gateway.bodies import ClientGone, body_too_slow, read_body, read_start
from gateway.guards import Framing, too_large
from gateway.headers import to_client, to_service
from gateway.upstreams import Upstream, broken, too_slow, unavailable

# Bodies up to this size are read whole before the service is called: a slow client then costs it nothing, and what
# turns out to be malformed never reaches it.
_SMALL_BYTES = 65_536
# A request answered sooner than this is never watched for a hang-up: it costs a task, and most are.
_WATCH_AFTER_SECONDS = 0.02
_log = logging.getLogger("gateway.proxy")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: its body in bytes, its stages in seconds (see Settings)."""

    body_bytes: int
    body_seconds: float
    upstream_seconds: float


class Exchange:
    """One request on its way.

    One timer runs over all of it. While the body streams in, it allows the client `body_seconds` for the whole;
    then the service has `upstream_seconds` to begin its answer, and each piece of the answer sets it anew. A hang-up
    lets it expire at once: asyncio's own timeout then cancels whatever is being waited for, and aiohttp closes the
    connection, which is how the service learns of it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: Limits) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._timer = asyncio.timeout(None)
        self._watcher: asyncio.Task[None] | None = None
        self._refusal: Problem | None = None
        self._gone = False
        self._started = False
        self._client_is_late = False

    async def run(self, upstream: Upstream, path: str, framing: Framing) -> None:
        """Forward the request and its answer.

        Problem where nothing was answered yet; ClientGone where nobody is left to answer. Once the answer has begun,
        whatever goes wrong leaves it incomplete, which makes the server close the connection: a cut answer never
        looks whole.
        """
        headers = to_service(self._scope["headers"], outgoing_ids())
        body = await self._body(framing, headers)
        streams = body is not None and not isinstance(body, bytes)
        watch = None if streams else self._loop.call_later(_WATCH_AFTER_SECONDS, self._start_watching)
        try:
            async with self._timer:
                self._allow(self._limits.upstream_seconds)
                await self._exchange(upstream, path, headers, body)
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            self._ended_early(upstream.name, error)
        finally:
            if watch is not None:
                watch.cancel()
            self._stop_watching()

    async def _body(self, framing: Framing, headers: list[tuple[str, str]]) -> bytes | AsyncIterator[bytes] | None:
        if framing.length is not None and framing.length <= _SMALL_BYTES:
            body = await read_body(self._receive, self._limits.body_bytes, self._limits.body_seconds)
            return body or None
        if framing.length is not None:
            headers.append(("content-length", str(framing.length)))
            return self._stream()
        return await self._chunked() if framing.chunked else None

    async def _chunked(self) -> bytes | AsyncIterator[bytes] | None:
        limit = self._limits.body_bytes
        start, whole = await read_start(self._receive, min(_SMALL_BYTES, limit), self._limits.body_seconds)
        if len(start) > limit:
            raise too_large(limit)
        return start or None if whole else self._stream(start)

    async def _exchange(
        self,
        upstream: Upstream,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes | AsyncIterator[bytes] | None,
    ) -> None:
        url = upstream.url(path, self._scope["query_string"])
        async with upstream.session.request(
            self._scope["method"], url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            passed = to_client(answer.raw_headers, answer.status)
            await self._send({"type": "http.response.start", "status": answer.status, "headers": passed})
            self._started = True
            await self._pass_body(answer)
            # The server now reports a disconnect although nobody hung up.
            self._stop_watching()

    async def _pass_body(self, answer: aiohttp.ClientResponse) -> None:
        left = answer.content_length
        async for piece in answer.content.iter_any():
            if left is not None:
                left -= len(piece)
            await self._send({"type": "http.response.body", "body": piece, "more_body": left != 0})
            if left == 0:
                return
            self._allow(self._limits.upstream_seconds)
        await self._send({"type": "http.response.body", "body": b""})

    async def _stream(self, start: bytes = b"") -> AsyncIterator[bytes]:
        self._allow(self._limits.body_seconds)
        left = self._limits.body_bytes - len(start)
        more = True
        if start:
            yield start
        while more:
            self._client_is_late = True
            message = await self._receive()
            self._client_is_late = False
            if message["type"] == "http.disconnect":
                self._gone = True
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            left -= len(chunk)
            if left < 0:
                self._refusal = too_large(self._limits.body_bytes)
                raise self._refusal
            if chunk:
                yield chunk
            more = message.get("more_body", False)
        if not self._started:
            self._allow(self._limits.upstream_seconds)
            self._start_watching()

    def _start_watching(self) -> None:
        self._watcher = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._timer.reschedule(self._loop.time())

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()

    def _allow(self, seconds: float) -> None:
        # Never takes back what a hang-up set: an answer that flows fast would otherwise outrun it.
        if not self._gone:
            self._timer.reschedule(self._loop.time() + seconds)

    def _ended_early(self, service: str, error: Exception) -> None:
        if self._gone:
            raise ClientGone from error
        if self._started:
            _log.warning("an answer was cut short", extra={"upstream": service, "reason": repr(error)})
            return
        raise self._problem(service, error) from error

    def _problem(self, service: str, error: Exception) -> Problem:
        if self._refusal is not None:
            return self._refusal
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return unavailable(service)
        if isinstance(error, TimeoutError):
            return body_too_slow() if self._client_is_late else too_slow(service)
        return broken(service)
