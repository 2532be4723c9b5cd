"""Interest and fee of late invoices, invoiced on a decision of staff (3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.problems import Invalid, NotFound
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Money, Taxed
from chassis.values.refusals import Refused
from services.payments.domain.invoice import DocumentType, Draft, Invoice, Line, Purpose
from services.payments.domain.late_charges import Charged, to_charge
from services.payments.domain.late_interest import interest_days, late_charge
from services.payments.domain.reference_rates import Rates
from services.payments.domain.statement import ClientInvoice
from services.payments.repository.accounts import Account, lock_accounts_of
from services.payments.repository.invoices import get_invoice, invoices_of_customer
from services.payments.repository.late_charges import add_late_charge
from services.payments.repository.rates import all_rates
from services.payments.tables import InvoiceRow, LateChargeRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.settling import issue_settled, settle
from services.payments.use_cases.statements import client_invoices

CLAUSE = "3.4"
_NO_TAX = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Late:
    """A late invoice, its contract, and what is still to be invoiced of its interest and fee."""

    invoice: ClientInvoice
    account: Account
    due: Charged
    before: Charged


def invoice_late_charges(tx: Transaction, customer_id: UUID, through_on: date) -> list[InvoiceRow]:
    """Invoice what a customer owes for lateness through a day, an invoice for each late one.

    NotFound for a customer without contract, Invalid (422) for a day to come. Refused where nothing is owed that was
    not invoiced before, and where the rates of a half-year are missing (naming it).
    """
    accounts = lock_accounts_of(tx.session, customer_id)
    if not accounts:
        raise NotFound("The account")
    if through_on > tx.today:
        detail = f"the day is after today, {tx.today}"
        raise Invalid("Interest is invoiced once it has run.", [{"at": "through_on", "detail": detail}])
    rates = all_rates(tx.session)
    late = _late(tx, accounts, customer_id, through_on, rates)
    if not late:
        detail = f"No interest or fee is owed through {through_on} that was not invoiced before."
        raise Refused("nothing-late", detail, CLAUSE)
    issued = [_invoice(tx, each, through_on, rates) for each in late]
    settle(tx, customer_id)
    return [get_invoice(tx.session, invoice.number) for invoice in issued]


def _late(
    tx: Transaction, accounts: Sequence[Account], customer_id: UUID, through_on: date, rates: Rates
) -> list[_Late]:
    account_of = {account.contract_id: account for account in accounts}
    rows = invoices_of_customer(tx.session, customer_id)
    contract_of = {row.number: account_of[row.contract_id] for row in rows}
    found = []
    for invoice in client_invoices(tx.session, accounts, rows):
        whole = late_charge(invoice.debt, through_on, invoice.customer_kind, invoice.terms, rates)
        due = to_charge(whole, invoice.charged)
        if invoice.bears_interest and due.total:
            found.append(_Late(invoice, contract_of[invoice.number], due, invoice.charged))
    return found


def _invoice(tx: Transaction, late: _Late, through_on: date, rates: Rates) -> Invoice:
    lines = _lines(late, through_on, rates)
    draft = Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.INTEREST_AND_FEE,
        payer=papers.customer_payer(late.account),
        clause=CLAUSE,
        clause_day=tx.today,
        lines=lines,
        taxes=(Taxed(late.due.total, ZERO, _NO_TAX),),
        follows=late.invoice.number,
    )
    invoice = issue_settled(tx, late.account, draft)
    _keep(tx, late.invoice.number, invoice.number, through_on, late.due)
    return invoice


def _lines(late: _Late, through_on: date, rates: Rates) -> tuple[Line, ...]:
    """The whole period with its rates, less what was invoiced of it: the sum is rounded once, so it cannot be cut."""
    invoice = late.invoice
    days = interest_days(invoice.debt, through_on, invoice.customer_kind, invoice.terms, rates)
    told = wording.interest_line(invoice.number, days, late.before.interest)
    lines = [(told, late.due.interest), (wording.recovery_fee_line(invoice.number), late.due.recovery_fee)]
    return tuple(_line(description, amount) for description, amount in lines if amount)


def _line(description: str, amount: Money) -> Line:
    return Line(description, Decimal(1), amount, amount, _NO_TAX)


def _keep(tx: Transaction, late_invoice: str, charged_by: str, through_on: date, charged: Charged) -> None:
    row = LateChargeRow(
        id=new_id(),
        late_invoice=late_invoice,
        charged_by=charged_by,
        through_on=through_on,
        interest=charged.interest,
        recovery_fee=charged.recovery_fee,
    )
    add_late_charge(tx.session, row)
