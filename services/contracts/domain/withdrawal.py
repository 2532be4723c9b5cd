"""How long an individual can withdraw (clause 2.1, C. conso L221-18 and L221-19, C. trav. L6353-5)."""

from datetime import date

from chassis.values.periods import add_days, next_day, roll_to_working_day
from chassis.values.refusals import Refused
from services.contracts.domain.terms import Terms


def withdrawal_last_day(signed_on: date, terms: Terms, *, ordered_on_website: date | None = None) -> date:
    """The last day, in full, on which an individual can withdraw.

    signed_on: the signature of the individual training contract. ordered_on_website: the day of the order,
    where it was made at a distance. The later of the two periods counts; each rolls to a working day.
    """
    last_day = add_days(signed_on, terms.individual_withdrawal_days)
    if ordered_on_website is not None:
        last_day = max(last_day, add_days(ordered_on_website, terms.distance_withdrawal_days))
    return roll_to_working_day(last_day)


def money_callable_on(withdrawal_ends_on: date) -> date:
    """The first day on which any money may be asked for."""
    return next_day(withdrawal_ends_on)


def refuse_start_inside(starts_on: date, withdrawal_ends_on: date) -> None:
    """Ours: Refused (clause 2.1) where the session starts while the client can still withdraw."""
    if starts_on <= withdrawal_ends_on:
        detail = f"The client can withdraw through {withdrawal_ends_on}: choose a session that starts later."
        raise Refused("session-inside-withdrawal", detail, "2.1", last_day=withdrawal_ends_on.isoformat())


def refuse_late_withdrawal(dispatched_on: date, withdrawal_ends_on: date) -> None:
    """Refused (C. conso L221-18) where the declaration was sent after the last day. Its dispatch counts."""
    if dispatched_on > withdrawal_ends_on:
        detail = f"Withdrawal was possible through {withdrawal_ends_on}."
        raise Refused("withdrawal-too-late", detail, "2.1", last_day=withdrawal_ends_on.isoformat())
