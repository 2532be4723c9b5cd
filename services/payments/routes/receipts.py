"""Receipts: money that came in."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import model_validator
from sqlmodel import Session

from chassis.auth import Caller, Role, allow
from chassis.fields import Amount, Body, Day, Page, PageSize, PositiveAmount, ShortText, View
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from services.payments.domain.invoice import Payer, PayerKind
from services.payments.domain.waiting import WaitReason
from services.payments.repository.receipts import (
    allocations_of,
    get_receipt,
    page_of_receipts,
    refunded_of,
    rest_of,
    reversal_of,
)
from services.payments.routes.scope import after_id, page
from services.payments.tables import ReceiptRow
from services.payments.use_cases.moves import NewMove, move_allocation
from services.payments.use_cases.receipts import NewReceipt, allocate_by_hand, book_receipt
from services.payments.use_cases.reversals import NewReversal, reverse_receipt
from services.payments.use_cases.waiting import receipts_waiting, waiting_of

router = APIRouter(prefix="/v1/receipts", tags=["receipts"])


class PayerBody(Body):
    """Who paid: a customer's id, or an operator's code."""

    kind: PayerKind
    id: ShortText

    @model_validator(mode="after")
    def customers_have_ids(self) -> Self:
        """A customer is named by its UUID."""
        if self.kind is PayerKind.CUSTOMER:
            try:
                UUID(self.id)
            except ValueError:
                raise ValueError("a customer is named by its id, a UUID") from None
        return self

    def payer(self) -> Payer:
        """The payer as the rules know it."""
        return Payer(self.kind, str(UUID(self.id)) if self.kind is PayerKind.CUSTOMER else self.id)


class ReceiptBody(Body):
    """Money as the bank shows it.

    reference: the contract, deposit request, invoice or operator's file that the payer named.
    """

    payer: PayerBody
    amount: PositiveAmount
    value_date: Day
    reference: ShortText | None = None


class AllocationBody(Body):
    """What of a receipt pays which deposit request or invoice."""

    document: ShortText
    amount: PositiveAmount


class ReversalBody(Body):
    """Why a receipt never was, and since which day that is known: the bank's, where it took the money back."""

    reason: ShortText
    reversed_on: Day


class MoveBody(Body):
    """Which document the money pays instead, and why."""

    to_document: ShortText
    reason: ShortText


class PayerView(View):
    """Who paid."""

    kind: PayerKind
    id: str


class AllocationView(View):
    """What of the receipt pays a document; deposit_invoice: the one issued for it."""

    document: str
    amount: Amount
    deposit_invoice: str | None


class ReversalView(View):
    """How a receipt was taken back."""

    reason: str
    reversed_on: date
    recorded_on: date


class WaitingView(View):
    """Why something of a receipt is left, and since which day."""

    reason: WaitReason
    since: date


class ReceiptView(View):
    """A receipt, what it pays now, what of it is to be paid back or was, and what is left of it.

    waiting: null where nothing is left. reversal: null unless it was taken back; then it pays nothing, and nothing is
    left of it.
    """

    id: UUID
    payer: PayerView
    amount: Amount
    value_date: date
    booked_on: date
    reference: str | None
    allocations: list[AllocationView]
    refunded: Amount
    unallocated: Amount
    waiting: WaitingView | None
    reversal: ReversalView | None


@router.post("", status_code=201, **allow(Role.ACCOUNTING))
def make_receipt(
    body: ReceiptBody, platform: Ctx, caller: Caller, once: RequiredOnce, response: Response
) -> ReceiptView:
    """Book money: matched to what it names, then a customer's to the oldest due; what is left is shown."""
    new = NewReceipt(body.payer.payer(), body.amount, body.value_date, body.reference, caller.subject)
    with platform.unit_of_work(once) as tx:
        view = tx.answer(_view(tx.session, book_receipt(tx, new)))
    response.headers["Location"] = f"/v1/receipts/{view.id}"
    return view


@router.post("/{receipt_id}/allocations", status_code=201, **allow(Role.ACCOUNTING))
def make_allocation(receipt_id: UUID, body: AllocationBody, platform: Ctx, once: RequiredOnce) -> ReceiptView:
    """Match what is left of a receipt by hand; refused above its rest, above what the document takes, for another's."""
    with platform.unit_of_work(once) as tx:
        return tx.answer(_view(tx.session, allocate_by_hand(tx, receipt_id, body.document, body.amount)))


@router.post("/{receipt_id}/allocations/{document}/move", status_code=201, **allow(Role.ACCOUNTING))
def make_move(
    receipt_id: UUID, document: str, body: MoveBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> ReceiptView:
    """Move all that a receipt pays of a document to the right one; refused where that does not take all of it."""
    new = NewMove(document, body.to_document, body.reason, caller.subject)
    with platform.unit_of_work(once) as tx:
        return tx.answer(_view(tx.session, move_allocation(tx, receipt_id, new)))


@router.post("/{receipt_id}/reversal", status_code=201, **allow(Role.ACCOUNTING))
def make_reversal(
    receipt_id: UUID, body: ReversalBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> ReceiptView:
    """Take a receipt back that was booked wrongly or that the bank took back: what it paid is owed again."""
    new = NewReversal(body.reason, body.reversed_on, caller.subject)
    with platform.unit_of_work(once) as tx:
        return tx.answer(_view(tx.session, reverse_receipt(tx, receipt_id, new)))


@router.get("", **allow(Role.ACCOUNTING))
def list_receipts(
    platform: Ctx,
    unallocated: bool = False,
    kept_apart: bool = False,
    waiting: WaitReason | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[ReceiptView]:
    """Receipts in the order of their booking; with `unallocated=true` those with something left.

    With `kept_apart=true` those of which something is left that came before an individual's withdrawal period was
    over: it waits for the client's confirmation, or for a refund. With `waiting` one queue alone: the receipts of which
    something is left for this reason.
    """
    with platform.reading() as session:
        after = after_id(cursor)
        if waiting is not None:
            rows: Sequence[ReceiptRow] = receipts_waiting(session, limit + 1, after, waiting)
        else:
            rows = page_of_receipts(session, limit + 1, after, unallocated=unallocated, kept_apart=kept_apart)
        return page(rows, limit, lambda row: _view(session, row), lambda row: str(row.id))


@router.get("/{receipt_id}", **allow(Role.ACCOUNTING))
def read_receipt(receipt_id: UUID, platform: Ctx) -> ReceiptView:
    """One receipt."""
    with platform.reading() as session:
        return _view(session, get_receipt(session, receipt_id))


def _view(session: Session, row: ReceiptRow) -> ReceiptView:
    allocations, refunded = allocations_of(session, row.id), refunded_of(session, row.id)
    reversal, waiting = reversal_of(session, row.id), waiting_of(session, row)
    return ReceiptView(
        id=row.id,
        payer=PayerView(kind=PayerKind(row.payer_kind), id=row.payer_id),
        amount=row.amount,
        value_date=row.value_date,
        booked_on=row.booked_on,
        reference=row.reference,
        allocations=[AllocationView.model_validate(part) for part in allocations],
        refunded=refunded,
        unallocated=rest_of(session, row),
        waiting=WaitingView.model_validate(waiting) if waiting else None,
        reversal=ReversalView.model_validate(reversal) if reversal else None,
    )
