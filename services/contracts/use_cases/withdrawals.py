"""An individual withdraws: declared and confirmed on the website, or recorded by staff (C. conso L221-21, D221-5).

The contract's row is held throughout: of two that come at once, the second finds what the first did.
"""

from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from uuid import UUID

from chassis.auth import Principal, Role
from chassis.files import StoredFile, read_file
from chassis.mail import Attachment
from chassis.platform import Platform
from chassis.problems import NotFound
from chassis.typesetting import day
from chassis.unit_of_work import Transaction
from chassis.values.refusals import Refused
from services.contracts.documents.withdrawal import WithdrawalDocument, withdrawal_pdf
from services.contracts.domain.contract import withdraw, withdrawal_end
from services.contracts.domain.proposal import IssuedProposal
from services.contracts.domain.withdrawal import (
    Declaration,
    Means,
    WithdrawalState,
    confirmation_last_day,
    refund_last_day,
    refuse_late_confirmation,
    stands_unconfirmed,
)
from services.contracts.events import CONTRACT_WITHDRAWN, ContractWithdrawn
from services.contracts.repository import contracts, parties, proposals, withdrawals
from services.contracts.tables import ContractRow, WithdrawalRow
from services.contracts.use_cases.letters import withdrawal_acknowledged
from services.contracts.use_cases.orders import code_sha256
from services.contracts.use_cases.timeline import note
from services.contracts.use_cases.views import WithdrawalView


@dataclass(frozen=True)
class Asking:
    """Who asks, and the code of the order where it is somebody without an account."""

    caller: Principal
    order_code: str | None


@dataclass(frozen=True)
class Declared:
    """What is declared: by whom, and where the acknowledgement goes beside the customer's own address."""

    name: str
    email: str


@dataclass(frozen=True)
class Recorded:
    """How a declaration reached staff, and the day on which it was sent."""

    dispatched_on: date
    means: Means


def declare(platform: Platform, contract_id: UUID, asking: Asking, declared: Declared) -> WithdrawalView:
    """The first step: declared, to be confirmed. Declared again it takes the place of the first, until confirmed.

    NotFound for whoever does not prove that the order is theirs; Refused for what `withdraw` refuses.
    """
    with platform.unit_of_work() as tx:
        row = _own(tx, contract_id, asking)
        contract = contracts.contract_of(tx.session, row)
        known = withdrawals.one(tx.session, row.id)
        if known is None or not _stands(known, declared, withdrawal_end(contract), tx.today):
            declaration = Declaration(declared.name, declared.email, Means.WEBSITE, tx.today, tx.now)
            withdraw(contract, tx.today, tx.today)
            known = withdrawals.put(tx.session, row.id, declaration, recorded_by=None)
            note(tx, row.id, "withdrawal-declared", "Withdrawal declared on the website, to be confirmed.", "2.1")
        return _view(row, known)


def confirm(platform: Platform, contract_id: UUID, asking: Asking) -> WithdrawalView:
    """The second step: the contract is withdrawn from, the seat free, the acknowledgement sent. Twice is once.

    Refused where nothing was declared, or (Ours) where the declaration was left alone for too long.
    """
    with platform.unit_of_work() as tx:
        row = _own(tx, contract_id, asking)
        known = withdrawals.one(tx.session, row.id)
        if known is None:
            raise Refused("withdrawal-not-declared", "No withdrawal was declared: declare it first.", "2.1")
        if known.state != WithdrawalState.CONFIRMED:
            ends_on = withdrawal_end(contracts.contract_of(tx.session, row))
            refuse_late_confirmation(known.dispatched_on, ends_on, tx.today)
            _take_effect(tx, row, known)
        return _view(row, known)


def record(platform: Platform, contract_id: UUID, declared: Declared, recorded: Recorded, by: str) -> WithdrawalView:
    """Staff record a declaration that came in another way: it has its effect at once. Twice is once.

    Refused for what `withdraw` refuses: the day on which it was sent counts, not today.
    """
    with platform.unit_of_work() as tx:
        row = _found(contracts.one(tx.session, contract_id, lock=True))
        known = withdrawals.one(tx.session, row.id)
        if known is None or known.state != WithdrawalState.CONFIRMED:
            declaration = Declaration(
                declared.name, declared.email, recorded.means, recorded.dispatched_on, declared_at=tx.now
            )
            withdraw(contracts.contract_of(tx.session, row), recorded.dispatched_on, tx.today)
            known = withdrawals.put(tx.session, row.id, declaration, recorded_by=by)
            _take_effect(tx, row, known)
        return _view(row, known)


def read_document(platform: Platform, contract_id: UUID) -> tuple[StoredFile, str, UUID]:
    """The acknowledgement as it was sent, the contract's number and its customer; NotFound before it was."""
    with platform.reading() as session:
        row = _found(contracts.one(session, contract_id))
        known = withdrawals.one(session, row.id)
        if known is None or known.document_sha256 is None:
            raise NotFound("The document")
        return read_file(session, known.document_sha256), row.number, row.customer_id


def _own(tx: Transaction, contract_id: UUID, asking: Asking) -> ContractRow:
    """The contract, held, of a customer who asks for its own or of somebody who has the order's code."""
    row = _found(contracts.one(tx.session, contract_id, lock=True))
    caller = asking.caller
    if caller.has(Role.CUSTOMER) and caller.customer_id == row.customer_id:
        return row
    placed = withdrawals.website_order(tx.session, row.id)
    if placed is None or asking.order_code is None:
        raise NotFound("The contract")
    if not compare_digest(placed.code_sha256, code_sha256(asking.order_code)):
        raise NotFound("The contract")
    return row


def _found(row: ContractRow | None) -> ContractRow:
    if row is None:
        raise NotFound("The contract")
    return row


def _stands(known: WithdrawalRow, declared: Declared, ends_on: date, today: date) -> bool:
    """Whether there is nothing to write: it is confirmed, or was declared so before and nothing is gained by more."""
    if known.state == WithdrawalState.CONFIRMED:
        return True
    same = (known.name, known.email) == (declared.name, declared.email)
    return same and stands_unconfirmed(known.dispatched_on, ends_on, today)


def _take_effect(tx: Transaction, row: ContractRow, known: WithdrawalRow) -> None:
    withdrawn = withdraw(contracts.contract_of(tx.session, row), known.dispatched_on, tx.today)
    contracts.save(tx.session, row, withdrawn)
    proposal, refund_by = _proposal(tx, row), refund_last_day(tx.today)
    document = WithdrawalDocument(
        number=row.number,
        signed_on=row.signed_on,
        proposal=proposal,
        declaration=withdrawals.declaration_of(known),
        confirmed_at=tx.now,
        refund_by=refund_by,
    )
    _acknowledge(tx, row, known, document)
    known.state = WithdrawalState.CONFIRMED.value
    known.confirmed_at, known.refund_by = tx.now, refund_by
    detail = f"The client withdrew, {known.means}; what was paid is back through {refund_by}."
    note(tx, row.id, "contract-withdrawn", detail, "2.1", happened_on=known.dispatched_on)
    fact = ContractWithdrawn(
        contract_id=row.id,
        contract_number=row.number,
        session_id=row.session_id,
        seats=len(proposal.trainees),
        withdrawn_on=known.dispatched_on,
        confirmed_at=tx.now,
        refund_by=refund_by,
    )
    tx.publish(CONTRACT_WITHDRAWN, str(row.id), fact)


def _acknowledge(tx: Transaction, row: ContractRow, known: WithdrawalRow, document: WithdrawalDocument) -> None:
    """To the customer, who must learn of it, and to another address that was declared, which is shown nothing more."""
    to, copy_sha256 = _own_address(tx, row), None
    if to.casefold() == known.email.casefold():
        to = known.email
    else:
        copy = document.for_the_declarer
        copy_sha256 = tx.store_file(withdrawal_pdf(copy), "application/pdf")
        tx.send_mail(withdrawal_acknowledged(known.email, copy, _attached(row, copy_sha256)))
    document_sha256 = tx.store_file(withdrawal_pdf(document), "application/pdf")
    tx.send_mail(withdrawal_acknowledged(to, document, _attached(row, document_sha256)))
    known.document_sha256, known.declarer_document_sha256 = document_sha256, copy_sha256


def _own_address(tx: Transaction, row: ContractRow) -> str:
    known = parties.customer(tx.session, row.customer_id)
    if known is None:
        raise NotFound("The customer")
    return known.email


def _attached(row: ContractRow, document_sha256: str) -> Attachment:
    return Attachment(f"{row.number}-retractation.pdf", document_sha256)


def _proposal(tx: Transaction, row: ContractRow) -> IssuedProposal:
    proposal = proposals.one(tx.session, row.proposal_id)
    if proposal is None:
        raise NotFound("The proposal")
    return proposals.issued_of(tx.session, proposal)


def _view(row: ContractRow, known: WithdrawalRow) -> WithdrawalView:
    if row.withdrawal_ends_on is None:
        raise ValueError("only an individual's contract is withdrawn from")
    confirm_by = confirmation_last_day(known.dispatched_on, row.withdrawal_ends_on)
    return WithdrawalView(
        contract_id=row.id,
        contract_number=row.number,
        state=known.state,
        means=known.means,
        name=known.name,
        email=known.email,
        withdrawn_on=known.dispatched_on,
        declared_at=known.declared_at,
        last_day=row.withdrawal_ends_on,
        confirm_by=confirm_by,
        confirmed_at=known.confirmed_at,
        refund_by=known.refund_by,
        next_step=_next_step(known, confirm_by),
    )


def _next_step(known: WithdrawalRow, confirm_by: date) -> str:
    if known.refund_by is None:
        return f"Confirmez votre rétractation au plus tard le {day(confirm_by)} : elle ne prend effet qu’alors."
    return (
        f"Votre rétractation est enregistrée. Un accusé de réception est envoyé à {known.email}. Ce que vous avez payé"
        f" vous est remboursé au plus tard le {day(known.refund_by)} ; vous n’avez rien d’autre à faire."
    )
