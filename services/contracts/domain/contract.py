"""The contract: signed, concluded, completed, or withdrawn from.

Each decision returns a new frozen value (clauses 2.1, 2.2 and 3.3).
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.attendance import Attendance, check_attendance
from services.contracts.domain.deposit import Deposit, deposit_of
from services.contracts.domain.funding_grace import FundingGrace, funding_grace
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.terms import Terms
from services.contracts.domain.withdrawal import refuse_impossible_dispatch, refuse_late_withdrawal


class ContractState(StrEnum):
    """In this order, and never back; an individual's contract ends withdrawn before it is completed, or never."""

    SIGNED = "signed"
    CONCLUDED = "concluded"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Contract:
    """A signed order. `concluded_on`: the day on which signature and whole deposit were both in.

    withdrawal_ends_on: the last day on which an individual can withdraw; None for professionals. withdrawn_on: the day
    on which the declaration was sent.
    """

    state: ContractState
    signed_on: date
    starts_on: date
    ends_on: date
    planned_hours: Decimal
    person_ids: tuple[UUID, ...]
    deposit: Deposit
    terms: Terms
    withdrawal_ends_on: date | None = None
    withdrawn_on: date | None = None
    concluded_on: date | None = None
    ended_on: date | None = None
    grace: FundingGrace | None = None
    attendance: tuple[Attendance, ...] = ()


def sign(
    proposal: IssuedProposal, received_on: date, asked_on: date, *, withdrawal_ends_on: date | None = None
) -> Contract:
    """The contract that a complete acceptance makes; signed on its receipt, the deposit asked for today.

    withdrawal_ends_on: for an individual, whose deposit may not be asked for before it is over.
    """
    session = proposal.session
    return Contract(
        state=ContractState.SIGNED,
        signed_on=received_on,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        planned_hours=session.planned_hours,
        person_ids=tuple(trainee.person_id for trainee in proposal.trainees),
        deposit=deposit_of(
            proposal.deposit_amount,
            proposal.terms,
            accepted_on=received_on,
            starts_on=session.starts_on,
            asked_on=asked_on,
            withdrawal_ends_on=withdrawal_ends_on,
        ),
        terms=proposal.terms,
        withdrawal_ends_on=withdrawal_ends_on,
    )


def withdraw(contract: Contract, dispatched_on: date, today: date) -> Contract:
    """The contract once its client withdrew by a declaration sent that day; a second time changes nothing.

    It may be concluded by then: the dispatch counts, not the day on which staff read the letter. Refused (C. conso
    L221-3) for a professional; (L221-18) for a declaration sent after the last day; on an impossible day; once the
    training is completed.
    """
    if contract.state is ContractState.WITHDRAWN:
        return contract
    ends_on = withdrawal_end(contract)
    refuse_impossible_dispatch(dispatched_on, contract.signed_on, today)
    refuse_late_withdrawal(dispatched_on, ends_on)
    if contract.state is ContractState.COMPLETED:
        # Ours: what a letter that turns up after the training undoes, staff settle by hand.
        raise Refused("contract-completed", f"The training was completed on {contract.ended_on}.", "2.1")
    return replace(contract, state=ContractState.WITHDRAWN, withdrawn_on=dispatched_on)


def withdrawal_end(contract: Contract) -> date:
    """The last day on which the client can withdraw; Refused (C. conso L221-3) for a professional."""
    if contract.withdrawal_ends_on is None:
        detail = "Only an individual can withdraw; a professional could from a contract made off premises alone."
        raise Refused("withdrawal-for-individuals", detail, "C. conso L221-3")
    return contract.withdrawal_ends_on


def deposit_paid(contract: Contract, amount: Money, paid_on: date, today: date) -> Contract:
    """The contract once `amount` of deposit is in, on the value date of its last part (clause 2.2).

    Less than the whole deposit concludes nothing. Heard a second time, it changes nothing. Money whose value
    date is before the signature concludes the contract on the day of the signature, not before. Refused where
    the value date is still to come: money that is not in yet concludes nothing.
    """
    if contract.state is not ContractState.SIGNED:
        return contract
    if paid_on > today:
        detail = f"The deposit's value date, {paid_on}, is after today, {today}."
        raise Refused("value-date-impossible", detail, "2.2", paid_on=paid_on.isoformat())
    if amount < contract.deposit.amount:
        return contract
    return replace(contract, state=ContractState.CONCLUDED, concluded_on=max(paid_on, contract.signed_on))


def complete(contract: Contract, attendance: tuple[Attendance, ...], ended_on: date, today: date) -> Contract:
    """The contract once its training is over; starts the operator's grace (clause 3.3).

    ended_on: the training's last day, the session's own or a later one. Refused where the contract is not
    concluded, before the end, a second time, or where the attendance does not name every trainee once.
    """
    _refuse_unconcluded(contract)
    _refuse_unfinished(contract, ended_on, today)
    check_attendance(attendance, contract.person_ids, contract.planned_hours)
    return replace(
        contract,
        state=ContractState.COMPLETED,
        ended_on=ended_on,
        grace=funding_grace(ended_on, contract.terms),
        attendance=attendance,
    )


def _refuse_unconcluded(contract: Contract) -> None:
    if contract.state is ContractState.COMPLETED:
        raise Refused("contract-completed", f"The training was completed on {contract.ended_on}.", "3.2")
    if contract.state is ContractState.WITHDRAWN:
        raise Refused("contract-withdrawn", f"The client withdrew on {contract.withdrawn_on}.", "2.1")
    if contract.state is not ContractState.CONCLUDED:
        detail = f"The contract is not concluded: the whole deposit, {contract.deposit.amount} EUR, is not in."
        raise Refused("contract-not-concluded", detail, "2.2", deposit=str(contract.deposit.amount))


def _refuse_unfinished(contract: Contract, ended_on: date, today: date) -> None:
    if today < contract.ends_on:
        detail = f"The training ends on {contract.ends_on}: it can be completed from that day on."
        raise Refused("training-not-ended", detail, "3.2", ends_on=contract.ends_on.isoformat())
    if not contract.ends_on <= ended_on <= today:
        detail = f"The training ended between {contract.ends_on}, its last planned day, and today, {today}."
        raise Refused("end-day-impossible", detail, "3.2", ended_on=ended_on.isoformat())
