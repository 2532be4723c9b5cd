"""Funding requests and the approvals that answer them (clause 3.3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.funding import (
    FundingState,
    TaxBasis,
    approved_incl_tax,
    check_approval,
    check_request,
)
from services.payments.events import FUNDING_APPROVED, FundingApproved
from services.payments.repository.accounts import lock_account
from services.payments.repository.funding import (
    add_funding_request,
    approved_by_others,
    find_file,
    find_opco,
)
from services.payments.tables import FundingRequestRow


@dataclass(frozen=True, slots=True)
class NewFundingRequest:
    """What was asked of an operator; requested_on None: today."""

    contract_id: UUID
    opco: str
    file_number: str
    amount_asked: Money
    requested_on: date | None


@dataclass(frozen=True, slots=True)
class ApprovalNews:
    """What an operator's message says of a file. copy: the approval's own document, where it came along."""

    file_number: str
    amount: Money
    tax_basis: TaxBasis
    direct_payment: bool
    copy: bytes | None
    copy_media_type: str


def request_funding(tx: Transaction, new: NewFundingRequest) -> FundingRequestRow:
    """Record a request; Refused once the training has started, above the price, or for an operator without address."""
    account = lock_account(tx.session, new.contract_id)
    requested_on = new.requested_on or tx.today
    if requested_on > tx.today:
        raise Invalid("The request cannot be recorded yet.", [{"at": "requested_on", "detail": "it is after today"}])
    check_request(new.amount_asked, account.price, requested_on, account.signed.session.starts_on)
    if find_opco(tx.session, new.opco) is None:
        raise Refused(
            "opco-without-address",
            f"Set the billing address of {new.opco} first (PUT /v1/opcos/{new.opco}): it is to be invoiced.",
            "3.3",
        )
    if find_file(tx.session, new.opco, new.file_number) is not None:
        raise file_taken()
    row = FundingRequestRow(
        id=new_id(),
        contract_id=account.contract_id,
        customer_id=account.customer_id,
        opco=new.opco,
        file_number=new.file_number,
        amount_asked=new.amount_asked,
        requested_on=requested_on,
        state=FundingState.ASKED.value,
    )
    add_funding_request(tx.session, row)
    return row


def file_taken() -> Refused:
    """The operator's file number belongs to a request that stands."""
    return Refused("file-number-taken", "This operator's file number belongs to another funding request.", "3.3")


def approve(tx: Transaction, opco: str, news: ApprovalNews) -> None:
    """Apply an approval to its file; Refused, so that it waits for staff, where it cannot be applied as it is.

    The same approval again changes nothing but may bring the copy that was missing.
    """
    file = find_file(tx.session, opco, news.file_number)
    if file is None:
        raise Refused("file-unknown", f"No funding request has the file number {news.file_number}.", "3.3")
    account = lock_account(tx.session, file.contract_id)
    file = find_file(tx.session, opco, news.file_number) or file
    incl_tax = approved_incl_tax(news.amount, news.tax_basis, account.price)
    is_first = file.state != FundingState.APPROVED
    if not is_first and (file.approved_incl_tax, file.direct_payment) != (incl_tax, news.direct_payment):
        raise Refused("approval-differs", f"The file {news.file_number} was approved otherwise before.", "3.3")
    if is_first or file.approval_sha256 is None:
        check_approval(incl_tax, approved_by_others(tx.session, file), account.price, ended=account.is_billed)
    if news.copy is not None and file.approval_sha256 is None:
        file.approval_sha256 = tx.store_file(news.copy, news.copy_media_type)
    if is_first:
        _set_approved(tx, file, news, incl_tax)
    tx.session.add(file)
    tx.session.flush()


def _set_approved(tx: Transaction, file: FundingRequestRow, news: ApprovalNews, incl_tax: Money) -> None:
    file.state = FundingState.APPROVED.value
    file.approved_amount, file.approved_tax_basis = news.amount, news.tax_basis.value
    file.approved_incl_tax, file.direct_payment = incl_tax, news.direct_payment
    file.approved_on = tx.today
    approved = FundingApproved(
        contract_id=file.contract_id,
        opco=file.opco,
        file_number=file.file_number,
        amount_incl_tax=incl_tax,
        direct_payment=news.direct_payment,
    )
    tx.publish(FUNDING_APPROVED, str(file.contract_id), approved)
