"""Many writers issue at once while a fifth of their attempts fail or die: no gap, no double, dates in order.

What runs is the real use case (services/payments/use_cases/issuing.py) on the real tables, one to a few invoices in a
transaction: series and customer locked, number, record, hash, page stored, mail queued. On PostgreSQL the
writers store the page of the first invoice under every number, as typesetting inside the lock would be most of the
time; on SQLite every page is typeset. Nothing crosses HTTP, and no mail leaves.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from chassis.auth import Role
from chassis.tables import mail
from services.payments.repository.accounts import lock_account
from services.payments.repository.series import INVOICES as INVOICES_OF
from services.payments.tables import DepositRequestRow, InvoiceRow
from services.payments.use_cases.issuing import issue
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.faults.writing import FIRST_DAYS, Work, draft
from tests.payments.story import SELLER, Case
from tests.support.client import ok
from tests.support.databases import Databases, Kind
from tests.support.service import ServiceUnderTest, migrated, running

# Each has a series of its own; half of the writers issue in each.
SELLERS = ("lexom", "defi3")
WRITERS = {"postgresql": 32, "sqlite": 8}
INVOICES = {"postgresql": figure(small=2_000, full=320_000), "sqlite": figure(small=150, full=4_000)}
MOST_AT_ONCE = figure(small=4, full=10)
# One of so many failures is a SIGKILL; all others are raised.
KILLS = figure(small=16, full=40)
SECONDS = figure(small=300, full=3_000)


@pytest.mark.timeout(figure(small=400, full=5_400))
def test_no_gap_no_double_whoever_fails(
    kind: Kind, databases: Databases, tmp_path: Path, report: Callable[[str], None]
) -> None:
    with databases.fresh("payments", kind, migrated("payments")) as url, running("payments", url, tmp_path) as api:
        cases = [Case(api, number=f"C2026-{number:06d}") for number in range(1, WRITERS[kind] + 1)]
        for place, case in enumerate(cases):
            case.sign(seller={**SELLER, "code": SELLERS[place % len(SELLERS)]})
        work = Work(
            url=url,
            folder=str(tmp_path),
            seed=str(seeded(f"writers on {kind}").getrandbits(64)),
            invoices=INVOICES[kind] // len(SELLERS),
            contracts=[str(case.contract_id) for case in cases],
            kills=KILLS,
            most=MOST_AT_ONCE,
            page=str(tmp_path / "page.pdf") if kind == "postgresql" else None,
        )
        issue_first(api, cases[0], work)
        started = time.monotonic()
        killed = write(work)
        seconds = time.monotonic() - started
        issued = [number for seller in SELLERS for number in numbers(api, seller)]
        report(
            f"{kind}: {len(cases)} writers issued {len(issued)} invoices at {len(issued) / seconds:.0f} a second, "
            f"a fifth of their attempts failed, {killed} by SIGKILL"
        )
        assert len(issued) >= INVOICES[kind] and killed > 0
        noted = work.issued.read_text().split()
        assert len(noted) == len(set(noted)), "no number was given twice"
        assert set(noted) <= set(issued), "what a writer was told is issued stays issued"
        assert len(issued) == len(noted), "and nothing else is"
        walk(api, len(issued))


def issue_first(api: ServiceUnderTest, case: Case, work: Work) -> None:
    """The first invoice, in this process, and its page for the others."""
    api.move_to(FIRST_DAYS[0])
    with api.platform.unit_of_work() as tx:
        account = lock_account(tx.session, case.contract_id)
        invoice = issue(tx, account, draft(account, tx.today))
    work.issued.write_text(f"{invoice.number}\n")
    if work.page is not None:
        page = api.client(Role.ACCOUNTING).get(f"/v1/invoices/{invoice.number}.pdf")
        Path(work.page).write_bytes(page.content)


def write(work: Work) -> int:
    """Let the writers write; how many were killed."""
    command = [sys.executable, "-m", "tests.faults.writing", work.written()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as writers:
        try:
            told, _ = writers.communicate(timeout=SECONDS)
        finally:
            if writers.poll() is None:
                os.killpg(writers.pid, signal.SIGKILL)
    assert writers.returncode == 0
    return int(told)


def numbers(api: ServiceUnderTest, seller: str) -> list[str]:
    """Every number of a seller's series, in its order; held against what a series promises."""
    columns = (InvoiceRow.number, InvoiceRow.year, InvoiceRow.position, InvoiceRow.issued_on)
    wanted = select(*columns).where(col(InvoiceRow.series) == f"{INVOICES_OF}:{seller}")  # type: ignore[call-overload]
    found, last, day = [], dict.fromkeys((first.year for first in FIRST_DAYS), 0), FIRST_DAYS[0]
    with api.platform.reading() as session:
        for number, year, position, issued_on in session.connection().execute(
            wanted.order_by(InvoiceRow.year, InvoiceRow.position)
        ):
            assert position == last[year] + 1, f"a gap or a double before {number}"
            assert number.endswith(f"{year}-{position:06d}")
            assert issued_on >= day, f"{number} is dated before the one before it"
            assert issued_on.year == year
            found.append(number)
            last[year], day = position, issued_on
    assert all(last.values()), "the year turned, and numbers began anew"
    return found


def walk(api: ServiceUnderTest, issued: int) -> None:
    """The chain holds from end to end, and each invoice left one mail."""
    found = ok(api.client(Role.ACCOUNTING).get("/v1/invoices/verification"))
    assert (found["state"], found["invoices"], found["faults"]) == ("intact", issued, [])
    with api.platform.reading() as session:
        mails = session.connection().execute(select(func.count()).select_from(mail)).scalar_one()
        asked = session.connection().execute(select(func.count()).select_from(DepositRequestRow)).scalar_one()
    assert mails == issued + asked
