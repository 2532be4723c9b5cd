"""How an issued invoice stands: what credit notes, deposits and receipts left of it."""

from dataclasses import dataclass
from datetime import date

from chassis.values.money import Money, total
from services.payments.domain.deposit import DepositUse
from services.payments.domain.fallback import BilledAfterGrace, OperatorDebt
from services.payments.domain.invoice import Invoice
from services.payments.domain.tax_parts import Parts, incl_tax


@dataclass(frozen=True, slots=True)
class Payment:
    """What one receipt pays of an invoice, by the bank's value date."""

    receipt_id: str
    value_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice (380) as issued; its parts not credited; the deposit it holds now; what was paid on it.

    Money that the page states as received is among the payments.
    """

    invoice: Invoice
    uncredited: Parts
    deducted: tuple[DepositUse, ...]
    payments: tuple[Payment, ...]

    @property
    def credited(self) -> Money:
        """What credit notes took of it."""
        return self.invoice.says.incl_tax - incl_tax(self.uncredited)

    @property
    def deposit(self) -> Money:
        """The deposit that it holds."""
        return total(used.amount for used in self.deducted)

    @property
    def paid(self) -> Money:
        """What receipts pay of it."""
        return total(payment.amount for payment in self.payments)

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return incl_tax(self.uncredited) - self.deposit - self.paid

    @property
    def as_operator_debt(self) -> OperatorDebt:
        """An operator's invoice, for the fallback."""
        return OperatorDebt(self.uncredited, self.paid)

    @property
    def as_billed_after_grace(self) -> BilledAfterGrace:
        """A client's invoice after grace, for its undoing."""
        return BilledAfterGrace(self.uncredited, self.deducted, self.paid)


def free_latest(payments: tuple[Payment, ...], amount: Money) -> tuple[Payment, ...]:
    """The parts of payments, latest first, that an invoice no longer needs; ValueError above what was paid."""
    freed = []
    for payment in reversed(payments):
        part = min(amount, payment.amount)
        if part:
            freed.append(Payment(payment.receipt_id, payment.value_date, part))
            amount -= part
    if amount:
        raise ValueError("more money is freed than was paid")
    return tuple(freed)
