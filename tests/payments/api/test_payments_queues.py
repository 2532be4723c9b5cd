"""Money that waits stands in a queue that somebody can see, with the reason and since when (clauses, section 7)."""

from typing import Any

from chassis.auth import Role
from tests.payments.api.test_payments_reversals import reverse
from tests.payments.api.test_payments_waiting_money import approved, plain
from tests.payments.story import OPCO, Case, Individual
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest

QUEUES = ("early_money", "advance", "overpayment", "operator_unmatched", "operator_early", "operator_overpayment")


def queue(case: Case, reason: str) -> list[tuple[str, str]]:
    listed = ok(case.accounting.get(f"/v1/receipts?waiting={reason}&limit=100"))["items"]
    assert all(each["waiting"]["reason"] == reason for each in listed)
    return [(each["unallocated"], each["waiting"]["since"]) for each in listed]


def queues(case: Case) -> dict[str, list[str]]:
    told = {reason: [amount for amount, _ in queue(case, reason)] for reason in QUEUES}
    return {reason: amounts for reason, amounts in told.items() if amounts}


def test_a_customers_money_waits_for_what_is_to_be_billed_and_is_too_much_after(api: ServiceUnderTest) -> None:
    case = plain(api)
    receipt = case.receive("2500.00", "2026-01-12", None)
    assert receipt["waiting"] == {"reason": "advance", "since": "2026-01-12"}
    case.complete()
    assert queues(case) == {"overpayment": ["100.00"]}
    api.move_to("2026-02-10")
    case.receive("7.00", "2026-02-03", None)
    assert queue(case, "overpayment") == [("100.00", "2026-01-12"), ("7.00", "2026-02-10")]
    listed = ok(case.accounting.get("/v1/receipts?waiting=overpayment&limit=1"))
    following = ok(case.accounting.get(f"/v1/receipts?waiting=overpayment&limit=1&cursor={listed['next_cursor']}"))
    assert [each["unallocated"] for each in (*listed["items"], *following["items"])] == ["100.00", "7.00"]
    assert following["next_cursor"] is None


def test_early_money_has_its_queue(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    case.receive("500.00", "2026-03-07", None)
    assert queues(case) == {"early_money": ["500.00"]}
    case.withdraw()
    assert queues(case) == {}


def test_an_operators_money_waits_for_its_file_for_the_end_or_is_too_much(api: ServiceUnderTest) -> None:
    case = approved(api)
    early = case.receive("2000.00", "2026-01-20", case.file_number, "opco")
    assert early["waiting"] == {"reason": "operator_early", "since": "2026-01-20"}
    for reference in (None, "A-UNKNOWN"):
        case.receive("10.00", "2026-01-20", reference, "opco")
    assert queues(case) == {"operator_unmatched": ["10.00", "10.00"], "operator_early": ["2000.00"]}
    case.complete()
    assert queues(case) == {"operator_unmatched": ["10.00", "10.00"], "operator_overpayment": ["80.00"]}
    ok(reverse(case, early, "2026-01-31"), 201)
    assert queues(case) == {"operator_unmatched": ["10.00", "10.00"]}


def test_money_freed_waits_since_that_day(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    api.move_to("2026-03-05")
    paid: dict[str, Any] = case.receive("680.00", "2026-03-05", case.invoice("after_grace")["number"])
    assert paid["waiting"] is None
    api.move_to("2026-03-10")
    case.receive("1000.00", "2026-02-28", case.file_number, "opco")
    assert queue(case, "overpayment") == [("680.00", "2026-03-10")]
    assert queue(case, "operator_overpayment") == [("80.00", "2026-03-10")]


def test_a_queue_that_is_not_known_is_said(api: ServiceUnderTest) -> None:
    ok(api.client(Role.ADMIN).put("/v1/opcos/atlas", json=OPCO))
    problem(api.client(Role.ACCOUNTING).get("/v1/receipts?waiting=other"), 422, "invalid-request")
