"""Proposals: their rows, lines and trainees; what an issue froze, as stored and as a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlmodel import Session, col, select

from chassis.values.money import Money, Taxed, total
from services.contracts.domain.parties import Address, Customer, Seller, Trainee
from services.contracts.domain.price import Price, PriceLine
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms
from services.contracts.domain.training import Course
from services.contracts.domain.training import Session as TrainingSession
from services.contracts.tables import PersonRow, ProposalLineRow, ProposalRow, ProposalTraineeRow


@dataclass(frozen=True)
class _Frozen:
    """What `ProposalRow.issued` holds; Money is stored as its cents, decimals as text."""

    customer: Customer
    seller: Seller
    course: Course
    session: TrainingSession
    billing_address: Address
    taxes: tuple[Taxed, ...]
    deposit_amount: Money
    terms: dict[str, Any]
    # What was issued before the terms were kept as documents has none.
    terms_document: str | None = None


_STORED = TypeAdapter(_Frozen)


def one(session: Session, proposal_id: UUID, *, lock: bool = False) -> ProposalRow | None:
    """The proposal of that id; `lock` holds it until the end of the transaction."""
    wanted = select(ProposalRow).where(ProposalRow.id == proposal_id)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def lines(session: Session, proposal_id: UUID) -> tuple[PriceLine, ...]:
    """The price lines, in order."""
    wanted = select(ProposalLineRow).where(ProposalLineRow.proposal_id == proposal_id)
    rows = session.exec(wanted.order_by(col(ProposalLineRow.position)))
    return tuple(
        PriceLine(row.description, Decimal(row.quantity), row.unit_price, Decimal(row.vat_rate)) for row in rows
    )


def people(session: Session, proposal_id: UUID) -> tuple[PersonRow, ...]:
    """The trainees' rows, in order."""
    wanted = select(PersonRow).join(ProposalTraineeRow).where(ProposalTraineeRow.proposal_id == proposal_id)
    return tuple(session.exec(wanted.order_by(col(ProposalTraineeRow.position))))


def trainees(session: Session, proposal_id: UUID) -> tuple[Trainee, ...]:
    """The trainees, in order."""
    return tuple(trainee_of(row) for row in people(session, proposal_id))


def trainee_of(row: PersonRow) -> Trainee:
    """The trainee that a person's row holds."""
    return Trainee(row.id, row.given_name, row.family_name)


def replace_parts(
    session: Session, proposal_id: UUID, price_lines: Sequence[PriceLine], person_ids: Sequence[UUID]
) -> None:
    """Put these lines and trainees in the place of the draft's."""
    for table in (ProposalLineRow, ProposalTraineeRow):
        session.exec(delete(table).where(col(table.proposal_id) == proposal_id))
    for position, line in enumerate(price_lines):
        session.add(
            ProposalLineRow(
                proposal_id=proposal_id,
                position=position,
                description=line.description,
                quantity=format(line.quantity, "f"),
                unit_price=line.unit_price,
                vat_rate=format(line.vat_rate, "f"),
            )
        )
    for position, person_id in enumerate(person_ids):
        session.add(ProposalTraineeRow(proposal_id=proposal_id, person_id=person_id, position=position))


def forget_people(session: Session, person_ids: Sequence[UUID]) -> None:
    """Delete these people where no proposal names them any more; whoever is being named this moment is let be."""
    candidates = select(PersonRow.id).where(col(PersonRow.id).in_(person_ids)).with_for_update(skip_locked=True)
    held = session.exec(candidates).all()
    # Looked at again once they are held: a draft that named one of them meanwhile is seen now.
    named = select(ProposalTraineeRow.person_id)
    session.exec(delete(PersonRow).where(col(PersonRow.id).in_(held), col(PersonRow.id).not_in(named)))


def freeze(row: ProposalRow, proposal: IssuedProposal) -> None:
    """Write into the row what the issue freezes beside lines and trainees."""
    frozen = _Frozen(
        customer=proposal.customer,
        seller=proposal.seller,
        course=proposal.course,
        session=proposal.session,
        billing_address=proposal.billing_address,
        taxes=proposal.price.by_rate,
        deposit_amount=proposal.deposit_amount,
        terms=proposal.terms.snapshot(),
        terms_document=proposal.terms_document,
    )
    row.issued = _STORED.dump_python(frozen, mode="json")
    row.issued_on, row.last_day = proposal.issued_on, proposal.last_day


def issued_of(session: Session, row: ProposalRow) -> IssuedProposal:
    """The proposal as issued; ValueError for a draft."""
    if row.issued is None or row.issued_on is None or row.last_day is None:
        raise ValueError("a draft has not been issued")
    frozen = _STORED.validate_python(row.issued)
    taxes = frozen.taxes
    return IssuedProposal(
        customer=frozen.customer,
        seller=frozen.seller,
        course=frozen.course,
        session=frozen.session,
        trainees=trainees(session, row.id),
        lines=lines(session, row.id),
        billing_address=frozen.billing_address,
        preparation_cost=row.preparation_cost,
        opco=row.opco,
        issued_on=row.issued_on,
        last_day=row.last_day,
        price=Price(total(tax.net for tax in taxes), total(tax.vat for tax in taxes), taxes),
        deposit_amount=frozen.deposit_amount,
        terms=Terms.from_snapshot(frozen.terms),
        terms_document=frozen.terms_document,
    )
