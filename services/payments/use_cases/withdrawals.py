"""An individual withdrew: nothing is asked for any more, what was invoiced is credited, what is held is paid back.

Whether a withdrawal counts, and by which day its money is paid back, is decided by contracts.
"""

from collections.abc import Sequence
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO, Money
from services.payments.domain.deposit import refund_unapplied
from services.payments.domain.early_money import Held, held_back
from services.payments.domain.invoice import DocumentType, Draft, Payer, PayerKind, part_lines
from services.payments.domain.refund import RefundReason, refund_after_withdrawal_by
from services.payments.domain.standing import Standing
from services.payments.events import ContractWithdrawn
from services.payments.repository.accounts import Account, accounts_of, find_account, lock_account, mark_withdrawn
from services.payments.repository.receipts import get_receipt, rest_of, rests
from services.payments.repository.standings import deposits_of_contract, keep_allocation, standings_of_contract
from services.payments.tables import ReceiptRow
from services.payments.use_cases.billing import deducted
from services.payments.use_cases.deposit_credits import credit_deposits
from services.payments.use_cases.deposit_requests import DEPOSIT_CALLABLE
from services.payments.use_cases.early_money import stands_alone
from services.payments.use_cases.instalments import drop_instalments
from services.payments.use_cases.issuing import issue
from services.payments.use_cases.names import contract_named
from services.payments.use_cases.overdue import review_account
from services.payments.use_cases.refunds import Ground, owe

CLAUSE = "2.1"
Freed = tuple[str, Money]


def contract_withdrawn(tx: Transaction, withdrawn: ContractWithdrawn) -> None:
    """Undo what was asked for and pay back what is held, once."""
    # The duties first: a sweep that does one of them holds it, then the customer.
    tx.drop_duty(DEPOSIT_CALLABLE, str(withdrawn.contract_id))
    drop_instalments(tx, find_account(tx.session, withdrawn.contract_id))
    account = lock_account(tx.session, withdrawn.contract_id)
    if account.is_withdrawn:
        return
    mark_withdrawn(tx.session, account, withdrawn)
    freed = [*_undo_invoices(tx, account, withdrawn), *_undo_deposits(tx, account, withdrawn)]
    for receipt_id, amount in held_back(_held(tx, account), freed):
        value_date = get_receipt(tx.session, UUID(receipt_id)).value_date
        by = refund_after_withdrawal_by(value_date, withdrawn.refund_by)
        owe(tx, account, UUID(receipt_id), amount, Ground(RefundReason.WITHDRAWAL, by))
    review_account(tx, account.customer_id)


def pay_back_what_came_after(tx: Transaction, accounts: Sequence[Account], receipt: ReceiptRow) -> None:
    """Money booked for a contract that was withdrawn from before is to be paid back.

    It is for that contract by its name or, without one, where the customer has no other that takes a deposit.
    """
    named, left = contract_named(tx.session, receipt), rest_of(tx.session, receipt)
    for account in accounts:
        is_for = named == account.contract_id or (named is None and stands_alone(account, accounts))
        if account.row.refund_by is not None and is_for and left:
            by = refund_after_withdrawal_by(receipt.value_date, account.row.refund_by)
            owe(tx, account, receipt.id, left, Ground(RefundReason.WITHDRAWAL, by))
            return


def _undo_invoices(tx: Transaction, account: Account, withdrawn: ContractWithdrawn) -> list[Freed]:
    freed = []
    for standing in standings_of_contract(tx.session, account.contract_id):
        if standing.invoice.says.payer.kind is PayerKind.CUSTOMER and standing.uncredited:
            issue(tx, account, _credit(tx, standing, withdrawn))
            for payment in standing.payments:
                number = standing.invoice.number
                keep_allocation(tx.session, UUID(payment.receipt_id), -payment.amount, tx.today, number)
                freed.append((payment.receipt_id, payment.amount))
    return freed


def _undo_deposits(tx: Transaction, account: Account, withdrawn: ContractWithdrawn) -> list[Freed]:
    """The deposit invoices, each credited for its whole amount: the credits before gave back what was used of it."""
    uses = refund_unapplied(deposits_of_contract(tx.session, account.contract_id), operator_open=ZERO)
    freed = credit_deposits(tx, account, uses, CLAUSE, withdrawn.withdrawn_on)
    return [(str(each.receipt_id), each.amount) for each in freed]


def _held(tx: Transaction, account: Account) -> list[Held]:
    is_alone = stands_alone(account, accounts_of(tx.session, account.customer_id))
    held = []
    for receipt, left in rests(tx.session, Payer(PayerKind.CUSTOMER, str(account.customer_id))):
        named = contract_named(tx.session, receipt)
        is_own = named == account.contract_id or (named is None and is_alone)
        held.append(Held(str(receipt.id), left, is_own))
    return held


def _credit(tx: Transaction, standing: Standing, withdrawn: ContractWithdrawn) -> Draft:
    says = standing.invoice.says
    return Draft(
        document_type=DocumentType.CREDIT_NOTE,
        purpose=says.purpose,
        payer=says.payer,
        clause=CLAUSE,
        clause_day=withdrawn.withdrawn_on,
        lines=part_lines(says.lines[0].description, standing.uncredited),
        taxes=standing.uncredited,
        deducted=deducted(tx, standing.deducted),
        credits=standing.invoice.reference,
    )
