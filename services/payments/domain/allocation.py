"""What a receipt pays (clauses, section 7): the invoice named, else the oldest due; interest first.

Operator money is offered only the items of its own case; the caller chooses what it offers. What no item
takes stays unallocated, shown and never lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chassis.values.money import Money
from services.payments.domain.early_money import is_early


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice with something open. interest_on: the invoice whose interest and fee this one asks for.

    money_from: money that came before that day never pays it by itself (an individual's contract).
    """

    number: str
    due_on: date
    open: Money
    interest_on: str | None = None
    money_from: date | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of one receipt, and its value date."""

    receipt_id: str
    value_date: date
    left: Money


@dataclass(frozen=True, slots=True)
class Allocated:
    """How a receipt is spread, in order, and what is left of it."""

    parts: tuple[tuple[str, Money], ...]
    unallocated: Money


def allocate(amount: Money, items: Sequence[OpenItem], named: str | None = None) -> Allocated:
    """Spread a receipt. A named invoice takes it first, its own invoiced interest before it (C. civ. 1343-1).

    Without a name the oldest due comes first, each after the interest invoiced on it. What exceeds a named
    invoice is unallocated here: `spread` brings it to the others.
    """
    parts = []
    for item in _in_order(items, named):
        part = min(amount, item.open)
        if part:
            parts.append((item.number, part))
            amount -= part
    return Allocated(tuple(parts), amount)


def payable_by(items: Iterable[OpenItem], value_date: date) -> list[OpenItem]:
    """The items that money of this value date pays by itself."""
    return [item for item in items if not is_early(value_date, item.money_from)]


def spread(receipts: Iterable[Rest], items: Iterable[OpenItem]) -> tuple[tuple[str, str, Money], ...]:
    """What is left of receipts, in their order, over items, the oldest due first: (receipt, number, amount)."""
    payments: list[tuple[str, str, Money]] = []
    left = {item.number: item for item in items}
    for rest in receipts:
        for number, amount in allocate(rest.left, payable_by(left.values(), rest.value_date)).parts:
            payments.append((rest.receipt_id, number, amount))
            left[number] = replace(left[number], open=left[number].open - amount)
    return tuple(payments)


def _in_order(items: Sequence[OpenItem], named: str | None) -> list[OpenItem]:
    due = {item.number: item.due_on for item in items}

    def place(item: OpenItem) -> tuple[date, str, bool, date, str]:
        principal = item.interest_on or item.number
        return (due.get(principal, item.due_on), principal, item.interest_on is None, item.due_on, item.number)

    wanted = [item for item in items if named is None or named in (item.number, item.interest_on)]
    return sorted(wanted, key=place)
