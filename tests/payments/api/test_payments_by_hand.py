"""What nothing matched is matched by hand, under the rules of booking (clauses, section 7)."""

from tests.payments.api.test_payments_waiting_money import by_hand, plain
from tests.payments.story import Case
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest, key


def test_money_is_matched_by_hand_up_to_its_rest_and_to_what_is_open(api: ServiceUnderTest) -> None:
    case = plain(api)
    first = case.receive("820.00", "2026-01-12", case.deposit_request()["number"])
    second = Case(api, customer_id=case.customer_id, number="C2026-000002")
    second.sign(on="2026-01-12", opco_named=None)
    stranger = plain(api, number="C2026-000003")
    number = second.deposit_request()["number"]
    for document, amount, status, code in (
        (number, "100.01", 409, "allocation-above-rest"),
        (case.deposit_request()["number"], "1.00", 409, "allocation-above-open"),
        (stranger.deposit_request()["number"], "1.00", 409, "reference-of-another-payer"),
        ("F2026-000001", "1.00", 409, "reference-not-payable"),
        ("F2026-999999", "1.00", 422, "invalid-request"),
        (number, "0.00", 422, "invalid-request"),
    ):
        problem(by_hand(case, first, document, amount), status, code)
    once, body = key(), {"document": number, "amount": "60.00"}
    path = f"/v1/receipts/{first['id']}/allocations"
    made = ok(case.accounting.post(path, json=body, once=once), 201)
    assert ok(case.accounting.post(path, json=body, once=once), 201) == made
    ok(by_hand(case, first, number, "40.00"), 201)
    read = ok(case.accounting.get(f"/v1/receipts/{first['id']}"))
    assert [(part["amount"], part["deposit_invoice"]) for part in read["allocations"]] == [
        ("720.00", "F2026-000001"),
        ("60.00", "F2026-000002"),
        ("40.00", "F2026-000003"),
    ]
    assert (read["unallocated"], second.deposit_request()["received"]) == ("0.00", "100.00")
    problem(case.accounting.post(path, json=body), 400, "idempotency-key-missing")
    problem(by_hand(case, {"id": str(case.contract_id)}, number, "1.00"), 404, "not-found")


def test_operator_money_is_matched_by_hand_to_its_own_case_and_in_time_it_undoes(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    other = Case(api, number="C2026-000002", opco="akto", file_number="K-1")
    other.sign(on="2026-03-01")
    api.move_to("2026-03-10")
    receipt = case.receive("920.00", "2026-02-28", None, "opco")
    number = case.invoice("operator_part")["number"]
    for document, amount, code in (
        (case.invoice("final")["number"], "1.00", "reference-of-another-payer"),
        (other.deposit_request()["number"], "1.00", "reference-of-another-payer"),
        (number, "920.01", "allocation-above-rest"),
    ):
        problem(by_hand(case, receipt, document, amount), 409, code)
    ok(by_hand(case, receipt, number, "900.00"), 201)
    assert case.told()[5:] == [
        ("381", "after_grace", "900.00"),
        ("380", "operator_part", "900.00"),
        ("503", "deposit", "220.00"),
    ]
    ok(by_hand(case, receipt, case.invoice("after_grace")["number"], "20.00"), 201)
    assert case.statement("2026-05-31")["due"] == "0.00"
    spare = case.receive("5.00", "2026-03-10", case.file_number, "opco")
    problem(by_hand(case, spare, number, "5.00"), 409, "allocation-above-open")


def test_operator_money_that_names_a_case_pays_no_other_by_hand(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    other = Case(api, number="C2026-000002", file_number="A-2")
    other.to_the_end()
    receipt = case.receive("2000.00", "2026-01-31", case.file_number, "opco")
    number = other.invoice("operator_part")["number"]
    problem(by_hand(case, receipt, number, "80.00"), 409, "receipt-of-another-case")
    unnamed = case.receive("80.00", "2026-01-31", None, "opco")
    ok(by_hand(case, unnamed, number, "80.00"), 201)
    assert other.invoice("operator_part")["paid"] == "80.00"
