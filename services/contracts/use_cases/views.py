"""The answers of contracts. They stand here because a keyed request's answer is kept inside its unit of work."""

from datetime import date, datetime
from uuid import UUID

from chassis.fields import Amount, DecimalString, Rate, View


class AddressView(View):
    """A postal address."""

    street: str
    postal_code: str
    city: str
    country: str


class MediatorView(View):
    """The consumer mediator that a seller names (C. conso L616-1)."""

    name: str
    address: AddressView
    website: str


class LegalEntityView(View):
    """A company of the group that sells."""

    code: str
    name: str
    legal_form: str
    share_capital: Amount
    siret: str
    vat_number: str
    rcs: str
    naf: str
    activity_number: str | None
    address: AddressView
    email: str
    iban: str | None
    mediator: MediatorView | None


class CustomerView(View):
    """Who orders and pays."""

    id: UUID
    kind: str
    name: str
    siret: str | None
    vat_number: str | None
    billing_address: AddressView
    email: str
    contact_name: str


class TraineeView(View):
    """A person who is trained."""

    person_id: UUID
    given_name: str
    family_name: str
    email: str | None


class LineView(View):
    """A price line, excl. tax; `vat_rate` in percent."""

    description: str
    quantity: DecimalString
    unit_price: Amount
    vat_rate: Rate
    excl_tax: Amount


class PriceView(View):
    """The whole price; an estimate until the proposal is accepted (clause 3.1)."""

    excl_tax: Amount
    vat: Amount
    incl_tax: Amount


class CourseView(View):
    """The revision of the course that the proposal froze."""

    reference: str
    title: str
    revision: int


class SessionView(View):
    """The session as the proposal froze it; `planned_hours` are those of one trainee."""

    session_id: UUID
    starts_on: date
    ends_on: date
    place: str
    planned_hours: DecimalString


class ReturnView(View):
    """One return of the proposal: what it lacked, when it was received, who checked it (told to staff only)."""

    state: str
    missing: list[str]
    received_on: date
    checked_by: str | None
    document_sha256: str | None


class ProposalView(View):
    """A proposal. From `number` on, null until it is issued; `missing` is null from then on."""

    id: UUID
    state: str
    customer_id: UUID
    seller: str | None
    course_reference: str | None
    session_id: UUID | None
    place: str | None
    trainees: list[TraineeView]
    lines: list[LineView]
    price: PriceView | None
    billing_address: AddressView | None
    preparation_cost: Amount | None
    opco: str | None
    returns: list[ReturnView]
    number: str | None
    issued_on: date | None
    last_day: date | None
    deposit: Amount | None
    course: CourseView | None
    session: SessionView | None
    terms_version: str | None
    contract_id: UUID | None
    document_sha256: str | None


class AcceptanceView(View):
    """What came of a return; a complete one made the contract."""

    state: str
    missing: list[str]
    contract_id: UUID | None
    contract_number: str | None


class DepositView(View):
    """The deposit, incl. tax: not asked for before `callable_on`, due through `due_on` (clause 2.2)."""

    amount: Amount
    callable_on: date
    due_on: date


class InstalmentView(View):
    """A part of an individual's balance, incl. tax, payable that day (C. trav. L6353-6)."""

    due_on: date
    amount: Amount


class ContractTraineeView(View):
    """A trainee of the contract; `attended_hours` once it is completed."""

    person_id: UUID
    given_name: str
    family_name: str
    attended_hours: DecimalString | None


class ContractView(View):
    """A signed order: `signed`, then `concluded` (the whole deposit is in), then `completed`; or `withdrawn`.

    From `withdrawal_ends_on` on, for individuals only: the last day on which they can withdraw, the day on which they
    did, and how the balance is paid.
    """

    id: UUID
    number: str
    state: str
    customer_id: UUID
    seller: str
    proposal_id: UUID
    proposal_number: str
    signed_on: date
    concluded_on: date | None
    ended_on: date | None
    opco_due_on: date | None
    client_billed_from: date | None
    withdrawal_ends_on: date | None
    withdrawn_on: date | None
    instalments: list[InstalmentView]
    course: CourseView
    session: SessionView
    trainees: list[ContractTraineeView]
    lines: list[LineView]
    price: PriceView
    deposit: DepositView
    opco_named: str | None
    terms_version: str
    particular_conditions: list[str]


class TimelineEntryView(View):
    """A fact, the business day it happened on, and the clause it rests on."""

    happened_on: date
    recorded_at: datetime
    kind: str
    detail: str
    clause: str | None


class TermView(View):
    """One value of the terms and the clause it stands in."""

    value: str | int | bool
    clause: str


class TermsView(View):
    """A published version of the general terms: its values by name."""

    version: str
    in_force_from: date
    values: dict[str, TermView]


class TermsDocumentView(View):
    """A seller's general terms in a version, as a document known by its SHA-256."""

    version: str
    seller: str
    document_sha256: str


class OfferedSessionView(View):
    """The session as the catalog has it at this moment; `planned_hours` are those of one trainee."""

    course_reference: str
    starts_on: date
    ends_on: date
    place: str
    planned_hours: DecimalString
    seats_left: int


class OfferView(View):
    """What the website shows of a seat, and what an order of today would give.

    `withdrawal_ends_on`: the last day of withdrawal for an order of today. `orderable`: whether the session starts
    after it and has a seat left, and the seller has what it needs to sell to individuals. `acceptance_statement`: what
    the order must bear. `terms_document`: the path of the general terms to show and accept; `mediator`: whom a consumer
    may turn to. Both are null where the seller lacks them.
    """

    session_id: UUID
    seller: str
    description: str
    unit_price: Amount
    vat_rate: Rate
    trainer_qualifications: str
    price: PriceView
    deposit: Amount
    session: OfferedSessionView
    withdrawal_days: int
    withdrawal_ends_on: date
    orderable: bool
    acceptance_statement: str
    terms_version: str
    terms_document: str | None
    mediator: MediatorView | None


class OrderView(View):
    """The contract that the order made.

    `order_code` proves the order without an account: it is told here and by mail, which hold it as long
    as they are kept; the order holds its hash.
    """

    contract_id: UUID
    contract_number: str
    order_number: str
    signed_on: date
    price: PriceView
    withdrawal_ends_on: date
    deposit: DepositView
    instalments: list[InstalmentView]
    order_code: str


class WithdrawalView(View):
    """A withdrawal, `declared` or `confirmed`; `next_step`, in French, says what is left to do and for whom.

    A declaration of `withdrawn_on` is confirmed through `confirm_by`; what was paid is back through `refund_by`.
    """

    contract_id: UUID
    contract_number: str
    state: str
    means: str
    name: str
    email: str
    withdrawn_on: date
    declared_at: datetime
    last_day: date
    confirm_by: date
    confirmed_at: datetime | None
    refund_by: date | None
    next_step: str
