"""Money of a customer: what it names, else the oldest that is asked for, deposit or invoice (clauses, section 7)."""

from collections.abc import Sequence

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.allocation import OpenItem, allocate, payable_by
from services.payments.domain.invoice import DocumentType
from services.payments.repository.accounts import Account, find_numbered
from services.payments.repository.invoices import find_invoice, invoices_of_contract
from services.payments.repository.receipts import deposit_requests_of, find_deposit_request, request_of_contract
from services.payments.repository.standings import keep_allocation
from services.payments.tables import DepositRequestRow, InvoiceRow, ReceiptRow
from services.payments.use_cases.deposits import book_on_deposit, takes
from services.payments.use_cases.open_items import open_invoices


def book_unnamed(tx: Transaction, accounts: Sequence[Account], receipt: ReceiptRow) -> None:
    """Pay the oldest due of what is asked for: deposits, where this money may pay them, and invoices."""
    requests = {request.number: request for request in deposit_requests_of(tx.session, accounts[0].customer_id)}
    deposits = [
        OpenItem(request.number, request.due_on, takes(tx, _of(accounts, request), request, receipt.value_date))
        for request in requests.values()
    ]
    invoices = payable_by(open_invoices(tx, accounts[0].customer_id), receipt.value_date)
    for number, amount in allocate(receipt.amount, deposits + invoices).parts:
        if number in requests:
            book_on_deposit(tx, _of(accounts, requests[number]), requests[number], receipt, amount)
        else:
            keep_allocation(tx.session, receipt.id, amount, tx.today, number)


def book_named(tx: Transaction, accounts: Sequence[Account], receipt: ReceiptRow, named: str, amount: Money) -> Money:
    """Pay what is named, a deposit request, an invoice or a contract's number; what is left of the amount.

    Invalid (422) for a name of nothing; Refused where it is not this customer's to pay.
    """
    contract = find_numbered(tx.session, named)
    if contract is not None:
        check_own(str(contract.customer_id) == receipt.payer_id, named)
        return _book_on_contract(tx, contract, receipt, amount)
    request = find_deposit_request(tx.session, named)
    if request is not None:
        check_own(str(request.customer_id) == receipt.payer_id, named)
        return book_on_deposit(tx, _of(accounts, request), request, receipt, amount)
    invoice = find_invoice(tx.session, named)
    if invoice is None:
        raise unknown_name("reference")
    check_payable(invoice)
    check_own((invoice.payer_kind, invoice.payer_id) == (receipt.payer_kind, receipt.payer_id), named)
    allocated = allocate(amount, open_invoices(tx, accounts[0].customer_id), named)
    for number, part in allocated.parts:
        keep_allocation(tx.session, receipt.id, part, tx.today, number)
    return allocated.unallocated


def _book_on_contract(tx: Transaction, account: Account, receipt: ReceiptRow, amount: Money) -> Money:
    """Pay the contract's deposit, then its invoices, where this money may pay them; what is left of the amount."""
    request = request_of_contract(tx.session, account.contract_id)
    if request is not None:
        amount = book_on_deposit(tx, account, request, receipt, amount)
    own = {row.number for row in invoices_of_contract(tx.session, account.contract_id)}
    items = [item for item in open_invoices(tx, account.customer_id) if item.number in own]
    allocated = allocate(amount, payable_by(items, receipt.value_date))
    for number, part in allocated.parts:
        keep_allocation(tx.session, receipt.id, part, tx.today, number)
    return allocated.unallocated


def check_payable(invoice: InvoiceRow) -> None:
    """Refused for a document that asks for no money."""
    if invoice.document_type != DocumentType.INVOICE:
        raise Refused(
            "reference-not-payable", f"{invoice.number} asks for no money: name an invoice or a deposit request."
        )


def check_own(is_own: bool, named: str) -> None:
    """Refused for what another payer owes."""
    if not is_own:
        raise Refused("reference-of-another-payer", f"{named} is not this payer's to pay: check who sent the money.")


def unknown_name(at: str) -> Invalid:
    """What is named is nothing that payments knows; at: the field that names it."""
    detail = "no contract, deposit request, invoice or file of this number; leave it out where the payer named none"
    return Invalid("The reference is not known.", [{"at": at, "detail": detail}])


def _of(accounts: Sequence[Account], request: DepositRequestRow) -> Account:
    return next(account for account in accounts if account.contract_id == request.contract_id)
