"""PostgreSQL ends hard under load, and comes back: what was acknowledged is there, and nobody was told an untruth."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from chassis.values.identifiers import new_id
from deploy.sandbox import cast
from services.contracts.tables import CustomerRow
from services.payments.tables import ReceiptRow
from tests.faults.effects import gaps, not_once
from tests.faults.fleet import WAIT_SECONDS, Fleet, running
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.faults.story import Callers, receipt
from tests.support import postgres
from tests.support.databases import Databases

OUTAGES = figure(small=2, full=20)
WAYS = ("immediate", "kill")
# Writes of each kind that are acknowledged before the server goes, each time.
SERVED = 10
WRITERS = 2  # of each kind
PAUSE_SECONDS = 0.02
MADE, AWAY = 201, 503
CUSTOMERS, RECEIPTS = "/v1/customers", "/v1/receipts"


class Load:
    """Writers that go on through an outage: what they were told, and what was acknowledged to them.

    A customer is sent once. A receipt is sent again under its key until it is acknowledged.
    """

    def __init__(self, callers: Callers, part: dict[str, Any]) -> None:
        self._callers = callers
        self._part = part
        self._lock = Lock()
        self._over = Event()
        self.told: Counter[tuple[str, int]] = Counter()
        self.untruths: list[str] = []
        self.acknowledged: dict[str, set[UUID]] = {CUSTOMERS: set(), RECEIPTS: set()}

    def make_customers(self) -> None:
        """What one writer does until all is over."""
        while not self._over.is_set():
            self._send("sales", CUSTOMERS, cast.CUSTOMER, str(new_id()))
            self._over.wait(PAUSE_SECONDS)

    def make_receipts(self) -> None:
        """What another one does."""
        while not self._over.is_set():
            self.receive(self._part)

    def receive(self, body: dict[str, Any]) -> None:
        """Send a receipt until it is acknowledged."""
        once, deadline = str(new_id()), monotonic() + WAIT_SECONDS
        while not self._send("accounting", RECEIPTS, body, once):
            assert monotonic() < deadline, "a receipt was never acknowledged"

    def _send(self, role: str, path: str, body: dict[str, Any], once: str) -> bool:
        answer = self._callers.attempt(role, path, body, once)
        if answer.status_code not in {MADE, AWAY}:
            self.untruths.append(f"{path}: {answer.status_code} {answer.text}")
        with self._lock:
            self.told[path, answer.status_code] += 1
            if answer.status_code == MADE:
                self.acknowledged[path].add(UUID(answer.json()["id"]))
        if answer.status_code == AWAY:
            self._over.wait(PAUSE_SECONDS)
        return answer.status_code == MADE

    def heard(self, status: int) -> Counter[str]:
        """How often that was told, by path."""
        with self._lock:
            return Counter({path: times for (path, told), times in self.told.items() if told == status})

    @contextmanager
    def going_on(self) -> Iterator[Executor]:
        """Writers at work, and room beside them; whatever went wrong with one of them goes wrong here."""
        with ThreadPoolExecutor(2 * WRITERS + 1) as pool:
            writers = [pool.submit(job) for job in (self.make_customers, self.make_receipts) for _ in range(WRITERS)]
            try:
                yield pool
            finally:
                self._over.set()
        for writer in writers:
            writer.result()


@pytest.fixture
def server() -> Iterator[postgres.OwnServer]:
    """A server that the tests beside this one do not use."""
    own = postgres.start_durable()
    yield own
    own.stop()


@pytest.mark.timeout(figure(small=300, full=14400))
def test_what_was_acknowledged_outlives_the_server_and_the_services_recover(
    server: postgres.OwnServer, tmp_path: Path, report: Callable[[str], None]
) -> None:
    begun, chance = monotonic(), seeded("the database gone")
    ways = [*WAYS * (OUTAGES // len(WAYS))]
    chance.shuffle(ways)
    with (
        closing(Databases(tmp_path, lambda: server.url, "gone")) as databases,
        running("postgresql", databases, tmp_path / "fleet") as fleet,
        closing(Callers(fleet)) as callers,
    ):
        # The templates go, and with them the connection that made them.
        databases.close()
        many, *signed = [callers.accept(callers.issued(), str(new_id())) for _ in range(OUTAGES + 1)]
        load, recoveries = Load(callers, {**receipt(many), "amount": "1.00"}), []
        with load.going_on() as pool:
            for way, contract in zip(ways, signed, strict=True):
                until_told(fleet, load, MADE, SERVED)
                paid = pool.submit(load.receive, receipt(contract))
                with gone(server, way):
                    until_told(fleet, load, AWAY, 1)
                back = monotonic()
                until_told(fleet, load, MADE, 1)
                recoveries.append(monotonic() - back)
                paid.result()
        fleet.until_all_is_delivered()
        assert load.untruths == []
        assert fleet.crashes == 0, "a service ended"
        assert_acknowledged_is_there(fleet, load)
        assert [effects for each in signed if (effects := not_once(fleet, each))] == []
        assert gaps(fleet) == []
        assert callers.verification()["state"] == "intact"
    kept = sum(len(acknowledged) for acknowledged in load.acknowledged.values())
    report(
        f"the database gone: {OUTAGES} times under load, {kept} acknowledged writes all there,"
        f" {sum(load.heard(AWAY).values())} times told 503, served again {max(recoveries):.1f} s after its return"
        f" at most ({monotonic() - begun:.0f} s)"
    )


@contextmanager
def gone(server: postgres.OwnServer, way: str) -> Iterator[None]:
    """The server is not there."""
    server.crash(way)
    try:
        yield
    finally:
        server.start()


def until_told(fleet: Fleet, load: Load, status: int, times: int) -> None:
    """Wait until both kinds of writes have been told that so many times more."""
    before = load.heard(status)

    def is_told() -> bool:
        assert load.untruths == []
        now = load.heard(status)
        return all(now[path] >= before[path] + times for path in (CUSTOMERS, RECEIPTS))

    fleet.until(is_told, f"{status} to be told")


def assert_acknowledged_is_there(fleet: Fleet, load: Load) -> None:
    """Every customer; and exactly the receipts, as each key was sent until it was acknowledged."""
    with fleet.databases["contracts"].reading() as session:
        customers = set(session.exec(select(CustomerRow.id)))
    assert load.acknowledged[CUSTOMERS] <= customers
    with fleet.databases["payments"].reading() as session:
        receipts = set(session.exec(select(ReceiptRow.id)))
    assert load.acknowledged[RECEIPTS] == receipts
