"""The statement of a customer to a day: open invoices, interest, fees, and its credit (clause 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from chassis.problems import NotFound
from chassis.values.money import Money, total
from services.payments.domain.deposit import unapplied
from services.payments.domain.early_money import counts_from, is_early
from services.payments.domain.invoice import DocumentType, Payer, PayerKind, Purpose
from services.payments.domain.late_charges import NOTHING, Charged
from services.payments.domain.standing import Standing
from services.payments.domain.statement import (
    ClientInvoice,
    StatementLine,
    Totals,
    check_day,
    statement_lines,
    totals,
)
from services.payments.repository.accounts import Account, accounts_of, customer_row
from services.payments.repository.invoices import as_issued, invoices_of_customer
from services.payments.repository.late_charges import charged_of
from services.payments.repository.rates import all_rates
from services.payments.repository.receipts import left_on, page_of_deposit_requests
from services.payments.repository.refunds import Refund, refunds_of_customer
from services.payments.repository.standings import deposits, standings
from services.payments.tables import InvoiceRow, ReceiptRow


@dataclass(frozen=True, slots=True)
class Statement:
    """What a customer owes on a day, and what is the customer's own: deposit not used, money not matched.

    kept_apart: of the latter, an individual's early money. refunds: what is to be paid back, or was, by that day.
    overdue_since: of the customer as it is known now, whatever the day.
    """

    on: date
    lines: tuple[StatementLine, ...]
    sums: Totals
    unapplied_deposits: Money
    unallocated: Money
    kept_apart: Money
    refunds: tuple[Refund, ...]
    overdue_since: date | None


def statement_of(session: Session, customer_id: UUID, on: date) -> Statement:
    """The statement to the day `on`; NotFound for a customer without contract.

    Refused before the first document, and where the rates of a half-year are missing (naming it).
    """
    accounts = accounts_of(session, customer_id)
    if not accounts:
        raise NotFound("The account")
    issued = invoices_of_customer(session, customer_id)
    check_day(on, _first_document(session, accounts, issued))
    demands = [row for row in issued if row.payer_kind == PayerKind.CUSTOMER]
    by_contract = {account.contract_id: account for account in accounts}
    lines = statement_lines(client_invoices(session, accounts, issued, on), on, all_rates(session))
    known = [row for row in demands if _known_on(row, by_contract[row.contract_id]) <= on]
    left = left_on(session, Payer(PayerKind.CUSTOMER, str(customer_id)), on)
    return Statement(
        on=on,
        lines=lines,
        sums=totals(lines),
        unapplied_deposits=unapplied(deposits(session, known, on)),
        unallocated=total(rest for _, rest in left),
        kept_apart=total(rest for receipt, rest in left if _is_kept_apart(receipt, accounts, on)),
        refunds=tuple(refunds_of_customer(session, customer_id, on)),
        overdue_since=customer_row(session, customer_id).overdue_since,
    )


def client_invoices(
    session: Session, accounts: Sequence[Account], issued: Sequence[InvoiceRow], on: date | None = None
) -> list[ClientInvoice]:
    """A customer's own invoices among those issued, with what was invoiced of their interest and fee.

    on: only charges issued by then count; None: all of them.
    """
    demands = [row for row in issued if row.payer_kind == PayerKind.CUSTOMER]
    by_contract = {account.contract_id: account for account in accounts}
    contract_of = {row.number: by_contract[row.contract_id] for row in demands}
    charged = charged_of(session, list(contract_of), on)
    return [
        _client_invoice(standing, contract_of[standing.invoice.number], charged.get(standing.invoice.number, NOTHING))
        for standing in standings(session, demands)
    ]


def _known_on(row: InvoiceRow, account: Account) -> date:
    """A deposit invoice counts from the day its money was deposit, whatever day it was booked."""
    received_on = as_issued(row).says.received_on
    if row.document_type != DocumentType.DEPOSIT_INVOICE or received_on is None:
        return row.issued_on
    return counts_from(received_on, row.issued_on, account.row.money_from)


def _is_kept_apart(receipt: ReceiptRow, accounts: Sequence[Account], on: date) -> bool:
    """Whether it came too early for a contract that was not withdrawn from by that day."""
    standing = (each.row for each in accounts if each.row.withdrawn_on is None or each.row.withdrawn_on > on)
    return any(is_early(receipt.value_date, row.money_from) for row in standing)


def _first_document(session: Session, accounts: Sequence[Account], issued: Sequence[InvoiceRow]) -> date:
    first = accounts[0]
    requests = [
        request
        for account in accounts
        for request in page_of_deposit_requests(session, 1, None, account.contract_id, None)
    ]
    days = [row.issued_on for row in issued] + [request.issued_on for request in requests]
    # An individual's first document comes after its withdrawal period: what it sent before is to be seen as well.
    days += [account.signed.signed_on for account in accounts if account.row.money_from]
    return min(days, default=first.signed.signed_on)


def _client_invoice(standing: Standing, account: Account, charged: Charged) -> ClientInvoice:
    invoice = standing.invoice
    return ClientInvoice(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on or invoice.issued_on,
        amount=invoice.says.incl_tax,
        credited=standing.credited,
        deducted=standing.deposit,
        payments=tuple((payment.value_date, payment.amount) for payment in standing.payments),
        customer_kind=account.customer_kind,
        terms=account.late_terms,
        bears_interest=invoice.says.purpose is not Purpose.INTEREST_AND_FEE,
        charged=charged,
    )
