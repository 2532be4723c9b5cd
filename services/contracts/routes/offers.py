"""What the website asks for a seat, and orders of it."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field, StringConstraints

from chassis.auth import Role, allow
from chassis.etag import IfMatch, etag
from chassis.fields import Amount, Body, Email, LongText, PositiveAmount, Rate, ShortText
from chassis.idempotency import RequiredOnce
from chassis.openapi import problem_answer
from chassis.platform import Ctx
from services.contracts.domain.order import Offer, Shown
from services.contracts.routes.acceptance import Statement
from services.contracts.routes.shapes import AddressBody, Code, within_price
from services.contracts.use_cases import offers, orders
from services.contracts.use_cases.orders import OrderedBy
from services.contracts.use_cases.views import OfferView, OrderView

router = APIRouter(tags=["contracts"])

_MOST_QUALIFICATIONS = 2000
# Given and family name make a name of at most 200 signs.
_NAME = 99
Name = Annotated[ShortText, Field(max_length=_NAME)]
Phone = Annotated[str, StringConstraints(strict=True, pattern=r"^\+?[0-9][0-9 .()-]{3,28}$")]


class OfferBody(Body):
    """What a seat costs, excl. tax, `vat_rate` in percent, and who teaches (C. trav. L6353-4, 4°)."""

    seller: Code
    description: ShortText
    unit_price: Annotated[PositiveAmount, AfterValidator(within_price)]
    vat_rate: Rate
    trainer_qualifications: Annotated[LongText, Field(max_length=_MOST_QUALIFICATIONS)]


class PersonBody(Body):
    """The individual who orders and pays."""

    given_name: Name
    family_name: Name
    email: Email
    address: AddressBody
    phone: Phone | None = None


class OrderTraineeBody(Body):
    """Who is trained, where that is somebody else."""

    given_name: Name
    family_name: Name
    email: Email | None = None


class OrderBody(Body):
    """An order of one seat: what the website showed, and the statement that the person wrote."""

    session_id: UUID
    person: PersonBody
    trainee: OrderTraineeBody | None = None
    total_incl_tax: Amount
    statement: Statement
    terms_version: ShortText

    def by(self) -> OrderedBy:
        """Who orders, pays and is trained."""
        person, trainee = self.person, self.trainee or self.person
        return OrderedBy(
            name=f"{person.given_name} {person.family_name}",
            email=person.email,
            phone=person.phone,
            address=person.address.value(),
            trainee_given_name=trainee.given_name,
            trainee_family_name=trainee.family_name,
            trainee_email=trainee.email,
        )


@router.put("/v1/offers/{session_id}", **allow(Role.SALES))
def put_offer(session_id: UUID, body: OfferBody, platform: Ctx, response: Response, if_match: IfMatch) -> OfferView:
    """Offer the seats of a session on the website; to change an offer that stands, send its ETag as If-Match."""
    offer = Offer(
        session_id=session_id,
        seller_code=body.seller,
        description=body.description,
        unit_price=body.unit_price,
        vat_rate=body.vat_rate,
        trainer_qualifications=body.trainer_qualifications,
    )
    view, version = offers.put_offer(platform, offer, if_match)
    response.headers["ETag"] = etag(version)
    return view


@router.get("/v1/offers/{session_id}", **allow(Role.VISITOR))
def read_offer(session_id: UUID, platform: Ctx, response: Response) -> OfferView:
    """What a seat costs, when the session is held, and what an order of today would give."""
    view, version = offers.read_offer(platform, session_id)
    response.headers["ETag"] = etag(version)
    return view


@router.delete("/v1/offers/{session_id}", status_code=204, response_class=Response, **allow(Role.SALES))
def take_back_offer(session_id: UUID, platform: Ctx) -> Response:
    """Take an offer back: nobody orders it any more, the orders that were placed stand."""
    offers.take_back_offer(platform, session_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/v1/orders",
    status_code=201,
    responses=problem_answer(HTTPStatus.TOO_MANY_REQUESTS),
    **allow(Role.VISITOR),
)
def place_order(body: OrderBody, platform: Ctx, once: RequiredOnce) -> OrderView:
    """An individual orders a seat: the training contract is signed today, no money is asked for (clause 2.1)."""
    shown = Shown(body.total_incl_tax, body.statement, body.terms_version)
    return orders.place_order(platform, once, body.session_id, body.by(), shown)
