"""The gdpr service's rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Instant, JsonText, new_metadata
from chassis.values.identifiers import new_id
from services.gdpr.domain.case import Identity, Stage

_UNANSWERED = text("answered_on IS NULL")
_PENDING = text("answered_at IS NULL")


def _one_of(column: str, values: type[Stage] | type[Identity]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """Base of this service's rows."""


class RequestCounterRow(Table, table=True):
    """The last number given in a year; locked by the transaction that gives the next."""

    __tablename__ = "request_counter"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class PrivacyRequestRow(Table, table=True):
    """A request as it was received, and where it stands.

    number: for the officer, without a gap; reference: for the person, who learns nothing from it. acknowledged_at:
    real time of the mail, null where none was sent. desk_day, answer_by: the deadline as it was last worked out.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("received_on < desk_day", name="a_deadline_follows_the_receipt"),
        CheckConstraint("desk_day <= answer_by", name="the_desk_is_never_later_than_the_law"),
        CheckConstraint(_one_of("stage", Stage), name="stage_is_known"),
        CheckConstraint(_one_of("identity", Identity), name="identity_is_known"),
        CheckConstraint(
            "identity = 'established' OR stage NOT IN ('gathering', 'ready', 'delivered')",
            name="nothing_is_gathered_before_identity",
        ),
        Index("ix_privacy_request_acknowledged_at", "acknowledged_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True, max_length=20)
    reference: UUID = Field(default_factory=uuid4, unique=True)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    message: str | None = Field(default=None, sa_type=Text)
    received_on: date
    received_at: datetime = Field(sa_type=Instant)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    desk_day: date
    answer_by: date
    stage: str = Field(default=Stage.RECEIVED.value, max_length=20, sa_column_kwargs={"server_default": "received"})
    identity: str = Field(
        default=Identity.UNCHECKED.value, max_length=20, sa_column_kwargs={"server_default": "unchecked"}
    )
    extended_on: date | None = None
    closed_on: date | None = None


class IdentityDemandRow(Table, table=True):
    """Identity was asked for; the clock stands until answered_on."""

    __tablename__ = "identity_demand"
    __table_args__ = (
        CheckConstraint("asked_on <= answered_on", name="an_answer_follows_its_demand"),
        Index(
            "uq_identity_demand_one_open_for_each_request",
            "request_id",
            unique=True,
            postgresql_where=_UNANSWERED,
            sqlite_where=_UNANSWERED,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    request_id: UUID = Field(foreign_key="privacy_request.id", index=True)
    asked_on: date
    answered_on: date | None = None


class PrivacyStepRow(Table, table=True):
    """What was decided or done of a request, when, by whom; said: the reason, or the way, as it was written."""

    __tablename__ = "privacy_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    request_id: UUID = Field(foreign_key="privacy_request.id", index=True)
    kind: str = Field(max_length=40)
    said: str | None = Field(default=None, sa_type=Text)
    decided_by: str = Field(max_length=200)
    on_day: date
    at: datetime = Field(sa_type=Instant)


class PrivacyPartRow(Table, table=True):
    """What one service is asked about a person, until it answers. kind: matches, records, or the package made of them.

    leased_until: who asks holds the part until then, so that nobody else asks as well.
    """

    __tablename__ = "privacy_part"
    __table_args__ = (
        UniqueConstraint("request_id", "kind", "service"),
        Index("ix_privacy_part_pending", "not_before", postgresql_where=_PENDING, sqlite_where=_PENDING),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    request_id: UUID = Field(foreign_key="privacy_request.id")
    kind: str = Field(max_length=20)
    service: str = Field(max_length=20)
    question: Any = Field(sa_type=JsonText)
    answer: Any | None = Field(default=None, sa_type=JsonText)
    as_of: datetime | None = Field(default=None, sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    not_before: datetime = Field(sa_type=Instant)
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str | None = Field(default=None, max_length=200)


class PrivacyCandidateRow(Table, table=True):
    """Somebody whom a service holds and who may be the person; those who are not are deleted when that is said."""

    __tablename__ = "privacy_candidate"
    __table_args__ = (UniqueConstraint("request_id", "service", "kind", "subject_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    request_id: UUID = Field(foreign_key="privacy_request.id")
    service: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    subject_id: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    matched_on: Any = Field(sa_type=JsonText)
    details: Any = Field(sa_type=JsonText)
    confirmed: bool = False


class PrivacyPackageRow(Table, table=True):
    """What the person is handed: an archive for machines, a PDF for people.

    Both are dropped some months after the delivery; their SHA-256 stays.
    """

    __tablename__ = "privacy_package"
    __table_args__ = (CheckConstraint("(archive IS NULL) = (readable IS NULL)", name="both_forms_go_together"),)

    request_id: UUID = Field(foreign_key="privacy_request.id", primary_key=True)
    made_on: date
    archive: bytes | None = Field(default=None, sa_type=LargeBinary)
    archive_sha256: str = Field(max_length=64)
    readable: bytes | None = Field(default=None, sa_type=LargeBinary)
    readable_sha256: str = Field(max_length=64)
