"""The rows of contracts. Rules never live here; constraints do, named as the sentence they hold."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Cents, Instant, JsonText, new_metadata
from chassis.values.money import Money

metadata = new_metadata()


class Table(SQLModel, registry=registry(metadata=metadata)):
    """Base of this service's rows."""


class LegalEntityRow(Table, table=True):
    """A company of the group that sells."""

    __tablename__ = "legal_entity"

    code: str = Field(primary_key=True, max_length=30)
    version: int
    name: str = Field(max_length=200)
    legal_form: str = Field(max_length=50)
    share_capital: Money = Field(sa_type=Cents)
    siret: str = Field(max_length=14)
    vat_number: str = Field(max_length=20)
    rcs: str = Field(max_length=100)
    naf: str = Field(max_length=10)
    activity_number: str | None = Field(max_length=20)
    address: dict[str, Any] = Field(sa_type=JsonText)
    email: str = Field(max_length=254)
    iban: str | None = Field(max_length=34)
    mediator: dict[str, Any] | None = Field(default=None, sa_type=JsonText)


class TermsDocumentRow(Table, table=True):
    """The general terms of a seller in one version: the text as it was given, and the PDF made of it. Never changed."""

    __tablename__ = "terms_document"

    version: str = Field(primary_key=True, max_length=20)
    seller_code: str = Field(primary_key=True, foreign_key="legal_entity.code", max_length=30)
    text: str = Field(sa_type=Text)
    document_sha256: str = Field(max_length=64)


class CustomerRow(Table, table=True):
    """Who orders and pays."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("kind IN ('company', 'sole_trader', 'individual')", name="kind_is_known"),
        CheckConstraint("(kind = 'individual') = (siret IS NULL)", name="professionals_have_a_siret"),
    )

    id: UUID = Field(primary_key=True)
    version: int
    kind: str = Field(max_length=20)
    name: str = Field(max_length=200)
    siret: str | None = Field(max_length=14)
    vat_number: str | None = Field(max_length=20)
    billing_address: dict[str, Any] = Field(sa_type=JsonText)
    email: str = Field(max_length=254)
    contact_name: str = Field(max_length=200)


class PersonRow(Table, table=True):
    """A person who is trained, known by the same id everywhere and for ever."""

    __tablename__ = "person"

    id: UUID = Field(primary_key=True)
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    given_name: str = Field(max_length=200)
    family_name: str = Field(max_length=200)
    email: str | None = Field(max_length=254)


class ProposalRow(Table, table=True):
    """A proposal. `issued`: what its issue froze (parties, course, session, taxes, terms), never changed after."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'issued', 'accepted')", name="state_is_known"),
        CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (issued_on IS NULL)"
            " AND (state = 'draft') = (last_day IS NULL) AND (state = 'draft') = (contract_id IS NULL)"
            " AND (state = 'draft') = (issued IS NULL) AND (state = 'draft') = (document_sha256 IS NULL)",
            name="an_issued_proposal_has_all_that_its_issue_gives",
        ),
        CheckConstraint("last_day >= issued_on", name="the_last_day_follows_the_issue"),
    )

    id: UUID = Field(primary_key=True)
    version: int
    state: str = Field(max_length=10)
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    seller_code: str | None = Field(foreign_key="legal_entity.code", max_length=30)
    course_reference: str | None = Field(max_length=50)
    session_id: UUID | None
    place: str | None = Field(max_length=200)
    billing_address: dict[str, Any] | None = Field(sa_type=JsonText)
    preparation_cost: Money | None = Field(sa_type=Cents)
    opco: str | None = Field(max_length=50)
    number: str | None = Field(default=None, unique=True, max_length=20)
    issued_on: date | None = None
    last_day: date | None = None
    contract_id: UUID | None = Field(default=None, unique=True)
    issued: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    document_sha256: str | None = Field(default=None, max_length=64)


class ProposalLineRow(Table, table=True):
    """A price line; `quantity` and `vat_rate` are exact decimals, as text."""

    __tablename__ = "proposal_line"
    __table_args__ = (CheckConstraint("unit_price >= 0", name="a_unit_price_is_not_negative"),)

    proposal_id: UUID = Field(primary_key=True, foreign_key="proposal.id")
    position: int = Field(primary_key=True)
    description: str = Field(max_length=500)
    quantity: str = Field(max_length=20)
    unit_price: Money = Field(sa_type=Cents)
    vat_rate: str = Field(max_length=10)


class ProposalTraineeRow(Table, table=True):
    """A trainee of a proposal, in order."""

    __tablename__ = "proposal_trainee"

    proposal_id: UUID = Field(primary_key=True, foreign_key="proposal.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    position: int


class AcceptanceRow(Table, table=True):
    """One return of a proposal, as somebody checked it: each is kept, complete or not."""

    __tablename__ = "acceptance"
    __table_args__ = (
        CheckConstraint("state IN ('incomplete', 'complete')", name="state_is_known"),
        CheckConstraint("state = 'incomplete' OR document_sha256 IS NOT NULL", name="a_complete_one_has_its_document"),
        Index(
            "uq_acceptance_one_complete_for_each_proposal",
            "proposal_id",
            unique=True,
            postgresql_where=text("state = 'complete'"),
            sqlite_where=text("state = 'complete'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    state: str = Field(max_length=10)
    missing: list[str] = Field(sa_type=JsonText)
    received_on: date
    recorded_at: datetime = Field(sa_type=Instant)
    checked_by: str = Field(max_length=200)
    statement: str = Field(max_length=200)
    initialled: bool
    stamped: bool
    signed: bool
    terms_initialled: bool
    terms_signed: bool
    document_name: str | None = Field(max_length=200)
    document_sha256: str | None = Field(max_length=64)


class ContractRow(Table, table=True):
    """A signed order and how far it is. `terms`: the snapshot it was signed under."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("state IN ('signed', 'concluded', 'completed', 'withdrawn')", name="state_is_known"),
        CheckConstraint(
            "state = 'withdrawn' OR (state = 'signed') = (concluded_on IS NULL)", name="only_the_deposit_concludes"
        ),
        CheckConstraint(
            "(state = 'completed') = (ended_on IS NOT NULL) AND (state = 'completed') = (opco_due_on IS NOT NULL)"
            " AND (state = 'completed') = (client_billed_from IS NOT NULL)",
            name="a_completed_contract_has_its_end_and_its_grace",
        ),
        CheckConstraint("deposit_amount > 0", name="there_is_a_deposit_to_pay"),
        CheckConstraint("deposit_due_on >= deposit_callable_on", name="no_deposit_is_due_before_it_is_callable"),
        CheckConstraint("concluded_on >= signed_on", name="nothing_is_concluded_before_it_is_signed"),
        CheckConstraint("client_billed_from > opco_due_on", name="the_client_is_billed_after_the_grace"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="a_withdrawn_contract_has_its_day"),
        CheckConstraint(
            "withdrawn_on IS NULL OR withdrawal_ends_on IS NOT NULL AND withdrawn_on <= withdrawal_ends_on",
            name="nobody_withdraws_after_the_last_day",
        ),
        CheckConstraint("deposit_callable_on > withdrawal_ends_on", name="no_deposit_is_callable_during_withdrawal"),
    )

    id: UUID = Field(primary_key=True)
    number: str = Field(unique=True, max_length=20)
    proposal_id: UUID = Field(foreign_key="proposal.id", unique=True)
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    state: str = Field(max_length=10)
    signed_on: date
    session_id: UUID
    starts_on: date
    ends_on: date
    planned_hours: str = Field(max_length=20)
    deposit_amount: Money = Field(sa_type=Cents)
    deposit_callable_on: date
    deposit_due_on: date
    terms: dict[str, Any] = Field(sa_type=JsonText)
    concluded_on: date | None = None
    ended_on: date | None = None
    opco_due_on: date | None = None
    client_billed_from: date | None = None
    withdrawal_ends_on: date | None = None
    withdrawn_on: date | None = None


class OfferRow(Table, table=True):
    """What the website asks for one seat of a session; `vat_rate` is an exact decimal, as text.

    One that staff took back stays, so that no version of it comes twice.
    """

    __tablename__ = "offer"
    __table_args__ = (CheckConstraint("unit_price > 0", name="a_seat_has_a_price"),)

    session_id: UUID = Field(primary_key=True)
    version: int
    seller_code: str = Field(foreign_key="legal_entity.code", max_length=30)
    description: str = Field(max_length=500)
    unit_price: Money = Field(sa_type=Cents)
    vat_rate: str = Field(max_length=10)
    trainer_qualifications: str = Field(max_length=2000)
    taken_back_at: datetime | None = Field(default=None, sa_type=Instant)


class WebsiteOrderRow(Table, table=True):
    """How an individual's contract was ordered. The code that proves the order is kept as its SHA-256 only."""

    __tablename__ = "website_order"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id")
    code_sha256: str = Field(max_length=64)
    ordered_at: datetime = Field(sa_type=Instant)
    statement: str = Field(max_length=200)
    phone: str | None = Field(max_length=30)


class WithdrawalRow(Table, table=True):
    """An individual's declaration of withdrawal: declared on the website and confirmed there, or recorded by staff."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("state IN ('declared', 'confirmed')", name="state_is_known"),
        CheckConstraint("means IN ('website', 'letter', 'email', 'form', 'other')", name="means_are_known"),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL) AND (state = 'confirmed') = (refund_by IS NOT NULL)"
            " AND (state = 'confirmed') = (document_sha256 IS NOT NULL)",
            name="a_confirmed_withdrawal_is_acknowledged",
        ),
        CheckConstraint("(means = 'website') = (recorded_by IS NULL)", name="staff_record_what_others_declare"),
    )

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id")
    state: str = Field(max_length=10)
    means: str = Field(max_length=10)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    dispatched_on: date
    declared_at: datetime = Field(sa_type=Instant)
    recorded_by: str | None = Field(default=None, max_length=200)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    refund_by: date | None = None
    document_sha256: str | None = Field(default=None, max_length=64)
    declarer_document_sha256: str | None = Field(default=None, max_length=64)


class ContractPersonRow(Table, table=True):
    """A trainee of a contract, in order, and the hours attended once it is completed (exact decimals, as text)."""

    __tablename__ = "contract_person"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    position: int
    attended_hours: str | None = Field(default=None, max_length=20)


class TimelineRow(Table, table=True):
    """A fact about a contract or the proposal it comes from, known by the contract id that the issue gave."""

    __tablename__ = "timeline"

    id: UUID = Field(primary_key=True)
    contract_id: UUID = Field(foreign_key="proposal.contract_id", index=True)
    happened_on: date
    recorded_at: datetime = Field(sa_type=Instant)
    kind: str = Field(max_length=50)
    detail: str = Field(max_length=500)
    clause: str | None = Field(max_length=50)


class CounterRow(Table, table=True):
    """The last number given in a series and a year; its row is locked until the number's use is committed."""

    __tablename__ = "counter"

    series: str = Field(primary_key=True, max_length=10)
    year: int = Field(primary_key=True)
    last: int
