"""Funding requests: files at operators."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.auth import Caller, Role, allow
from chassis.fields import Amount, Body, Day, Page, PageSize, PositiveAmount, Quantity, ShortText, View
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from services.payments.domain.funding import FundingState, TaxBasis
from services.payments.repository.decisions import hours
from services.payments.repository.funding import get_funding_request, page_of_requests
from services.payments.routes.scope import after_id, check_sees, customer_filter, page
from services.payments.tables import FundingRequestRow
from services.payments.use_cases.funding import NewFundingRequest, request_funding

router = APIRouter(prefix="/v1/funding-requests", tags=["funding requests"])
_MOST_TRAINEES = 200
_READERS = (Role.CUSTOMER, Role.SALES, Role.ACCOUNTING)


class FundingRequestBody(Body):
    """What was asked of an operator, incl. tax; requested_on: today unless told.

    trainees: by person_id, where the file is for some of the contract's only.
    """

    contract_id: UUID
    opco: ShortText
    file_number: Annotated[ShortText, StringConstraints(max_length=80)]
    amount_asked: PositiveAmount
    requested_on: Day | None = None
    trainees: Annotated[tuple[UUID, ...], Field(max_length=_MOST_TRAINEES)] = ()


class FundingRequestView(View):
    """A file. amount_approved: incl. tax; stated_amount and tax_basis: as the operator wrote it.

    has_approval_copy: without one, an approval counts for nothing at the end (clause 3.3).
    """

    id: UUID
    contract_id: UUID
    customer_id: UUID
    opco: str
    file_number: str
    amount_asked: Amount
    requested_on: date
    state: FundingState
    amount_approved: Amount | None
    stated_amount: Amount | None
    tax_basis: TaxBasis | None
    direct_payment: bool | None
    has_approval_copy: bool
    approved_on: date | None
    approved_hours: Quantity | None
    expires_on: date | None
    refused_on: date | None
    refusal_reason: str | None
    trainees: list[UUID]


@router.post("", status_code=201, **allow(Role.SALES, Role.ACCOUNTING))
def make_funding_request(
    body: FundingRequestBody, platform: Ctx, once: RequiredOnce, response: Response
) -> FundingRequestView:
    """Record that funding was asked for; refused from the first day of the training on (clause 3.3)."""
    new = NewFundingRequest(**{name: getattr(body, name) for name in FundingRequestBody.model_fields})
    with platform.unit_of_work(once) as tx:
        view = tx.answer(funding_view(request_funding(tx, new)))
    response.headers["Location"] = f"/v1/funding-requests/{view.id}"
    return view


@router.get("", **allow(*_READERS))
def list_funding_requests(
    platform: Ctx,
    caller: Caller,
    contract_id: UUID | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[FundingRequestView]:
    """Funding requests in the order they were recorded."""
    own = customer_filter(caller, None)
    with platform.reading() as session:
        rows = page_of_requests(session, limit + 1, after_id(cursor), contract_id, own)
    return page(rows, limit, funding_view, lambda row: str(row.id))


@router.get("/{request_id}", **allow(*_READERS))
def read_funding_request(request_id: UUID, platform: Ctx, caller: Caller) -> FundingRequestView:
    """One funding request."""
    with platform.reading() as session:
        row = get_funding_request(session, request_id)
    check_sees(caller, row.customer_id, "The funding request")
    return funding_view(row)


def funding_view(row: FundingRequestRow) -> FundingRequestView:
    """How a file reads."""
    return FundingRequestView(
        id=row.id,
        contract_id=row.contract_id,
        customer_id=row.customer_id,
        opco=row.opco,
        file_number=row.file_number,
        amount_asked=row.amount_asked,
        requested_on=row.requested_on,
        state=FundingState(row.state) if row.refused_on is None else FundingState.REFUSED,
        amount_approved=row.approved_incl_tax,
        stated_amount=row.approved_amount,
        tax_basis=TaxBasis(row.approved_tax_basis) if row.approved_tax_basis else None,
        direct_payment=row.direct_payment,
        has_approval_copy=row.approval_sha256 is not None,
        approved_on=row.approved_on,
        approved_hours=hours(row.approved_hours),
        expires_on=row.expires_on,
        refused_on=row.refused_on,
        refusal_reason=row.refusal_reason,
        trainees=[UUID(person) for person in row.trainees or ()],
    )
