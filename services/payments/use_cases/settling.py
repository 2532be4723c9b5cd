"""No credit idles beside a debt: what is left of a customer's own pays whatever it owes (C. civ. 1343-1).

Called at the end of whatever makes an invoice of the client or frees deposit or money of its own. The caller holds
the customer. An individual's early money is no such credit: it waits for its confirmation (domain/early_money.py),
what names its contract for no other debt meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import total
from services.payments.domain.allocation import OpenItem, Rest, spread
from services.payments.domain.deposit import use_deposits
from services.payments.domain.early_money import is_early
from services.payments.domain.invoice import Draft, Invoice, Payer, PayerKind, Purpose
from services.payments.repository.accounts import Account, accounts_of
from services.payments.repository.invoices import invoices_of_customer
from services.payments.repository.receipts import rests
from services.payments.repository.refunds import Refund
from services.payments.repository.standings import deposits, deposits_of_contract, keep_allocation, keep_uses
from services.payments.tables import InvoiceRow, ReceiptRow
from services.payments.use_cases.deposit_credits import FreedDeposit, free_unneeded, pay_back_freed
from services.payments.use_cases.issuing import issue_all
from services.payments.use_cases.late_corrections import credit_late_charges
from services.payments.use_cases.names import contract_named
from services.payments.use_cases.open_items import interest_on, open_invoices
from services.payments.use_cases.overdue import review_account
from services.payments.use_cases.refunds import drop_refund

_TAKES_NO_DEPOSIT = (Purpose.INSTALMENT, Purpose.INTEREST_AND_FEE)
_TO_COME = "~"  # stands for a number that is not given yet: it comes after them


def settle(tx: Transaction, customer_id: UUID) -> None:
    """Set deposits not used against the same contract's open invoices, then what is left of receipts against all.

    Receipts by value date, invoices the oldest due first. A deposit that nothing needs any more is what is left of
    a receipt again; what of it no invoice takes is to be paid back. At last it is seen whether the customer is late.
    """
    freed = _free_idle_deposits(tx, customer_id)
    _spread_rests(tx, customer_id)
    # Money dated earlier than interest was invoiced lowers it: what is credited may free money again.
    while credit_late_charges(tx, customer_id):
        _spread_rests(tx, customer_id)
    pay_back_freed(tx, freed)
    review_account(tx, customer_id)


def issue_settled(tx: Transaction, account: Account, draft: Draft, before: Sequence[Draft] = ()) -> Invoice:
    """Issue an invoice of the client that states as received what is left of its money, and book that on it.

    Only what no invoice due before takes: the page asks for the rest alone. before: documents of operators that are
    issued in the same go, with the numbers before it.
    """
    due_on = max(draft.clause_day, tx.today)
    item = OpenItem(_TO_COME, due_on, draft.amount_due, interest_on(draft), account.row.money_from)
    left = {rest.receipt_id: rest for rest in _rests(tx, account.customer_id)}
    spread_out = spread(left.values(), [*open_invoices(tx, account.customer_id), item]) if left else ()
    payments = [(left[receipt_id], amount) for receipt_id, number, amount in spread_out if number == _TO_COME]
    if payments:
        received_on = max(rest.value_date for rest, _ in payments)
        draft = replace(draft, received=total(amount for _, amount in payments), received_on=received_on)
    *_, invoice = issue_all(tx, account, [*before, draft])
    for rest, amount in payments:
        keep_allocation(tx.session, UUID(rest.receipt_id), amount, tx.today, invoice.number)
    return invoice


def withdraw_refund(tx: Transaction, refund_id: UUID, reason: str, withdrawn_by: str) -> Refund:
    """A refund is not paid after all; its money pays what the customer owes, or waits."""
    refund = drop_refund(tx, refund_id, reason, withdrawn_by)
    settle(tx, refund.row.customer_id)
    return refund


def _spread_rests(tx: Transaction, customer_id: UUID) -> None:
    left = _rests(tx, customer_id)
    for receipt_id, number, amount in spread(left, open_invoices(tx, customer_id)) if left else ():
        keep_allocation(tx.session, UUID(receipt_id), amount, tx.today, number)


def _rests(tx: Transaction, customer_id: UUID) -> list[Rest]:
    left = rests(tx.session, Payer(PayerKind.CUSTOMER, str(customer_id)))
    accounts = accounts_of(tx.session, customer_id) if left else ()
    return [
        Rest(str(receipt.id), receipt.value_date, rest)
        for receipt, rest in left
        if not _waits_for_its_contract(tx, accounts, receipt)
    ]


def _waits_for_its_contract(tx: Transaction, accounts: Iterable[Account], receipt: ReceiptRow) -> bool:
    """Whether it came too early for a contract that still takes a deposit and that it names."""
    early = {each.contract_id for each in accounts if each.stands and is_early(receipt.value_date, each.row.money_from)}
    return bool(early) and contract_named(tx.session, receipt) in early


def _free_idle_deposits(tx: Transaction, customer_id: UUID) -> list[FreedDeposit]:
    """Each deposit not used goes to its own contract's open invoices; what none will need is credited (503)."""
    rows = invoices_of_customer(tx.session, customer_id)
    if not any(deposit.left for deposit in deposits(tx.session, rows)):
        return []
    _use_idle_deposits(tx, customer_id, rows)
    return free_unneeded(tx, customer_id)


def _use_idle_deposits(tx: Transaction, customer_id: UUID, rows: Sequence[InvoiceRow]) -> None:
    """A deposit that an undone fallback gave back, while another invoice after grace of its contract is open.

    An instalment takes none: the deposit is deducted at the end. Nor do interest and fee, which bear no VAT.
    """
    taking = [row for row in rows if row.payer_kind == PayerKind.CUSTOMER and row.purpose not in _TAKES_NO_DEPOSIT]
    contracts = {row.number: row.contract_id for row in taking}
    for item in open_invoices(tx, customer_id):
        if item.number not in contracts:
            continue
        idle = deposits_of_contract(tx.session, contracts[item.number])
        keep_uses(tx.session, item.number, use_deposits(idle, item.open), tx.today)
