"""No credit idles beside a debt: what is left of a customer's own pays whatever it owes (C. civ. 1343-1).

Called at the end of whatever makes an invoice of the client or frees deposit or money of its own. The caller holds
the customer. An individual's early money is no such credit: it waits for its confirmation (domain/early_money.py),
what names its contract for no other debt meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO, total
from services.payments.domain.allocation import OpenItem, Rest, spread
from services.payments.domain.deposit import use_deposits
from services.payments.domain.early_money import is_early
from services.payments.domain.invoice import Draft, Invoice, Payer, PayerKind, Purpose
from services.payments.repository.accounts import Account, accounts_of
from services.payments.repository.invoices import invoices_of_customer
from services.payments.repository.receipts import rests
from services.payments.repository.standings import deposits, deposits_of_contract, keep_allocation, keep_uses, standings
from services.payments.tables import ReceiptRow
from services.payments.use_cases.issuing import issue_all
from services.payments.use_cases.names import contract_named

_TO_COME = "~"  # stands for a number that is not given yet: it comes after them


def settle(tx: Transaction, customer_id: UUID) -> None:
    """Set deposits not used against the same contract's open invoices, then what is left of receipts against all.

    Receipts by value date, invoices the oldest due first.
    """
    _use_idle_deposits(tx, customer_id)
    left = _rests(tx, customer_id)
    for receipt_id, number, amount in spread(left, open_invoices(tx, customer_id)) if left else ():
        keep_allocation(tx.session, UUID(receipt_id), amount, tx.today, number)


def issue_settled(tx: Transaction, account: Account, draft: Draft, before: Sequence[Draft] = ()) -> Invoice:
    """Issue an invoice of the client that states as received what is left of its money, and book that on it.

    Only what no invoice due before takes: the page asks for the rest alone. before: documents of operators that are
    issued in the same go, with the numbers before it.
    """
    due_on = max(draft.clause_day, tx.today)
    item = OpenItem(_TO_COME, due_on, draft.amount_due, money_from=account.row.money_from)
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


def open_invoices(tx: Transaction, customer_id: UUID) -> list[OpenItem]:
    """What is open of the invoices addressed to a customer, the oldest due first."""
    issued = invoices_of_customer(tx.session, customer_id)
    rows = {row.number: row for row in issued if row.payer_kind == PayerKind.CUSTOMER}
    money_from = {each.contract_id: each.row.money_from for each in accounts_of(tx.session, customer_id)}
    items = [
        OpenItem(
            standing.invoice.number,
            standing.invoice.due_on or standing.invoice.issued_on,
            standing.open,
            money_from=money_from[rows[standing.invoice.number].contract_id],
        )
        for standing in standings(tx.session, rows.values())
        if standing.open > ZERO
    ]
    return sorted(items, key=lambda item: (item.due_on, item.number))


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
    return bool(early) and contract_named(tx, receipt) in early


def _use_idle_deposits(tx: Transaction, customer_id: UUID) -> None:
    """A deposit that an undone fallback gave back, while another invoice after grace of its contract is open.

    An instalment takes none: the deposit is deducted at the end.
    """
    rows = invoices_of_customer(tx.session, customer_id)
    if not any(deposit.left for deposit in deposits(tx.session, rows)):
        return
    taking = [row for row in rows if row.payer_kind == PayerKind.CUSTOMER and row.purpose != Purpose.INSTALMENT]
    contracts = {row.number: row.contract_id for row in taking}
    for item in open_invoices(tx, customer_id):
        if item.number not in contracts:
            continue
        idle = deposits_of_contract(tx.session, contracts[item.number])
        keep_uses(tx.session, item.number, use_deposits(idle, item.open), tx.today)
