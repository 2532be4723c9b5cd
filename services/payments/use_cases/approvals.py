"""The approvals that answer funding requests (clause 3.3)."""

from dataclasses import dataclass
from datetime import date

from chassis.unit_of_work import Transaction
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.funding import FundingState, TaxBasis, approved_incl_tax, check_approval
from services.payments.events import FUNDING_APPROVED, FundingApproved
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.funding import approved_by_others, find_file
from services.payments.tables import FundingRequestRow


@dataclass(frozen=True, slots=True)
class ApprovalNews:
    """What an operator's message says of a file, and the business day it came on.

    copy: the approval's own document, where it came along.
    """

    file_number: str
    amount: Money
    tax_basis: TaxBasis
    direct_payment: bool
    copy: bytes | None
    copy_media_type: str
    came_on: date


def approve(tx: Transaction, opco: str, news: ApprovalNews) -> None:
    """Apply an approval to its file; Refused, so that it waits for staff, where it cannot be applied as it is.

    The same approval again changes nothing but may bring the copy that was missing. What comes after the end of
    the training is kept with its day and counts for nothing (domain/funding.py).
    """
    file = find_file(tx.session, opco, news.file_number)
    if file is None:
        raise Refused("file-unknown", f"No funding request has the file number {news.file_number}.", "3.3")
    account = lock_account(tx.session, file.contract_id)
    file = find_file(tx.session, opco, news.file_number) or file
    by_others, _ = approved_by_others(tx.session, file)
    incl_tax = _incl_tax(tx, account, file, news)
    is_first = file.state != FundingState.APPROVED
    if not is_first and (file.approved_incl_tax, file.direct_payment) != (incl_tax, news.direct_payment):
        raise Refused("approval-differs", f"The file {news.file_number} was approved otherwise before.", "3.3")
    if is_first or file.approval_sha256 is None:
        check_approval(incl_tax, by_others, account.price, ended=account.is_billed)
    if news.copy is not None and file.approval_sha256 is None:
        file.approval_sha256, file.copy_on = tx.store_file(news.copy, news.copy_media_type), news.came_on
    if is_first:
        _set_approved(tx, file, news, incl_tax)
    tx.session.add(file)
    tx.session.flush()


def _incl_tax(tx: Transaction, account: Account, file: FundingRequestRow, news: ApprovalNews) -> Money:
    """What the approval is worth; said again in the same words, what it was worth the first time."""
    is_same = (file.approved_amount, file.approved_tax_basis) == (news.amount, news.tax_basis)
    if is_same and file.approved_incl_tax is not None:
        return file.approved_incl_tax
    _, net_before = approved_by_others(tx.session, file)
    return approved_incl_tax(news.amount, news.tax_basis, account.price, net_before)


def _set_approved(tx: Transaction, file: FundingRequestRow, news: ApprovalNews, incl_tax: Money) -> None:
    file.state = FundingState.APPROVED.value
    file.approved_amount, file.approved_tax_basis = news.amount, news.tax_basis.value
    file.approved_incl_tax, file.direct_payment = incl_tax, news.direct_payment
    file.approved_on = news.came_on
    approved = FundingApproved(
        contract_id=file.contract_id,
        opco=file.opco,
        file_number=file.file_number,
        amount_incl_tax=incl_tax,
        direct_payment=news.direct_payment,
    )
    tx.publish(FUNDING_APPROVED, str(file.contract_id), approved)
