"""An individual's money that comes before the withdrawal period is over (C. trav. L6353-6; clauses, section 5).

It is booked and kept apart: it pays nothing by itself, of the deposit or of what is billed later. Afterwards the
client confirms it: it becomes the deposit as far as the deposit reaches, and the rest is paid back. Money comes on
the bank's value date (Ours).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.money import Money, total


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of one receipt. is_own: it is for the contract in question and for no other."""

    receipt_id: str
    left: Money
    is_own: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What of each receipt becomes deposit, and what of each is paid back."""

    deposit: tuple[tuple[str, Money], ...]
    refunds: tuple[tuple[str, Money], ...]


def is_early(value_date: date, money_from: date | None) -> bool:
    """Whether money came too early for a contract. money_from: its first day; None where any day will do."""
    return money_from is not None and value_date < money_from


def counts_from(value_date: date, booked_on: date, money_from: date | None) -> date:
    """The day from which money is deposit: when it came, early money when it was confirmed (booked on it)."""
    return booked_on if is_early(value_date, money_from) else value_date


def confirm(held: Sequence[Held], lacking: Money) -> Confirmed:
    """Confirmed money becomes deposit, in its order, up to what the deposit lacks; the rest is paid back.

    What may be for another contract of the client as well stays kept apart.
    """
    deposit, refunds = [], []
    for each in held:
        part = min(each.left, lacking)
        lacking -= part
        if part:
            deposit.append((each.receipt_id, part))
        if each.is_own and part < each.left:
            refunds.append((each.receipt_id, each.left - part))
    return Confirmed(tuple(deposit), tuple(refunds))


def held_back(held: Iterable[Held], freed: Sequence[tuple[str, Money]]) -> tuple[tuple[str, Money], ...]:
    """What a withdrawal pays back of each receipt: its own money whole, of any other what the contract had taken.

    freed: (receipt, amount) of what paid the contract's documents until now, each part of what is left.
    """
    amounts = (
        (each.receipt_id, each.left if each.is_own else total(part for name, part in freed if name == each.receipt_id))
        for each in held
    )
    return tuple((receipt_id, amount) for receipt_id, amount in amounts if amount)
