"""Values that the tests of the rules start from: the story of clauses, section 7."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.values.money import Money
from services.contracts.domain.acceptance import Return
from services.contracts.domain.parties import Address, Customer, CustomerKind, Mediator, Seller, Trainee
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import Draft, IssuedProposal, issue
from services.contracts.domain.terms import PUBLISHED
from services.contracts.domain.training import Course, Half, HalfDay, Session

TERMS = PUBLISHED[-1]
ISSUED_ON = date(2025, 12, 15)
FRIDAY, SATURDAY = date(2026, 1, 30), date(2026, 1, 31)
ADDRESS = Address("12 rue de la République", "69002", "Lyon", "FR")
ANNA = Trainee(UUID(int=1), "Anna", "Martin")
BRUNO = Trainee(UUID(int=2), "Bruno", "Lefèvre")

SELLER = Seller(
    code="lexom",
    name="LEXOM",
    legal_form="SAS",
    share_capital=Money(25_000_00),
    siret="51086927400066",
    vat_number="FR74510869274",
    rcs="Aubenas",
    naf="85.59A",
    activity_number=None,
    address=Address("155 Avenue René Privat", "07000", "Privas", "FR"),
    email="contact@lexom.example",
    iban=None,
    mediator=Mediator(
        "CNPM – Médiation de la consommation",
        Address("27 avenue de la Libération", "42400", "Saint-Chamond", "FR"),
        "https://cnpm-mediation-consommation.eu/",
    ),
)
TERMS_DOCUMENT = "c0" * 32


def customer(kind: CustomerKind = CustomerKind.COMPANY) -> Customer:
    """The customer of the story, of any kind."""
    return Customer(UUID(int=9), kind, "Ateliers du Rhône", None, None, ADDRESS, "achats@ateliers.example", "C. Roux")


def session(*days: date) -> Session:
    """Two half-days of 3.50 hours on each of these days; the story's two days by default."""
    half_days = [HalfDay(day, half, Decimal("3.50")) for day in days or (FRIDAY, SATURDAY) for half in Half]
    return Session(UUID(int=5), tuple(half_days), "Lyon")


def line(description: str = "Formation CRM, deux stagiaires", vat_rate: str = "20") -> PriceLine:
    """2,000.00 excl. tax."""
    return PriceLine(description, Decimal(1), Money(2000_00), Decimal(vat_rate))


def draft(kind: CustomerKind = CustomerKind.COMPANY) -> Draft:
    """Complete: two trainees at 2,000.00 excl. tax."""
    return Draft(
        customer=customer(kind),
        seller=SELLER,
        course=Course("MRK-OPE-08", "La gestion de la relation client en marketing (CRM)", 1),
        session=session(),
        trainees=(ANNA, BRUNO),
        lines=(line(),),
        billing_address=ADDRESS,
    )


def issued() -> IssuedProposal:
    """The story's proposal, issued on 2025-12-15."""
    return issue(draft(), ISSUED_ON, TERMS)


def returned(received_on: date = date(2026, 1, 6)) -> Return:
    """Everything that must come back."""
    return Return(
        received_on=received_on,
        statement="Bon pour accord",
        initialled=True,
        stamped=True,
        signed=True,
        terms_initialled=True,
        terms_signed=True,
        has_document=True,
    )
