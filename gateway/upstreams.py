"""The services behind the gateway: one pool of connections each, with explicit limits."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from chassis.problems import Problem, Unavailable
from chassis.telemetry import outgoing_ids
from gateway.settings import Settings

SUCCESS = range(200, 300)
_CONNECT_SECONDS = 3.0
_DNS_SECONDS = 10
_EXCERPT_BYTES = 1000
_READ_BUFFER_BYTES = 65_536
# aiohttp would add these of its own accord.
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class Upstream:
    """A service's name, its address, and the pool of connections to it."""

    name: str
    base: str
    session: aiohttp.ClientSession

    def url(self, path: str, query: bytes = b"") -> URL:
        """Where the path lies at the service; path and query go out as they came in, still percent-encoded."""
        target = f"{self.base}{path}?{query.decode('ascii')}" if query else f"{self.base}{path}"
        return URL(target, encoded=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's whole answer to a request of the gateway's own."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the service did what it was asked."""
        return self.status in SUCCESS

    @property
    def excerpt(self) -> str:
        """The start of the answer, for a log line."""
        return self.body[:_EXCERPT_BYTES].decode("utf-8", "replace")


class Upstreams:
    """All services; open it inside the running event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, Upstream] = {}

    async def open(self) -> None:
        """Make the pools."""
        for name, base in self._settings.upstreams.items():
            self._open[name] = Upstream(name, base, self._session())

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(upstream.session.close() for upstream in self._open.values()))

    def __getitem__(self, name: str) -> Upstream:
        return self._open[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The services' names."""
        return tuple(self._open)

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._settings.upstream_connections,
            keepalive_timeout=self._settings.upstream_keepalive,
            ttl_dns_cache=_DNS_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_NOT_ADDED,
            read_bufsize=_READ_BUFFER_BYTES,
            trust_env=False,
        )

    async def ask(
        self,
        name: str,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float,
    ) -> Answer:
        """A request of the gateway's own; Unavailable where the service is away, 504 where it takes too long."""
        upstream = self._open[name]
        sent = {**outgoing_ids(), **(headers or {})}
        try:
            async with (
                asyncio.timeout(seconds),
                upstream.session.request(
                    method, upstream.url(path), data=body, headers=sent, allow_redirects=False
                ) as answer,
            ):
                return Answer(answer.status, await answer.read())
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientError) as error:
            raise unavailable(name) from error
        except TimeoutError as error:
            raise too_slow(name) from error

    async def ask_json(
        self, name: str, method: str, path: str, *, token: str, content: object = None, seconds: float
    ) -> dict[str, Any]:
        """As `ask`, with JSON both ways and a bearer token; 502 where the service refuses or answers no object."""
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        body = None
        if content is not None:
            headers["content-type"], body = "application/json", json.dumps(content).encode()
        answer = await self.ask(name, method, path, body=body, headers=headers, seconds=seconds)
        try:
            read = json.loads(answer.body)
        except ValueError:
            read = None
        if not answer.is_success or not isinstance(read, dict):
            raise refused(name, method, path, answer)
        return read

    async def each(self, ask_one: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
        """What every service answers, asked at once; when one fails, its problem, once all have ended."""
        answers = await asyncio.gather(*(ask_one(name) for name in self.names), return_exceptions=True)
        found: dict[str, dict[str, Any]] = {}
        for name, answer in zip(self.names, answers, strict=True):
            if isinstance(answer, BaseException):
                raise answer
            found[name] = answer
        return found


def unavailable(name: str) -> Problem:
    """503: the service does not answer."""
    problem = Unavailable(f"The service {name} does not answer; send the request again.")
    problem.facts["service"] = name
    return problem


def too_slow(name: str) -> Problem:
    """504: the service took longer than the deadline."""
    detail = f"The service {name} took too long to answer; whether it did what was asked is not known."
    return Problem(HTTPStatus.GATEWAY_TIMEOUT, "upstream-deadline", detail, service=name)


def broken(name: str) -> Problem:
    """502: the service broke off, or what it sent is not HTTP."""
    detail = f"The service {name} broke off its answer; whether it did what was asked is not known."
    return Problem(HTTPStatus.BAD_GATEWAY, "upstream-broken", detail, service=name)


def refused(name: str, method: str, path: str, answer: Answer) -> Problem:
    """502: the service did not do what the gateway itself asked of it."""
    detail = f"The service {name} answered {answer.status} to {method} {path}."
    return Problem(HTTPStatus.BAD_GATEWAY, "upstream-refused", detail, service=name, answer=answer.excerpt)
