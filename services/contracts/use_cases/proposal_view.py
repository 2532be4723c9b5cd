"""A proposal as the API shows it."""

from collections.abc import Sequence

from sqlmodel import Session

from chassis.values.money import Money
from services.contracts.domain.instalments import instalments
from services.contracts.domain.price import Price, PriceLine, price_of
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.training import Session as TrainingSession
from services.contracts.repository import contracts, proposals
from services.contracts.tables import PersonRow, ProposalRow
from services.contracts.use_cases.views import (
    AddressView,
    CourseView,
    InstalmentView,
    LineView,
    PriceView,
    ProposalView,
    ReturnView,
    SessionView,
    TraineeView,
)


def proposal_view(session: Session, row: ProposalRow) -> ProposalView:
    """The proposal, draft or issued, with every return of it."""
    issued = proposals.issued_of(session, row) if row.issued is not None else None
    lines = proposals.lines(session, row.id)
    address = issued.billing_address if issued else row.billing_address
    return ProposalView(
        id=row.id,
        state=row.state,
        customer_id=row.customer_id,
        seller=row.seller_code,
        course_reference=row.course_reference,
        session_id=row.session_id,
        place=issued.session.place if issued else row.place,
        trainees=[_trainee_view(person) for person in proposals.people(session, row.id)],
        lines=line_views(lines),
        price=price_view(_price(issued, lines)) if lines else None,
        billing_address=AddressView.model_validate(address) if address else None,
        preparation_cost=row.preparation_cost,
        opco=row.opco,
        returns=[ReturnView.model_validate(each) for each in contracts.acceptances(session, row.id)],
        number=row.number,
        issued_on=row.issued_on,
        last_day=row.last_day,
        deposit=issued.deposit_amount if issued else None,
        course=CourseView.model_validate(issued.course) if issued else None,
        session=session_view(issued.session) if issued else None,
        terms_version=issued.terms.version if issued else None,
        contract_id=row.contract_id,
        document_sha256=row.document_sha256,
    )


def line_views(lines: Sequence[PriceLine]) -> list[LineView]:
    """The lines, each with its amount."""
    return [LineView.model_validate(line) for line in lines]


def price_view(price: Price) -> PriceView:
    """The totals."""
    return PriceView(excl_tax=price.excl_tax, vat=price.vat, incl_tax=price.incl_tax)


def instalment_views(proposal: IssuedProposal, deposit: Money) -> list[InstalmentView]:
    """How an individual pays the balance."""
    parts = instalments(proposal.price.incl_tax, deposit, proposal.session.days)
    return [InstalmentView.model_validate(part) for part in parts]


def session_view(session: TrainingSession) -> SessionView:
    """The session's dates, place and hours."""
    return SessionView.model_validate(session)


def _price(issued: IssuedProposal | None, lines: Sequence[PriceLine]) -> Price:
    return issued.price if issued else price_of(lines)


def _trainee_view(person: PersonRow) -> TraineeView:
    return TraineeView(
        person_id=person.id, given_name=person.given_name, family_name=person.family_name, email=person.email
    )
