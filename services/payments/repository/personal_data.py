"""Everybody whom the snapshots of payments name: customers, their contacts, trainees, as they were at the signature."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from chassis.personal_data import People
from chassis.personal_matches import Candidate, Subject, contact_of, trainee_without_id
from chassis.values.names import fold
from services.payments.domain.late_interest import CustomerKind
from services.payments.events import Trainee
from services.payments.repository.accounts import Account
from services.payments.tables import ContractAccountRow

_AT_ONCE = 500


def candidates(session: Session) -> Iterator[Candidate]:
    """Contract by contract; the snapshots are gone through whole: names are compared without accents."""
    wanted = select(ContractAccountRow).order_by(col(ContractAccountRow.contract_id))
    for row in session.exec(wanted.execution_options(yield_per=_AT_ONCE)):
        yield from _named_in(Account(row))


def _named_in(account: Account) -> Iterator[Candidate]:
    customer = account.signed.customer
    name, contact, email = customer.name, customer.contact_name, customer.email
    details = {"kind": customer.kind, "email": email, "city": customer.billing_address.city}
    is_person = account.customer_kind is not CustomerKind.COMPANY
    if is_person:
        subject = Subject(People.CUSTOMER, str(customer.customer_id))
        yield Candidate(subject, name, email, name if customer.siret else None, details)
    if contact and (not is_person or fold(contact) != fold(name)):
        details = details | {"organisation": name}
        yield Candidate(contact_of(customer.customer_id, contact), contact, email, name, details)
    for trainee in account.signed.trainees:
        yield _trainee(account, trainee)


def _trainee(account: Account, trainee: Trainee) -> Candidate:
    """By the id; where the snapshot is from before there was one by contract and name, which an officer looks at."""
    label, organisation = f"{trainee.given_name} {trainee.family_name}", account.signed.customer.name
    details = {"organisation": organisation}
    if trainee.person_id is not None:
        return Candidate(Subject(People.PERSON, str(trainee.person_id)), label, None, organisation, details)
    details = details | {"contract": account.signed.contract_number}
    return Candidate(trainee_without_id(account.contract_id, label), label, None, organisation, details)
