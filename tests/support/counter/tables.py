"""One table."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Cents, Instant, JsonText, new_metadata
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Money


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """Base of this service's rows."""


class CounterRow(Table, table=True):
    """A counter: never below zero, its name used once. The other columns are there to be read back."""

    __tablename__ = "counter"
    __table_args__ = (CheckConstraint("value >= 0", name="a_counter_is_never_below_zero"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=200)
    value: int = 0
    version: int = 1
    amount: Money = Field(default=ZERO, sa_type=Cents)
    counted_at: datetime | None = Field(default=None, sa_type=Instant)
    counted_on: date | None = None
    notes: Any = Field(default=None, sa_type=JsonText, nullable=True)
