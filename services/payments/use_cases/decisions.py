"""Operators' decisions about files: kept as they came, then read together with all others (clause 3.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.refusals import Refused
from services.payments.domain.funding import FundingState, TaxBasis, too_late
from services.payments.domain.funding_file import (
    DecisionKind,
    FileStanding,
    Promise,
    at_the_end,
    says_the_same,
    stand,
)
from services.payments.events import FUNDING_APPROVED, FUNDING_REFUSED, FundingApproved, FundingRefused
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.decisions import (
    add_decision,
    as_decided,
    decision_rows,
    hours,
    hundredths,
    keep_what_its_row_tells,
    settle_deliveries,
)
from services.payments.repository.funding import find_file, get_funding_request, lock_opco, requests_of_contract
from services.payments.tables import FundingDecisionRow, FundingRequestRow
from services.payments.use_cases.fallback import bill_what_was_refused

ABOVE_PRICE = "Another operator decided before: together they would fund above the price."


@dataclass(frozen=True, slots=True)
class DecisionNews:
    """What was decided about a file of an operator, by whom it is told, and the business day it came on.

    copy: the approval's own document, where it came along. key: one for each telling; the same again is once.
    """

    file_number: str
    kind: DecisionKind
    decided_at: datetime
    came_on: date
    key: str
    promise: Promise | None = None
    copy: bytes | None = None
    copy_media_type: str = ""
    reason: str | None = None
    delivery_id: UUID | None = None
    recorded_by: str | None = None


def decide(tx: Transaction, opco: str, news: DecisionNews) -> str | None:
    """Keep a decision and read the contract's files anew; why it has no effect, None where it has.

    Refused for a file that is not recorded, and for a promise that comes once the training is billed, unless it
    says again what stands. A refusal that comes after the end bills the client at once.
    """
    file = get_file(tx, opco, news.file_number)
    account = lock_account(tx.session, file.contract_id)
    file = get_file(tx, opco, news.file_number)
    if account.is_billed and news.promise is not None and not _says_what_stands(file, news.promise):
        raise too_late()
    keep_what_its_row_tells(tx.session, file)
    add_decision(tx.session, _row(tx, file, news))
    return _read_anew(tx, account).get((str(file.id), news.key))


def get_file(tx: Transaction, opco: str, file_number: str) -> FundingRequestRow:
    """The file of that number as it stands; Refused where it is not recorded."""
    file = find_file(tx.session, opco, file_number)
    if file is None:
        raise Refused("file-unknown", f"No funding request has the file number {file_number}.", "3.3")
    return file


def _says_what_stands(file: FundingRequestRow, said: Promise) -> bool:
    if file.approved_amount is None or file.approved_tax_basis is None or file.approval_sha256 is None:
        return False
    basis, is_direct = TaxBasis(file.approved_tax_basis), bool(file.direct_payment)
    standing = Promise(file.approved_amount, basis, is_direct, hours(file.approved_hours), file.expires_on)
    return says_the_same(standing, said)


def _row(tx: Transaction, file: FundingRequestRow, news: DecisionNews) -> FundingDecisionRow:
    promise = news.promise
    return FundingDecisionRow(
        id=new_id(),
        request_id=file.id,
        key=news.key,
        delivery_id=news.delivery_id,
        kind=news.kind.value,
        decided_at=news.decided_at,
        came_on=news.came_on,
        amount=promise.amount if promise else None,
        tax_basis=promise.tax_basis.value if promise else None,
        direct_payment=promise.direct_payment if promise else None,
        hours=hundredths(promise.hours) if promise else None,
        expires_on=promise.expires_on if promise else None,
        copy_sha256=None if news.copy is None else tx.store_file(news.copy, news.copy_media_type),
        reason=news.reason,
        recorded_by=news.recorded_by,
    )


def _read_anew(tx: Transaction, account: Account) -> dict[tuple[str, str], str]:
    """Write what the decisions make of every file of a contract; by file and key why one of them has no effect.

    Once the training is billed its files stand as they did at the end, and only a refusal changes one.
    """
    files = requests_of_contract(tx.session, account.contract_id)
    rows = decision_rows(tx.session, files)
    decisions = [as_decided(row) for row in rows]
    if account.completed is not None:
        decisions = at_the_end(decisions, account.completed.ended_on)
    standings = stand((str(file.id) for file in files), decisions, account.price)
    for file in files:
        standing = standings.files[str(file.id)]
        if account.completed is None or standing.state is FundingState.REFUSED:
            _write(tx, account, file, standing)
    settle_deliveries(tx.session, rows, standings.passed_over)
    return dict(standings.passed_over)


def _write(tx: Transaction, account: Account, file: FundingRequestRow, standing: FileStanding) -> None:
    before = (file.state, file.approved_incl_tax, file.direct_payment)
    was_refused, is_promised = file.refused_on is not None, standing.promise is not None
    promise = standing.promise
    file.state = (FundingState.APPROVED if is_promised else FundingState.ASKED).value
    file.approved_amount = promise.amount if promise else None
    file.approved_tax_basis = promise.tax_basis.value if promise else None
    file.approved_hours = hundredths(promise.hours) if promise else None
    file.expires_on = promise.expires_on if promise else None
    file.direct_payment = promise.direct_payment if promise else None
    file.approved_incl_tax, file.approved_on = standing.incl_tax, standing.approved_on
    file.approval_sha256, file.copy_on = standing.copy, standing.copy_on
    file.refused_on, file.refusal_reason = standing.refused_on, standing.reason
    tx.session.add(file)
    tx.session.flush()
    if is_promised and before != (file.state, file.approved_incl_tax, file.direct_payment):
        _state_approved(tx, file)
    is_refused = file.refused_on is not None
    if (is_refused and not was_refused) or (before[0] == FundingState.APPROVED and not is_promised and not is_refused):
        _state_refused(tx, account, file)


def _state_approved(tx: Transaction, file: FundingRequestRow) -> None:
    if file.approved_incl_tax is None or file.direct_payment is None:
        raise ValueError("a promise says how much and how")
    approved = FundingApproved(
        contract_id=file.contract_id,
        opco=file.opco,
        file_number=file.file_number,
        amount_incl_tax=file.approved_incl_tax,
        direct_payment=file.direct_payment,
    )
    tx.publish(FUNDING_APPROVED, str(file.contract_id), approved)


def _state_refused(tx: Transaction, account: Account, file: FundingRequestRow) -> None:
    reason = file.refusal_reason if file.refused_on is not None else ABOVE_PRICE
    refused = FundingRefused(contract_id=file.contract_id, opco=file.opco, file_number=file.file_number, reason=reason)
    tx.publish(FUNDING_REFUSED, str(file.contract_id), refused)
    if account.is_billed:
        bill_what_was_refused(tx, account, file.opco, file.file_number)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an operator decided on paper. promise None: it refuses. copy: the approval's document and its type.

    came_on: the day on which the paper came, None: today.
    """

    promise: Promise | None
    copy: tuple[bytes, str] | None
    reason: str | None
    recorded_by: str
    came_on: date | None


def record_decision(tx: Transaction, request_id: UUID, recorded: Recorded) -> FundingRequestRow:
    """Record what staff was told on paper: of now, so that it stands over all before.

    Invalid where it came after today; Refused where the rules give it no effect; nothing is kept then.
    """
    if recorded.came_on is not None and recorded.came_on > tx.today:
        raise Invalid("The paper cannot have come yet.", [{"at": "came_on", "detail": "it is after today"}])
    named = get_funding_request(tx.session, request_id)
    lock_opco(tx.session, named.opco)
    account = lock_account(tx.session, named.contract_id)
    file = get_file(tx, named.opco, named.file_number)
    if recorded.promise is not None and account.is_billed:
        raise too_late()
    newest = max((row.decided_at for row in decision_rows(tx.session, [file])), default=real_now())
    content, media_type = recorded.copy or (None, "")
    news = DecisionNews(
        file_number=file.file_number,
        # An amendment, whatever stood: it stands over all that was decided before, and comes late.
        kind=DecisionKind.REFUSED if recorded.promise is None else DecisionKind.AMENDED,
        decided_at=max(real_now(), newest + timedelta.resolution),
        came_on=recorded.came_on or tx.today,
        key=f"staff:{new_id()}",
        promise=recorded.promise,
        copy=content,
        copy_media_type=media_type,
        reason=recorded.reason,
        recorded_by=recorded.recorded_by,
    )
    no_effect = decide(tx, named.opco, news)
    if no_effect is not None:
        raise Refused("decision-without-effect", no_effect, "3.3")
    return get_file(tx, named.opco, named.file_number)
