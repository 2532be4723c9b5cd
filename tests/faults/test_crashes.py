"""kill -9 at every point of an event's way, and of a keyed request's: what it means takes effect exactly once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from chassis.values.identifiers import new_id
from tests.faults.effects import EVENTS, gaps, not_once
from tests.faults.fleet import GATEWAY, running
from tests.faults.scale import figure
from tests.faults.seeds import seeded
from tests.faults.story import Callers
from tests.support.databases import KINDS, Databases, Kind

# On each database. PostgreSQL goes on in the order where SQLite stops: together they come to every point.
RUNS = figure(small=20, full=500)
ACCEPTANCE, RECEIPT = "the acceptance", "the receipt"
# Who dies, at which point, while it does what.
Crash = tuple[str, str, str]


def crashes() -> list[Crash]:
    """Every point once."""
    requests = {ACCEPTANCE: "contracts", RECEIPT: "payments"}
    found = [
        (service, point, request)
        for request, service in requests.items()
        for point in ("before-commit", "after-commit")
    ]
    for sender, event, subscribers in EVENTS:
        found += [(sender, point, event) for point in ("claimed", "posted")]
        for subscriber in subscribers:
            found += [(subscriber, point, event) for point in ("in-inbox", "before-commit", "after-commit")]
            found.append((GATEWAY, "passed-on", f"{event} to {subscriber}"))
    return found


def in_any_order(chance: Random) -> Iterator[Crash]:
    """All of them, again and again, each time in another order."""
    while True:
        yield from chance.sample(crashes(), len(crashes()))


@pytest.mark.timeout(figure(small=300, full=14400))
def test_every_event_takes_effect_exactly_once(
    kind: Kind, databases: Databases, tmp_path: Path, report: Callable[[str], None]
) -> None:
    begun, first = monotonic(), KINDS.index(kind) * RUNS
    order = islice(in_any_order(seeded("crashes")), first, first + RUNS)
    with running(kind, databases, tmp_path / "fleet") as fleet, closing(Callers(fleet)) as callers:
        for number, (service, point, label) in enumerate(order, 1):
            keys = {ACCEPTANCE: str(new_id()), RECEIPT: str(new_id())}
            proposal = callers.issued()
            fleet.arm(service, point, keys.get(label, label))
            signed = callers.accept(proposal, keys[ACCEPTANCE])
            callers.pay_deposit(signed, keys[RECEIPT])
            fleet.until_all_is_delivered()
            what = f"run {number}: {service} killed {point}, {label}"
            assert fleet.crashes == number, f"{what}: nobody died"
            assert not_once(fleet, signed) == {}, what
        assert gaps(fleet) == []
        assert callers.verification() == {"state": "intact", "invoices": RUNS, "faults": []}
    report(f"crashes on {kind}: {RUNS} of {RUNS} took effect exactly once ({monotonic() - begun:.0f} s)")
