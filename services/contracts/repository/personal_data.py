"""Everybody in the rows of contracts who can be looked for: customers, their contacts, trainees, now and as issued."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from chassis.personal_data import People
from chassis.personal_matches import Candidate, Subject, contact_of
from chassis.values.names import fold
from services.contracts.domain.parties import CustomerKind
from services.contracts.tables import CustomerRow, PersonRow, ProposalRow

_AT_ONCE = 500


def candidates(session: Session) -> Iterator[Candidate]:
    """Those who stand in the files today first, then those whom an issued proposal names.

    The files are gone through whole: names are compared without accents, which neither database does alike.
    """
    for row in session.exec(select(CustomerRow).order_by(col(CustomerRow.id)).execution_options(yield_per=_AT_ONCE)):
        yield from _customer(row.model_dump() | {"customer_id": row.id})
    name = col(PersonRow.given_name) + " " + col(PersonRow.family_name)
    people = select(col(PersonRow.id), name, PersonRow.email, CustomerRow.name).join(CustomerRow)
    for person in session.exec(people.order_by(col(PersonRow.id)).execution_options(yield_per=_AT_ONCE)):
        yield _trainee(*person)
    issued = select(ProposalRow.issued).where(col(ProposalRow.issued).is_not(None)).order_by(col(ProposalRow.id))
    for frozen in session.exec(issued.execution_options(yield_per=_AT_ONCE)):
        yield from _customer(frozen["customer"] if frozen else {})


def _customer(customer: dict[str, Any]) -> Iterator[Candidate]:
    """The customer where that is a person, and the contact where that is another."""
    name, contact, email = customer["name"], customer["contact_name"], customer["email"]
    details = {"kind": customer["kind"], "email": email, "city": customer["billing_address"]["city"]}
    is_person = customer["kind"] != CustomerKind.COMPANY
    if is_person:
        subject = Subject(People.CUSTOMER, str(customer["customer_id"]))
        yield Candidate(subject, name, email, name if customer["siret"] else None, details)
    if not is_person or fold(contact) != fold(name):
        details = details | {"organisation": name}
        yield Candidate(contact_of(customer["customer_id"], contact), contact, email, name, details)


def _trainee(person_id: UUID, name: str, email: str | None, organisation: str) -> Candidate:
    details = {"organisation": organisation, **({"email": email} if email else {})}
    return Candidate(Subject(People.PERSON, str(person_id)), name, email, organisation, details)
