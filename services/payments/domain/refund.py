"""What is to be paid back to a customer, and by which day (C. conso L221-24)."""

from datetime import date
from enum import StrEnum

from chassis.values.money import Money
from chassis.values.periods import add_days
from chassis.values.refusals import Refused
from services.payments.domain.statutory import REFUND_DAYS


class RefundReason(StrEnum):
    """Why money is paid back."""

    WITHDRAWAL = "withdrawal"
    ABOVE_DEPOSIT = "above_deposit"
    DEPOSIT_NOT_NEEDED = "deposit_not_needed"
    DECISION = "decision"


class RefundState(StrEnum):
    """Where a refund stands."""

    DUE = "due"
    PAID = "paid"


def refund_by(known_on: date) -> date:
    """The last day to pay back what is known since a day to be the customer's."""
    return add_days(known_on, REFUND_DAYS)


def refund_after_withdrawal_by(value_date: date, withdrawal_refund_by: date) -> date:
    """For money of a contract withdrawn from: the day stated, counted from its coming where that was later (Ours).

    withdrawal_refund_by: the last day that contracts stated, counted from when it knew of the withdrawal.
    """
    return max(withdrawal_refund_by, refund_by(value_date))


def check_refund(amount: Money, left: Money) -> None:
    """Refused above what is left of the receipt: money that pays something is not there to be paid back."""
    if amount > left:
        raise Refused("refund-above-rest", f"Only {left} of this receipt is left.", unallocated=str(left))
