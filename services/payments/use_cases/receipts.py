"""Receipts: booked once, matched by what they name, and the rest of them shown, never lost (clauses, section 7)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.invoice import Payer, PayerKind
from services.payments.repository.accounts import lock_account, lock_accounts_of
from services.payments.repository.funding import lock_opco
from services.payments.repository.receipts import add_receipt, get_receipt, lock_receipt, rest_of
from services.payments.tables import ReceiptRow
from services.payments.use_cases.customer_money import book_named, book_unnamed, unknown_name
from services.payments.use_cases.operator_money import book_operator_money, case_named, operator_invoice_of
from services.payments.use_cases.settling import settle
from services.payments.use_cases.withdrawals import pay_back_what_came_after


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """Money as the bank's statement shows it."""

    payer: Payer
    amount: Money
    value_date: date
    reference: str | None
    booked_by: str


def book_receipt(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    """Book money: on what it names first, then a customer's on the oldest due.

    Invalid (422) for a value date to come or a name of nothing; Refused where it is not this payer's to pay.
    """
    if new.value_date > tx.today:
        raise Invalid(
            "The receipt cannot be booked yet.",
            [{"at": "value_date", "detail": f"the value date is after today, {tx.today}"}],
        )
    if new.payer.kind is PayerKind.OPCO:
        return _from_operator(tx, new)
    return _from_customer(tx, new)


def allocate_by_hand(tx: Transaction, receipt_id: UUID, document: str, amount: Money) -> ReceiptRow:
    """Match what is left of a receipt to a document of its payer, or of the operator's own case.

    The rules are those of booking, an operator's money dated in time undoing the fallback included. Invalid (422)
    for a document that is not known; Refused above the rest, above what the document takes, or for another's.
    """
    receipt = get_receipt(tx.session, receipt_id)
    refuse_what_is_left(document, amount, match(tx, receipt, document, amount))
    return receipt


def match(tx: Transaction, receipt: ReceiptRow, document: str, amount: Money) -> Money:
    """Pay a document with what is left of a receipt, as by hand; what of the amount it does not take."""
    if receipt.payer_kind == PayerKind.OPCO:
        return _match_operator(tx, receipt, document, amount)
    accounts = lock_accounts_of(tx.session, UUID(receipt.payer_id))
    _check_rest(tx, receipt, amount)
    left = book_named(tx, accounts, receipt, document, amount)
    settle(tx, UUID(receipt.payer_id))
    return left


def refuse_what_is_left(document: str, amount: Money, left: Money) -> None:
    """Refused where a document does not take all of an amount that was to pay it."""
    if left:
        taken = amount - left
        raise Refused(
            "allocation-above-open", f"{document} takes {taken} of this receipt and no more.", takes=str(taken)
        )


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
        customer_id=UUID(new.payer.id) if new.payer.kind is PayerKind.CUSTOMER else None,
    )
    add_receipt(tx.session, row)
    return row


def _from_customer(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    customer_id = UUID(new.payer.id)
    accounts = lock_accounts_of(tx.session, customer_id)
    if not accounts:
        raise Invalid("The payer is not known.", [{"at": "payer.id", "detail": "no contract of this customer"}])
    receipt = _keep(tx, new)
    if new.reference is None:
        book_unnamed(tx, accounts, receipt)
    else:
        book_named(tx, accounts, receipt, new.reference, new.amount)
    pay_back_what_came_after(tx, accounts, receipt)
    settle(tx, customer_id)
    return receipt


def _from_operator(tx: Transaction, new: NewReceipt) -> ReceiptRow:
    """An operator's money goes to the case it names, by invoice or by file number, and to no other.

    For a file that is not recorded or not invoiced yet it waits on the receipt until the training's end.
    """
    if lock_opco(tx.session, new.payer.id) is None:
        raise Invalid("The payer is not known.", [{"at": "payer.id", "detail": "no operator of this code is set up"}])
    receipt = _keep(tx, new)
    case = case_named(tx, new.payer.id, new.reference) if new.reference is not None else None
    if case is None:
        return receipt
    account = lock_account(tx.session, case.contract_id)
    invoice = operator_invoice_of(tx, account, case, new.payer.id)
    if invoice is not None:
        book_operator_money(tx, account, receipt, invoice, new.amount)
        settle(tx, account.customer_id)
    return receipt


def _match_operator(tx: Transaction, receipt: ReceiptRow, document: str, amount: Money) -> Money:
    """Operator money goes to its own case only: the one its receipt names, where it names one."""
    lock_opco(tx.session, receipt.payer_id)
    case = case_named(tx, receipt.payer_id, document)
    if case is None:
        raise unknown_name("document")
    named = case_named(tx, receipt.payer_id, receipt.reference) if receipt.reference is not None else None
    if named is not None and named.contract_id != case.contract_id:
        raise Refused(
            "receipt-of-another-case", f"This money is for {receipt.reference}: it pays no other case.", "3.3"
        )
    account = lock_account(tx.session, case.contract_id)
    _check_rest(tx, receipt, amount)
    invoice = operator_invoice_of(tx, account, case, receipt.payer_id)
    if invoice is None:
        return amount
    left = book_operator_money(tx, account, receipt, invoice, amount)
    settle(tx, account.customer_id)
    return left


def _check_rest(tx: Transaction, receipt: ReceiptRow, amount: Money) -> None:
    """The customer is held already: the receipt's lock comes after it."""
    lock_receipt(tx.session, receipt.id)
    rest = rest_of(tx.session, receipt)
    if amount > rest:
        raise Refused("allocation-above-rest", f"Only {rest} of this receipt is left.", unallocated=str(rest))
