"""The gdpr service's rows."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Instant, new_metadata
from chassis.values.identifiers import new_id


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """Base of this service's rows."""


class RequestCounterRow(Table, table=True):
    """The last number given in a year; locked by the transaction that gives the next."""

    __tablename__ = "request_counter"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class PrivacyRequestRow(Table, table=True):
    """A request as it was received. desk_day, answer_by: what the deadline was worked out to on that day.

    number: for the officer, without a gap; reference: for the person, who learns nothing from it. acknowledged_at:
    real time of the mail, null where none was sent.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("received_on < desk_day", name="a_deadline_follows_the_receipt"),
        CheckConstraint("desk_day <= answer_by", name="the_desk_is_never_later_than_the_law"),
        Index("ix_privacy_request_kind_acknowledged_at", "kind", "acknowledged_at"),
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
