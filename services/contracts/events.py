"""The events that contracts publishes and those that it reads."""

from datetime import date, datetime
from uuid import UUID

from chassis.fields import Amount, DecimalString, Event, Rate

CONTRACT_SIGNED = "contracts.contract-signed.v1"
CONTRACT_CONCLUDED = "contracts.contract-concluded.v1"
CONTRACT_COMPLETED = "contracts.contract-completed.v1"
CONTRACT_WITHDRAWN = "contracts.contract-withdrawn.v1"

# Published


class EventAddress(Event):
    """A postal address."""

    street: str
    postal_code: str
    city: str
    country: str


class EventSeller(Event):
    """The company that sells, with the mentions of its documents."""

    code: str
    name: str
    legal_form: str
    share_capital: Amount
    siret: str
    vat_number: str
    rcs: str
    naf: str
    activity_number: str | None
    address: EventAddress
    email: str
    iban: str | None


class EventCustomer(Event):
    """Who ordered; the address is the one to bill."""

    customer_id: UUID
    kind: str
    name: str
    siret: str | None
    vat_number: str | None
    billing_address: EventAddress
    email: str
    contact_name: str


class EventTrainee(Event):
    """A person who is trained."""

    person_id: UUID
    given_name: str
    family_name: str


class EventCourse(Event):
    """The course's frozen revision."""

    reference: str
    title: str
    revision: int


class EventSession(Event):
    """The session; `planned_hours` are those of one trainee."""

    session_id: UUID
    starts_on: date
    ends_on: date
    place: str
    planned_hours: DecimalString


class EventLine(Event):
    """A price line, excl. tax."""

    description: str
    quantity: DecimalString
    unit_price: Amount
    vat_rate: Rate
    excl_tax: Amount


class EventPrice(Event):
    """The whole price."""

    excl_tax: Amount
    vat: Amount
    incl_tax: Amount


class EventDeposit(Event):
    """The deposit, incl. tax, and its days (clause 2.2)."""

    amount: Amount
    callable_on: date
    due_on: date


class EventInstalment(Event):
    """A part of an individual's balance, incl. tax, payable on a training day (C. trav. L6353-6)."""

    due_on: date
    amount: Amount


class EventLatePayment(Event):
    """What clause 3.4 says of late payment, as this contract's terms have it."""

    interest_margin_points: DecimalString
    interest_floor_multiple: DecimalString
    recovery_fee: Amount


class ContractSigned(Event):
    """A proposal was accepted in full, or an individual ordered on the website: all that a consumer needs.

    proposal_number: for an individual, the number of the order. withdrawal_ends_on: the last day, in full, on which
    an individual can withdraw; None for professionals, who have no instalments either.
    """

    contract_id: UUID
    contract_number: str
    proposal_number: str
    signed_on: date
    seller: EventSeller
    customer: EventCustomer
    trainees: list[EventTrainee]
    course: EventCourse
    session: EventSession
    lines: list[EventLine]
    price: EventPrice
    deposit: EventDeposit
    withdrawal_ends_on: date | None
    instalments: list[EventInstalment]
    opco_named: str | None
    late_payment: EventLatePayment
    terms_version: str
    seats: int


class ContractConcluded(Event):
    """Signed documents and the whole deposit are in."""

    contract_id: UUID
    contract_number: str
    concluded_on: date


class ContractWithdrawn(Event):
    """An individual withdrew in time: nothing is owed any more, and what was paid goes back through `refund_by`.

    withdrawn_on: the day on which the declaration was sent, which is the one that counts. confirmed_at: when it was
    confirmed or recorded here.
    """

    contract_id: UUID
    contract_number: str
    session_id: UUID
    seats: int
    withdrawn_on: date
    confirmed_at: datetime
    refund_by: date


class EventAttendance(Event):
    """A trainee's planned and attended hours."""

    person_id: UUID
    planned_hours: DecimalString
    attended_hours: DecimalString


class ContractCompleted(Event):
    """The training is over; the operator's grace runs through `opco_due_on` (clause 3.3)."""

    contract_id: UUID
    ended_on: date
    opco_due_on: date
    client_billed_from: date
    attendance: list[EventAttendance]


# Consumed


class DepositPaid(Event):
    """payments.deposit-paid.v1: `paid_on` is the value date of the receipt that completed the deposit."""

    contract_id: UUID
    amount: Amount
    paid_on: date


class FundingApproved(Event):
    """payments.funding-approved.v1."""

    contract_id: UUID
    opco: str
    file_number: str
    amount_incl_tax: Amount
    direct_payment: bool


class FundingRefused(Event):
    """payments.funding-refused.v1."""

    contract_id: UUID
    opco: str
    file_number: str
    reason: str | None = None


class RefundPaid(Event):
    """payments.refund-paid.v1."""

    contract_id: UUID
    amount: Amount
    paid_on: date


class ClientBilledAfterGrace(Event):
    """payments.client-billed-after-grace.v1."""

    contract_id: UUID
    invoice_number: str
    amount_incl_tax: Amount
    amount_due: Amount
    billed_on: date
