"""Privacy requests: anybody asks, the data protection officer reads."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.auth import Role, allow
from chassis.fields import Body, Email, LongText, Page, PageSize, ShortText, View, decode_cursor, encode_cursor
from chassis.platform import Ctx
from services.gdpr.domain.case import Identity, Stage
from services.gdpr.domain.deadlines import CLAUSE
from services.gdpr.domain.rights import Right
from services.gdpr.use_cases import requests
from services.gdpr.use_cases.requests import Asked, Standing

router = APIRouter(prefix="/v1/privacy-requests", tags=["privacy"])


class PrivacyRequestBody(Body):
    """What a person asks for. email: where the answer goes."""

    kind: Right
    name: ShortText
    email: Email
    message: LongText | None = None


class ReceiptView(View):
    """The same answer for everybody. reference: says nothing of other requests; answer_by: the law's last day."""

    reference: UUID
    received_on: date
    answer_by: date


class FailureView(View):
    """A service that was asked in vain. attempts: how often; last_error: why the last time, nothing personal."""

    service: str
    attempts: int
    last_error: str | None


class PrivacyRequestView(View):
    """A request as the officer reads it. reference: what the person was told.

    desk_day: what the desk works to; answer_by: the law's last day; where paused_since is given the clock stands, and
    both are as they stood that day. acknowledged_at: real time, null without a mail. waiting_for: the services that
    are asked, again and again, until they answer; failures: how often in vain so far, and the last reason.
    """

    id: UUID
    number: str
    reference: UUID
    kind: Right
    name: str
    email: str
    message: str | None
    received_on: date
    received_at: datetime
    acknowledged_at: datetime | None
    desk_day: date
    answer_by: date
    clause: str = CLAUSE
    state: Stage
    identity: Identity
    paused_since: date | None
    extended_on: date | None
    closed_on: date | None
    overdue: bool
    waiting_for: list[str]
    failures: list[FailureView]


class StepView(View):
    """What was decided or done, and by whom. said: the reason, or the way."""

    kind: str
    said: str | None
    decided_by: str
    on_day: date
    at: datetime


class RecordView(View):
    """All that was decided or done of a request, oldest first."""

    items: list[StepView]


def view(standing: Standing) -> PrivacyRequestView:
    """A request as it is answered."""
    row, case = standing.row, standing.case
    return PrivacyRequestView(
        **row.model_dump(include=set(PrivacyRequestView.model_fields) - {"identity"}),
        state=case.stage,
        identity=case.identity,
        paused_since=case.paused_since,
        overdue=standing.is_overdue,
        waiting_for=[each.service for each in standing.waiting_for],
        failures=[FailureView.model_validate(each) for each in standing.waiting_for if each.attempts],
    )


@router.post("", status_code=202, **allow(Role.VISITOR))
def ask(body: PrivacyRequestBody, platform: Ctx) -> ReceiptView:
    """Exercise a right over personal data; receipt is acknowledged by mail, once in 24 hours."""
    asked = Asked(body.kind, body.name, body.email, body.message)
    return ReceiptView.model_validate(requests.take_request(platform, asked))


@router.get("", **allow(Role.DPO))
def list_requests(
    platform: Ctx, limit: Annotated[PageSize, Query()] = 20, cursor: str | None = None
) -> Page[PrivacyRequestView]:
    """Requests by their number."""
    after = decode_cursor(cursor, str)[0] if cursor is not None else None
    found = requests.list_requests(platform, limit + 1, after)
    items = [view(standing) for standing in found[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].number) if len(found) > limit else None)


@router.get("/{request_id}", **allow(Role.DPO))
def read_request(request_id: UUID, platform: Ctx) -> PrivacyRequestView:
    """One request."""
    return view(requests.read_request(platform, request_id))


@router.get("/{request_id}/record", **allow(Role.DPO))
def read_record(request_id: UUID, platform: Ctx) -> RecordView:
    """Who decided or did what, when and why."""
    return RecordView(items=[StepView.model_validate(step) for step in requests.read_steps(platform, request_id)])
