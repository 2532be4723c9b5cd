"""The proposal the customer signs (clause 2.1), as PDF/A-3b."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis import price_table
from chassis.letterhead import Address, Company, Party, company_data, party_data
from chassis.typesetting import days, percent, typeset, weekday
from services.contracts.domain import parties
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.training import HalfDay

TEMPLATE = Path(__file__).with_name("proposal.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDocument:
    """What the page of an issued proposal shows beside the proposal itself.

    objectives: of the course, left out when empty. opco_name: the operator the customer names, spelt out.
    remark: one free paragraph in French.
    """

    number: str
    proposal: IssuedProposal
    objectives: tuple[str, ...] = ()
    opco_name: str | None = None
    remark: str | None = None


def proposal_pdf(document: ProposalDocument) -> bytes:
    """The proposal as a PDF/A-3b, the same bytes for the same proposal.

    Every figure of the terms comes from the terms that the proposal froze. ValueError where the lines do
    not sum to the taxed net.
    """
    proposal = document.proposal
    data = {
        "number": document.number,
        "issued_on": proposal.issued_on,
        "last_day": proposal.last_day,
        "seller": _seller_data(proposal.seller),
        "customer": _customer_data(proposal.customer, proposal.billing_address),
        "trainees": [f"{trainee.given_name} {trainee.family_name}" for trainee in proposal.trainees],
        "objectives": document.objectives,
        "deposit": proposal.deposit_amount,
        "preparation_cost": proposal.preparation_cost,
        "opco": document.opco_name,
        "remark": document.remark,
        **_training_data(proposal),
        **_terms_data(proposal),
        **price_table.table_data([_line(line) for line in proposal.lines], proposal.price.by_rate),
    }
    return typeset(TEMPLATE, data, dated=proposal.issued_on)


def _training_data(proposal: IssuedProposal) -> Mapping[str, object]:
    session = proposal.session
    return {
        "course": proposal.course,
        "place": session.place,
        "held": days(session.starts_on, session.ends_on),
        "days": len(session.days),
        "hours": session.planned_hours,
        "programme": _programme(session.half_days),
    }


def _terms_data(proposal: IssuedProposal) -> Mapping[str, object]:
    terms = proposal.terms
    return {
        "terms_version": terms.version,
        "deposit_rate": percent(terms.deposit_rate),
        "deposit_due_days": terms.deposit_due_days,
        "acceptance_statement": terms.acceptance_statement,
    }


def _programme(half_days: Sequence[HalfDay]) -> list[Mapping[str, object]]:
    """One row a day: its name and the hours of its morning and afternoon, None for the one that is free."""
    hours = {(str(half.half), half.day): half.hours for half in half_days}
    return [
        {"day": weekday(held), "morning": hours.get(("morning", held)), "afternoon": hours.get(("afternoon", held))}
        for held in sorted({half.day for half in half_days})
    ]


def _line(line: PriceLine) -> price_table.Line:
    return price_table.Line(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        vat_rate=line.vat_rate,
        excl_tax=line.excl_tax,
    )


def _seller_data(seller: parties.Seller) -> Mapping[str, object]:
    return company_data(
        Company(
            name=seller.name,
            legal_form=seller.legal_form,
            share_capital=seller.share_capital,
            siret=seller.siret,
            vat_number=seller.vat_number,
            rcs=seller.rcs,
            naf=seller.naf,
            address=_address(seller.address),
            email=seller.email,
            activity_number=seller.activity_number,
        )
    )


def _customer_data(customer: parties.Customer, billing_address: parties.Address) -> Mapping[str, object]:
    return party_data(
        Party(
            name=customer.name,
            address=_address(billing_address),
            siret=customer.siret,
            vat_number=customer.vat_number,
            contact_name=customer.contact_name,
        )
    )


def _address(address: parties.Address) -> Address:
    return Address(street=address.street, postal_code=address.postal_code, city=address.city, country=address.country)
