"""From the order to the deposit request, from the completion to the final invoice, and how many lives a minute."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from deploy.sandbox.api import Platform
from deploy.sandbox.processes import Sandbox
from tests.bench.lives import HELD_ON, ORDERED_ON, Life, new_session
from tests.bench.load import percentile
from tests.bench.report import Report

_ALONE, _TOGETHER = 20, 60
_AT_ONCE = 4
_TRAINEES = 2


def test_lives_of_contracts(sandbox: Sandbox, report: Report) -> None:
    rows = []
    with Platform(sandbox.url) as platform:
        platform.caller("admin").put("/v1/sandbox/clock", {"today": ORDERED_ON})
        alone, together = ([Life() for _ in range(lives)] for lives in (_ALONE, _TOGETHER))
        session = new_session(platform, _TRAINEES * (_ALONE + _TOGETHER))
        played = {1: alone, _AT_ONCE: together}
        seconds = {at_once: _each(at_once, lives, _ordering(platform, session)) for at_once, lives in played.items()}
        platform.caller("admin").put("/v1/sandbox/clock", {"today": HELD_ON})
        for at_once, lives in played.items():
            seconds[at_once] += _each(at_once, lives, lambda life: life.complete(platform))
            a_minute = f"{60 * len(lives) / seconds[at_once]:.0f}"
            rows += [
                [
                    str(at_once),
                    "order to deposit request",
                    *_percentiles([life.deposit_seconds for life in lives]),
                    a_minute,
                ],
                [
                    str(at_once),
                    "completion to final invoice",
                    *_percentiles([life.final_seconds for life in lives]),
                    "",
                ],
            ]
    report.add(
        "Lives of contracts, through the gateway",
        ("at once", "wait", "p50 ms", "p99 ms", "whole lives a minute"),
        rows,
        "Real processes, each service on PostgreSQL. A life: a customer, a proposal issued and accepted, the deposit "
        "paid, the contract concluded and completed, the final invoice out; four PDFs, and the "
        "tokens asked for on the way.",
    )


def _ordering(platform: Platform, session: str) -> Callable[[Life], None]:
    return lambda life: life.order(platform, session)


def _each(at_once: int, lives: list[Life], play: Callable[[Life], None]) -> float:
    """Play all of them, so many at once; the seconds it took."""
    started = perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(play, lives))
    return perf_counter() - started


def _percentiles(seconds: list[float]) -> tuple[str, str]:
    return f"{percentile(seconds, 50):.0f}", f"{percentile(seconds, 99):.0f}"
