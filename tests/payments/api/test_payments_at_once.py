"""Many at the same moment: one effect each, no gap, no double (both databases)."""

from collections.abc import Callable
from functools import partial

import pytest

from chassis.values.money import Money
from services.payments.domain.invoice import Payer, PayerKind
from services.payments.use_cases.receipts import NewReceipt, book_receipt
from tests.payments.story import Case
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key
from tests.support.together import together

WRITERS = 16


def test_two_sweeps_at_once_fall_back_once(api: ServiceUnderTest) -> None:
    cases = [Case(api, number=f"C2026-00000{n}", file_number=f"A-{n}") for n in range(4)]
    for case in cases:
        case.to_the_end()
    api.move_to("2026-03-01")
    done = together([api.platform.sweep] * 4)
    assert sum(done) == 4
    for case in cases:
        assert case.told()[3:] == [("381", "operator_part", "1920.00"), ("380", "after_grace", "1920.00")]
    assert len(api.published("payments.client-billed-after-grace.v1")) == 4
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_a_sweep_and_late_money_at_once_fall_back_once(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-03-02")
    jobs: list[Callable[[], object]] = [
        api.platform.sweep,
        partial(case.receive, "1000.00", "2026-03-02", case.file_number, "opco"),
    ]
    together(jobs)
    assert len(case.invoices()) == 5
    assert case.invoice("after_grace")["open"] == "680.00"


def test_a_sweep_and_money_in_time_at_once_never_bill_the_same_cent_twice(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_end()
    api.move_to("2026-03-01")
    jobs: list[Callable[[], object]] = [
        api.platform.sweep,
        partial(case.receive, "920.00", "2026-02-28", case.file_number, "opco"),
    ]
    together(jobs)
    statement = case.statement("2026-03-01")
    assert statement["open"] == "760.00"
    assert case.invoice("operator_part")["open"] == "0.00"
    billed = {"380": 0, "381": 0, "386": 0}
    for document_type, _, amount in case.told():
        billed[document_type] += Money.parse(amount).cents
    assert billed["380"] - billed["381"] == Money.parse("2400.00").cents


def test_two_receipts_at_once_never_exceed_the_deposit(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    api.move_to("2026-01-12")
    number = case.deposit_request()["number"]
    made = together([partial(case.receive, "500.00", "2026-01-12", number)] * 4)
    taken = sorted(sum(Money.parse(part["amount"]).cents for part in each["allocations"]) for each in made)
    assert taken == [0, 0, 220_00, 500_00]
    assert len(api.published("payments.deposit-paid.v1")) == 1
    assert [amount for _, _, amount in case.told()] == ["500.00", "220.00"]


def test_ends_sweeps_and_money_of_one_customer_at_once_wait_for_each_other_in_one_order(api: ServiceUnderTest) -> None:
    first = Case(api)
    cases = [first] + [
        Case(api, customer_id=first.customer_id, number=f"C2026-00000{n}", file_number=f"A-{n}") for n in (2, 3)
    ]
    for case in cases[:2]:
        case.to_the_end()
    cases[2].sign(on="2026-01-31", opco_named=None)
    spare = first.receive("60.00", "2026-01-31", None, "opco")
    api.move_to("2026-03-05")
    jobs: list[Callable[[], object]] = [
        api.platform.sweep,
        partial(first.receive, "3000.00", "2026-03-05", None),
        partial(api.deliver, cases[2].completed_event()),
        partial(api.deliver, Case(api, customer_id=first.customer_id, number="C2026-000004").signed_event()),
    ]
    for case in cases[:2]:
        number = case.invoice("operator_part")["number"]
        body = {"document": number, "amount": "60.00"}
        jobs += [
            partial(case.receive, "700.00", "2026-02-28", case.file_number, "opco"),
            partial(case.receive, "100.00", "2026-03-02", case.file_number, "opco"),
            partial(case.receive, "500.00", "2026-03-05", None),
            partial(case.accounting.post, f"/v1/receipts/{spare['id']}/allocations", json=body, once=key()),
        ]
    together(jobs)
    api.sweep()
    receipts = ok(first.accounting.get("/v1/receipts?limit=100"))["items"]
    for receipt in receipts:
        paid = sum(Money.parse(part["amount"]).cents for part in receipt["allocations"])
        assert paid + Money.parse(receipt["unallocated"]).cents == Money.parse(receipt["amount"]).cents
        assert Money.parse(receipt["unallocated"]) >= Money(0)
    (taken,) = (receipt for receipt in receipts if receipt["id"] == spare["id"])
    assert taken["unallocated"] == "0.00"
    own_left = [each["unallocated"] for each in receipts if each["payer"]["kind"] == "customer"]
    is_open = first.statement("2026-03-05")["open"] != "0.00"
    assert not (is_open and any(left != "0.00" for left in own_left)), "no money idles beside a debt"
    assert ok(first.accounting.get("/v1/invoices/verification"))["state"] == "intact"


def test_one_receipt_matched_by_hand_to_two_customers_at_once_is_given_out_once(api: ServiceUnderTest) -> None:
    cases = [Case(api, number=f"C2026-00000{n}", file_number=f"A-{n}") for n in (1, 2)]
    for case in cases:
        case.to_the_end()
    receipt = cases[0].receive("100.00", "2026-01-31", None, "opco")
    answers = together(
        [
            partial(
                case.accounting.post,
                f"/v1/receipts/{receipt['id']}/allocations",
                json={"document": case.invoice("operator_part")["number"], "amount": "100.00"},
                once=key(),
            )
            for case in cases * 2
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert sorted(case.invoice("operator_part")["paid"] for case in cases) == ["0.00", "100.00"]


def test_one_key_many_times_at_once_books_once(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign()
    api.move_to("2026-01-12")
    number, once = case.deposit_request()["number"], key()
    made = together([partial(case.receive, "100.00", "2026-01-12", number, "customer", once)] * 8)
    assert all(each == made[0] for each in made)
    assert case.deposit_request()["received"] == "100.00"


def test_sixteen_writers_leave_no_gap_and_no_double_though_some_fail(api: ServiceUnderTest) -> None:
    cases = [Case(api, number=f"C2026-{n:06d}") for n in range(WRITERS)]
    for case in cases:
        case.sign()
    api.move_to("2026-01-12")

    def book(case: Case, number: str, fails: bool) -> None:
        payer = Payer(PayerKind.CUSTOMER, str(case.customer_id))
        new = NewReceipt(payer, Money.parse("720.00"), api.platform.clock.today(), number, "tests")
        with api.platform.unit_of_work() as tx:
            book_receipt(tx, new)
            if fails:
                raise RuntimeError("it fails before the commit")

    def attempt(case: Case, number: str) -> None:
        with pytest.raises(RuntimeError):
            book(case, number, fails=True)
        book(case, number, fails=False)

    together([partial(attempt, case, case.deposit_request()["number"]) for case in cases])
    listed = ok(cases[0].accounting.get("/v1/invoices?limit=100"))["items"]
    assert [each["number"] for each in listed] == [f"F2026-{n:06d}" for n in range(1, WRITERS + 1)]
    assert ok(cases[0].accounting.get("/v1/invoices/verification")) == {
        "state": "intact",
        "invoices": WRITERS,
        "faults": [],
    }


def test_signatures_of_two_sellers_at_once_each_open_a_series(api: ServiceUnderTest) -> None:
    api.move_to("2026-01-06")
    cases = [Case(api, number=f"C2026-{n:06d}") for n in range(8)]
    events = [case.signed_event() for case in cases]
    for event in events[::2]:
        event["data"]["seller"] = {**event["data"]["seller"], "code": "defi3"}
    together([partial(api.deliver, event) for event in events])
    numbers = sorted(case.deposit_request()["number"] for case in cases)
    first, second = ({number for number in numbers if number.startswith(prefix)} for prefix in ("D2026", "D-"))
    assert {number[-1] for number in first} == {number[-1] for number in second} == set("1234")
