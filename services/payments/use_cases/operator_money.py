"""Money of an operator: its own case only, in time or late (clause 3.3)."""

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO, Money
from services.payments.domain.fallback import is_in_time, late_money
from services.payments.domain.standing import Standing
from services.payments.repository.accounts import Account
from services.payments.repository.standings import keep_allocation
from services.payments.tables import FundingRequestRow, ReceiptRow
from services.payments.use_cases.fallback import after_grace_of, fall_back_now, operator_standings, undo_for


def operator_invoice_of_file(tx: Transaction, account: Account, file: FundingRequestRow) -> str | None:
    """The number of the invoice that the operator of a file got at the end; None before, or where it got none."""
    for standing in operator_standings(tx, account):
        says = standing.invoice.says
        if (says.payer.id, says.file_number, says.reissues) == (file.opco, file.file_number, None):
            return standing.invoice.number
    return None


def book_operator_money(tx: Transaction, account: Account, receipt: ReceiptRow, operator_invoice: str) -> None:
    """Pay the operator's invoice; after the fallback undo it for money dated in time, else pay the client's invoice.

    Late money finds the fallback done, even where no sweep has run yet: it is done here first. What no invoice
    takes stays on the receipt, for staff.
    """
    completed = account.completed
    if completed is None:
        return
    in_time = is_in_time(receipt.value_date, completed.opco_due_on)
    if not in_time:
        fall_back_now(tx, account)
    operator = _standing(tx, account, operator_invoice)
    left = _pay(tx, receipt, operator, receipt.amount)
    if not left:
        return
    if in_time:
        undo_for(tx, account, receipt, left, operator)
        return
    after_grace = after_grace_of(tx, account, operator_invoice)
    if after_grace is not None:
        _pay(tx, receipt, after_grace, left)


def _pay(tx: Transaction, receipt: ReceiptRow, standing: Standing, amount: Money) -> Money:
    """Pay what is open of an invoice; what is left of the amount."""
    pays, left = late_money(amount, max(standing.open, ZERO))
    if pays:
        keep_allocation(tx.session, receipt.id, pays, tx.today, standing.invoice.number)
    return left


def _standing(tx: Transaction, account: Account, number: str) -> Standing:
    return next(each for each in operator_standings(tx, account) if each.invoice.number == number)
