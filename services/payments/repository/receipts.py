"""Receipts, deposit requests, and what of them is matched."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect
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


def lock_receipt(session: Session, receipt_id: UUID) -> None:
    """Hold a receipt until the transaction ends, so that its rest is given out once. Taken after the customer."""
    wanted = select(ReceiptRow.id).where(ReceiptRow.id == receipt_id)
    session.exec(wanted.with_for_update(key_share=True)).one()


def rests(session: Session, payer: Payer, references: Sequence[str] | None = None) -> list[tuple[ReceiptRow, Money]]:
    """A payer's receipts of which something is left, and how much, by value date; locked.

    references: only those that name one of these.
    """
    wanted = select(ReceiptRow).where(
        ReceiptRow.payer_kind == payer.kind, ReceiptRow.payer_id == payer.id, col(ReceiptRow.amount) > _matched()
    )
    if references is not None:
        wanted = wanted.where(col(ReceiptRow.reference).in_(references))
    wanted = wanted.order_by(col(ReceiptRow.value_date), col(ReceiptRow.id)).with_for_update(key_share=True)
    receipts = session.exec(wanted).all()
    # Read once more: what another transaction gave out while this one waited for the lock is gone.
    return [(receipt, rest) for receipt in receipts if (rest := rest_of(session, receipt))]


def rest_of(session: Session, receipt: ReceiptRow) -> Money:
    """What nothing of a receipt pays."""
    wanted = select(AllocationRow).where(AllocationRow.receipt_id == receipt.id)
    return receipt.amount - total(allocation.amount for allocation in session.exec(wanted))


def page_of_receipts(session: Session, limit: int, after: UUID | None, unallocated: bool) -> Sequence[ReceiptRow]:
    """At most `limit` receipts in the order of their booking; only those with something left, where asked."""
    wanted = select(ReceiptRow).order_by(col(ReceiptRow.id)).limit(limit)
    if after is not None:
        wanted = wanted.where(ReceiptRow.id > after)
    if unallocated:
        wanted = wanted.where(col(ReceiptRow.amount) > _matched())
    return session.exec(wanted).all()


def _matched() -> ScalarSelect[Any]:
    """What of a receipt pays something, within a query of receipts."""
    return (
        select(func.coalesce(func.sum(col(AllocationRow.amount)), 0))
        .where(AllocationRow.receipt_id == ReceiptRow.id)
        .correlate(ReceiptRow)
        .scalar_subquery()
    )


def allocations_of(session: Session, receipt_id: UUID) -> list[AllocatedTo]:
    """What a receipt pays now, document by document; what was freed again is left out.

    Of a deposit request each part for itself: each has its own deposit invoice, and none is ever freed.
    """
    wanted = select(AllocationRow).where(AllocationRow.receipt_id == receipt_id).order_by(col(AllocationRow.id))
    invoiced = _deposit_invoices(session, receipt_id)
    sums: dict[tuple[str, str | None], Money] = {}
    for row in session.exec(wanted):
        request = session.get_one(DepositRequestRow, row.deposit_request_id) if row.deposit_request_id else None
        of = (request.number, invoiced[request.contract_id].pop(0)) if request else (row.invoice_number or "", None)
        sums[of] = sums[of] + row.amount if of in sums else row.amount
    return [AllocatedTo(document, amount, invoice) for (document, invoice), amount in sums.items() if amount]


def _deposit_invoices(session: Session, receipt_id: UUID) -> dict[UUID, list[str]]:
    """The deposit invoices (386) of a receipt, by contract, in the order of their issue."""
    wanted = select(InvoiceRow).where(InvoiceRow.receipt_id == receipt_id)
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in session.exec(wanted.order_by(col(InvoiceRow.year), col(InvoiceRow.position))):
        found[row.contract_id].append(row.number)
    return found


def unallocated_of(session: Session, payer: Payer, on: date) -> Money:
    """What is left of all receipts of a payer with a value date by `on`.

    What pays an invoice that was issued after that day was still the payer's then.
    """
    wanted = select(ReceiptRow).where(
        ReceiptRow.payer_kind == payer.kind, ReceiptRow.payer_id == payer.id, ReceiptRow.value_date <= on
    )
    receipts = session.exec(wanted).all()
    wanted_parts = (
        select(AllocationRow)
        .join(InvoiceRow, col(InvoiceRow.number) == col(AllocationRow.invoice_number), isouter=True)
        .where(col(AllocationRow.receipt_id).in_([each.id for each in receipts]))
        .where(col(InvoiceRow.issued_on).is_(None) | (col(InvoiceRow.issued_on) <= on))
    )
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


def deposit_requests_of(session: Session, customer_id: UUID) -> Sequence[DepositRequestRow]:
    """The deposit requests of a customer, by number."""
    wanted = select(DepositRequestRow).where(DepositRequestRow.customer_id == customer_id)
    return session.exec(wanted.order_by(col(DepositRequestRow.number))).all()


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
