"""The deposit: booked, invoiced (386), deducted, given back (terms, sections 2.1 and 2.2; clauses, section 7).

A deposit is a prepayment of what is billed later. It counts first against the client's share; what exceeds
that stays the client's credit until an invoice after grace takes it or it is refunded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.money import ZERO, Money, total
from services.payments.domain.early_money import is_early
from services.payments.domain.tax_parts import Parts, incl_tax, less, take

# The clauses that deposit credit notes (503) rest on, each with words of its own on the page.
NOT_NEEDED = "3.3"
NOT_RECEIVED = "2.2"


@dataclass(frozen=True, slots=True)
class DepositAsked:
    """What a deposit request asks for. money_from: the first day money may be booked on it (individuals)."""

    amount: Money
    money_from: date | None = None


@dataclass(frozen=True, slots=True)
class DepositBooking:
    """What of one receipt is deposit, what is kept apart, and whether the deposit became complete by it."""

    accepted: Money
    kept_apart: Money
    completes: bool


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit invoice (386) and the part of it that nothing has used yet."""

    number: str
    left: Parts


@dataclass(frozen=True, slots=True)
class DepositUse:
    """The part of one deposit invoice that another document takes."""

    number: str
    parts: Parts

    @property
    def amount(self) -> Money:
        """The part incl. tax."""
        return incl_tax(self.parts)


def book_deposit(asked: DepositAsked, received: Money, amount: Money, value_date: date) -> DepositBooking:
    """How much of a receipt is deposit; the excess is kept apart, never lost.

    received: what was booked on the same request before. An individual's money that comes before the deposit
    may be asked for is kept apart whole (C. trav. L6353-6); a company may send it with its order.
    """
    if is_early(value_date, asked.money_from):
        return DepositBooking(ZERO, amount, completes=False)
    return take_as_deposit(asked, received, amount)


def take_as_deposit(asked: DepositAsked, received: Money, amount: Money) -> DepositBooking:
    """How much of money that may be booked on it, or that the client confirmed, is deposit."""
    accepted = min(amount, asked.amount - received)
    completes = bool(accepted) and received + accepted == asked.amount
    return DepositBooking(accepted, amount - accepted, completes)


def deposit_parts(price: Parts, asked: Money, invoiced: Iterable[Parts], amount: Money) -> Parts:
    """Net and VAT of a deposit invoice of `amount` incl. tax, after the deposit invoices before it.

    asked: the whole deposit. In however many parts it comes, they sum to it, net and VAT apart.
    """
    left = take(price, asked)
    for parts in invoiced:
        left = less(left, parts)
    return take(left, amount)


def unapplied(deposits: Iterable[Deposit]) -> Money:
    """What of the deposits nothing has used yet, incl. tax."""
    return total(incl_tax(deposit.left) for deposit in deposits)


def use_deposits(deposits: Sequence[Deposit], amount: Money) -> tuple[DepositUse, ...]:
    """The deposits, oldest first, against at most `amount` incl. tax; less where they do not reach."""
    uses = []
    for deposit in deposits:
        part = min(amount, incl_tax(deposit.left))
        if part:
            uses.append(DepositUse(deposit.number, take(deposit.left, part)))
            amount -= part
    return tuple(uses)


def after_uses(deposits: Sequence[Deposit], uses: Iterable[DepositUse]) -> tuple[Deposit, ...]:
    """The deposits as they stand once the uses are made; ValueError where one takes more than is left."""
    left = {deposit.number: deposit.left for deposit in deposits}
    for used in uses:
        left[used.number] = less(left[used.number], used.parts)
    return tuple(Deposit(deposit.number, left[deposit.number]) for deposit in deposits)


def give_back(uses: Sequence[DepositUse], amount: Money) -> tuple[DepositUse, ...]:
    """The parts of uses, latest first, that a credit of `amount` frees again; ValueError above the uses."""
    freed = []
    for used in reversed(uses):
        part = min(amount, used.amount)
        if part:
            freed.append(DepositUse(used.number, take(used.parts, part)))
            amount -= part
    if amount:
        raise ValueError("more deposit is given back than was used")
    return tuple(freed)


def refund_unapplied(deposits: Sequence[Deposit], operator_open: Money) -> tuple[DepositUse, ...]:
    """What a deposit credit note (503) takes back for a refund; nothing while an operator still owes.

    While an operator's amount is open, the unapplied deposit may yet be needed by the invoice after grace.
    """
    return () if operator_open else use_deposits(deposits, unapplied(deposits))
