"""Gateway, catalog, contracts and payments as processes that may die, and are started again when they did."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import httpx2
from sqlalchemy import ColumnElement, func, insert, select

from chassis import migrations
from chassis.database import Database
from chassis.tables import outbox, sandbox_clock
from deploy.sandbox import samples
from deploy.sandbox.api import Platform
from deploy.sandbox.processes import Processes, Sandbox
from tests.e2e.ports import free_base_port, free_port
from tests.faults import children, witness
from tests.support.databases import Databases, Kind

GATEWAY = "gateway"
SERVICES = ("catalog", "contracts", "payments")
TODAY = date(2026, 1, 6)
# Longer than a message is leased for.
LEASE_IS_OVER = timedelta(seconds=31)
# Long, for a machine that does much else: a wait ends as soon as what it waits for is there.
START_SECONDS = 60.0
WAIT_SECONDS = 60.0
T = TypeVar("T")


class Fleet:
    """The processes on their databases; `until` is how a test waits, and it is then that the dead are replaced."""

    def __init__(self, folder: Path, urls: Mapping[str, str]) -> None:
        self._sandbox = Sandbox(folder, free_base_port(), free_port(), urls)
        self._known = Processes(self._sandbox)
        self._folder = folder
        self._running: dict[str, ForkServerProcess] = {}
        self._later = timedelta()
        self.databases = {name: Database(url, connections=2) for name, url in urls.items()}
        self.crashes = 0

    @property
    def url(self) -> str:
        """The gateway's address."""
        return self._sandbox.url

    def start(self) -> None:
        """Start all of them, and load what a new sandbox holds."""
        self._sandbox.log(GATEWAY).parent.mkdir(parents=True)
        for name in (GATEWAY, *SERVICES):
            self._start(name)
        for name in (GATEWAY, *SERVICES):
            self._wait_until_it_answers(name)
        with Platform(self.url) as platform:
            samples.load(platform)

    def stop(self) -> None:
        """Kill what still runs: nothing here has to end well."""
        for process in self._running.values():
            process.kill()
        for process in self._running.values():
            process.join()
        for database in self.databases.values():
            database.close()

    def arm(self, name: str, point: str, label: str, what: str = "kill") -> None:
        """Have the process die when it next passes this point with this label, or (hold) wait there until `disarm`."""
        draft = self._armed(name).with_suffix(".draft")
        draft.write_text(f"{what} {point} {label}")
        draft.rename(self._armed(name))

    def disarm(self, name: str) -> None:
        """Let it pass again."""
        self._armed(name).unlink(missing_ok=True)

    def until(self, found: Callable[[], T | None], what: str, seconds: float = WAIT_SECONDS) -> T:
        """What `found` finds as soon as it finds something; fails, saying what was waited for, when it never does."""
        deadline = monotonic() + seconds
        while True:
            self.revive()
            answer = found()
            if answer:
                return answer
            assert monotonic() < deadline, f"waited {seconds:g} s for {what}"
            sleep(0.03)

    def revive(self) -> None:
        """Start again what was killed; anything that ended in another way fails the test."""
        for name, process in self._running.items():
            if process.exitcode is None:
                continue
            assert process.exitcode == children.KILLED, f"{name} ended: {self.log(name)[-2000:]}"
            self.crashes += 1
            self._later += LEASE_IS_OVER
            self.disarm(name)
            self._start(name)
            self._wait_until_it_answers(name)

    def count(self, service: str, rows: Any, *where: ColumnElement[bool]) -> int:
        """How many rows of a table, or of a table's class, there are like that in a service's database."""
        with self.databases[service].reading() as session:
            return session.connection().execute(select(func.count()).select_from(rows).where(*where)).scalar_one()

    def until_all_is_delivered(self) -> None:
        """Wait until no event is on its way."""
        waits = outbox.c.delivered_at.is_(None)
        self.until(lambda: not any(self.count(name, outbox, waits) for name in SERVICES), "the last event's delivery")

    def log(self, name: str) -> str:
        """All that a process and those before it under its name have written."""
        return self._sandbox.log(name).read_text(errors="replace")

    def _armed(self, name: str) -> Path:
        return self._folder / f"{name}.armed"

    def _start(self, name: str) -> None:
        factory = "gateway.app:app" if name == GATEWAY else f"services.{name}.app:app"
        environment = {key: value for key, value in self._known._environment(name).items() if key != "SMTP_URL"}
        self._running[name] = children.start(
            children.serve,
            factory,
            self._sandbox.port(name),
            environment,
            self._sandbox.log(name),
            self._armed(name),
            self._later,
        )

    def _wait_until_it_answers(self, name: str) -> None:
        url = f"http://127.0.0.1:{self._sandbox.port(name)}/{'healthz' if name == GATEWAY else 'readyz'}"
        deadline = monotonic() + START_SECONDS
        while not _answers(url):
            assert self._running[name].exitcode is None, f"{name} ended at its start: {self.log(name)[-2000:]}"
            assert monotonic() < deadline, f"{name} did not start: {self.log(name)[-2000:]}"
            sleep(0.02)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2.0, trust_env=False).is_success
    except httpx2.TransportError:
        return False


@contextmanager
def running(kind: Kind, databases: Databases, folder: Path) -> Iterator[Fleet]:
    """A fleet on new databases of that kind, on the day of the story."""
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(databases.fresh(f"{name} {TODAY}", kind, _on_its_day(name))) for name in SERVICES
        }
        fleet = Fleet(folder, urls)
        stack.callback(fleet.stop)
        fleet.start()
        yield fleet


def _on_its_day(name: str) -> Callable[[str], None]:
    def build(url: str) -> None:
        migrations.upgrade(f"services.{name}", url)
        witness.place(url)
        database = Database(url, connections=1)
        with database.writing() as session:
            session.connection().execute(insert(sandbox_clock).values(id=1, today=TODAY))
        database.close()

    return build
