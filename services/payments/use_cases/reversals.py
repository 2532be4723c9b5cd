"""A receipt that never was: booked wrongly, or a direct debit or cheque that the bank took back.

Whatever it paid is owed again, from the beginning: interest counts as if it had never come. A contract that was
concluded by its money stays concluded (contracts alone could end it): its deposit is asked for again.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.payments.repository.receipts import add_reversal, allocations_of, get_receipt, reversal_of
from services.payments.repository.refunds import Refund, lock_refunds_of_receipt
from services.payments.tables import ReceiptReversalRow, ReceiptRow
from services.payments.use_cases.refunds import withdraw_locked
from services.payments.use_cases.releasing import hold, release
from services.payments.use_cases.settling import settle


@dataclass(frozen=True, slots=True)
class NewReversal:
    """Why and on which day a receipt was taken back, and who says so."""

    reason: str
    reversed_on: date
    recorded_by: str


def reverse_receipt(tx: Transaction, receipt_id: UUID, new: NewReversal) -> ReceiptRow:
    """Take a receipt back, once: it pays nothing, and nothing of it is to be paid back any more.

    Invalid (422) for a day to come or before the money came. Refused where it was before, where a part of it was
    paid back, or where an issued invoice deducts the deposit that it paid.
    """
    receipt = get_receipt(tx.session, receipt_id)
    _check_day(tx, receipt, new.reversed_on)
    customers = hold(tx, receipt)
    if (before := reversal_of(tx.session, receipt_id)) is not None:
        raise Refused("receipt-reversed", f"This receipt was taken back on {before.reversed_on}: {before.reason}.")
    _drop_refunds(tx, receipt, new)
    release(tx, receipt, allocations_of(tx.session, receipt_id), new.reversed_on)
    row = ReceiptReversalRow(
        receipt_id=receipt_id,
        amount=receipt.amount,
        reason=new.reason,
        reversed_on=new.reversed_on,
        recorded_on=tx.today,
        recorded_by=new.recorded_by,
    )
    add_reversal(tx.session, row)
    for customer_id in customers:
        settle(tx, customer_id)
    return receipt


def _check_day(tx: Transaction, receipt: ReceiptRow, reversed_on: date) -> None:
    if reversed_on > tx.today:
        detail = f"the day is after today, {tx.today}"
        raise Invalid("The reversal cannot be recorded yet.", [{"at": "reversed_on", "detail": detail}])
    if reversed_on < receipt.value_date:
        detail = f"the day is before the money came, {receipt.value_date}"
        raise Invalid("The reversal cannot be recorded.", [{"at": "reversed_on", "detail": detail}])


def _drop_refunds(tx: Transaction, receipt: ReceiptRow, new: NewReversal) -> None:
    """Money that never came is not paid back; money that was paid back cannot be said never to have come."""
    refunds = lock_refunds_of_receipt(tx.session, receipt.id)
    for refund in refunds:
        if refund.payment is not None:
            raise Refused(
                "refund-paid",
                f"{refund.row.amount} of it was paid back on {refund.payment.paid_on} "
                f"({refund.payment.bank_reference}, refund {refund.row.id}): get that money back first.",
                refund_id=str(refund.row.id),
            )
    for refund in refunds:
        if _stands(refund):
            withdraw_locked(tx, refund, new.reason, new.recorded_by)


def _stands(refund: Refund) -> bool:
    return refund.withdrawal is None
