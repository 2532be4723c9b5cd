"""What a receipt pays, undone by further rows: allocations by negative ones, deposit invoices by credit notes (503).

The caller settles the customers afterwards, once what is to happen with the money is decided.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from chassis.problems import Unavailable
from chassis.unit_of_work import Transaction
from chassis.values.money import Money, total
from chassis.values.refusals import Refused
from services.payments.domain.deposit import NOT_RECEIVED, Deposit, DepositUse
from services.payments.domain.invoice import PayerKind
from services.payments.domain.tax_parts import incl_tax
from services.payments.repository.accounts import lock_account, lock_accounts_of
from services.payments.repository.funding import lock_opco
from services.payments.repository.invoices import get_invoice
from services.payments.repository.receipts import AllocatedTo, allocations_of, lock_receipt
from services.payments.repository.standings import deposits_of_contract, keep_allocation, users_of_deposit
from services.payments.tables import ReceiptRow
from services.payments.use_cases.deposit_credits import credit_deposits
from services.payments.use_cases.fallback import fall_back_now
from services.payments.use_cases.overdue import review_again


def hold(tx: Transaction, receipt: ReceiptRow, also: Iterable[UUID] = ()) -> list[UUID]:
    """Lock the operator, every customer whose documents the receipt pays, then the receipt; the customers' ids.

    also: customers whose documents it shall pay. Unavailable (503) where a document of yet another customer was
    paid meanwhile: locks are never taken backwards.
    """
    if receipt.payer_kind == PayerKind.OPCO:
        lock_opco(tx.session, receipt.payer_id)
    own = {UUID(receipt.payer_id)} if receipt.payer_kind == PayerKind.CUSTOMER else set()
    held = sorted(own | set(also) | _customers_paid(tx, receipt))
    for customer_id in held:
        lock_accounts_of(tx.session, customer_id)
    lock_receipt(tx.session, receipt.id)
    if not _customers_paid(tx, receipt) <= set(held):
        raise Unavailable("The receipt was matched to something else meanwhile; send the request again.")
    return held


def release(tx: Transaction, receipt: ReceiptRow, paid: Sequence[AllocatedTo], undone_on: date) -> Money:
    """Free what a receipt pays of these documents; how much that is.

    An operator's invoice that is open again after the grace goes to the client again, as on the day after it (clause
    3.3). Refused where an issued invoice deducts the deposit that the receipt paid.
    """
    for part in paid:
        if part.deposit_invoice is not None:
            _release_deposit(tx, part.deposit_invoice, undone_on)
        else:
            _release_invoice(tx, receipt, part)
    for contract_id in {get_invoice(tx.session, part.deposit_invoice or part.document).contract_id for part in paid}:
        fall_back_now(tx, lock_account(tx.session, contract_id))
    return total(part.amount for part in paid)


def _customers_paid(tx: Transaction, receipt: ReceiptRow) -> set[UUID]:
    paid = allocations_of(tx.session, receipt.id)
    return {get_invoice(tx.session, part.deposit_invoice or part.document).customer_id for part in paid}


def _release_invoice(tx: Transaction, receipt: ReceiptRow, part: AllocatedTo) -> None:
    keep_allocation(tx.session, receipt.id, -part.amount, tx.today, part.document)
    row = get_invoice(tx.session, part.document)
    if row.payer_kind == PayerKind.CUSTOMER and row.due_on is not None and row.due_on >= tx.today:
        review_again(tx, row.customer_id, row.due_on)


def _release_deposit(tx: Transaction, number: str, undone_on: date) -> None:
    """The deposit was not received: its invoice is credited for what nothing took back of it yet.

    Not once a final invoice deducts it: that one, with its VAT, stands as issued, and says that the deposit was paid.
    """
    users = users_of_deposit(tx.session, number)
    if users:
        raise Refused(
            "deposit-invoice-used",
            f"{number} is deducted from {', '.join(users)}: an issued invoice is never changed. Book the money that "
            "replaces this one, then have what is deducted corrected by your accountant.",
            NOT_RECEIVED,
        )
    row = get_invoice(tx.session, number)
    account = lock_account(tx.session, row.contract_id)
    left = [each for each in deposits_of_contract(tx.session, row.contract_id) if each.number == number]
    credit_deposits(tx, account, _whole(left), NOT_RECEIVED, undone_on)


def _whole(deposits: Iterable[Deposit]) -> list[DepositUse]:
    return [DepositUse(deposit.number, deposit.left) for deposit in deposits if incl_tax(deposit.left)]
