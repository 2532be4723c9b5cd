"""How long an individual can withdraw, and what follows.

Clause 2.1, C. conso L221-18 to L221-24, C. trav. L6353-5. A withdrawal declared again on a later day is a new
declaration; the refund's last day counts from the day of the confirmation, or of the staff's recording.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chassis.values.periods import add_days, next_day, roll_to_working_day
from chassis.values.refusals import Refused
from services.contracts.domain import statutory
from services.contracts.domain.terms import Terms


class Means(StrEnum):
    """How a declaration came: by the website's function, or in any other way that leaves no doubt (L221-21)."""

    WEBSITE = "website"
    LETTER = "letter"
    EMAIL = "email"
    FORM = "form"
    OTHER = "other"


class WithdrawalState(StrEnum):
    """On the website a withdrawal is declared, then confirmed (D221-5); one that staff record is so at once."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Declaration:
    """A declaration of withdrawal and where its acknowledgement goes.

    dispatched_on: the day on which it was sent, which is the one that counts. declared_at: when it came in here.
    """

    name: str
    email: str
    means: Means
    dispatched_on: date
    declared_at: datetime


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
    """The first day on which any money may be asked for.

    A declaration that nobody confirmed does not move it. On the website the withdrawal is exercised by the confirmation
    (C. conso L221-21, D221-5; Directive 2011/83, art. 11a: it counts once it is submitted), and L6353-6 forbids to ask
    before the period expires, not after. Where the declaration came on the last day and its confirmation comes on the
    next (Ours, `confirmation_last_day`), the request of that morning falls with the contract: nothing was owed.
    """
    return next_day(withdrawal_ends_on)


def starts_inside(starts_on: date, withdrawal_ends_on: date) -> bool:
    """Whether the session starts while the client can still withdraw."""
    return starts_on <= withdrawal_ends_on


def refuse_start_inside(starts_on: date, withdrawal_ends_on: date) -> None:
    """Ours: Refused (clause 2.1) where the session starts while the client can still withdraw."""
    if starts_inside(starts_on, withdrawal_ends_on):
        detail = f"The client can withdraw through {withdrawal_ends_on}: choose a session that starts later."
        raise Refused("session-inside-withdrawal", detail, "2.1", last_day=withdrawal_ends_on.isoformat())


def refuse_late_withdrawal(dispatched_on: date, withdrawal_ends_on: date) -> None:
    """Refused (C. conso L221-18) where the declaration was sent after the last day. Its dispatch counts."""
    if dispatched_on > withdrawal_ends_on:
        detail = f"Withdrawal was possible through {withdrawal_ends_on}."
        raise Refused("withdrawal-too-late", detail, "2.1", last_day=withdrawal_ends_on.isoformat())


def refuse_impossible_dispatch(dispatched_on: date, signed_on: date, today: date) -> None:
    """Refused where the declaration was sent after today, or before there was anything to withdraw from."""
    if not signed_on <= dispatched_on <= today:
        detail = f"A declaration is sent between the signature, {signed_on}, and today, {today}."
        raise Refused("dispatch-day-impossible", detail, "2.1", dispatched_on=dispatched_on.isoformat())


def confirmation_last_day(declared_on: date, withdrawal_ends_on: date) -> date:
    """Ours: a declaration is confirmed while the period runs, or on the next day where it came at its very end."""
    return max(withdrawal_ends_on, next_day(declared_on))


def stands_unconfirmed(declared_on: date, withdrawal_ends_on: date, today: date) -> bool:
    """Whether an unconfirmed declaration stays as it is when it is made again: nothing would be gained by a new one.

    It was made today, or it is too late to declare and not yet too late to confirm.
    """
    return declared_on == today or (
        withdrawal_ends_on < today <= confirmation_last_day(declared_on, withdrawal_ends_on)
    )


def refuse_late_confirmation(declared_on: date, withdrawal_ends_on: date, today: date) -> None:
    """Refused (Ours) where a declaration was left unconfirmed for too long."""
    last_day = confirmation_last_day(declared_on, withdrawal_ends_on)
    if today > last_day:
        detail = f"The withdrawal declared on {declared_on} could be confirmed through {last_day}."
        raise Refused("confirmation-too-late", detail, "2.1", last_day=last_day.isoformat())


def refund_last_day(informed_on: date) -> date:
    """The last day on which everything that was paid is back (C. conso L221-24).

    informed_on: the day in Paris on which the seller was informed. Ours: of the website's function, the day of the
    confirmation; of what staff record, the day of the recording.
    """
    return add_days(informed_on, statutory.WITHDRAWAL_REFUND_DAYS.value)
