"""The staged balance of an individual: an invoice each training day but the last (C. trav. L6353-6)."""

from uuid import UUID

from chassis.duties import Duty
from chassis.unit_of_work import Transaction
from services.payments.domain.instalments import CLAUSE, Instalment, before_the_end, check_instalments, instalment_parts
from services.payments.domain.invoice import DocumentType, Draft, Purpose, part_lines
from services.payments.domain.standing import Standing
from services.payments.events import ContractSigned
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.standings import standings_of_contract
from services.payments.use_cases import papers, wording
from services.payments.use_cases.settling import issue_settled

INSTALMENT_DUE = "instalment-due"


def check_signed(signed: ContractSigned) -> None:
    """Refused where the instalments that contracts states are not the balance: nothing is billed from such figures."""
    if signed.instalments:
        balance = signed.price.incl_tax - signed.deposit.amount
        check_instalments(_instalments(signed), balance, signed.session.starts_on, signed.session.ends_on)


def plan_instalments(tx: Transaction, account: Account) -> None:
    """Set the days on which instalments are invoiced."""
    for each in before_the_end(_instalments(account.signed)):
        data = {"contract_id": str(account.contract_id), "amount": str(each.amount)}
        tx.put_duty(INSTALMENT_DUE, _subject(account, each), each.due_on, CLAUSE, data)


def drop_instalments(tx: Transaction, account: Account) -> None:
    """Nothing is staged any more. Before the customer is held: a sweep holds the duty first."""
    for each in before_the_end(_instalments(account.signed)):
        tx.drop_duty(INSTALMENT_DUE, _subject(account, each))


def instalment_due(tx: Transaction, duty: Duty) -> None:
    """Invoice an instalment on its day, or later where nothing swept that day.

    Nothing where the contract is not concluded by then: the final invoice asks for it. Nothing once it is
    withdrawn from or billed.
    """
    account = lock_account(tx.session, UUID(duty.data["contract_id"]))
    if account.row.concluded_on is None or not account.stands:
        return
    due = next(each for each in _instalments(account.signed) if _subject(account, each) == duty.subject)
    billed = [standing.uncredited for standing in instalments_billed(tx, account)]
    parts = instalment_parts(account.price, account.signed.deposit.amount, billed, due.amount)
    line = wording.instalment_line(papers.training_title(account), due.due_on)
    draft = Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.INSTALMENT,
        payer=papers.customer_payer(account),
        clause=CLAUSE,
        clause_day=due.due_on,
        lines=part_lines(line, parts),
        taxes=parts,
    )
    issue_settled(tx, account, draft)


def instalments_billed(tx: Transaction, account: Account) -> list[Standing]:
    """The instalment invoices of a contract, as they stand."""
    standings = standings_of_contract(tx.session, account.contract_id)
    return [each for each in standings if each.invoice.says.purpose is Purpose.INSTALMENT]


def _instalments(signed: ContractSigned) -> list[Instalment]:
    return [Instalment(each.due_on, each.amount) for each in signed.instalments]


def _subject(account: Account, instalment: Instalment) -> str:
    return f"{account.contract_id}/{instalment.due_on.isoformat()}"
