"""What several documents of contracts print: the training, the price, who sells and who buys."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis import letterhead, price_table
from chassis.letterhead import Address, Company, Party, company_data, party_data
from chassis.typesetting import NO_BREAK, day, days, weekday
from chassis.values.periods import PARIS
from services.contracts.domain import parties
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.training import HalfDay


def training_data(proposal: IssuedProposal) -> Mapping[str, object]:
    """The course, when and where it is held, and the hours of each day."""
    session = proposal.session
    return {
        "course": proposal.course,
        "place": session.place,
        "held": days(session.starts_on, session.ends_on),
        "days": len(session.days),
        "hours": session.planned_hours,
        "programme": _programme(session.half_days),
    }


def price_data(proposal: IssuedProposal) -> Mapping[str, object]:
    """The lines and their totals; ValueError where the lines do not sum to the taxed net."""
    return price_table.table_data([_line(line) for line in proposal.lines], proposal.price.by_rate)


def seller_data(seller: parties.Seller) -> Mapping[str, object]:
    """The letterhead's company."""
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


def customer_data(customer: parties.Customer, billing_address: parties.Address) -> Mapping[str, object]:
    """The address block."""
    return party_data(
        Party(
            name=customer.name,
            address=_address(billing_address),
            siret=customer.siret,
            vat_number=customer.vat_number,
            contact_name=customer.contact_name,
        )
    )


def address_lines(address: parties.Address) -> list[str]:
    """An address as an envelope has it."""
    return letterhead.address_lines(_address(address))


def instant(at: datetime) -> str:
    """A day and an hour in Paris: "7 mars 2026 à 10 h 05"."""
    local = at.astimezone(PARIS)
    return f"{day(local.date())} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02d}"


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


def _address(address: parties.Address) -> Address:
    return Address(street=address.street, postal_code=address.postal_code, city=address.city, country=address.country)
