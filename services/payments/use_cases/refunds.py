"""Money to be paid back: decided of what is left of a receipt, approved by a second person, paid once (L221-24)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.refund import (
    RefundReason,
    check_approvable,
    check_other_person,
    check_payable,
    check_refund,
    check_withdrawable,
    refund_by,
)
from services.payments.events import REFUND_PAID, RefundPaid
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.receipts import get_receipt, lock_receipt, rest_of
from services.payments.repository.refunds import Refund, add_refund, add_step, get_refund, lock_refund
from services.payments.tables import RefundApprovalRow, RefundPaymentRow, RefundRow, RefundWithdrawalRow


@dataclass(frozen=True, slots=True)
class NewRefund:
    """What staff decided to pay back of a receipt, for which contract."""

    receipt_id: UUID
    contract_id: UUID
    amount: Money
    decided_by: str


@dataclass(frozen=True, slots=True)
class RefundPaidBack:
    """The payment of a refund as the bank shows it."""

    paid_on: date
    bank_reference: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Why money is paid back, by which day, and who of the staff decided it, if somebody did."""

    reason: RefundReason
    refund_by: date
    decided_by: str | None = None


def owe(tx: Transaction, account: Account, receipt_id: UUID, amount: Money, ground: Ground) -> RefundRow:
    """A part of a receipt is to be paid back by a day; Refused above what is left of it.

    The caller holds the customer. From here on this part pays nothing any more.
    """
    lock_receipt(tx.session, receipt_id)
    check_refund(amount, rest_of(tx.session, get_receipt(tx.session, receipt_id)))
    row = RefundRow(
        id=new_id(),
        receipt_id=receipt_id,
        contract_id=account.contract_id,
        customer_id=account.customer_id,
        amount=amount,
        reason=ground.reason.value,
        refund_by=ground.refund_by,
        decided_on=tx.today,
        decided_by=ground.decided_by,
    )
    add_refund(tx.session, row)
    return row


def decide_refund(tx: Transaction, new: NewRefund) -> Refund:
    """Staff pays back what is left of a customer's receipt, kept apart or not: at any time.

    Invalid (422) for a contract of another payer than the receipt's; Refused above what is left.
    """
    account = lock_account(tx.session, new.contract_id)
    receipt = get_receipt(tx.session, new.receipt_id)
    if receipt.payer_id != str(account.customer_id):
        raise Invalid("The contract is not the payer's.", [{"at": "contract_id", "detail": "of another customer"}])
    ground = Ground(RefundReason.DECISION, refund_by(tx.today), new.decided_by)
    row = owe(tx, account, receipt.id, new.amount, ground)
    return Refund(row)


def approve_refund(tx: Transaction, refund_id: UUID, approved_by: str) -> Refund:
    """A second person lets a refund be paid; Refused for who decided it, or where it waits for no approval."""
    refund = lock_refund(tx.session, refund_id)
    check_approvable(refund.state)
    check_other_person(refund.row.decided_by, approved_by)
    approval = RefundApprovalRow(refund_id=refund_id, approved_on=tx.today, approved_by=approved_by)
    add_step(tx.session, approval)
    return replace(refund, approval=approval)


def pay_refund(tx: Transaction, refund_id: UUID, paid: RefundPaidBack) -> Refund:
    """Record that a refund was paid, and state it; Refused before its approval, twice, or for who decided it.

    Who approved it may record what the bank did. Invalid (422) for a day to come, or before its money came.
    """
    refund = lock_refund(tx.session, refund_id)
    if refund.payment is not None:
        raise Refused("refund-paid", f"It was paid on {refund.payment.paid_on}: {refund.payment.bank_reference}.")
    check_payable(refund.state)
    check_other_person(refund.row.decided_by, paid.recorded_by)
    _check_paid_on(tx, refund, paid.paid_on)
    payment = RefundPaymentRow(
        refund_id=refund_id,
        paid_on=paid.paid_on,
        bank_reference=paid.bank_reference,
        recorded_on=tx.today,
        recorded_by=paid.recorded_by,
    )
    add_step(tx.session, payment)
    row = refund.row
    stated = RefundPaid(contract_id=row.contract_id, amount=row.amount, paid_on=paid.paid_on)
    tx.publish(REFUND_PAID, str(row.contract_id), stated)
    return replace(refund, payment=payment)


def drop_refund(tx: Transaction, refund_id: UUID, reason: str, withdrawn_by: str) -> Refund:
    """A refund is not paid after all: its money is what is left of the receipt again.

    The caller settles the customer afterwards. Refused once it is paid, or where the client has a right to it.
    """
    row = get_refund(tx.session, refund_id).row
    lock_account(tx.session, row.contract_id)
    lock_receipt(tx.session, row.receipt_id)
    refund = lock_refund(tx.session, refund_id)
    check_withdrawable(RefundReason(row.reason), refund.state)
    return withdraw_locked(tx, refund, reason, withdrawn_by)


def withdraw_locked(tx: Transaction, refund: Refund, reason: str, withdrawn_by: str) -> Refund:
    """Keep that a refund, which the caller holds, is not paid."""
    withdrawal = RefundWithdrawalRow(
        refund_id=refund.row.id, reason=reason, withdrawn_on=tx.today, withdrawn_by=withdrawn_by
    )
    add_step(tx.session, withdrawal)
    return replace(refund, withdrawal=withdrawal)


def _check_paid_on(tx: Transaction, refund: Refund, paid_on: date) -> None:
    came_on = get_receipt(tx.session, refund.row.receipt_id).value_date
    if paid_on > tx.today:
        detail = f"the payment is after today, {tx.today}"
        raise Invalid("The payment cannot be recorded yet.", [{"at": "paid_on", "detail": detail}])
    if paid_on < came_on:
        detail = f"the payment is before the money came, {came_on}"
        raise Invalid("The payment cannot be recorded.", [{"at": "paid_on", "detail": detail}])
