"""Deposit credit notes (503): a deposit invoice, or what nothing used of it, taken back; its money is free again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import Money, total
from services.payments.domain.deposit import NOT_NEEDED, DepositUse, refund_unapplied
from services.payments.domain.invoice import DocumentType, Draft, PayerKind, Purpose, part_lines
from services.payments.domain.refund import RefundReason, refund_by
from services.payments.repository.accounts import Account, accounts_of
from services.payments.repository.invoices import as_issued, get_invoice
from services.payments.repository.receipts import get_receipt, request_of_contract, rest_of
from services.payments.repository.standings import deposits_of_contract, keep_allocation, standings_of_contract
from services.payments.use_cases import papers, wording
from services.payments.use_cases.issuing import issue
from services.payments.use_cases.refunds import Ground, owe


@dataclass(frozen=True, slots=True)
class FreedDeposit:
    """What of a receipt a deposit credit note freed, and the contract whose deposit it was."""

    account: Account
    receipt_id: UUID
    amount: Money


def credit_deposits(
    tx: Transaction, account: Account, uses: Iterable[DepositUse], clause: str, clause_day: date
) -> list[FreedDeposit]:
    """Issue a deposit credit note for each of these parts, and free their money; the caller holds the customer."""
    request = request_of_contract(tx.session, account.contract_id)
    freed = []
    for use in uses:
        row = get_invoice(tx.session, use.number)
        issue(tx, account, _credit_note(tx, account, use, clause, clause_day))
        if request is not None and row.receipt_id is not None:
            keep_allocation(tx.session, row.receipt_id, -use.amount, tx.today, deposit_request_id=request.id)
            freed.append(FreedDeposit(account, row.receipt_id, use.amount))
    return freed


def free_unneeded(tx: Transaction, customer_id: UUID) -> list[FreedDeposit]:
    """Credit the deposits that nothing will need: the training is billed, and no operator owes any more (clause 3.3).

    Called once the contract's own open invoices have taken what they need of them.
    """
    freed: list[FreedDeposit] = []
    for account in accounts_of(tx.session, customer_id):
        deposits = deposits_of_contract(tx.session, account.contract_id)
        if account.is_billed and any(deposit.left for deposit in deposits):
            uses = refund_unapplied(deposits, _operator_open(tx, account))
            freed += credit_deposits(tx, account, uses, NOT_NEEDED, tx.today)
    return freed


def pay_back_freed(tx: Transaction, freed: Iterable[FreedDeposit]) -> None:
    """What of freed deposits no open invoice of the customer took is to be paid back."""
    for each in freed:
        amount = min(each.amount, rest_of(tx.session, get_receipt(tx.session, each.receipt_id)))
        if amount:
            ground = Ground(RefundReason.DEPOSIT_NOT_NEEDED, refund_by(tx.today))
            owe(tx, each.account, each.receipt_id, amount, ground)


def _operator_open(tx: Transaction, account: Account) -> Money:
    return total(
        standing.open
        for standing in standings_of_contract(tx.session, account.contract_id)
        if standing.invoice.says.payer.kind is PayerKind.OPCO
    )


def _credit_note(tx: Transaction, account: Account, use: DepositUse, clause: str, clause_day: date) -> Draft:
    return Draft(
        document_type=DocumentType.DEPOSIT_CREDIT_NOTE,
        purpose=Purpose.DEPOSIT,
        payer=papers.customer_payer(account),
        clause=clause,
        clause_day=clause_day,
        lines=part_lines(wording.deposit_line(papers.training_title(account)), use.parts),
        taxes=use.parts,
        credits=as_issued(get_invoice(tx.session, use.number)).reference,
    )
