"""Services played over real sockets: what they answer is told, what reached them is kept."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Seen:
    """A request as it reached the service; `target` is the path and query as they came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class FakeService:
    """A real HTTP server in a thread of its own. Unless told otherwise it reads the body and answers 200."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen: list[Seen] = []
        self.hung_up = 0
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner, self.url = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def on(self, method: str, path: str, handler: Handler) -> None:
        """From now on this handler answers."""
        self._handlers[method, path] = handler

    def answer(self, method: str, path: str, content: object, status: int = 200) -> None:
        """From now on this JSON is the answer."""

        async def give(request: web.Request) -> web.Response:
            await self.keep(request)
            return web.json_response(content, status=status)

        self.on(method, path, give)

    def reset(self) -> None:
        """Forget what was seen and told."""
        self.seen.clear()
        self._handlers.clear()
        self.hung_up = 0

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [f"{seen.method} {seen.target}" for seen in self.seen]

    async def keep(self, request: web.Request) -> Seen:
        """Read the whole request and remember it."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = Seen(request.method, request.raw_path, headers, await request.read())
        self.seen.append(seen)
        return seen

    def stop(self) -> None:
        """Close the server and end its thread."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> tuple[web.AppRunner, str]:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        handler = self._handlers.get((request.method, request.path))
        try:
            if handler is not None:
                return await handler(request)
            await self.keep(request)
        except asyncio.CancelledError:
            self.hung_up += 1
            raise
        return web.json_response({"service": self.name})
