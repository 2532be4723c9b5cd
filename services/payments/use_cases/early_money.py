"""Money of an individual that came before its withdrawal period was over: whose it is, and its confirmation."""

from collections.abc import Iterable
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.payments.domain.early_money import Held, confirm, is_early
from services.payments.domain.invoice import Payer, PayerKind
from services.payments.domain.refund import RefundReason, refund_by
from services.payments.repository.accounts import Account, accounts_of, lock_account
from services.payments.repository.receipts import get_deposit_request, get_receipt, rests
from services.payments.tables import DepositRequestRow
from services.payments.use_cases.deposits import book_confirmed, lacking
from services.payments.use_cases.names import contract_named
from services.payments.use_cases.refunds import Ground, owe
from services.payments.use_cases.settling import settle


def confirm_deposit(tx: Transaction, request_id: UUID, decided_by: str | None = None) -> DepositRequestRow:
    """What was kept apart becomes the deposit, invoiced today; what exceeds the deposit is to be paid back.

    decided_by: who of the staff confirmed for the client; the refund then needs another one.

    Refused for a contract withdrawn from or billed, a deposit that is complete, or where nothing is kept apart.
    """
    request = get_deposit_request(tx.session, request_id)
    account = lock_account(tx.session, request.contract_id)
    wanted = lacking(tx, request)
    if not (account.stands and wanted):
        raise Refused("deposit-not-open", f"{request.number} asks for nothing any more.", "2.1")
    held = early_money_of(tx, account)
    if not held:
        raise Refused("nothing-kept-apart", "No money that came early is kept apart for this contract.", "2.1")
    confirmed = confirm(held, wanted)
    for receipt_id, amount in confirmed.deposit:
        book_confirmed(tx, account, request, get_receipt(tx.session, UUID(receipt_id)), amount)
    for receipt_id, amount in confirmed.refunds:
        ground = Ground(RefundReason.ABOVE_DEPOSIT, refund_by(tx.today), decided_by)
        owe(tx, account, UUID(receipt_id), amount, ground)
    settle(tx, account.customer_id)
    return request


def early_money_of(tx: Transaction, account: Account) -> list[Held]:
    """What is left of money that came too early for a contract and names no other one, by value date; locked."""
    left = rests(tx.session, Payer(PayerKind.CUSTOMER, str(account.customer_id)))
    early = [(receipt, rest) for receipt, rest in left if is_early(receipt.value_date, account.row.money_from)]
    held = [(contract_named(tx.session, receipt), receipt, rest) for receipt, rest in early]
    is_alone = stands_alone(account, accounts_of(tx.session, account.customer_id))
    return [
        Held(str(receipt.id), rest, is_own=named is not None or is_alone)
        for named, receipt, rest in held
        if named in (None, account.contract_id)
    ]


def stands_alone(account: Account, accounts: Iterable[Account]) -> bool:
    """Whether money without a name can be for no other contract of the customer: none that still takes a deposit."""
    return not any(each.stands for each in accounts if each.contract_id != account.contract_id)
