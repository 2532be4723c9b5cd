"""Events of payments: what it reads of the contracts', and what it states itself.

A consumed model declares only what payments uses; amounts, days and terms come with the event and are never
derived again.
"""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from chassis.fields import Amount, Event, Quantity, Rate

CONTRACT_SIGNED = "contracts.contract-signed.v1"
CONTRACT_CONCLUDED = "contracts.contract-concluded.v1"
CONTRACT_COMPLETED = "contracts.contract-completed.v1"
CONTRACT_WITHDRAWN = "contracts.contract-withdrawn.v1"
DEPOSIT_PAID = "payments.deposit-paid.v1"
FUNDING_APPROVED = "payments.funding-approved.v1"
FUNDING_REFUSED = "payments.funding-refused.v1"
CLIENT_BILLED_AFTER_GRACE = "payments.client-billed-after-grace.v1"
REFUND_PAID = "payments.refund-paid.v1"
ACCOUNT_OVERDUE = "payments.account-overdue.v1"
ACCOUNT_CLEARED = "payments.account-cleared.v1"


# Consumed


class Address(Event):
    """A postal address."""

    street: str
    postal_code: str
    city: str
    country: str


class Seller(Event):
    """The legal entity that invoices, with the mentions its documents bear."""

    code: str
    name: str
    legal_form: str
    share_capital: Amount
    siret: str
    vat_number: str
    rcs: str
    naf: str
    activity_number: str | None = None
    address: Address
    email: str
    iban: str | None = None


class Customer(Event):
    """Who ordered."""

    customer_id: UUID
    kind: Literal["company", "sole_trader", "individual"]
    name: str
    siret: str | None = None
    vat_number: str | None = None
    billing_address: Address
    email: str
    contact_name: str | None = None


class Trainee(Event):
    """Who is trained. person_id: null in what was kept before it was read."""

    person_id: UUID | None = None
    given_name: str
    family_name: str


class Course(Event):
    """What is taught."""

    reference: str
    title: str


class Session(Event):
    """When and where. planned_hours for each trainee."""

    starts_on: date
    ends_on: date
    place: str | None = None
    planned_hours: Decimal | None = None


class PriceLine(Event):
    """A line of the price; excl_tax is the line's net."""

    description: str
    quantity: Quantity
    unit_price: Amount
    vat_rate: Rate
    excl_tax: Amount


class Price(Event):
    """The price as contracts computed it."""

    excl_tax: Amount
    vat: Amount
    incl_tax: Amount


class DepositDue(Event):
    """The deposit: how much, from which day it may be asked for, until when it is paid."""

    amount: Amount
    callable_on: date
    due_on: date


class InstalmentDue(Event):
    """A part of an individual's balance, incl. tax, and the training day on which it is asked for."""

    due_on: date
    amount: Amount


class LatePayment(Event):
    """The terms' values for late payment."""

    interest_margin_points: Decimal
    interest_floor_multiple: Decimal
    recovery_fee: Amount


class ContractSigned(Event):
    """A contract was signed: the snapshot everything here is computed from.

    proposal_number: an individual's order. instalments: an individual's, () for others.
    """

    contract_id: UUID
    contract_number: str
    proposal_number: str
    signed_on: date
    seller: Seller
    customer: Customer
    trainees: list[Trainee]
    course: Course
    session: Session
    lines: list[PriceLine]
    price: Price
    deposit: DepositDue
    instalments: tuple[InstalmentDue, ...] = ()
    opco_named: str | None = None
    late_payment: LatePayment


class ContractConcluded(Event):
    """Documents and deposit are in."""

    contract_id: UUID
    concluded_on: date


class Attendance(Event):
    """Hours of one trainee. person_id: null in what was kept before it was read."""

    person_id: UUID | None = None
    planned_hours: Decimal
    attended_hours: Decimal


class ContractCompleted(Event):
    """The training ended; the days are the clause's."""

    contract_id: UUID
    ended_on: date
    opco_due_on: date
    client_billed_from: date
    attendance: list[Attendance]


class ContractWithdrawn(Event):
    """An individual withdrew: what is held is paid back by refund_by, nothing is asked for any more."""

    contract_id: UUID
    withdrawn_on: date
    refund_by: date


# Published


class DepositPaid(Event):
    """The whole deposit is in; paid_on is the value date of the money that completed it."""

    contract_id: UUID
    amount: Amount
    paid_on: date


class FundingApproved(Event):
    """An operator approved a file."""

    contract_id: UUID
    opco: str
    file_number: str
    amount_incl_tax: Amount
    direct_payment: bool


class FundingRefused(Event):
    """An operator refused a file, or its approval stands no longer; reason: as it says."""

    contract_id: UUID
    opco: str
    file_number: str
    reason: str | None = None


class ClientBilledAfterGrace(Event):
    """What an operator did not pay was invoiced to the client."""

    contract_id: UUID
    invoice_number: str
    amount_incl_tax: Amount
    amount_due: Amount
    billed_on: date


class RefundPaid(Event):
    """Money was paid back."""

    contract_id: UUID
    amount: Amount
    paid_on: date


class AccountOverdue(Event):
    """A customer is late since a day; amount_open: of the invoices named, without interest and fee."""

    customer_id: UUID
    overdue_since: date
    invoice_numbers: list[str]
    amount_open: Amount


class AccountCleared(Event):
    """A customer that was late has paid all that was due, interest and fee included."""

    customer_id: UUID
    overdue_since: date
    cleared_on: date
