"""The contract with an individual who trains at its own cost (C. trav. L6353-3 to L6353-7), as PDF/A-3b.

It bears every mention of L6353-4, and what C. conso L221-5 wants a consumer to be told of the right to withdraw: the
standard information of R221-3 and, on a page of its own, the model form of R221-1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap

from chassis.typesetting import percent, typeset, weekday
from services.contracts.documents.parts import (
    address_lines,
    customer_data,
    instant,
    price_data,
    seller_data,
    training_data,
)
from services.contracts.domain import statutory
from services.contracts.domain.contract import Contract
from services.contracts.domain.deposit import Deposit, individual_deposit_rate
from services.contracts.domain.instalments import instalments
from services.contracts.domain.parties import Mediator
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import CourseSheet, Half, Session

TEMPLATE = Path(__file__).with_name("individual_contract.typ")
_GROUP = 8
_HALVES = {Half.MORNING: "matin", Half.AFTERNOON: "après-midi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What is taught, by whom, to how many at most: what the catalogue and the offer say of the session."""

    sheet: CourseSheet
    trainer: str
    trainer_qualifications: str
    seats_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualContractDocument:
    """An order as it was placed, the contract that it made, and when it was signed."""

    number: str
    order_number: str
    proposal: IssuedProposal
    contract: Contract
    teaching: Teaching
    statement: str
    signed_at: datetime


def individual_contract_pdf(document: IndividualContractDocument) -> bytes:
    """The contract as a PDF/A-3b, the same bytes for the same contract.

    ValueError for a contract that nobody can withdraw from, as it is not an individual's; without mediator.
    """
    proposal, contract, teaching = document.proposal, document.contract, document.teaching
    if contract.withdrawal_ends_on is None:
        raise ValueError("an individual's contract can be withdrawn from")
    # The customer is the person: nobody else is to be addressed.
    customer = replace(proposal.customer, contact_name="")
    data = {
        "number": document.number,
        "order_number": document.order_number,
        "statement": document.statement,
        "signed": instant(document.signed_at),
        "signed_on": contract.signed_on,
        "seller": seller_data(proposal.seller),
        "mediator": _mediator_data(proposal.seller.mediator),
        "terms_document": _in_groups(proposal.terms_document),
        "customer": customer_data(customer, proposal.billing_address),
        "email": proposal.customer.email,
        "trainee": next(f"{each.given_name} {each.family_name}" for each in proposal.trainees),
        "sheet": _sheet_data(teaching.sheet, proposal.session),
        "trainer": teaching.trainer,
        "trainer_qualifications": teaching.trainer_qualifications,
        "seats_max": teaching.seats_max,
        **training_data(proposal),
        **_payment_data(proposal, contract.deposit),
        **_terms_data(proposal.terms, contract.withdrawal_ends_on),
        **price_data(proposal),
    }
    return typeset(TEMPLATE, data, dated=contract.signed_on)


def _mediator_data(mediator: Mediator | None) -> Mapping[str, object]:
    if mediator is None:
        raise ValueError("a consumer is told whom to turn to (C. conso L616-1)")
    return {"name": mediator.name, "address": address_lines(mediator.address), "website": mediator.website}


def _in_groups(digest: str | None) -> str | None:
    """A SHA-256 as a person compares it; None for a contract made before the terms were kept as documents."""
    return " ".join(wrap(digest, _GROUP)) if digest else None


def _payment_data(proposal: IssuedProposal, deposit: Deposit) -> Mapping[str, object]:
    parts = instalments(proposal.price.incl_tax, deposit.amount, proposal.session.days)
    return {
        "deposit": {"amount": deposit.amount, "callable_on": deposit.callable_on, "due_on": deposit.due_on},
        "instalments": [{"due_on": weekday(part.due_on), "amount": part.amount} for part in parts],
    }


def _terms_data(terms: Terms, withdrawal_ends_on: date) -> Mapping[str, object]:
    return {
        "terms_version": terms.version,
        "deposit_rate": percent(individual_deposit_rate(terms)),
        "cancellation_notice_days": terms.cancellation_notice_days,
        "distance_days": terms.distance_withdrawal_days,
        "individual_days": terms.individual_withdrawal_days,
        "refund_days": statutory.WITHDRAWAL_REFUND_DAYS.value,
        "withdrawal_last_day": weekday(withdrawal_ends_on),
    }


def _sheet_data(sheet: CourseSheet, session: Session) -> Mapping[str, object]:
    hours = {(part.day, part.half): part.hours for part in session.half_days}
    programme = []
    for part in sheet.programme:
        held = session.days[part.day - 1]
        title = f"{weekday(held)}, {_HALVES[part.half]}"
        programme.append({"title": title, "hours": hours[held, part.half], "sections": part.sections})
    return {
        "programme": programme,
        "objectives": sheet.objectives,
        "prerequisites": sheet.prerequisites,
        "audience": sheet.audience,
        "methods": sheet.methods,
        "assessment": sheet.assessment,
    }
