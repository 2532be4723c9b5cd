"""What the data protection officer decides on a privacy request, from identity to the answer."""

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator

from chassis.auth import Caller, Role, allow
from chassis.fields import Body, Day, LongText
from chassis.platform import Ctx
from services.gdpr.domain.case import Ground
from services.gdpr.routes.privacy_requests import PrivacyRequestView, view
from services.gdpr.use_cases import decisions, requests

router = APIRouter(prefix="/v1/privacy-requests/{request_id}", tags=["privacy"])

Said = Annotated[LongText, StringConstraints(max_length=2000)]
_TOLD = "told to the person as it is written: nothing that is held of anybody"


class IdentityBody(Body):
    """asked: on reasonable doubt, the clock stands; answered: it runs again; established: the way to the package."""

    identity: Literal["asked", "answered", "established"]
    said: Annotated[Said, Field(description=f"asked: the reason, {_TOLD}; answered: what came; established: how")]
    on: Annotated[Day | None, Field(description="answered: the day on which it came; today without")] = None

    @model_validator(mode="after")
    def a_day_of_an_answer(self) -> Self:
        """Only an answer may be of an earlier day."""
        if self.on is not None and self.identity != "answered":
            raise ValueError("on goes with answered only")
        return self


class ExtensionBody(Body):
    """Two further months. reasons: told to the person."""

    reasons: Annotated[Said, Field(description=_TOLD)]


class RefusalBody(Body):
    """No. reasons: told to the person, beside the ground."""

    ground: Ground
    reasons: Annotated[Said, Field(description=_TOLD)]


class DeliveryBody(Body):
    """The package was handed over. how: told to the person; on: today without."""

    how: Annotated[Said, Field(description=_TOLD)]
    on: Day | None = None


@router.put("/identity", **allow(Role.DPO))
def put_identity(request_id: UUID, body: IdentityBody, platform: Ctx, caller: Caller) -> PrivacyRequestView:
    """Who the person is: asked for, answered, or established. Nothing leaves before the last."""
    by = caller.subject
    match body.identity:
        case "asked":
            decisions.ask_identity(platform, request_id, body.said, by)
        case "answered":
            decisions.take_identity_answer(platform, request_id, body.on, body.said, by)
        case "established":
            decisions.establish_identity(platform, request_id, body.said, by)
    return view(requests.read_request(platform, request_id))


@router.post("/extension", **allow(Role.DPO))
def extend(request_id: UUID, body: ExtensionBody, platform: Ctx, caller: Caller) -> PrivacyRequestView:
    """Answer within three months of the receipt: once, told within the first month."""
    decisions.extend(platform, request_id, body.reasons, caller.subject)
    return view(requests.read_request(platform, request_id))


@router.post("/refusal", **allow(Role.DPO))
def refuse(request_id: UUID, body: RefusalBody, platform: Ctx, caller: Caller) -> PrivacyRequestView:
    """Refuse, with the reasons; the person is told where to complain."""
    decisions.refuse(platform, request_id, body.ground, body.reasons, caller.subject)
    return view(requests.read_request(platform, request_id))


@router.post("/delivery", **allow(Role.DPO))
def deliver(request_id: UUID, body: DeliveryBody, platform: Ctx, caller: Caller) -> PrivacyRequestView:
    """The package was handed over, which answers the request."""
    decisions.deliver(platform, request_id, body.on, body.how, caller.subject)
    return view(requests.read_request(platform, request_id))
