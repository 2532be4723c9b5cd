"""Refunds with four eyes: decided, approved by another person, paid; or withdrawn before (clauses, section 7)."""

from functools import partial
from typing import Any

import pytest

from tests.payments.api.test_payments_waiting_money import left_of, plain, second_of
from tests.payments.story import Case, Individual
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together


def decided(api: ServiceUnderTest) -> tuple[Case, dict[str, Any], dict[str, Any]]:
    """100.00 too much, to be paid back by a decision of the first person."""
    case = plain(api)
    receipt = case.receive("820.00", "2026-01-12", case.deposit_request()["number"])
    body = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "100.00"}
    return case, receipt, ok(case.accounting.post("/v1/refunds", json=body, once=key()), 201)


def step(case: Case, refund: dict[str, Any], name: str, who: str = "accounting", **body: str) -> Any:
    client = getattr(case, who)
    return client.post(f"/v1/refunds/{refund['id']}/{name}", json=body or None, once=key())


PAID = {"paid_on": "2026-01-12", "bank_reference": "VIR 1"}


def test_who_decides_neither_approves_nor_pays(api: ServiceUnderTest) -> None:
    case, _, refund = decided(api)
    assert (refund["state"], refund["by_the_rules"], refund["approved_on"]) == ("due", False, None)
    problem(step(case, refund, "payment", **PAID), 409, "refund-not-approved")
    problem(step(case, refund, "approval"), 409, "refund-needs-second-person")
    approved = ok(step(case, refund, "approval", "colleague"), 201)
    assert (approved["state"], approved["approved_on"]) == ("approved", "2026-01-12")
    problem(step(case, refund, "approval", "colleague"), 409, "refund-approved")
    problem(step(case, refund, "payment", **PAID), 409, "refund-needs-second-person")
    assert ok(step(case, refund, "payment", "colleague", **PAID), 201)["state"] == "paid"
    problem(step(case, refund, "approval", "colleague"), 409, "refund-paid")
    problem(step(case, refund, "withdrawal", reason="trop tard"), 409, "refund-paid")


def test_what_the_rules_decided_needs_one_person(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    case.receive("720.00", "2026-03-07", None)
    case.withdraw()
    (refund,) = case.refunds()
    assert refund["by_the_rules"]
    problem(step(case, refund, "withdrawal", reason="non"), 409, "refund-owed-by-law")
    ok(step(case, refund, "approval"), 201)
    assert (case.refunds(), len(case.refunds("approved"))) == ([], 1)
    ok(step(case, refund, "payment", paid_on="2026-03-18", bank_reference="VIR 2"), 201)
    assert len(case.refunds("paid")) == 1


def test_who_confirms_for_the_client_does_not_approve_the_rest(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    case.receive("800.00", "2026-03-07", None)
    request = case.ask()
    ok(case.accounting.post(f"/v1/deposit-requests/{request['id']}/confirmation", once=key()), 201)
    (refund,) = case.refunds()
    problem(step(case, refund, "approval"), 409, "refund-needs-second-person")
    ok(step(case, refund, "approval", "colleague"), 201)


@pytest.mark.parametrize("is_approved", [False, True])
def test_a_refund_withdrawn_is_money_of_the_receipt_again(api: ServiceUnderTest, is_approved: bool) -> None:
    case, receipt, refund = decided(api)
    if is_approved:
        case.approve_refund(refund)
    withdrawn = ok(step(case, refund, "withdrawal", reason="Le client le garde pour le solde"), 201)
    assert (withdrawn["state"], withdrawn["withdrawn_because"]) == ("withdrawn", "Le client le garde pour le solde")
    assert left_of(case, receipt) == "100.00"
    for name in ("approval", "withdrawal"):
        problem(step(case, refund, name, "colleague", reason="encore"), 409, "refund-withdrawn")
    problem(step(case, refund, "payment", "colleague", **PAID), 409, "refund-withdrawn")
    states = [each["state"] for each in case.statement("2026-01-12")["refunds"]]
    assert (states, case.statement("2026-01-12")["unallocated"]) == (["withdrawn"], "100.00")
    assert api.published("payments.refund-paid.v1") == []


def test_what_is_withdrawn_pays_what_is_open(api: ServiceUnderTest) -> None:
    case, receipt, refund = decided(api)
    second = second_of(case)
    ok(step(case, refund, "withdrawal", reason="Une facture est ouverte"), 201)
    assert (left_of(case, receipt), second.invoice("final")["open"]) == ("0.00", "2300.00")


def test_a_payment_and_a_withdrawal_at_once_have_one_effect(api: ServiceUnderTest) -> None:
    case, receipt, refund = decided(api)
    case.approve_refund(refund)
    pay, drop = (
        partial(step, case, refund, "payment", "colleague", **PAID),
        partial(step, case, refund, "withdrawal", reason="non"),
    )
    answers = together([pay, drop, pay, drop])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    is_paid = bool(api.published("payments.refund-paid.v1"))
    assert left_of(case, receipt) == ("0.00" if is_paid else "100.00")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x", "more": "y"}])
def test_a_withdrawal_says_why(api: ServiceUnderTest, body: dict[str, str]) -> None:
    case, _, refund = decided(api)
    path = f"/v1/refunds/{refund['id']}/withdrawal"
    problem(case.accounting.post(path, json=body, once=key()), 422)
    problem(case.accounting.post(path, json={"reason": "x"}), 400, "idempotency-key-missing")
    problem(case.accounting.post(f"/v1/refunds/{case.contract_id}/approval", once=key()), 404)
