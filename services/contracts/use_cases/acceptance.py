"""What the client sends back: recorded, and once complete, a signed contract (clauses 2.1 and 2.2).

Seats are taken at the catalog before the unit of work, under the contract id that the issue gave: a crash
between the two, or the same acceptance sent again, takes them once.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.idempotency import Once
from chassis.platform import Platform
from chassis.problems import NotFound, Unavailable
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.refusals import Refused
from services.contracts import clients
from services.contracts.domain.acceptance import Acceptance, AcceptanceState, Return, accept
from services.contracts.domain.contract import sign
from services.contracts.domain.proposal import IssuedProposal, ProposalState
from services.contracts.domain.training import Session
from services.contracts.events import CONTRACT_SIGNED
from services.contracts.repository import contracts, parties, proposals
from services.contracts.repository.numbering import Series, next_number
from services.contracts.tables import AcceptanceRow, ProposalRow
from services.contracts.use_cases.facts import contract_signed
from services.contracts.use_cases.letters import acceptance_incomplete, acceptance_received
from services.contracts.use_cases.timeline import note
from services.contracts.use_cases.views import AcceptanceView


@dataclass(frozen=True)
class Document:
    """The file that came back."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Papers:
    """What came back, as somebody checked it; received today unless a day is given."""

    statement: str
    initialled: bool
    stamped: bool
    signed: bool
    terms_initialled: bool
    terms_signed: bool
    received_on: date | None
    document: Document | None
    checked_by: str

    def returned(self, today: date) -> Return:
        """The value that the rules read."""
        return Return(
            received_on=self.received_on or today,
            statement=self.statement,
            initialled=self.initialled,
            stamped=self.stamped,
            signed=self.signed,
            terms_initialled=self.terms_initialled,
            terms_signed=self.terms_signed,
            has_document=self.document is not None,
        )


@dataclass(frozen=True)
class _Prepared:
    """What was found and done at the catalog; no session where the proposal was not there to accept."""

    session_now: Session | None
    seats_held: bool


def record_acceptance(platform: Platform, once: Once, proposal_id: UUID, papers: Papers) -> AcceptanceView:
    """Record a return; complete, it makes the contract, holds the seats, and asks for the deposit.

    Refused (clause 2.1) after the last day, where the session's dates changed, or once it was accepted; (clause 2.2)
    once the session is over;
    Problem 409 `session-full` where the session has too few seats left.
    """
    prepared = _prepare(platform, once, proposal_id, papers)
    with platform.unit_of_work(once) as tx:
        row = proposals.one(tx.session, proposal_id, lock=True)
        if row is None:
            raise NotFound("The proposal")
        _refuse_unless_issued(row)
        proposal = _as_reached_today(tx, proposals.issued_of(tx.session, row))
        if prepared.session_now is None:
            raise Unavailable("The proposal was issued this very moment; send the request again.")
        returned = papers.returned(tx.today)
        acceptance = accept(proposal, returned, prepared.session_now, tx.today)
        if acceptance.state is AcceptanceState.COMPLETE and not prepared.seats_held:
            raise Unavailable("The seats are not held yet; send the request again.")
        return tx.answer(_record(tx, row, proposal, papers, acceptance))


def _prepare(platform: Platform, once: Once, proposal_id: UUID, papers: Papers) -> _Prepared:
    with platform.reading() as session:
        once.peek(session)
        row = proposals.one(session, proposal_id)
        if row is None:
            raise NotFound("The proposal")
        if row.state != ProposalState.ISSUED or row.contract_id is None:
            # The unit of work says so, or replays what was answered this very moment.
            return _Prepared(None, seats_held=False)
        proposal = proposals.issued_of(session, row)
    session_now = _session_now(platform, proposal)
    try:
        today = platform.clock.today()
        acceptance = accept(proposal, papers.returned(today), session_now, today)
    except Refused:
        # No seat is taken; the unit of work refuses again.
        return _Prepared(session_now, seats_held=False)
    if acceptance.state is AcceptanceState.COMPLETE:
        clients.hold_seats(platform.client, session_now.session_id, row.contract_id, len(proposal.trainees))
    return _Prepared(session_now, seats_held=acceptance.state is AcceptanceState.COMPLETE)


def _session_now(platform: Platform, proposal: IssuedProposal) -> Session:
    held = clients.session(platform.client, proposal.session.session_id)
    if held is None:
        # A session that is gone has no dates left: the rule on changed dates voids the proposal.
        return replace(proposal.session, half_days=())
    return held.session


def _as_reached_today(tx: Transaction, proposal: IssuedProposal) -> IssuedProposal:
    """Who ordered stays as issued; the address and the person to write to are today's."""
    known = parties.customer(tx.session, proposal.customer.customer_id)
    if known is None:
        raise NotFound("The customer")
    return replace(proposal, customer=replace(proposal.customer, email=known.email, contact_name=known.contact_name))


def _refuse_unless_issued(row: ProposalRow) -> None:
    if row.state == ProposalState.DRAFT:
        raise Refused("proposal-not-issued", "The proposal is still a draft: issue it first.", "2.1")
    if row.state == ProposalState.ACCEPTED:
        raise Refused(
            "proposal-accepted",
            f"Proposal {row.number} was accepted before.",
            "2.1",
            contract_id=str(row.contract_id),
        )


def _record(
    tx: Transaction, row: ProposalRow, proposal: IssuedProposal, papers: Papers, acceptance: Acceptance
) -> AcceptanceView:
    received_on = papers.returned(tx.today).received_on
    tx.session.add(_acceptance_row(tx, row, papers, acceptance))
    if row.contract_id is None or row.number is None:
        raise ValueError("an issued proposal has a number and a contract id")
    if acceptance.state is AcceptanceState.COMPLETE:
        number = _sign(tx, row, proposal, received_on)
        return AcceptanceView(state=acceptance.state, missing=[], contract_id=row.contract_id, contract_number=number)
    detail = f"Return received; missing: {', '.join(acceptance.missing)}."
    note(tx, row.contract_id, "acceptance-incomplete", detail, "2.1", happened_on=received_on)
    tx.send_mail(acceptance_incomplete(row.number, proposal, acceptance.missing))
    return AcceptanceView(
        state=acceptance.state, missing=list(acceptance.missing), contract_id=None, contract_number=None
    )


def _sign(tx: Transaction, row: ProposalRow, proposal: IssuedProposal, received_on: date) -> str:
    contract = sign(proposal, received_on, tx.today)
    number = next_number(tx.session, Series.CONTRACT, tx.today.year)
    row.state = ProposalState.ACCEPTED.value
    row.version += 1
    made = contracts.add(tx.session, row, proposal.session.session_id, number, contract)
    proposal_number = str(row.number)
    detail = f"Contract {number} signed by the acceptance of {proposal_number}; seats held: {len(proposal.trainees)}."
    note(tx, made.id, "contract-signed", detail, "2.1", happened_on=received_on)
    deposit = contract.deposit
    detail = f"Deposit of {deposit.amount} EUR incl. tax asked for, due {deposit.due_on}."
    note(tx, made.id, "deposit-asked-for", detail, "2.2")
    tx.publish(CONTRACT_SIGNED, str(made.id), contract_signed(made.id, (number, proposal_number), proposal, contract))
    tx.send_mail(acceptance_received(proposal_number, number, proposal, deposit))
    return number


def _acceptance_row(tx: Transaction, row: ProposalRow, papers: Papers, acceptance: Acceptance) -> AcceptanceRow:
    document = papers.document
    return AcceptanceRow(
        id=new_id(),
        proposal_id=row.id,
        state=acceptance.state.value,
        missing=list(acceptance.missing),
        received_on=papers.received_on or tx.today,
        recorded_at=tx.now,
        checked_by=papers.checked_by,
        statement=papers.statement,
        initialled=papers.initialled,
        stamped=papers.stamped,
        signed=papers.signed,
        terms_initialled=papers.terms_initialled,
        terms_signed=papers.terms_signed,
        document_name=document.name if document else None,
        document_sha256=tx.store_file(document.content, document.media_type) if document else None,
    )
