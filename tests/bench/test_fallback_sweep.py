"""The one-month fallback, swept on PostgreSQL: cases a second, and whether a case costs the same in a large file."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

import pytest

from chassis.duties import Duty
from chassis.sweep import Handlers, sweep
from chassis.unit_of_work import Transaction
from services.payments.app import SERVICE
from services.payments.use_cases import papers
from tests.bench.due_cases import DUE_ON, multiply, play_one
from tests.bench.report import Report
from tests.support.client import ok
from tests.support.databases import Databases
from tests.support.service import ServiceUnderTest, migrated, running

_SIZES = (1_000, 10_000)
_LARGE = 100_000
_WITHOUT_PAGES, _WITH_PAGES = 400, 100
_AIM = 500


class _Enough(BaseException):
    """Ends a sweep: no fault of a duty's, which the sweep would pass over."""


def test_the_fallback_sweep(databases: Databases, tmp_path: Path, report: Report, large: bool) -> None:
    sizes = (*_SIZES, _LARGE) if large else _SIZES
    rows = [row for due in sizes for row in _measured(databases, tmp_path, due)]
    report.add(
        "Fallback sweep, PostgreSQL",
        ("due cases", "pages", "cases timed", "cases/s", "ms a case", "processor ms a case", f"of the aim of {_AIM}/s"),
        rows,
        "One process, one case a transaction: a credit note and an invoice. The first of the due cases are timed, with "
        "the reading of all that is due. The chain of invoices still verifies afterwards. "
        "Without pages no PDF is typeset.",
    )


def _measured(databases: Databases, folder: Path, due: int) -> list[list[str]]:
    with (
        databases.fresh("payments", "postgresql", migrated("payments")) as url,
        running("payments", url, folder) as api,
    ):
        case = play_one(api)
        multiply(url, due)
        api.move_to(DUE_ON)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(papers, "factur_x", lambda document: document.invoice.number.encode())
            without = _timed(api, due, _WITHOUT_PAGES, "no")
        rows = [without, _timed(api, due, _WITH_PAGES, "yes")]
        assert ok(case.accounting.get("/v1/invoices/verification"))["state"] == "intact"
    return rows


def _timed(api: ServiceUnderTest, due: int, cases: int, pages: str) -> list[str]:
    platform = api.platform
    started, used = perf_counter(), process_time()
    with pytest.raises(_Enough):
        sweep(platform.database, platform.unit_of_work, _at_most(cases), platform.clock.today())
    seconds, processor = perf_counter() - started, process_time() - used
    a_second = cases / seconds
    each = [f"{1000 * value / cases:.1f}" for value in (seconds, processor)]
    return [f"{due:,}", pages, f"{cases:,}", f"{a_second:.0f}", *each, f"{a_second / _AIM:.2f}"]


def _at_most(cases: int) -> Handlers:
    """The service's handlers, until so many duties were done."""
    done = count()

    def counted(handle: Callable[[Transaction, Duty], None]) -> Callable[[Transaction, Duty], None]:
        def run(tx: Transaction, duty: Duty) -> None:
            if next(done) == cases:
                raise _Enough
            handle(tx, duty)

        return run

    return {kind: counted(handle) for kind, handle in SERVICE.duties.items()}
