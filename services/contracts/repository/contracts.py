"""Contracts: rows and the value that rules decide on."""

from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from services.contracts.domain.attendance import Attendance
from services.contracts.domain.contract import Contract, ContractState
from services.contracts.domain.deposit import Deposit
from services.contracts.domain.funding_grace import FundingGrace
from services.contracts.domain.terms import Terms
from services.contracts.tables import AcceptanceRow, ContractPersonRow, ContractRow, ProposalRow, TimelineRow


def one(session: Session, contract_id: UUID, *, lock: bool = False) -> ContractRow | None:
    """The contract of that id; `lock` holds it until the end of the transaction."""
    wanted = select(ContractRow).where(ContractRow.id == contract_id)
    return session.exec(wanted.with_for_update() if lock else wanted).one_or_none()


def listed(session: Session, customer_id: UUID | None, limit: int, after: str | None) -> list[ContractRow]:
    """Contracts by their numbers, as they were signed, after one of them; of one customer or of all."""
    wanted = select(ContractRow).order_by(col(ContractRow.number)).limit(limit)
    if customer_id is not None:
        wanted = wanted.where(ContractRow.customer_id == customer_id)
    if after is not None:
        wanted = wanted.where(col(ContractRow.number) > after)
    return list(session.exec(wanted))


def trainees(session: Session, contract_id: UUID) -> list[ContractPersonRow]:
    """The contract's trainees, in order."""
    wanted = select(ContractPersonRow).where(ContractPersonRow.contract_id == contract_id)
    return list(session.exec(wanted.order_by(col(ContractPersonRow.position))))


def contract_of(session: Session, row: ContractRow) -> Contract:
    """The contract that the row holds."""
    people = trainees(session, row.id)
    grace = None
    if row.opco_due_on is not None and row.client_billed_from is not None:
        grace = FundingGrace(row.opco_due_on, row.client_billed_from)
    return Contract(
        state=ContractState(row.state),
        signed_on=row.signed_on,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        planned_hours=Decimal(row.planned_hours),
        person_ids=tuple(person.person_id for person in people),
        deposit=Deposit(row.deposit_amount, row.deposit_callable_on, row.deposit_due_on),
        terms=Terms.from_snapshot(row.terms),
        withdrawal_ends_on=row.withdrawal_ends_on,
        withdrawn_on=row.withdrawn_on,
        concluded_on=row.concluded_on,
        ended_on=row.ended_on,
        grace=grace,
        attendance=tuple(
            Attendance(person.person_id, Decimal(person.attended_hours))
            for person in people
            if person.attended_hours is not None
        ),
    )


def add(session: Session, proposal: ProposalRow, session_id: UUID, number: str, contract: Contract) -> ContractRow:
    """A new contract, under the id that the proposal's issue gave it."""
    if proposal.contract_id is None:
        raise ValueError("only an issued proposal becomes a contract")
    row = ContractRow(
        id=proposal.contract_id,
        number=number,
        proposal_id=proposal.id,
        customer_id=proposal.customer_id,
        state=contract.state.value,
        signed_on=contract.signed_on,
        session_id=session_id,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        planned_hours=format(contract.planned_hours, "f"),
        deposit_amount=contract.deposit.amount,
        deposit_callable_on=contract.deposit.callable_on,
        deposit_due_on=contract.deposit.due_on,
        terms=contract.terms.snapshot(),
        withdrawal_ends_on=contract.withdrawal_ends_on,
    )
    session.add(row)
    session.flush()
    for position, person_id in enumerate(contract.person_ids):
        session.add(ContractPersonRow(contract_id=row.id, person_id=person_id, position=position))
    return row


def save(session: Session, row: ContractRow, contract: Contract) -> None:
    """Write a decision's outcome into the row: state, days, attendance."""
    row.state = contract.state.value
    row.concluded_on = contract.concluded_on
    row.withdrawn_on = contract.withdrawn_on
    row.ended_on = contract.ended_on
    if contract.grace is not None:
        row.opco_due_on = contract.grace.opco_due_on
        row.client_billed_from = contract.grace.client_billed_from
    hours = {entry.person_id: format(entry.attended_hours, "f") for entry in contract.attendance}
    for person in trainees(session, row.id):
        person.attended_hours = hours.get(person.person_id)


def acceptances(session: Session, proposal_id: UUID) -> list[AcceptanceRow]:
    """Every return of a proposal, oldest first."""
    wanted = select(AcceptanceRow).where(AcceptanceRow.proposal_id == proposal_id)
    return list(session.exec(wanted.order_by(col(AcceptanceRow.id))))


def timeline(session: Session, contract_id: UUID) -> list[TimelineRow]:
    """What happened, in the order it was recorded."""
    wanted = select(TimelineRow).where(TimelineRow.contract_id == contract_id)
    return list(session.exec(wanted.order_by(col(TimelineRow.id))))
