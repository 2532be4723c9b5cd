"""Contracts read, listed, and completed once the training is over."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from chassis.fields import Page, encode_cursor
from chassis.idempotency import Once
from chassis.platform import Platform
from chassis.problems import NotFound
from services.contracts.domain.attendance import Attendance
from services.contracts.domain.contract import complete
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms
from services.contracts.events import CONTRACT_COMPLETED
from services.contracts.repository import contracts, parties, proposals
from services.contracts.tables import ContractPersonRow, ContractRow, PersonRow
from services.contracts.use_cases.facts import contract_completed
from services.contracts.use_cases.proposal_view import instalment_views, line_views, price_view, session_view
from services.contracts.use_cases.timeline import note
from services.contracts.use_cases.views import (
    ContractTraineeView,
    ContractView,
    CourseView,
    DepositView,
    InstalmentView,
    TimelineEntryView,
)


def read_contract(platform: Platform, contract_id: UUID) -> ContractView:
    """The contract; NotFound."""
    with platform.reading() as session:
        return contract_view(session, _found(contracts.one(session, contract_id)))


def list_contracts(platform: Platform, customer_id: UUID | None, limit: int, after: str | None) -> Page[ContractView]:
    """Contracts in the order they were signed, after the number `after`; of one customer or of all."""
    with platform.reading() as session:
        rows = contracts.listed(session, customer_id, limit + 1, after)
        more = len(rows) > limit
        views = [contract_view(session, row) for row in rows[:limit]]
    return Page[ContractView](items=views, next_cursor=encode_cursor(views[-1].number) if more else None)


def read_timeline(platform: Platform, contract_id: UUID) -> Page[TimelineEntryView]:
    """What happened, in the order it was recorded; NotFound where there is no contract yet."""
    with platform.reading() as session:
        row = _found(contracts.one(session, contract_id))
        entries = [TimelineEntryView.model_validate(entry) for entry in contracts.timeline(session, row.id)]
    return Page[TimelineEntryView](items=entries)


def complete_contract(
    platform: Platform, once: Once, contract_id: UUID, attendance: tuple[Attendance, ...], ended_on: date | None
) -> ContractView:
    """The contract once its training is over (the session's last day unless `ended_on` is given).

    Refused before the end (clause 3.2), where it is not concluded (2.2), a second time, or where the
    attendance does not name every trainee once (3.7).
    """
    with platform.unit_of_work(once) as tx:
        row = _found(contracts.one(tx.session, contract_id, lock=True))
        contract = contracts.contract_of(tx.session, row)
        completed = complete(contract, attendance, ended_on or contract.ends_on, tx.today)
        contracts.save(tx.session, row, completed)
        fact = contract_completed(row.id, completed)
        tx.publish(CONTRACT_COMPLETED, str(row.id), fact)
        detail = f"Training ended; the operator has through {fact.opco_due_on}, then the client is billed."
        note(tx, row.id, "contract-completed", detail, "3.3", happened_on=fact.ended_on)
        return tx.answer(contract_view(tx.session, row))


def contract_view(session: Session, row: ContractRow) -> ContractView:
    """The contract, with what its proposal froze."""
    proposal_row = proposals.one(session, row.proposal_id)
    if proposal_row is None:
        raise NotFound("The proposal")
    proposal = proposals.issued_of(session, proposal_row)
    terms = Terms.from_snapshot(row.terms)
    people = contracts.trainees(session, row.id)
    names = parties.people(session, [person.person_id for person in people])
    return ContractView(
        id=row.id,
        number=row.number,
        state=row.state,
        customer_id=row.customer_id,
        seller=proposal.seller.code,
        proposal_id=row.proposal_id,
        proposal_number=str(proposal_row.number),
        signed_on=row.signed_on,
        concluded_on=row.concluded_on,
        ended_on=row.ended_on,
        opco_due_on=row.opco_due_on,
        client_billed_from=row.client_billed_from,
        withdrawal_ends_on=row.withdrawal_ends_on,
        withdrawn_on=row.withdrawn_on,
        instalments=_instalments(row, proposal),
        course=CourseView.model_validate(proposal.course),
        session=session_view(proposal.session),
        trainees=[_trainee_view(person, names[person.person_id]) for person in people],
        lines=line_views(proposal.lines),
        price=price_view(proposal.price),
        deposit=DepositView(amount=row.deposit_amount, callable_on=row.deposit_callable_on, due_on=row.deposit_due_on),
        opco_named=proposal.opco,
        terms_version=terms.version,
        particular_conditions=list(terms.particular_conditions),
    )


def _instalments(row: ContractRow, proposal: IssuedProposal) -> list[InstalmentView]:
    if row.withdrawal_ends_on is None:
        return []
    return instalment_views(proposal, row.deposit_amount)


def _trainee_view(person: ContractPersonRow, named: PersonRow) -> ContractTraineeView:
    return ContractTraineeView(
        person_id=named.id,
        given_name=named.given_name,
        family_name=named.family_name,
        attended_hours=None if person.attended_hours is None else Decimal(person.attended_hours),
    )


def _found(row: ContractRow | None) -> ContractRow:
    if row is None:
        raise NotFound("The contract")
    return row
