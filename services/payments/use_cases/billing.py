"""The final invoices of a contract, issued at the end of its training."""

from collections.abc import Iterable
from datetime import date

from chassis.unit_of_work import Transaction
from services.payments.domain.deposit import DepositUse
from services.payments.domain.final_billing import AttendedHours, ClientBill, OperatorBill, bill_at_the_end
from services.payments.domain.instalments import unbilled
from services.payments.domain.invoice import (
    Deducted,
    DocumentType,
    Draft,
    Line,
    Payer,
    PayerKind,
    Purpose,
    part_lines,
)
from services.payments.domain.opcos import code_of
from services.payments.events import ContractCompleted
from services.payments.repository.accounts import Account
from services.payments.repository.decisions import approvals_of
from services.payments.repository.funding import find_opco
from services.payments.repository.invoices import get_invoice
from services.payments.repository.standings import deposits_of_contract
from services.payments.use_cases import papers, wording
from services.payments.use_cases.instalments import instalments_billed
from services.payments.use_cases.issuing import issue_all
from services.payments.use_cases.settling import issue_settled

GRACE_OVER = "opco-grace-over"


def bill_the_end(tx: Transaction, account: Account, completed: ContractCompleted) -> None:
    """Issue what the rules decide; where an operator owes, set the day on which the client is billed instead."""
    named = code_of(account.signed.opco_named or "")
    instalments = instalments_billed(tx, account)
    billing = bill_at_the_end(
        unbilled(account.price, [standing.uncredited for standing in instalments]),
        deposits_of_contract(tx.session, account.contract_id),
        approvals_of(tx.session, account.contract_id, account.price, completed.ended_on),
        frozenset({named} if named else ()),
        _hours(completed),
        completed.ended_on,
    )
    of_operators = [_operator_draft(tx, account, operator, completed.opco_due_on) for operator in billing.operators]
    if billing.final is None:
        issue_all(tx, account, of_operators)
    else:
        lines = _final_lines(account, billing.final, [standing.invoice.number for standing in instalments])
        final = _final_draft(tx, account, billing.final, lines, completed.ended_on)
        issue_settled(tx, account, final, before=of_operators)
    if billing.indemnity is not None:
        issue_settled(tx, account, _indemnity_draft(tx, account, billing.indemnity, completed.ended_on))
    if billing.operators:
        tx.put_duty(GRACE_OVER, str(account.contract_id), completed.client_billed_from, "3.3")


def _hours(completed: ContractCompleted) -> list[AttendedHours]:
    return [
        AttendedHours(each.planned_hours, each.attended_hours, None if each.person_id is None else str(each.person_id))
        for each in completed.attendance
    ]


def deducted(tx: Transaction, uses: Iterable[DepositUse]) -> tuple[Deducted, ...]:
    """Uses of deposits with the days of the deposit invoices, as a document states them."""
    return tuple(Deducted(use, get_invoice(tx.session, use.number).issued_on) for use in uses)


def operator_name(tx: Transaction, code: str) -> str:
    """The operator's name, as documents write it."""
    opco = find_opco(tx.session, code)
    return opco.name if opco else code


def _operator_draft(tx: Transaction, account: Account, bill: OperatorBill, due_on: date) -> Draft:
    approval = bill.approval
    line = wording.operator_line(papers.training_title(account), operator_name(tx, approval.opco), approval.file_number)
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.OPERATOR_PART,
        payer=Payer(PayerKind.OPCO, approval.opco),
        clause="3.3",
        clause_day=due_on,
        lines=part_lines(line, bill.parts),
        taxes=bill.parts,
        file_number=approval.file_number,
    )


def _final_draft(tx: Transaction, account: Account, bill: ClientBill, lines: tuple[Line, ...], ended_on: date) -> Draft:
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.FINAL,
        payer=papers.customer_payer(account),
        clause="3.2",
        clause_day=ended_on,
        lines=lines,
        taxes=bill.parts,
        deducted=deducted(tx, bill.deducted),
    )


def _indemnity_draft(tx: Transaction, account: Account, bill: ClientBill, ended_on: date) -> Draft:
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.ABSENCE_INDEMNITY,
        payer=papers.customer_payer(account),
        clause="3.7",
        clause_day=ended_on,
        lines=part_lines(wording.indemnity_line(papers.training_title(account)), bill.parts),
        taxes=bill.parts,
        deducted=deducted(tx, bill.deducted),
    )


def _final_lines(account: Account, bill: ClientBill, instalments: list[str]) -> tuple[Line, ...]:
    """The contract's own lines where the client owes all of them, else one line a rate for its share or the rest."""
    if instalments:
        return part_lines(wording.balance_line(papers.training_title(account), instalments), bill.parts)
    if bill.parts != account.price:
        return part_lines(wording.client_share_line(papers.training_title(account)), bill.parts)
    return tuple(
        Line(line.description, line.quantity, line.unit_price, line.excl_tax, line.vat_rate)
        for line in account.signed.lines
    )
