"""One Idempotency-Key, fifty requests at once, and the process that dies between the effect and the answer."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from sqlmodel import col

from chassis.values.identifiers import new_id
from services.payments.tables import InvoiceRow, ReceiptRow
from tests.faults.fleet import Fleet, running
from tests.faults.scale import figure
from tests.faults.story import Callers, Signed, receipt
from tests.support.databases import Databases, Kind
from tests.support.together import together

AT_ONCE = 50
# Each round is played twice: nobody dies, and payments dies.
ROUNDS = figure(small=1, full=50)
DONE, UNDER_WAY = 201, 409
REPLAYED = "idempotency-replayed"
Ask = Callable[[], httpx2.Response | None]


@pytest.mark.timeout(figure(small=300, full=7200))
def test_one_key_at_once_and_after_a_crash_has_one_effect_and_one_answer(
    kind: Kind, databases: Databases, tmp_path: Path, report: Callable[[str], None]
) -> None:
    begun = monotonic()
    with running(kind, databases, tmp_path / "fleet") as fleet, closing(Callers(fleet)) as callers:
        for _ in range(ROUNDS):
            for first in (nobody_dies, payments_dies):
                signed, once = callers.accept(callers.issued(), str(new_id())), str(new_id())
                ask = partial(callers.post_once, "accounting", "/v1/receipts", receipt(signed), once)
                first(fleet, ask, once)
                assert_answered_alike_from_now_on(ask)
                assert_booked_once(fleet, signed)
        assert fleet.crashes == ROUNDS
    report(f"one key on {kind}: {2 * ROUNDS} times {AT_ONCE} at once, one effect each ({monotonic() - begun:.0f} s)")


def nobody_dies(_fleet: Fleet, ask: Ask, _once: str) -> None:
    """One is answered as the author of the effect, the others with its answer, or that it is still under way."""
    answers = [answer for answer in together([ask] * AT_ONCE) if answer is not None]
    assert len(answers) == AT_ONCE
    done = [answer for answer in answers if answer.status_code == DONE]
    assert {answer.status_code for answer in answers if answer not in done} <= {UNDER_WAY}
    assert sum(REPLAYED not in answer.headers for answer in done) == 1
    assert len({answer.content for answer in done}) == 1


def payments_dies(fleet: Fleet, ask: Ask, once: str) -> None:
    """After its commit, before anybody hears of it."""
    before = fleet.crashes
    fleet.arm("payments", "after-commit", once)
    answers = [answer for answer in together([ask] * AT_ONCE) if answer is not None]
    assert {answer.status_code for answer in answers} <= {UNDER_WAY}
    fleet.until(lambda: fleet.crashes > before, "the death of payments")


def assert_answered_alike_from_now_on(ask: Ask) -> None:
    answers = together([ask] * AT_ONCE)
    assert all(answer is not None and answer.status_code == DONE for answer in answers)
    assert {REPLAYED in answer.headers for answer in answers if answer is not None} == {True}
    assert len({answer.content for answer in answers if answer is not None}) == 1


def assert_booked_once(fleet: Fleet, signed: Signed) -> None:
    assert fleet.count("payments", ReceiptRow, col(ReceiptRow.payer_id) == signed.customer_id) == 1
    assert fleet.count("payments", InvoiceRow, col(InvoiceRow.contract_id) == signed.contract_id) == 1
