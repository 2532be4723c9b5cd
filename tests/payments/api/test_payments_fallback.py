"""Around the fallback: in time, late, booked late but dated in time, before any sweep, twice (clause 3.3)."""

import pytest

from tests.payments.story import Case, duties_of
from tests.support.client import problem
from tests.support.service import ServiceUnderTest, key


def test_paid_in_full_by_value_date_nothing_falls_back(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-28")
    case.receive("1920.00", "2026-02-28", case.invoice("operator_part")["number"], "opco")
    api.move_to("2026-03-01")
    assert api.sweep() == 1
    assert case.told()[3:] == [("503", "deposit", "240.00")]
    statement = case.statement("2026-03-01")
    assert (statement["open"], statement["unapplied_deposits"]) == ("0.00", "0.00")


def test_nothing_paid_leaves_1680_to_the_client(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback(paid=None)
    after = case.invoice("after_grace")
    assert (after["total"]["incl_tax"], after["amount_due"]) == ("1920.00", "1680.00")


def test_money_dated_in_time_and_booked_before_a_late_sweep_counts(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-03-02")
    case.receive("1920.00", "2026-02-28", case.file_number, "opco")
    api.sweep()
    assert [kind for kind, _, _ in case.told()] == ["386", "380", "380", "503"]


def test_late_money_before_a_late_sweep_finds_the_fallback_done(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-03-03")
    receipt = case.receive("1920.00", "2026-03-02", case.invoice("operator_part")["number"], "opco")
    after = case.invoice("after_grace")
    assert receipt["allocations"] == [{"document": after["number"], "amount": "1680.00", "deposit_invoice": None}]
    assert receipt["unallocated"] == "240.00"
    api.sweep()
    assert len(case.invoices()) == 5
    assert len(api.published("payments.client-billed-after-grace.v1")) == 1
    assert case.statement("2026-03-03")["open"] == "0.00"


def test_late_money_pays_what_is_open_and_the_rest_stays_on_the_receipt(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-11")
    after = case.invoice("after_grace")
    case.receive("600.00", "2026-03-10", after["number"])
    receipt = case.receive("920.00", "2026-03-11", case.file_number, "opco")
    assert receipt["allocations"] == [{"document": after["number"], "amount": "80.00", "deposit_invoice": None}]
    assert receipt["unallocated"] == "840.00"
    statement = case.statement("2026-05-31")
    # 680.00 over 9 days, then 80.00 over one, at 12.15 %.
    assert (statement["open"], statement["interest"], statement["recovery_fee"]) == ("0.00", "2.06", "40.00")
    assert statement["unallocated"] == "0.00"


def test_money_dated_in_time_but_booked_late_undoes_the_fallback(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-10")
    receipt = case.receive("920.00", "2026-02-28", case.invoice("operator_part")["number"], "opco")
    credited = [("381", "after_grace", "920.00"), ("380", "operator_part", "920.00"), ("503", "deposit", "240.00")]
    assert case.told()[5:] == credited
    credit, reissued, _ = case.invoices()[5:]
    after = case.invoice("after_grace")
    assert (credit["credits"], credit["deducted"][0]["amount"]) == (after["number"], "240.00")
    assert (reissued["reissues"], reissued["due_on"]) == (case.invoice("operator_part")["number"], "2026-03-10")
    assert receipt["allocations"] == [{"document": reissued["number"], "amount": "920.00", "deposit_invoice": None}]
    assert (reissued["amount_due"], reissued["received_on"], reissued["paid"]) == ("0.00", "2026-02-28", "920.00")
    assert (after["open"], reissued["open"], receipt["unallocated"]) == ("0.00", "0.00", "0.00")
    statement = case.statement("2026-05-31")
    assert (statement["due"], statement["unapplied_deposits"]) == ("0.00", "0.00")
    assert [refund["amount"] for refund in statement["refunds"]] == ["240.00"]
    assert duties_of(api) == []


def test_a_part_undoes_its_amount_and_interest_runs_on_the_rest_alone(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-10")
    case.receive("100.00", "2026-02-27", case.file_number, "opco")
    after = case.invoice("after_grace")
    assert (after["credited"], after["open"]) == ("100.00", "580.00")
    statement = case.statement("2026-05-31")
    assert (statement["open"], statement["interest"], statement["unapplied_deposits"]) == ("580.00", "17.57", "0.00")


def test_undoing_frees_what_the_client_paid_meanwhile(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-05")
    paid = case.receive("680.00", "2026-03-05", case.invoice("after_grace")["number"])
    api.move_to("2026-03-10")
    case.receive("1000.00", "2026-02-28", case.file_number, "opco")
    freed = case.accounting.get(f"/v1/receipts/{paid['id']}").json()
    assert (freed["allocations"], freed["unallocated"]) == ([], "680.00")
    statement = case.statement("2026-05-31")
    assert (statement["due"], statement["unapplied_deposits"], statement["unallocated"]) == ("0.00", "0.00", "680.00")
    assert case.accounting.get("/v1/invoices/verification").json()["state"] == "intact"


def test_undoing_twice_in_parts_comes_to_the_same(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback(paid=None)
    api.move_to("2026-03-10")
    amounts = ("900.00", "1000.00", "20.00", "5.00")
    left = [case.receive(amount, "2026-02-28", case.file_number, "opco")["unallocated"] for amount in amounts]
    assert left == ["0.00", "0.00", "0.00", "5.00"]
    statement = case.statement("2026-03-31")
    assert (statement["due"], statement["unapplied_deposits"]) == ("0.00", "0.00")
    assert [refund["amount"] for refund in statement["refunds"]] == ["220.00", "20.00"]


def test_a_deposit_given_back_goes_to_the_other_invoice_after_grace_of_its_contract(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding("1000.00")
    case.approve("1000.00")
    case.file_number = "A-2"
    case.ask_funding("920.00", on="2026-01-20")
    case.approve("920.00")
    case.complete()
    api.move_to("2026-03-01")
    api.sweep()
    assert (case.statement("2026-03-01")["open"], case.statement("2026-03-01")["unapplied_deposits"]) == (
        "1680.00",
        "0.00",
    )
    api.move_to("2026-03-10")
    case.receive("1000.00", "2026-02-28", "A-2026-17", "opco")
    statement = case.statement("2026-03-10")
    assert (statement["open"], statement["unapplied_deposits"]) == ("680.00", "0.00")
    case.receive("920.00", "2026-02-28", "A-2", "opco")
    statement = case.statement("2026-03-10")
    assert (statement["due"], statement["unapplied_deposits"]) == ("0.00", "0.00")
    assert [refund["amount"] for refund in statement["refunds"]] == ["240.00"]
    assert case.accounting.get("/v1/invoices/verification").json()["state"] == "intact"


def test_an_operator_pays_its_own_case_only(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002", opco="akto", file_number="K-1")
    case.to_the_end()
    other.to_the_end()
    body = other.receipt("100.00", "2026-01-31", case.invoice("operator_part")["number"], "opco")
    problem(case.accounting.post("/v1/receipts", json=body, once=key()), 409, "reference-of-another-payer")
    body = case.receipt("100.00", "2026-01-31", case.invoice("final")["number"], "opco")
    problem(case.accounting.post("/v1/receipts", json=body, once=key()), 409, "reference-of-another-payer")
    assert case.receive("100.00", "2026-01-31", None, "opco")["unallocated"] == "100.00"


def test_an_operators_money_before_the_end_waits_on_the_receipt(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    assert case.receive("1920.00", "2026-01-20", case.file_number, "opco")["unallocated"] == "1920.00"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"value_date": "2026-03-02"}, 422, "invalid-request"),
        ({"value_date": "2026-02-30"}, 422, "invalid-request"),
        ({"amount": "0.00"}, 422, "invalid-request"),
        ({"amount": "1.234"}, 422, "invalid-request"),
        ({"amount": 12}, 422, "invalid-request"),
        ({"reference": "F2026-999999"}, 422, "invalid-request"),
        ({"payer": {"kind": "customer", "id": "somebody"}}, 422, "invalid-request"),
        ({"payer": {"kind": "customer", "id": "0190a0a0-0000-7000-8000-000000000000"}}, 422, "invalid-request"),
        ({"payer": {"kind": "opco", "id": "nobody"}}, 422, "invalid-request"),
        ({"currency": "EUR"}, 422, "invalid-request"),
        ({"reference": "F2026-000001"}, 409, "reference-not-payable"),
        ({"reference": "F2026-000002"}, 409, "reference-of-another-payer"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_and_kept_nowhere(
    api: ServiceUnderTest, changed: dict[str, object], status: int, code: str
) -> None:
    case = Case(api)
    case.to_the_fallback()
    body = case.receipt("1.00", "2026-03-01", case.invoice("after_grace")["number"]) | changed
    problem(case.accounting.post("/v1/receipts", json=body, once=key()), status, code)
    assert len(case.accounting.get("/v1/receipts").json()["items"]) == 2


def test_a_customers_money_without_a_name_pays_the_oldest_due(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(opco_named=None)
    case.pay_deposit()
    case.complete()
    second = Case(api, customer_id=case.customer_id, number="C2026-000002")
    second.sign(on="2026-02-02", opco_named=None)
    second.complete(on="2026-02-02")
    api.move_to("2026-02-10")
    receipt = case.receive("2000.00", "2026-02-10", None)
    assert [(part["document"], part["amount"]) for part in receipt["allocations"]] == [
        (case.invoice("final")["number"], "1680.00"),
        (second.invoice("final")["number"], "320.00"),
    ]
