"""Moves the business day of all services together, and stops at every due day on the way."""

import asyncio
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from chassis.problems import Problem
from gateway.sandbox.fleet import Fleet
from gateway.sandbox.settle import settle

# A sweep that finds nothing to do while a duty still stands: another sweep may be at it. After so many in a row it
# is not, and the duty fails.
_FRUITLESS_SWEEPS: Final = 5
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Stop:
    """A day on which duties fell due, and how many were done."""

    day: date
    done: int


@dataclass(frozen=True, slots=True)
class _Reading:
    today: date
    earliest_due: date | None
    due_at: str | None
    empty: bool


class FleetClock:
    """The sandbox's clock; one move at a time."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._moving = asyncio.Lock()

    async def today(self) -> date:
        """The latest business day that any service lives in; they differ only after a move that broke off."""
        return _read(await self._fleet.get("/sandbox/clock")).today

    async def move(self, target: date) -> list[Stop]:
        """Go to `target`, doing on the way what falls due; the days stopped at, in order.

        Backward only where every service is empty, else Problem 409. Problem 409 as well where a duty cannot be
        done: the clock then stays on its day. Sent again after it broke off, a move goes on where it stopped.
        """
        async with self._moving:
            now = await self._look(target)
            if target < now.today and not now.empty:
                raise _backward(now.today)
            stops: dict[date, int] = {}
            if target > now.today:
                await self._settle_and_do(now.today, target, stops)
            await self._set(target)
            await self._do_due(target, target, stops)
            return [Stop(day, done) for day, done in stops.items()]

    async def _settle_and_do(self, today: date, target: date, stops: dict[date, int]) -> None:
        """Stop at each due day before the target, the present one included."""
        day = today
        while day < target:
            await self._set(day)
            await self._do_due(day, target, stops)
            due = (await self._look(target)).earliest_due
            day = target if due is None else due
            if due is not None:
                stops[due] = 0

    async def _do_due(self, day: date, target: date, stops: dict[date, int]) -> None:
        """Sweep until nothing is due by `day` any more: what a sweep does may make something else due that day."""
        fruitless = 0
        while True:
            await settle(self._fleet)
            now = await self._look(target)
            if now.earliest_due is None or now.earliest_due > day:
                return
            if fruitless == _FRUITLESS_SWEEPS:
                raise _stuck(now)
            swept = await self._fleet.post("/sandbox/sweep")
            done = sum(answer["done"] for answer in swept.values())
            stops[day] = stops.get(day, 0) + done
            fruitless = 0 if done else fruitless + 1
            if not done:
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _set(self, day: date) -> None:
        await self._fleet.put("/sandbox/clock", {"today": day.isoformat()})

    async def _look(self, target: date) -> _Reading:
        return _read(await self._fleet.get(f"/sandbox/clock?until={target.isoformat()}"))


def _read(answers: dict[str, dict[str, object]]) -> _Reading:
    due = [
        (date.fromisoformat(str(answer["next_due"])), service)
        for service, answer in answers.items()
        if answer.get("next_due") is not None
    ]
    earliest = min(due, default=(None, None))
    return _Reading(
        today=max(date.fromisoformat(str(answer["today"])) for answer in answers.values()),
        earliest_due=earliest[0],
        due_at=earliest[1],
        empty=all(bool(answer["empty"]) for answer in answers.values()),
    )


def _backward(today: date) -> Problem:
    detail = f"It is {today.isoformat()} already: the day moves back only while every service is empty."
    return Problem(HTTPStatus.CONFLICT, "clock-backward", detail, today=today.isoformat())


def _stuck(now: _Reading) -> Problem:
    due = now.earliest_due.isoformat() if now.earliest_due else None
    detail = f"A duty of the service {now.due_at}, due on {due}, could not be done: the clock waits for it."
    return Problem(HTTPStatus.CONFLICT, "duty-not-done", detail, service=now.due_at, due_on=due)
