"""Eight sweeps at once over the contracts whose month is over, one of them killed: each client is billed once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from chassis.database import Database
from chassis.duties import DONE
from chassis.settings import ServiceSettings
from chassis.tables import duty, mail, outbox
from services.payments.events import CLIENT_BILLED_AFTER_GRACE
from services.payments.settings import Settings
from services.payments.tables import InvoiceRow
from services.payments.use_cases.overdue import ACCOUNT_REVIEW
from services.payments.use_cases.verification import verify_invoices
from tests.faults import children, sweeping, witness
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.support.databases import Databases, Kind
from tests.support.service import sandbox_settings

SWEEPS = 8
CASES = figure(small=100, full=5000)
# What stands before the sweep, of each contract: one invoice for the client, one for the operator.
BEFORE = 2
END_SECONDS = figure(small=200, full=7200)


@pytest.mark.timeout(figure(small=300, full=14400))
def test_each_client_is_billed_once_after_the_grace(
    kind: Kind, databases: Databases, tmp_path: Path, report: Callable[[str], None]
) -> None:
    begun, chance = monotonic(), seeded(f"sweeps on {kind}")
    last = chance.randrange(CASES // 4, CASES * 3 // 4)
    with databases.fresh(f"payments {CASES} due", kind, sweeping.due(CASES, tmp_path)) as url:
        ended = sweep(sandbox_settings(Settings, url, tmp_path), tmp_path / "log", last)
        log = (tmp_path / "log").read_text()
        assert Counter(ended) == {0: SWEEPS - 1, children.KILLED: 1}, log[-2000:]
        database = Database(url, connections=1)
        with database.reading() as session:
            assert billed_more_or_less_than_once(session) == []
            assert_numbered_without_a_gap(session)
            assert verify_invoices(session) == (CASES * (BEFORE + 2), [])
            assert_told_once(session)
        database.close()
    report(
        f"sweeps on {kind}: {SWEEPS} at once, one killed before commit {last}: {CASES} of {CASES} clients"
        f" billed exactly once ({monotonic() - begun:.0f} s)"
    )


def sweep(settings: ServiceSettings, log: Path, last: int) -> list[int | None]:
    """Sweep with all of them at once; how each ended."""
    together, passed = children.forks().Barrier(SWEEPS), children.forks().Value("i", 0)
    running = [children.start(sweeping.sweep_all, settings, log, together, passed, last) for _ in range(SWEEPS)]
    deadline = monotonic() + END_SECONDS
    for process in running:
        process.join(max(0.0, deadline - monotonic()))
    for process in running:
        process.kill()
        process.join()
    return [process.exitcode for process in running]


def billed_more_or_less_than_once(session: Session) -> list[object]:
    """The contracts that have not one credit note to their operator and one invoice after grace, beside what stood."""
    documents = session.exec(select(InvoiceRow.contract_id, InvoiceRow.document_type, InvoiceRow.purpose)).all()
    of_each: dict[object, Counter[str]] = {}
    for contract_id, document_type, purpose in documents:
        of_each.setdefault(contract_id, Counter())[f"{document_type} {purpose}"] += 1
    right = Counter({"380 final": 1, "380 operator_part": 1, "381 operator_part": 1, "380 after_grace": 1})
    assert len(of_each) == CASES
    return [f"{contract_id}: {found}" for contract_id, found in of_each.items() if found != right]


def assert_numbered_without_a_gap(session: Session) -> None:
    positions = session.exec(select(InvoiceRow.position).order_by(col(InvoiceRow.position))).all()
    assert list(positions) == list(range(1, CASES * (BEFORE + 2) + 1))


def assert_told_once(session: Session) -> None:
    """One event for contracts, one mail for each document, and each duty of that day done, once."""
    connection = session.connection()
    told = select(func.count(), func.count(outbox.c.subject.distinct())).where(
        outbox.c.type == CLIENT_BILLED_AFTER_GRACE
    )
    assert tuple(connection.execute(told).one()) == (CASES, CASES)
    mails = connection.execute(select(mail.c.subject)).scalars().all()
    assert len(mails) == len(set(mails)) == CASES * (BEFORE + 3), "the deposit request's, and one for each document"
    # To look at who is late comes the day after.
    of_that_day = select(duty.c.id, duty.c.state).where(duty.c.kind != ACCOUNT_REVIEW)
    duties = connection.execute(of_that_day).all()
    assert {state for _, state in duties} == {DONE}
    assert witness.times_seen(session, [identifier for identifier, _ in duties]) == [1] * CASES
