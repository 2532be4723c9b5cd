"""Whatever happens, in any order: of each receipt, what pays, what goes back and what waits make what came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.values.money import Money
from tests.payments.story import Case
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key

NUMBERS = count(500)
PRICE = 240_000


def cents(written: str) -> int:
    return Money.parse(written).cents


@dataclass
class Watched(Case):
    """A company whose receipts are known."""

    receipts: list[str] = field(default_factory=list)

    def receive(self, *told: Any, **more: Any) -> dict[str, Any]:
        made = super().receive(*told, **more)
        self.receipts.append(made["id"])
        return made

    def read(self) -> list[dict[str, Any]]:
        return [ok(self.accounting.get(f"/v1/receipts/{each}")) for each in self.receipts]

    def refunds(self) -> list[dict[str, Any]]:
        listed = ok(self.accounting.get("/v1/refunds?limit=100"))["items"]
        return [each for each in listed if each["customer_id"] == str(self.customer_id)]


def check(case: Watched) -> None:
    """What holds at every moment."""
    refunds = case.refunds()
    for receipt in case.read():
        pays = sum(cents(part["amount"]) for part in receipt["allocations"])
        back, waits = cents(receipt["refunded"]), cents(receipt["unallocated"])
        came = 0 if receipt["reversal"] else cents(receipt["amount"])
        assert (pays + back + waits, min(pays, back, waits) >= 0) == (came, True)
        own = [each for each in refunds if each["receipt_id"] == receipt["id"] and each["state"] != "withdrawn"]
        assert sum(cents(each["amount"]) for each in own) == back
    documents = case.invoices()
    assert all(cents(each["open"]) >= 0 for each in documents)
    billed = [each for each in documents if each["purpose"] not in ("deposit", "interest_and_fee")]
    signs = {"380": 1, "381": -1}
    whole = sum(signs[each["document_type"]] * cents(each["total"]["incl_tax"]) for each in billed)
    assert whole == (PRICE if billed else 0), "the price is billed once"
    paid = sum(cents(each["paid"]) for each in documents if each["document_type"] == "380")
    deposit = {"386": 1, "503": -1}
    prepaid = sum(deposit.get(each["document_type"], 0) * cents(each["total"]["incl_tax"]) for each in documents)
    allocated = sum(cents(part["amount"]) for receipt in case.read() for part in receipt["allocations"])
    assert paid + prepaid == allocated, "documents say what receipts say"
    assert 0 <= prepaid <= 72_000


def _sum(number: int) -> str:
    return str(Money(number))


def _today(case: Watched) -> str:
    return str(case.api.platform.clock.today())


def _customer(case: Watched, part: int) -> None:
    case.receive(_sum(100 * part + 1), _today(case), None)


def _operator(case: Watched, part: int) -> None:
    day = min(_today(case), "2026-02-28") if part % 2 else _today(case)
    case.receive(_sum(193 * part + 7), day, case.file_number, "opco")


def _reverse(case: Watched, part: int) -> None:
    if case.receipts:
        body = {"reason": "Rejet", "reversed_on": _today(case)}
        case.accounting.post(f"/v1/receipts/{case.receipts[part % len(case.receipts)]}/reversal", json=body, once=key())


def _refund(case: Watched, part: int) -> None:
    for receipt in case.read():
        if receipt["payer"]["kind"] == "customer" and receipt["unallocated"] != "0.00":
            body = {"receipt_id": receipt["id"], "contract_id": str(case.contract_id), "amount": "0.01"}
            ok(case.accounting.post("/v1/refunds", json=body, once=key()), 201)


def _step_refunds(case: Watched, part: int) -> None:
    for each in case.refunds():
        name = ("approval", "payment", "withdrawal")[part % 3]
        body: dict[str, dict[str, str]] = {
            "payment": {"paid_on": _today(case), "bank_reference": "VIR"},
            "withdrawal": {"reason": "non"},
        }
        case.colleague.post(f"/v1/refunds/{each['id']}/{name}", json=body.get(name), once=key())


def _later(case: Watched, part: int) -> None:
    case.api.move_to(min(date.fromisoformat(_today(case)) + timedelta(days=part % 40), date(2026, 6, 29)))
    case.api.sweep()


def _charge(case: Watched, part: int) -> None:
    case.accounting.post(f"/v1/accounts/{case.customer_id}/late-charges", json={}, once=key())


STEPS: dict[str, Callable[[Watched, int], object]] = {
    "customer": _customer,
    "operator": _operator,
    "reversal": _reverse,
    "refund": _refund,
    "refunds go on": _step_refunds,
    "later": _later,
    "charges": _charge,
    "end": lambda case, part: case.api.deliver(case.completed_event(attended=("14.00", "7.00")[part % 2])),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ended=st.booleans(),
    steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 999)), min_size=3, max_size=10),
)
def test_no_cent_is_lost_or_counted_twice(api: ServiceUnderTest, ended: bool, steps: list[tuple[str, int]]) -> None:
    number = next(NUMBERS)
    case = Watched(api, number=f"C2026-{number:06d}", file_number=f"A-{number}")
    case.sign()
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    if ended:
        case.complete()
    for name, part in steps:
        STEPS[name](case, part)
        check(case)
    case.api.sweep()
    check(case)
    assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"
