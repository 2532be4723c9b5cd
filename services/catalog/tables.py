"""The catalog's rows. Rules live in domain/; the constraints here are what must hold whatever writes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Instant, JsonText, new_metadata
from chassis.values.identifiers import new_id

# Lists are ordered by these: byte by byte, so that the order is the same on both databases.
_REFERENCE = String(20).with_variant(String(20, collation="C"), "postgresql")
_TERM = String(100).with_variant(String(100, collation="C"), "postgresql")


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """Base of this service's rows."""


class CourseRow(Table, table=True):
    """A course. revision: the newest that is published, 0 for none; the rest is read from that one, to list by."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="a_revision_is_counted_from_one"),
        CheckConstraint("revision = 0 OR title IS NOT NULL", name="a_published_course_has_a_title"),
        Index("ix_course_domain_key_subdomain_key", "domain_key", "subdomain_key"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(sa_type=_REFERENCE, unique=True)
    revision: int = 0
    title: str | None = None
    domain: str | None = None
    subdomain: str | None = None
    domain_key: str | None = None
    subdomain_key: str | None = None
    days: int | None = None


class CourseDraftRow(Table, table=True):
    """The sheet that staff work on. version: its ETag."""

    __tablename__ = "course_draft"

    course_id: UUID = Field(primary_key=True, foreign_key="course.id")
    version: int = 1
    sheet: Any = Field(sa_type=JsonText, nullable=False)


class CourseRevisionRow(Table, table=True):
    """A published revision: written once, never changed."""

    __tablename__ = "course_revision"
    __table_args__ = (CheckConstraint("number >= 1", name="a_revision_is_counted_from_one"),)

    course_id: UUID = Field(primary_key=True, foreign_key="course.id")
    number: int = Field(primary_key=True)
    sheet: Any = Field(sa_type=JsonText, nullable=False)
    published_on: date
    published_at: datetime = Field(sa_type=Instant)


class SearchTermRow(Table, table=True):
    """A term that finds a published course, with its weight.

    Indexed by course, and by term with all that a search asks: the rows of a common word lie all over the table.
    """

    __tablename__ = "search_term"
    __table_args__ = (
        Index("ix_search_term_course_id", "course_id"),
        Index("ix_search_term_term_course_id_weight", "term", "course_id", "weight"),
    )

    term: str = Field(sa_type=_TERM, primary_key=True)
    course_id: UUID = Field(primary_key=True, foreign_key="course.id")
    weight: int


class SessionRow(Table, table=True):
    """A session of one published revision."""

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("seats_max >= 1", name="a_session_has_a_seat"),
        CheckConstraint("starts_on <= ends_on", name="a_session_ends_after_its_start"),
        Index("ix_session_course_id_starts_on", "course_id", "starts_on"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    course_reference: str = Field(max_length=20)
    course_revision: int
    kind: str = Field(max_length=10)
    place: str = Field(max_length=200)
    trainer: str = Field(max_length=200)
    seats_max: int
    starts_on: date
    ends_on: date


class SessionHalfDayRow(Table, table=True):
    """One half-day of a session, hours in hundredths (SQLite has no decimals)."""

    __tablename__ = "session_half_day"
    __table_args__ = (
        CheckConstraint("hours_hundredths BETWEEN 1 AND 2400", name="a_half_day_has_hours_and_24_at_most"),
    )

    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    place: int = Field(primary_key=True)
    day: date
    half: str = Field(max_length=10)
    hours_hundredths: int


class SeatHoldRow(Table, table=True):
    """Seats of a contract in a session. expires_at: real time; null once the contract is signed.

    released_at: real time; null unless the contract was withdrawn from, which frees its seats for good.
    """

    __tablename__ = "seat_hold"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="a_hold_has_a_seat"),
        CheckConstraint("NOT overbooked OR expires_at IS NULL", name="only_signed_contracts_overbook"),
        CheckConstraint("NOT overbooked OR released_at IS NULL", name="what_is_released_overbooks_nothing"),
    )

    session_id: UUID = Field(primary_key=True, foreign_key="session.id")
    contract_id: UUID = Field(primary_key=True)
    seats: int
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    overbooked: bool = False
    released_at: datetime | None = Field(default=None, sa_type=Instant)
