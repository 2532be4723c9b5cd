"""What is to be paid back, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select, tuple_
from sqlmodel.sql.expression import Select

from chassis.problems import NotFound
from services.payments.domain.refund import RefundState
from services.payments.tables import RefundPaymentRow, RefundRow


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund and, once it was paid, its payment."""

    row: RefundRow
    payment: RefundPaymentRow | None

    @property
    def state(self) -> RefundState:
        """Due until it was paid."""
        return RefundState.DUE if self.payment is None else RefundState.PAID

    def as_on(self, day: date) -> "Refund":
        """How it stood that day: due where it was paid later."""
        return Refund(self.row, None) if self.payment is not None and self.payment.paid_on > day else self


def add_refund(session: Session, row: RefundRow) -> None:
    """Keep a refund that is due."""
    session.add(row)
    session.flush()


def add_payment(session: Session, row: RefundPaymentRow) -> None:
    """Keep that a refund was paid."""
    session.add(row)
    session.flush()


def get_refund(session: Session, identifier: UUID) -> Refund:
    """The refund; NotFound otherwise."""
    row = session.get(RefundRow, identifier)
    if row is None:
        raise NotFound("The refund")
    return Refund(row, session.get(RefundPaymentRow, identifier))


def lock_refund(session: Session, identifier: UUID) -> Refund:
    """The refund as it stands now, locked until the transaction ends: it is paid once."""
    session.exec(select(RefundRow.id).where(RefundRow.id == identifier).with_for_update()).one_or_none()
    return get_refund(session, identifier)


def refunds_of_customer(session: Session, customer_id: UUID, on: date) -> list[Refund]:
    """A customer's refunds decided by a day, with the payments made by then, by the day they are due."""
    wanted = _with_payments().where(RefundRow.customer_id == customer_id, RefundRow.decided_on <= on)
    return [Refund(row, payment).as_on(on) for row, payment in session.exec(wanted)]


def page_of_refunds(
    session: Session, limit: int, after: tuple[date, UUID] | None, state: RefundState | None
) -> Sequence[Refund]:
    """At most `limit` refunds by the day they are due; after: the day and the id that the list goes on after."""
    wanted = _with_payments().limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(RefundRow.refund_by, RefundRow.id) > after)
    if state is RefundState.DUE:
        wanted = wanted.where(col(RefundPaymentRow.refund_id).is_(None))
    if state is RefundState.PAID:
        wanted = wanted.where(col(RefundPaymentRow.refund_id).is_not(None))
    return [Refund(row, payment) for row, payment in session.exec(wanted)]


def _with_payments() -> Select[RefundRow, RefundPaymentRow]:
    """Every refund, its payment beside it where there is one."""
    wanted = select(RefundRow, RefundPaymentRow).join(
        RefundPaymentRow, col(RefundPaymentRow.refund_id) == col(RefundRow.id), isouter=True
    )
    return wanted.order_by(col(RefundRow.refund_by), col(RefundRow.id))
