"""Courses, drafts and revisions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, select

from chassis.database import insert_once
from chassis.values.identifiers import new_id
from services.catalog.domain.course import CourseSheet
from services.catalog.domain.french import fold
from services.catalog.repository.sheet_json import dumped, loaded
from services.catalog.tables import CourseDraftRow, CourseRevisionRow, CourseRow


@dataclass(frozen=True, slots=True)
class Revision:
    """A published sheet and when it was published."""

    number: int
    published_on: date
    sheet: CourseSheet


def course(session: Session, reference: str, *, lock: bool = False) -> CourseRow | None:
    """The course of that reference; locked until the transaction ends where it is to be changed."""
    wanted = select(CourseRow).where(CourseRow.reference == reference)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def locked_or_new(session: Session, reference: str) -> CourseRow:
    """The course of that reference, made where there is none, and locked: two at once get one course."""
    insert_once(session, CourseRow.metadata.tables["course"], {"id": new_id(), "reference": reference, "revision": 0})
    row = course(session, reference, lock=True)
    if row is None:
        raise RuntimeError(f"{reference} was inserted and is not there")
    return row


def draft(session: Session, course_id: UUID) -> tuple[CourseSheet, int] | None:
    """The draft's sheet and version."""
    row = session.get(CourseDraftRow, course_id)
    return (loaded(row.sheet), row.version) if row else None


def draft_version(session: Session, course_id: UUID) -> int | None:
    """The draft's version alone, without reading its sheet."""
    return session.exec(select(CourseDraftRow.version).where(CourseDraftRow.course_id == course_id)).one_or_none()


def put_draft(session: Session, course_id: UUID, sheet: CourseSheet) -> int:
    """Replace the draft of a locked course, or make it; its new version."""
    row = session.get(CourseDraftRow, course_id)
    version = row.version + 1 if row else 1
    session.merge(CourseDraftRow(course_id=course_id, version=version, sheet=dumped(sheet)))
    return version


def revision(session: Session, course_id: UUID, number: int) -> Revision | None:
    """A published revision."""
    row = session.get(CourseRevisionRow, (course_id, number))
    return Revision(row.number, row.published_on, loaded(row.sheet)) if row else None


def add_revision(session: Session, row: CourseRow, sheet: CourseSheet, today: date, now: datetime) -> Revision:
    """Freeze the sheet as the next revision of a locked course, which is listed by it from now on."""
    number = row.revision + 1
    session.add(
        CourseRevisionRow(course_id=row.id, number=number, sheet=dumped(sheet), published_on=today, published_at=now)
    )
    row.revision, row.title, row.days = number, sheet.title, sheet.days
    row.domain, row.subdomain = sheet.domain, sheet.subdomain
    row.domain_key, row.subdomain_key = fold(sheet.domain), fold(sheet.subdomain)
    session.add(row)
    return Revision(number, today, sheet)
