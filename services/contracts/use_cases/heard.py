"""What payments tells: of deposits, funding, bills after the grace, and money paid back.

Each is taken in once (the inbox), and again by another event without effect.
"""

from uuid import UUID

from chassis.problems import NotFound
from chassis.unit_of_work import Transaction
from services.contracts import events
from services.contracts.domain.contract import ContractState, deposit_paid
from services.contracts.repository import contracts
from services.contracts.tables import ContractRow
from services.contracts.use_cases.timeline import note


def hear_deposit_paid(tx: Transaction, paid: events.DepositPaid) -> None:
    """On payments.deposit-paid.v1: the contract is concluded, if the whole deposit is in (clause 2.2).

    Less than the whole is written down for staff, so that a contract that stays open says why. Refused before its
    value date, so that the sender keeps the event.
    """
    row = _contract(tx, paid.contract_id)
    before = contracts.contract_of(tx.session, row)
    after = deposit_paid(before, paid.amount, paid.paid_on, tx.today)
    if after is before:
        if before.state is ContractState.SIGNED:
            detail = f"Deposit of {paid.amount} EUR told of, value {paid.paid_on}: {before.deposit.amount} EUR are due."
            note(tx, row.id, "deposit-short", detail, "2.2", happened_on=paid.paid_on)
        return
    contracts.save(tx.session, row, after)
    if after.concluded_on is None:
        raise ValueError("a concluded contract has its day")
    concluded = events.ContractConcluded(
        contract_id=row.id, contract_number=row.number, concluded_on=after.concluded_on
    )
    tx.publish(events.CONTRACT_CONCLUDED, str(row.id), concluded)
    detail = f"Deposit of {paid.amount} EUR received, value {paid.paid_on}: the contract is concluded."
    note(tx, row.id, "contract-concluded", detail, "2.2", happened_on=after.concluded_on)


def hear_funding_approved(tx: Transaction, approved: events.FundingApproved) -> None:
    """On payments.funding-approved.v1: a line of the timeline."""
    row = _contract(tx, approved.contract_id)
    payer = "paid to the provider directly" if approved.direct_payment else "paid to the client"
    detail = f"{approved.opco} approves {approved.amount_incl_tax} EUR incl. tax, {payer}, file {approved.file_number}."
    note(tx, row.id, "funding-approved", detail, "3.3")


def hear_funding_refused(tx: Transaction, refused: events.FundingRefused) -> None:
    """On payments.funding-refused.v1: a line of the timeline."""
    row = _contract(tx, refused.contract_id)
    reason = f" It says: {refused.reason}" if refused.reason else ""
    detail = f"{refused.opco} does not fund the file {refused.file_number}: the client owes its part.{reason}"
    note(tx, row.id, "funding-refused", detail, "3.3")


def hear_client_billed(tx: Transaction, billed: events.ClientBilledAfterGrace) -> None:
    """On payments.client-billed-after-grace.v1: a line of the timeline."""
    row = _contract(tx, billed.contract_id)
    detail = (
        f"The operator did not pay in time: invoice {billed.invoice_number}, {billed.amount_incl_tax} EUR incl. tax,"
        f" of which {billed.amount_due} EUR due."
    )
    note(tx, row.id, "client-billed-after-grace", detail, "3.3", happened_on=billed.billed_on)


def hear_refund_paid(tx: Transaction, paid: events.RefundPaid) -> None:
    """On payments.refund-paid.v1: a line of the timeline."""
    row = _contract(tx, paid.contract_id)
    note(tx, row.id, "refund-paid", f"{paid.amount} EUR paid back.", happened_on=paid.paid_on)


def _contract(tx: Transaction, contract_id: UUID) -> ContractRow:
    row = contracts.one(tx.session, contract_id, lock=True)
    if row is None:
        # The sender keeps the event as a dead letter: nothing is lost.
        raise NotFound("The contract")
    return row
