"""Money of an operator: its own case only, in time or late (clause 3.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO, Money
from services.payments.domain.fallback import is_in_time, late_money
from services.payments.domain.invoice import DocumentType, Payer, PayerKind, Purpose
from services.payments.domain.standing import Standing
from services.payments.repository.accounts import Account
from services.payments.repository.funding import find_file
from services.payments.repository.invoices import as_issued, find_invoice
from services.payments.repository.receipts import find_deposit_request, rests
from services.payments.repository.standings import keep_allocation
from services.payments.tables import InvoiceRow, ReceiptRow
from services.payments.use_cases.customer_money import check_own, check_payable
from services.payments.use_cases.fallback import after_grace_of, fall_back_now, operator_standings, undo_for


@dataclass(frozen=True, slots=True)
class NamedCase:
    """The contract that an operator's reference is about; by its invoice, or by its file number."""

    contract_id: UUID
    invoice: str | None = None
    file_number: str | None = None


def case_named(tx: Transaction, opco: str, named: str) -> NamedCase | None:
    """The case that an operator names; None for a file that is not recorded (yet).

    The number of an invoice comes before a file number of the same text. Refused for what is another's to pay.
    """
    invoice, file = find_invoice(tx.session, named), find_file(tx.session, opco, named)
    own = _own_invoice(tx, invoice, opco) if invoice is not None else None
    if invoice is not None and own is not None:
        return NamedCase(invoice.contract_id, invoice=own)
    if file is not None:
        return NamedCase(file.contract_id, file_number=file.file_number)
    if invoice is not None:
        check_payable(invoice)
    check_own(invoice is None and find_deposit_request(tx.session, named) is None, named)
    return None


def operator_invoice_of(tx: Transaction, account: Account, case: NamedCase, opco: str) -> str | None:
    """The number of the invoice that the operator got at the end; None before, or where it got none."""
    if case.invoice is not None:
        return case.invoice
    for standing in operator_standings(tx, account):
        says = standing.invoice.says
        if (says.payer.id, says.file_number, says.reissues) == (opco, case.file_number, None):
            return standing.invoice.number
    return None


def book_waiting_money(tx: Transaction, account: Account) -> None:
    """Book, by value date, what operators had paid on their files before their invoices were issued."""
    for standing in operator_standings(tx, account):
        says = standing.invoice.says
        payer = Payer(PayerKind.OPCO, says.payer.id)
        for receipt, rest in rests(tx.session, payer, [says.file_number] if says.file_number else []):
            book_operator_money(tx, account, receipt, standing.invoice.number, rest)


def book_operator_money(
    tx: Transaction, account: Account, receipt: ReceiptRow, operator_invoice: str, amount: Money
) -> Money:
    """Pay the operator's invoice; after the fallback undo it for money dated in time, else pay the client's invoice.

    Late money finds the fallback done, even where no sweep has run yet: it is done here first. What is left of the
    amount, which no invoice takes, stays on the receipt, for staff.
    """
    completed = account.completed
    if completed is None:
        return amount
    in_time = is_in_time(receipt.value_date, completed.opco_due_on)
    if not in_time:
        fall_back_now(tx, account)
    operator = _standing(tx, account, operator_invoice)
    left = _pay(tx, receipt, operator, amount)
    if not left:
        return left
    if in_time:
        return undo_for(tx, account, receipt, left, operator)
    for after_grace in after_grace_of(tx, account, operator_invoice):
        left = _pay(tx, receipt, after_grace, left)
    return left


def _own_invoice(tx: Transaction, invoice: InvoiceRow, opco: str) -> str | None:
    """The operator's first invoice behind a number: itself, what it reissues or follows; None for another's."""
    if invoice.document_type != DocumentType.INVOICE:
        return None
    behind: InvoiceRow | None = invoice
    while behind is not None and (origin := _origin(behind)) is not None:
        behind = find_invoice(tx.session, origin)
    is_own = behind is not None and (behind.payer_kind, behind.payer_id) == (PayerKind.OPCO, opco)
    return behind.number if behind is not None and is_own else None


def _origin(invoice: InvoiceRow) -> str | None:
    """The invoice that one reissues or, after grace, follows; interest on it is nothing of an operator's."""
    says = as_issued(invoice).says
    return says.reissues or (says.follows if says.purpose is Purpose.AFTER_GRACE else None)


def _pay(tx: Transaction, receipt: ReceiptRow, standing: Standing, amount: Money) -> Money:
    """Pay what is open of an invoice; what is left of the amount."""
    pays, left = late_money(amount, max(standing.open, ZERO))
    if pays:
        keep_allocation(tx.session, receipt.id, pays, tx.today, standing.invoice.number)
    return left


def _standing(tx: Transaction, account: Account, number: str) -> Standing:
    return next(each for each in operator_standings(tx, account) if each.invoice.number == number)
