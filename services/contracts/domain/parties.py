"""Who contracts: the selling company of the group, the customer, the trainees."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.values.money import Money


class CustomerKind(StrEnum):
    """Sole traders follow the rules of companies, save where a clause says otherwise; individuals never do."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    INDIVIDUAL = "individual"


@dataclass(frozen=True)
class Address:
    """A postal address; `country` is the two-letter code."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True)
class Mediator:
    """The consumer mediator that a seller names (C. conso L616-1, R616-1): name, address, website."""

    name: str
    address: Address
    website: str


@dataclass(frozen=True)
class Seller:
    """A company of the group that publishes and invoices; its mentions stand on every document.

    mediator: whom a consumer may turn to; None for a seller that sells to professionals only.
    """

    code: str
    name: str
    legal_form: str
    share_capital: Money
    siret: str
    vat_number: str
    rcs: str
    naf: str
    activity_number: str | None
    address: Address
    email: str
    iban: str | None
    mediator: Mediator | None = None


@dataclass(frozen=True)
class Customer:
    """Who orders and pays."""

    customer_id: UUID
    kind: CustomerKind
    name: str
    siret: str | None
    vat_number: str | None
    billing_address: Address
    email: str
    contact_name: str


@dataclass(frozen=True)
class Trainee:
    """A person who is trained; `person_id` is the same everywhere and for ever."""

    person_id: UUID
    given_name: str
    family_name: str
