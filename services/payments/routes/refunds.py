"""Refunds: what is to be paid back, and what was."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.auth import Caller, Role, allow
from chassis.fields import (
    Amount,
    Body,
    Day,
    Page,
    PageSize,
    PositiveAmount,
    ShortText,
    View,
    decode_cursor,
    encode_cursor,
)
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from chassis.problems import Invalid
from services.payments.domain.refund import RefundReason, RefundState
from services.payments.repository.refunds import Refund, get_refund, page_of_refunds
from services.payments.use_cases.refunds import (
    NewRefund,
    RefundPaidBack,
    approve_refund,
    decide_refund,
    pay_refund,
)
from services.payments.use_cases.settling import withdraw_refund

router = APIRouter(prefix="/v1/refunds", tags=["refunds"])


class RefundBody(Body):
    """What of a customer's receipt is to be paid back, for which of its contracts."""

    receipt_id: UUID
    contract_id: UUID
    amount: PositiveAmount


class RefundPaymentBody(Body):
    """The payment as the bank shows it."""

    paid_on: Day
    bank_reference: ShortText


class RefundWithdrawalBody(Body):
    """Why it is not paid after all."""

    reason: ShortText


class RefundView(View):
    """Money to be paid back by `refund_by`; what has not happened yet is null.

    by_the_rules: no person decided it, so that any one may approve it.
    """

    id: UUID
    customer_id: UUID
    contract_id: UUID
    receipt_id: UUID
    amount: Amount
    reason: RefundReason
    decided_on: date
    refund_by: date
    state: RefundState
    by_the_rules: bool
    approved_on: date | None
    paid_on: date | None
    bank_reference: str | None
    withdrawn_on: date | None
    withdrawn_because: str | None


@router.post("", status_code=201, **allow(Role.ACCOUNTING))
def make_refund(body: RefundBody, platform: Ctx, caller: Caller, once: RequiredOnce, response: Response) -> RefundView:
    """Pay back what is left of a customer's receipt, kept apart or not; refused above what is left."""
    new = NewRefund(body.receipt_id, body.contract_id, body.amount, caller.subject)
    with platform.unit_of_work(once) as tx:
        view = tx.answer(refund_view(decide_refund(tx, new)))
    response.headers["Location"] = f"/v1/refunds/{view.id}"
    return view


@router.get("", **allow(Role.ACCOUNTING))
def list_refunds(
    platform: Ctx,
    state: RefundState | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[RefundView]:
    """Refunds by the day they are due; `state=due` waits for its approval, `state=approved` for its payment."""
    with platform.reading() as session:
        found = page_of_refunds(session, limit + 1, _after(cursor), state)
    shown = found[:limit]
    following = encode_cursor(str(shown[-1].row.refund_by), str(shown[-1].row.id)) if len(found) > limit else None
    return Page(items=[refund_view(refund) for refund in shown], next_cursor=following)


@router.get("/{refund_id}", **allow(Role.ACCOUNTING))
def read_refund(refund_id: UUID, platform: Ctx) -> RefundView:
    """One refund."""
    with platform.reading() as session:
        return refund_view(get_refund(session, refund_id))


@router.post("/{refund_id}/payment", status_code=201, **allow(Role.ACCOUNTING))
def make_payment(
    refund_id: UUID, body: RefundPaymentBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> RefundView:
    """Record that the bank paid it, once: after its approval, and never by who decided it."""
    paid = RefundPaidBack(body.paid_on, body.bank_reference, caller.subject)
    with platform.unit_of_work(once) as tx:
        return tx.answer(refund_view(pay_refund(tx, refund_id, paid)))


@router.post("/{refund_id}/approval", status_code=201, **allow(Role.ACCOUNTING))
def make_approval(refund_id: UUID, platform: Ctx, caller: Caller, once: RequiredOnce) -> RefundView:
    """A second person lets it be paid; refused for who decided it."""
    with platform.unit_of_work(once) as tx:
        return tx.answer(refund_view(approve_refund(tx, refund_id, caller.subject)))


@router.post("/{refund_id}/withdrawal", status_code=201, **allow(Role.ACCOUNTING))
def withdraw(
    refund_id: UUID, body: RefundWithdrawalBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> RefundView:
    """It is not paid after all: its money pays what the client owes, or waits; refused once it is paid."""
    with platform.unit_of_work(once) as tx:
        return tx.answer(refund_view(withdraw_refund(tx, refund_id, body.reason, caller.subject)))


def refund_view(refund: Refund) -> RefundView:
    """A refund as it is answered."""
    row, payment = refund.row, refund.payment
    return RefundView(
        id=row.id,
        customer_id=row.customer_id,
        contract_id=row.contract_id,
        receipt_id=row.receipt_id,
        amount=row.amount,
        reason=RefundReason(row.reason),
        decided_on=row.decided_on,
        refund_by=row.refund_by,
        state=refund.state,
        by_the_rules=row.decided_by is None,
        approved_on=refund.approval.approved_on if refund.approval else None,
        paid_on=payment.paid_on if payment else None,
        bank_reference=payment.bank_reference if payment else None,
        withdrawn_on=refund.withdrawal.withdrawn_on if refund.withdrawal else None,
        withdrawn_because=refund.withdrawal.reason if refund.withdrawal else None,
    )


def _after(cursor: str | None) -> tuple[date, UUID] | None:
    if cursor is None:
        return None
    day, identifier = decode_cursor(cursor, str, str)
    try:
        return date.fromisoformat(day), UUID(identifier)
    except ValueError as error:
        raise Invalid("The cursor is not one that this list gave: leave it out to start over.") from error
