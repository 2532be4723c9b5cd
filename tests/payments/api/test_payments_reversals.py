"""Receipts taken back, and money moved to the right document: undone by further rows (clauses, section 7)."""

from functools import partial
from typing import Any

import pytest

from tests.payments.api.test_payments_waiting_money import left_of, plain, second_of
from tests.payments.story import Case, Individual
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together


def reverse(case: Case, receipt: dict[str, Any], on: str, once: str | None = None) -> Any:
    body = {"reason": "Prélèvement rejeté par la banque", "reversed_on": on}
    return case.accounting.post(f"/v1/receipts/{receipt['id']}/reversal", json=body, once=once or key())


def move(case: Case, receipt: dict[str, Any], document: str, to: str) -> Any:
    path = f"/v1/receipts/{receipt['id']}/allocations/{document}/move"
    return case.accounting.post(path, json={"to_document": to, "reason": "Mauvaise facture"}, once=key())


def billed(api: ServiceUnderTest) -> Case:
    """1,680.00 due from 2026-01-31."""
    case = plain(api)
    case.pay_deposit()
    case.complete()
    return case


def test_an_invoice_paid_by_a_receipt_taken_back_is_owed_from_its_due_date(api: ServiceUnderTest) -> None:
    case = billed(api)
    before = case.statement("2026-05-31")
    api.move_to("2026-02-10")
    receipt = case.receive("1680.00", "2026-02-10", None)
    api.move_to("2026-02-20")
    once = key()
    taken = ok(reverse(case, receipt, "2026-02-17", once), 201)
    assert (taken["allocations"], taken["refunded"], taken["unallocated"]) == ([], "0.00", "0.00")
    assert taken["reversal"]["reversed_on"] == "2026-02-17"
    assert case.invoice("final")["open"] == "1680.00"
    after = case.statement("2026-05-31")
    assert [after[name] for name in ("open", "interest", "recovery_fee", "unallocated")] == [
        before[name] for name in ("open", "interest", "recovery_fee", "unallocated")
    ]
    assert ok(reverse(case, receipt, "2026-02-17", once), 201) == taken
    problem(reverse(case, receipt, "2026-02-17"), 409, "receipt-reversed")
    assert ok(case.accounting.get("/v1/receipts?unallocated=true"))["items"] == []
    path, body = f"/v1/receipts/{receipt['id']}/allocations", {"document": case.invoice("final")["number"]}
    problem(case.accounting.post(path, json={**body, "amount": "1.00"}, once=key()), 409, "allocation-above-rest")
    refund = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "1.00"}
    problem(case.accounting.post("/v1/refunds", json=refund, once=key()), 409, "refund-above-rest")


def test_a_deposit_taken_back_is_credited_and_asked_for_again(api: ServiceUnderTest) -> None:
    case = plain(api)
    number = case.deposit_request()["number"]
    receipt = case.receive("720.00", "2026-01-12", number)
    api.move_to("2026-01-14")
    ok(reverse(case, receipt, "2026-01-14"), 201)
    assert case.told() == [("386", "deposit", "720.00"), ("503", "deposit", "720.00")]
    assert (case.invoices()[1]["clause"], case.invoices()[1]["credits"]) == ("2.2", case.invoices()[0]["number"])
    request = case.deposit_request()
    assert (request["received"], request["given_back"], request["complete"]) == ("0.00", "0.00", False)
    case.receive("300.00", "2026-01-14", number)
    case.receive("420.00", "2026-01-14", number)
    assert case.deposit_request()["complete"]
    assert [each["data"]["paid_on"] for each in api.published("payments.deposit-paid.v1")] == [
        "2026-01-12",
        "2026-01-14",
    ]
    case.complete()
    final = case.invoice("final")
    assert (final["amount_due"], [each["amount"] for each in final["deducted"]]) == ("1680.00", ["300.00", "420.00"])
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_a_part_of_a_deposit_taken_back_leaves_the_other_part(api: ServiceUnderTest) -> None:
    case = plain(api)
    number = case.deposit_request()["number"]
    receipts = [case.receive(amount, "2026-01-12", number) for amount in ("100.01", "333.33", "286.66")]
    ok(reverse(case, receipts[1], "2026-01-12"), 201)
    assert (case.deposit_request()["received"], case.deposit_request()["complete"]) == ("386.67", False)
    case.receive("500.00", "2026-01-12", number)
    case.complete()
    assert case.invoice("final")["amount_due"] == "1513.33"
    deposits = [each for each in case.invoices() if each["document_type"] == "386"]
    credited = [each for each in case.invoices() if each["document_type"] == "503"]
    net = sum(float(each["total"]["excl_tax"]) for each in deposits) - float(credited[0]["total"]["excl_tax"])
    assert round(net, 2) == 600.00


def test_a_deposit_that_an_issued_invoice_deducts_stands(api: ServiceUnderTest) -> None:
    case = billed(api)
    paid = ok(case.accounting.get("/v1/receipts"))["items"][0]
    said = problem(reverse(case, paid, "2026-01-31"), 409, "deposit-invoice-used")
    assert case.invoice("final")["number"] in said["detail"]
    assert ok(case.accounting.get(f"/v1/receipts/{paid['id']}")) == paid


def test_a_refund_that_is_due_is_dropped_and_one_that_is_paid_stands_in_the_way(api: ServiceUnderTest) -> None:
    case = plain(api)
    receipt = case.receive("820.00", "2026-01-12", case.deposit_request()["number"])
    body = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "60.00"}
    refunds = [ok(case.accounting.post("/v1/refunds", json=body | {"amount": each}, once=key()), 201) for each in "69"]
    case.approve_refund(refunds[0])
    ok(reverse(case, receipt, "2026-01-12"), 201)
    listed = ok(case.accounting.get("/v1/refunds"))["items"]
    assert [each["state"] for each in listed] == ["withdrawn", "withdrawn"]
    again = case.receive("820.00", "2026-01-12", case.deposit_request()["number"])
    refund = ok(case.accounting.post("/v1/refunds", json=body | {"receipt_id": again["id"]}, once=key()), 201)
    case.approve_refund(refund)
    paid = {"paid_on": "2026-01-12", "bank_reference": "VIR 3"}
    ok(case.colleague.post(f"/v1/refunds/{refund['id']}/payment", json=paid, once=key()), 201)
    said = problem(reverse(case, again, "2026-01-12"), 409, "refund-paid")
    assert (said["refund_id"], "VIR 3" in said["detail"]) == (refund["id"], True)
    assert case.deposit_request()["complete"]


def test_other_money_of_the_client_takes_the_place_of_what_was_taken_back(api: ServiceUnderTest) -> None:
    case = billed(api)
    api.move_to("2026-02-10")
    first = case.receive("1680.00", "2026-02-10", None)
    spare = case.receive("80.00", "2026-02-10", None)
    ok(reverse(case, first, "2026-02-10"), 201)
    assert (case.invoice("final")["open"], left_of(case, spare)) == ("1600.00", "0.00")


@pytest.mark.parametrize(("on", "reason"), [("2026-02-11", "x"), ("2026-02-09", "x"), ("2026-02-10", "")])
def test_a_reversal_has_its_day_and_its_reason(api: ServiceUnderTest, on: str, reason: str) -> None:
    case = billed(api)
    api.move_to("2026-02-10")
    receipt = case.receive("10.00", "2026-02-10", None)
    body = {"reason": reason, "reversed_on": on}
    path = f"/v1/receipts/{receipt['id']}/reversal"
    problem(case.accounting.post(path, json=body, once=key()), 422, "invalid-request")
    problem(case.accounting.post(path, json=body), 400, "idempotency-key-missing")


def test_an_operators_money_taken_back_before_the_grace_ends_is_owed_by_it(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-20")
    receipt = case.receive("1920.00", "2026-02-20", case.file_number, "opco")
    ok(reverse(case, receipt, "2026-02-20"), 201)
    assert case.invoice("operator_part")["open"] == "1920.00"
    (refund,) = ok(case.accounting.get("/v1/refunds"))["items"]
    body = {"reason": "L’opérateur n’a pas payé"}
    ok(case.accounting.post(f"/v1/refunds/{refund['id']}/withdrawal", json=body, once=key()), 201)
    api.move_to("2026-03-01")
    api.sweep()
    after = case.invoice("after_grace")
    assert (after["total"]["incl_tax"], after["received"], after["amount_due"]) == ("1920.00", "240.00", "1680.00")


def test_money_that_undid_the_fallback_and_is_taken_back_bills_the_client_again(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-10")
    receipt = case.receive("920.00", "2026-02-28", case.file_number, "opco")
    assert case.statement("2026-03-10")["due"] == "0.00"
    ok(reverse(case, receipt, "2026-03-10"), 201)
    statement = case.statement("2026-03-10")
    # The deposit went to the refund meanwhile: 240.00 are to be paid back, 920.00 are owed.
    assert (statement["open"], [each["amount"] for each in statement["refunds"]]) == ("920.00", ["240.00"])
    ok(reverse(case, case.receive("5.00", "2026-02-28", case.file_number, "opco"), "2026-03-10"), 201)
    assert case.statement("2026-03-10")["open"] == "920.00"
    again = case.receive("920.00", "2026-02-28", case.file_number, "opco")
    assert (again["unallocated"], case.statement("2026-03-10")["due"]) == ("0.00", "0.00")
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_late_operator_money_taken_back_is_owed_by_the_client(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-11")
    receipt = case.receive("920.00", "2026-03-11", case.file_number, "opco")
    assert receipt["unallocated"] == "240.00"
    ok(reverse(case, receipt, "2026-03-11"), 201)
    assert (case.invoice("after_grace")["open"], left_of(case, receipt)) == ("680.00", "0.00")


def test_early_money_taken_back_is_kept_apart_no_more(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    receipt = case.receive("500.00", "2026-03-07", None)
    ok(reverse(case, receipt, "2026-03-07"), 201)
    case.ask()
    assert case.kept_apart() == []
    problem(case.confirm(), 409, "nothing-kept-apart")


def test_a_receipt_is_taken_back_once_by_many_at_once(api: ServiceUnderTest) -> None:
    case = plain(api)
    receipt = case.receive("720.00", "2026-01-12", case.deposit_request()["number"])
    answers = together([partial(reverse, case, receipt, "2026-01-12")] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert [kind for kind, _, _ in case.told()] == ["386", "503"]


def test_money_on_the_wrong_invoice_moves_to_the_right_one(api: ServiceUnderTest) -> None:
    case = billed(api)
    second = second_of(case)
    api.move_to("2026-02-10")
    receipt = case.receive("1000.00", "2026-02-10", None)
    wrong, right = case.invoice("final")["number"], second.invoice("final")["number"]
    moved = ok(move(case, receipt, wrong, right), 201)
    assert moved["allocations"] == [{"document": right, "amount": "1000.00", "deposit_invoice": None}]
    assert (case.invoice("final")["open"], second.invoice("final")["open"]) == ("1680.00", "1400.00")
    problem(move(case, receipt, wrong, right), 404)
    problem(move(case, receipt, right, right), 422)
    problem(move(case, receipt, right, "F2026-999999"), 422)
    stranger = plain(api, number="C2026-000003")
    problem(move(case, receipt, right, stranger.deposit_request()["number"]), 409, "reference-of-another-payer")


def test_a_move_that_the_right_document_does_not_take_whole_changes_nothing(api: ServiceUnderTest) -> None:
    case = billed(api)
    second = second_of(case)
    api.move_to("2026-02-10")
    case.receive("2000.00", "2026-02-10", second.invoice("final")["number"])
    receipt = case.receive("1000.00", "2026-02-10", case.invoice("final")["number"])
    problem(
        move(case, receipt, case.invoice("final")["number"], second.invoice("final")["number"]),
        409,
        "allocation-above-open",
    )
    assert (case.invoice("final")["open"], second.invoice("final")["open"]) == ("680.00", "400.00")


def test_a_deposit_of_the_wrong_contract_moves_with_a_credit_note_and_an_invoice(api: ServiceUnderTest) -> None:
    case = plain(api)
    second = Case(api, customer_id=case.customer_id, number="C2026-000002")
    second.sign(on="2026-01-12", opco_named=None)
    wrong, right = case.deposit_request()["number"], second.deposit_request()["number"]
    receipt = case.receive("720.00", "2026-01-12", wrong)
    ok(move(case, receipt, wrong, right), 201)
    assert (case.deposit_request()["received"], second.deposit_request()["complete"]) == ("0.00", True)
    assert [kind for kind, _, _ in case.told()] == ["386", "503"]
    assert [kind for kind, _, _ in second.told()] == ["386"]
    case.complete()
    request = case.deposit_request()
    assert (request["given_back"], request["complete"], case.invoice("final")["amount_due"]) == (
        "0.00",
        False,
        "2400.00",
    )


def test_an_operators_money_moves_to_its_other_case(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    other = Case(api, number="C2026-000002", file_number="A-2")
    other.to_the_end()
    receipt = case.receive("1920.00", "2026-01-31", None, "opco")
    wrong, right = case.invoice("operator_part")["number"], other.invoice("operator_part")["number"]
    path = f"/v1/receipts/{receipt['id']}/allocations"
    ok(case.accounting.post(path, json={"document": wrong, "amount": "1920.00"}, once=key()), 201)
    ok(move(case, receipt, wrong, right), 201)
    assert (case.invoice("operator_part")["open"], other.invoice("operator_part")["open"]) == ("1920.00", "0.00")
