"""Seats of a session, taken by contracts (§2.1)."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.auth import Role, allow
from chassis.fields import Body, View
from chassis.platform import Ctx, Platform
from services.catalog.domain.seats import SeatHold
from services.catalog.settings import Settings
from services.catalog.use_cases import seats

router = APIRouter(prefix="/v1/sessions/{session_id}/seats", tags=["sessions"])


class SeatsBody(Body):
    """How many seats a contract needs."""

    seats: Annotated[int, Field(strict=True, ge=1, le=1000)]


class SeatHoldView(View):
    """Seats of a contract. expires_at: real time, null once confirmed; overbooked: for staff to settle.

    released_at: real time, null unless the contract was withdrawn from.
    """

    contract_id: UUID
    seats: int
    confirmed: bool
    expires_at: datetime | None
    overbooked: bool
    released_at: datetime | None


class SeatHoldList(View):
    """All that was held in a session, what has expired included."""

    items: list[SeatHoldView]


@router.put("/{contract_id}", **allow(Role.SERVICE))
def take_seats(session_id: UUID, contract_id: UUID, body: SeatsBody, platform: Ctx) -> SeatHoldView:
    """Hold seats for a contract for some minutes; the same request again is one hold."""
    return _view(seats.take_seats(platform, session_id, contract_id, body.seats, _lasts(platform)))


@router.get("", **allow(Role.SALES, Role.SERVICE))
def list_seats(session_id: UUID, platform: Ctx) -> SeatHoldList:
    """Which contracts hold seats; a signed one that found the session full is marked overbooked."""
    return SeatHoldList(items=[_view(hold) for hold in seats.read_holds(platform, session_id)])


def _lasts(platform: Platform) -> timedelta:
    settings = platform.settings
    if not isinstance(settings, Settings):
        raise TypeError("the catalog runs on its own settings")
    return settings.seat_hold


def _view(hold: SeatHold) -> SeatHoldView:
    return SeatHoldView.model_validate(hold)
