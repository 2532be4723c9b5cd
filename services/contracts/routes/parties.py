"""Legal entities and customers."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints, model_validator

from chassis.auth import Caller, Role, allow
from chassis.etag import IfMatch, etag
from chassis.fields import Body, Email, NonNegativeAmount, ShortText
from chassis.platform import Ctx
from chassis.problems import NotFound
from chassis.values.identifiers import new_id
from services.contracts.domain.parties import Customer, CustomerKind, Mediator, Seller
from services.contracts.routes.shapes import AddressBody, Code, Iban, Siret, VatNumber, Website, check_same_company
from services.contracts.use_cases import parties
from services.contracts.use_cases.views import CustomerView, LegalEntityView

router = APIRouter(tags=["contracts"])

Naf = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{2}\.[0-9]{2}[A-Z]$")]
ActivityNumber = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{11}$")]


class MediatorBody(Body):
    """The consumer mediator that the company pays for (C. conso L616-1, R616-1)."""

    name: ShortText
    address: AddressBody
    website: Website

    def value(self) -> Mediator:
        """The mediator that documents name."""
        return Mediator(self.name, self.address.value(), self.website)


class LegalEntityBody(Body):
    """A company of the group that sells, with the mentions that its documents bear.

    `mediator`: needed to sell to individuals.
    """

    name: ShortText
    legal_form: Annotated[ShortText, Field(max_length=50)]
    share_capital: NonNegativeAmount
    siret: Siret
    vat_number: VatNumber
    rcs: Annotated[ShortText, Field(max_length=100)]
    naf: Naf
    activity_number: ActivityNumber | None = None
    address: AddressBody
    email: Email
    iban: Iban | None = None
    mediator: MediatorBody | None = None

    @model_validator(mode="after")
    def one_company(self) -> Self:
        """SIRET and VAT number name the same company."""
        check_same_company(self.siret, self.vat_number)
        return self


class CustomerBody(Body):
    """Who orders and pays. Companies and sole traders have a SIRET, individuals have none."""

    kind: CustomerKind
    name: ShortText
    siret: Siret | None = None
    vat_number: VatNumber | None = None
    billing_address: AddressBody
    email: Email
    contact_name: ShortText

    @model_validator(mode="after")
    def identified_by_its_kind(self) -> Self:
        """A professional is known by its SIRET."""
        if self.kind is CustomerKind.INDIVIDUAL:
            if self.siret is not None or self.vat_number is not None:
                raise ValueError("an individual has neither siret nor vat_number")
            return self
        if self.siret is None:
            raise ValueError("siret is needed for a company or a sole trader")
        check_same_company(self.siret, self.vat_number)
        return self

    def value(self, customer_id: UUID) -> Customer:
        """The customer that the rules read."""
        return Customer(
            customer_id=customer_id,
            kind=self.kind,
            name=self.name,
            siret=self.siret,
            vat_number=self.vat_number,
            billing_address=self.billing_address.value(),
            email=self.email,
            contact_name=self.contact_name,
        )


@router.put("/v1/legal-entities/{code}", **allow(Role.ADMIN))
def put_legal_entity(
    code: Annotated[Code, Path()], body: LegalEntityBody, platform: Ctx, response: Response, if_match: IfMatch
) -> LegalEntityView:
    """Keep a selling company; to change one that stands, send its ETag as If-Match."""
    seller = Seller(
        code=code,
        name=body.name,
        legal_form=body.legal_form,
        share_capital=body.share_capital,
        siret=body.siret,
        vat_number=body.vat_number,
        rcs=body.rcs,
        naf=body.naf,
        activity_number=body.activity_number,
        address=body.address.value(),
        email=body.email,
        iban=body.iban,
        mediator=body.mediator.value() if body.mediator else None,
    )
    view, version = parties.put_legal_entity(platform, seller, if_match)
    response.headers["ETag"] = etag(version)
    return view


@router.get("/v1/legal-entities/{code}", **allow(Role.SALES, Role.ACCOUNTING))
def read_legal_entity(code: Annotated[Code, Path()], platform: Ctx, response: Response) -> LegalEntityView:
    """A selling company."""
    view, version = parties.read_legal_entity(platform, code)
    response.headers["ETag"] = etag(version)
    return view


@router.post("/v1/customers", status_code=201, **allow(Role.SALES))
def add_customer(body: CustomerBody, platform: Ctx, response: Response) -> CustomerView:
    """A new customer."""
    view, version = parties.add_customer(platform, body.value(new_id()))
    response.headers["ETag"] = etag(version)
    return view


@router.get("/v1/customers/{customer_id}", **allow(Role.SALES, Role.ACCOUNTING, Role.CUSTOMER))
def read_customer(customer_id: UUID, platform: Ctx, caller: Caller, response: Response) -> CustomerView:
    """A customer; a customer reads itself only."""
    if not caller.sees_customer(customer_id):
        raise NotFound("The customer")
    view, version = parties.read_customer(platform, customer_id)
    response.headers["ETag"] = etag(version)
    return view


@router.put("/v1/customers/{customer_id}", **allow(Role.SALES))
def change_customer(
    customer_id: UUID, body: CustomerBody, platform: Ctx, response: Response, if_match: IfMatch
) -> CustomerView:
    """Change a customer, with the ETag it was read with as If-Match."""
    view, version = parties.change_customer(platform, body.value(customer_id), if_match)
    response.headers["ETag"] = etag(version)
    return view
