"""Money for a deposit request: each amount received is invoiced (386) that day (clauses, section 7)."""

from datetime import date

from chassis.unit_of_work import Transaction
from chassis.values.money import ZERO, Money, total
from services.payments.domain.deposit import DepositAsked, DepositBooking, book_deposit, deposit_parts, take_as_deposit
from services.payments.domain.early_money import counts_from
from services.payments.domain.invoice import DocumentType, Draft, Purpose, part_lines
from services.payments.domain.tax_parts import Parts, less
from services.payments.events import DEPOSIT_PAID, DepositPaid
from services.payments.repository.accounts import Account
from services.payments.repository.invoices import as_issued, invoices_of_contract
from services.payments.repository.receipts import received_on
from services.payments.repository.standings import keep_allocation
from services.payments.tables import DepositRequestRow, ReceiptRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.issuing import issue


def takes(tx: Transaction, account: Account, request: DepositRequestRow, value_date: date) -> Money:
    """How much of money with this value date the deposit still takes."""
    return _booking(tx, account, request, request.amount, value_date).accepted


def lacking(tx: Transaction, request: DepositRequestRow) -> Money:
    """What the deposit still lacks."""
    return request.amount - _received(tx, request)


def book_on_deposit(
    tx: Transaction, account: Account, request: DepositRequestRow, receipt: ReceiptRow, amount: Money
) -> Money:
    """Take of a receipt what the deposit still lacks, invoice it, and state when the deposit is whole.

    What is left of the amount: it stays on the receipt.
    """
    booking = _booking(tx, account, request, amount, receipt.value_date)
    if booking.accepted:
        _book(tx, account, request, receipt, booking)
    return booking.kept_apart


def book_confirmed(
    tx: Transaction, account: Account, request: DepositRequestRow, receipt: ReceiptRow, amount: Money
) -> None:
    """Take money that came early, and that the client confirmed, as deposit."""
    _book(tx, account, request, receipt, take_as_deposit(_asked(account, request), _received(tx, request), amount))


def _booking(
    tx: Transaction, account: Account, request: DepositRequestRow, amount: Money, value_date: date
) -> DepositBooking:
    """Once the final invoices are out, or the client withdrew, there is no deposit to pay any more."""
    if not account.stands:
        return DepositBooking(ZERO, amount, completes=False)
    return book_deposit(_asked(account, request), _received(tx, request), amount, value_date)


def _book(
    tx: Transaction, account: Account, request: DepositRequestRow, receipt: ReceiptRow, booking: DepositBooking
) -> None:
    keep_allocation(tx.session, receipt.id, booking.accepted, tx.today, deposit_request_id=request.id)
    issue(tx, account, _deposit_invoice(tx, account, request, receipt, booking.accepted), receipt.id)
    if booking.completes:
        parts, money_from = received_on(tx.session, request.id), account.row.money_from
        paid_on = max(counts_from(part.value_date, part.booked_on, money_from) for part in parts)
        paid = DepositPaid(contract_id=account.contract_id, amount=request.amount, paid_on=paid_on)
        tx.publish(DEPOSIT_PAID, str(account.contract_id), paid)


def _asked(account: Account, request: DepositRequestRow) -> DepositAsked:
    return DepositAsked(request.amount, account.row.money_from)


def _received(tx: Transaction, request: DepositRequestRow) -> Money:
    return total(part.amount for part in received_on(tx.session, request.id))


def _deposit_invoice(
    tx: Transaction, account: Account, request: DepositRequestRow, receipt: ReceiptRow, amount: Money
) -> Draft:
    parts = deposit_parts(account.price, request.amount, _invoiced(tx, account), amount)
    return Draft(
        document_type=DocumentType.DEPOSIT_INVOICE,
        purpose=Purpose.DEPOSIT,
        payer=papers.customer_payer(account),
        clause="2.2",
        clause_day=receipt.value_date,
        lines=part_lines(wording.deposit_line(papers.training_title(account)), parts),
        taxes=parts,
        received=amount,
        received_on=receipt.value_date,
    )


def _invoiced(tx: Transaction, account: Account) -> list[Parts]:
    """The deposit invoices less what deposit credit notes took back of them."""
    invoiced: dict[str, Parts] = {}
    for row in invoices_of_contract(tx.session, account.contract_id):
        if row.document_type == DocumentType.DEPOSIT_INVOICE:
            invoiced[row.number] = as_issued(row).says.taxes
        if row.document_type == DocumentType.DEPOSIT_CREDIT_NOTE and row.credits_number is not None:
            invoiced[row.credits_number] = less(invoiced[row.credits_number], as_issued(row).says.taxes)
    return list(invoiced.values())
