"""The deposit: how much, from when it may be asked for, until when it is due (clauses 2.1 and 2.2)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from chassis.values.money import Money, percentage
from chassis.values.periods import add_days
from services.contracts.domain import statutory
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.terms import Terms
from services.contracts.domain.withdrawal import money_callable_on


@dataclass(frozen=True)
class Deposit:
    """`amount` incl. tax; not to be asked for before `callable_on`, due through `due_on`."""

    amount: Money
    callable_on: date
    due_on: date


def deposit_amount(incl_tax: Money, kind: CustomerKind, terms: Terms) -> Money:
    """The deposit on a final price incl. tax: half-up for professionals, down for individuals.

    An individual's rate never exceeds the ceiling of C. trav. L6353-6, whatever the terms say.
    """
    if kind is CustomerKind.INDIVIDUAL:
        return percentage(incl_tax, individual_deposit_rate(terms), rounding=ROUND_DOWN)
    return percentage(incl_tax, terms.deposit_rate, rounding=ROUND_HALF_UP)


def individual_deposit_rate(terms: Terms) -> Decimal:
    """The rate of an individual's deposit, in percent."""
    return min(terms.deposit_rate, statutory.INDIVIDUAL_DEPOSIT_CEILING.value)


def deposit_of(
    amount: Money,
    terms: Terms,
    *,
    accepted_on: date,
    starts_on: date,
    asked_on: date,
    withdrawal_ends_on: date | None = None,
) -> Deposit:
    """When a deposit may be asked for and is due.

    Due `deposit_due_days` after the acceptance (after the withdrawal period, for an individual), at the latest
    the eve of the start (Ours), yet never before it is callable nor before the day it is asked for.
    """
    counted_from = accepted_on if withdrawal_ends_on is None else withdrawal_ends_on
    callable_on = accepted_on if withdrawal_ends_on is None else money_callable_on(withdrawal_ends_on)
    eve = add_days(starts_on, -1)
    by_the_terms = min(add_days(counted_from, terms.deposit_due_days), eve)
    return Deposit(amount, callable_on, max(by_the_terms, callable_on, asked_on))
