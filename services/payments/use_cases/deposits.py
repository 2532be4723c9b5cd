"""Money for a deposit request: each amount received is invoiced (386) that day (clauses, section 7)."""

from chassis.unit_of_work import Transaction
from chassis.values.money import Money, total
from services.payments.domain.deposit import DepositAsked, book_deposit, deposit_parts
from services.payments.domain.invoice import DocumentType, Draft, Purpose, part_lines
from services.payments.domain.tax_parts import Parts
from services.payments.events import DEPOSIT_PAID, DepositPaid
from services.payments.repository.accounts import Account
from services.payments.repository.invoices import as_issued, invoices_of_contract
from services.payments.repository.receipts import received_on
from services.payments.repository.standings import keep_allocation
from services.payments.tables import DepositRequestRow, ReceiptRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.issuing import issue


def book_on_deposit(tx: Transaction, account: Account, request: DepositRequestRow, receipt: ReceiptRow) -> None:
    """Take of a receipt what the deposit still lacks, invoice it, and state when the deposit is whole.

    The rest stays on the receipt. Once the final invoices are out there is no deposit to pay any more.
    """
    if account.is_billed:
        return
    earlier = received_on(tx.session, request.id)
    asked = DepositAsked(request.amount, request.callable_on, account.customer_kind)
    booking = book_deposit(asked, total(amount for _, amount in earlier), receipt.amount, receipt.value_date)
    if not booking.accepted:
        return
    keep_allocation(tx.session, receipt.id, booking.accepted, tx.today, deposit_request_id=request.id)
    issue(tx, account, _deposit_invoice(tx, account, receipt, booking.accepted), receipt.id)
    if booking.completes:
        paid_on = max([receipt.value_date, *(when for when, _ in earlier)])
        paid = DepositPaid(contract_id=account.contract_id, amount=request.amount, paid_on=paid_on)
        tx.publish(DEPOSIT_PAID, str(account.contract_id), paid)


def _deposit_invoice(tx: Transaction, account: Account, receipt: ReceiptRow, amount: Money) -> Draft:
    parts = deposit_parts(account.price, _invoiced(tx, account), amount)
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
    return [
        as_issued(row).says.taxes
        for row in invoices_of_contract(tx.session, account.contract_id)
        if row.document_type == DocumentType.DEPOSIT_INVOICE
    ]
