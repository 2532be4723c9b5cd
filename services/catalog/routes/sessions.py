"""Sessions: dates, place, hours and seats of a published course."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.auth import Caller, Principal, Role, allow
from chassis.clock import real_now
from chassis.fields import Body, Day, DecimalString, Page, PageSize, ShortText, View, decode_cursor, encode_cursor
from chassis.platform import Ctx
from chassis.problems import Invalid
from services.catalog.domain.course import Half
from services.catalog.domain.seats import seats_taken
from services.catalog.domain.session import SessionHalfDay, SessionKind
from services.catalog.repository.sessions import HeldSession
from services.catalog.routes.course_schemas import REFERENCE_PATTERN
from services.catalog.routes.faults import faults_named
from services.catalog.use_cases import sessions

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])
_ALL = frozenset(SessionKind)
_OPEN = frozenset({SessionKind.OPEN})


class HalfDayBody(Body):
    """One half-day: its date and its hours, such as "3.50"."""

    day: Day
    half: Half
    hours: DecimalString


class SessionBody(Body):
    """A session to open; its half-days are the programme's."""

    course_reference: ShortText
    kind: SessionKind
    place: ShortText
    seats_max: Annotated[int, Field(strict=True, ge=1, le=1000)]
    trainer: ShortText
    half_days: Annotated[list[HalfDayBody], Field(min_length=1, max_length=200)]


class HalfDayView(View):
    """One half-day as it is held."""

    day: date
    half: Half
    hours: DecimalString


class SessionView(View):
    """A session. seats_taken: held or signed, at this instant; trainer: null for visitors."""

    id: UUID
    course_reference: str
    course_revision: int
    kind: SessionKind
    place: str
    trainer: str | None
    seats_max: int
    seats_taken: int
    starts_on: date
    ends_on: date
    planned_hours: DecimalString
    half_days: list[HalfDayView]


@router.post("", status_code=201, **allow(Role.SALES))
def open_session(body: SessionBody, platform: Ctx, response: Response) -> SessionView:
    """Open a session of the newest revision of a course."""
    half_days = [SessionHalfDay(part.day, part.half, part.hours) for part in body.half_days]
    new = sessions.NewSession(body.course_reference, body.kind, body.place, body.seats_max, body.trainer, half_days)
    with faults_named():
        opened = sessions.open_session(platform, new)
    response.headers["Location"] = f"/v1/sessions/{opened.row.id}"
    return _view(opened, for_staff=True)


@router.get("", **allow(Role.VISITOR))
def list_sessions(
    platform: Ctx,
    caller: Caller,
    course_reference: Annotated[str | None, Query(pattern=REFERENCE_PATTERN)] = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[SessionView]:
    """Sessions by their start; visitors see the open ones."""
    after = _after(cursor) if cursor is not None else None
    found = sessions.list_sessions(platform, course_reference, _kinds(caller), limit + 1, after)
    items = [_view(held, for_staff=_is_staff(caller)) for held in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return Page(items=items, next_cursor=encode_cursor(last.starts_on.isoformat(), str(last.id)) if last else None)


@router.get("/{session_id}", **allow(Role.VISITOR))
def read_session(session_id: UUID, platform: Ctx, caller: Caller) -> SessionView:
    """One session; visitors see the open ones."""
    return _view(sessions.read_session(platform, session_id, _kinds(caller)), for_staff=_is_staff(caller))


def _after(cursor: str) -> tuple[date, UUID]:
    starts_on, identifier = decode_cursor(cursor, str, str)
    try:
        return date.fromisoformat(starts_on), UUID(identifier)
    except ValueError as error:
        raise Invalid("The cursor is not one that this list gave: leave it out to start over.") from error


def _is_staff(caller: Principal) -> bool:
    return caller.has(Role.SALES, Role.ACCOUNTING, Role.SERVICE, Role.ADMIN)


def _kinds(caller: Principal) -> frozenset[SessionKind]:
    return _ALL if _is_staff(caller) else _OPEN


def _view(held: HeldSession, *, for_staff: bool) -> SessionView:
    row, schedule = held.row, held.schedule
    return SessionView(
        id=row.id,
        course_reference=row.course_reference,
        course_revision=row.course_revision,
        kind=SessionKind(row.kind),
        place=row.place,
        trainer=row.trainer if for_staff else None,
        seats_max=row.seats_max,
        seats_taken=seats_taken(held.holds, real_now()),
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        planned_hours=schedule.planned_hours,
        half_days=[HalfDayView.model_validate(half_day) for half_day in schedule.half_days],
    )
