"""Contracts whose operator has not paid, and the processes that bill their clients once the month is over."""

import os
import signal
from collections.abc import Iterator, Sequence
from datetime import date
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from chassis import migrations
from chassis.auth import Role
from chassis.cloudevents import CloudEvent
from chassis.duties import next_due
from chassis.inbox import receive
from chassis.platform import Platform
from chassis.settings import ServiceSettings
from chassis.unit_of_work import Transaction
from chassis.values.money import Money
from services.payments.app import SERVICE
from services.payments.domain.funding import TaxBasis
from services.payments.domain.funding_file import DecisionKind, Promise
from services.payments.use_cases import papers
from services.payments.use_cases.decisions import DecisionNews, decide
from services.payments.use_cases.funding import NewFundingRequest, request_funding
from tests.faults import children, points, witness
from tests.payments.story import OPCO, Case
from tests.support.client import ok
from tests.support.databases import Build
from tests.support.service import running

THE_DAY_AFTER = date(2026, 3, 1)
OWED = Money.parse("1920.00")
# Contracts made in one transaction.
_BATCH = 100


def due(count: int, folder: Path) -> Build:
    """What fills a database: so many contracts completed and funded, of which the operator has not paid 1,920.00.

    Their pages are not typeset: those of the sweep are.
    """

    def build(url: str) -> None:
        migrations.upgrade("services.payments", url)
        witness.place(url)
        with pytest.MonkeyPatch.context() as patch, running("payments", url, folder) as api:
            patch.setattr(papers, "factur_x", lambda *_: b"%PDF-1.7 an invoice")
            patch.setattr(papers, "deposit_request_page", lambda *_: b"%PDF-1.7 a deposit request")
            ok(api.client(Role.ADMIN).put("/v1/opcos/atlas", json=OPCO))
            cases = [Case(api, number=f"C2026-{n:06d}", file_number=f"A-{n}") for n in range(1, count + 1)]
            for batch in _batches(cases):
                api.move_to("2026-01-06")
                with api.platform.unit_of_work() as tx:
                    for case in batch:
                        _sign_and_fund(tx, case)
            for batch in _batches(cases):
                api.move_to("2026-01-31")
                with api.platform.unit_of_work() as tx:
                    for case in batch:
                        _take(tx, case.completed_event())

    return build


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    return (cases[start : start + _BATCH] for start in range(0, len(cases), _BATCH))


def _sign_and_fund(tx: Transaction, case: Case) -> None:
    _take(tx, case.signed_event())
    request_funding(tx, NewFundingRequest(case.contract_id, case.opco, case.file_number, OWED, None, ()))
    copy = b"%PDF-1.7 an approval"
    promise = Promise(OWED, TaxBasis.INCL_TAX, direct_payment=True)
    approved = DecisionNews(
        case.file_number, DecisionKind.APPROVED, tx.now, tx.today, "msg_1", promise, copy, "application/pdf"
    )
    decide(tx, case.opco, approved)


def _take(tx: Transaction, event: dict[str, Any]) -> None:
    receive(tx, CloudEvent.model_validate(event), SERVICE.subscriptions)


def sweep_all(settings: ServiceSettings, log: Path, together: Barrier, passed: "Synchronized[int]", last: int) -> None:
    """What a child does: begins with the others, and sweeps until nothing is due any more.

    passed: how many duties all of them have done and not committed yet; who comes to the `last` dies there.
    """

    def at(point: str, label: str) -> None:
        if (point, label) == ("before-commit", "duty"):
            with passed.get_lock():
                passed.value += 1
                is_last = passed.value == last
            if is_last:
                os.kill(os.getpid(), signal.SIGKILL)

    children.settle_in(os.environ.copy(), log)
    points.put(at)
    platform = Platform(SERVICE.name, settings, SERVICE.duties)
    platform.clock.move_to(THE_DAY_AFTER)
    together.wait()
    while _is_due(platform):
        platform.sweep()


def _is_due(platform: Platform) -> bool:
    with platform.reading() as session:
        return next_due(session, THE_DAY_AFTER) is not None
