"""Services in the sandbox: a day, duties and an outbox of their own, over real HTTP."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from aiohttp import web

from tests.gateway.fakes import FakeService

START = date(2026, 1, 1)


@dataclass
class Rehearsal:
    """A service in the sandbox: its duties by day, what doing one of them leads to, what was asked of it in order."""

    name: str
    service: FakeService
    history: list[str]
    today: date = START
    duties: list[date] = field(default_factory=list)
    empty: bool = False
    outbox: int = 0
    mails: int = 0
    dead: int = 0
    published: int = 0
    fails: bool = False
    then: Callable[[date], None] = lambda _: None
    delivered: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.service.on("GET", "/sandbox/clock", self._read)
        self.service.on("PUT", "/sandbox/clock", self._move)
        self.service.on("POST", "/sandbox/sweep", self._sweep)
        self.service.on("GET", "/sandbox/pending", self._pending)

    async def _read(self, request: web.Request) -> web.Response:
        assert request.headers["authorization"].startswith("Bearer ")
        until = request.query.get("until")
        due = min((day for day in self.duties if until is not None and day.isoformat() <= until), default=None)
        return web.json_response(
            {"today": self.today.isoformat(), "next_due": due.isoformat() if due else None, "empty": self.empty}
        )

    async def _move(self, request: web.Request) -> web.Response:
        day = date.fromisoformat((await request.json())["today"])
        if day != self.today:
            self.history.append(f"{self.name} {day}")
        self.today = day
        return web.json_response({"today": day.isoformat(), "next_due": None, "empty": self.empty})

    async def _sweep(self, _: web.Request) -> web.Response:
        due = [] if self.fails else sorted(day for day in self.duties if day <= self.today)
        for day in due:
            self.duties.remove(day)
            self.history.append(f"{self.name} does {day} on {self.today}")
            self.then(day)
        return web.json_response({"done": len(due)})

    async def _pending(self, _: web.Request) -> web.Response:
        answer = {"outbox": self.outbox, "mails": self.mails, "dead": self.dead, "published": self.published}
        if self.outbox:
            self.outbox -= 1
            if not self.outbox:
                self.delivered()
        return web.json_response(answer)


Fleet = dict[str, Rehearsal]
