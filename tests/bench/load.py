"""A load of GET requests from a process of its own, bounded in connections and time.

Raw sockets and a parser of the two things it needs, so that the generator takes little of the machine that it
measures: one processor sends some 20,000 requests a second.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

import uvloop

_WARM_SECONDS = 0.3
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Measured:
    """What a load saw: requests a second, and milliseconds at the median and the 99th percentile."""

    per_second: float
    p50: float
    p99: float
    failed: int


def measure(url: str, connections: int, seconds: float) -> Measured:
    """Keep `connections` requests under way for a while, after a short warming."""
    command = [sys.executable, "-m", "tests.bench.load", url, str(connections), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30)
    return Measured(**json.loads(done.stdout))


def percentile(times: list[float], percent: int) -> float:
    """That percentile of times in seconds, in milliseconds."""
    return sorted(times)[min(len(times) * percent // 100, len(times) - 1)] * 1000


class _Connection(asyncio.Protocol):
    """Sends the request again as soon as its answer is whole."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._head = b""
        self._left = 0
        self._sent_at = self._until = 0.0
        self.times: list[float] = []
        self.failed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def run(self, seconds: float) -> None:
        self.times.clear()
        self.failed = 0
        self._ended = asyncio.get_running_loop().create_future()
        self._until = perf_counter() + seconds
        self._send()
        await self._ended

    def _send(self) -> None:
        self._sent_at = perf_counter()
        if self._sent_at >= self._until:
            self._ended.set_result(None)
            return
        self._head = b""
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if _HEAD_END in self._head:
            self._left -= len(data)
        else:
            self._head += data
            head, found, body = self._head.partition(_HEAD_END)
            if not found:
                return
            self.failed += not head.startswith(b"HTTP/1.1 200")
            self._left = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]) - len(body)
        if self._left == 0:
            self.times.append(perf_counter() - self._sent_at)
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(error or ConnectionError("the server closed the connection"))


async def _load(url: str, connections: int, seconds: float) -> Measured:
    parts, loop = urlsplit(url), asyncio.get_running_loop()
    request = f"GET {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n\r\n".encode()
    made = [
        (await loop.create_connection(lambda: _Connection(request), parts.hostname or "", parts.port or 80))[1]
        for _ in range(connections)
    ]
    for stage in (_WARM_SECONDS, seconds):
        await asyncio.gather(*(connection.run(stage) for connection in made))
    times = [time for connection in made for time in connection.times]
    failed = sum(connection.failed for connection in made)
    return Measured(len(times) / seconds, percentile(times, 50), percentile(times, 99), failed)


if __name__ == "__main__":
    measured = uvloop.run(_load(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(asdict(measured)))
