"""The gdpr service's rows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
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
    """A request as it was received. desk_day, answer_by: what the deadline was worked out to on that day."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("received_on < desk_day", name="a_deadline_follows_the_receipt"),
        CheckConstraint("desk_day <= answer_by", name="the_desk_is_never_later_than_the_law"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True, max_length=20)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    message: str | None = Field(default=None, sa_type=Text)
    received_on: date
    received_at: datetime = Field(sa_type=Instant)
    desk_day: date
    answer_by: date
