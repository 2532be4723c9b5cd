"""What is open of a customer's invoices."""

from uuid import UUID

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO
from services.payments.domain.allocation import OpenItem
from services.payments.domain.invoice import Draft, PayerKind, Purpose
from services.payments.repository.accounts import accounts_of
from services.payments.repository.invoices import invoices_of_customer
from services.payments.repository.standings import standings


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
            interest_on=interest_on(standing.invoice.says),
            money_from=money_from[rows[standing.invoice.number].contract_id],
        )
        for standing in standings(tx.session, rows.values())
        if standing.open > ZERO
    ]
    return sorted(items, key=lambda item: (item.due_on, item.number))


def interest_on(says: Draft) -> str | None:
    """The late invoice whose interest and fee a document asks for; None for any other."""
    return says.follows if says.purpose is Purpose.INTEREST_AND_FEE else None
