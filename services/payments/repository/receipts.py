"""Receipts, deposit requests, and what of them is matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from chassis.problems import NotFound
from chassis.values.money import Money, total
from services.payments.domain.invoice import Payer
from services.payments.tables import AllocationRow, DepositRequestRow, InvoiceRow, ReceiptRow


@dataclass(frozen=True, slots=True)
class AllocatedTo:
    """What of a receipt pays one document; deposit_invoice: the 386 issued for it."""

    document: str
    amount: Money
    deposit_invoice: str | None = None


def add_receipt(session: Session, row: ReceiptRow) -> None:
    """Keep a receipt."""
    session.add(row)
    session.flush()


def get_receipt(session: Session, identifier: UUID) -> ReceiptRow:
    """The receipt; NotFound otherwise."""
    row = session.get(ReceiptRow, identifier)
    if row is None:
        raise NotFound("The receipt")
    return row


def page_of_receipts(session: Session, limit: int, after: UUID | None, unallocated: bool) -> Sequence[ReceiptRow]:
    """At most `limit` receipts in the order of their booking; only those with something left, where asked."""
    wanted = select(ReceiptRow).order_by(col(ReceiptRow.id)).limit(limit)
    if after is not None:
        wanted = wanted.where(ReceiptRow.id > after)
    if unallocated:
        matched = (
            select(func.coalesce(func.sum(col(AllocationRow.amount)), 0))
            .where(AllocationRow.receipt_id == ReceiptRow.id)
            .correlate(ReceiptRow)
            .scalar_subquery()
        )
        wanted = wanted.where(col(ReceiptRow.amount) > matched)
    return session.exec(wanted).all()


def allocations_of(session: Session, receipt_id: UUID) -> list[AllocatedTo]:
    """What a receipt pays now, document by document; what was freed again is left out."""
    wanted = select(AllocationRow).where(AllocationRow.receipt_id == receipt_id).order_by(col(AllocationRow.id))
    sums: dict[tuple[str | None, UUID | None], Money] = {}
    for row in session.exec(wanted):
        target = (row.invoice_number, row.deposit_request_id)
        sums[target] = sums[target] + row.amount if target in sums else row.amount
    return [_allocated(session, receipt_id, target, amount) for target, amount in sums.items() if amount]


def _allocated(
    session: Session, receipt_id: UUID, target: tuple[str | None, UUID | None], amount: Money
) -> AllocatedTo:
    number, request_id = target
    if number is not None:
        return AllocatedTo(number, amount)
    request = session.get_one(DepositRequestRow, request_id)
    invoiced = session.exec(select(InvoiceRow.number).where(InvoiceRow.receipt_id == receipt_id)).one_or_none()
    return AllocatedTo(request.number, amount, invoiced)


def unallocated_of(session: Session, payer: Payer, on: date) -> Money:
    """What is left of all receipts of a payer with a value date by `on`."""
    wanted = select(ReceiptRow).where(
        ReceiptRow.payer_kind == payer.kind, ReceiptRow.payer_id == payer.id, ReceiptRow.value_date <= on
    )
    receipts = session.exec(wanted).all()
    wanted_parts = select(AllocationRow).where(col(AllocationRow.receipt_id).in_([each.id for each in receipts]))
    matched = total(allocation.amount for allocation in session.exec(wanted_parts))
    return total(receipt.amount for receipt in receipts) - matched


def add_deposit_request(session: Session, row: DepositRequestRow) -> None:
    """Keep a deposit request."""
    session.add(row)
    session.flush()


def get_deposit_request(session: Session, identifier: UUID) -> DepositRequestRow:
    """The deposit request; NotFound otherwise."""
    row = session.get(DepositRequestRow, identifier)
    if row is None:
        raise NotFound("The deposit request")
    return row


def find_deposit_request(session: Session, number: str) -> DepositRequestRow | None:
    """The deposit request of that number, if there is one."""
    return session.exec(select(DepositRequestRow).where(DepositRequestRow.number == number)).one_or_none()


def page_of_deposit_requests(
    session: Session, limit: int, after: str | None, contract_id: UUID | None, customer_id: UUID | None
) -> Sequence[DepositRequestRow]:
    """At most `limit` requests by number; filters that are None do not filter."""
    wanted = select(DepositRequestRow).order_by(col(DepositRequestRow.number)).limit(limit)
    if after is not None:
        wanted = wanted.where(DepositRequestRow.number > after)
    if contract_id is not None:
        wanted = wanted.where(DepositRequestRow.contract_id == contract_id)
    if customer_id is not None:
        wanted = wanted.where(DepositRequestRow.customer_id == customer_id)
    return session.exec(wanted).all()


def received_on(session: Session, request_id: UUID) -> list[tuple[date, Money]]:
    """What was booked on a deposit request, by value date."""
    wanted = select(ReceiptRow, AllocationRow).where(
        AllocationRow.deposit_request_id == request_id, AllocationRow.receipt_id == ReceiptRow.id
    )
    return [(receipt.value_date, allocation.amount) for receipt, allocation in session.exec(wanted)]
