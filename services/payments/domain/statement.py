"""What a customer owes on a day: open amounts, late interest, fees, and the client's credit (terms, section 3.4).

Receipts count by their value date. A day to come is a projection on the receipts known today. What an
operator paid in time undoes a debt from its beginning: interest and fee on it are dropped (clauses, section 7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.values.money import ZERO, Money, total
from chassis.values.periods import days_between
from chassis.values.refusals import Refused
from services.payments.domain.late_charges import NOTHING, Charged, to_charge
from services.payments.domain.late_interest import CustomerKind, Debt, LateCharge, LateTerms, late_charge
from services.payments.domain.reference_rates import Rates


@dataclass(frozen=True, slots=True)
class ClientInvoice:
    """One invoice of the client as known today.

    amount: its total incl. tax; credited and deducted: what credit notes and deposits take of it. bears_interest:
    not what asks for interest itself. charged: what was invoiced of its interest and fee.
    """

    number: str
    issued_on: date
    due_on: date
    amount: Money
    credited: Money
    deducted: Money
    payments: tuple[tuple[date, Money], ...]
    customer_kind: CustomerKind
    terms: LateTerms
    bears_interest: bool = True
    charged: Charged = NOTHING

    @property
    def debt(self) -> Debt:
        """What bears interest: never what was credited or covered by a deposit."""
        return Debt(self.amount - self.credited - self.deducted, self.due_on, self.payments)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One invoice on the day of the statement. days_late: days that bear interest.

    interest and recovery_fee: what is owed beside what was invoiced of them.
    """

    invoice: ClientInvoice
    paid: Money
    open: Money
    is_overdue: bool
    days_late: int
    interest: Money
    recovery_fee: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the lines; `due` is what is open with interest and fees."""

    open: Money
    interest: Money
    recovery_fees: Money

    @property
    def due(self) -> Money:
        """All that the customer owes."""
        return self.open + self.interest + self.recovery_fees


def statement_lines(invoices: Iterable[ClientInvoice], on: date, rates: Rates) -> tuple[StatementLine, ...]:
    """A line for each invoice issued by the day `on`; Refused where a half-year's rates are missing."""
    return tuple(_line(invoice, on, rates) for invoice in invoices if invoice.issued_on <= on)


def totals(lines: Iterable[StatementLine]) -> Totals:
    """The sums, each invoice's interest rounded once."""
    listed = tuple(lines)
    return Totals(
        open=total(line.open for line in listed),
        interest=total(line.interest for line in listed),
        recovery_fees=total(line.recovery_fee for line in listed),
    )


def check_day(on: date, first_document_on: date) -> None:
    """Refused before the customer's first document: there is nothing to state."""
    if days_between(first_document_on, on) < 0:
        raise Refused(
            "statement-before-first-document",
            f"This account's first document is of {first_document_on}: ask for that day or a later one.",
            first_document_on=first_document_on.isoformat(),
        )


def _line(invoice: ClientInvoice, on: date, rates: Rates) -> StatementLine:
    debt = invoice.debt
    late = _late(invoice, on, rates)
    since = to_charge(late, invoice.charged)
    unpaid = debt.unpaid_on(on)
    return StatementLine(
        invoice=invoice,
        paid=total(amount for when, amount in debt.payments if when <= on),
        open=unpaid,
        is_overdue=bool(unpaid) and on > debt.due_on,
        days_late=late.days,
        interest=since.interest,
        recovery_fee=since.recovery_fee,
    )


def _late(invoice: ClientInvoice, on: date, rates: Rates) -> LateCharge:
    """Interest is never on interest, nor a fee on a fee (C. civ. 1343-2 asks for a court, or for a year)."""
    if not invoice.bears_interest:
        return LateCharge(days=0, interest=ZERO, recovery_fee=ZERO)
    return late_charge(invoice.debt, on, invoice.customer_kind, invoice.terms, rates)
