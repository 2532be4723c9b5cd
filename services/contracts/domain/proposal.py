"""The proposal: what it must contain and what issuing it freezes (clause 2.1)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.values.money import ZERO, Money
from chassis.values.refusals import Refused
from services.contracts.domain.deposit import deposit_amount
from services.contracts.domain.parties import Address, Customer, CustomerKind, Seller, Trainee
from services.contracts.domain.price import Price, PriceLine, price_of
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import Course, Session, refuse_started
from services.contracts.domain.validity import last_day_to_accept
from services.contracts.domain.vat_rates import refuse_rate_not_in_force

# "Une formation ne peut en aucun cas s'apparenter à du coaching ou de l'accompagnement." (clause 2.1)
# Ours: every word in coach- is coaching but the person ("Formation des coachs" trains them); accompaniment is refused
# where it is what is sold, not what is taught ("Formation à l'accompagnement du changement"): at the start, as a
# second thing sold, or made for one person.
_NOT_TRAINING = re.compile(
    r"""(?<![^\W\d_])coach(?!(?:e?s)?(?![^\W\d_]))
    | (?:^|\b(?:et|avec|puis)\b|[+&]) [\W\d_]{0,40} (?:une?\s+)?
      (?:(?:seance|prestation|heure|journee|jour|mission|forfait)s?\s+)? (?:d\W)?
      (?:accompagnement|accompaniment)s?(?![^\W\d_])
    | \b(?:accompagnement|accompaniment)s?[\W_]+(?:individu|personn|particuli|sur\s+mesure)""",
    re.VERBOSE,
)


class ProposalState(StrEnum):
    """A draft is edited freely; an issued proposal never changes; an accepted one has its contract."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Draft:
    """A proposal in the making: anything may still be missing.

    terms_document: SHA-256 of the seller's general terms as a document, of the version in force.
    """

    customer: Customer
    seller: Seller | None = None
    course: Course | None = None
    session: Session | None = None
    trainees: tuple[Trainee, ...] = ()
    lines: tuple[PriceLine, ...] = ()
    billing_address: Address | None = None
    preparation_cost: Money | None = None
    opco: str | None = None
    terms_document: str | None = None


@dataclass(frozen=True)
class IssuedProposal:
    """What stands from its issue on: the course's revision and the terms' version are frozen.

    terms_document: SHA-256 of the terms as a document; None where the seller has none of that version, as professionals
    are handed them apart.
    """

    customer: Customer
    seller: Seller
    course: Course
    session: Session
    trainees: tuple[Trainee, ...]
    lines: tuple[PriceLine, ...]
    billing_address: Address
    preparation_cost: Money | None
    opco: str | None
    issued_on: date
    last_day: date
    price: Price
    deposit_amount: Money
    terms: Terms
    terms_document: str | None = None


def missing(draft: Draft) -> tuple[str, ...]:
    """Everything that clause 2.1 asks of a proposal and this draft lacks, in the clause's order."""
    session, address = draft.session, draft.billing_address
    wanted = (
        ("seller", draft.seller),
        ("course_title", draft.course and draft.course.title),
        ("course_reference", draft.course and draft.course.reference),
        ("dates", session and session.days),
        ("place", session and session.place),
        ("duration", session and session.planned_hours),
        ("trainees", draft.trainees),
        ("trainee_names", all(trainee.given_name and trainee.family_name for trainee in draft.trainees)),
        ("lines", draft.lines),
        ("billing_address", address and address.street and address.postal_code and address.city and address.country),
    )
    return tuple(name for name, value in wanted if not value)


def issue(draft: Draft, issued_on: date, terms: Terms) -> IssuedProposal:
    """The proposal as issued that day, under these terms.

    Refused (clause 2.1) for an individual, for a session that has started, and for what `freeze` refuses.
    """
    issued = freeze(draft, issued_on, last_day_to_accept(issued_on, terms), terms)
    _refuse_individual(draft.customer)
    refuse_started(issued.session, issued_on)
    return issued


def freeze(draft: Draft, issued_on: date, last_day: date, terms: Terms) -> IssuedProposal:
    """The draft as it stands from that day on.

    Refused (clause 2.1) where it is incomplete or a line is no training; (clause 3.1) for a VAT rate not in force or a
    price that leaves no deposit to ask for.
    """
    lacking = missing(draft)
    if lacking or not (draft.seller and draft.course and draft.session and draft.billing_address):
        detail = "The proposal cannot be issued before it is complete: " + ", ".join(lacking) + "."
        raise Refused("proposal-incomplete", detail, "2.1", missing=list(lacking))
    refuse_not_training(draft.lines)
    _refuse_course_not_training(draft.course)
    for line in draft.lines:
        refuse_rate_not_in_force(line.vat_rate, issued_on)
    price = price_of(draft.lines)
    return IssuedProposal(
        customer=draft.customer,
        seller=draft.seller,
        course=draft.course,
        session=draft.session,
        trainees=draft.trainees,
        lines=draft.lines,
        billing_address=draft.billing_address,
        preparation_cost=draft.preparation_cost,
        opco=draft.opco,
        issued_on=issued_on,
        last_day=last_day,
        price=price,
        deposit_amount=deposit_to_ask_for(price, draft.customer.kind, terms),
        terms=terms,
        terms_document=draft.terms_document,
    )


def refuse_not_training(lines: Sequence[PriceLine]) -> None:
    """Refused (clause 2.1) where a line's description sells coaching or accompaniment, whatever case or accents."""
    for position, line in enumerate(lines):
        if _NOT_TRAINING.search(_folded(line.description)):
            detail = f"Line {position + 1} is coaching or accompaniment, which is not training: remove it."
            raise Refused("line-not-training", detail, "2.1", line=position)


def deposit_to_ask_for(price: Price, kind: CustomerKind, terms: Terms) -> Money:
    """The deposit; Refused (clause 2.2) where there is none, as nothing could conclude the contract."""
    amount = deposit_amount(price.incl_tax, kind, terms)
    if amount <= ZERO:
        detail = f"A price of {price.incl_tax} EUR incl. tax leaves no deposit to ask for: nothing could conclude it."
        raise Refused("price-too-small", detail, "2.2")
    return amount


def _refuse_course_not_training(course: Course) -> None:
    if _NOT_TRAINING.search(_folded(course.title)):
        detail = f"{course.title} is coaching or accompaniment, which is not training."
        raise Refused("course-not-training", detail, "2.1", course_reference=course.reference)


def _refuse_individual(customer: Customer) -> None:
    if customer.kind is CustomerKind.INDIVIDUAL:
        detail = "Individuals order through an individual training contract, not through a proposal."
        raise Refused("individual-contract-needed", detail, "2.1")


def _folded(written: str) -> str:
    """Lower case, without accents, marks or invisible characters."""
    decomposed = unicodedata.normalize("NFKD", written.casefold())
    return "".join(sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Cf"))
