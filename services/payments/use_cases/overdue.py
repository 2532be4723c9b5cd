"""Whether a customer is late: stated when it begins and when all that is due is paid (clause 3.4, suspension).

A spell begins the day after an invoice was due and ends once all sums due are paid, interest and fee included. Each is
stated once, in order: whoever looks holds the customer, whose row says since when. A duty looks on the day after the
due date; whatever moves money looks as well.
"""

from datetime import date
from uuid import UUID

from chassis.duties import Duty
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, total
from chassis.values.periods import next_day
from chassis.values.refusals import Refused
from services.payments.domain.late_charges import to_charge
from services.payments.domain.late_interest import late_charge
from services.payments.events import ACCOUNT_CLEARED, ACCOUNT_OVERDUE, AccountCleared, AccountOverdue
from services.payments.repository.accounts import accounts_of, customer_row, lock_accounts_of, overdue_customers
from services.payments.repository.invoices import invoices_of_customer
from services.payments.repository.rates import all_rates
from services.payments.use_cases.open_items import open_invoices
from services.payments.use_cases.statements import client_invoices

ACCOUNT_REVIEW = "account-review"
CLAUSE = "3.4"


def review_due(tx: Transaction, duty: Duty) -> None:
    """The duty's day has come: look whether the customer is late."""
    customer_id = UUID(duty.data["customer_id"])
    lock_accounts_of(tx.session, customer_id)
    review_account(tx, customer_id)


def review_account(tx: Transaction, customer_id: UUID) -> None:
    """State that the customer is late, or that it is no more, where that is news; the caller holds the customer."""
    row = customer_row(tx.session, customer_id)
    due = [item for item in open_invoices(tx, customer_id) if item.due_on <= tx.today]
    overdue = [item for item in due if item.due_on < tx.today]
    if row.overdue_since is None and overdue:
        row.overdue_since = next_day(min(item.due_on for item in overdue))
        late = AccountOverdue(
            customer_id=customer_id,
            overdue_since=row.overdue_since,
            invoice_numbers=[item.number for item in overdue],
            amount_open=total(item.open for item in overdue),
        )
        tx.publish(ACCOUNT_OVERDUE, str(customer_id), late)
    elif row.overdue_since is not None and not due and not _owes_charges(tx, customer_id):
        cleared = AccountCleared(customer_id=customer_id, overdue_since=row.overdue_since, cleared_on=tx.today)
        row.overdue_since = None
        tx.publish(ACCOUNT_CLEARED, str(customer_id), cleared)
    tx.session.add(row)
    tx.session.flush()


def review_again(tx: Transaction, customer_id: UUID, due_on: date) -> None:
    """Look again the day after an invoice that is open again was due.

    Under a name of its own: the duty of its issue may be under way in a sweep that waits for the customer.
    """
    plan_review(tx, customer_id, str(new_id()), due_on)


def plan_review(tx: Transaction, customer_id: UUID, subject: str, due_on: date) -> None:
    """Look the day after an invoice was due."""
    tx.put_duty(ACCOUNT_REVIEW, subject, next_day(due_on), CLAUSE, {"customer_id": str(customer_id)})


def review_all(tx: Transaction) -> None:
    """Rates came: whoever is late may owe nothing of what could not be computed until now. Done by the next sweep."""
    for customer_id in overdue_customers(tx.session):
        tx.put_duty(ACCOUNT_REVIEW, str(new_id()), tx.today, CLAUSE, {"customer_id": str(customer_id)})


def _owes_charges(tx: Transaction, customer_id: UUID) -> bool:
    """Whether interest or a fee is owed that nothing asked for yet; what cannot be computed yet is owed."""
    rows, accounts = invoices_of_customer(tx.session, customer_id), accounts_of(tx.session, customer_id)
    rates = all_rates(tx.session)
    try:
        owed = [
            to_charge(late_charge(each.debt, tx.today, each.customer_kind, each.terms, rates), each.charged).total
            for each in client_invoices(tx.session, accounts, rows)
            if each.bears_interest
        ]
    except Refused:
        return True
    return total(owed) > ZERO
