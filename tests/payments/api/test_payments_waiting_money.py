"""Money that came before what it pays, or that nothing matched, is never lost (clauses, section 7)."""

from typing import Any

import pytest

from chassis.auth import Role
from tests.payments.story import OPCO, Case
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key


def approved(api: ServiceUnderTest) -> Case:
    """Deposit paid, 1,920.00 approved; the training has not ended."""
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    return case


def plain(api: ServiceUnderTest, **told: str) -> Case:
    """Signed without operator; 2,400.00, deposit 720.00."""
    case = Case(api, **told)  # type: ignore[arg-type]
    case.sign(opco_named=None)
    api.move_to("2026-01-12")
    return case


def second_of(case: Case, on: str = "2026-02-02") -> Case:
    """Another contract of the same customer, without deposit paid, ended: 2,400.00 due."""
    second = Case(case.api, customer_id=case.customer_id, number="C2026-000002")
    second.sign(on=on, opco_named=None)
    second.complete(on=on)
    return second


def left_of(case: Case, receipt: dict[str, str]) -> str:
    return str(ok(case.accounting.get(f"/v1/receipts/{receipt['id']}"))["unallocated"])


def by_hand(case: Case, receipt: dict[str, str], document: str, amount: str) -> Any:
    body = {"document": document, "amount": amount}
    return case.accounting.post(f"/v1/receipts/{receipt['id']}/allocations", json=body, once=key())


@pytest.mark.parametrize(("paid", "again"), [("1920.00", "0.00"), ("1000.00", "680.00")])
def test_an_operator_that_paid_before_the_end_has_paid(api: ServiceUnderTest, paid: str, again: str) -> None:
    case = approved(api)
    receipt = case.receive(paid, "2026-01-20", case.file_number, "opco")
    assert receipt["unallocated"] == paid
    case.complete()
    assert (case.invoice("operator_part")["paid"], left_of(case, receipt)) == (paid, "0.00")
    api.move_to("2026-03-01")
    api.sweep()
    assert case.statement("2026-03-01")["open"] == again


def test_an_operator_that_paid_after_the_end_that_was_told_late_has_paid_in_time(api: ServiceUnderTest) -> None:
    case = approved(api)
    api.move_to("2026-02-10")
    case.receive("1920.00", "2026-02-10", case.file_number, "opco")
    api.move_to("2026-03-10")
    api.deliver(case.completed_event())
    api.sweep()
    assert [kind for kind, _, _ in case.told()] == ["386", "380", "380", "503"]
    assert case.statement("2026-03-10")["open"] == "0.00"


def test_waiting_money_dated_late_pays_the_clients_invoice_and_that_in_time_the_operators(
    api: ServiceUnderTest,
) -> None:
    case = approved(api)
    api.move_to("2026-03-10")
    late = case.receive("500.00", "2026-03-05", case.file_number, "opco")
    case.receive("1000.00", "2026-02-28", case.file_number, "opco")
    api.deliver(case.completed_event())
    assert case.invoice("operator_part")["paid"] == "1000.00"
    after = case.invoice("after_grace")
    assert (after["amount_due"], after["open"], left_of(case, late)) == ("680.00", "180.00", "0.00")


def test_money_for_a_file_that_is_recorded_after_it_is_booked_at_the_end(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    ok(api.client(Role.ADMIN).put(f"/v1/opcos/{case.opco}", json=OPCO))
    receipt = case.receive("1920.00", "2026-01-12", case.file_number, "opco")
    assert (receipt["unallocated"], receipt["reference"]) == ("1920.00", case.file_number)
    case.ask_funding()
    case.approve()
    case.complete()
    assert (case.invoice("operator_part")["open"], left_of(case, receipt)) == ("0.00", "0.00")


def test_what_was_paid_above_the_deposit_pays_the_final_invoice(api: ServiceUnderTest) -> None:
    case = plain(api)
    receipt = case.receive("2400.00", "2026-01-12", case.deposit_request()["number"])
    assert receipt["unallocated"] == "1680.00"
    case.complete()
    assert (case.invoice("final")["open"], left_of(case, receipt)) == ("0.00", "0.00")
    assert case.statement("2026-05-31")["due"] == "0.00"


@pytest.mark.parametrize(
    ("paid", "received", "due"), [("2000.00", "1280.00", "400.00"), ("2500.00", "1680.00", "0.00")]
)
def test_the_final_invoice_and_its_mail_ask_for_nothing_that_was_paid(
    api: ServiceUnderTest, paid: str, received: str, due: str
) -> None:
    case = plain(api)
    case.receive(paid, "2026-01-12", case.deposit_request()["number"])
    case.complete()
    final = case.invoice("final")
    assert (final["received"], final["received_on"], final["amount_due"]) == (received, "2026-01-12", due)
    assert (final["paid"], final["open"]) == (received, due)
    asked = api.mails()[-1].body
    assert ("Aucun règlement n’est attendu" in asked) == (due == "0.00")
    assert ("Montant à régler : 400,00" in asked) == (due == "400.00")
    assert case.statement("2026-01-31")["open"] == due


def test_what_an_older_invoice_takes_is_not_stated_on_a_newer_one(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    older = second_of(case, on="2026-01-31")
    api.move_to("2026-02-20")
    older_open = older.invoice("final")["open"]
    case.receive("2500.00", "2026-02-20", None)
    api.move_to("2026-03-01")
    api.sweep()
    after = case.invoice("after_grace")
    assert (older_open, older.invoice("final")["open"]) == ("2400.00", "0.00")
    assert (after["received"], after["amount_due"], after["open"]) == ("100.00", "1580.00", "1580.00")
    (billed,) = api.published("payments.client-billed-after-grace.v1")
    assert billed["data"]["amount_due"] == "1580.00"


def test_the_balance_that_names_the_deposit_request_pays_the_invoice(api: ServiceUnderTest) -> None:
    case = plain(api)
    number = case.deposit_request()["number"]
    case.receive("700.00", "2026-01-12", number)
    case.complete()
    api.move_to("2026-02-01")
    receipt = case.receive("1700.00", "2026-02-01", number)
    final = case.invoice("final")
    assert receipt["allocations"] == [{"document": final["number"], "amount": "1700.00", "deposit_invoice": None}]
    assert (final["open"], receipt["unallocated"]) == ("0.00", "0.00")


def test_what_exceeds_a_named_invoice_pays_the_oldest_due_of_the_customer(api: ServiceUnderTest) -> None:
    case = plain(api)
    case.pay_deposit()
    case.complete()
    second = second_of(case)
    api.move_to("2026-02-10")
    receipt = case.receive("2600.00", "2026-02-10", second.invoice("final")["number"])
    assert [(part["document"], part["amount"]) for part in receipt["allocations"]] == [
        (second.invoice("final")["number"], "2400.00"),
        (case.invoice("final")["number"], "200.00"),
    ]


def test_money_freed_by_an_undone_fallback_pays_what_else_is_open(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    second = second_of(case, on="2026-03-02")
    api.move_to("2026-03-05")
    paid = case.receive("680.00", "2026-03-05", case.invoice("after_grace")["number"])
    api.move_to("2026-03-10")
    case.receive("920.00", "2026-02-28", case.file_number, "opco")
    # 2,400.00 less the 680.00, and less the 240.00 of deposit that the first contract needs no more.
    assert (second.invoice("final")["open"], left_of(case, paid)) == ("1480.00", "0.00")


def test_what_is_left_pays_the_invoice_after_grace_as_soon_as_it_is_issued(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-20")
    receipt = case.receive("500.00", "2026-02-20", None)
    assert receipt["unallocated"] == "500.00"
    api.move_to("2026-03-01")
    api.sweep()
    assert (case.invoice("after_grace")["open"], left_of(case, receipt)) == ("1180.00", "0.00")


def test_a_company_pays_its_deposit_without_naming_it(api: ServiceUnderTest) -> None:
    case = plain(api)
    receipt = case.receive("800.00", "2026-01-12", None)
    number = case.deposit_request()["number"]
    assert receipt["allocations"] == [{"document": number, "amount": "720.00", "deposit_invoice": "F2026-000001"}]
    assert (receipt["unallocated"], case.deposit_request()["complete"]) == ("80.00", True)
    assert len(api.published("payments.deposit-paid.v1")) == 1


def test_one_receipt_pays_the_oldest_of_all_that_is_asked_for_deposits_included(api: ServiceUnderTest) -> None:
    case = plain(api)
    second, third = (Case(api, customer_id=case.customer_id, number=f"C2026-00000{n}") for n in (2, 3))
    second.sign(
        on="2026-01-13",
        opco_named=None,
        deposit={"amount": "100.00", "callable_on": "2026-01-13", "due_on": "2026-01-28"},
    )
    third.sign(
        on="2026-01-13",
        opco_named=None,
        deposit={"amount": "100.00", "callable_on": "2026-01-13", "due_on": "2026-02-28"},
    )
    third.complete(on="2026-02-03")
    receipt = case.receive("920.00", "2026-02-03", None)
    assert [(part["document"], part["amount"], part["deposit_invoice"]) for part in receipt["allocations"]] == [
        (case.deposit_request()["number"], "720.00", case.invoice("deposit", "386")["number"]),
        (second.deposit_request()["number"], "100.00", second.invoice("deposit", "386")["number"]),
        (third.invoice("final")["number"], "100.00", None),
    ]


def test_what_exceeds_a_named_deposit_concludes_no_other_contract(api: ServiceUnderTest) -> None:
    case = plain(api)
    second = Case(api, customer_id=case.customer_id, number="C2026-000002")
    second.sign(on="2026-01-12", opco_named=None)
    receipt = case.receive("1000.00", "2026-01-12", case.deposit_request()["number"])
    assert (receipt["unallocated"], second.deposit_request()["received"]) == ("280.00", "0.00")


def test_the_number_of_an_invoice_comes_before_a_file_number_of_the_same_text(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    number = case.invoice("operator_part")["number"]
    other = Case(api, number="C2026-000002", file_number=number)
    session = {"session_id": str(other.contract_id), "starts_on": "2026-05-01", "ends_on": "2026-05-02"}
    other.sign(on="2026-02-01", session=session)
    other.ask_funding(on="2026-02-01")
    receipt = case.receive("1920.00", "2026-02-01", number, "opco")
    assert (receipt["unallocated"], case.invoice("operator_part")["open"]) == ("0.00", "0.00")


def test_a_past_statement_shows_money_whose_invoice_was_not_yet_issued(api: ServiceUnderTest) -> None:
    case = plain(api)
    case.pay_deposit()
    api.move_to("2026-02-10")
    api.deliver(case.completed_event())
    case.receive("1680.00", "2026-02-05", None)
    told = {day: case.statement(day) for day in ("2026-02-04", "2026-02-05", "2026-02-09", "2026-02-10")}
    assert [each["unallocated"] for each in told.values()] == ["0.00", "1680.00", "1680.00", "0.00"]
    assert [each["unapplied_deposits"] for each in told.values()] == ["720.00", "720.00", "720.00", "0.00"]
    assert told["2026-02-10"]["open"] == "0.00"
