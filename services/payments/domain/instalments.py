"""The staged balance of an individual (C. trav. L6353-6): an invoice each training day, the final one for the rest.

Contracts states the days and the amounts incl. tax. What is billed always sums to the price, net and VAT of each
rate apart; the deposit stays to be deducted from the final invoice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from chassis.values.money import ZERO, Money, total
from chassis.values.refusals import Refused
from services.payments.domain.tax_parts import Parts, less, take

CLAUSE = "2.1"


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the balance, incl. tax, and the training day on which it is asked for."""

    due_on: date
    amount: Money


def check_instalments(instalments: Sequence[Instalment], balance: Money, starts_on: date, ends_on: date) -> None:
    """Refused unless they sum to the balance, one on each of some days of the training, in order."""
    days = [each.due_on for each in instalments]
    in_order = all(earlier < later for earlier, later in pairwise(days))
    above_zero = all(each.amount > ZERO for each in instalments)
    is_within = all(starts_on <= day <= ends_on for day in days)
    if not (in_order and above_zero and is_within and total(each.amount for each in instalments) == balance):
        raise Refused(
            "instalments-disagree",
            f"The instalments must sum to the balance, {balance}, over days of the training, in order.",
            CLAUSE,
        )


def before_the_end(instalments: Sequence[Instalment]) -> Sequence[Instalment]:
    """Those that are invoiced by themselves: the final invoice asks for the last."""
    return instalments[:-1]


def instalment_parts(price: Parts, deposit: Money, billed: Iterable[Parts], amount: Money) -> Parts:
    """Net and VAT of an instalment of `amount` incl. tax, after the instalments billed before it.

    deposit: the whole of it, incl. tax. Taken from the balance, so that at each rate the deposit is still there to
    be deducted at the end.
    """
    return take(unbilled(less(price, take(price, deposit)), billed), amount)


def unbilled(price: Parts, billed: Iterable[Parts]) -> Parts:
    """What remains of a price after the instalments billed."""
    for parts in billed:
        price = less(price, parts)
    return price
