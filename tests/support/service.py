"""One service under test, in this process, on both databases.

In tests/<service>/conftest.py:

    from tests.support.service import service_fixture
    api = service_fixture("contracts")          # settings of its own: service_fixture("contracts", name="value")

In a test, which then runs on SQLite and on PostgreSQL, each time with a database of its own:

    from tests.support.client import ok, problem
    from tests.support.service import ServiceUnderTest, cloud_event, key

    def test_a_proposal_is_issued(api: ServiceUnderTest) -> None:
        api.move_to("2025-12-15")                                     # the business day, any direction
        api.neighbour.answer("GET", "/v1/courses/MRK-OPE-08", {...})  # what the other services would say
        sales = api.client(Role.SALES)                                # api.client("customer", customer_id=…)
        made = ok(sales.post("/v1/proposals", json={...}))            # as httpx2, `ok` reads a success …
        ok(sales.post(f"/v1/proposals/{made['id']}/issue", once=key()))
        refusal = problem(sales.put("/v1/…", json={...}, if_match='"1"'), 409, "proposal-expired")   # … this a refusal
        problem(api.anonymous().get("/v1/…"), 401)
        event = cloud_event("payments.deposit-paid.v1", subject, {...})
        api.deliver(event)                                            # POST /events, as often as you like
        assert api.sweep() == 1
        assert [event["type"] for event in api.published()] == [...]  # CloudEvents as dicts
        assert api.mails()[0].attachments["proposal.pdf"].startswith(b"%PDF")

`api.platform` is the Platform for tests below HTTP (`with api.platform.unit_of_work() as tx:`), `api.restart()`
starts the service anew on the same database, `api.commits_fail()` makes every commit fail for a while.
Nothing runs in the background: events leave on `api.relay()`, duties are done on `api.sweep()`.
"""

import gc
import importlib
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from chassis import migrations
from chassis.app import Service, create_app
from chassis.auth import Role
from chassis.duties import Duty, due_list
from chassis.files import read_file
from chassis.platform import Platform
from chassis.settings import ServiceSettings
from chassis.tables import mail, outbox
from chassis.values.identifiers import new_id
from tests.support import tokens
from tests.support.client import Client, ok
from tests.support.databases import KINDS, Build, Databases
from tests.support.mails import SentMail
from tests.support.neighbour import GATEWAY_URL, TOKEN_PATH, Neighbour

SERVICES = ("catalog", "contracts", "payments", "gdpr")


def key() -> str:
    """A new Idempotency-Key."""
    return str(new_id())


def service_fixture(name: str, **settings: Any) -> Callable[..., Iterator["ServiceUnderTest"]]:
    """A fixture `api` of the service of that name, on both databases; `settings` beside the usual ones."""

    @pytest.fixture(params=KINDS)
    def api(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[ServiceUnderTest]:
        with (
            databases.fresh(name, request.param, migrated(name)) as url,
            running(name, url, tmp_path, **settings) as it,
        ):
            yield it

    return api


def migrated(name: str) -> Build:
    """What fills a template database: the service's own migrations."""
    return lambda url: migrations.upgrade(package_of(name), url)


def package_of(name: str) -> str:
    """`contracts` is the package services.contracts; a dotted name is itself."""
    return name if "." in name else f"services.{name}"


@contextmanager
def running(name: str, url: str, folder: Path, **settings: Any) -> Iterator["ServiceUnderTest"]:
    """The service of that name on the database at `url`; mails are kept under `folder`."""
    service: Service = importlib.import_module(f"{package_of(name)}.app").SERVICE
    kind: type[ServiceSettings] = importlib.import_module(f"{package_of(name)}.settings").Settings
    with ServiceUnderTest(service, sandbox_settings(kind, url, folder, **settings)) as under_test:
        yield under_test


def sandbox_settings(kind: type[ServiceSettings], url: str, folder: Path, **changed: Any) -> ServiceSettings:
    """The settings of a service under test."""
    usual = {
        "profile": "sandbox",
        "token_issuer": tokens.ISSUER,
        "token_audience": tokens.AUDIENCE,
        "jwks_url": f"{GATEWAY_URL}/.well-known/jwks.json",
        "database_url": url,
        "gateway_url": GATEWAY_URL,
        "token_url": f"{GATEWAY_URL}{TOKEN_PATH}",
        "client_id": "tests",
        "client_secret": "secret",
        "smtp_url": None,
        "mail_folder": folder / "mails",
        "background": False,
    }
    return kind(**{**usual, **changed})


class ServiceUnderTest:
    """A running service and everything around it; see the module's text."""

    def __init__(self, service: Service, settings: ServiceSettings, neighbour: Neighbour | None = None) -> None:
        self.service = service
        self.settings = settings
        self.neighbour = neighbour or Neighbour()
        self._running = ExitStack()

    def __enter__(self) -> "ServiceUnderTest":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def restart(self) -> None:
        """End the service and start it anew on the same database, as after a crash."""
        self._running.close()
        self._start()

    def _start(self) -> None:
        thresholds, root = gc.get_threshold(), logging.getLogger()
        handlers, level = root.handlers[:], root.level
        self.app = create_app(self.service, self.settings, tokens.IssuerKeys(), self.neighbour.transport())
        # pytest collects the logs; in this process there is more than one service to collect garbage of.
        root.handlers = handlers
        root.setLevel(level)
        self._http = self._running.enter_context(TestClient(self.app))
        # FastAPI builds its routes when they are first looked through; here several threads would do so at once.
        self._http.get("/nowhere")
        gc.unfreeze()
        gc.set_threshold(*thresholds)

    @property
    def platform(self) -> Platform:
        """What use cases are handed."""
        platform: Platform = self.app.state.platform
        return platform

    def client(self, *roles: Role | str, customer_id: UUID | str | None = None) -> Client:
        """Requests with a token of these roles."""
        return Client(self._http, tokens.authorization(*roles, customer_id=customer_id))

    def anonymous(self, headers: dict[str, str] | None = None) -> Client:
        """Requests without a token, or with whatever headers are given."""
        return Client(self._http, headers or {})

    def move_to(self, day: date | str) -> None:
        """Make it this business day, forward or back."""
        self.platform.clock.move_to(date.fromisoformat(day) if isinstance(day, str) else day)

    def sweep(self) -> int:
        """Do what is due; how many duties were done."""
        return self.platform.sweep()

    def duties(self) -> list[Duty]:
        """What stands undone, by day."""
        with self.platform.reading() as session:
            return due_list(session, None)

    def deliver(self, event: dict[str, Any]) -> None:
        """Hand the service a CloudEvent, as the gateway would."""
        ok(self.client(Role.SERVICE).post("/events", json=event))

    def published(self, event_type: str | None = None) -> list[dict[str, Any]]:
        """The events that the service has committed to send, oldest first, as CloudEvents."""
        with self.platform.reading() as session:
            rows = session.connection().execute(select(outbox).order_by(outbox.c.sequence)).all()
        return [
            cloud_event(row.type, row.subject, row.data, row.id, f"/{self.service.name}", row.occurred_at)
            for row in rows
            if event_type in (None, row.type)
        ]

    def relay(self) -> None:
        """Send what can be sent now: events to the neighbour, mails to the mail server and the folder."""
        while self.platform.events.step() or self.platform.mails.step():
            pass

    def mails(self) -> list[SentMail]:
        """The mails that the service has committed to send, oldest first."""
        with self.platform.reading() as session:
            rows = session.connection().execute(select(mail).order_by(mail.c.sequence)).all()
            return [
                SentMail(
                    row.recipient,
                    row.subject,
                    row.body,
                    {item["name"]: read_file(session, item["sha256"]).content for item in row.attachments},
                )
                for row in rows
            ]

    @contextmanager
    def commits_fail(self) -> Iterator[None]:
        """The database goes away at the moment of each commit."""
        dialect = self.platform.database.engine.dialect
        driver = dialect.loaded_dbapi

        def fail(_connection: object) -> None:
            raise driver.OperationalError("the server closed the connection")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dialect, "do_commit", fail)
            yield


def cloud_event(
    event_type: str,
    subject: str,
    data: dict[str, Any],
    event_id: UUID | None = None,
    source: str | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """An event in its envelope; the source is the service that its type names, unless told otherwise."""
    return {
        "specversion": "1.0",
        "id": str(event_id or new_id()),
        "source": source or f"/{event_type.partition('.')[0]}",
        "type": event_type,
        "subject": subject,
        "time": (at or datetime.now(UTC)).isoformat(),
        "sequence": "0",
        "partitionkey": subject,
        "datacontenttype": "application/json",
        "data": data,
    }
