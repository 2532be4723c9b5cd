"""A load of GET requests from a process of its own, bounded in time."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

import aiohttp
import uvloop

_WARM_SECONDS = 0.5


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


async def _one(session: aiohttp.ClientSession, url: str, until: float, times: list[float]) -> int:
    failed = 0
    while (started := perf_counter()) < until:
        async with session.get(url) as answer:
            await answer.read()
            failed += answer.status != 200
        times.append(perf_counter() - started)
    return failed


async def _load(url: str, connections: int, seconds: float) -> Measured:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(_one(session, url, perf_counter() + _WARM_SECONDS, []) for _ in range(connections)))
        times: list[float] = []
        until = perf_counter() + seconds
        failures = await asyncio.gather(*(_one(session, url, until, times) for _ in range(connections)))
    times.sort()
    p50, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
    return Measured(len(times) / seconds, p50, p99, sum(failures))


if __name__ == "__main__":
    measured = uvloop.run(_load(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(measured.__dict__))
