"""Proposals: drafted, issued, read, accepted."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field

from chassis.auth import Caller, Role, allow
from chassis.etag import IfMatch, etag
from chassis.fields import Body, Email, NonNegativeAmount, PositiveAmount, Quantity, Rate, ShortText
from chassis.idempotency import RequiredOnce
from chassis.openapi import file_answer
from chassis.platform import Ctx
from chassis.problems import NotFound
from services.contracts.domain.price import PriceLine
from services.contracts.routes.shapes import AddressBody, Code, Reference, within_price
from services.contracts.use_cases import drafts, issue
from services.contracts.use_cases.drafts import Content, NamedTrainee
from services.contracts.use_cases.views import ProposalView

router = APIRouter(tags=["contracts"])

_STAFF = (Role.SALES, Role.ACCOUNTING, Role.ADMIN)
_MOST_TRAINEES = 200
_MOST_LINES = 100
_HIGHEST_QUANTITY = 10_000


def _within_quantity(value: Decimal) -> Decimal:
    if value > _HIGHEST_QUANTITY:
        raise ValueError(f"at most {_HIGHEST_QUANTITY}")
    return value


class TraineeBody(Body):
    """A trainee; `person_id` names somebody whom the customer had trained before, under the same name."""

    given_name: ShortText
    family_name: ShortText
    email: Email | None = None
    person_id: UUID | None = None


class LineBody(Body):
    """A price line, excl. tax; `vat_rate` in percent."""

    description: ShortText
    quantity: Annotated[Quantity, AfterValidator(_within_quantity)]
    unit_price: Annotated[NonNegativeAmount, AfterValidator(within_price)]
    vat_rate: Rate


class ProposalBody(Body):
    """A draft's content: whatever is left out is missing until it is issued."""

    customer_id: UUID
    seller: Code | None = None
    course_reference: Reference | None = None
    session_id: UUID | None = None
    place: ShortText | None = None
    trainees: list[TraineeBody] = Field(default_factory=list, max_length=_MOST_TRAINEES)
    lines: list[LineBody] = Field(default_factory=list, max_length=_MOST_LINES)
    billing_address: AddressBody | None = None
    preparation_cost: Annotated[PositiveAmount, AfterValidator(within_price)] | None = None
    opco: Code | None = None

    def content(self) -> Content:
        """What the use case writes."""
        return Content(
            customer_id=self.customer_id,
            seller=self.seller,
            course_reference=self.course_reference,
            session_id=self.session_id,
            place=self.place,
            trainees=tuple(
                NamedTrainee(each.given_name, each.family_name, each.email, each.person_id) for each in self.trainees
            ),
            lines=tuple(
                PriceLine(each.description, each.quantity, each.unit_price, each.vat_rate) for each in self.lines
            ),
            billing_address=self.billing_address.value() if self.billing_address else None,
            preparation_cost=self.preparation_cost,
            opco=self.opco,
        )


@router.post("/v1/proposals", status_code=201, **allow(Role.SALES))
def draft_proposal(body: ProposalBody, platform: Ctx, response: Response) -> ProposalView:
    """A new draft; it may be incomplete. A line of coaching or accompaniment is refused (clause 2.1)."""
    view, version = drafts.draft_proposal(platform, body.content())
    response.headers["ETag"] = etag(version)
    return view


@router.get("/v1/proposals/{proposal_id}", **allow(Role.SALES, Role.ACCOUNTING, Role.CUSTOMER))
def read_proposal(proposal_id: UUID, platform: Ctx, caller: Caller, response: Response) -> ProposalView:
    """A proposal; a customer sees its own, once issued."""
    view, version = drafts.read_proposal(platform, proposal_id)
    is_staff = caller.has(*_STAFF)
    if not caller.sees_customer(view.customer_id) or (view.number is None and not is_staff):
        raise NotFound("The proposal")
    response.headers["ETag"] = etag(version)
    return view if is_staff else _for_customers(view)


@router.put("/v1/proposals/{proposal_id}", **allow(Role.SALES))
def change_draft(
    proposal_id: UUID, body: ProposalBody, platform: Ctx, response: Response, if_match: IfMatch
) -> ProposalView:
    """Put a whole new content into a draft, with the ETag it was read with as If-Match."""
    view, version = drafts.change_draft(platform, proposal_id, body.content(), if_match)
    response.headers["ETag"] = etag(version)
    return view


@router.post("/v1/proposals/{proposal_id}/issue", **allow(Role.SALES))
def issue_proposal(proposal_id: UUID, platform: Ctx, once: RequiredOnce) -> ProposalView:
    """Issue it: numbered, frozen, its PDF stored. Incomplete, it is refused with all that is missing (clause 2.1)."""
    return issue.issue_proposal(platform, once, proposal_id)


@router.get(
    "/v1/proposals/{proposal_id}/document",
    response_class=Response,
    responses=file_answer("application/pdf"),
    **allow(Role.SALES, Role.ACCOUNTING, Role.CUSTOMER),
)
def read_document(proposal_id: UUID, platform: Ctx, caller: Caller) -> Response:
    """The PDF as it was issued."""
    file, number, customer_id = drafts.read_document(platform, proposal_id)
    if not caller.sees_customer(customer_id):
        raise NotFound("The document")
    headers = {"Content-Disposition": f'inline; filename="{number}.pdf"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _for_customers(view: ProposalView) -> ProposalView:
    returns = [each.model_copy(update={"checked_by": None}) for each in view.returns]
    return view.model_copy(update={"returns": returns})
