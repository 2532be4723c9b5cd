"""Open a session of a published course, and read sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.platform import Platform
from chassis.problems import NotFound
from chassis.values.refusals import Refused
from services.catalog.domain.faults import Fault, Faulty
from services.catalog.domain.session import SessionHalfDay, SessionKind, scheduled
from services.catalog.repository import courses, sessions
from services.catalog.repository.sessions import HeldSession
from services.catalog.tables import SessionRow


@dataclass(frozen=True, slots=True)
class NewSession:
    """What staff decide of a session."""

    course_reference: str
    kind: SessionKind
    place: str
    seats_max: int
    trainer: str
    half_days: Sequence[SessionHalfDay]


def open_session(platform: Platform, new: NewSession) -> HeldSession:
    """A session of the newest revision of a course.

    Faulty where the course is unknown or the half-days are not its programme's; Refused `course-not-published`.
    """
    with platform.unit_of_work() as tx:
        # Locked, so that the revision is the newest until the session stands.
        row = courses.course(tx.session, new.course_reference, lock=True)
        if row is None:
            raise Faulty([Fault("course_reference", f"there is no course {new.course_reference}")])
        published = courses.revision(tx.session, row.id, row.revision)
        if published is None:
            detail = f"{row.reference} is only a draft: publish it first."
            raise Refused("course-not-published", detail)
        schedule = scheduled(published.sheet.programme, new.half_days)
        session_row = SessionRow(
            course_id=row.id,
            course_reference=row.reference,
            course_revision=published.number,
            kind=new.kind,
            place=new.place,
            trainer=new.trainer,
            seats_max=new.seats_max,
            starts_on=schedule.starts_on,
            ends_on=schedule.ends_on,
        )
        sessions.add(tx.session, session_row, schedule)
        return HeldSession(session_row, schedule, ())


def read_session(platform: Platform, session_id: UUID, kinds: frozenset[SessionKind]) -> HeldSession:
    """A session of a kind that the caller may see."""
    with platform.reading() as session:
        found = sessions.one(session, session_id)
    if found is None or found.row.kind not in kinds:
        raise NotFound("The session")
    return found


def list_sessions(
    platform: Platform,
    course_reference: str | None,
    kinds: frozenset[SessionKind],
    limit: int,
    after: tuple[date, UUID] | None,
) -> list[HeldSession]:
    """Sessions by their start; none for a course that is not known."""
    with platform.reading() as session:
        course = courses.course(session, course_reference) if course_reference is not None else None
        if course is None and course_reference is not None:
            return []
        return sessions.listed(session, course, kinds, limit, after)
