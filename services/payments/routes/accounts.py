"""The statement of a customer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.auth import Caller, Role, allow
from chassis.fields import Amount, Day, View
from chassis.platform import Ctx
from services.payments.domain.statement import StatementLine
from services.payments.routes.refunds import RefundView, refund_view
from services.payments.routes.scope import check_sees
from services.payments.use_cases.statements import Statement, statement_of

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


class StatementLineView(View):
    """One invoice on the day. deducted: deposits it holds; days_late: days that bear interest."""

    number: str
    issued_on: date
    due_on: date
    incl_tax: Amount
    credited: Amount
    deducted: Amount
    paid: Amount
    open: Amount
    overdue: bool
    days_late: int
    interest: Amount
    recovery_fee: Amount


class StatementView(View):
    """What a customer owes on a day, `due` being open amounts, interest and fees together.

    unapplied_deposits and unallocated are the customer's own: deposit that no invoice took, money not matched.
    kept_apart: what of `unallocated` came before an individual's withdrawal period was over; refunds: what is to be
    paid back, or was. interest and recovery_fee: beside what was invoiced of them. overdue_since: the first day late,
    until all sums due are paid, as it stands now. as_of: the business day on which this was known; a later `on` is a
    projection.
    """

    customer_id: UUID
    on: date
    as_of: date
    invoices: list[StatementLineView]
    open: Amount
    interest: Amount
    recovery_fee: Amount
    due: Amount
    unapplied_deposits: Amount
    unallocated: Amount
    kept_apart: Amount
    refunds: list[RefundView]
    overdue_since: date | None


@router.get("/{customer_id}", **allow(Role.CUSTOMER, Role.ACCOUNTING))
def read_account(
    customer_id: UUID, platform: Ctx, caller: Caller, on: Annotated[Day | None, Query()] = None
) -> StatementView:
    """The statement to the day `on` (today without): from the first document to any day whose rates are known."""
    check_sees(caller, customer_id, "The account")
    today = platform.clock.today()
    with platform.reading() as session:
        statement = statement_of(session, customer_id, on or today)
    return _view(customer_id, today, statement)


def _view(customer_id: UUID, today: date, statement: Statement) -> StatementView:
    return StatementView(
        customer_id=customer_id,
        on=statement.on,
        as_of=today,
        invoices=[_line(line) for line in statement.lines],
        open=statement.sums.open,
        interest=statement.sums.interest,
        recovery_fee=statement.sums.recovery_fees,
        due=statement.sums.due,
        unapplied_deposits=statement.unapplied_deposits,
        unallocated=statement.unallocated,
        kept_apart=statement.kept_apart,
        refunds=[refund_view(refund) for refund in statement.refunds],
        overdue_since=statement.overdue_since,
    )


def _line(line: StatementLine) -> StatementLineView:
    invoice = line.invoice
    return StatementLineView(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        incl_tax=invoice.amount,
        credited=invoice.credited,
        deducted=invoice.deducted,
        paid=line.paid,
        open=line.open,
        overdue=line.is_overdue,
        days_late=line.days_late,
        interest=line.interest,
        recovery_fee=line.recovery_fee,
    )
