"""Funding requests (clause 3.3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.problems import Invalid
from chassis.unit_of_work import Transaction
from chassis.values.identifiers import new_id
from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.payments.domain.funding import FundingState, check_fundable, check_request
from services.payments.repository.accounts import Account, lock_account
from services.payments.repository.funding import add_funding_request, find_file, lock_opco
from services.payments.tables import FundingRequestRow
from services.payments.use_cases.webhooks import read_waiting


@dataclass(frozen=True, slots=True)
class NewFundingRequest:
    """What was asked of an operator; requested_on None: today. trainees: whose, by person_id; none: everybody's."""

    contract_id: UUID
    opco: str
    file_number: str
    amount_asked: Money
    requested_on: date | None
    trainees: tuple[UUID, ...]


def request_funding(tx: Transaction, new: NewFundingRequest) -> FundingRequestRow:
    """Record a request, and apply the approvals that came before it.

    Refused before the signature, once the training has started or is billed, above the price, or for an operator
    without address.
    """
    opco = lock_opco(tx.session, new.opco)
    account = lock_account(tx.session, new.contract_id)
    requested_on = new.requested_on or tx.today
    if requested_on > tx.today:
        raise Invalid("The request cannot be recorded yet.", [{"at": "requested_on", "detail": "it is after today"}])
    signed = account.signed
    check_fundable(account.customer_kind)
    check_request(new.amount_asked, account.price, requested_on, signed.signed_on, signed.session.starts_on)
    if account.is_billed:
        raise Refused("funding-asked-too-late", "The training is billed: no operator can be asked any more.", "3.3")
    _check_trainees(account, new.trainees)
    if opco is None:
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
        trainees=[str(person) for person in new.trainees] or None,
    )
    add_funding_request(tx.session, row)
    read_waiting(tx, new.opco, new.file_number)
    return row


def _check_trainees(account: Account, trainees: tuple[UUID, ...]) -> None:
    strangers = set(trainees) - {trainee.person_id for trainee in account.signed.trainees}
    if strangers:
        unknown = ", ".join(sorted(map(str, strangers)))
        raise Invalid("A file is for trainees of its contract.", [{"at": "trainees", "detail": f"not one: {unknown}"}])


def file_taken() -> Refused:
    """The operator's file number belongs to a request that stands."""
    return Refused("file-number-taken", "This operator's file number belongs to another funding request.", "3.3")
