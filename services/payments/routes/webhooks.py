"""Messages of operators, and those that wait for staff."""

from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from chassis.auth import Role, allow
from chassis.fields import Page, PageSize, View
from chassis.platform import Ctx
from chassis.problems import Invalid
from services.payments.repository.webhooks import page_of_deliveries
from services.payments.routes.scope import after_id, page
from services.payments.tables import WebhookDeliveryRow
from services.payments.use_cases.webhooks import receive_webhook

router = APIRouter(tags=["webhooks"])
LONGEST_ID = 200
DeliveryState = Literal["received", "applied", "waiting"]


class AcceptedView(View):
    """What became of a message; `duplicate`: its id came before, and it changed nothing."""

    state: Literal["applied", "waiting", "duplicate"]


class DeliveryView(View):
    """A message as it was taken in; reason: why it waits."""

    id: UUID
    opco: str
    webhook_id: str
    received_at: datetime
    state: DeliveryState
    reason: str | None


@router.post("/webhooks/opco/{opco}", status_code=202, **allow(Role.VISITOR))
async def take_webhook(opco: str, request: Request, platform: Ctx) -> AcceptedView:
    """A message of an operator, signed as Standard Webhooks; 401 where the signature or its time does not hold."""
    if len(request.headers.get("webhook-id", "")) > LONGEST_ID:
        raise Invalid(f"A webhook-id has at most {LONGEST_ID} characters.")
    body = await request.body()
    state = await run_in_threadpool(receive_webhook, platform, opco, request.headers, body)
    return AcceptedView(state=cast(Literal["applied", "waiting", "duplicate"], state))


@router.get("/v1/webhook-deliveries", **allow(Role.ACCOUNTING))
def list_deliveries(
    platform: Ctx,
    state: DeliveryState | None = None,
    limit: Annotated[PageSize, Query()] = 20,
    cursor: str | None = None,
) -> Page[DeliveryView]:
    """Messages in the order they came; `state=waiting` for those that staff must look at."""
    with platform.reading() as session:
        rows = page_of_deliveries(session, limit + 1, after_id(cursor), state)
    return page(rows, limit, _view, lambda row: str(row.id))


def _view(row: WebhookDeliveryRow) -> DeliveryView:
    return DeliveryView.model_validate(row)
