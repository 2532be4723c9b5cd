"""The one-month fallback and its undoing, each in one transaction under the account's lock (clause 3.3)."""

from datetime import date
from uuid import UUID

from chassis.duties import Duty
from chassis.unit_of_work import Transaction
from chassis.values.money import Money
from services.payments.domain.fallback import Fallback, Undoing, fall_back, undo
from services.payments.domain.invoice import DocumentType, Draft, Invoice, PayerKind, Purpose, part_lines
from services.payments.domain.standing import Standing, free_latest
from services.payments.domain.tax_parts import incl_tax
from services.payments.events import CLIENT_BILLED_AFTER_GRACE, ClientBilledAfterGrace
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.standings import deposits_of_contract, keep_allocation, standings_of_contract
from services.payments.tables import ReceiptRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.billing import deducted
from services.payments.use_cases.issuing import issue
from services.payments.use_cases.settling import issue_settled, settle


def grace_over(tx: Transaction, duty: Duty) -> None:
    """The duty's day has come: bill the client for what operators have not paid."""
    account = lock_account(tx.session, UUID(duty.subject))
    fall_back_now(tx, account)
    settle(tx, account.customer_id)


def fall_back_now(tx: Transaction, account: Account) -> None:
    """Credit and bill whatever is due today; nothing where it was done or nothing is open."""
    completed = account.completed
    if completed is None:
        return
    for standing in operator_standings(tx, account):
        deposits = deposits_of_contract(tx.session, account.contract_id)
        decided = fall_back(tx.today, completed.client_billed_from, standing.as_operator_debt, deposits)
        if decided is not None:
            _bill_after_grace(tx, account, completed.client_billed_from, standing, decided)


def bill_what_was_refused(tx: Transaction, account: Account, opco: str, file_number: str) -> None:
    """An operator refused a file, or took its approval back, once it was invoiced: the client owes that part at once.

    There is no month to wait for (clauses, section 7).
    """
    completed = account.completed
    if completed is None:
        return
    billed_from = min(tx.today, completed.client_billed_from)
    for standing in operator_standings(tx, account):
        says = standing.invoice.says
        if (says.payer.id, says.file_number) != (opco, file_number):
            continue
        deposits = deposits_of_contract(tx.session, account.contract_id)
        decided = fall_back(tx.today, billed_from, standing.as_operator_debt, deposits)
        if decided is not None:
            _bill_after_grace(tx, account, billed_from, standing, decided)
    settle(tx, account.customer_id)


def operator_standings(tx: Transaction, account: Account) -> list[Standing]:
    """How the operators' invoices of a contract stand."""
    return [
        standing
        for standing in standings_of_contract(tx.session, account.contract_id)
        if standing.invoice.says.payer.kind is PayerKind.OPCO
    ]


def after_grace_of(tx: Transaction, account: Account, operator_invoice: str) -> list[Standing]:
    """The client's invoices after grace for an operator's invoice of which something is not credited, oldest first.

    More than one where money that had undone a part of it was taken back: that part was billed again.
    """
    standings = standings_of_contract(tx.session, account.contract_id)
    reissued = {each.invoice.number for each in standings if each.invoice.says.reissues == operator_invoice}
    return [
        each
        for each in standings
        if each.invoice.says.purpose is Purpose.AFTER_GRACE
        and each.invoice.says.follows in {operator_invoice, *reissued}
        and each.uncredited
    ]


def undo_for(tx: Transaction, account: Account, receipt: ReceiptRow, amount: Money, operator: Standing) -> Money:
    """Undo the fallback for money dated in time but booked after it; what of the receipt is left.

    The client's invoice is credited, the operator's reissued and paid; the deposit and the money that the
    client's invoice no longer needs are free again, and no interest or fee runs on what was undone.
    """
    for billed in after_grace_of(tx, account, operator.invoice.number):
        undoing = undo(amount, billed.as_billed_after_grace)
        if undoing is None:
            break
        _undo_one(tx, account, receipt, operator, billed, undoing)
        amount = undoing.receipt_left
    return amount


def _undo_one(
    tx: Transaction,
    account: Account,
    receipt: ReceiptRow,
    operator: Standing,
    billed: Standing,
    undoing: Undoing,
) -> None:
    _credit_client(tx, account, billed, undoing)
    reissued = issue(tx, account, _reissued(operator.invoice, undoing, receipt.value_date))
    for freed in free_latest(billed.payments, undoing.money_freed):
        keep_allocation(tx.session, UUID(freed.receipt_id), -freed.amount, tx.today, billed.invoice.number)
    keep_allocation(tx.session, receipt.id, incl_tax(undoing.parts), tx.today, reissued.number)


def _bill_after_grace(
    tx: Transaction, account: Account, billed_from: date, operator: Standing, decided: Fallback
) -> None:
    draft = _after_grace(tx, account, billed_from, operator.invoice, decided)
    invoice = issue_settled(tx, account, draft, before=[_credit_operator(operator.invoice, decided)])
    billed = ClientBilledAfterGrace(
        contract_id=account.contract_id,
        invoice_number=invoice.number,
        amount_incl_tax=invoice.says.incl_tax,
        amount_due=invoice.says.amount_due,
        billed_on=invoice.issued_on,
    )
    tx.publish(CLIENT_BILLED_AFTER_GRACE, str(account.contract_id), billed)


def _credit_operator(operator: Invoice, decided: Fallback) -> Draft:
    return Draft(
        document_type=DocumentType.CREDIT_NOTE,
        purpose=Purpose.OPERATOR_PART,
        payer=operator.says.payer,
        clause="3.3",
        clause_day=operator.says.clause_day,
        lines=part_lines(operator.says.lines[0].description, decided.credit),
        taxes=decided.credit,
        credits=operator.reference,
        file_number=operator.says.file_number,
    )


def _after_grace(tx: Transaction, account: Account, billed_from: date, operator: Invoice, decided: Fallback) -> Draft:
    line = wording.after_grace_line(papers.training_title(account), operator.number)
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.AFTER_GRACE,
        payer=papers.customer_payer(account),
        clause="3.3",
        clause_day=billed_from,
        lines=part_lines(line, decided.client.parts),
        taxes=decided.client.parts,
        deducted=deducted(tx, decided.client.deducted),
        follows=operator.number,
    )


def _credit_client(tx: Transaction, account: Account, billed: Standing, undoing: Undoing) -> None:
    says = billed.invoice.says
    draft = Draft(
        document_type=DocumentType.CREDIT_NOTE,
        purpose=Purpose.AFTER_GRACE,
        payer=says.payer,
        clause="3.3",
        clause_day=says.clause_day,
        lines=part_lines(says.lines[0].description, undoing.parts),
        taxes=undoing.parts,
        deducted=deducted(tx, undoing.deposit_given_back),
        credits=billed.invoice.reference,
    )
    issue(tx, account, draft)


def _reissued(operator: Invoice, undoing: Undoing, received_on: date) -> Draft:
    """The operator's invoice for what it had paid in time: it states the money, and asks for none."""
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.OPERATOR_PART,
        payer=operator.says.payer,
        clause="3.3",
        clause_day=operator.says.clause_day,
        lines=part_lines(operator.says.lines[0].description, undoing.parts),
        taxes=undoing.parts,
        received=incl_tax(undoing.parts),
        received_on=received_on,
        reissues=operator.number,
        file_number=operator.says.file_number,
    )
