"""What a use case is handed: the way to the rows, the clock and the other services."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Annotated

import httpx2
from fastapi import Depends, Request
from sqlmodel import Session

from chassis.background import Loop
from chassis.client import ServiceClient, ServiceTokens
from chassis.clock import BusinessClock
from chassis.database import Database
from chassis.idempotency import Once, Turns
from chassis.mail import Post
from chassis.relay import EventRelay, MailRelay
from chassis.settings import ServiceSettings
from chassis.sweep import Handlers, sweep
from chassis.unit_of_work import Transaction

_IDLE_SECONDS = 0.5
_SWEEP_SECONDS = 60.0
_NOTHING_MORE: Mapping[str, Callable[["Platform"], bool]] = MappingProxyType({})


class Platform:
    """One service at run time. `transport` takes the place of the network in tests of one service.

    background: what the service does beside its requests, besides what every service does.
    """

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        duties: Handlers,
        transport: httpx2.BaseTransport | None = None,
        background: Mapping[str, Callable[["Platform"], bool]] = _NOTHING_MORE,
    ) -> None:
        self.settings = settings
        self.clock = BusinessClock()
        self.database = Database(settings.database_url, settings.threads)
        self._duties = duties
        self._turns = Turns()
        self._http = httpx2.Client(transport=transport, trust_env=False)
        token = ServiceTokens(self._http, settings.token_url, settings.client_id, settings.client_secret).token
        self.client = ServiceClient(self._http, settings.gateway_url, token)
        self.events = EventRelay(self.database, self._http, settings.event_sink, f"/{name}", token)
        self.mails = MailRelay(self.database, Post(settings.smtp_url, settings.mail_folder), settings.mail_from)
        self._relays = (
            Loop("events", self.events.step, _IDLE_SECONDS),
            Loop("mails", self.mails.step, _IDLE_SECONDS),
        )
        own = (Loop(name, partial(step, self), _IDLE_SECONDS) for name, step in background.items())
        sweeper = (Loop("duties", self._sweep_step, _SWEEP_SECONDS),) if settings.sweeps else ()
        self._loops = (*self._relays, *own, *sweeper)

    @contextmanager
    def unit_of_work(self, once: Once | None = None) -> Iterator[Transaction]:
        """One transaction, committed on leaving and rolled back where anything raises.

        With `once`, the request's key is kept beside its effect: the work must end in `tx.answer(view)`.
        """
        with self._turns.of(once), self.database.writing() as session:
            tx = Transaction(session, self.clock, once)
            yield tx
            if not tx.answered:
                raise RuntimeError("a keyed request left no answer to keep")
        if tx.has_messages:
            for loop in self._relays:
                loop.wake()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read in."""
        with self.database.reading() as session:
            yield session

    def sweep(self) -> int:
        """Do what is due by the business day; how many duties were done."""
        return sweep(self.database, self.unit_of_work, self._duties, self.clock.today()).done

    def _sweep_step(self) -> bool:
        self.sweep()
        return False

    def start(self) -> None:
        """Begin to deliver and to sweep in the background, where the settings say so."""
        if self.settings.background:
            for loop in self._loops:
                loop.start()

    def stop(self) -> None:
        """End the background work and let go of every connection."""
        for loop in self._loops:
            loop.ask_to_stop()
        for loop in self._loops:
            loop.stop()
        self._http.close()
        self.database.close()


async def _platform(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


Ctx = Annotated[Platform, Depends(_platform)]
