"""A company's deposit that nothing needs any more: credited (503) and paid back, once (clauses, section 7)."""

from functools import partial
from typing import Any

import pytest

from tests.payments.api.test_payments_waiting_money import approved, left_of, second_of
from tests.payments.story import Case
from tests.support.client import ok
from tests.support.service import ServiceUnderTest
from tests.support.together import together


def refunds_of(case: Case) -> list[dict[str, Any]]:
    listed = ok(case.accounting.get("/v1/refunds?limit=100"))["items"]
    return [each for each in listed if each["customer_id"] == str(case.customer_id)]


def told_of(case: Case) -> list[tuple[str, str]]:
    return [(each["reason"], each["amount"]) for each in refunds_of(case)]


def test_the_operator_pays_in_time_and_240_go_back(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-20")
    case.receive("1920.00", "2026-02-20", case.invoice("operator_part")["number"], "opco")
    note = case.invoice("deposit", "503")
    deposit = case.invoice("deposit", "386")
    assert (note["total"]["incl_tax"], note["credits"], note["clause"]) == ("240.00", deposit["number"], "3.3")
    (refund,) = refunds_of(case)
    assert (refund["amount"], refund["reason"], refund["refund_by"]) == ("240.00", "deposit_not_needed", "2026-03-06")
    receipt = ok(case.accounting.get(f"/v1/receipts/{refund['receipt_id']}"))
    assert [(part["amount"], part["deposit_invoice"]) for part in receipt["allocations"]] == [
        ("480.00", deposit["number"])
    ]
    assert (receipt["refunded"], receipt["unallocated"]) == ("240.00", "0.00")
    request = case.deposit_request()
    assert (request["received"], request["given_back"], request["complete"]) == ("480.00", "240.00", True)
    statement = case.statement("2026-02-20")
    assert (statement["due"], statement["unapplied_deposits"], statement["unallocated"]) == ("0.00", "0.00", "0.00")
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_nothing_goes_back_while_a_cent_of_the_operator_is_open(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-20")
    number = case.invoice("operator_part")["number"]
    case.receive("1919.99", "2026-02-20", number, "opco")
    assert refunds_of(case) == []
    case.receive("0.01", "2026-02-20", number, "opco")
    assert told_of(case) == [("deposit_not_needed", "240.00")]


def test_an_operator_that_paid_before_the_end_frees_it_at_the_end(api: ServiceUnderTest) -> None:
    case = approved(api)
    case.receive("1920.00", "2026-01-20", case.file_number, "opco")
    assert refunds_of(case) == []
    case.complete()
    assert told_of(case) == [("deposit_not_needed", "240.00")]


def test_two_operators_free_it_with_the_last_cent_of_the_last(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    case.pay_deposit()
    case.ask_funding("1000.00")
    case.approve("1000.00")
    case.file_number = "A-2"
    case.ask_funding("920.00", on="2026-01-20")
    case.approve("920.00")
    case.complete()
    api.move_to("2026-02-10")
    case.receive("1000.00", "2026-02-10", "A-2026-17", "opco")
    assert refunds_of(case) == []
    case.receive("920.00", "2026-02-10", "A-2", "opco")
    assert told_of(case) == [("deposit_not_needed", "240.00")]


@pytest.mark.parametrize(("amount", "refund"), [("920.00", "240.00"), ("800.00", "120.00")])
def test_an_undone_fallback_gives_back_what_the_rest_does_not_need(
    api: ServiceUnderTest, amount: str, refund: str
) -> None:
    case = Case(api)
    case.to_the_fallback()
    assert refunds_of(case) == []
    api.move_to("2026-03-10")
    case.receive(amount, "2026-02-28", case.file_number, "opco")
    assert told_of(case) == [("deposit_not_needed", refund)]
    assert case.statement("2026-03-10")["due"] == "0.00"


def test_late_operator_money_leaves_the_deposit_where_it_is(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-10")
    case.receive("920.00", "2026-03-10", case.file_number, "opco")
    assert (refunds_of(case), case.statement("2026-03-10")["open"]) == ([], "0.00")


def test_what_else_the_client_owes_takes_it_before_it_goes_back(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    other = second_of(case, on="2026-02-02")
    api.move_to("2026-02-10")
    other.receive("2250.00", "2026-02-10", other.invoice("final")["number"])
    case.receive("1920.00", "2026-02-10", case.file_number, "opco")
    assert other.invoice("final")["open"] == "0.00"
    assert told_of(case) == [("deposit_not_needed", "90.00")]


def test_other_money_left_on_the_same_receipt_is_not_paid_back_with_it(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    api.move_to("2026-01-12")
    receipt = case.receive("750.00", "2026-01-12", case.deposit_request()["number"])
    case.ask_funding()
    case.approve()
    case.complete()
    case.receive("1920.00", "2026-01-31", case.file_number, "opco")
    assert (told_of(case), left_of(case, receipt)) == ([("deposit_not_needed", "240.00")], "30.00")


def test_it_goes_back_once_however_the_operators_money_comes_at_once(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-02-10")
    number = case.invoice("operator_part")["number"]
    together([partial(case.receive, "960.00", "2026-02-10", number, "opco") for _ in range(3)])
    assert told_of(case) == [("deposit_not_needed", "240.00")]
    assert [kind for kind, _, _ in case.told()].count("503") == 1
