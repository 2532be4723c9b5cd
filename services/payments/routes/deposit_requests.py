"""Deposit requests."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from chassis.auth import Caller, Role, allow
from chassis.fields import Amount, Page, PageSize, View
from chassis.files import read_file
from chassis.idempotency import RequiredOnce
from chassis.openapi import file_answer
from chassis.platform import Ctx
from chassis.values.money import total
from services.payments.repository.accounts import find_account
from services.payments.repository.receipts import get_deposit_request, page_of_deposit_requests, received_on
from services.payments.repository.standings import unneeded_of
from services.payments.routes.scope import after_text, check_sees, customer_filter, page
from services.payments.tables import DepositRequestRow
from services.payments.use_cases.early_money import confirm_deposit

router = APIRouter(prefix="/v1/deposit-requests", tags=["deposit requests"])
_WHAT = "The deposit request"
_READERS = (Role.CUSTOMER, Role.SALES, Role.ACCOUNTING)


class DepositRequestView(View):
    """A request for a deposit. received: what is in on it; complete: the whole deposit is in, or was until the end.

    given_back: what of it nothing needed once the training was billed, credited (503). withdrawn: the client withdrew
    from the contract, nothing is asked for any more.
    """

    id: UUID
    number: str
    contract_id: UUID
    customer_id: UUID
    amount: Amount
    issued_on: date
    callable_on: date
    due_on: date
    received: Amount
    given_back: Amount
    complete: bool
    withdrawn: bool
    document_sha256: str


@router.get("", **allow(*_READERS))
def list_deposit_requests(
    platform: Ctx,
    caller: Caller,
    contract_id: UUID | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[DepositRequestView]:
    """Deposit requests by number."""
    own = customer_filter(caller, None)
    with platform.reading() as session:
        rows = page_of_deposit_requests(session, limit + 1, after_text(cursor), contract_id, own)
        return page(rows, limit, lambda row: _view(session, row), lambda row: row.number)


@router.get("/{request_id}", **allow(*_READERS))
def read_deposit_request(request_id: UUID, platform: Ctx, caller: Caller) -> DepositRequestView:
    """One deposit request."""
    with platform.reading() as session:
        row = get_deposit_request(session, request_id)
        check_sees(caller, row.customer_id, _WHAT)
        return _view(session, row)


@router.get(
    "/{request_id}/document", response_class=Response, responses=file_answer("application/pdf"), **allow(*_READERS)
)
def read_deposit_request_document(request_id: UUID, platform: Ctx, caller: Caller) -> Response:
    """The request as it was sent (PDF)."""
    with platform.reading() as session:
        row = get_deposit_request(session, request_id)
        check_sees(caller, row.customer_id, _WHAT)
        stored = read_file(session, row.document_sha256)
    return Response(stored.content, media_type=stored.media_type)


@router.post("/{request_id}/confirmation", status_code=201, **allow(Role.CUSTOMER, Role.ACCOUNTING))
def confirm(request_id: UUID, platform: Ctx, caller: Caller, once: RequiredOnce) -> DepositRequestView:
    """The client confirms what it sent too early: it becomes the deposit, what exceeds that is to be paid back."""
    with platform.unit_of_work(once) as tx:
        check_sees(caller, get_deposit_request(tx.session, request_id).customer_id, _WHAT)
        decided_by = caller.subject if caller.sees_all_customers else None
        return tx.answer(_view(tx.session, confirm_deposit(tx, request_id, decided_by)))


def _view(session: Session, row: DepositRequestRow) -> DepositRequestView:
    received = total(part.amount for part in received_on(session, row.id))
    given_back = unneeded_of(session, row.contract_id)
    return DepositRequestView(
        id=row.id,
        number=row.number,
        contract_id=row.contract_id,
        customer_id=row.customer_id,
        amount=row.amount,
        issued_on=row.issued_on,
        callable_on=row.callable_on,
        due_on=row.due_on,
        received=received,
        given_back=given_back,
        complete=received + given_back == row.amount,
        withdrawn=find_account(session, row.contract_id).is_withdrawn,
        document_sha256=row.document_sha256,
    )
