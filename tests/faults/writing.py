"""Writers that issue invoices at once, each a process, some of which fail or are killed in the middle.

An attempt is one transaction with a few invoices, as the end of a training is one.

`python -m tests.faults.writing '<Work as JSON>'` forks the writers, replaces those that were killed, and answers
with how many were. Each writer issues until the second of two years has half of its series' invoices.
"""

import gc
import itertools
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError

from chassis.platform import Platform
from services.payments.documents.invoice import invoice_pdf
from services.payments.domain.invoice import DocumentType, Draft, Invoice, Purpose, part_lines
from services.payments.repository.accounts import Account, lock_account
from services.payments.settings import Settings
from services.payments.use_cases import papers
from services.payments.use_cases.issuing import issue
from tests.support.service import sandbox_settings

FIRST_DAYS = (date(2026, 12, 1), date(2027, 1, 1))
_DAYS = 30


@dataclass(frozen=True)
class Work:
    """invoices: how many at least, in each series; contracts: one a writer.

    kills: one of so many failures is a SIGKILL; most: invoices in one transaction.
    page: a file that stands for every invoice’s page, None: each is typeset, without its electronic form.
    """

    url: str
    folder: str
    seed: str
    invoices: int
    contracts: list[str]
    kills: int
    most: int
    page: str | None

    @property
    def issued(self) -> Path:
        """Where the writers note the numbers of what they have committed."""
        return Path(self.folder) / "issued"

    def written(self) -> str:
        """As the command line takes it."""
        return json.dumps(asdict(self))


class Broken(Exception):
    """A writer's own failure."""


class Ending(Enum):
    """How an attempt ends: four of five well; its numbers are taken in any case."""

    WELL = "committed"
    NO_PAGE = "fails while the last page is made"
    NO_COMMIT = "fails before the commit"


class Writer:
    """One process: issues for its contract."""

    def __init__(self, work: Work, contract: str, life: int) -> None:
        self._work = work
        # Every fifth attempt fails; which of them are killed differs from writer to writer.
        self._failures = itertools.cycle((1, 0, 0, 0, 0))
        self._kills = itertools.count(work.contracts.index(contract) + life)
        self._contract_id = UUID(contract)
        self._chance = Random(f"{work.seed} {contract} {life}")  # noqa: S311 - repeatable
        settings = sandbox_settings(Settings, work.url, Path(work.folder), threads=1)
        self._platform = Platform("payments", settings, {})
        self._page = None if work.page is None else Path(work.page).read_bytes()
        self._ending = Ending.WELL
        self._left = 0
        # What the use case calls once the number is taken.
        vars(papers)["factur_x"] = self._make_page
        # As a service does at its start (chassis.app).
        gc.freeze()
        gc.set_threshold(50_000, 50, 50)

    def run(self) -> None:
        """Issue until enough is issued."""
        with self._work.issued.open("a", buffering=1) as noted:
            year, position = FIRST_DAYS[0].year, 0
            while (day := self._day(year, position)) is not None:
                self._platform.clock.move_to(day)
                self._ending = self._draw()
                try:
                    issued = self._issue(self._chance.randrange(self._work.most) + 1)
                except (Broken, OperationalError):
                    # What waited too long for a lock is refused by the database, and sent again.
                    continue
                noted.write("".join(f"{invoice.number}\n" for invoice in issued))
                year, position = issued[-1].issued_on.year, int(issued[-1].number.rpartition("-")[2])

    def _day(self, year: int, position: int) -> date | None:
        """Days go on with the numbers, and not every writer is at the same day."""
        half = self._work.invoices // 2
        if position >= half:
            if year == FIRST_DAYS[1].year:
                return None
            year, position = FIRST_DAYS[1].year, 0
        first = FIRST_DAYS[year - FIRST_DAYS[0].year]
        return first + timedelta(max(0, position * _DAYS // half - self._chance.randrange(3)))

    def _draw(self) -> Ending:
        if not next(self._failures):
            return Ending.WELL
        return self._chance.choice((Ending.NO_PAGE, Ending.NO_COMMIT))

    def _issue(self, count: int) -> list[Invoice]:
        issued = []
        with self._platform.unit_of_work() as tx:
            account = lock_account(tx.session, self._contract_id)
            for self._left in range(count, 0, -1):
                issued.append(issue(tx, account, draft(account, tx.today)))
            if self._ending is Ending.NO_COMMIT:
                self._fail()
        return issued

    def _make_page(self, *asked: Any) -> bytes:
        if self._ending is Ending.NO_PAGE and self._left == 1:
            self._fail()
        return self._page or invoice_pdf(*asked)

    def _fail(self) -> None:
        if next(self._kills) % self._work.kills == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        raise Broken


def draft(account: Account, today: date) -> Draft:
    """The final invoice of a contract, for its whole price."""
    return Draft(
        document_type=DocumentType.INVOICE,
        purpose=Purpose.FINAL,
        payer=papers.customer_payer(account),
        clause="3.2",
        clause_day=today,
        lines=part_lines("Formation", account.price),
        taxes=account.price,
    )


def _start(work: Work, contract: str, life: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        Writer(work, contract, life).run()
    except BaseException as error:  # noqa: BLE001 - a child must never go on as its parent
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def main(work: Work) -> int:
    """Keep as many writers as there are contracts until all have ended well; how many were killed."""
    running = {_start(work, contract, 0): contract for contract in work.contracts}
    killed = 0
    while running:
        child, status = os.wait()
        contract = running.pop(child)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            killed += 1
            running[_start(work, contract, killed)] = contract
        elif status:
            raise SystemExit(f"the writer of {contract} failed: {status}")
    return killed


if __name__ == "__main__":
    print(main(Work(**json.loads(sys.argv[1]))))
