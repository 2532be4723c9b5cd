"""Issuing a proposal: complete or refused, numbered, frozen, its PDF stored (clause 2.1)."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from sqlmodel import Session

from chassis.idempotency import Once
from chassis.platform import Platform
from chassis.problems import NotFound, Problem
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.refusals import Refused
from services.contracts import clients
from services.contracts.documents.proposal import ProposalDocument, proposal_pdf
from services.contracts.domain import terms
from services.contracts.domain.parties import Address
from services.contracts.domain.proposal import Draft, ProposalState, issue
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import Session as TrainingSession
from services.contracts.repository import parties, proposals, terms_documents
from services.contracts.repository.numbering import Series, next_number
from services.contracts.tables import ProposalRow
from services.contracts.use_cases.proposal_view import proposal_view
from services.contracts.use_cases.timeline import note
from services.contracts.use_cases.views import ProposalView


@dataclass(frozen=True)
class _Asked:
    """What the catalog and payments said of the draft in this version."""

    version: int
    course: clients.CatalogCourse | None = None
    session: TrainingSession | None = None
    opco_name: str | None = None


def issue_proposal(platform: Platform, once: Once, proposal_id: UUID) -> ProposalView:
    """The proposal as issued today.

    Refused (clause 2.1) where something is missing, with the list of it, or where it was issued before.
    """
    asked = _ask(platform, once, proposal_id)
    with platform.unit_of_work(once) as tx:
        row = proposals.one(tx.session, proposal_id, lock=True)
        if row is None:
            raise NotFound("The proposal")
        if row.state != ProposalState.DRAFT:
            detail = f"The proposal was issued as {row.number}."
            raise Refused("proposal-issued", detail, "2.1", number=row.number)
        if row.version != asked.version:
            raise Problem(HTTPStatus.CONFLICT, "changed-meanwhile", "The draft was changed meanwhile: read it again.")
        _issue(tx, row, asked)
        return tx.answer(proposal_view(tx.session, row))


def _issue(tx: Transaction, row: ProposalRow, asked: _Asked) -> None:
    in_force = terms.in_force(tx.today)
    proposal = issue(_draft(tx.session, row, asked, in_force), tx.today, in_force)
    number = next_number(tx.session, Series.PROPOSAL, tx.today.year)
    objectives = asked.course.objectives if asked.course else ()
    document = ProposalDocument(number=number, proposal=proposal, objectives=objectives, opco_name=asked.opco_name)
    proposals.freeze(row, proposal)
    row.state = ProposalState.ISSUED.value
    row.version += 1
    row.number = number
    row.document_sha256 = tx.store_file(proposal_pdf(document), "application/pdf")
    # Given now, so that an acceptance that is sent again takes no seat twice.
    row.contract_id = contract_id = new_id()
    tx.session.flush()
    detail = f"Proposal {number} issued; it can be accepted through {proposal.last_day}."
    note(tx, contract_id, "proposal-issued", detail, "2.1")


def _ask(platform: Platform, once: Once, proposal_id: UUID) -> _Asked:
    """The course revision that the session teaches, else the newest; the session; the operator's name."""
    with platform.reading() as session:
        once.peek(session)
        row = proposals.one(session, proposal_id)
        if row is None:
            raise NotFound("The proposal")
    if row.state != ProposalState.DRAFT:
        # Issued before: the unit of work says so, or replays what was answered this very moment.
        return _Asked(row.version)
    held = _session(platform, row)
    course = None
    if row.course_reference is not None:
        course = _course(platform, row.course_reference, held)
    opco_name = _opco_name(platform, row.opco) if row.opco is not None else None
    return _Asked(row.version, course, held.session if held else None, opco_name)


def _session(platform: Platform, row: ProposalRow) -> clients.CatalogSession | None:
    if row.session_id is None:
        return None
    held = clients.session(platform.client, row.session_id)
    if held is None:
        raise Refused("session-unknown", "The catalog has no such session: choose another.", "2.1")
    if row.course_reference not in (None, held.course_reference):
        detail = f"The session is one of {held.course_reference}, not of {row.course_reference}."
        raise Refused("session-of-another-course", detail, "2.1", course_reference=held.course_reference)
    return held


def _course(platform: Platform, reference: str, held: clients.CatalogSession | None) -> clients.CatalogCourse:
    if held is None:
        course = clients.newest_revision(platform.client, reference)
    else:
        course = clients.revision(platform.client, reference, held.course_revision)
    if course is None:
        raise Refused("course-not-published", f"The catalog publishes no course {reference}.", "2.1")
    return course


def _opco_name(platform: Platform, code: str) -> str:
    """An operator that nobody knows would never be invoiced: the agreement must name a real one (clause 3.3)."""
    name = clients.opco_name(platform.client, code)
    if name is None:
        raise Refused("opco-unknown", f"There is no operator {code}: GET /v1/opcos lists them.", "3.3", opco=code)
    return name


def _draft(session: Session, row: ProposalRow, asked: _Asked, in_force: Terms) -> Draft:
    customer = parties.customer(session, row.customer_id)
    if customer is None:
        raise NotFound("The customer")
    seller = parties.legal_entity(session, row.seller_code) if row.seller_code else None
    training_session = asked.session
    if training_session is not None and row.place is not None:
        training_session = replace(training_session, place=row.place)
    billing = Address(**row.billing_address) if row.billing_address else None
    return Draft(
        customer=parties.customer_of(customer),
        seller=parties.seller_of(seller) if seller else None,
        course=asked.course.course if asked.course else None,
        session=training_session,
        trainees=proposals.trainees(session, row.id),
        lines=proposals.lines(session, row.id),
        billing_address=billing or parties.customer_of(customer).billing_address,
        preparation_cost=row.preparation_cost,
        opco=row.opco,
        terms_document=terms_documents.sha256(session, in_force.version, seller.code) if seller else None,
    )
