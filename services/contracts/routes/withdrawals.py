"""An individual's withdrawal: declared and confirmed on the website, or recorded by staff (C. conso L221-21)."""

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, model_validator

from chassis.auth import Caller, Role, allow
from chassis.fields import Body, Day, Email, ShortText
from chassis.openapi import file_answer
from chassis.platform import Ctx
from chassis.problems import Forbidden, Invalid, NotFound
from services.contracts.domain.withdrawal import Means
from services.contracts.use_cases import withdrawals
from services.contracts.use_cases.views import WithdrawalView
from services.contracts.use_cases.withdrawals import Asking, Declared, Recorded

router = APIRouter(tags=["contracts"])

_MOST_CODE = 100
OrderCode = Annotated[ShortText, Field(max_length=_MOST_CODE)]
_STAFF = (Role.SALES, Role.ADMIN)


class WithdrawalBody(Body):
    """Who withdraws and where the acknowledgement goes.

    `order_code`: of somebody without an account. `dispatched_on` and `means`: what staff record of a declaration that
    came in another way.
    """

    name: ShortText
    email: Email
    order_code: OrderCode | None = None
    dispatched_on: Day | None = None
    means: Literal[Means.LETTER, Means.EMAIL, Means.FORM, Means.OTHER] | None = None

    @model_validator(mode="after")
    def recorded_whole(self) -> Self:
        """The day and the way belong together."""
        if (self.dispatched_on is None) != (self.means is None):
            raise ValueError("dispatched_on and means are given together")
        return self

    def recorded(self) -> Recorded | None:
        """What staff record; None on the website."""
        if self.dispatched_on is None or self.means is None:
            return None
        return Recorded(self.dispatched_on, self.means)


class ConfirmationBody(Body):
    """The second step; `order_code` of somebody without an account."""

    order_code: OrderCode | None = None


@router.post("/v1/contracts/{contract_id}/withdrawal", **allow(Role.VISITOR))
def declare_withdrawal(contract_id: UUID, body: WithdrawalBody, platform: Ctx, caller: Caller) -> WithdrawalView:
    """Declare a withdrawal, then confirm it; staff record one that came in another way, in one step.

    Refused after the last day (clause 2.1): the day on which the declaration was sent counts.
    """
    declared, recorded = Declared(body.name, body.email), body.recorded()
    if recorded is not None:
        if not caller.has(*_STAFF):
            raise Forbidden("Only sales record a declaration that came in another way.")
        return withdrawals.record(platform, contract_id, declared, recorded, caller.subject)
    if caller.has(*_STAFF):
        raise Invalid("Say when the declaration was sent and how it came: dispatched_on and means.")
    return withdrawals.declare(platform, contract_id, Asking(caller, body.order_code), declared)


@router.post("/v1/contracts/{contract_id}/withdrawal/confirmation", **allow(Role.VISITOR))
def confirm_withdrawal(contract_id: UUID, body: ConfirmationBody, platform: Ctx, caller: Caller) -> WithdrawalView:
    """Confirm what was declared: the contract ends, the acknowledgement is sent at once."""
    return withdrawals.confirm(platform, contract_id, Asking(caller, body.order_code))


@router.get(
    "/v1/contracts/{contract_id}/withdrawal/document",
    response_class=Response,
    responses=file_answer("application/pdf"),
    **allow(Role.SALES, Role.ACCOUNTING, Role.CUSTOMER),
)
def read_acknowledgement(contract_id: UUID, platform: Ctx, caller: Caller) -> Response:
    """The acknowledgement as it was sent."""
    file, number, customer_id = withdrawals.read_document(platform, contract_id)
    if not caller.sees_customer(customer_id):
        raise NotFound("The contract")
    headers = {"Content-Disposition": f'inline; filename="{number}-retractation.pdf"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
