"""Proposals in the making: written, changed, read."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from chassis.etag import check_match
from chassis.files import StoredFile, read_file
from chassis.platform import Platform
from chassis.problems import Invalid, NotFound
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.parties import Address
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import ProposalState, refuse_not_training
from services.contracts.repository import parties, proposals
from services.contracts.tables import PersonRow, ProposalRow
from services.contracts.use_cases.proposal_view import proposal_view
from services.contracts.use_cases.views import ProposalView


@dataclass(frozen=True)
class NamedTrainee:
    """A trainee as written: `person_id` says that it is somebody the customer had trained or named before."""

    given_name: str
    family_name: str
    email: str | None
    person_id: UUID | None


@dataclass(frozen=True)
class Content:
    """What staff write into a draft; anything but the customer may still be missing."""

    customer_id: UUID
    seller: str | None
    course_reference: str | None
    session_id: UUID | None
    place: str | None
    trainees: tuple[NamedTrainee, ...]
    lines: tuple[PriceLine, ...]
    billing_address: Address | None
    preparation_cost: Money | None
    opco: str | None


def draft_proposal(platform: Platform, content: Content) -> tuple[ProposalView, int]:
    """A new draft and its version; Invalid for a customer, a seller or a person that is not known."""
    refuse_not_training(content.lines)
    with platform.unit_of_work() as tx:
        row = ProposalRow(id=new_id(), version=1, state=ProposalState.DRAFT.value, **_fields(tx.session, content))
        tx.session.add(row)
        tx.session.flush()
        _write_parts(tx.session, row, content)
        return proposal_view(tx.session, row), row.version


def change_draft(
    platform: Platform, proposal_id: UUID, content: Content, if_match: str | None
) -> tuple[ProposalView, int]:
    """The draft with this content in its place. Refused (clause 2.1) once it is issued."""
    refuse_not_training(content.lines)
    with platform.unit_of_work() as tx:
        row = proposals.one(tx.session, proposal_id, lock=True)
        if row is None:
            raise NotFound("The proposal")
        check_match(if_match, row.version)
        if row.state != ProposalState.DRAFT:
            detail = f"Proposal {row.number} is issued and never changes: write a new one."
            raise Refused("proposal-issued", detail, "2.1", number=row.number)
        row.sqlmodel_update({**_fields(tx.session, content), "version": row.version + 1})
        _write_parts(tx.session, row, content)
        return proposal_view(tx.session, row), row.version


def read_proposal(platform: Platform, proposal_id: UUID) -> tuple[ProposalView, int]:
    """The proposal and its version; NotFound."""
    with platform.reading() as session:
        row = proposals.one(session, proposal_id)
        if row is None:
            raise NotFound("The proposal")
        return proposal_view(session, row), row.version


def read_document(platform: Platform, proposal_id: UUID) -> tuple[StoredFile, str, UUID]:
    """The PDF as issued, the proposal's number and its customer; NotFound while it is a draft."""
    with platform.reading() as session:
        row = proposals.one(session, proposal_id)
        if row is None or row.document_sha256 is None or row.number is None:
            raise NotFound("The document")
        return read_file(session, row.document_sha256), row.number, row.customer_id


def _fields(session: Session, content: Content) -> dict[str, Any]:
    if parties.customer(session, content.customer_id) is None:
        raise _unknown("customer_id", "there is no such customer")
    if content.seller is not None and parties.legal_entity(session, content.seller) is None:
        raise _unknown("seller", f"there is no legal entity {content.seller}")
    return {
        "customer_id": content.customer_id,
        "seller_code": content.seller,
        "course_reference": content.course_reference,
        "session_id": content.session_id,
        "place": content.place,
        "billing_address": asdict(content.billing_address) if content.billing_address else None,
        "preparation_cost": content.preparation_cost,
        "opco": content.opco,
    }


def _write_parts(session: Session, row: ProposalRow, content: Content) -> None:
    named_before = proposals.people(session, row.id)
    known = parties.people(session, [each.person_id for each in content.trainees if each.person_id], lock=True)
    person_ids = [
        _person_id(session, row, known, position, trainee) for position, trainee in enumerate(content.trainees)
    ]
    if len(set(person_ids)) < len(person_ids):
        raise _unknown("trainees", "the same person is named twice")
    proposals.replace_parts(session, row.id, content.lines, person_ids)
    session.flush()
    proposals.forget_people(session, [person.id for person in named_before])


def _person_id(
    session: Session, row: ProposalRow, known: dict[UUID, PersonRow], position: int, trainee: NamedTrainee
) -> UUID:
    """The id of the person meant, or of a new person: two people may bear one name.

    An e-mail address given for a known person is theirs from now on; none given leaves the one they have.
    """
    if trainee.person_id is not None:
        meant = known.get(trainee.person_id)
        if meant is None or meant.customer_id != row.customer_id or not _same(meant, trainee):
            raise _unknown(f"trainees.{position}.person_id", "this customer has no such person of that name")
        meant.email = trainee.email or meant.email
        return meant.id
    person = PersonRow(
        id=new_id(),
        customer_id=row.customer_id,
        given_name=trainee.given_name,
        family_name=trainee.family_name,
        email=trainee.email,
    )
    session.add(person)
    session.flush()
    return person.id


def _same(person: PersonRow, trainee: NamedTrainee) -> bool:
    return (person.given_name, person.family_name) == (trainee.given_name, trainee.family_name)


def _unknown(at: str, detail: str) -> Invalid:
    return Invalid(f"The request cannot be carried out: {at}: {detail}.", [{"at": at, "detail": detail}])
