"""For every CHECK of every service a row that it refuses; a new one fails the test until it is here.

A row is filled by the types of its columns, whatever may be null is null; GOOD says what a good row needs
besides, BAD what breaks one check and no other.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Uuid
from sqlalchemy.types import TypeEngine

from chassis.columns import Cents, Instant, JsonText
from chassis.values.identifiers import new_id
from chassis.values.money import ZERO, Money

EARLIER, DAY, LATER = date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Row = dict[str, Any]

GOOD: dict[str, Row] = {
    "course": {"title": "x"},
    "customer": {"kind": "individual"},
    "proposal": {"state": "draft"},
    "acceptance": {"state": "incomplete"},
    "withdrawal": {"state": "declared", "means": "website"},
    "contract": {"state": "signed"},
    "receipt": {"payer_kind": "customer"},
    "funding_request": {"state": "asked"},
    "invoice": {"document_type": "380", "total_vat": ZERO},
    "webhook_delivery": {"state": "received"},
    "funding_decision": {"kind": "refused"},
    "funding_notice": {"kind": "document_asked_for"},
    "allocation": {"invoice_number": "I1"},
    "refund": {"reason": "withdrawal"},
    "allocation_move": {"to_document": "F2"},
    "privacy_request": {"desk_day": LATER, "answer_by": LATER, "stage": "received", "identity": "unchecked"},
}
_ISSUED = {"number": "P1", "issued_on": DAY, "last_day": LATER, "contract_id": new_id(), "issued": {}}
_PROPOSAL = {"state": "issued", **_ISSUED, "document_sha256": "0"}
_COMPLETED = {"state": "completed", "concluded_on": DAY, "ended_on": DAY, "opco_due_on": DAY}

BAD: dict[str, dict[str, tuple[str, Row]]] = {
    "catalog": {
        "ck_course_a_revision_is_counted_from_one": ("course", {"revision": -1}),
        "ck_course_a_published_course_has_a_title": ("course", {"revision": 1, "title": None}),
        "ck_course_revision_a_revision_is_counted_from_one": ("course_revision", {"number": 0}),
        "ck_session_a_session_ends_after_its_start": ("session", {"ends_on": EARLIER}),
        "ck_session_a_session_has_a_seat": ("session", {"seats_max": 0}),
        "ck_seat_hold_only_signed_contracts_overbook": (
            "seat_hold",
            {"overbooked": True, "expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
        ),
        "ck_seat_hold_a_hold_has_a_seat": ("seat_hold", {"seats": 0}),
        "ck_seat_hold_what_is_released_overbooks_nothing": (
            "seat_hold",
            {"overbooked": True, "released_at": NOON},
        ),
        "ck_session_half_day_a_half_day_has_hours_and_24_at_most": ("session_half_day", {"hours_hundredths": 2401}),
    },
    "contracts": {
        "ck_customer_kind_is_known": ("customer", {"kind": "other", "siret": "1"}),
        "ck_customer_professionals_have_a_siret": ("customer", {"kind": "company"}),
        "ck_proposal_state_is_known": ("proposal", {**_PROPOSAL, "state": "other"}),
        "ck_proposal_the_last_day_follows_the_issue": ("proposal", {**_PROPOSAL, "last_day": EARLIER}),
        "ck_proposal_an_issued_proposal_has_all_that_its_issue_gives": ("proposal", {**_PROPOSAL, "number": None}),
        "ck_acceptance_a_complete_one_has_its_document": ("acceptance", {"state": "complete"}),
        "ck_acceptance_state_is_known": ("acceptance", {"state": "other", "document_sha256": "0"}),
        "ck_contract_state_is_known": ("contract", {"state": "other", "concluded_on": DAY}),
        "ck_contract_there_is_a_deposit_to_pay": ("contract", {"deposit_amount": ZERO}),
        "ck_contract_no_deposit_is_due_before_it_is_callable": ("contract", {"deposit_due_on": EARLIER}),
        "ck_contract_the_client_is_billed_after_the_grace": ("contract", {**_COMPLETED, "client_billed_from": DAY}),
        "ck_contract_only_the_deposit_concludes": ("contract", {"state": "concluded"}),
        "ck_contract_a_completed_contract_has_its_end_and_its_grace": (
            "contract",
            {**_COMPLETED, "client_billed_from": LATER, "ended_on": None},
        ),
        "ck_contract_nothing_is_concluded_before_it_is_signed": (
            "contract",
            {"state": "concluded", "concluded_on": EARLIER},
        ),
        "ck_contract_a_withdrawn_contract_has_its_day": ("contract", {"state": "withdrawn"}),
        "ck_contract_nobody_withdraws_after_the_last_day": (
            "contract",
            {"state": "withdrawn", "withdrawn_on": DAY, "withdrawal_ends_on": EARLIER},
        ),
        "ck_contract_no_deposit_is_callable_during_withdrawal": ("contract", {"withdrawal_ends_on": DAY}),
        "ck_offer_a_seat_has_a_price": ("offer", {"unit_price": ZERO}),
        "ck_withdrawal_state_is_known": ("withdrawal", {"state": "other"}),
        "ck_withdrawal_means_are_known": ("withdrawal", {"means": "fax", "recorded_by": "x"}),
        "ck_withdrawal_a_confirmed_withdrawal_is_acknowledged": ("withdrawal", {"confirmed_at": NOON}),
        "ck_withdrawal_staff_record_what_others_declare": ("withdrawal", {"means": "letter"}),
        "ck_proposal_line_a_unit_price_is_not_negative": ("proposal_line", {"unit_price": Money(-1)}),
    },
    "payments": {
        "ck_document_series_a_series_counts_up": ("document_series", {"last_position": -1}),
        "ck_receipt_a_receipt_comes_from_a_customer_or_an_operator": ("receipt", {"payer_kind": "other"}),
        "ck_receipt_a_receipt_is_above_zero": ("receipt", {"amount": ZERO}),
        "ck_receipt_a_receipt_is_booked_on_or_after_its_value_date": ("receipt", {"value_date": LATER}),
        "ck_deposit_request_a_deposit_request_asks_for_money": ("deposit_request", {"amount": ZERO}),
        "ck_funding_request_a_funding_state_is_known": ("funding_request", {"state": "other"}),
        "ck_funding_request_an_approval_says_how_much_and_how": (
            "funding_request",
            {"state": "approved", "approved_on": DAY},
        ),
        "ck_funding_request_an_approval_has_its_day": ("funding_request", {"approved_on": DAY}),
        "ck_funding_request_a_copy_has_its_day": ("funding_request", {"copy_on": DAY}),
        "ck_funding_request_funding_is_asked_for_as_an_amount": ("funding_request", {"amount_asked": ZERO}),
        "ck_invoice_the_amount_due_is_within_the_total": ("invoice", {"amount_due": Money(101)}),
        "ck_invoice_the_document_type_is_known": ("invoice", {"document_type": "999"}),
        "ck_invoice_a_deposit_invoice_is_of_one_receipt": ("invoice", {"document_type": "386"}),
        "ck_invoice_numbers_start_at_one": ("invoice", {"position": 0}),
        "ck_invoice_net_and_vat_make_the_total": ("invoice", {"total_vat": Money(1)}),
        "ck_invoice_a_credit_note_names_its_invoice": ("invoice", {"document_type": "381"}),
        "ck_invoice_nothing_is_due_before_its_issue": ("invoice", {"due_on": EARLIER}),
        "ck_webhook_delivery_a_delivery_state_is_known": ("webhook_delivery", {"state": "other"}),
        "ck_funding_decision_a_funding_decision_has_a_known_kind": ("funding_decision", {"kind": "other"}),
        "ck_funding_decision_only_a_promise_names_an_amount": (
            "funding_decision",
            {"amount": Money(100), "tax_basis": "x", "direct_payment": True},
        ),
        "ck_funding_decision_a_promise_says_how_it_is_paid": (
            "funding_decision",
            {"kind": "approved", "amount": Money(100), "tax_basis": "x"},
        ),
        "ck_funding_notice_a_funding_notice_has_a_known_kind": (
            "funding_notice",
            {"kind": "other", "amount": Money(1)},
        ),
        "ck_funding_notice_a_payment_is_an_amount": ("funding_notice", {"amount": Money(1)}),
        "ck_allocation_an_allocation_is_an_amount": ("allocation", {"amount": ZERO}),
        "ck_allocation_an_allocation_has_one_target": ("allocation", {"invoice_number": None}),
        "ck_deposit_use_a_use_of_a_deposit_is_an_amount": ("deposit_use", {"amount": ZERO}),
        "ck_refund_a_refund_is_above_zero": ("refund", {"amount": ZERO}),
        "ck_refund_a_refund_has_a_known_reason": ("refund", {"reason": "other"}),
        "ck_refund_payment_a_refund_is_recorded_on_or_after_its_payment": ("refund_payment", {"paid_on": LATER}),
        "ck_late_charge_a_late_charge_is_an_amount": ("late_charge", {"interest": ZERO, "recovery_fee": ZERO}),
        "ck_refund_withdrawal_a_withdrawal_says_why": ("refund_withdrawal", {"reason": ""}),
        "ck_receipt_reversal_a_reversal_is_above_zero": ("receipt_reversal", {"amount": ZERO}),
        "ck_receipt_reversal_a_reversal_says_why": ("receipt_reversal", {"reason": ""}),
        "ck_receipt_reversal_a_reversal_is_recorded_on_or_after_its_day": ("receipt_reversal", {"reversed_on": LATER}),
        "ck_allocation_move_a_move_is_above_zero": ("allocation_move", {"amount": ZERO}),
        "ck_allocation_move_a_move_says_why": ("allocation_move", {"reason": ""}),
        "ck_allocation_move_a_move_goes_elsewhere": ("allocation_move", {"to_document": "1"}),
        "ck_refund_payment_a_payment_has_the_banks_reference": ("refund_payment", {"bank_reference": ""}),
    },
    "gdpr": {
        "ck_privacy_request_a_deadline_follows_the_receipt": ("privacy_request", {"desk_day": DAY}),
        "ck_privacy_request_the_desk_is_never_later_than_the_law": ("privacy_request", {"answer_by": DAY}),
        "ck_privacy_request_stage_is_known": ("privacy_request", {"stage": "other"}),
        "ck_privacy_request_identity_is_known": ("privacy_request", {"identity": "other"}),
        "ck_privacy_request_nothing_is_gathered_before_identity": ("privacy_request", {"stage": "gathering"}),
        "ck_identity_demand_an_answer_follows_its_demand": ("identity_demand", {"answered_on": EARLIER}),
        "ck_privacy_package_both_forms_go_together": ("privacy_package", {"readable": b"x"}),
    },
    "tests.support.counter": {
        "ck_counter_a_counter_is_never_below_zero": ("counter", {"value": -1}),
    },
}


def row(table: Table, **changed: Any) -> Row:
    """A row of the table: its columns filled by type, GOOD's values, then `changed`."""
    filled = {column.name: None if column.nullable else _value(column) for column in table.columns}
    return {**filled, **GOOD.get(table.name, {}), **changed}


def _value(column: Column[Any]) -> Any:
    kind: TypeEngine[Any] = column.type
    by_type: tuple[tuple[type, Any], ...] = (
        (Cents, Money(100)),
        (Instant, datetime(2026, 1, 1, tzinfo=UTC)),
        (JsonText, {}),
        (Uuid, new_id()),
        (Boolean, False),
        (Date, DAY),
        (Integer, 1),
        (LargeBinary, b"x"),
    )
    return next((value for known, value in by_type if isinstance(kind, known)), "1")
