"""What is to be paid back to a customer, by which day (C. conso L221-24), and whose eyes are on it.

Who decides that money leaves neither approves it nor records its payment (Ours: four eyes, against error and fraud).
What the rules decided needs one person.
"""

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
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


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


def check_other_person(decided_by: str | None, acting: str) -> None:
    """Refused for the person who decided; decided_by None: the rules did."""
    if decided_by is not None and decided_by == acting:
        raise Refused(
            "refund-needs-second-person", "Who decided this refund neither approves nor pays it: ask a colleague."
        )


def check_approvable(state: RefundState) -> None:
    """Refused unless it waits for its approval."""
    if state is not RefundState.DUE:
        raise Refused(f"refund-{state}", f"This refund is {state}: it waits for no approval.")


def check_payable(state: RefundState) -> None:
    """Refused before the approval, or once it is paid or withdrawn."""
    if state is RefundState.DUE:
        raise Refused("refund-not-approved", "Have it approved first (POST /v1/refunds/{id}/approval).")
    if state is not RefundState.APPROVED:
        raise Refused(f"refund-{state}", f"This refund is {state}: there is nothing to pay.")


def check_withdrawable(reason: RefundReason, state: RefundState) -> None:
    """Refused once it is paid or withdrawn, and for what the law has paid back (L221-24, C. trav. L6353-6)."""
    if state in (RefundState.PAID, RefundState.WITHDRAWN):
        raise Refused(f"refund-{state}", f"This refund is {state}: it cannot be withdrawn.")
    if reason in (RefundReason.WITHDRAWAL, RefundReason.ABOVE_DEPOSIT):
        raise Refused("refund-owed-by-law", "The client has a right to this money: only its payment ends it.", "2.1")
