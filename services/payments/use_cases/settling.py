"""No credit idles beside a debt: what is left of a customer's own pays whatever it owes (C. civ. 1343-1).

Called at the end of whatever makes an invoice of the client or frees deposit or money of its own. The caller holds
the customer.
"""

from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO
from services.payments.domain.allocation import OpenItem, spread
from services.payments.domain.deposit import use_deposits
from services.payments.domain.invoice import Payer, PayerKind
from services.payments.repository.invoices import invoices_of_customer
from services.payments.repository.receipts import rests
from services.payments.repository.standings import deposits_of_contract, keep_allocation, keep_uses, standings
from services.payments.tables import InvoiceRow


def settle(tx: Transaction, customer_id: UUID) -> None:
    """Set deposits not used against the same contract's open invoices, then what is left of receipts against all.

    Receipts by value date, invoices the oldest due first.
    """
    _use_idle_deposits(tx, customer_id)
    left = rests(tx.session, Payer(PayerKind.CUSTOMER, str(customer_id)))
    if not left:
        return
    receipts = [(str(receipt.id), rest) for receipt, rest in left]
    for receipt_id, number, amount in spread(receipts, open_invoices(tx, customer_id)):
        keep_allocation(tx.session, UUID(receipt_id), amount, tx.today, number)


def open_invoices(tx: Transaction, customer_id: UUID) -> list[OpenItem]:
    """What is open of the invoices addressed to a customer, the oldest due first."""
    items = [
        OpenItem(standing.invoice.number, standing.invoice.due_on or standing.invoice.issued_on, standing.open)
        for standing in standings(tx.session, _addressed(tx, customer_id))
        if standing.open > ZERO
    ]
    return sorted(items, key=lambda item: (item.due_on, item.number))


def _use_idle_deposits(tx: Transaction, customer_id: UUID) -> None:
    """A deposit that an undone fallback gave back, while another invoice after grace of its contract is open."""
    contracts = {row.number: row.contract_id for row in _addressed(tx, customer_id)}
    for item in open_invoices(tx, customer_id):
        idle = deposits_of_contract(tx.session, contracts[item.number])
        keep_uses(tx.session, item.number, use_deposits(idle, item.open), tx.today)


def _addressed(tx: Transaction, customer_id: UUID) -> list[InvoiceRow]:
    return [row for row in invoices_of_customer(tx.session, customer_id) if row.payer_kind == PayerKind.CUSTOMER]
