"""What contracts states: a signature, a conclusion, an end. Each may come twice; each takes effect once."""

from chassis.mail import Attachment, Mail
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import total
from chassis.values.refusals import Refused
from services.payments.domain.invoice import written_number
from services.payments.domain.opcos import NAMES, code_of
from services.payments.domain.tax_parts import incl_tax
from services.payments.events import ContractCompleted, ContractConcluded, ContractSigned
from services.payments.repository.accounts import Account, lock_account, mark_billed, open_account
from services.payments.repository.receipts import add_deposit_request
from services.payments.repository.series import DEPOSIT_REQUESTS, lock_series
from services.payments.tables import DepositRequestRow
from services.payments.use_cases import papers, wording
from services.payments.use_cases.billing import bill_the_end
from services.payments.use_cases.issuing import PDF, next_number
from services.payments.use_cases.operator_money import book_waiting_money
from services.payments.use_cases.settling import settle


def contract_signed(tx: Transaction, signed: ContractSigned) -> None:
    """Open the contract's account and ask for its deposit (clause 2.2)."""
    _check_price(signed)
    _check_opco(signed)
    if open_account(tx.session, signed):
        _ask_for_deposit(tx, lock_account(tx.session, signed.contract_id))


def contract_concluded(tx: Transaction, concluded: ContractConcluded) -> None:
    """Note that documents and deposit are in."""
    account = lock_account(tx.session, concluded.contract_id)
    account.row.concluded_on = concluded.concluded_on
    tx.session.add(account.row)


def contract_completed(tx: Transaction, completed: ContractCompleted) -> None:
    """Issue the final invoices, once, and book on them what was paid before (clauses 3.2, 3.3 and 3.7)."""
    account = lock_account(tx.session, completed.contract_id)
    if not account.is_billed:
        mark_billed(tx.session, account, completed, tx.today)
        bill_the_end(tx, account, completed)
        book_waiting_money(tx, account)
        settle(tx, account.customer_id)


def _check_price(signed: ContractSigned) -> None:
    """The lines must be worth the price that contracts states: nothing is billed from figures that disagree."""
    price = Account.price_of(signed)
    if (total(part.net for part in price), incl_tax(price)) != (signed.price.excl_tax, signed.price.incl_tax):
        raise Refused("price-disagrees", f"The lines of {signed.contract_number} do not sum to its price.", "3.1")


def _check_opco(signed: ContractSigned) -> None:
    """Whether the operator is named decides who owes at the end: a name that is nobody's is never passed over."""
    if signed.opco_named and code_of(signed.opco_named) is None:
        detail = (
            f"{signed.contract_number} names {signed.opco_named}, which is none of the operators: {', '.join(NAMES)}."
        )
        raise Refused("opco-unknown", detail, "3.3")


def _ask_for_deposit(tx: Transaction, account: Account) -> None:
    deposit = account.signed.deposit
    if not deposit.amount:
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
        due_on=deposit.due_on,
        document_sha256="",
    )
    request.document_sha256 = tx.store_file(papers.deposit_request_page(account, request), PDF)
    add_deposit_request(tx.session, request)
    subject, body = wording.deposit_request_mail(request, account.signed.seller.name, papers.training_title(account))
    attached = [Attachment(f"{request.number}.pdf", request.document_sha256)]
    tx.send_mail(Mail(to=account.signed.customer.email, subject=subject, body=body, attachments=attached))
