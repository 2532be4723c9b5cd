"""What is trained, when and where, as a proposal freezes it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.values.refusals import Refused


@dataclass(frozen=True)
class Course:
    """A published revision of a course sheet."""

    reference: str
    title: str
    revision: int


class Half(StrEnum):
    """The two halves of a training day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True)
class HalfDay:
    """A morning or an afternoon of training and its hours."""

    day: date
    half: Half
    hours: Decimal


@dataclass(frozen=True)
class Session:
    """A dated session of a course: its half-days in order; `planned_hours` are those of one trainee."""

    session_id: UUID
    half_days: tuple[HalfDay, ...]
    place: str

    @property
    def days(self) -> tuple[date, ...]:
        """The training days, in order."""
        return tuple(sorted({half_day.day for half_day in self.half_days}))

    @property
    def starts_on(self) -> date:
        """The first training day."""
        return self.days[0]

    @property
    def ends_on(self) -> date:
        """The last training day."""
        return self.days[-1]

    @property
    def planned_hours(self) -> Decimal:
        """The hours of one trainee who attends all of it."""
        return sum((half_day.hours for half_day in self.half_days), Decimal(0))


def refuse_moved(frozen: Session, now: Session) -> None:
    """Refused (clause 2.1) where dates or hours changed since the proposal was issued: that voids it.

    A session that no longer exists has no half-days left.
    """
    if set(frozen.half_days) != set(now.half_days):
        detail = "The session's dates changed after the proposal was issued, which voids it: issue a new one."
        raise Refused("proposal-void", detail, "2.1", days=[day.isoformat() for day in now.days])


def refuse_ended(session: Session, today: date) -> None:
    """Refused (clause 2.2) after the last day: there is nothing left to order, whenever the papers came."""
    if today > session.ends_on:
        detail = f"The session ended on {session.ends_on}: it can no longer be ordered."
        raise Refused("session-ended", detail, "2.2", ends_on=session.ends_on.isoformat())


def refuse_started(session: Session, on: date) -> None:
    """Refused (clause 2.2) from the first day on: the whole deposit is due by the eve of the start."""
    if on >= session.starts_on:
        detail = f"The session starts on {session.starts_on}: it can be ordered through the day before."
        raise Refused("session-started", detail, "2.2", starts_on=session.starts_on.isoformat())


@dataclass(frozen=True)
class Section:
    """A numbered section of a course's programme and its points."""

    number: int
    title: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class ProgrammeHalfDay:
    """What is taught in one half of one day; `day` is counted from 1."""

    day: int
    half: Half
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class CourseSheet:
    """What a published revision says of the course: what C. trav. L6353-4 wants of a contract, 1° to 3°."""

    course: Course
    objectives: tuple[str, ...]
    programme: tuple[ProgrammeHalfDay, ...]
    prerequisites: tuple[str, ...]
    audience: tuple[str, ...]
    methods: tuple[str, ...]
    assessment: tuple[str, ...]
