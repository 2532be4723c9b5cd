"""Rows of payments. What was issued, received, allocated, used or paid back is only ever added to: the database
refuses its change or removal on both engines (clauses, section 7)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from chassis.columns import Cents, Instant, JsonText, new_metadata
from chassis.values.money import Money
from services.payments.triggers import keep_for_ever


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    """Base of this service's rows."""


class CustomerRow(Table, table=True):
    """One customer. Its lock orders everything that touches the money of any of its contracts.

    overdue_since: the first day on which it was late, until all that is due is paid.
    """

    __tablename__ = "customer"

    customer_id: UUID = Field(primary_key=True, sa_type=Uuid)
    overdue_since: date | None = None


class ContractAccountRow(Table, table=True):
    """One signed contract: the snapshot that contracts published, and how far its money went.

    money_from: an individual's; money that came before is kept apart. refund_by: the last day to pay back what was
    held at its withdrawal.
    """

    __tablename__ = "contract_account"

    contract_id: UUID = Field(primary_key=True, sa_type=Uuid)
    contract_number: str = Field(sa_type=String(40), unique=True)
    customer_id: UUID = Field(sa_type=Uuid, foreign_key="customer.customer_id", index=True)
    signed: dict[str, Any] = Field(sa_type=JsonText)
    concluded_on: date | None = None
    completed: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    billed_on: date | None = None
    money_from: date | None = None
    withdrawn_on: date | None = None
    refund_by: date | None = None


class DocumentSeriesRow(Table, table=True):
    """The last number of a series and the hash of its last record; locked by whoever issues."""

    __tablename__ = "document_series"
    __table_args__ = (CheckConstraint("last_position >= 0", name="a_series_counts_up"),)

    name: str = Field(primary_key=True, sa_type=String(80))
    prefix: str = Field(sa_type=String(60), unique=True)
    last_year: int = 0
    last_position: int = 0
    last_issued_on: date | None = None
    head_sha256: str = Field(default="", sa_type=String(64))


class DepositRequestRow(Table, table=True):
    """A request for a contract's deposit: no invoice, no interest."""

    __tablename__ = "deposit_request"
    __table_args__ = (CheckConstraint("amount > 0", name="a_deposit_request_asks_for_money"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    number: str = Field(sa_type=String(80), unique=True)
    contract_id: UUID = Field(sa_type=Uuid, foreign_key="contract_account.contract_id", unique=True)
    customer_id: UUID = Field(sa_type=Uuid, index=True)
    amount: Money = Field(sa_type=Cents)
    issued_on: date
    callable_on: date
    due_on: date
    document_sha256: str = Field(sa_type=String(64))


class ReceiptRow(Table, table=True):
    """Money that came in, once, as the bank dated it. customer_id: whose it is; null for an operator's."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("amount > 0", name="a_receipt_is_above_zero"),
        CheckConstraint("value_date <= booked_on", name="a_receipt_is_booked_on_or_after_its_value_date"),
        CheckConstraint("payer_kind IN ('customer', 'opco')", name="a_receipt_comes_from_a_customer_or_an_operator"),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    payer_kind: str = Field(sa_type=String(10))
    payer_id: str = Field(sa_type=String(40), index=True)
    amount: Money = Field(sa_type=Cents)
    value_date: date
    booked_on: date
    reference: str | None = Field(default=None, sa_type=String(200))
    booked_by: str = Field(sa_type=String(200))
    customer_id: UUID | None = Field(default=None, sa_type=Uuid, index=True)


class InvoiceRow(Table, table=True):
    """An issued document: its canonical content, its place in the chain, and what is asked for most."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("series", "year", "position"),
        UniqueConstraint("series", "previous_sha256"),
        CheckConstraint("position >= 1", name="numbers_start_at_one"),
        CheckConstraint("total_incl = total_net + total_vat", name="net_and_vat_make_the_total"),
        CheckConstraint("amount_due >= 0 AND amount_due <= total_incl", name="the_amount_due_is_within_the_total"),
        CheckConstraint("document_type IN ('386', '380', '381', '503')", name="the_document_type_is_known"),
        CheckConstraint(
            "(document_type IN ('381', '503')) = (credits_number IS NOT NULL)", name="a_credit_note_names_its_invoice"
        ),
        CheckConstraint(
            "(document_type = '386') = (receipt_id IS NOT NULL)", name="a_deposit_invoice_is_of_one_receipt"
        ),
        CheckConstraint("due_on IS NULL OR due_on >= issued_on", name="nothing_is_due_before_its_issue"),
    )

    number: str = Field(primary_key=True, sa_type=String(80))
    series: str = Field(sa_type=String(80), foreign_key="document_series.name")
    year: int
    position: int
    document_type: str = Field(sa_type=String(3))
    purpose: str = Field(sa_type=String(30))
    contract_id: UUID = Field(sa_type=Uuid, foreign_key="contract_account.contract_id", index=True)
    customer_id: UUID = Field(sa_type=Uuid, index=True)
    payer_kind: str = Field(sa_type=String(10))
    payer_id: str = Field(sa_type=String(40))
    issued_on: date
    due_on: date | None = None
    total_net: Money = Field(sa_type=Cents)
    total_vat: Money = Field(sa_type=Cents)
    total_incl: Money = Field(sa_type=Cents)
    amount_due: Money = Field(sa_type=Cents)
    credits_number: str | None = Field(default=None, sa_type=String(80), foreign_key="invoice.number", index=True)
    receipt_id: UUID | None = Field(default=None, sa_type=Uuid, foreign_key="receipt.id", index=True)
    content: str = Field(sa_type=Text)
    personal: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    personal_salt: str | None = Field(default=None, sa_type=String(64))
    personal_sha256: str = Field(sa_type=String(64))
    pdf_sha256: str = Field(sa_type=String(64))
    previous_sha256: str = Field(sa_type=String(64))
    sha256: str = Field(sa_type=String(64), unique=True)


class LateChargeRow(Table, table=True):
    """What a document asks for of the interest (through a day) and fee of a late invoice; its credit note, negative."""

    __tablename__ = "late_charge"
    __table_args__ = (CheckConstraint("interest <> 0 OR recovery_fee <> 0", name="a_late_charge_is_an_amount"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    late_invoice: str = Field(sa_type=String(80), foreign_key="invoice.number", index=True)
    charged_by: str = Field(sa_type=String(80), foreign_key="invoice.number")
    through_on: date
    interest: Money = Field(sa_type=Cents)
    recovery_fee: Money = Field(sa_type=Cents)


class DepositUseRow(Table, table=True):
    """The part of a deposit invoice that another document takes; a negative one gives it back."""

    __tablename__ = "deposit_use"
    __table_args__ = (CheckConstraint("amount <> 0", name="a_use_of_a_deposit_is_an_amount"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    deposit_number: str = Field(sa_type=String(80), foreign_key="invoice.number", index=True)
    used_by: str = Field(sa_type=String(80), foreign_key="invoice.number", index=True)
    amount: Money = Field(sa_type=Cents)
    parts: list[dict[str, str]] = Field(sa_type=JsonText)
    used_on: date


class AllocationRow(Table, table=True):
    """The part of a receipt that pays a deposit request or an invoice; a negative one frees it again."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="an_allocation_is_an_amount"),
        CheckConstraint(
            "(deposit_request_id IS NULL) <> (invoice_number IS NULL)", name="an_allocation_has_one_target"
        ),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    receipt_id: UUID = Field(sa_type=Uuid, foreign_key="receipt.id", index=True)
    deposit_request_id: UUID | None = Field(default=None, sa_type=Uuid, foreign_key="deposit_request.id", index=True)
    invoice_number: str | None = Field(default=None, sa_type=String(80), foreign_key="invoice.number", index=True)
    amount: Money = Field(sa_type=Cents)
    allocated_on: date


class RefundRow(Table, table=True):
    """The part of a receipt that is to be paid back, by which day, and why; it is due until its payment stands."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="a_refund_is_above_zero"),
        CheckConstraint(
            "reason IN ('withdrawal', 'above_deposit', 'deposit_not_needed', 'decision')",
            name="a_refund_has_a_known_reason",
        ),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    receipt_id: UUID = Field(sa_type=Uuid, foreign_key="receipt.id", index=True)
    contract_id: UUID = Field(sa_type=Uuid, foreign_key="contract_account.contract_id", index=True)
    customer_id: UUID = Field(sa_type=Uuid, index=True)
    amount: Money = Field(sa_type=Cents)
    reason: str = Field(sa_type=String(20))
    refund_by: date = Field(index=True)
    decided_on: date
    decided_by: str | None = Field(default=None, sa_type=String(200))


class RefundPaymentRow(Table, table=True):
    """A refund was paid, once, under the bank's reference."""

    __tablename__ = "refund_payment"
    __table_args__ = (
        CheckConstraint("paid_on <= recorded_on", name="a_refund_is_recorded_on_or_after_its_payment"),
        CheckConstraint("bank_reference <> ''", name="a_payment_has_the_banks_reference"),
    )

    refund_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="refund.id")
    paid_on: date
    bank_reference: str = Field(sa_type=String(200))
    recorded_on: date
    recorded_by: str = Field(sa_type=String(200))


class RefundApprovalRow(Table, table=True):
    """A second person looked at a refund: from here on it may be paid."""

    __tablename__ = "refund_approval"

    refund_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="refund.id")
    approved_on: date
    approved_by: str = Field(sa_type=String(200))


class RefundWithdrawalRow(Table, table=True):
    """A refund will not be paid after all; its money is the receipt's again."""

    __tablename__ = "refund_withdrawal"
    __table_args__ = (CheckConstraint("reason <> ''", name="a_withdrawal_says_why"),)

    refund_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="refund.id")
    reason: str = Field(sa_type=String(200))
    withdrawn_on: date
    withdrawn_by: str = Field(sa_type=String(200))


class ReceiptReversalRow(Table, table=True):
    """A receipt that never was: booked wrongly, or taken back by the bank. amount: the whole of it."""

    __tablename__ = "receipt_reversal"
    __table_args__ = (
        CheckConstraint("amount > 0", name="a_reversal_is_above_zero"),
        CheckConstraint("reason <> ''", name="a_reversal_says_why"),
        CheckConstraint("reversed_on <= recorded_on", name="a_reversal_is_recorded_on_or_after_its_day"),
    )

    receipt_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="receipt.id")
    amount: Money = Field(sa_type=Cents)
    reason: str = Field(sa_type=String(200))
    reversed_on: date
    recorded_on: date
    recorded_by: str = Field(sa_type=String(200))


class AllocationMoveRow(Table, table=True):
    """Staff moved what a receipt paid of one document to another: who, when and why; allocations hold the amounts."""

    __tablename__ = "allocation_move"
    __table_args__ = (
        CheckConstraint("amount > 0", name="a_move_is_above_zero"),
        CheckConstraint("reason <> ''", name="a_move_says_why"),
        CheckConstraint("from_document <> to_document", name="a_move_goes_elsewhere"),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    receipt_id: UUID = Field(sa_type=Uuid, foreign_key="receipt.id", index=True)
    from_document: str = Field(sa_type=String(80))
    to_document: str = Field(sa_type=String(80))
    amount: Money = Field(sa_type=Cents)
    reason: str = Field(sa_type=String(200))
    moved_on: date
    moved_by: str = Field(sa_type=String(200))


class OpcoRow(Table, table=True):
    """An operator that can be invoiced: whom and where."""

    __tablename__ = "opco"

    code: str = Field(primary_key=True, sa_type=String(40))
    name: str = Field(sa_type=String(200))
    siret: str | None = Field(default=None, sa_type=String(14))
    vat_number: str | None = Field(default=None, sa_type=String(20))
    billing_address: dict[str, str] = Field(sa_type=JsonText)
    email: str = Field(sa_type=String(254))


class OpcoWebhookSecretRow(Table, table=True):
    """A key under which an operator signs; several are good at once, so that one can be replaced in peace."""

    __tablename__ = "opco_webhook_secret"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    opco: str = Field(sa_type=String(40), foreign_key="opco.code", index=True)
    secret: str = Field(sa_type=String(200))
    made_on: date


class FundingRequestRow(Table, table=True):
    """A file at an operator: what was asked for, and what its decisions make of it.

    trainees: whose, by person_id; null: everybody's. approved_hours: in hundredths. refused_on: since when it is
    refused; state then says `asked`, of which nothing came.
    """

    __tablename__ = "funding_request"
    __table_args__ = (
        UniqueConstraint("opco", "file_number"),
        CheckConstraint("amount_asked > 0", name="funding_is_asked_for_as_an_amount"),
        CheckConstraint("state IN ('asked', 'approved')", name="a_funding_state_is_known"),
        CheckConstraint(
            "(state = 'approved') = (approved_incl_tax IS NOT NULL AND direct_payment IS NOT NULL)",
            name="an_approval_says_how_much_and_how",
        ),
        CheckConstraint("(approved_on IS NOT NULL) = (state = 'approved')", name="an_approval_has_its_day"),
        CheckConstraint("(approval_sha256 IS NULL) = (copy_on IS NULL)", name="a_copy_has_its_day"),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    contract_id: UUID = Field(sa_type=Uuid, foreign_key="contract_account.contract_id", index=True)
    customer_id: UUID = Field(sa_type=Uuid, index=True)
    opco: str = Field(sa_type=String(40), foreign_key="opco.code")
    file_number: str = Field(sa_type=String(80))
    amount_asked: Money = Field(sa_type=Cents)
    requested_on: date
    state: str = Field(sa_type=String(10))
    approved_amount: Money | None = Field(default=None, sa_type=Cents)
    approved_tax_basis: str | None = Field(default=None, sa_type=String(10))
    approved_incl_tax: Money | None = Field(default=None, sa_type=Cents)
    direct_payment: bool | None = None
    approval_sha256: str | None = Field(default=None, sa_type=String(64))
    approved_on: date | None = None
    copy_on: date | None = None
    approved_hours: int | None = Field(default=None, sa_type=BigInteger)
    expires_on: date | None = None
    refused_on: date | None = None
    refusal_reason: str | None = Field(default=None, sa_type=Text)
    trainees: list[str] | None = Field(default=None, sa_type=JsonText)


class FundingDecisionRow(Table, table=True):
    """What an operator decided about a file, as it told or as staff recorded it. hours: in hundredths."""

    __tablename__ = "funding_decision"
    __table_args__ = (
        UniqueConstraint("request_id", "key"),
        CheckConstraint(
            "kind IN ('approved', 'amended', 'refused', 'withdrawn')", name="a_funding_decision_has_a_known_kind"
        ),
        CheckConstraint(
            "(kind IN ('approved', 'amended')) = (amount IS NOT NULL)", name="only_a_promise_names_an_amount"
        ),
        CheckConstraint(
            "(amount IS NULL) = (tax_basis IS NULL OR direct_payment IS NULL)", name="a_promise_says_how_it_is_paid"
        ),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    request_id: UUID = Field(sa_type=Uuid, foreign_key="funding_request.id", index=True)
    key: str = Field(sa_type=String(240))
    delivery_id: UUID | None = Field(default=None, sa_type=Uuid, foreign_key="webhook_delivery.id", unique=True)
    kind: str = Field(sa_type=String(10))
    decided_at: datetime = Field(sa_type=Instant)
    came_on: date
    amount: Money | None = Field(default=None, sa_type=Cents)
    tax_basis: str | None = Field(default=None, sa_type=String(10))
    direct_payment: bool | None = None
    hours: int | None = Field(default=None, sa_type=BigInteger)
    expires_on: date | None = None
    copy_sha256: str | None = Field(default=None, sa_type=String(64))
    reason: str | None = Field(default=None, sa_type=Text)
    recorded_by: str | None = Field(default=None, sa_type=String(200))


class FundingNoticeRow(Table, table=True):
    """What an operator told about a file without deciding anything; no money is booked by it."""

    __tablename__ = "funding_notice"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('payment_announced', 'payment_sent', 'document_asked_for')",
            name="a_funding_notice_has_a_known_kind",
        ),
        CheckConstraint("(kind = 'document_asked_for') = (amount IS NULL)", name="a_payment_is_an_amount"),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    request_id: UUID = Field(sa_type=Uuid, foreign_key="funding_request.id", index=True)
    delivery_id: UUID = Field(sa_type=Uuid, foreign_key="webhook_delivery.id", unique=True)
    kind: str = Field(sa_type=String(20))
    told_at: datetime = Field(sa_type=Instant)
    came_on: date
    amount: Money | None = Field(default=None, sa_type=Cents)
    day: date | None = None
    reference: str | None = Field(default=None, sa_type=String(200))
    document: str | None = Field(default=None, sa_type=String(200))


class WebhookDeliveryRow(Table, table=True):
    """A signed message as it came; its id is remembered for ever.

    received_on: the business day it came; file_number: the file it is about, once it could be read.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("opco", "webhook_id"),
        CheckConstraint("state IN ('received', 'applied', 'waiting')", name="a_delivery_state_is_known"),
    )

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    opco: str = Field(sa_type=String(40), foreign_key="opco.code")
    webhook_id: str = Field(sa_type=String(200))
    received_at: datetime = Field(sa_type=Instant)
    received_on: date
    file_number: str | None = Field(default=None, sa_type=String(200), index=True)
    body: bytes = Field(sa_type=LargeBinary)
    state: str = Field(sa_type=String(10), index=True)
    reason: str | None = Field(default=None, sa_type=Text)


class ReferenceRateRow(Table, table=True):
    """The rates of a half-year that staff added to the published ones; percent, as they were written."""

    __tablename__ = "reference_rate"

    half_year: str = Field(primary_key=True, sa_type=String(7))
    ecb: str = Field(sa_type=String(20))
    legal: str = Field(sa_type=String(20))
    source: str = Field(sa_type=String(200))
    added_on: date


keep_for_ever(Table.metadata)
