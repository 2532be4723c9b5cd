"""Many clients that want one row, through a real server: all are answered, none twice, and nothing stalls.

A transaction that were still open while the answer is validated in the same pool of threads would stall
here (12 clients were enough on PostgreSQL, 16 on SQLite).
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import perf_counter

import httpx2

from chassis.platform import Platform
from tests.chassis.conftest import Twin
from tests.support import tokens
from tests.support.client import ok
from tests.support.counter import app as counter
from tests.support.databases import Kind
from tests.support.server import served
from tests.support.service import ServiceUnderTest
from tests.support.together import together

CLIENTS = 64
EACH = 10
BOUND_SECONDS = 30
LIMITS = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)


def test_sixty_four_clients_on_one_row(api: ServiceUnderTest, kind_of: Kind) -> None:
    identifier = counter.make(api.platform, "wanted")
    headers = tokens.authorization("sales")

    def count(http: httpx2.Client) -> list[tuple[int, float]]:
        answers = []
        for _ in range(EACH):
            started = perf_counter()
            status = http.post(f"/v1/counters/{identifier}/steps", json={"by": 1}).status_code
            answers.append((status, perf_counter() - started))
        return answers

    with (
        served(api.app) as url,
        httpx2.Client(base_url=url, headers=headers, timeout=BOUND_SECONDS, limits=LIMITS, trust_env=False) as http,
    ):
        started = perf_counter()
        answers = [answer for client in together([lambda: count(http)] * CLIENTS) for answer in client]
        elapsed = perf_counter() - started
        assert ok(httpx2.get(f"{url}/readyz"))["status"] == "ready"
    assert Counter(status for status, _ in answers) == {200: CLIENTS * EACH}
    assert counter.value(_again(api), identifier) == CLIENTS * EACH
    assert elapsed < BOUND_SECONDS
    slowest = max(seconds for _, seconds in answers)
    print(f"\n{kind_of}: {len(answers)} in {elapsed:.1f} s ({len(answers) / elapsed:.0f}/s), slowest {slowest:.2f} s")


def test_two_processes_that_read_before_they_write(api: ServiceUnderTest, twin: Twin) -> None:
    """The second waits before it reads: SQLite would refuse to write over what it read, PostgreSQL would do it."""
    identifier = counter.make(api.platform, "wanted")
    second_has_read, first_is_done = Event(), Event()

    def add(platform: Platform) -> None:
        with platform.unit_of_work() as tx:
            row = counter.row_of(tx.session, identifier, lock=True)
            second_has_read.set()
            assert first_is_done.wait(20)
            counter.add(tx, row, 1)

    with twin() as second, ThreadPoolExecutor(1) as pool:
        with api.platform.unit_of_work() as tx:
            row = counter.row_of(tx.session, identifier, lock=True)
            adding = pool.submit(add, second.platform)
            assert not second_has_read.wait(0.5)
            counter.add(tx, row, 1)
        first_is_done.set()
        adding.result()
    assert counter.value(api.platform, identifier) == 2


def _again(api: ServiceUnderTest) -> Platform:
    """The server closed the platform's connections as it ended; start anew to look."""
    api.restart()
    return api.platform
