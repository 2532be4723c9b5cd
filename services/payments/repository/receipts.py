"""Receipts, deposit requests, and what of them is matched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, or_
from sqlmodel import Session, col, func, select

from chassis.problems import NotFound
from chassis.values.money import ZERO, Money, total
from services.payments.domain.early_money import counts_from
from services.payments.domain.invoice import DocumentType, Payer
from services.payments.tables import (
    AllocationMoveRow,
    AllocationRow,
    ContractAccountRow,
    DepositRequestRow,
    InvoiceRow,
    ReceiptReversalRow,
    ReceiptRow,
    RefundRow,
    RefundWithdrawalRow,
)


@dataclass(frozen=True, slots=True)
class AllocatedTo:
    """What of a receipt pays one document; deposit_invoice: the 386 issued for it."""

    document: str
    amount: Money
    deposit_invoice: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """What of one receipt was booked on a deposit request, or freed from it (negative)."""

    value_date: date
    booked_on: date
    amount: Money


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
        ReceiptRow.payer_kind == payer.kind, ReceiptRow.payer_id == payer.id, col(ReceiptRow.amount) > _given_out()
    )
    if references is not None:
        wanted = wanted.where(col(ReceiptRow.reference).in_(references))
    wanted = wanted.order_by(col(ReceiptRow.value_date), col(ReceiptRow.id)).with_for_update(key_share=True)
    receipts = session.exec(wanted).all()
    # Read once more: what another transaction gave out while this one waited for the lock is gone.
    return [(receipt, rest) for receipt in receipts if (rest := rest_of(session, receipt))]


def rest_of(session: Session, receipt: ReceiptRow) -> Money:
    """What is left of a receipt: it pays nothing, and is not to be paid back; nothing of one that was taken back."""
    wanted = select(AllocationRow).where(AllocationRow.receipt_id == receipt.id)
    matched = total(allocation.amount for allocation in session.exec(wanted))
    reversal = reversal_of(session, receipt.id)
    return receipt.amount - matched - refunded_of(session, receipt.id) - (reversal.amount if reversal else ZERO)


def refunded_of(session: Session, receipt_id: UUID) -> Money:
    """What of a receipt is to be paid back, or was."""
    wanted = select(RefundRow).where(RefundRow.receipt_id == receipt_id, _stands())
    return total(row.amount for row in session.exec(wanted))


def freed_on(session: Session, receipt_id: UUID) -> list[date]:
    """The days on which something of a receipt was freed: an allocation undone, a refund withdrawn."""
    allocations = session.exec(select(AllocationRow).where(AllocationRow.receipt_id == receipt_id))
    dropped = (
        select(RefundWithdrawalRow)
        .join(RefundRow, col(RefundRow.id) == col(RefundWithdrawalRow.refund_id))
        .where(RefundRow.receipt_id == receipt_id)
    )
    days = [row.allocated_on for row in allocations if row.amount < ZERO]
    return days + [row.withdrawn_on for row in session.exec(dropped)]


def reversal_of(session: Session, receipt_id: UUID) -> ReceiptReversalRow | None:
    """How a receipt was taken back, if it was."""
    return session.get(ReceiptReversalRow, receipt_id)


def add_reversal(session: Session, row: ReceiptReversalRow) -> None:
    """Keep that a receipt never was."""
    session.add(row)
    session.flush()


def add_move(session: Session, row: AllocationMoveRow) -> None:
    """Keep who moved what of a receipt, and why."""
    session.add(row)
    session.flush()


def page_of_receipts(
    session: Session, limit: int, after: UUID | None, *, unallocated: bool, kept_apart: bool
) -> Sequence[ReceiptRow]:
    """At most `limit` receipts in the order of their booking; only those with something left, where asked.

    kept_apart: only those with something left that came too early for a contract of their payer.
    """
    wanted = select(ReceiptRow).order_by(col(ReceiptRow.id)).limit(limit)
    if after is not None:
        wanted = wanted.where(ReceiptRow.id > after)
    if unallocated or kept_apart:
        wanted = wanted.where(col(ReceiptRow.amount) > _given_out())
    if kept_apart:
        wanted = wanted.where(_is_early())
    return session.exec(wanted).all()


def _given_out() -> ColumnElement[Any]:
    """What of a receipt pays something, is paid back or was taken back, within a query of receipts."""
    return _sum_of(AllocationRow) + _sum_of(RefundRow, _stands()) + _sum_of(ReceiptReversalRow)


def _stands() -> ColumnElement[bool]:
    """Whether a refund was not withdrawn, within a query of refunds."""
    return ~exists().where(col(RefundWithdrawalRow.refund_id) == col(RefundRow.id))


def _is_reversed() -> ColumnElement[bool]:
    """Whether a receipt was taken back, within a query of receipts."""
    return exists().where(col(ReceiptReversalRow.receipt_id) == col(ReceiptRow.id))


def _sum_of(
    table: type[AllocationRow | RefundRow | ReceiptReversalRow], *of_these: ColumnElement[bool]
) -> ColumnElement[Any]:
    return (
        select(func.coalesce(func.sum(col(table.amount)), 0))
        .where(table.receipt_id == ReceiptRow.id, *of_these)
        .correlate(ReceiptRow)
        .scalar_subquery()
    )


def _is_early() -> ColumnElement[bool]:
    """Whether a receipt came too early for a contract that was not withdrawn from, within a query of receipts.

    Not where it names another one.
    """
    return exists().where(
        _is_payer(),
        or_(col(ReceiptRow.reference).is_(None), _names_account()),
        col(ContractAccountRow.money_from) > col(ReceiptRow.value_date),
        col(ContractAccountRow.withdrawn_on).is_(None),
    )


def _is_payer() -> ColumnElement[bool]:
    """By the payer's id, as the oldest receipts have no customer_id; SQLite keeps a UUID without its dashes."""
    written = func.replace(cast(col(ContractAccountRow.customer_id), String), "-", "")
    return written == func.replace(col(ReceiptRow.payer_id), "-", "")


def _names_account() -> ColumnElement[bool]:
    """Whether the reference is the contract's number, or that of a request or of an invoice of its own."""
    contract_id, reference = col(ContractAccountRow.contract_id), col(ReceiptRow.reference)
    return or_(
        col(ContractAccountRow.contract_number) == reference,
        exists().where(col(DepositRequestRow.contract_id) == contract_id, col(DepositRequestRow.number) == reference),
        exists().where(col(InvoiceRow.contract_id) == contract_id, col(InvoiceRow.number) == reference),
    )


def allocations_of(session: Session, receipt_id: UUID) -> list[AllocatedTo]:
    """What a receipt pays now, document by document; what was freed again is left out.

    Of a deposit request each part for itself: each has its own deposit invoice, and is freed as that is credited.
    """
    wanted = select(AllocationRow).where(AllocationRow.receipt_id == receipt_id).order_by(col(AllocationRow.id))
    invoiced = _deposit_invoices(session, receipt_id)
    credited = _credited_deposits(session, receipt_id)
    sums: dict[tuple[str, str | None], Money] = {}
    for row in session.exec(wanted):
        if row.deposit_request_id is not None and row.amount < ZERO:
            continue
        request = session.get_one(DepositRequestRow, row.deposit_request_id) if row.deposit_request_id else None
        of = (request.number, invoiced[request.contract_id].pop(0)) if request else (row.invoice_number or "", None)
        sums[of] = sums[of] + row.amount if of in sums else row.amount
    left = {of: amount - credited[of[1]] for of, amount in sums.items()}
    return [AllocatedTo(document, amount, invoice) for (document, invoice), amount in left.items() if amount]


def _deposit_invoices(session: Session, receipt_id: UUID) -> dict[UUID, list[str]]:
    """The deposit invoices (386) of a receipt, by contract, in the order of their issue."""
    wanted = select(InvoiceRow).where(InvoiceRow.receipt_id == receipt_id)
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in session.exec(wanted.order_by(col(InvoiceRow.year), col(InvoiceRow.position))):
        found[row.contract_id].append(row.number)
    return found


def _credited_deposits(session: Session, receipt_id: UUID) -> Mapping[str | None, Money]:
    """What deposit credit notes (503) took back of the deposit invoices of a receipt."""
    own = select(InvoiceRow.number).where(InvoiceRow.receipt_id == receipt_id)
    wanted = select(InvoiceRow).where(
        col(InvoiceRow.credits_number).in_(own), InvoiceRow.document_type == DocumentType.DEPOSIT_CREDIT_NOTE
    )
    credited: dict[str | None, Money] = defaultdict(lambda: ZERO)
    for row in session.exec(wanted):
        credited[row.credits_number] += row.total_incl
    return credited


def left_on(session: Session, payer: Payer, on: date) -> list[tuple[ReceiptRow, Money]]:
    """A payer's receipts with a value date by `on`, and what was left of each that day.

    What pays an invoice that was issued after that day was still the payer's then; what was to be paid back was not.
    A receipt that was taken back never was.
    """
    wanted = (
        select(ReceiptRow)
        .where(ReceiptRow.payer_kind == payer.kind, ReceiptRow.payer_id == payer.id, ReceiptRow.value_date <= on)
        .where(~_is_reversed())
    )
    receipts = session.exec(wanted.order_by(col(ReceiptRow.value_date), col(ReceiptRow.id))).all()
    given = _given_out_on(session, {receipt.id: receipt for receipt in receipts}, on)
    return [(receipt, receipt.amount - total(given[receipt.id])) for receipt in receipts]


def _given_out_on(session: Session, receipts: Mapping[UUID, ReceiptRow], on: date) -> dict[UUID, list[Money]]:
    given: dict[UUID, list[Money]] = defaultdict(list)
    invoices = (
        select(AllocationRow)
        .join(InvoiceRow, col(InvoiceRow.number) == col(AllocationRow.invoice_number))
        .where(col(AllocationRow.receipt_id).in_(receipts), InvoiceRow.issued_on <= on)
    )
    for row in session.exec(invoices):
        given[row.receipt_id].append(row.amount)
    deposits = (
        select(AllocationRow, ContractAccountRow)
        .join(DepositRequestRow, col(DepositRequestRow.id) == col(AllocationRow.deposit_request_id))
        .join(ContractAccountRow, col(ContractAccountRow.contract_id) == col(DepositRequestRow.contract_id))
        .where(col(AllocationRow.receipt_id).in_(receipts))
    )
    for row, account in session.exec(deposits):
        came = counts_from(receipts[row.receipt_id].value_date, row.allocated_on, account.money_from)
        if (row.allocated_on if row.amount < ZERO else came) <= on:
            given[row.receipt_id].append(row.amount)
    withdrawn = exists().where(
        col(RefundWithdrawalRow.refund_id) == col(RefundRow.id), col(RefundWithdrawalRow.withdrawn_on) <= on
    )
    refunds = select(RefundRow).where(col(RefundRow.receipt_id).in_(receipts), RefundRow.decided_on <= on, ~withdrawn)
    for refund in session.exec(refunds):
        given[refund.receipt_id].append(refund.amount)
    return given


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


def request_of_contract(session: Session, contract_id: UUID) -> DepositRequestRow | None:
    """The deposit request of a contract, once it was made."""
    return session.exec(select(DepositRequestRow).where(DepositRequestRow.contract_id == contract_id)).one_or_none()


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


def received_on(session: Session, request_id: UUID) -> list[ReceivedPart]:
    """What was booked on a deposit request, and freed from it; a receipt that was taken back never was."""
    wanted = select(ReceiptRow, AllocationRow).where(
        AllocationRow.deposit_request_id == request_id, AllocationRow.receipt_id == ReceiptRow.id, ~_is_reversed()
    )
    return [
        ReceivedPart(receipt.value_date, allocation.allocated_on, allocation.amount)
        for receipt, allocation in session.exec(wanted)
    ]
