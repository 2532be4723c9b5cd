"""An individual's money at the same moment and in any order: nothing twice, nothing lost (both databases)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.values.money import Money
from tests.payments.story import CONCLUDED, Individual, duties_of
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, cloud_event, key
from tests.support.together import together

NUMBERS = count(100)
PRICE, DEPOSIT = Money.parse("2400.00").cents, Money.parse("720.00").cents


def concluded_event(case: Individual, on: str = "2026-03-30") -> dict[str, object]:
    data = {"contract_id": str(case.contract_id), "contract_number": case.number, "concluded_on": on}
    return cloud_event(CONCLUDED, str(case.contract_id), data)


def cents(written: str) -> int:
    return Money.parse(written).cents


@dataclass
class Watched(Individual):
    """One whose receipts are known."""

    receipts: list[str] = field(default_factory=list)

    def receive(self, *told: Any, **more: Any) -> dict[str, Any]:
        made = super().receive(*told, **more)
        self.receipts.append(made["id"])
        return made


def own_receipts(case: Watched) -> list[dict[str, Any]]:
    return [ok(case.accounting.get(f"/v1/receipts/{each}")) for each in case.receipts]


def check(case: Watched, is_started: bool) -> None:
    """What holds at every moment."""
    told = dict.fromkeys(("380", "381", "386", "503"), 0)
    for kind, _, amount in case.told():
        told[kind] += cents(amount)
    assert told["381"] <= told["380"] <= PRICE, "nothing is billed above the price"
    assert told["503"] <= told["386"] <= DEPOSIT, "nor is more than the deposit ever invoiced as deposit"
    assert is_started or told["380"] == 0, "before the start nothing but the deposit is asked for"
    for receipt in own_receipts(case):
        paid = sum(cents(part["amount"]) for part in receipt["allocations"])
        refunded, left = cents(receipt["refunded"]), cents(receipt["unallocated"])
        assert paid + refunded + left == cents(receipt["amount"])
        assert min(paid, refunded, left) >= 0


def is_started(case: Individual) -> bool:
    return str(case.api.platform.clock.today()) >= "2026-04-13"


def _confirm(case: Individual) -> None:
    listed = ok(case.accounting.get(f"/v1/deposit-requests?contract_id={case.contract_id}"))["items"]
    for request in listed:
        case.customer.post(f"/v1/deposit-requests/{request['id']}/confirmation", once=key())


def _pay_all(case: Individual) -> None:
    for refund in case.refunds():
        case.approve_refund(refund)
        body = {"paid_on": "2026-03-26", "bank_reference": "VIR"}
        ok(case.accounting.post(f"/v1/refunds/{refund['id']}/payment", json=body, once=key()), 201)


STEPS: dict[str, Callable[[Individual], object]] = {
    "early money": lambda case: case.receive("500.00", "2026-03-10", None),
    "the deposit": lambda case: case.receive("720.00", "2026-03-24", case.number),
    "too much": lambda case: case.receive("900.00", "2026-03-25", None),
    "confirmation": _confirm,
    "conclusion": lambda case: case.api.deliver(concluded_event(case)),
    "a sweep": lambda case: case.api.sweep(),
    "day one": lambda case: case.train("2026-04-13"),
    "day two": lambda case: case.train("2026-04-14"),
    "the end": lambda case: case.complete("2026-04-15"),
    "withdrawal": lambda case: case.api.deliver(case.withdrawn_event("2026-03-23", "2026-04-06")),
    "payment": _pay_all,
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=12))
def test_in_any_order_nothing_is_billed_taken_or_paid_back_twice(api: ServiceUnderTest, order: list[str]) -> None:
    case = Watched(api, number=f"C2026-{next(NUMBERS):06d}")
    case.sign()
    api.move_to("2026-03-26")
    for step in order:
        STEPS[step](case)
        check(case, is_started(case))
    for step in ("a sweep", "withdrawal", "payment"):
        STEPS[step](case)
    check(case, is_started(case))
    statement = case.statement("2026-04-30")
    assert [statement[name] for name in ("due", "unapplied_deposits", "unallocated")] == ["0.00"] * 3
    own = sum(cents(each["amount"]) for each in own_receipts(case))
    assert sum(cents(each["amount"]) for each in case.refunds("paid")) == own, "all of it went back, once"


@pytest.mark.parametrize("step", ["sweep", "receipt", "confirmation", "end"])
def test_a_withdrawal_and_something_else_at_once(api: ServiceUnderTest, step: str) -> None:
    cases = [Watched(api, number=f"C2026-00010{n}") for n in range(3)]
    for case in cases:
        case.sign()
        case.receive("500.00", "2026-03-07", None)
    if step != "sweep":
        cases[0].ask()
    api.move_to("2026-03-25")
    jobs: list[Callable[[], object]] = [api.platform.sweep, api.platform.sweep]
    for case in cases:
        others: dict[str, Callable[[], object]] = {
            "sweep": api.platform.sweep,
            "receipt": partial(case.receive, "720.00", "2026-03-25", None),
            "confirmation": partial(_confirm, case),
            "end": partial(api.deliver, case.completed_event()),
        }
        jobs += [partial(api.deliver, case.withdrawn_event("2026-03-23", "2026-04-06")), others[step]]
    together(jobs)
    for case in cases:
        check(case, is_started=step == "end")
        refunded = sum(cents(each["amount"]) for each in case.refunds())
        assert refunded == cents("1220.00" if step == "receipt" else "500.00")
        assert case.statement("2026-04-30")["due"] == "0.00"
    assert duties_of(api) == []
    assert ok(cases[0].accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_many_confirmations_and_refunds_of_the_same_money_at_once_give_it_out_once(api: ServiceUnderTest) -> None:
    case = Watched(api)
    case.sign()
    receipt = case.receive("1000.00", "2026-03-07", None)
    case.ask()
    body = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "1000.00"}
    refund = partial(case.accounting.post, "/v1/refunds", json=body)
    jobs: list[Callable[[], object]] = [*[partial(_confirm, case)] * 3, *[lambda: refund(once=key())] * 3]
    together(jobs)
    check(case, is_started=False)
    refunded = sum(cents(each["amount"]) for each in case.refunds())
    assert refunded + cents(case.deposit_request()["received"]) == cents("1000.00")


def test_a_refund_paid_by_many_at_once_is_paid_once(api: ServiceUnderTest) -> None:
    case = Watched(api)
    case.sign()
    case.receive("720.00", "2026-03-07", None)
    case.withdraw()
    (refund,) = case.refunds()
    body = {"paid_on": "2026-03-18", "bank_reference": "VIR"}
    path = f"/v1/refunds/{refund['id']}/payment"
    case.approve_refund(refund)
    answers = together([lambda: case.accounting.post(path, json=body, once=key())] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(api.published("payments.refund-paid.v1")) == 1


def test_two_sweeps_and_the_end_at_once_bill_the_price(api: ServiceUnderTest) -> None:
    cases = [Watched(api, number=f"C2026-00010{n}") for n in range(3)]
    for case in cases:
        case.sign()
    cases[0].ask()
    for case in cases:
        case.receive("720.00", "2026-03-24", case.number)
        api.deliver(concluded_event(case))
    api.move_to("2026-04-15")
    jobs: list[Callable[[], object]] = [api.platform.sweep, api.platform.sweep]
    jobs += [partial(api.deliver, case.completed_event()) for case in cases]
    together(jobs)
    for case in cases:
        billed = [cents(amount) for kind, _, amount in case.told() if kind == "380"]
        assert sum(billed) == PRICE
        assert case.statement("2026-04-15")["due"] == "1680.00"
    assert duties_of(api) == []


def test_what_dies_before_its_commit_leaves_nothing_and_is_done_again(api: ServiceUnderTest) -> None:
    case = Watched(api)
    case.sign()
    case.receive("500.00", "2026-03-07", None)
    api.move_to("2026-03-24")
    with api.commits_fail():
        assert api.sweep() == 0
    assert case.ask()["received"] == "0.00"
    event = case.withdrawn_event("2026-03-23", "2026-04-06")
    with api.commits_fail():
        assert not case.api.client("service").post("/events", json=event).is_success
    assert case.refunds() == []
    api.restart()
    api.deliver(event)
    assert [each["amount"] for each in case.refunds()] == ["500.00"]
