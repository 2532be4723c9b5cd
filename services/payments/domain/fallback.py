"""The one-month fallback (terms, section 3.3): the client is billed for what the operator has not paid.

On the day after the grace ends, what the operator has not paid is credited on its invoice and invoiced to
the client, less the unapplied deposit. Bank value date on the last day is in time (Ours). A receipt booked
later but dated in time undoes the fallback for its amount. Late money pays what is open of the client's
invoice; the rest is an overpayment that staff decides on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.money import ZERO, Money, total
from services.payments.domain.deposit import Deposit, DepositUse, give_back, use_deposits
from services.payments.domain.final_billing import ClientBill
from services.payments.domain.tax_parts import Parts, incl_tax, take


@dataclass(frozen=True, slots=True)
class OperatorDebt:
    """An operator's invoice: what of it is not credited, and what was paid on it."""

    uncredited: Parts
    paid: Money

    @property
    def open(self) -> Money:
        """What the operator still owes."""
        return incl_tax(self.uncredited) - self.paid


@dataclass(frozen=True, slots=True)
class Fallback:
    """A credit note on the operator's invoice and the client's invoice after grace, for the same parts."""

    credit: Parts
    client: ClientBill


@dataclass(frozen=True, slots=True)
class BilledAfterGrace:
    """A client's invoice after grace as it stands: parts not credited, deposit it holds, money paid on it."""

    uncredited: Parts
    deducted: tuple[DepositUse, ...]
    paid: Money

    @property
    def open(self) -> Money:
        """What the client still owes of it."""
        return incl_tax(self.uncredited) - total(used.amount for used in self.deducted) - self.paid


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a receipt dated in time takes back: parts credited to the client and invoiced to the operator again,
    deposit given back to the client's credit, and money of the client's invoice that nothing needs any more.
    """

    parts: Parts
    deposit_given_back: tuple[DepositUse, ...]
    money_freed: Money
    receipt_left: Money


def is_in_time(value_date: date, opco_due_on: date) -> bool:
    """Whether operator money counts as paid within the grace: value date on the last day is in time."""
    return value_date <= opco_due_on


def fall_back(
    today: date, client_billed_from: date, debt: OperatorDebt, deposits: Sequence[Deposit]
) -> Fallback | None:
    """What to credit and to bill today; None before the day, and where the operator owes nothing.

    Once by nature: after it nothing of the operator's invoice is open. It expects only money that is in time
    to be booked on that invoice.
    """
    if today < client_billed_from or debt.open <= ZERO:
        return None
    credit = take(debt.uncredited, debt.open)
    return Fallback(credit, ClientBill(credit, use_deposits(deposits, debt.open)))


def undo(amount: Money, billed: BilledAfterGrace) -> Undoing | None:
    """What a receipt of `amount`, dated in time but booked after the fallback, undoes; None where nothing is left.

    The client's invoice then stands as if it had been issued for the rest alone: its deposit first, then money.
    """
    undone = min(amount, incl_tax(billed.uncredited))
    if not undone:
        return None
    rest = incl_tax(billed.uncredited) - undone
    deposit = total(used.amount for used in billed.deducted)
    kept = min(deposit, rest)
    return Undoing(
        parts=take(billed.uncredited, undone),
        deposit_given_back=give_back(billed.deducted, deposit - kept),
        money_freed=max(billed.paid - (rest - kept), ZERO),
        receipt_left=amount - undone,
    )


def late_money(amount: Money, open_after_grace: Money) -> tuple[Money, Money]:
    """Operator money dated after the grace: (what it pays of the client's invoice, the overpayment)."""
    pays = min(amount, max(open_after_grace, ZERO))
    return pays, amount - pays
