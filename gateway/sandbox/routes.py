"""The sandbox's control routes: the clock and settle."""

from datetime import date

from fastapi import APIRouter

from chassis.auth import Role, allow
from chassis.fields import Body, Day, View
from gateway.sandbox.clock import FleetClock
from gateway.sandbox.fleet import Fleet
from gateway.sandbox.settle import settle


class DayView(View):
    """The business day."""

    today: date


class DayWish(Body):
    """The business day to move to."""

    today: Day


class StopView(View):
    """A day that the clock stopped at, and how many duties were done on it."""

    day: date
    done: int


class MoveView(View):
    """Where the clock stands, and where it stopped on its way."""

    today: date
    stops: list[StopView]


class SettledView(View):
    """Nothing is on its way any more."""

    settled: bool = True


def clock_routes(fleet: Fleet) -> APIRouter:
    """GET and PUT /v1/sandbox/clock, POST /v1/sandbox/settle."""
    router = APIRouter(prefix="/v1/sandbox", tags=["sandbox"])
    clock = FleetClock(fleet)

    @router.get("/clock", **allow(Role.VISITOR))
    async def read_clock() -> DayView:
        """The business day that the platform lives in."""
        return DayView(today=await clock.today())

    @router.put("/clock", **allow(Role.VISITOR))
    async def move_clock(wish: DayWish) -> MoveView:
        """Move the business day forward; what falls due on the way is done on its day."""
        stops = await clock.move(wish.today)
        return MoveView(today=wish.today, stops=[StopView.model_validate(stop) for stop in stops])

    @router.post("/settle", **allow(Role.VISITOR))
    async def wait_until_settled() -> SettledView:
        """Answer once no event and no mail is on its way."""
        await settle(fleet)
        return SettledView()

    return router
