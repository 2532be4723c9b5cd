"""Asking for a contract's deposit: at the signature, of an individual once it may withdraw no more (clause 2.1)."""

from uuid import UUID

from chassis.duties import Duty
from chassis.mail import Attachment, Mail
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import total
from services.payments.domain.early_money import is_early
from services.payments.domain.invoice import Payer, PayerKind, written_number
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.receipts import add_deposit_request, request_of_contract, rests
from services.payments.repository.series import DEPOSIT_REQUESTS, lock_series
from services.payments.tables import DepositRequestRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.deposits import book_on_deposit
from services.payments.use_cases.early_money import early_money_of
from services.payments.use_cases.issuing import PDF, next_number
from services.payments.use_cases.names import contract_named

DEPOSIT_CALLABLE = "deposit-callable"


def plan_deposit(tx: Transaction, account: Account) -> None:
    """Ask for the deposit now or, where that is too early, on its day."""
    callable_on = account.signed.deposit.callable_on
    if callable_on > tx.today:
        tx.put_duty(DEPOSIT_CALLABLE, str(account.contract_id), callable_on, "2.1")
    else:
        ask_for_deposit(tx, account)


def deposit_callable(tx: Transaction, duty: Duty) -> None:
    """The duty's day has come: the deposit may be asked for."""
    ask_for_deposit(tx, lock_account(tx.session, UUID(duty.subject)))


def ask_for_deposit(tx: Transaction, account: Account) -> None:
    """Send the deposit request, once; nothing of what was withdrawn from or is billed already."""
    deposit = account.signed.deposit
    if not (deposit.amount and account.stands) or request_of_contract(tx.session, account.contract_id):
        return
    series = lock_series(tx.session, DEPOSIT_REQUESTS, account.signed.seller.code)
    issued_on = next_number(series, tx.today)
    request = DepositRequestRow(
        id=new_id(),
        number=written_number(series.prefix, series.last_year, series.last_position),
        contract_id=account.contract_id,
        customer_id=account.customer_id,
        amount=deposit.amount,
        issued_on=issued_on,
        callable_on=deposit.callable_on,
        due_on=max(deposit.due_on, issued_on),
        document_sha256="",
    )
    request.document_sha256 = tx.store_file(papers.deposit_request_page(account, request), PDF)
    add_deposit_request(tx.session, request)
    kept_apart = total(held.left for held in early_money_of(tx, account))
    subject, body = wording.deposit_request_mail(
        request, account.signed.seller.name, papers.training_title(account), kept_apart
    )
    attached = [Attachment(f"{request.number}.pdf", request.document_sha256)]
    tx.send_mail(Mail(to=account.signed.customer.email, subject=subject, body=body, attachments=attached))
    _book_what_came_in_time(tx, account, request)


def _book_what_came_in_time(tx: Transaction, account: Account, request: DepositRequestRow) -> None:
    """An individual's money dated from the callable day on that was booked before the request was made."""
    money_from = account.row.money_from
    if money_from is None:
        return
    for receipt, rest in rests(tx.session, Payer(PayerKind.CUSTOMER, str(account.customer_id))):
        is_for = contract_named(tx.session, receipt) in (None, account.contract_id)
        if is_for and not is_early(receipt.value_date, money_from):
            book_on_deposit(tx, account, request, receipt, rest)
