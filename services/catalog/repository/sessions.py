"""Sessions, their half-days and the seats held in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from services.catalog.domain.course import Half
from services.catalog.domain.seats import SeatHold
from services.catalog.domain.session import Schedule, SessionHalfDay, SessionKind
from services.catalog.tables import CourseRow, SeatHoldRow, SessionHalfDayRow, SessionRow


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session with its schedule and the seats held in it."""

    row: SessionRow
    schedule: Schedule
    holds: tuple[SeatHold, ...]


def add(session: Session, row: SessionRow, schedule: Schedule) -> None:
    """Store a new session; its rows are flushed in their order."""
    session.add(row)
    session.flush()
    for place, half_day in enumerate(schedule.half_days):
        hundredths = int(half_day.hours.scaleb(2))
        session.add(
            SessionHalfDayRow(
                session_id=row.id, place=place, day=half_day.day, half=half_day.half, hours_hundredths=hundredths
            )
        )


def lock(session: Session, session_id: UUID) -> SessionRow | None:
    """The session, locked: who asks for its seats at the same time waits."""
    return session.exec(select(SessionRow).where(SessionRow.id == session_id).with_for_update()).one_or_none()


def one(session: Session, session_id: UUID) -> HeldSession | None:
    """A session by its id."""
    row = session.get(SessionRow, session_id)
    return _with_parts(session, [row])[0] if row else None


def listed(
    session: Session,
    course: CourseRow | None,
    kinds: Iterable[SessionKind],
    limit: int,
    after: tuple[date, UUID] | None,
) -> list[HeldSession]:
    """Sessions of these kinds by their start, of one course or of all; those behind `after`."""
    starts_on, identifier = col(SessionRow.starts_on), col(SessionRow.id)
    wanted = select(SessionRow).where(col(SessionRow.kind).in_(list(kinds)))
    if course is not None:
        wanted = wanted.where(SessionRow.course_id == course.id)
    if after is not None:
        wanted = wanted.where(or_(starts_on > after[0], and_(starts_on == after[0], identifier > after[1])))
    return _with_parts(session, session.exec(wanted.order_by(starts_on, identifier).limit(limit)).all())


def holds(session: Session, session_id: UUID) -> tuple[SeatHold, ...]:
    """All seats held in a session, those whose time is over included."""
    rows = session.exec(select(SeatHoldRow).where(SeatHoldRow.session_id == session_id)).all()
    return tuple(_hold(row) for row in rows)


def put_hold(session: Session, session_id: UUID, hold: SeatHold) -> None:
    """Store a contract's hold in a locked session, in the place of the one it had."""
    session.merge(
        SeatHoldRow(
            session_id=session_id,
            contract_id=hold.contract_id,
            seats=hold.seats,
            expires_at=hold.expires_at,
            overbooked=hold.overbooked,
            released_at=hold.released_at,
        )
    )


def _hold(row: SeatHoldRow) -> SeatHold:
    return SeatHold(row.contract_id, row.seats, row.expires_at, row.overbooked, row.released_at)


def _with_parts(session: Session, rows: Sequence[SessionRow]) -> list[HeldSession]:
    ids = [row.id for row in rows]
    half_days: dict[UUID, list[SessionHalfDay]] = defaultdict(list)
    days = select(SessionHalfDayRow).where(col(SessionHalfDayRow.session_id).in_(ids))
    for part in session.exec(days.order_by(col(SessionHalfDayRow.place))):
        hours = Decimal(part.hours_hundredths).scaleb(-2)
        half_days[part.session_id].append(SessionHalfDay(part.day, Half(part.half), hours))
    seats: dict[UUID, list[SeatHold]] = defaultdict(list)
    for held in session.exec(select(SeatHoldRow).where(col(SeatHoldRow.session_id).in_(ids))):
        seats[held.session_id].append(_hold(held))
    return [HeldSession(row, Schedule(tuple(half_days[row.id])), tuple(seats[row.id])) for row in rows]
