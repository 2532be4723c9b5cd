"""What the documents of payments have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.typesetting import days, fields_of
from chassis.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The training the document is about; `trainees` are full names."""

    contract_number: str
    title: str
    reference: str
    starts_on: date
    ends_on: date
    place: str | None = None
    planned_hours: Decimal | None = None
    trainees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePayment:
    """The figures of the late payment mention (C. com. L441-9); they come with the contract's terms.

    interest_margin_points: over the ECB's main refinancing rate; interest_floor_multiple: of the legal
    rate. recovery_fee None: the buyer does not owe one.
    """

    interest_margin_points: Decimal
    interest_floor_multiple: Decimal
    recovery_fee: Money | None


def training_data(training: Training) -> Mapping[str, object]:
    """What `training.typ` prints."""
    return fields_of(training) | {"held": days(training.starts_on, training.ends_on)}
