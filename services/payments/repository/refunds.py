"""What is to be paid back, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select, tuple_

from chassis.problems import NotFound
from services.payments.domain.refund import RefundState
from services.payments.tables import RefundApprovalRow, RefundPaymentRow, RefundRow, RefundWithdrawalRow

Step = RefundApprovalRow | RefundPaymentRow | RefundWithdrawalRow


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund with its approval and its payment, or its withdrawal, once there are."""

    row: RefundRow
    approval: RefundApprovalRow | None = None
    payment: RefundPaymentRow | None = None
    withdrawal: RefundWithdrawalRow | None = None

    @property
    def state(self) -> RefundState:
        """Due until it is approved, then until it is paid."""
        if self.withdrawal is not None:
            return RefundState.WITHDRAWN
        if self.payment is not None:
            return RefundState.PAID
        return RefundState.DUE if self.approval is None else RefundState.APPROVED

    def as_on(self, day: date) -> "Refund":
        """How it stood that day."""
        return replace(
            self,
            approval=self.approval if self.approval and self.approval.approved_on <= day else None,
            payment=self.payment if self.payment and self.payment.paid_on <= day else None,
            withdrawal=self.withdrawal if self.withdrawal and self.withdrawal.withdrawn_on <= day else None,
        )


def add_refund(session: Session, row: RefundRow) -> None:
    """Keep a refund that is due."""
    session.add(row)
    session.flush()


def add_step(session: Session, row: Step) -> None:
    """Keep that a refund was approved, paid or withdrawn."""
    session.add(row)
    session.flush()


def get_refund(session: Session, identifier: UUID) -> Refund:
    """The refund; NotFound otherwise."""
    row = session.get(RefundRow, identifier)
    if row is None:
        raise NotFound("The refund")
    return Refund(
        row,
        session.get(RefundApprovalRow, identifier),
        session.get(RefundPaymentRow, identifier),
        session.get(RefundWithdrawalRow, identifier),
    )


def lock_refund(session: Session, identifier: UUID) -> Refund:
    """The refund as it stands now, locked until the transaction ends: it is paid once. Taken after the receipt."""
    session.exec(select(RefundRow.id).where(RefundRow.id == identifier).with_for_update()).one_or_none()
    return get_refund(session, identifier)


def lock_refunds_of_receipt(session: Session, receipt_id: UUID) -> list[Refund]:
    """The refunds of a receipt, in the order they were decided, each locked."""
    wanted = select(RefundRow.id).where(RefundRow.receipt_id == receipt_id).order_by(col(RefundRow.id))
    return [lock_refund(session, identifier) for identifier in session.exec(wanted).all()]


def refunds_of_customer(session: Session, customer_id: UUID, on: date) -> list[Refund]:
    """A customer's refunds decided by a day, as they stood that day, by the day they are due."""
    wanted = _with_steps().where(RefundRow.customer_id == customer_id, RefundRow.decided_on <= on)
    return [Refund(*found).as_on(on) for found in session.exec(wanted)]


def page_of_refunds(
    session: Session, limit: int, after: tuple[date, UUID] | None, state: RefundState | None
) -> Sequence[Refund]:
    """At most `limit` refunds by the day they are due; after: the day and the id that the list goes on after."""
    wanted = _with_steps().limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(RefundRow.refund_by, RefundRow.id) > after)
    if state is not None:
        wanted = wanted.where(_is_in(state))
    return [Refund(*found) for found in session.exec(wanted)]


def _is_in(state: RefundState) -> ColumnElement[bool]:
    approved = col(RefundApprovalRow.refund_id).is_not(None)
    paid, withdrawn = col(RefundPaymentRow.refund_id).is_not(None), col(RefundWithdrawalRow.refund_id).is_not(None)
    return {
        RefundState.WITHDRAWN: withdrawn,
        RefundState.PAID: paid,
        RefundState.APPROVED: and_(approved, ~paid, ~withdrawn),
        RefundState.DUE: and_(~approved, ~paid, ~withdrawn),
    }[state]


def _with_steps() -> Any:
    """Every refund, its approval, payment and withdrawal beside it where there is one."""
    wanted = select(RefundRow, RefundApprovalRow, RefundPaymentRow, RefundWithdrawalRow)
    for step in (RefundApprovalRow, RefundPaymentRow, RefundWithdrawalRow):
        wanted = wanted.join(step, col(step.refund_id) == col(RefundRow.id), isouter=True)
    return wanted.order_by(col(RefundRow.refund_by), col(RefundRow.id))
