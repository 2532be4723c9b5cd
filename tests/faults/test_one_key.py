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
                before = first(fleet, ask, once)
                after = [answer for answer in together([ask] * AT_ONCE) if answer is not None]
                assert len(after) == AT_ONCE
                assert all(is_replayed(answer) for answer in after)
                assert len({answer.content for answer in before + after}) == 1
                assert_booked_once(fleet, signed)
        assert fleet.crashes == ROUNDS
    report(f"one key on {kind}: {2 * ROUNDS} times {AT_ONCE} at once, one effect each ({monotonic() - begun:.0f} s)")


def nobody_dies(_fleet: Fleet, ask: Ask, _once: str) -> list[httpx2.Response]:
    """One is answered as the author of the effect, the others with its answer, or that it is still under way."""
    answers = [answer for answer in together([ask] * AT_ONCE) if answer is not None]
    assert len(answers) == AT_ONCE
    authors = [answer for answer in answers if answer.status_code == DONE and not is_replayed(answer)]
    assert len(authors) == 1
    return authors + replayed_or_refused([answer for answer in answers if answer not in authors])


def payments_dies(fleet: Fleet, ask: Ask, once: str) -> list[httpx2.Response]:
    """After its commit: its author is not answered, but one that waited for the commit may have been, just before."""
    before = fleet.crashes
    fleet.arm("payments", "after-commit", once)
    answers = [answer for answer in together([ask] * AT_ONCE) if answer is not None]
    fleet.until(lambda: fleet.crashes > before, "the death of payments")
    return replayed_or_refused(answers)


def replayed_or_refused(answers: list[httpx2.Response]) -> list[httpx2.Response]:
    """Those that repeat the effect's answer; all others were told that it is still under way."""
    repeated = [answer for answer in answers if is_replayed(answer)]
    assert {answer.status_code for answer in answers if answer not in repeated} <= {UNDER_WAY}
    return repeated


def is_replayed(answer: httpx2.Response) -> bool:
    return answer.status_code == DONE and REPLAYED in answer.headers


def assert_booked_once(fleet: Fleet, signed: Signed) -> None:
    assert fleet.count("payments", ReceiptRow, col(ReceiptRow.payer_id) == signed.customer_id) == 1
    assert fleet.count("payments", InvoiceRow, col(InvoiceRow.contract_id) == signed.contract_id) == 1
