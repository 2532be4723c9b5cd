"""What operators decided and told about a file; what came on paper is recorded here (clause 3.3)."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.auth import Caller, Role, allow
from chassis.fields import Amount, Body, Day, Flag, PositiveAmount, Quantity, ShortText, UploadedFile, View
from chassis.idempotency import RequiredOnce
from chassis.platform import Ctx
from services.payments.domain.funding import TaxBasis
from services.payments.domain.funding_file import DecisionKind, Promise
from services.payments.repository.accounts import find_account
from services.payments.repository.decisions import decision_rows, hours, notice_rows, reasons_without_effect
from services.payments.repository.funding import get_funding_request
from services.payments.routes.funding_requests import FundingRequestView, funding_view
from services.payments.tables import FundingDecisionRow, FundingNoticeRow
from services.payments.use_cases.decisions import Recorded, record_decision
from services.payments.use_cases.notices import NoticeKind

router = APIRouter(prefix="/v1/funding-requests/{request_id}", tags=["funding requests"])


class ApprovalBody(Body):
    """An approval on paper. hours: those it pays for, all its trainees together; expires_on: the last day it holds.

    came_on: the day the paper came, today without.
    """

    amount: PositiveAmount
    tax_basis: TaxBasis
    direct_payment: Flag
    hours: Quantity | None = None
    expires_on: Day | None = None
    approval_document: UploadedFile | None = None
    came_on: Day | None = None


class RefusalBody(Body):
    """A refusal on paper, or an approval taken back. came_on: the day it came, today without."""

    reason: ShortText
    came_on: Day | None = None


class DecisionView(View):
    """One decision. came_on: the business day it came; without_effect: why it has none, null where it has."""

    kind: DecisionKind
    decided_at: datetime
    came_on: date
    amount: Amount | None
    tax_basis: TaxBasis | None
    direct_payment: bool | None
    hours: Quantity | None
    expires_on: date | None
    has_copy: bool
    reason: str | None
    recorded_by: str | None
    without_effect: str | None


class NoticeView(View):
    """What was told without deciding anything; day: the money's, or by when the document is wanted."""

    kind: NoticeKind
    told_at: datetime
    came_on: date
    amount: Amount | None
    day: date | None
    reference: str | None
    document: str | None


class HistoryView(View):
    """All that came about a file, by the time it was decided or told."""

    decisions: list[DecisionView]
    notices: list[NoticeView]


@router.post("/approval", status_code=201, **allow(Role.SALES, Role.ACCOUNTING))
def record_approval(
    request_id: UUID, body: ApprovalBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> FundingRequestView:
    """Record an approval, or its amendment; refused once the training is billed, and above the price (clause 3.3)."""
    promise = Promise(body.amount, body.tax_basis, body.direct_payment, body.hours, body.expires_on)
    document = body.approval_document
    copy = (document.content_base64, document.media_type) if document else None
    with platform.unit_of_work(once) as tx:
        recorded = Recorded(promise, copy, None, caller.subject, body.came_on)
        return tx.answer(funding_view(record_decision(tx, request_id, recorded)))


@router.post("/refusal", status_code=201, **allow(Role.SALES, Role.ACCOUNTING))
def record_refusal(
    request_id: UUID, body: RefusalBody, platform: Ctx, caller: Caller, once: RequiredOnce
) -> FundingRequestView:
    """Record a refusal: the client owes all at the end, and at once what was invoiced already (clause 3.3)."""
    with platform.unit_of_work(once) as tx:
        recorded = Recorded(None, None, body.reason, caller.subject, body.came_on)
        return tx.answer(funding_view(record_decision(tx, request_id, recorded)))


@router.get("/history", **allow(Role.SALES, Role.ACCOUNTING))
def read_history(request_id: UUID, platform: Ctx) -> HistoryView:
    """What came about a file, in the order it was decided."""
    with platform.reading() as session:
        request = get_funding_request(session, request_id)
        price = find_account(session, request.contract_id).price
        reasons = reasons_without_effect(session, request.contract_id, price)
        decisions = [
            _decision(row, reasons.get((str(request_id), row.key))) for row in decision_rows(session, [request])
        ]
        notices = [_notice(row) for row in notice_rows(session, [request_id])]
    return HistoryView(decisions=decisions, notices=notices)


def _decision(row: FundingDecisionRow, without_effect: str | None) -> DecisionView:
    return DecisionView(
        kind=DecisionKind(row.kind),
        decided_at=row.decided_at,
        came_on=row.came_on,
        amount=row.amount,
        tax_basis=TaxBasis(row.tax_basis) if row.tax_basis else None,
        direct_payment=row.direct_payment,
        hours=hours(row.hours),
        expires_on=row.expires_on,
        has_copy=row.copy_sha256 is not None,
        reason=row.reason,
        recorded_by=row.recorded_by,
        without_effect=without_effect,
    )


def _notice(row: FundingNoticeRow) -> NoticeView:
    return NoticeView.model_validate(row)
