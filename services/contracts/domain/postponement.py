"""What a client who postpones owes (clause 3.6)."""

from datetime import date
from enum import StrEnum

from chassis.values.periods import add_months, next_day
from services.contracts.domain.terms import Terms


class PostponementOutcome(StrEnum):
    """Deposit kept as an indemnity, deposit credited, or the full price due at once."""

    DEPOSIT_KEPT = "deposit_kept"
    DEPOSIT_CREDITED = "deposit_credited"
    FULL_PRICE = "full_price"


def postponement_last_day(ordered_on: date, terms: Terms) -> date:
    """The last day on which the new session may end. ordered_on: the signed acceptance was received."""
    return add_months(ordered_on, terms.postponement_months)


def full_price_from(ordered_on: date, terms: Terms) -> date:
    """The day the full price falls due where no new session was held by the last day."""
    return next_day(postponement_last_day(ordered_on, terms))


def postponement_outcome(
    asked_on: date, starts_on: date, new_session_ends_on: date, ordered_on: date, terms: Terms
) -> PostponementOutcome:
    """What a postponement costs: asked before the start and held within the months, or the full price."""
    held_in_time = new_session_ends_on <= postponement_last_day(ordered_on, terms)
    if asked_on >= starts_on or not held_in_time:
        return PostponementOutcome.FULL_PRICE
    if terms.postponement_credits_deposit:
        return PostponementOutcome.DEPOSIT_CREDITED
    return PostponementOutcome.DEPOSIT_KEPT
