"""Receipts: booked once, matched by what they name, and the rest of them shown, never lost (clauses, section 7)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Money
from chassis.values.refusals import Refused
from services.payments.domain.allocation import OpenItem, allocate
from services.payments.domain.invoice import DocumentType, Payer, PayerKind
from services.payments.domain.standing import Standing
from services.payments.repository.accounts import Account, lock_account, lock_accounts_of
from services.payments.repository.funding import find_file, find_opco
from services.payments.repository.invoices import as_issued, find_invoice
from services.payments.repository.receipts import add_receipt, find_deposit_request
from services.payments.repository.standings import keep_allocation, standings_of_contract
from services.payments.tables import DepositRequestRow, InvoiceRow, ReceiptRow
from services.payments.use_cases.deposits import book_on_deposit
from services.payments.use_cases.operator_money import book_operator_money, operator_invoice_of_file


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """Money as the bank's statement shows it."""

    payer: Payer
    amount: Money
    value_date: date
    reference: str | None
    booked_by: str


def book_receipt(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    """Book money and match it to what it names, else a customer's to the oldest due.

    Invalid (422) for a value date to come or a reference to nothing; Refused where the reference is not this
    payer's to pay.
    """
    if new.value_date > tx.today:
        raise Invalid(
            "The receipt cannot be booked yet.",
            [{"at": "value_date", "detail": f"the value date is after today, {tx.today}"}],
        )
    if new.payer.kind is PayerKind.OPCO:
        return _from_operator(tx, new)
    return _from_customer(tx, new)


def _keep(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    row = ReceiptRow(
        id=new_id(),
        payer_kind=new.payer.kind.value,
        payer_id=new.payer.id,
        amount=new.amount,
        value_date=new.value_date,
        booked_on=tx.today,
        reference=new.reference,
        booked_by=new.booked_by,
    )
    add_receipt(tx.session, row)
    return row


def _from_customer(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    customer_id = UUID(new.payer.id)
    accounts = lock_accounts_of(tx.session, customer_id)
    if not accounts:
        raise Invalid("The payer is not known.", [{"at": "payer.id", "detail": "no contract of this customer"}])
    if new.reference is None:
        receipt = _keep(tx, new)
        _pay(tx, receipt, [item for account in accounts for item in _client_items(tx, account)], None)
        return receipt
    request = find_deposit_request(tx.session, new.reference)
    if request is not None:
        _check_own(request.customer_id == customer_id, new.reference)
        account = _account_of(accounts, request)
        receipt = _keep(tx, new)
        book_on_deposit(tx, account, request, receipt)
        return receipt
    invoice = _named_invoice(tx, new.reference)
    _check_own((invoice.payer_kind, invoice.payer_id) == (new.payer.kind, new.payer.id), new.reference)
    receipt = _keep(tx, new)
    _pay(tx, receipt, [item for account in accounts for item in _client_items(tx, account)], invoice.number)
    return receipt


def _from_operator(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    """An operator's money goes to the case it names, by invoice or by file number, and to no other."""
    if find_opco(tx.session, new.payer.id) is None:
        raise Invalid("The payer is not known.", [{"at": "payer.id", "detail": "no operator of this code is set up"}])
    if new.reference is None:
        return _keep(tx, new)
    file = find_file(tx.session, new.payer.id, new.reference)
    if file is not None:
        account = lock_account(tx.session, file.contract_id)
        operator = operator_invoice_of_file(tx, account, file)
    else:
        invoice = _named_invoice(tx, new.reference)
        account = lock_account(tx.session, invoice.contract_id)
        operator = as_issued(invoice).says.reissues or as_issued(invoice).says.follows or invoice.number
        _check_own(_is_payers(tx, operator, new.payer), new.reference)
    receipt = _keep(tx, new)
    if operator is not None:
        book_operator_money(tx, account, receipt, operator)
    return receipt


def _is_payers(tx: Transaction, number: str, payer: Payer) -> bool:
    invoice = find_invoice(tx.session, number)
    return invoice is not None and (invoice.payer_kind, invoice.payer_id) == (payer.kind, payer.id)


def _account_of(accounts: list[Account], request: DepositRequestRow) -> Account:
    return next(account for account in accounts if account.contract_id == request.contract_id)


def _named_invoice(tx: Transaction, number: str) -> InvoiceRow:
    row = find_invoice(tx.session, number)
    if row is None:
        raise _unknown_reference()
    if row.document_type != DocumentType.INVOICE:
        raise Refused("reference-not-payable", f"{number} asks for no money: name an invoice or a deposit request.")
    return row


def _unknown_reference() -> Invalid:
    detail = "no deposit request, invoice or file of this number; leave it out where the payer named none"
    return Invalid("The reference is not known.", [{"at": "reference", "detail": detail}])


def _check_own(is_own: bool, reference: str) -> None:
    if not is_own:
        raise Refused(
            "reference-of-another-payer", f"{reference} is not this payer's to pay: check who sent the money."
        )


def _client_items(tx: Transaction, account: Account) -> list[OpenItem]:
    return [
        _item(standing)
        for standing in standings_of_contract(tx.session, account.contract_id)
        if standing.invoice.says.payer.kind is PayerKind.CUSTOMER and standing.open > ZERO
    ]


def _item(standing: Standing) -> OpenItem:
    invoice = standing.invoice
    return OpenItem(invoice.number, invoice.due_on or invoice.issued_on, standing.open)


def _pay(tx: Transaction, receipt: ReceiptRow, items: list[OpenItem], named: str | None) -> None:
    for number, amount in allocate(receipt.amount, items, named).parts:
        keep_allocation(tx.session, receipt.id, amount, tx.today, number)
